import { chapter, episode, track } from './playable.js';

/** A list that is loaded page by page. Skips entries whose item no longer exists. */
export class Listing {
  #api;
  #map;
  #member;
  #next;
  #loading = null;

  /**
   * @param {Api} api
   * @param {object} page the first page
   * @param {Function} map converts an entry to an item; null to skip the entry
   * @param {string} [member] the member of further responses that holds the page; without it, the response is the page
   */
  constructor(api, page, map, member) {
    this.#api = api;
    this.#map = map;
    this.#member = member;
    this.items = [];
    this.#add(page);
  }

  /** Creates a list that is already complete. */
  static of(items) {
    return new Listing(null, { items, offset: 0, total: items.length, next: null }, item => item);
  }

  /** Whether there are more pages. */
  get hasMore() { return this.#next !== null; }

  /** Loads the next page and returns its items. */
  more() {
    this.#loading ??= this.#load().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #load() {
    if (this.#next === null) return [];
    const response = await this.#api.get(this.#next);
    return this.#add(this.#member ? response[this.#member] : response);
  }

  #add(page) {
    const added = [];
    page.items.forEach((entry, i) => {
      const item = this.#map(entry);
      if (item) added.push({ ...item, offset: page.offset + i });
    });
    this.items.push(...added);
    this.total = page.total;
    this.#next = page.next;
    return added;
  }
}

const tracksOf = wires => Listing.of(wires.slice(0, 5).map(wire => track(wire)));

/** Reads entities through the Web API. */
export class Catalog {
  #api;

  constructor(api) {
    this.#api = api;
  }

  search(q, types, { limit = 20, signal } = {}) {
    return this.#api.get('/v1/search', { query: { q, type: types.join(','), limit }, signal });
  }

  /** Searches, and returns the tracks and episodes as listings. */
  async find(q, types, { limit, signal }) {
    const { tracks, episodes, ...results } = await this.search(q, types, { limit, signal });
    return {
      ...results,
      tracks: new Listing(this.#api, tracks, wire => track(wire), 'tracks'),
      episodes: new Listing(this.#api, episodes, wire => episode(wire), 'episodes'),
    };
  }

  /** Returns the top hit and further results for a query that is being typed. */
  suggest(q, signal) {
    return this.#api.get('/v1/search/suggest', { query: { q }, signal });
  }

  /**
   * Returns the lists of the home page. `popularNow`, `recentlyPlayed` and `madeForYou` are empty if there are few plays, or if they cannot
   * be read: the rest of the page does without them.
   */
  async home({ limit, signal }) {
    const get = list => this.#api.get(`/v1/browse/${list}`, { query: { limit }, signal });
    const [featured, released, added, popular, artists, chart, history, own] = await Promise.all([
      ...['featured-playlists', 'new-releases', 'recently-added', 'popular-tracks', 'popular-artists'].map(get),
      this.#optional('/v1/charts', { limit: 5 }, signal),
      this.#optional('/v1/me/player/recently-played', { limit: 20 }, signal),
      this.#optional('/v1/me/playlists', { limit: 50 }, signal),
    ]);
    const entries = chart?.entries.items ?? [];
    const played = new Map((history?.items ?? []).map(item => [item.track.id, item.track]));
    return {
      featured,
      madeForYou: (own?.items ?? []).filter(playlist => playlist.surface),
      newReleases: released.albums.items,
      recentlyAdded: added.albums.items,
      tracks: tracksOf(popular.tracks.items),
      popularNow: tracksOf(entries.length === 5 ? entries.map(entry => entry.track) : []),
      recentlyPlayed: tracksOf([...played.values()]),
      artists: artists.artists.items,
    };
  }

  async album(id, signal) {
    const album = await this.#get('albums', id, signal);
    return { ...album, listing: new Listing(this.#api, album.tracks, entry => track(entry, album)) };
  }

  async artist(id, signal) {
    const [artist, top, albums] = await Promise.all([
      this.#get('artists', id, signal),
      this.topTracks(id, signal),
      this.#api.get(`/v1/artists/${encodeURIComponent(id)}/albums`, { query: { limit: 50 }, signal }),
    ]);
    return { ...artist, top, albums: albums.items };
  }

  async topTracks(id, signal) {
    const { tracks } = await this.#api.get(`/v1/artists/${encodeURIComponent(id)}/top-tracks`, { signal });
    return Listing.of(tracks.map(wire => track(wire)));
  }

  async playlist(id, signal) {
    const playlist = await this.#get('playlists', id, signal);
    const page = playlist.items ?? playlist.tracks;
    // Items of generated playlists say why they were picked.
    const item = entry => {
      const playable = playableOf(entry.item ?? entry.track);
      return playable && entry.reason ? { ...playable, description: entry.reason.text } : playable;
    };
    return { ...playlist, listing: new Listing(this.#api, page, item) };
  }

  async show(id, signal) {
    const show = await this.#get('shows', id, signal);
    return { ...show, listing: new Listing(this.#api, show.episodes, entry => episode(entry, show)) };
  }

  async audiobook(id, signal) {
    const book = await this.#get('audiobooks', id, signal);
    return { ...book, listing: new Listing(this.#api, book.chapters, entry => chapter(entry, book)) };
  }

  async track(id, signal) { return track(await this.#get('tracks', id, signal)); }

  async episode(id, signal) { return episode(await this.#get('episodes', id, signal)); }

  async chapter(id, signal) { return chapter(await this.#get('chapters', id, signal)); }

  /** Returns tracks, episodes and chapters by URI, up to 50 of each, without those that do not exist. */
  async playables(uris) {
    const kinds = { track, episode, chapter };
    const found = await Promise.all(Object.entries(kinds).map(async ([kind, convert]) => {
      const ids = uris.map(uri => uri.split(':')).filter(parts => parts[1] === kind).map(parts => parts[2]);
      if (ids.length === 0) return [];
      const response = await this.#api.get(`/v1/${kind}s`, { query: { ids: ids.join(',') } });
      return response[`${kind}s`].filter(Boolean).map(wire => convert(wire));
    }));
    return found.flat();
  }

  /** Returns the items to play for an entity. */
  async listingOf(kind, id) {
    if (kind === 'artist') return this.topTracks(id);
    return (await this[kind](id)).listing;
  }

  async #optional(path, query, signal) {
    try {
      return await this.#api.get(path, { query, signal });
    } catch (e) {
      if (signal?.aborted) throw e;
      return null;
    }
  }

  #get(collection, id, signal) {
    return this.#api.get(`/v1/${collection}/${encodeURIComponent(id)}`, { signal });
  }
}

function playableOf(wire) {
  if (!wire) return null;
  return wire.type === 'episode' ? episode(wire) : track(wire);
}
