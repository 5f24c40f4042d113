/**
 * The time, and waiting for it.
 * @typedef {object} Clock
 * @property {() => number} now returns Unix milliseconds of this device
 * @property {(ms: number, signal?: AbortSignal) => Promise<void>} delay waits, or ends early when the signal is aborted
 */

/** @type {Clock} */
export const systemClock = {
  now: () => Date.now(),
  delay: (ms, signal) => new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
    function end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
  }),
};

/**
 * The clock of the service as this device sees it. Times in documents and responses are not after the service's clock, so that the
 * smallest difference seen is the best estimate.
 */
export class ServiceClock {
  #clock;
  #ahead = null;           // null before the first observation
  #isOutdated = false;

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** Observes a time of the service, in Unix milliseconds, that has just arrived. */
  observe(time) {
    if (!(time > 0)) return;
    const ahead = this.#clock.now() - time;
    this.#ahead = this.#ahead === null || this.#isOutdated ? ahead : Math.min(this.#ahead, ahead);
    this.#isOutdated = false;
  }

  /** Replaces the estimate at the next observation, because the clock of the device may have been set. */
  reset() {
    this.#isOutdated = true;
  }

  /** Returns the time of the service, in Unix milliseconds. */
  now() {
    return this.#clock.now() - (this.#ahead ?? 0);
  }
}
