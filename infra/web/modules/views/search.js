import { h } from '../dom.js';
import { cardRow } from '../parts/cards.js';
import { empty } from '../parts/states.js';
import { trackList } from '../parts/track-list.js';

const RESULTS_PER_TYPE = 6;
const types = ['track', 'album', 'artist', 'playlist', 'show', 'episode', 'audiobook'];

export function searchView(app) {
  return async ({ query, signal }) => {
    const q = (query.get('q') ?? '').trim();
    if (q === '') {
      const hint = 'Type the name of a track, an artist, an album, a playlist, a show or a book.';
      return { title: 'Search', content: h('div', null, heading('Search'), empty('What would you like to hear?', hint)) };
    }

    const results = await app.catalog.find(q, types, { limit: RESULTS_PER_TYPE, signal });
    const sections = [
      trackShelf('Tracks', results.tracks, { app, signal, art: true, parent: true }),
      cardRow('Artists', results.artists.items, app),
      cardRow('Albums', results.albums.items, app),
      cardRow('Playlists', results.playlists.items, app),
      cardRow('Shows', results.shows.items, app),
      trackShelf('Episodes', results.episodes, { app, signal, art: true }),
      cardRow('Audiobooks', results.audiobooks.items, app),
    ].filter(Boolean);
    return {
      title: `“${q}”`,
      content: h('div', null,
        heading(`Results for “${q}”`),
        sections.length > 0
          ? sections
          : empty('Nothing found', `Nothing is called “${q}”. Every word must match; the last one may be incomplete.`)),
    };
  };
}

function trackShelf(label, listing, options) {
  if (listing.items.length === 0) return null;
  return h('section', { class: 'shelf', 'aria-label': label },
    h('h2', { class: 'shelf-title' }, label),
    trackList(listing, { ...options, label }));
}

function heading(text) {
  return h('h1', { class: 'page-title', tabindex: '-1' }, text);
}
