/** What is played, and after that what. Fires `change`. */
export class Queue extends EventTarget {
  #listing = null;
  #index = -1;

  /** The URI of the album, playlist … that it plays; null when it is none of these. */
  contextUri = null;

  /** Everything in it that is loaded. */
  get items() { return this.#listing?.items ?? []; }

  get index() { return this.#index; }

  get current() { return this.items[this.#index] ?? null; }

  /** Plays a listing from a place on. */
  set(listing, index, contextUri) {
    this.#listing = listing;
    this.contextUri = contextUri ?? null;
    this.jump(index);
  }

  /** Goes to a place. */
  jump(index) {
    this.#index = index;
    this.dispatchEvent(new Event('change'));
  }

  /** The place of the next that can be played; -1 when there is none. Loads further pages when it comes to the end. */
  async next() {
    const listing = this.#listing;
    for (let i = this.#index + 1; ; i++) {
      if (i >= this.items.length && listing?.hasMore) await listing.more();
      if (listing !== this.#listing || i >= this.items.length) return -1;
      if (!this.items[i].restriction) return i;
    }
  }

  /** The place of the one before that can be played; -1 when there is none. */
  previous() {
    let i = this.#index - 1;
    while (i >= 0 && this.items[i].restriction) i--;
    return i;
  }
}
