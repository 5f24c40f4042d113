import { concat } from './encoding.js';
import { CHUNK_BYTES } from './encrypted-object.js';
import { requireValid } from './license.js';

/** An open download: reads plain bytes while its license is valid. */
export class OfflineTrack {
  #license;
  #key;
  #objects;
  #clock;

  /**
   * @param {{license: License, item: LicenseItem, key: CryptoKey}} opened
   * @param {Objects} objects
   * @param {TrustedClock} clock
   */
  constructor({ license, item, key }, objects, clock) {
    this.#license = license;
    this.#key = key;
    this.#objects = objects;
    this.#clock = clock;

    /** @type {LicenseItem} */
    this.item = item;
  }

  /** The number of plain bytes. */
  get size() {
    return this.item.size;
  }

  /**
   * Reads a range: decrypts the chunks it touches, and no others.
   * @param {number} start the first byte, from 0
   * @param {number} end the byte after the last one
   * @returns {Promise<Uint8Array>}
   * @throws {OfflineError} LICENSE_EXPIRED, CLOCK_TURNED_BACK, NOT_DOWNLOADED or TAMPERED
   */
  async read(start, end) {
    const stop = Math.min(end, this.size);
    if (!(start >= 0 && start < stop)) throw new RangeError(`${start} to ${end} is no range of ${this.size} bytes`);
    requireValid(this.#license, this.item, await this.#clock.seconds());
    const first = Math.floor(start / CHUNK_BYTES);
    const chunks = [];
    for (let index = first; index * CHUNK_BYTES < stop; index++) chunks.push(await this.#objects.read(this.item, this.#key, index));
    return concat(...chunks).subarray(start - first * CHUNK_BYTES, stop - first * CHUNK_BYTES);
  }
}
