import { SignInError } from './session.js';

const MAX_RETRY_AFTER_S = 5;

/** A failed request: an error response, or no response. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status; 0 if there was no response
   * @param {string} message
   * @param {string} [reason] an error code, such as PREMIUM_REQUIRED
   */
  constructor(status, message, reason) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** A client of the Web API that sends the access token of the signed-in user. */
export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /**
   * Gets JSON.
   * @param {string} path a path, or an absolute URL from an API response
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

  /**
   * Posts JSON and ignores the response body.
   * @param {{keepalive?: boolean}} [options] keepalive: whether the request outlives the page
   */
  async post(path, body, { keepalive } = {}) {
    await this.#send('POST', path, body, undefined, keepalive);
  }

  async #send(method, path, body, signal, keepalive) {
    let rejectedToken;
    for (let waited = false; ;) {
      const token = await this.#token(rejectedToken);
      const response = await this.#fetch(method, path, body, token, signal, keepalive);
      if (response.ok) return response;
      if (response.status === 401 && rejectedToken === undefined) {
        rejectedToken = token;
        continue;
      }

      const wait = Number(response.headers.get('Retry-After') ?? NaN);
      if (response.status === 429 && !waited && wait <= MAX_RETRY_AFTER_S) {
        waited = true;
        await new Promise(resolve => setTimeout(resolve, wait * 1000));
        signal?.throwIfAborted();
        continue;
      }

      if (response.status === 401) await this.#session.signOut().catch(() => {});
      throw await errorOf(response);
    }
  }

  async #token(rejectedToken) {
    try {
      return await this.#session.token(rejectedToken);
    } catch (e) {
      throw e instanceof SignInError ? new ApiError(rejectedToken ? 401 : 0, e.message) : e;
    }
  }

  async #fetch(method, path, body, token, signal, keepalive) {
    const headers = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, keepalive });
    } catch (e) {
      if (signal?.aborted) throw e;
      throw new ApiError(0, navigator.onLine ? 'The service cannot be reached.' : 'You are offline.');
    }
  }
}

// Drops the origin of absolute URLs in API responses, so that requests go to the page's own origin.
function withQuery(path, query) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  }

  return url.pathname + url.search;
}

async function errorOf(response) {
  const { error } = await response.json().catch(() => ({}));
  return new ApiError(response.status, error?.message ?? `The service answered ${response.status}.`, error?.reason);
}
