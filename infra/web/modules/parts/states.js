import { h } from '../dom.js';
import { icon } from '../icons.js';

/** Creates the placeholder shown while a view loads. */
export function loading() {
  return h('div', { class: 'skeleton', role: 'status', 'aria-label': 'Loading' },
    h('div', { class: 'skeleton-head' },
      h('div', { class: 'skeleton-cover' }),
      h('div', { class: 'skeleton-text' }, h('i'), h('i'), h('i'))),
    h('div', { class: 'skeleton-rows' }, Array.from({ length: 6 }, () => h('i'))));
}

/** Creates the placeholder for an empty page or list. */
export function empty(title, text) {
  return h('div', { class: 'state' }, h('h2', null, title), text && h('p', null, text));
}

/** Creates an error message, with a button to try again if `retry` is given. */
export function failure(title, text, retry) {
  return h('div', { class: 'state', role: 'alert' },
    h('h1', { tabindex: '-1' }, title),
    h('p', null, text),
    h('div', { class: 'state-actions' },
      retry && h('button', { class: 'button button-main', type: 'button', on: { click: retry } }, icon('retry'), 'Try again'),
      h('a', { class: 'button', href: '/' }, 'Home')));
}
