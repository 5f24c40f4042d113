import { artwork } from '../artwork.js';
import { h } from '../dom.js';
import { count, line, year } from '../format.js';
import { icon } from '../icons.js';

/** A card of an album, artist, playlist, show or audiobook, with a button that plays it. */
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

/** A titled grid of cards, or one row that scrolls sideways; nothing when there are none. */
export function cardRow(title, entities, app, { scroll = false } = {}) {
  const shown = (entities ?? []).filter(Boolean);
  if (shown.length === 0) return null;
  const cards = h('div', { class: scroll ? 'cards cards-scroll' : 'cards' }, shown.map(entity => card(entity, app)));
  return h('section', { class: 'shelf', 'aria-label': title },
    h('div', { class: 'shelf-head' }, h('h2', { class: 'shelf-title' }, title), scroll && turns(cards, title)),
    cards);
}

// Buttons for those who cannot scroll sideways.
function turns(cards, title) {
  const turn = direction => () => cards.scrollBy({ left: direction * cards.clientWidth * 0.8 });
  const back = h('button', { class: 'icon-button', type: 'button', 'aria-label': `${title}: back`, on: { click: turn(-1) } }, icon('back'));
  const onward = h('button', { class: 'icon-button', type: 'button', 'aria-label': `${title}: onward`, on: { click: turn(1) } }, icon('onward'));
  const both = h('div', { class: 'shelf-turn', hidden: true }, back, onward);
  const update = () => {
    const hidden = cards.scrollWidth - cards.clientWidth;
    both.hidden = hidden <= 1;
    back.disabled = cards.scrollLeft <= 1;
    onward.disabled = cards.scrollLeft >= hidden - 1;
  };
  cards.addEventListener('scroll', update, { passive: true });
  new ResizeObserver(update).observe(cards);
  return both;
}

function subtitle(entity) {
  switch (entity.type) {
    case 'album': return line(year(entity.release_date), entity.album_group ? kindOf(entity) : entity.artists.map(artist => artist.name).join(', '));
    case 'artist': return entity.genres?.length ? entity.genres.slice(0, 2).join(', ') : 'Artist';
    case 'playlist': return line(count(entity.items?.total ?? entity.tracks?.total ?? 0, 'track'), `by ${entity.owner.display_name ?? entity.owner.id}`);
    case 'show': return entity.publisher;
    case 'audiobook': return entity.authors.map(author => author.name).join(', ');
    default: return '';
  }
}

/** Album, Single or Compilation. */
export function kindOf(album) {
  return album.album_type.charAt(0).toUpperCase() + album.album_type.slice(1);
}
