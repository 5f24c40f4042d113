import { artwork } from '../artwork.js';
import { h, replace } from '../dom.js';
import { icon } from '../icons.js';

const MAX_SHOWN = 50;

/** Renders the queue in a side panel. Returns the button that opens and closes the panel. */
export function queuePanel(panel, player) {
  const list = h('ol', { class: 'queue-list' });
  const button = h('button', {
    class: 'icon-button', type: 'button', 'aria-label': 'Queue', 'aria-controls': panel.id, 'aria-expanded': 'false',
    on: { click: toggle },
  }, icon('queue'));
  replace(panel,
    h('header', { class: 'queue-head' },
      h('h2', null, 'Queue'),
      h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Close the queue', on: { click: close } }, icon('close'))),
    list);
  panel.addEventListener('keydown', event => { if (event.key === 'Escape') close(); });
  player.addEventListener('change', update);
  player.queue.addEventListener('change', update);
  return button;

  function update() {
    if (panel.hidden) return;
    const { items, index } = player.queue;
    if (items.length === 0) return close();
    replace(list, items.slice(index, index + MAX_SHOWN).map((item, i) => row(item, i === 0, () => i > 0 && player.jump(index + i))));
  }

  function row(item, isCurrent, jump) {
    return h('li', { class: `queue-item ${isCurrent ? 'is-current' : ''} ${item.restriction ? 'is-restricted' : ''}` },
      h('button', {
        type: 'button', 'aria-current': isCurrent ? 'true' : null, 'aria-disabled': item.restriction ? 'true' : null, on: { click: jump },
      },
        artwork(item.images, item.parent?.id ?? item.id, 40),
        h('span', { class: 'queue-text' },
          h('span', { class: 'queue-name' }, item.name),
          h('small', null, item.restriction ?? item.byline))));
  }

  function toggle() {
    if (!panel.hidden) return close();
    panel.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    document.body.classList.add('has-queue');
    update();
    list.querySelector('button')?.focus();
  }

  function close() {
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.body.classList.remove('has-queue');
    if (hadFocus) button.focus();
  }
}
