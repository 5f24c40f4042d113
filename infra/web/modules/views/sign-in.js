import { h } from '../dom.js';
import { mark } from '../icons.js';
import { SignInError } from '../session.js';

const demoUsers = [
  { user: 'ada', product: 'premium', country: 'SE', about: 'Premium · Sweden' },
  { user: 'bob', product: 'free', country: 'US', about: 'Free · United States' },
  { user: 'eve', product: 'premium', country: 'US', about: 'Premium · United States' },
];
const products = { free: 'Free', premium: 'Premium', family: 'Family', student: 'Student' };

/** Where a listener says who they are. */
export function signInView(session) {
  const problem = h('p', { class: 'form-problem', role: 'alert', hidden: true });
  const name = h('input', { id: 'user', name: 'user', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, 'aria-describedby': 'sign-in-problem' });
  problem.id = 'sign-in-problem';
  const plan = h('select', { id: 'product', name: 'product' }, Object.entries(products).map(([value, text]) => h('option', { value }, text)));
  const country = h('input', { id: 'country', name: 'country', value: 'US', maxlength: '2', size: '3', autocapitalize: 'characters', spellcheck: 'false', pattern: '[A-Za-z]{2}', title: 'Two letters, such as SE', required: true });
  const form = h('form', { class: 'sign-in-form', novalidate: true, on: { submit } },
    h('div', { class: 'field' }, h('label', { for: 'user' }, 'Name'), name),
    h('div', { class: 'field' }, h('label', { for: 'product' }, 'Plan'), plan),
    h('div', { class: 'field field-short' }, h('label', { for: 'country' }, 'Country'), country),
    h('button', { class: 'button button-main', type: 'submit' }, 'Sign in'),
    h('p', { class: 'form-hint' }, 'Plan and country count for a new name.'),
    problem);
  const users = h('ul', { class: 'demo-users' }, demoUsers.map(account => h('li', null,
    h('button', { class: 'demo-user', type: 'button', on: { click: () => enter(account) } },
      h('span', { class: 'avatar', 'aria-hidden': 'true' }, account.user.charAt(0).toUpperCase()),
      h('span', null, h('strong', null, account.user), h('small', null, account.about))))));

  return {
    title: 'Sign in',
    content: h('div', { class: 'sign-in' },
      h('div', { class: 'sign-in-art', 'aria-hidden': 'true' }, mark()),
      h('div', { class: 'sign-in-box' },
        h('p', { class: 'eyebrow' }, 'Spotify.Serverless'),
        h('h1', { tabindex: '-1' }, 'Who is listening?'),
        users,
        h('h2', { class: 'sign-in-or' }, 'Somebody else'),
        form)),
  };

  function submit(event) {
    event.preventDefault();
    const user = name.value.trim();
    if (user === '') return refuse('Type a name.', name);
    if (!country.checkValidity()) return refuse('A country is two letters, such as SE.', country);
    return enter({ user, product: plan.value, country: country.value.toUpperCase() });
  }

  async function enter(account) {
    const buttons = [...users.querySelectorAll('button'), ...form.querySelectorAll('button')];
    problem.hidden = true;
    name.removeAttribute('aria-invalid');
    country.removeAttribute('aria-invalid');
    for (const button of buttons) button.disabled = true;
    try {
      await session.signIn(account);
    } catch (e) {
      if (!(e instanceof SignInError)) throw e;
      refuse(e.message, /country/.test(e.message) ? country : name);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  function refuse(text, field) {
    problem.textContent = text;
    problem.hidden = false;
    field.setAttribute('aria-invalid', 'true');
    field.focus();
  }
}
