/**
 * A server-sent event.
 * @typedef {object} ServerEvent
 * @property {string} event the type, `message` by default
 * @property {string} data
 * @property {string} id the id of this or an earlier event
 */

/** Parses a stream of server-sent events, in pieces of any length. */
export class EventParser {
  #rest = '';
  #event = '';
  #data = [];
  #id = '';

  /**
   * Returns the events that a piece of text completes.
   * @param {string} text
   * @returns {ServerEvent[]}
   */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    return lines.flatMap(line => this.#line(line));
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    // A comment, which keeps the connection open.
    if (colon === 0) return [];
    const [field, value] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
    return [];
  }

  #dispatch() {
    const event = { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return isEmpty ? [] : [event];
  }
}
