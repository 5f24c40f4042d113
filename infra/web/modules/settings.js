const KEY = 'settings';
const defaults = { volume: 0.8, muted: false, quality: 'high' };

/** What is remembered between visits. */
export class Settings extends EventTarget {
  #values = { ...defaults, ...read() };

  /** How loud, 0 to 1, as the slider has it. */
  get volume() { return this.#values.volume; }
  set volume(value) { this.#set('volume', Math.min(1, Math.max(0, value))); }

  get muted() { return this.#values.muted; }
  set muted(value) { this.#set('muted', value); }

  /** The quality that is asked for. */
  get quality() { return this.#values.quality; }
  set quality(value) { this.#set('quality', value); }

  #set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // A browser that keeps nothing for this page forgets; playing goes on.
    }

    this.dispatchEvent(new Event(name));
  }
}

function read() {
  try {
    const { volume, muted, quality } = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return {
      ...(typeof volume === 'number' && volume >= 0 && volume <= 1 && { volume }),
      ...(typeof muted === 'boolean' && { muted }),
      ...(['low', 'normal', 'high', 'very_high', 'lossless'].includes(quality) && { quality }),
    };
  } catch {
    return {};
  }
}
