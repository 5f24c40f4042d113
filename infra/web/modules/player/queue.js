/** The play queue: a listing and the position in it. Fires `change`. */
export class Queue extends EventTarget {
  #listing = null;
  #index = -1;

  /** The URI of the album, playlist, … that is played; null if the queue has no context. */
  contextUri = null;

  /** Whether the current item begins again at its end. */
  repeatsItem = false;

  /** The items loaded so far. */
  get items() { return this.#listing?.items ?? []; }

  /** The listing; null if the queue is empty. */
  get listing() { return this.#listing; }

  /** Whether there are items that are not loaded yet. */
  get hasMore() { return this.#listing?.hasMore ?? false; }

  get index() { return this.#index; }

  get current() { return this.items[this.#index] ?? null; }

  /** Returns the item of the shared state at an index, with its id and source; undefined if the listing was not read from it. */
  sharedItem(index) {
    return this.#listing?.sharedItems?.[index];
  }

  /** Returns whether the item at an index is of the context or list that was started, instead of queued or of a radio. */
  isOfContext(index) {
    return (this.sharedItem(index)?.source ?? 'context') === 'context';
  }

  /** Replaces the queue with a listing, from an index on. */
  set(listing, index, contextUri) {
    this.#listing = listing;
    this.contextUri = contextUri ?? null;
    this.jump(index);
  }

  /** Moves to an index. */
  jump(index) {
    this.#index = index;
    this.dispatchEvent(new Event('change'));
  }

  /** Returns the index of the next playable item, or -1. Loads more pages if necessary. */
  async next() {
    const listing = this.#listing;
    for (let i = this.#index + 1; ; i++) {
      if (i >= this.items.length && listing?.hasMore) await listing.more();
      if (listing !== this.#listing || i >= this.items.length) return -1;
      if (!this.items[i].restriction) return i;
    }
  }

  /** Returns the index of the previous playable item, or -1. */
  previous() {
    let i = this.#index - 1;
    while (i >= 0 && this.items[i].restriction) i--;
    return i;
  }
}
