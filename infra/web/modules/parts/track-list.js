import { artwork } from '../artwork.js';
import { h, replace } from '../dom.js';
import { clock, date, line } from '../format.js';
import { icon } from '../icons.js';
import { artistLinks } from './entity-header.js';

/**
 * Creates a list of playable items. The button of a row plays the list from that row on.
 * @param {Listing} listing
 * @param {object} options
 * @param {object} options.app
 * @param {AbortSignal} options.signal aborts when the list is removed from the page
 * @param {string} options.label
 * @param {string} [options.contextUri] the URI of the album, playlist, … that the list belongs to
 * @param {'number'|'position'} [options.numbers] the number of a row: the item's number in its parent, or its position in the list
 * @param {boolean} [options.art] whether rows show an image
 * @param {boolean} [options.parent] whether rows name the album
 * @param {boolean} [options.described] whether rows show a description
 */
export function trackList(listing, options) {
  const { app, signal, label, contextUri, numbers = 'position', art = false, parent = false, described = false } = options;
  const { player } = app;
  const list = h('ol', { class: `tracks ${parent ? 'tracks-parent' : ''}`, 'aria-label': label });
  const rows = [];
  const manyDiscs = numbers === 'number' && listing.items.some(item => item.disc > 1);
  let disc = 0;
  add(listing.items);

  const more = h('button', { class: 'button more', type: 'button', hidden: !listing.hasMore, on: { click: loadMore } }, 'Show more');
  player.addEventListener('change', update, { signal });
  list.addEventListener('keydown', moveFocus);
  update();
  return h('div', { class: 'tracks-frame' }, list, more);

  function add(items) {
    for (const item of items) {
      if (manyDiscs && item.disc !== disc) {
        disc = item.disc;
        list.append(h('li', { class: 'disc' }, `Disc ${disc}`));
      }

      const row = makeRow(item, rows.length);
      rows.push(row);
      list.append(row.element);
    }
  }

  function makeRow(item, index) {
    const button = h('button', { class: 'track-play', type: 'button' });
    const reason = h('p', { class: 'track-reason' });
    const element = h('li', { class: 'track', data: { id: item.id } },
      button,
      art && artwork(item.images, item.parent?.id ?? item.id, 44, 'track-art'),
      h('div', { class: 'track-main' },
        h('p', { class: 'track-name' },
          h('a', { href: `/${item.kind}/${encodeURIComponent(item.id)}` }, item.name),
          item.explicit && h('abbr', { class: 'explicit', title: 'Explicit' }, 'E')),
        h('p', { class: 'track-byline' }, item.artists.length > 0 ? artistLinks(item.artists) : line(date(item.releaseDate))),
        described && item.description && h('p', { class: 'track-description' }, item.description),
        reason),
      parent && h('p', { class: 'track-parent' },
        item.parent && h('a', { href: `/${item.parent.kind}/${encodeURIComponent(item.parent.id)}` }, item.parent.name)),
      h('span', { class: 'track-length' }, clock(item.durationMs / 1000)));

    // A click anywhere in the row plays it, except on a link. composedPath is used because the clicked node may already have
    // been replaced.
    element.addEventListener('click', event => {
      const within = selector => event.composedPath().some(node => node instanceof Element && node.matches(selector));
      if (within('.track-play') || (!within('a') && getSelection().isCollapsed)) play();
    });
    return { item, element, button, reason, number: String(numbers === 'number' ? item.number : index + 1), shown: null };

    function play() {
      if (isCurrent(item)) player.toggle();
      else player.start(listing, index, contextUri);
    }
  }

  // Compares by position as well, because a list may have been loaded twice and a playlist may contain a track twice.
  function isCurrent(item) {
    const playing = player.item;
    const isSameContext = contextUri !== undefined && player.queue.contextUri === contextUri;
    return playing === item || (playing?.uri === item.uri && playing.offset === item.offset && isSameContext);
  }

  function update() {
    for (const row of rows) {
      const { item } = row;
      const current = isCurrent(item);
      const state = item.restriction ? 'restricted' : current ? player.status : 'idle';
      if (row.shown === state) continue;
      row.shown = state;
      row.element.classList.toggle('is-restricted', state === 'restricted');
      row.element.classList.toggle('is-current', current);
      const playing = current && (state === 'playing' || state === 'loading');
      row.element.classList.toggle('is-playing', playing);
      if (current) row.element.setAttribute('aria-current', 'true');
      else row.element.removeAttribute('aria-current');
      row.reason.textContent = item.restriction ?? '';
      row.reason.hidden = !item.restriction;
      const by = item.artists.length > 0 ? ` by ${item.byline}` : '';
      row.button.setAttribute('aria-label', item.restriction
        ? `${item.name}: ${item.restriction}`
        : `${playing ? 'Pause' : 'Play'} ${item.name}${by}`);
      if (item.restriction) row.button.setAttribute('aria-disabled', 'true');
      replace(row.button,
        h('span', { class: 'track-number' }, state === 'restricted' ? icon('lock') : playing ? equalizer() : row.number),
        h('span', { class: 'track-action' }, icon(state === 'restricted' ? 'lock' : playing ? 'pause' : 'play')));
    }
  }

  async function loadMore() {
    more.disabled = true;
    try {
      await listing.more();
      add(listing.items.slice(rows.length));
      update();
      more.hidden = !listing.hasMore;
    } catch (e) {
      app.notify(e.message);
    } finally {
      more.disabled = false;
    }
  }
}

function equalizer() {
  return h('span', { class: 'equalizer' }, h('i'), h('i'), h('i'));
}

function moveFocus(event) {
  if (event.shiftKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
  const buttons = [...event.currentTarget.querySelectorAll('.track-play')];
  const at = buttons.indexOf(event.target);
  const to = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || !to) return;
  event.preventDefault();
  to.focus();
}

/** Creates a titled list of playable items; null if it is empty. */
export function trackShelf(label, listing, options) {
  if (listing.items.length === 0) return null;
  return h('section', { class: 'shelf', 'aria-label': label },
    h('h2', { class: 'shelf-title' }, label),
    trackList(listing, { ...options, label }));
}
