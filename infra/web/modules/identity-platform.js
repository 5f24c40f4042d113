import { SignInError } from './session.js';

const ACCOUNTS = 'https://identitytoolkit.googleapis.com/v1/accounts';
const TOKENS = 'https://securetoken.googleapis.com/v1/token';
// By the code that is answered: what is shown, and the field that it is about.
const PROBLEMS = {
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
const REFUSALS = new Set(['INVALID_REFRESH_TOKEN', 'TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND']);

/**
 * Who signs listeners in here.
 * @returns {Promise<IdentityPlatform|undefined>} undefined where they sign in with a name alone
 * @throws {SignInError} it cannot be found out
 */
export async function findIdentityPlatform() {
  const { identity_platform: settings } = await ask('/config.json');
  return settings?.api_key ? new IdentityPlatform(settings.api_key) : undefined;
}

/** Listeners who sign in with an e-mail address and a password. */
class IdentityPlatform {
  asksForPassword = true;
  #key;

  constructor(key) {
    this.#key = encodeURIComponent(key);
  }

  /** @param {{email: string, password: string, isNew: boolean}} account */
  async signIn({ email, password, isNew }) {
    const { idToken, refreshToken, expiresIn } = await ask(`${ACCOUNTS}:${isNew ? 'signUp' : 'signInWithPassword'}?key=${this.#key}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password, returnSecureToken: true }),
    });
    return { account: { user: email, refreshToken }, token: idToken, expiresIn };
  }

  async renew({ user, refreshToken }) {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const { id_token, refresh_token, expires_in } = await ask(`${TOKENS}?key=${this.#key}`, { method: 'POST', body });
    return { account: { user, refreshToken: refresh_token }, token: id_token, expiresIn: expires_in };
  }
}

async function ask(url, request) {
  let response;
  try {
    response = await fetch(url, request);
  } catch {
    throw new SignInError('The service cannot be reached.');
  }

  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  // WEAK_PASSWORD : Password should be at least 6 characters
  const [code] = (answer?.error?.message ?? '').split(' ');
  const [text, field] = PROBLEMS[code] ?? [`The service answered ${response.status}.`];
  throw new SignInError(text, field, REFUSALS.has(code));
}
