import { h } from './dom.js';

const SEEK_S = 5;

const shortcuts = [
  ['Space', 'Play or pause'],
  ['← →', 'Back or forward five seconds'],
  ['Shift ← →', 'Previous or next'],
  ['Shift ↑ ↓', 'Louder or quieter'],
  ['M', 'Mute'],
  ['/', 'Search'],
  ['?', 'These keys'],
];

/** Handles the keyboard shortcuts of the page. Controls that use a key themselves keep it while they have the focus. */
export function connectKeyboard({ player, volume, session }) {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !session.user) return;
    const { target } = event;
    if (target.closest('input, select, textarea, [contenteditable], dialog, [role="menu"]')) return;
    const onControl = target.closest('button, a[href]') !== null;
    if (act(event.key, event.shiftKey, onControl)) event.preventDefault();
  });

  function act(key, shift, onControl) {
    if (key === ' ') return !onControl && player.item && (player.toggle(), true);
    if (key === '/') return document.querySelector('.search-field input')?.focus(), true;
    if (key === '?') return showShortcuts(), true;
    if (!player.item) return false;
    switch (key) {
      case 'ArrowLeft': shift ? player.previous() : player.seek(player.position - SEEK_S); return true;
      case 'ArrowRight': shift ? player.next() : player.seek(player.position + SEEK_S); return true;
      case 'ArrowUp': return shift && (volume.volume += 0.05, true);
      case 'ArrowDown': return shift && (volume.volume -= 0.05, true);
      case 'm': case 'M': volume.muted = !volume.muted; return true;
      default: return false;
    }
  }
}

/** Shows the list of shortcuts in a dialog. */
export function showShortcuts() {
  const dialog = h('dialog', { class: 'shortcuts', 'aria-labelledby': 'shortcuts-title' },
    h('h2', { id: 'shortcuts-title' }, 'Keys'),
    h('dl', null, shortcuts.map(([keys, action]) => h('div', null,
      h('dt', null, keys.split(' ').map(key => h('kbd', null, key))),
      h('dd', null, action)))),
    h('form', { method: 'dialog' }, h('button', { class: 'button' }, 'Close')));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}
