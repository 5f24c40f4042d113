import { Account } from '../account.js';
import { h } from '../dom.js';
import { logo } from '../icons.js';
import { SignInError } from '../session.js';

const demoUsers = [
  { user: 'ada', product: 'premium', country: 'SE', about: 'Premium · Sweden' },
  { user: 'bob', product: 'free', country: 'US', about: 'Free · United States' },
  { user: 'eve', product: 'premium', country: 'US', about: 'Premium · United States' },
];
const HTTPS_COMMAND = 'dotnet run --project infra/local -- serve --urls "http://127.0.0.1:8080;https://*:8443" --self-signed';
const products = { free: 'Free', premium: 'Premium', family: 'Family', student: 'Student' };

/** Creates the sign-in page. */
export function signInView(session) {
  const problem = h('p', { id: 'sign-in-problem', class: 'form-problem', role: 'alert', hidden: true });
  const box = h('div', { class: 'sign-in-box' },
    h('p', { class: 'eyebrow' }, 'Spotify.Serverless'),
    h('h1', { tabindex: '-1' }, 'Who is listening?'),
    accountChoice(session.account),
    session.offersNames && nameForm({ enter, showError, problem }));
  return {
    title: 'Sign in',
    content: h('div', { class: 'sign-in' }, h('div', { class: 'sign-in-art', 'aria-hidden': 'true' }, logo()), box),
  };

  async function enter(account) {
    const buttons = box.querySelectorAll('button');
    problem.hidden = true;
    for (const input of box.querySelectorAll('input')) input.removeAttribute('aria-invalid');
    for (const button of buttons) button.disabled = true;
    try {
      await session.signIn(account);
    } catch (e) {
      if (!(e instanceof SignInError)) throw e;
      showError(e.message, e.field);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  function showError(text, field) {
    problem.textContent = text;
    problem.hidden = false;
    const input = box.querySelector(field ? `#${field}` : 'input');
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }
}

function accountChoice(account) {
  if (Account.isPossible) {
    return h('p', { class: 'sign-in-account' },
      h('button', { class: 'button button-main', type: 'button', on: { click: () => account.signIn() } }, 'Sign in with your account'));
  }

  return h('div', { class: 'form-hint' },
    h('p', null, 'You cannot sign in here yet, because browsers keep sign-ins for HTTPS. On the machine that serves this page, start'),
    h('pre', null, h('code', null, HTTPS_COMMAND)),
    h('p', null, 'and open ', h('code', null, `https://${location.hostname}:8443/`),
      '. Compare the fingerprint that the browser shows with the one that the server prints.'));
}

function nameForm({ enter, showError, problem }) {
  const name = h('input', {
    id: 'user', name: 'user', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true,
    'aria-describedby': problem.id,
  });
  const plan = h('select', { id: 'product', name: 'product' },
    Object.entries(products).map(([value, text]) => h('option', { value }, text)));
  const country = h('input', {
    id: 'country', name: 'country', value: 'US', maxlength: '2', size: '3', autocapitalize: 'characters', spellcheck: 'false',
    pattern: '[A-Za-z]{2}', title: 'Two letters, such as SE', required: true,
  });
  return [
    h('ul', { class: 'demo-users' }, demoUsers.map(account => h('li', null,
      h('button', { class: 'demo-user', type: 'button', on: { click: () => enter(account) } },
        h('span', { class: 'avatar', 'aria-hidden': 'true' }, account.user.charAt(0).toUpperCase()),
        h('span', null, h('strong', null, account.user), h('small', null, account.about)))))),
    h('h2', { class: 'sign-in-or' }, 'Somebody else'),
    h('form', { class: 'sign-in-form', novalidate: true, on: { submit } },
      h('div', { class: 'field' }, h('label', { for: 'user' }, 'Name'), name),
      h('div', { class: 'field' }, h('label', { for: 'product' }, 'Plan'), plan),
      h('div', { class: 'field field-short' }, h('label', { for: 'country' }, 'Country'), country),
      h('button', { class: 'button button-main', type: 'submit' }, 'Sign in'),
      h('p', { class: 'form-hint' }, 'Plan and country apply to new names only.'),
      problem),
  ];

  function submit(event) {
    event.preventDefault();
    const user = name.value.trim();
    if (user === '') return showError('Type a name.', 'user');
    if (!country.checkValidity()) return showError('A country is two letters, such as SE.', 'country');
    return enter({ user, product: plan.value, country: country.value.toUpperCase() });
  }
}
