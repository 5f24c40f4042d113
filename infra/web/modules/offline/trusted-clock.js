import { malformed } from './encoding.js';
import { OfflineError } from './errors.js';
import { verify } from './jws.js';

const KEY = 'server-time';

/** The seconds by which a clock may be behind the service's, because no two clocks agree. */
export const TOLERANCE_S = 60;

/** The device's clock, compared with the greatest time that the service has signed. */
export class TrustedClock {
  #store;
  #keys;
  #issuer;
  #now;

  /**
   * @param {Store} store keeps the greatest time
   * @param {LicenseKeys} keys
   * @param {string} issuer
   * @param {() => number} now returns the time of the device in milliseconds since 1970
   */
  constructor(store, keys, issuer, now) {
    this.#store = store;
    this.#keys = keys;
    this.#issuer = issuer;
    this.#now = now;
  }

  /**
   * Reads the Server-Time header of a response.
   * @param {string} jws
   * @throws {OfflineError} the service did not sign it
   */
  async observe(jws) {
    const { iss, iat } = await verify(jws, 'server-time+jwt', kid => this.#keys.find(kid));
    if (iss !== this.#issuer || !Number.isSafeInteger(iat)) throw malformed('a time of the service is wanted');
    await this.advance(iat);
  }

  /**
   * Stores a time that the service has signed, if it is the greatest.
   * @param {number} seconds since 1970
   */
  async advance(seconds) {
    if (seconds > await this.#greatest()) await this.#store.set(KEY, seconds);
  }

  /**
   * Returns the time in seconds since 1970: never earlier than the greatest of the service.
   * @throws {OfflineError} CLOCK_TURNED_BACK
   */
  async seconds() {
    const greatest = await this.#greatest();
    const seconds = Math.floor(this.#now() / 1000);
    if (seconds + TOLERANCE_S < greatest) {
      throw new OfflineError('CLOCK_TURNED_BACK', 'The clock of this device is wrong. Correct it, or connect to the internet.');
    }

    return Math.max(seconds, greatest);
  }

  async #greatest() {
    return await this.#store.get(KEY) ?? 0;
  }
}
