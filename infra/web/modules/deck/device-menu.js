import { h, replace } from '../dom.js';
import { icon } from '../icons.js';

/** Renders the device menu: the connected devices, of which one plays. Choosing one transfers playback. */
export function deviceMenu(player, connect) {
  const button = h('button', {
    class: 'icon-button device-button', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': 'device-menu',
    on: { click: toggle },
  }, icon('devices'));
  const list = h('div', { role: 'menu', 'aria-label': 'Devices' });
  const menu = h('div', { id: 'device-menu', class: 'menu', hidden: true }, list);
  const frame = h('div', { class: 'devices' }, button, menu);
  let shown = '';

  menu.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', event => { if (!menu.hidden && !frame.contains(event.target)) close(); });
  frame.addEventListener('focusout', event => {
    if (!menu.hidden && event.relatedTarget && !frame.contains(event.relatedTarget)) close();
  });
  player.addEventListener('change', update);
  update();
  return frame;

  function update() {
    const { device } = player;
    const { devices } = connect;
    frame.hidden = devices.length === 0;
    if (frame.hidden && !menu.hidden) close();
    button.setAttribute('aria-label', device ? `Devices: playing on ${device.name}` : 'Devices');
    button.classList.toggle('is-remote', device !== null);
    const activeId = connect.activeDevice?.id;
    const key = JSON.stringify(devices.map(({ id, name, type }) => [id, name, type, id === activeId]));
    if (key === shown) return;
    shown = key;
    const focused = document.activeElement?.dataset.device;
    replace(list, devices.map(one => item(one, one.id === activeId)));
    if (focused && !menu.hidden) (items().find(one => one.dataset.device === focused) ?? items()[0])?.focus();
  }

  function item({ id, name, type }, isActive) {
    return h('button', {
      class: 'menu-item', type: 'button', role: 'menuitemradio', tabindex: '-1', 'aria-checked': String(isActive), data: { device: id },
      on: { click: () => choose(id, isActive) },
    },
      h('span', { class: 'menu-check' }, icon('check')),
      h('span', { class: 'menu-text' }, h('span', null, name), h('small', null, id === connect.deviceId ? 'This browser' : type)));
  }

  function items() {
    return [...list.children];
  }

  function toggle() {
    if (!menu.hidden) return close();
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    (items().find(one => one.getAttribute('aria-checked') === 'true') ?? items()[0])?.focus();
  }

  function close() {
    const hadFocus = menu.contains(document.activeElement);
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (hadFocus) button.focus();
  }

  function choose(id, isActive) {
    if (!isActive) connect.transfer(id, true);
    close();
  }

  function onKey(event) {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape') close();
    else if (to !== undefined) all[(to + all.length) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
