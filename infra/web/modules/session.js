const KEY = 'session';
const RENEW_BEFORE_MS = 60_000;

/** A sign-in that was refused, with the reason as it is shown. */
export class SignInError extends Error {
  /**
   * @param {string} message
   * @param {string} [field] the field that it is about
   * @param {boolean} [isFinal] whether the listener has to sign in again
   */
  constructor(message, field, isFinal = false) {
    super(message);
    this.field = field;
    this.isFinal = isFinal;
  }
}

// The home itself: whoever says a name is that listener.
const names = {
  asksForPassword: false,
  signIn: request,
  renew: request,
};

/**
 * Who is signed in. The token lives as long as the tab, and is renewed a minute before it runs out.
 * Fires `change` when somebody signs in or out.
 */
export class Session extends EventTarget {
  #state = read();
  #renewal = null;
  #accounts;

  /** @param {object} [accounts] who signs listeners in, and makes more tokens of the account that comes with the first */
  constructor(accounts = names) {
    super();
    this.#accounts = accounts;
  }

  /** Whether a listener signs in with an e-mail address and a password, not with a name alone. */
  get asksForPassword() {
    return this.#accounts.asksForPassword;
  }

  /** The user: name, product and country; null when nobody is signed in. */
  get user() {
    return this.#state && { name: this.#state.user, ...claims(this.#state.token) };
  }

  /**
   * Signs in.
   * @param {{user: string, product?: string, country?: string}|{email: string, password: string, isNew: boolean}} account plan and country
   *   count for users who are not known yet
   * @throws {SignInError} it was refused, or nobody answered
   */
  async signIn(account) {
    this.#keep(await this.#accounts.signIn(account));
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
    try {
      const answer = await this.#accounts.renew(account);
      if (this.#state?.account === account) this.#keep(answer);
    } catch (e) {
      if (e.isFinal && this.#state?.account === account) this.signOut();
      throw e;
    }
  }

  #keep({ account, token, expiresIn }) {
    this.#state = { account, user: account.user, token, expiresAt: Date.now() + expiresIn * 1000 };
    sessionStorage.setItem(KEY, JSON.stringify(this.#state));
  }
}

async function request(account) {
  const { user, product, country } = account;
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
  if (response.ok) return { account, token: answer.access_token, expiresIn: answer.expires_in };
  const problem = answer.error_description ?? `The service answered ${response.status}.`;
  throw new SignInError(problem, /country/.test(problem) ? 'country' : 'user');
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
