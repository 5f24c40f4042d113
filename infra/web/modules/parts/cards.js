import { artwork } from '../artwork.js';
import { h } from '../dom.js';
import { count, line, year } from '../format.js';
import { icon } from '../icons.js';

/** Creates a card for an album, artist, playlist, show or audiobook, with a play button. */
export function card(entity, app) {
  const href = `/${entity.type}/${encodeURIComponent(entity.id)}`;
  return h('article', { class: `card ${entity.type === 'artist' ? 'card-round' : ''}` },
    h('div', { class: 'card-cover' },
      artwork(entity.images, entity.id, 220),
      h('button', {
        class: 'card-play', type: 'button', 'aria-label': `Play ${entity.name}`,
        on: { click: () => app.playEntity(entity.type, entity.id) },
      }, icon('play'))),
    h('h3', { class: 'card-name' }, h('a', { href }, entity.name)),
    h('p', { class: 'card-line' }, subtitle(entity)));
}

/** Creates a titled grid of cards, or a row that scrolls horizontally; null if there are no entities. */
export function cardRow(title, entities, app, { scroll = false } = {}) {
  const shown = (entities ?? []).filter(Boolean);
  if (shown.length === 0) return null;
  const cards = h('div', { class: scroll ? 'cards cards-scroll' : 'cards' }, shown.map(entity => card(entity, app)));
  return h('section', { class: 'shelf', 'aria-label': title },
    h('div', { class: 'shelf-head' }, h('h2', { class: 'shelf-title' }, title), scroll && scrollButtons(cards, title)),
    cards);
}

// Buttons for pointing devices that cannot scroll horizontally.
function scrollButtons(cards, title) {
  const scroll = direction => () => cards.scrollBy({ left: direction * cards.clientWidth * 0.8 });
  const button = (name, direction) => h('button', {
    class: 'icon-button', type: 'button', 'aria-label': `${title}: ${name}`, on: { click: scroll(direction) },
  }, icon(name));
  const back = button('back', -1);
  const forward = button('forward', 1);
  const both = h('div', { class: 'shelf-scroll', hidden: true }, back, forward);
  const update = () => {
    const overflow = cards.scrollWidth - cards.clientWidth;
    both.hidden = overflow <= 1;
    back.disabled = cards.scrollLeft <= 1;
    forward.disabled = cards.scrollLeft >= overflow - 1;
  };
  cards.addEventListener('scroll', update, { passive: true });
  new ResizeObserver(update).observe(cards);
  return both;
}

function subtitle(entity) {
  switch (entity.type) {
    case 'album':
      return line(year(entity.release_date), entity.album_group ? albumKind(entity) : entity.artists.map(artist => artist.name).join(', '));
    case 'artist': return entity.genres?.length ? entity.genres.slice(0, 2).join(', ') : 'Artist';
    case 'playlist': {
      const tracks = entity.items?.total ?? entity.tracks?.total ?? 0;
      return line(count(tracks, 'track'), `by ${entity.owner.display_name ?? entity.owner.id}`);
    }
    case 'show': return entity.publisher;
    case 'audiobook': return entity.authors.map(author => author.name).join(', ');
    default: return '';
  }
}

/** Returns Album, Single or Compilation. */
export function albumKind(album) {
  return album.album_type.charAt(0).toUpperCase() + album.album_type.slice(1);
}
