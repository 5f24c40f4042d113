/**
 * A map of a device that survives a restart, such as an object store of IndexedDB. Keys are text; values are of the types that the
 * structured clone algorithm accepts, CryptoKey included. A `set` is durable when its promise resolves.
 * @typedef {object} Store
 * @property {(key: string) => Promise<any>} get returns undefined if there is no value
 * @property {(key: string, value: any) => Promise<void>} set
 * @property {(key: string) => Promise<void>} delete
 * @property {(prefix: string) => Promise<string[]>} keys returns the keys that begin with the prefix
 */

/**
 * A store in memory.
 * @implements {Store}
 */
export class MemoryStore {
  #values = new Map();

  async get(key) {
    return this.#values.get(key);
  }

  async set(key, value) {
    this.#values.set(key, value);
  }

  async delete(key) {
    this.#values.delete(key);
  }

  async keys(prefix) {
    return [...this.#values.keys()].filter(key => key.startsWith(prefix));
  }
}

/**
 * Returns a part of a store, apart from the others.
 * @param {Store} store
 * @param {string} name
 * @returns {Store}
 */
export function partOf(store, name) {
  const prefix = `${encodeURIComponent(name)}/`;
  return {
    get: key => store.get(prefix + key),
    set: (key, value) => store.set(prefix + key, value),
    delete: key => store.delete(prefix + key),
    keys: async start => (await store.keys(prefix + start)).map(key => key.slice(prefix.length)),
  };
}
