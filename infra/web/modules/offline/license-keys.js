const KEY = 'license-keys';
const MIN_INTERVAL_MS = 60_000;

/** The public keys that the service signs with, kept so that stored licenses can be verified without a connection. */
export class LicenseKeys {
  #store;
  #load;
  #now;
  #loadedAt = -Infinity;

  /**
   * @param {Store} store
   * @param {() => Promise<{keys: object[]}>} load gets the service's JSON Web Key set
   * @param {() => number} now returns the time in milliseconds
   */
  constructor(store, load, now) {
    this.#store = store;
    this.#load = load;
    this.#now = now;
  }

  /**
   * Returns a public key; undefined if the service has none with this id. Unknown ids cause a request at most once per minute.
   * @param {string} kid
   * @returns {Promise<CryptoKey | undefined>}
   */
  async find(kid) {
    let jwk = await this.#stored(kid);
    if (!jwk && Math.abs(this.#now() - this.#loadedAt) >= MIN_INTERVAL_MS) {
      const { keys } = await this.#load();
      this.#loadedAt = this.#now();
      await this.#store.set(KEY, keys);
      jwk = await this.#stored(kid);
    }

    if (jwk?.kty !== 'EC' || jwk.crv !== 'P-256') return undefined;
    const { kty, crv, x, y } = jwk;
    return crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  }

  async #stored(kid) {
    return (await this.#store.get(KEY) ?? []).find(key => key.kid === kid);
  }
}
