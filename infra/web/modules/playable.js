// Converts tracks, episodes and chapters to one format, for lists and for the player.

const reasons = {
  market: 'Not available in your country',
  explicit: 'Explicit, and your account filters that',
  not_released: 'Not released yet',
  product: 'Needs a paid plan',
  MARKET_RESTRICTED: 'Not available in your country',
  EXPLICIT_BLOCKED: 'Explicit, and your account filters that',
  NOT_RELEASED: 'Not released yet',
  PREMIUM_REQUIRED: 'Needs a paid plan',
};

/**
 * @typedef {object} Playable
 * @property {'track'|'episode'|'chapter'} kind
 * @property {string} id
 * @property {string} uri
 * @property {string} name
 * @property {{id: string, name: string}[]} artists empty for episodes and chapters
 * @property {{kind: string, id: string, name: string}} [parent] the album, show or audiobook
 * @property {string} byline the artists, show or authors, as one line
 * @property {object[]} images
 * @property {number} durationMs
 * @property {boolean} explicit
 * @property {string} [description]
 * @property {string} [releaseDate]
 * @property {number} [number] its position in the parent, from 1
 * @property {number} [disc]
 * @property {number} [offset] its position in the context, from 0
 * @property {?string} restriction the message shown if it cannot be played; null if it can
 */

/** Converts a track. */
export function track(wire, album = wire.album) {
  return {
    kind: 'track',
    id: wire.id,
    uri: wire.uri,
    name: wire.name,
    artists: wire.artists ?? [],
    parent: album && { kind: 'album', id: album.id, name: album.name },
    byline: (wire.artists ?? []).map(artist => artist.name).join(', '),
    images: album?.images ?? [],
    durationMs: wire.duration_ms,
    explicit: wire.explicit,
    number: wire.track_number,
    disc: wire.disc_number,
    restriction: restriction(wire),
  };
}

/** Converts an episode. */
export function episode(wire, show = wire.show) {
  return spoken(wire, 'episode', show && { kind: 'show', id: show.id, name: show.name }, show?.publisher ?? '');
}

/** Converts a chapter. */
export function chapter(wire, book = wire.audiobook) {
  const authors = (book?.authors ?? []).map(author => author.name).join(', ');
  return {
    ...spoken(wire, 'chapter', book && { kind: 'audiobook', id: book.id, name: book.name }, authors),
    number: wire.chapter_number + 1,
  };
}

/** Returns the message for a reason code of the API; null for an unknown code. */
export function reasonText(reason) {
  return Object.hasOwn(reasons, reason ?? '') ? reasons[reason] : null;
}

function spoken(wire, kind, parent, byline) {
  return {
    kind,
    id: wire.id,
    uri: wire.uri,
    name: wire.name,
    artists: [],
    parent,
    byline: parent?.name ?? byline,
    images: wire.images ?? [],
    durationMs: wire.duration_ms,
    explicit: wire.explicit,
    description: wire.description,
    releaseDate: wire.release_date,
    restriction: restriction(wire),
  };
}

function restriction(wire) {
  if (wire.restrictions) return reasonText(wire.restrictions.reason) ?? 'Not available';
  return wire.is_playable === false ? 'Not available' : null;
}
