import { h } from './dom.js';

const SHOWN_MS = 5000;

/** Says something in passing, at the edge of the page and to screen readers. */
export function notify(text) {
  const place = document.getElementById('notices');
  for (const same of [...place.children].filter(child => child.textContent === text)) same.remove();
  const notice = h('p', { class: 'notice' }, text);
  place.append(notice);
  while (place.children.length > 3) place.firstChild.remove();
  setTimeout(() => notice.remove(), SHOWN_MS);
}
