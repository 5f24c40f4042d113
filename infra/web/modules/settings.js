const KEY = 'settings';
const defaults = { volume: 0.8, muted: false, quality: 'high' };

/** Settings kept in local storage. Fires an event named after the setting when its value changes. */
export class Settings extends EventTarget {
  #values = { ...defaults, ...read() };

  /** The position of the volume slider, 0 to 1. */
  get volume() { return this.#values.volume; }
  set volume(value) { this.#set('volume', Math.min(1, Math.max(0, value))); }

  get muted() { return this.#values.muted; }
  set muted(value) { this.#set('muted', value); }

  /** The requested audio quality. */
  get quality() { return this.#values.quality; }
  set quality(value) { this.#set('quality', value); }

  #set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // Without local storage, for example in a private window, settings last until the page is closed.
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
