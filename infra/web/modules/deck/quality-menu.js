import { h, replace } from '../dom.js';
import { icon } from '../icons.js';

const qualities = {
  low: ['Low', '24 kbit/s, for thin connections'],
  normal: ['Normal', '96 kbit/s'],
  high: ['High', '160 kbit/s'],
  very_high: ['Very high', '320 kbit/s · Premium'],
  lossless: ['Lossless', 'FLAC · Premium'],
};
const codecNames = { vorbis: 'Ogg Vorbis', aac: 'AAC', flac: 'FLAC', flac_native: 'FLAC' };

/** Renders the quality menu: the requested quality, and the quality of the current grant. */
export function qualityMenu(player, settings) {
  const button = h('button', {
    class: 'quality-button', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': 'quality-menu',
    on: { click: toggle },
  });
  const items = Object.entries(qualities).map(([quality, [name, details]]) => h('button', {
    class: 'menu-item', type: 'button', role: 'menuitemradio', tabindex: '-1', data: { quality }, on: { click: () => choose(quality) },
  },
    h('span', { class: 'menu-check' }, icon('check')),
    h('span', { class: 'menu-text' }, h('span', null, name), h('small', null, details))));
  const granted = h('p', { class: 'menu-note' });
  const menu = h('div', { id: 'quality-menu', class: 'menu', hidden: true },
    h('div', { role: 'menu', 'aria-label': 'Quality' }, items), granted);
  const frame = h('div', { class: 'quality' }, button, menu);

  menu.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', event => { if (!menu.hidden && !frame.contains(event.target)) close(); });
  frame.addEventListener('focusout', event => {
    if (!menu.hidden && event.relatedTarget && !frame.contains(event.relatedTarget)) close();
  });
  player.addEventListener('change', update);
  settings.addEventListener('quality', update);
  update();
  return frame;

  function update() {
    const { grant } = player;
    const limited = grant?.limitedBy === 'PREMIUM_REQUIRED';
    const shown = qualities[grant?.quality ?? settings.quality][0];
    replace(button, limited && icon('lock'), h('span', null, shown));
    button.setAttribute('aria-label', `Quality: ${shown}${limited ? `, ${qualities[grant.requestedQuality][0]} needs Premium` : ''}`);
    button.classList.toggle('is-limited', limited);
    for (const item of items) item.setAttribute('aria-checked', String(item.dataset.quality === settings.quality));
    const format = grant && `${codecNames[grant.codec] ?? grant.codec}, ${grant.bitrateKbps} kbit/s`;
    replace(granted, grant && [
      h('span', null, `Playing ${qualities[grant.quality][0].toLowerCase()}: ${format}`),
      limited && h('strong', null, `${qualities[grant.requestedQuality][0]} needs Premium. You hear the best of your plan.`),
    ]);
    granted.hidden = !grant;
  }

  function toggle() {
    if (!menu.hidden) return close();
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    (items.find(item => item.dataset.quality === settings.quality) ?? items[0]).focus();
  }

  function close() {
    const hadFocus = menu.contains(document.activeElement);
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (hadFocus) button.focus();
  }

  function choose(quality) {
    settings.quality = quality;
    close();
  }

  function onKey(event) {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === 'Escape') close();
    else if (to !== undefined) items[(to + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
