import { h } from '../dom.js';
import { clock } from '../format.js';

const STEP_S = 5;

/** Where in the item it plays, what has arrived of it, and going elsewhere in it. */
export function seekBar(player) {
  const played = h('span', { class: 'seek-time', 'data-part': 'position' }, '0:00');
  const total = h('span', { class: 'seek-time', 'data-part': 'duration' }, '0:00');
  const arrived = h('div', { class: 'slider-arrived' });
  const input = h('input', { type: 'range', min: '0', max: '1', step: 'any', value: '0', 'aria-label': 'Position' });
  const slider = h('div', { class: 'slider seek-slider' }, h('div', { class: 'slider-track' }, arrived, h('div', { class: 'slider-fill' })), input);
  let dragging = false;

  input.addEventListener('input', () => {
    dragging = true;
    show(Number(input.value));
  });
  input.addEventListener('change', () => {
    dragging = false;
    player.seek(Number(input.value));
  });
  input.addEventListener('keydown', event => {
    const step = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageUp: STEP_S * 6, PageDown: -STEP_S * 6 }[event.key];
    if (event.shiftKey) return;
    if (event.key === ' ') {
      event.preventDefault();
      player.toggle();
    } else if (step) {
      event.preventDefault();
      player.seek(player.position + step);
    }
  });

  player.addEventListener('time', update);
  player.addEventListener('change', update);
  update();
  return h('div', { class: 'seek' }, played, slider, total);

  function update() {
    const { duration } = player;
    input.max = String(duration || 1);
    input.disabled = !player.item;
    total.textContent = clock(duration);
    if (!dragging) show(player.position);
    showArrived(duration);
  }

  function show(position) {
    const { duration } = player;
    if (!dragging) input.value = String(position);
    slider.style.setProperty('--at', duration > 0 ? String(Math.min(1, position / duration)) : '0');
    played.textContent = clock(position);
    input.setAttribute('aria-valuetext', `${clock(position)} of ${clock(duration)}`);
  }

  function showArrived(duration) {
    const stretches = duration > 0 ? player.buffered : [];
    while (arrived.children.length > stretches.length) arrived.lastChild.remove();
    while (arrived.children.length < stretches.length) arrived.append(h('i'));
    stretches.forEach(([start, end], i) => {
      const { style } = arrived.children[i];
      style.left = `${(start / duration) * 100}%`;
      style.width = `${(Math.min(end, duration) - start) / duration * 100}%`;
    });
  }
}
