import { accentColor, artwork, backgroundColor } from '../artwork.js';
import { h } from '../dom.js';
import { icon } from '../icons.js';

/**
 * Creates the header of an entity's page: image, kind, name, a line of facts and a play button.
 * @param {{kind: string, name: string, id: string, images: object[], round?: boolean, about?: Array, description?: string, play?: Function,
 *   playLabel?: string, restriction?: ?string}} entity
 */
export function entityHeader({ kind, name, id, images, round = false, about = [], description, play, playLabel = 'Play', restriction }) {
  return h('header', { class: 'hero', vars: { background: backgroundColor(id), accent: accentColor(id) } },
    artwork(images, id, 260, round ? 'hero-cover artwork-round' : 'hero-cover'),
    h('div', { class: 'hero-text' },
      h('p', { class: 'eyebrow' }, kind),
      h('h1', { class: name.length > 34 ? 'hero-name hero-name-long' : 'hero-name', tabindex: '-1' }, name),
      description && h('p', { class: 'hero-description' }, description),
      h('p', { class: 'hero-about' }, join(about)),
      restriction && h('p', { class: 'hero-restriction' }, icon('lock'), restriction),
      play && h('button', {
        class: 'button button-main button-large', type: 'button', disabled: Boolean(restriction), on: { click: play },
      }, icon('play'), playLabel)));
}

/** Creates links to artists, separated by commas. */
export function artistLinks(artists) {
  return artists.map((artist, i) => [i > 0 && ', ', h('a', { href: `/artist/${encodeURIComponent(artist.id)}` }, artist.name)]);
}

function join(parts) {
  const dot = () => h('span', { class: 'dot', 'aria-hidden': 'true' }, ' · ');
  return parts.filter(part => part && part.length !== 0).map((part, i) => [i > 0 && dot(), h('span', null, part)]);
}
