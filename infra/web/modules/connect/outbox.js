const INTERVAL_MS = 300;

/**
 * Sends requests one after the other, in order. A waiting request is merged with a newer one of the same kind, and the same kind is sent
 * at most every 300 ms, so that a dragged slider sends few requests, and its last value always.
 */
export class Outbox {
  #clock;
  #onIdle;
  #waiting = [];
  #isSending = false;
  #sentAt = new Map();

  /**
   * @param {Clock} clock
   * @param {() => void} onIdle called when there is nothing left to send
   */
  constructor(clock, onIdle) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Whether nothing is waiting or being sent. */
  get isEmpty() {
    return !this.#isSending;
  }

  /**
   * Adds a request.
   * @param {?string} kind null for a request that is never merged
   * @param {object} body
   * @param {(body: object) => Promise<void>} send handles its errors itself
   * @returns {Promise<void>} fulfilled when the request, merged or not, was handled
   */
  add(kind, body, send) {
    const last = this.#waiting.at(-1);
    if (kind !== null && last?.kind === kind) {
      last.body = { ...last.body, ...body };
      return last.done.promise;
    }

    const done = deferred();
    this.#waiting.push({ kind, body, send, done });
    if (!this.#isSending) this.#drain();
    return done.promise;
  }

  /** Drops the requests that are waiting. */
  clear() {
    for (const { done } of this.#waiting.splice(0)) done.resolve();
  }

  async #drain() {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const { kind } = this.#waiting[0];
      const wait = kind === null ? 0 : (this.#sentAt.get(kind) ?? -Infinity) + INTERVAL_MS - this.#clock.now();
      if (wait > 0) await this.#clock.delay(Math.min(wait, INTERVAL_MS));
      const next = this.#waiting.shift();
      if (!next) break;
      if (next.kind !== null) this.#sentAt.set(next.kind, this.#clock.now());
      await next.send(next.body);
      next.done.resolve();
    }

    this.#isSending = false;
    // Kinds have the ids of items, so that the map would grow.
    if (this.#sentAt.size > 20) this.#sentAt.clear();
    this.#onIdle();
  }
}

/** Returns a promise, and the function that fulfils it. */
export function deferred() {
  let resolve;
  const promise = new Promise(done => { resolve = done; });
  return { promise, resolve };
}
