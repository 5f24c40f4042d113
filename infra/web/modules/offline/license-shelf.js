import { OfflineError } from './errors.js';
import { keyIdOf } from './jws.js';
import { contentKeys, readLicense, requireValid } from './license.js';

/**
 * An object of an item that a license permits to play. An item has two of them while the object of a new license is downloaded.
 * @typedef {{serial: number, object: string, chunks: number}} Grant
 */

/**
 * The stored licenses of a device. Each is verified again whenever something is opened, because whoever has the device can change the
 * store. Calls that change it run one after the other.
 */
export class LicenseShelf {
  #store;
  #keys;
  #clock;
  #issuer;
  #last = Promise.resolve();

  /**
   * @param {Store} store of this device only
   * @param {LicenseKeys} keys
   * @param {TrustedClock} clock
   * @param {string} issuer
   */
  constructor(store, keys, clock, issuer) {
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
    this.#issuer = issuer;
  }

  /**
   * Verifies a license and stores it. For items that have a newer license, it changes nothing.
   * @param {string} jws
   * @param {Device} device
   * @returns {Promise<LicenseItem[]>}
   * @throws {OfflineError} the license cannot be used
   */
  async accept(jws, device) {
    const license = await this.#read(jws, device);
    await this.#clock.advance(license.iat);
    await contentKeys(license, device.keys.agreement.privateKey, device.thumbprint);
    return this.#exclusive(() => this.#place(jws, license));
  }

  /** Returns the URIs of all items. */
  async uris() {
    return (await this.#store.keys('item/')).map(key => key.slice('item/'.length));
  }

  /**
   * Returns what may be played of an item, newest first.
   * @returns {Promise<Grant[]>}
   */
  async grants(uri) {
    return (await this.#store.get(`item/${uri}`) ?? []).toReversed();
  }

  /**
   * Opens an item: verifies its license and decrypts the content key.
   * @param {string} uri
   * @param {Grant} grant
   * @param {Device} device
   * @returns {Promise<{license: License, item: LicenseItem, key: CryptoKey}>}
   * @throws {OfflineError} it may not be played now
   */
  async open(uri, { serial, object }, device) {
    const stored = await this.#store.get(`license/${serial}`);
    if (!stored) throw new OfflineError('NO_LICENSE', `There is no license for ${uri}.`);
    const license = await this.#read(stored.jws, device);
    const item = license.items.find(candidate => candidate.uri === uri && candidate.object === object);
    if (!item) throw new OfflineError('NO_LICENSE', `The license is not for ${uri}.`);
    await this.#clock.advance(license.iat);
    requireValid(license, item, await this.#clock.seconds());
    const keys = await contentKeys(license, device.keys.agreement.privateKey, device.thumbprint);
    return { license, item, key: keys.get(item.kid) };
  }

  /** Returns the URIs of items with a license whose key the service has withdrawn. */
  async withdrawn() {
    const uris = new Set();
    for (const name of await this.#store.keys('license/')) {
      const stored = await this.#store.get(name);
      if (stored && !await this.#keys.find(keyIdOf(stored.jws))) for (const uri of stored.uris) uris.add(uri);
    }

    return [...uris];
  }

  /** Removes the grants of an item, or some of them. */
  async remove(uri, grants) {
    await this.#exclusive(async () => {
      const removed = grants.map(grant => grant.serial);
      const kept = (await this.#store.get(`item/${uri}`) ?? []).filter(grant => !removed.includes(grant.serial));
      await (kept.length > 0 ? this.#store.set(`item/${uri}`, kept) : this.#store.delete(`item/${uri}`));
      for (const serial of removed) await this.#release(serial, uri);
    });
  }

  async #place(jws, license) {
    const { serial } = license;
    const placed = [];
    const replaced = [];
    for (const item of license.items) {
      const grants = await this.#store.get(`item/${item.uri}`) ?? [];
      if (grants.some(grant => grant.serial >= serial)) continue;
      placed.push(item);
      replaced.push(...grants.filter(grant => grant.object === item.object).map(grant => [grant.serial, item.uri]));
    }

    if (placed.length === 0) return placed;
    await this.#store.set(`license/${serial}`, { jws, uris: placed.map(item => item.uri) });
    for (const { uri, object, chunks } of placed) {
      const others = (await this.#store.get(`item/${uri}`) ?? []).filter(grant => grant.object !== object);
      await this.#store.set(`item/${uri}`, [...others, { serial, object, chunks }]);
    }

    for (const [old, uri] of replaced) await this.#release(old, uri);
    return placed;
  }

  // Deletes a license once no item refers to it.
  async #release(serial, uri) {
    const stored = await this.#store.get(`license/${serial}`);
    if (!stored) return;
    const uris = stored.uris.filter(other => other !== uri);
    await (uris.length > 0
      ? this.#store.set(`license/${serial}`, { ...stored, uris })
      : this.#store.delete(`license/${serial}`));
  }

  #read(jws, device) {
    return readLicense(jws, { deviceId: device.id, issuer: this.#issuer, findKey: kid => this.#keys.find(kid) });
  }

  #exclusive(change) {
    const result = this.#last.then(change);
    this.#last = result.catch(() => {});
    return result;
  }
}
