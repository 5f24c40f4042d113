import { h, replace } from './dom.js';
import { icon, mark } from './icons.js';
import { showShortcuts } from './keyboard.js';

const TYPING_MS = 220;

/** The head of the page: the mark, the search field, and who is signed in. */
export function connectHeader(header, { router, session }) {
  const input = h('input', { type: 'search', name: 'q', placeholder: 'Search', 'aria-label': 'Search', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search', maxlength: '250' });
  const form = h('form', { class: 'search-field', role: 'search', action: '/search' }, icon('search'), input);
  let timer = 0;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPING_MS);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  session.addEventListener('change', update);
  update();

  return {
    /** Makes the field say what the address does. */
    follow() {
      clearTimeout(timer);
      const q = location.pathname === '/search' ? new URLSearchParams(location.search).get('q') ?? '' : '';
      if (document.activeElement !== input || location.pathname !== '/search') input.value = q;
    },
  };

  function search() {
    const q = input.value.trim();
    const onSearch = location.pathname === '/search';
    if (q === '' && !onSearch) return;
    router.go(q === '' ? '/search' : `/search?q=${encodeURIComponent(q)}`, { replace: onSearch, keepFocus: true });
  }

  function update() {
    const { user } = session;
    header.hidden = !user;
    if (!user) return;
    replace(header,
      h('a', { class: 'brand', href: '/', 'aria-label': 'Home' }, mark(), h('span', { class: 'brand-name' }, 'Serverless')),
      form,
      h('div', { class: 'top-tools' },
        h('button', { class: 'icon-button top-help', type: 'button', 'aria-label': 'Keys', on: { click: showShortcuts } }, icon('help')),
        h('div', { class: 'account' },
          h('span', { class: 'avatar', 'aria-hidden': 'true' }, user.name.charAt(0).toUpperCase()),
          h('span', { class: 'account-text' }, h('strong', null, user.name), h('small', null, [user.product, user.country].filter(Boolean).join(' · ')))),
        h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Sign out', on: { click: () => session.signOut() } }, icon('leave'))));
  }
}
