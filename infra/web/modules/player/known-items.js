const MAX_ITEMS = 2000;

/** The items that were shown or played, by URI. Reads the others from the catalog. */
export class KnownItems {
  #catalog;
  #items = new Map();

  constructor(catalog) {
    this.#catalog = catalog;
  }

  add(items) {
    for (const item of items) {
      this.#items.delete(item.uri);
      this.#items.set(item.uri, item);
    }

    for (const uri of this.#items.keys()) {
      if (this.#items.size <= MAX_ITEMS) break;
      this.#items.delete(uri);
    }
  }

  /** Returns an item; undefined if it is not known. */
  find(uri) {
    return this.#items.get(uri);
  }

  /**
   * Makes items known.
   * @throws {ApiError} the catalog could not be read
   */
  async load(uris) {
    const missing = [...new Set(uris)].filter(uri => !this.#items.has(uri));
    if (missing.length > 0) this.add(await this.#catalog.playables(missing));
  }
}
