import { SignInError } from './session.js';

const MAX_WAIT_S = 5;

/** An answer that is not what was asked for. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status; 0 when nobody answered
   * @param {string} message
   * @param {string} [reason] a code, such as PREMIUM_REQUIRED
   */
  constructor(status, message, reason) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The Web API, as the user who is signed in. */
export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /**
   * Gets JSON.
   * @param {string} path a path, or an address of the API as answers carry it
   * @throws {ApiError}
   */
  async get(path, { query, signal } = {}) {
    const response = await this.#send('GET', withQuery(path, query), undefined, signal);
    try {
      return await response.json();
    } catch (e) {
      if (signal?.aborted) throw e;
      throw new ApiError(0, 'The answer was cut short.');
    }
  }

  /** Posts JSON. */
  async post(path, body) {
    await this.#send('POST', path, body);
  }

  async #send(method, path, body, signal) {
    let refused;
    for (let waited = false; ;) {
      const token = await this.#token(refused);
      const response = await this.#fetch(method, path, body, token, signal);
      if (response.ok) return response;
      if (response.status === 401 && refused === undefined) {
        refused = token;
        continue;
      }

      const wait = Number(response.headers.get('Retry-After') ?? NaN);
      if (response.status === 429 && !waited && wait <= MAX_WAIT_S) {
        waited = true;
        await new Promise(resolve => setTimeout(resolve, wait * 1000));
        signal?.throwIfAborted();
        continue;
      }

      if (response.status === 401) this.#session.signOut();
      throw await errorOf(response);
    }
  }

  async #token(refused) {
    try {
      return await this.#session.token(refused);
    } catch (e) {
      throw e instanceof SignInError ? new ApiError(refused ? 401 : 0, e.message) : e;
    }
  }

  async #fetch(method, path, body, token, signal) {
    const headers = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
    } catch (e) {
      if (signal?.aborted) throw e;
      throw new ApiError(0, navigator.onLine ? 'The service cannot be reached.' : 'You are offline.');
    }
  }
}

// Answers carry absolute addresses; they are asked at the page's own.
function withQuery(path, query) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined && value !== null) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

async function errorOf(response) {
  const { error } = await response.json().catch(() => ({}));
  return new ApiError(response.status, error?.message ?? `The service answered ${response.status}.`, error?.reason);
}
