import { artwork } from '../artwork.js';
import { h, replace } from '../dom.js';
import { line } from '../format.js';
import { cardRow } from '../parts/cards.js';
import { empty, failure } from '../parts/states.js';
import { trackShelf } from '../parts/track-list.js';

const RESULTS_PER_TYPE = 6;
const FULL_SEARCH_DELAY_MS = 400;
const KINDS = {
  album: 'Album', artist: 'Artist', audiobook: 'Audiobook', episode: 'Episode', playlist: 'Playlist', show: 'Show', track: 'Track',
};
const types = ['track', 'album', 'artist', 'playlist', 'show', 'episode', 'audiobook'];

export function searchView(app) {
  return async ({ query, signal }) => {
    const q = (query.get('q') ?? '').trim();
    if (q === '') {
      const hint = 'Type the name of a track, an artist, an album, a playlist, a show or a book.';
      return { title: 'Search', content: h('div', null, heading('Search'), empty('What would you like to hear?', hint)) };
    }

    const { top_hit: top, items } = await app.catalog.suggest(q, signal);
    const rest = h('div', { 'aria-live': 'polite' }, items.length > 0 && suggestions('More results', items));
    const timer = setTimeout(() => showAll(q, rest, { app, signal }), FULL_SEARCH_DELAY_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
    return {
      title: `“${q}”`,
      content: h('div', null, heading(`Results for “${q}”`), top && suggestions('Top result', [top]), rest),
    };
  };
}

// Replaces the suggestions by the results of all types, once the listener stops typing.
async function showAll(q, rest, { app, signal }) {
  try {
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
    if (signal.aborted) return;
    replace(rest, sections.length > 0
      ? sections
      : empty('Nothing found', `Nothing is called “${q}”. Every word must match; the last one may be incomplete.`));
  } catch (e) {
    if (!signal.aborted) replace(rest, failure('Something is wrong', e.message, () => showAll(q, rest, { app, signal })));
  }
}

function suggestions(label, items) {
  return h('section', { class: 'shelf', 'aria-label': label },
    h('h2', { class: 'shelf-title' }, label),
    h('ul', { class: 'suggestions' }, items.map(item => h('li', { class: 'suggestion' },
      artwork(item.images, item.id, 64, 'track-art'),
      h('div', { class: 'track-main' },
        h('p', { class: 'track-name' }, h('a', { href: `/${item.type}/${encodeURIComponent(item.id)}` }, item.name)),
        h('p', { class: 'track-byline' }, line(KINDS[item.type], item.subtitle)))))));
}

function heading(text) {
  return h('h1', { class: 'page-title', tabindex: '-1' }, text);
}
