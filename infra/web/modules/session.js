const KEY = 'session';
const RENEW_BEFORE_MS = 60_000;

/** A sign-in that was refused, with the reason as it is shown. */
export class SignInError extends Error {}

/**
 * Who is signed in. The token lives as long as the tab, and is renewed a minute before it runs out.
 * Fires `change` when somebody signs in or out.
 */
export class Session extends EventTarget {
  #state = read();
  #renewal = null;

  /** The user: name, product and country; null when nobody is signed in. */
  get user() {
    return this.#state && { name: this.#state.user, ...claims(this.#state.token) };
  }

  /**
   * Signs in.
   * @param {{user: string, product?: string, country?: string}} account plan and country count for users who are not known yet
   * @throws {SignInError} it was refused, or nobody answered
   */
  async signIn(account) {
    this.#keep(account, await request(account));
    this.dispatchEvent(new Event('change'));
  }

  signOut() {
    if (!this.#state) return;
    this.#state = null;
    sessionStorage.removeItem(KEY);
    this.dispatchEvent(new Event('change'));
  }

  /**
   * A token that is good now.
   * @param {string} [refused] a token that was not accepted: another is fetched in its place
   * @throws {SignInError} nobody is signed in, or no token can be had
   */
  async token(refused) {
    if (!this.#state) throw new SignInError('You are signed out.');
    if (this.#state.token !== refused && Date.now() < this.#state.expiresAt - RENEW_BEFORE_MS) return this.#state.token;
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    await this.#renewal;
    if (!this.#state) throw new SignInError('You are signed out.');
    return this.#state.token;
  }

  async #renew() {
    const { account } = this.#state;
    const answer = await request(account);
    if (this.#state?.account === account) this.#keep(account, answer);
  }

  #keep(account, answer) {
    this.#state = { account, user: account.user, token: answer.access_token, expiresAt: Date.now() + answer.expires_in * 1000 };
    sessionStorage.setItem(KEY, JSON.stringify(this.#state));
  }
}

async function request({ user, product, country }) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', user });
  if (product) form.set('product', product);
  if (country) form.set('country', country);
  let response;
  try {
    response = await fetch('/api/token', { method: 'POST', body: form });
  } catch {
    throw new SignInError('The service cannot be reached.');
  }

  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new SignInError(answer.error_description ?? `The service answered ${response.status}.`);
  return answer;
}

function read() {
  try {
    const state = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return state?.token && state.account?.user ? state : null;
  } catch {
    return null;
  }
}

// For showing only: the service goes by its own records.
function claims(token) {
  try {
    const payload = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const { product, country } = JSON.parse(payload);
    return { product, country };
  } catch {
    return {};
  }
}
