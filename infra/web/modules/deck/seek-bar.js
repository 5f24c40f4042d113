import { h } from '../dom.js';
import { clock } from '../format.js';

const STEP_S = 5;
const PAGE_S = 30;
const steps = {
  ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageUp: PAGE_S, PageDown: -PAGE_S,
};

/** Renders the playback position, the buffered ranges and the slider that seeks. */
export function seekBar(player) {
  const played = h('span', { class: 'seek-time', 'data-part': 'position' }, '0:00');
  const total = h('span', { class: 'seek-time', 'data-part': 'duration' }, '0:00');
  const buffered = h('div', { class: 'slider-buffered' });
  const input = h('input', { type: 'range', min: '0', max: '1', step: 'any', value: '0', 'aria-label': 'Position' });
  const slider = h('div', { class: 'slider seek-slider' },
    h('div', { class: 'slider-track' }, buffered, h('div', { class: 'slider-fill' })),
    input);
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
    const step = steps[event.key];
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
    showBuffered(duration);
  }

  function show(position) {
    const { duration } = player;
    if (!dragging) input.value = String(position);
    slider.style.setProperty('--at', duration > 0 ? String(Math.min(1, position / duration)) : '0');
    played.textContent = clock(position);
    input.setAttribute('aria-valuetext', `${clock(position)} of ${clock(duration)}`);
  }

  function showBuffered(duration) {
    const ranges = duration > 0 ? player.buffered : [];
    while (buffered.children.length > ranges.length) buffered.lastChild.remove();
    while (buffered.children.length < ranges.length) buffered.append(h('i'));
    ranges.forEach(([start, end], i) => {
      const { style } = buffered.children[i];
      style.left = `${(start / duration) * 100}%`;
      style.width = `${(Math.min(end, duration) - start) / duration * 100}%`;
    });
  }
}
