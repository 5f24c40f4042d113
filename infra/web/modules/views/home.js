import { accentColor, artwork, backgroundColor } from '../artwork.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { artistLinks } from '../parts/entity-header.js';
import { cardRow } from '../parts/cards.js';
import { empty } from '../parts/states.js';

// The rows are search results for a few frequent first letters, because there is no browse endpoint yet.
const letters = ['a', 'm', 's', 't'];
const types = ['album', 'playlist', 'artist', 'show', 'audiobook'];
const ROW_LENGTH = 12;

export function homeView(app) {
  return async ({ signal }) => {
    const found = await Promise.all(letters.map(letter => app.catalog.search(letter, types, { limit: ROW_LENGTH, signal })));
    const rows = Object.fromEntries(types.map(type => [type, merge(found.map(results => results[`${type}s`]?.items ?? []))]));
    const [feature, ...albums] = rows.album;
    const shelves = [
      cardRow('Albums', albums, app, { scroll: true }),
      cardRow('Playlists', rows.playlist, app, { scroll: true }),
      cardRow('Artists', rows.artist, app, { scroll: true }),
      cardRow('Shows', rows.show, app, { scroll: true }),
      cardRow('Audiobooks', rows.audiobook, app, { scroll: true }),
    ].filter(Boolean);
    return {
      title: 'Home',
      content: h('div', { class: 'home' },
        h('h1', { class: 'greeting', tabindex: '-1' }, `${greeting()}, ${app.session.user?.name ?? ''}`),
        feature && featured(feature, app),
        shelves.length > 0 || feature ? shelves : empty('Nothing here yet', 'The catalog is empty. Import some music, and it shows here.')),
    };
  };
}

function featured(album, app) {
  return h('section', {
    class: 'feature', 'aria-label': 'Featured album', vars: { background: backgroundColor(album.id), accent: accentColor(album.id) },
  },
    artwork(album.images, album.id, 240, 'feature-cover'),
    h('div', { class: 'feature-text' },
      h('p', { class: 'eyebrow' }, 'Start here'),
      h('h2', { class: 'feature-name' }, h('a', { href: `/album/${encodeURIComponent(album.id)}` }, album.name)),
      h('p', { class: 'feature-line' }, artistLinks(album.artists)),
      h('button', {
        class: 'button button-main', type: 'button', 'aria-label': `Play ${album.name}`,
        on: { click: () => app.playEntity('album', album.id) },
      }, icon('play'), 'Play')));
}

// Takes from the lists in turn: first the first items, then the second.
function merge(lists) {
  const merged = new Map();
  for (let i = 0; i < ROW_LENGTH; i++) for (const list of lists) if (list[i]) merged.set(list[i].id, list[i]);
  return [...merged.values()].slice(0, ROW_LENGTH + 1);
}

function greeting() {
  const hour = new Date().getHours();
  return hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}
