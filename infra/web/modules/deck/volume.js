import { h, replace } from '../dom.js';
import { icon } from '../icons.js';

/** Renders the volume slider and the mute button. */
export function volumeControl(settings) {
  const button = h('button', { class: 'icon-button', type: 'button', on: { click: () => { settings.muted = !settings.muted; } } });
  const input = h('input', { type: 'range', min: '0', max: '1', step: '0.01', 'aria-label': 'Volume' });
  const slider = h('div', { class: 'slider' }, h('div', { class: 'slider-track' }, h('div', { class: 'slider-fill' })), input);
  input.addEventListener('input', () => {
    settings.volume = Number(input.value);
    settings.muted = false;
  });
  settings.addEventListener('volume', update);
  settings.addEventListener('muted', update);
  update();
  return h('div', { class: 'volume' }, button, slider);

  function update() {
    const { muted, volume } = settings;
    const effective = muted ? 0 : volume;
    input.value = String(effective);
    input.setAttribute('aria-valuetext', muted ? 'Muted' : `${Math.round(volume * 100)} percent`);
    slider.style.setProperty('--at', String(effective));
    button.setAttribute('aria-label', muted ? 'Unmute' : 'Mute');
    button.setAttribute('aria-pressed', String(muted));
    replace(button, icon(effective === 0 ? 'muted' : 'volume'));
  }
}
