const KEY = 'session';
const RENEW_BEFORE_MS = 60_000;

/** A failed sign-in or token renewal. The message is shown to the listener. */
export class SignInError extends Error {
  /**
   * @param {string} message
   * @param {string} [field] the form field concerned
   * @param {boolean} [isFinal] whether the listener has to sign in again
   * @param {string} [code] the error code of the token endpoint
   */
  constructor(message, field, isFinal = false, code = undefined) {
    super(message);
    this.field = field;
    this.isFinal = isFinal;
    this.code = code;
  }
}

/**
 * The signed-in user: of the account, or else of this tab, who signed in with a name only and whose token is kept for the lifetime of the
 * tab and renewed a minute before it expires. Fires `change` on sign-in and sign-out.
 */
export class Session extends EventTarget {
  #state = read();
  #renewal = null;

  /**
   * @param {Account} account the account at the authorization server
   * @param {boolean} offersNames whether a name suffices to sign in
   */
  constructor(account, offersNames) {
    super();
    this.account = account;
    this.offersNames = offersNames;
    account.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  /** The user: name, product and country; null if signed out. */
  get user() {
    if (this.account.user) return this.account.user;
    if (!this.#state) return null;
    const { product, country } = claims(this.#state.token);
    return { name: this.#state.user, product, country };
  }

  /**
   * Signs in with a name only.
   * @param {{user: string, product?: string, country?: string}} account product and country apply to new users only
   * @throws {SignInError} the sign-in was rejected, or there was no response
   */
  async signIn(account) {
    this.#store(await requestToken(account));
    this.dispatchEvent(new Event('change'));
  }

  /** @throws {SignInError} the server could not be told that the account is signed out */
  async signOut() {
    if (this.account.user) return this.account.signOut();
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
    if (this.account.user) return this.account.token(rejected);
    if (!this.#state) throw new SignInError('You are signed out.', undefined, true);
    if (this.#state.token !== rejected && Date.now() < this.#state.expiresAt - RENEW_BEFORE_MS) return this.#state.token;
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    await this.#renewal;
    if (!this.#state) throw new SignInError('You are signed out.', undefined, true);
    return this.#state.token;
  }

  async #renew() {
    const { account } = this.#state;
    try {
      const renewed = await requestToken(account);
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

/**
 * Returns whether a name suffices to sign in to this deployment.
 * @throws {SignInError} the settings could not be loaded
 */
export async function findOffersNames() {
  const response = await fetch('/config.json').catch(() => null);
  if (!response) throw new SignInError('The service cannot be reached.');
  const settings = await response.json().catch(() => null);
  if (!response.ok || !settings) throw new SignInError(`The service answered ${response.status}.`);
  return settings.development_tokens ?? false;
}

async function requestToken(account) {
  const { user, product, country } = account;
  try {
    const { access_token, expires_in } = await fetchForm('/api/token', { grant_type: 'client_credentials', user, product, country });
    return { account, token: access_token, expiresIn: expires_in };
  } catch (e) {
    e.field = !e.code ? undefined : /country/.test(e.message) ? 'country' : 'user';
    throw e;
  }
}

/**
 * Posts a form to the authorization server and returns the JSON of the response.
 * @throws {SignInError}
 */
export async function fetchForm(path, fields) {
  const form = new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
  let response;
  try {
    response = await fetch(path, { method: 'POST', body: form });
  } catch {
    throw new SignInError('The service cannot be reached.');
  }

  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const problem = body.error_description ?? body.error?.message ?? `The service answered ${response.status}.`;
  throw new SignInError(problem, undefined, false, body.error);
}

function read() {
  try {
    const state = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return state?.token && state.account?.user ? state : null;
  } catch {
    return null;
  }
}

/** Returns the claims of a token. For display only: the service uses the plan and country of the user's row. */
export function claims(token) {
  try {
    const bytes = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0))));
  } catch {
    return {};
  }
}
