const KEY = 'session';
const RENEW_BEFORE_MS = 60_000;

/** A failed sign-in or token renewal. The message is shown to the listener. */
export class SignInError extends Error {
  /**
   * @param {string} message
   * @param {string} [field] the form field concerned
   * @param {boolean} [isFinal] whether the listener has to sign in again
   */
  constructor(message, field, isFinal = false) {
    super(message);
    this.field = field;
    this.isFinal = isFinal;
  }
}

// Development sign-in with a name only, without a password.
const nameSignIn = {
  asksForPassword: false,
  signIn: requestToken,
  renew: requestToken,
};

/**
 * The signed-in user. The token is kept for the lifetime of the tab, and renewed a minute before it expires.
 * Fires `change` on sign-in and sign-out.
 */
export class Session extends EventTarget {
  #state = read();
  #renewal = null;
  #accounts;

  /** @param {object} [accounts] the identity provider: signs listeners in, and renews tokens with the account that `signIn` returned */
  constructor(accounts = nameSignIn) {
    super();
    this.#accounts = accounts;
  }

  /** Whether sign-in requires an e-mail address and a password; a name suffices otherwise. */
  get asksForPassword() {
    return this.#accounts.asksForPassword;
  }

  /** The user: name, product and country; null if signed out. */
  get user() {
    return this.#state && { name: this.#state.user, ...claims(this.#state.token) };
  }

  /**
   * Signs in.
   * @param {{user: string, product?: string, country?: string}|{email: string, password: string, isNew: boolean}} account
   *   product and country apply to new users only
   * @throws {SignInError} the sign-in was rejected, or there was no response
   */
  async signIn(account) {
    this.#store(await this.#accounts.signIn(account));
    this.dispatchEvent(new Event('change'));
  }

  signOut() {
    if (!this.#state) return;
    this.#state = null;
    sessionStorage.removeItem(KEY);
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Returns a valid access token, renewed if necessary.
   * @param {string} [rejected] a token that the API rejected, which forces a renewal
   * @throws {SignInError} nobody is signed in, or the renewal failed
   */
  async token(rejected) {
    if (!this.#state) throw new SignInError('You are signed out.');
    if (this.#state.token !== rejected && Date.now() < this.#state.expiresAt - RENEW_BEFORE_MS) return this.#state.token;
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    await this.#renewal;
    if (!this.#state) throw new SignInError('You are signed out.');
    return this.#state.token;
  }

  async #renew() {
    const { account } = this.#state;
    try {
      const renewed = await this.#accounts.renew(account);
      if (this.#state?.account === account) this.#store(renewed);
    } catch (e) {
      if (e.isFinal && this.#state?.account === account) this.signOut();
      throw e;
    }
  }

  #store({ account, token, expiresIn }) {
    this.#state = { account, user: account.user, token, expiresAt: Date.now() + expiresIn * 1000 };
    sessionStorage.setItem(KEY, JSON.stringify(this.#state));
  }
}

async function requestToken(account) {
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

  const body = await response.json().catch(() => ({}));
  if (response.ok) return { account, token: body.access_token, expiresIn: body.expires_in };
  const problem = body.error_description ?? `The service answered ${response.status}.`;
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

// For display only: the service uses the plan and country of the user's row.
function claims(token) {
  try {
    const payload = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const { product, country } = JSON.parse(payload);
    return { product, country };
  } catch {
    return {};
  }
}
