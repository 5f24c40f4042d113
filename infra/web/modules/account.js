import { SavedAccount } from './saved-account.js';
import { claims, fetchForm, SignInError } from './session.js';

const CLIENT = 'web-player';
const SCOPES = 'streaming user-read-playback-state user-modify-playback-state user-read-playback-position user-read-recently-played '
  + 'playlist-read-private playlist-read-collaborative';
const LOCK = 'account';
const REQUEST_KEY = 'authorization';
const RENEW_BEFORE_MS = 60_000;

/**
 * The account of the listener, signed in at the authorization server by the authorization code flow with PKCE (RFC 7636). Access tokens
 * stay in memory; the browser's database has the refresh token, which each renewal replaces. Fires `change` on sign-in and sign-out, also
 * in another tab.
 */
export class Account extends EventTarget {
  #store = new SavedAccount();
  #saved = null;
  #token = null;
  #renewal = null;

  /** Returns the account that is saved in this browser. */
  static async open() {
    const account = new Account();
    account.#saved = await account.#store.read().catch(() => null);
    account.#store.addEventListener('change', () => account.#store.read().then(saved => account.#follow(saved), () => {}));
    return account;
  }

  /** Whether the browser offers what the sign-in needs: secure cookies, WebCrypto and locks, which are for HTTPS and this machine only. */
  static get isPossible() {
    return isSecureContext;
  }

  /** The user: name, product and country; null if signed out. */
  get user() {
    return this.#saved?.user ?? null;
  }

  /** Leaves the page for the sign-in. The authorization server sends the browser back to this page. */
  async signIn() {
    const request = { state: random(), verifier: random(), url: location.href };
    sessionStorage.setItem(REQUEST_KEY, JSON.stringify(request));
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(request.verifier));
    location.assign(`/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: redirectUri(),
      scope: SCOPES,
      state: request.state,
      code_challenge: base64url(new Uint8Array(hash)),
      code_challenge_method: 'S256',
    })}`);
  }

  /**
   * Completes a sign-in if the address of the page is the answer of the authorization server, and restores the address.
   * @throws {SignInError} the listener or the server refused, or the answer does not belong to a sign-in of this tab
   */
  async complete() {
    const answer = new URLSearchParams(location.search);
    if (location.pathname !== '/' || !answer.has('state') || !(answer.has('code') || answer.has('error'))) return;
    const request = JSON.parse(sessionStorage.getItem(REQUEST_KEY) ?? '{}');
    sessionStorage.removeItem(REQUEST_KEY);
    history.replaceState(null, '', request.url ?? '/');
    if (answer.get('state') !== request.state || answer.get('iss') !== location.origin) {
      throw new SignInError('The sign-in was started elsewhere. Try again.');
    }

    if (answer.has('error')) throw new SignInError(answer.get('error_description') ?? answer.get('error'));
    await navigator.locks.request(LOCK, () => this.#exchange({
      grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri(), code_verifier: request.verifier,
    }));
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Returns a valid access token, renewed if necessary.
   * @param {string} [rejected] a token that the API rejected, which forces a renewal
   * @throws {SignInError} the listener is signed out, or the renewal failed
   */
  async token(rejected) {
    const isValid = this.#token && this.#token.value !== rejected && Date.now() < this.#token.expiresAt - RENEW_BEFORE_MS;
    if (!isValid) {
      this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
      await this.#renewal;
    }

    if (!this.#token) throw new SignInError('You are signed out.', undefined, true);
    return this.#token.value;
  }

  /**
   * Signs out of this browser.
   * @param {boolean} [everywhere] whether to sign out of all other browsers, too
   * @throws {SignInError} the server could not be told; this browser is signed out of the player, but others may not be
   */
  async signOut(everywhere = false) {
    const { refreshToken } = await this.#store.read().catch(() => null) ?? this.#saved ?? {};
    await this.#forget();
    if (refreshToken) await fetchForm('/api/sign-out', { token: refreshToken, everywhere });
  }

  // One tab at a time, because each renewal replaces the refresh token of all tabs.
  #renew() {
    return navigator.locks.request(LOCK, async () => {
      this.#follow(await this.#store.read());
      if (!this.#saved) return;
      try {
        await this.#exchange({ grant_type: 'refresh_token', refresh_token: this.#saved.refreshToken });
      } catch (e) {
        e.isFinal = e.code === 'invalid_grant';
        if (e.isFinal) await this.#forget();
        throw e;
      }
    });
  }

  async #exchange(form) {
    const { access_token: value, expires_in: expiresIn, refresh_token: refreshToken } =
      await fetchForm('/api/token', { client_id: CLIENT, ...form });
    const { sub: name, product, country } = claims(value);
    const saved = { refreshToken, user: { name, product, country } };
    // Another tab may have signed out meanwhile.
    if (!await this.#store.replace(saved, form.refresh_token)) return;
    this.#token = { value, expiresAt: Date.now() + expiresIn * 1000 };
    this.#saved = saved;
  }

  async #forget() {
    await this.#store.replace(null);
    this.#follow(null);
  }

  // Takes over what another tab has saved.
  #follow(saved) {
    const isSame = saved?.user.name === this.#saved?.user.name;
    this.#saved = saved;
    if (isSame) return;
    this.#token = null;
    this.dispatchEvent(new Event('change'));
  }
}

function redirectUri() {
  return `${location.origin}/`;
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
