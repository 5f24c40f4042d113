import { SignInError } from './session.js';

const ACCOUNTS = 'https://identitytoolkit.googleapis.com/v1/accounts';
const TOKENS = 'https://securetoken.googleapis.com/v1/token';
// By error code: the message shown, and the form field concerned.
const PROBLEMS = {
  ADMIN_ONLY_OPERATION: ['Only the operator can add listeners here.', 'email'],
  EMAIL_EXISTS: ['Somebody has signed up with this e-mail address already.', 'email'],
  EMAIL_NOT_FOUND: ['Nobody has signed up with this e-mail address.', 'email'],
  INVALID_EMAIL: ['This is not an e-mail address.', 'email'],
  INVALID_LOGIN_CREDENTIALS: ['The e-mail address or the password is wrong.', 'password'],
  INVALID_PASSWORD: ['The password is wrong.', 'password'],
  OPERATION_NOT_ALLOWED: ['Nobody can sign up here.', 'email'],
  TOO_MANY_ATTEMPTS_TRY_LATER: ['Too many attempts. Try again later.', 'password'],
  USER_DISABLED: ['This account is closed.', 'email'],
  WEAK_PASSWORD: ['The password is too weak: it takes at least 6 characters.', 'password'],
};
// Errors after which a token can no longer be renewed.
const FINAL_ERRORS = new Set(['INVALID_REFRESH_TOKEN', 'TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND']);

/**
 * Loads how listeners sign in to this deployment.
 * @returns {Promise<{identityPlatform?: IdentityPlatform, offersNames: boolean}>} identityPlatform: the identity provider, if listeners do
 *   not sign in at the authorization server; offersNames: whether a name suffices
 * @throws {SignInError} the settings could not be loaded
 */
export async function findSignIn() {
  const { identity_platform: settings, development_tokens: offersNames = false } = await fetchJson('/config.json');
  return { identityPlatform: settings?.api_key ? new IdentityPlatform(settings.api_key) : undefined, offersNames };
}

/** Signs listeners in with an e-mail address and a password. */
class IdentityPlatform {
  asksForPassword = true;
  #key;

  constructor(key) {
    this.#key = encodeURIComponent(key);
  }

  /** @param {{email: string, password: string, isNew: boolean}} account */
  async signIn({ email, password, isNew }) {
    const method = isNew ? 'signUp' : 'signInWithPassword';
    const { idToken, refreshToken, expiresIn } = await fetchJson(`${ACCOUNTS}:${method}?key=${this.#key}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password, returnSecureToken: true }),
    });
    return { account: { user: email, refreshToken }, token: idToken, expiresIn };
  }

  async renew({ user, refreshToken }) {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const { id_token, refresh_token, expires_in } = await fetchJson(`${TOKENS}?key=${this.#key}`, { method: 'POST', body });
    return { account: { user, refreshToken: refresh_token }, token: id_token, expiresIn: expires_in };
  }
}

async function fetchJson(url, request) {
  let response;
  try {
    response = await fetch(url, request);
  } catch {
    throw new SignInError('The service cannot be reached.');
  }

  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  // The code may be followed by a text: "WEAK_PASSWORD : Password should be at least 6 characters".
  const [code] = (body?.error?.message ?? '').split(' ');
  const [text, field] = PROBLEMS[code] ?? [`The service answered ${response.status}.`];
  throw new SignInError(text, field, FINAL_ERRORS.has(code));
}
