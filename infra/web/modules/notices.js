import { h } from './dom.js';

const SHOWN_MS = 5000;

/** Shows a message for a few seconds at the edge of the page, and announces it to screen readers. */
export function notify(text) {
  const container = document.getElementById('notices');
  for (const duplicate of [...container.children].filter(child => child.textContent === text)) duplicate.remove();
  const notice = h('p', { class: 'notice' }, text);
  container.append(notice);
  while (container.children.length > 3) container.firstChild.remove();
  setTimeout(() => notice.remove(), SHOWN_MS);
}
