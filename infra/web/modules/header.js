import { h, replace } from './dom.js';
import { line } from './format.js';
import { icon, logo } from './icons.js';
import { showShortcuts } from './keyboard.js';
import { notify } from './notices.js';

const SEARCH_DELAY_MS = 120;

/** Renders the page header: the logo, the search field and the signed-in user. */
export function connectHeader(header, { router, session }) {
  const input = h('input', {
    type: 'search', name: 'q', placeholder: 'Search', 'aria-label': 'Search', autocomplete: 'off', spellcheck: 'false',
    enterkeyhint: 'search', maxlength: '250',
  });
  const form = h('form', { class: 'search-field', role: 'search', action: '/search' }, icon('search'), input);
  let timer = 0;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, SEARCH_DELAY_MS);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  session.addEventListener('change', update);
  update();

  return {
    /** Copies the query of the current URL to the search field, except while the user types a search. */
    showQuery() {
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
      h('a', { class: 'brand', href: '/', 'aria-label': 'Home' }, logo(), h('span', { class: 'brand-name' }, 'Serverless')),
      form,
      h('div', { class: 'top-tools' },
        h('button', {
          class: 'icon-button top-help', type: 'button', 'aria-label': 'Keys', on: { click: showShortcuts },
        }, icon('help')),
        session.account?.user ? accountMenu(session.account, user) : h('div', { class: 'account' }, describe(user)),
        h('button', {
          class: 'icon-button', type: 'button', 'aria-label': 'Sign out', on: { click: () => signOut(() => session.signOut()) },
        }, icon('signOut'))));
  }
}

function accountMenu(account, user) {
  return h('details', { class: 'account-menu' },
    h('summary', { class: 'account', 'aria-label': `Account of ${user.name}` }, describe(user)),
    h('div', { class: 'account-choices' },
      h('a', { class: 'button', href: '/account', target: '_blank', rel: 'noopener' }, 'Account and apps'),
      h('button', { class: 'button', type: 'button', on: { click: () => signOut(() => account.signOut(true)) } }, 'Sign out everywhere')));
}

function describe(user) {
  return [
    h('span', { class: 'avatar', 'aria-hidden': 'true' }, user.name.charAt(0).toUpperCase()),
    h('span', { class: 'account-text' },
      h('strong', null, user.name),
      h('small', null, line(user.product, user.country))),
  ];
}

async function signOut(act) {
  try {
    await act();
  } catch (e) {
    notify(`The sign-out is not complete: ${e.message}`);
  }
}
