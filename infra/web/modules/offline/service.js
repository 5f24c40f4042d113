import { OfflineError } from './errors.js';

/** The routes of the license service. Responses below /v1/me carry its time, which is observed before the body is read. */
export class LicenseService {
  #fetch;
  #baseUrl;
  #token;

  /**
   * @param {object} options
   * @param {string} options.baseUrl the origin of the service
   * @param {typeof fetch} options.fetch
   * @param {() => Promise<string>} options.token returns an access token
   */
  constructor({ baseUrl, fetch, token }) {
    this.#baseUrl = baseUrl;
    this.#fetch = fetch;
    this.#token = token;
  }

  /** Called with the Server-Time of each response to `send`. */
  observe = async () => {};

  /**
   * Gets the keys that the service signs with.
   * @returns {Promise<{keys: object[]}>}
   */
  async keys() {
    const response = await this.#request('/.well-known/license-keys.json', {});
    if (!response.ok) throw await errorOf(response);
    return response.json();
  }

  /**
   * Sends a request to a route of the user.
   * @param {string} method
   * @param {string} path below /v1/me
   * @param {object} [body] JSON
   * @returns {Promise<any>} the JSON of the response; undefined if it has none
   * @throws {OfflineError} the error response, NO_CONNECTION, or a time that the service did not sign
   */
  async send(method, path, body) {
    const headers = { Authorization: `Bearer ${await this.#token()}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    const response = await this.#request(`/v1/me${path}`, init);
    // The errors of a proxy have no time, nor have responses while the service cannot read its keys.
    const time = response.headers.get('Server-Time');
    if (!response.ok) {
      if (time) await this.observe(time).catch(() => {});
      throw await errorOf(response);
    }

    if (time) await this.observe(time);
    if (response.status === 204) return undefined;
    return response.json().catch(e => { throw noConnection(e); });
  }

  async #request(path, init) {
    try {
      return await this.#fetch(new URL(path, this.#baseUrl), init);
    } catch (e) {
      throw noConnection(e);
    }
  }
}

function noConnection(cause) {
  return new OfflineError('NO_CONNECTION', 'The service cannot be reached. Downloads go on when it can be.', { cause });
}

async function errorOf(response) {
  const { error } = await response.json().catch(() => ({}));
  const { status } = response;
  return new OfflineError(error?.reason ?? `HTTP_${status}`, error?.message ?? `The service answered ${status}.`, {
    status, retryAfterS: Number(response.headers.get('Retry-After') ?? NaN) || undefined,
  });
}
