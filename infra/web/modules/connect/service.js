import { ConnectError } from './errors.js';

/** The routes below /v1/me/player, as one device. */
export class PlayerService {
  #baseUrl;
  #token;
  #fetch;
  #deviceId;
  #observe;
  #lastToken = null;

  /**
   * @param {object} options
   * @param {string} options.baseUrl the origin of the service
   * @param {(rejected?: string) => Promise<string>} options.token returns an access token with the scopes user-read-playback-state and
   *   user-modify-playback-state; a new one instead of one that was rejected. An error with `isFinal` says that the listener has to sign in
   *   again; after other errors, the client tries again.
   * @param {typeof fetch} options.fetch
   * @param {string} options.deviceId
   * @param {(time: number) => void} options.observe called with the time of each response, in Unix milliseconds
   */
  constructor({ baseUrl, token, fetch, deviceId, observe }) {
    this.#baseUrl = baseUrl;
    this.#token = token;
    this.#fetch = fetch;
    this.#deviceId = deviceId;
    this.#observe = observe;
  }

  /**
   * Sends a request. Renews the access token once if it is rejected.
   * @param {string} method
   * @param {string} path below /v1/me/player
   * @param {{query?: object, body?: object, signal?: AbortSignal, accept?: string}} [options]
   * @returns {Promise<Response>}
   * @throws {ConnectError}
   */
  async send(method, path, { query, body, signal, accept } = {}) {
    for (let rejected; ;) {
      const token = await this.#tokenOf(rejected);
      const response = await this.#request(method, path, token, { query, body, signal, accept });
      this.#observe(Date.parse(response.headers.get('Date') ?? ''));
      if (response.ok) return response;
      if (response.status !== 401 || rejected !== undefined) throw await errorOf(response);
      await response.body?.cancel().catch(() => {});
      rejected = token;
    }
  }

  /**
   * Sends a request, and returns the JSON of the response.
   * @throws {ConnectError}
   */
  async json(method, path, options) {
    const response = await this.send(method, path, options);
    return response.json().catch(cause => { throw new ConnectError(0, 'The answer was cut short.', { cause }); });
  }

  /**
   * Sends a request at once, with the last token that was used, because the page is being closed.
   * @param {string} method
   * @param {string} path
   * @returns {Promise<void>} fulfilled after the response or a failure
   */
  async sendLast(method, path) {
    if (this.#lastToken) await this.#request(method, path, this.#lastToken, { keepalive: true }).catch(() => {});
  }

  async #tokenOf(rejected) {
    try {
      return this.#lastToken = await this.#token(rejected);
    } catch (cause) {
      throw new ConnectError(cause.isFinal ? 401 : 0, cause.message, { cause });
    }
  }

  async #request(method, path, token, { query, body, signal, accept, keepalive }) {
    const url = new URL(`/v1/me/player${path}`, this.#baseUrl);
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
    const headers = { Authorization: `Bearer ${token}`, 'X-Device-Id': this.#deviceId };
    if (accept) headers.Accept = accept;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await this.#fetch(url, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, keepalive, cache: 'no-store',
      });
    } catch (cause) {
      throw new ConnectError(0, 'The service cannot be reached.', { cause });
    }
  }
}

async function errorOf(response) {
  const { error } = await response.json().catch(() => ({}));
  const { status } = response;
  return new ConnectError(status, error?.message ?? `The service answered ${status}.`, {
    reason: error?.reason, retryAfterS: Number(response.headers.get('Retry-After') ?? NaN) || undefined,
  });
}
