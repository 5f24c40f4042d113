import { accentColor, artwork } from '../artwork.js';
import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { artistLinks } from '../parts/entity-header.js';
import { deviceMenu } from './device-menu.js';
import { qualityMenu } from './quality-menu.js';
import { queuePanel } from './queue-panel.js';
import { seekBar } from './seek-bar.js';
import { volumeControl } from './volume.js';

const actionLabels = { play: 'Play', pause: 'Pause', retry: 'Try again' };

/** Renders the player controls at the bottom of the page. Hidden until something is played. */
export function connectDeck(deck, queue, { player, settings, connect, volume }) {
  const now = h('div', { class: 'now' });
  const play = h('button', { class: 'play-button', type: 'button', on: { click: () => player.toggle() } });
  replace(deck,
    now,
    h('div', { class: 'transport' },
      h('button', {
        class: 'icon-button', type: 'button', 'aria-label': 'Previous', on: { click: () => player.previous() },
      }, icon('previous')),
      play,
      h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Next', on: { click: () => player.next() } }, icon('next'))),
    seekBar(player),
    h('div', { class: 'deck-tools' },
      qualityMenu(player, settings), deviceMenu(player, connect), queuePanel(queue, player), volumeControl(volume)));

  let shown = null;
  player.addEventListener('change', update);
  update();

  function update() {
    const { item, status, playWhenReady } = player;
    deck.hidden = !item;
    document.body.classList.toggle('has-deck', Boolean(item));
    deck.dataset.status = status;
    const action = status === 'failed' ? 'retry' : playWhenReady ? 'pause' : 'play';
    if (play.dataset.action !== action) {
      play.dataset.action = action;
      play.setAttribute('aria-label', actionLabels[action]);
      replace(play, icon(action));
    }

    play.setAttribute('aria-busy', String(status === 'loading' && playWhenReady));
    const key = item && `${item.uri} ${player.problem ?? ''} ${player.device?.name ?? ''}`;
    if (item && key !== shown) showItem(item);
    shown = key;
  }

  function showItem(item) {
    deck.style.setProperty('--accent', accentColor(item.parent?.id ?? item.id));
    replace(now,
      artwork(item.images, item.parent?.id ?? item.id, 56, 'now-cover'),
      h('div', { class: 'now-text' },
        h('p', { class: 'now-name' }, h('a', { href: `/${item.kind}/${encodeURIComponent(item.id)}` }, item.name)),
        player.problem
          ? h('p', { class: 'now-problem', role: 'alert' }, player.problem)
          : h('p', { class: 'now-byline' }, item.artists.length > 0
            ? artistLinks(item.artists)
            : item.parent && h('a', { href: `/${item.parent.kind}/${encodeURIComponent(item.parent.id)}` }, item.parent.name)),
        player.device && h('p', { class: 'now-device' }, `Playing on ${player.device.name}`)));
  }
}
