import { h } from '../dom.js';
import { cardRow } from '../parts/cards.js';
import { empty } from '../parts/states.js';
import { trackList } from '../parts/track-list.js';

const MOST = 6;
const types = ['track', 'album', 'artist', 'playlist', 'show', 'episode', 'audiobook'];

export function searchView(app) {
  return async ({ query, signal }) => {
    const q = (query.get('q') ?? '').trim();
    if (q === '') return { title: 'Search', content: h('div', null, heading('Search'), empty('What would you like to hear?', 'Type the name of a track, an artist, an album, a playlist, a show or a book.')) };

    const results = await app.catalog.find(q, types, { limit: MOST, signal });
    const sections = [
      results.tracks.items.length > 0 && h('section', { class: 'shelf', 'aria-label': 'Tracks' }, h('h2', { class: 'shelf-title' }, 'Tracks'),
        trackList(results.tracks, { app, signal, label: 'Tracks', art: true, parent: true })),
      cardRow('Artists', results.artists.items, app),
      cardRow('Albums', results.albums.items, app),
      cardRow('Playlists', results.playlists.items, app),
      cardRow('Shows', results.shows.items, app),
      results.episodes.items.length > 0 && h('section', { class: 'shelf', 'aria-label': 'Episodes' }, h('h2', { class: 'shelf-title' }, 'Episodes'),
        trackList(results.episodes, { app, signal, label: 'Episodes', art: true })),
      cardRow('Audiobooks', results.audiobooks.items, app),
    ].filter(Boolean);
    return {
      title: `“${q}”`,
      content: h('div', null,
        heading(`Results for “${q}”`),
        sections.length > 0 ? sections : empty('Nothing found', `Nothing is called “${q}”. Every word must match; the last may be cut short.`)),
    };
  };
}

function heading(text) {
  return h('h1', { class: 'page-title', tabindex: '-1' }, text);
}
