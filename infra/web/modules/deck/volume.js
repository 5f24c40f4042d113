import { h, replace } from '../dom.js';
import { icon } from '../icons.js';

/** Renders the volume slider and the mute button. */
export function volumeControl(control) {
  const button = h('button', { class: 'icon-button', type: 'button', on: { click: () => { control.muted = !control.muted; } } });
  const input = h('input', { type: 'range', min: '0', max: '1', step: '0.01', 'aria-label': 'Volume' });
  const slider = h('div', { class: 'slider' }, h('div', { class: 'slider-track' }, h('div', { class: 'slider-fill' })), input);
  input.addEventListener('input', () => {
    control.volume = Number(input.value);
    if (Number(input.value) > 0) control.muted = false;
  });
  control.addEventListener('volume', update);
  control.addEventListener('muted', update);
  update();
  return h('div', { class: 'volume' }, button, slider);

  function update() {
    const { muted, volume } = control;
    const effective = muted ? 0 : volume;
    input.value = String(effective);
    input.setAttribute('aria-valuetext', muted ? 'Muted' : `${Math.round(volume * 100)} percent`);
    slider.style.setProperty('--at', String(effective));
    button.setAttribute('aria-label', muted ? 'Unmute' : 'Mute');
    button.setAttribute('aria-pressed', String(muted));
    replace(button, icon(effective === 0 ? 'muted' : 'volume'));
  }
}
