import { accentColor, artwork, backgroundColor } from '../artwork.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';
import { artistLinks } from '../parts/entity-header.js';
import { cardRow } from '../parts/cards.js';
import { empty } from '../parts/states.js';
import { trackShelf } from '../parts/track-list.js';

const ROW_LENGTH = 12;

export function homeView(app) {
  return async ({ signal }) => {
    const home = await app.catalog.home({ limit: ROW_LENGTH, signal });
    const { featured, madeForYou, newReleases, recentlyAdded, tracks, popularNow, recentlyPlayed, artists } = home;
    const [feature] = recentlyAdded;
    const shelves = [
      cardRow('Made for you', madeForYou, app, { scroll: true }),
      cardRow(featured.message, featured.playlists.items, app, { scroll: true }),
      trackShelf('Recently played', recentlyPlayed, { app, signal, art: true, parent: true }),
      trackShelf('Popular right now', popularNow, { app, signal, art: true, parent: true })
        ?? trackShelf('Popular now', tracks, { app, signal, art: true, parent: true }),
      cardRow('New releases', newReleases, app, { scroll: true }),
      cardRow('Recently added', recentlyAdded, app, { scroll: true }),
      cardRow('Popular artists', artists, app, { scroll: true }),
    ].filter(Boolean);
    return {
      title: 'Home',
      content: h('div', { class: 'home' },
        h('h1', { class: 'greeting', tabindex: '-1' }, `${greeting()}, ${app.session.user?.name ?? ''}`),
        feature && featuredAlbum(feature, app),
        shelves.length > 0 || feature ? shelves : empty('Nothing here yet', 'The catalog is empty. Import some music, and it shows here.')),
    };
  };
}

function featuredAlbum(album, app) {
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

function greeting() {
  const hour = new Date().getHours();
  return hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}
