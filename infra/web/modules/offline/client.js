import { generateKeys, prove, publicJwk, thumbprint } from './device-keys.js';
import { OfflineError } from './errors.js';
import { LicenseKeys } from './license-keys.js';
import { LicenseShelf } from './license-shelf.js';
import { Objects } from './objects.js';
import { OfflineTrack } from './offline-track.js';
import { LicenseService } from './service.js';
import { partOf } from './store.js';
import { TrustedClock } from './trusted-clock.js';

const MAX_URIS = 50;

// Reasons of a sync that is limited.
const NO_RENEWALS = ['PREMIUM_REQUIRED', 'DEVICE_CONFLICT'];

/**
 * This device, registered.
 * @typedef {object} Device
 * @property {string} id
 * @property {DeviceKeys} keys
 * @property {string} thumbprint the thumbprint of the agreement key
 */

/**
 * The answer to a request for licenses.
 * @typedef {object} Licensed
 * @property {string[]} licensed the URIs that can be downloaded now
 * @property {{uri: string, reason: string}[]} refused
 * @property {string[]} pending the URIs whose audio is being encrypted: ask for them with `renew` after `retryAfterS`
 * @property {number} [retryAfterS]
 */

/**
 * Offline listening of one account on one device: registers, gets licenses, downloads, and opens what was downloaded. The format of all
 * it reads and writes is described in functions/Licenses/FORMAT.md.
 */
export class OfflineClient {
  #store;
  #service;
  #clock;
  #shelf;
  #objects;

  /**
   * @param {object} options
   * @param {string} options.account the user id: each has its own keys, licenses and downloads
   * @param {string} options.issuer the issuer in what the service signs
   * @param {string} options.baseUrl the origin of the service
   * @param {() => Promise<string>} options.token returns an access token with the scopes streaming and user-modify-playback-state
   * @param {Store} options.store
   * @param {typeof fetch} [options.fetch]
   * @param {() => number} [options.now] returns the time in milliseconds since 1970
   */
  constructor({ account, issuer, baseUrl, token, store, fetch = globalThis.fetch.bind(globalThis), now = Date.now }) {
    const shared = partOf(store, issuer);
    this.#store = partOf(shared, account);
    this.#service = new LicenseService({ baseUrl, fetch, token });
    const keys = new LicenseKeys(shared, () => this.#service.keys(), now);
    this.#clock = new TrustedClock(shared, keys, issuer, now);
    this.#service.observe = time => this.#clock.observe(time);
    this.#shelf = new LicenseShelf(this.#store, keys, this.#clock, issuer);
    this.#objects = new Objects(this.#store, fetch);
  }

  /**
   * Registers this device. The keys are stored first, so that a repeated call registers the same device.
   * @param {{name: string, type: string}} description
   * @returns {Promise<Device>}
   */
  async register({ name, type }) {
    const keys = await this.#store.get('keys') ?? await generateKeys();
    await this.#store.set('keys', keys);
    const { challenge } = await this.#service.send('POST', '/devices/challenges');
    const agreementKey = await publicJwk(keys.agreement.publicKey);
    const { id } = await this.#service.send('POST', '/devices', {
      name, type,
      signing_key: await publicJwk(keys.signing.publicKey),
      agreement_key: agreementKey,
      proof: await prove(keys, challenge),
    });
    const device = { id, keys, thumbprint: await thumbprint(agreementKey) };
    await this.#store.set('device', device);
    return device;
  }

  /** Removes this device: from the service, then all that it keeps. */
  async unregister() {
    const { id } = await this.#device();
    await this.#service.send('DELETE', `/devices/${id}`).catch(e => { if (e.status !== 404) throw e; });
    for (const key of await this.#store.keys('')) await this.#store.delete(key);
  }

  /** Goes on with this device after overlapping plays suspended it: the other suspended devices lose what they keep. */
  async choose() {
    const { id } = await this.#device();
    await this.#service.send('PUT', `/devices/${id}/chosen`);
  }

  /**
   * Asks for licenses for tracks, episodes, chapters, albums, audiobooks and playlists, which the device keeps from now on.
   * @param {string[]} uris
   * @param {{quality?: string, codecs?: string[]}} [options]
   * @returns {Promise<Licensed>}
   * @throws {OfflineError}
   */
  add(uris, { quality = 'high', codecs = ['vorbis'] } = {}) {
    return this.#license('', uris, { quality, codecs });
  }

  /**
   * Renews the licenses of items that the device keeps.
   * @param {string[]} [uris] without: all that are pending or expire soon
   * @returns {Promise<Licensed>}
   * @throws {OfflineError}
   */
  renew(uris) {
    return this.#license('/renewals', uris, {});
  }

  /** Removes items or collections from the device. */
  async remove(uris) {
    const { id } = await this.#device();
    for (const name of await this.#store.keys('request/')) {
      const request = await this.#store.get(name);
      if (request.uris.some(uri => uris.includes(uri))) await this.#store.delete(name);
    }

    for (const batch of batches(uris)) await this.#service.send('DELETE', `/devices/${id}/licenses`, { uris: batch });
    await this.sync();
  }

  /**
   * Applies the changes since the last call: deletes what the device may no longer keep, and renews licenses.
   * @param {{freeBytes?: number}} [options] freeBytes: the space that is left on the device
   * @returns {Promise<{fetch: string[], evict: {uri: string, reason: string}[], limitedBy?: string}>} the items to download, in order;
   *   items and playlists that the listener probably no longer needs, if freeBytes are given; and the reason why there are no renewals
   *   (PREMIUM_REQUIRED, DEVICE_CONFLICT) or not all items of playlists (DEVICE_FULL)
   */
  async sync({ freeBytes } = {}) {
    const { id } = await this.#device();
    await this.#resume();
    const partial = (await this.#partial()).join() || undefined;
    const [listed, toFetch, evict] = [new Set(), [], new Map()];
    let [cursor, isFull, limitedBy, page] = [await this.#store.get('cursor'), false];
    do {
      page = await this.#service.send('GET', `/devices/${id}/sync${query({ cursor, partial, free_bytes: freeBytes })}`);
      isFull ||= page.full ?? false;
      limitedBy ??= page.limited_by;
      for (const advice of page.evict ?? []) evict.set(advice.uri, advice);
      const toRenew = [];
      for (const change of page.changes) {
        if (change.op === 'drop') {
          await this.#drop(change.uri);
          continue;
        }

        listed.add(change.uri);
        if (change.op === 'fetch') toFetch.push(change.uri);
        if (await this.#isOutdated(change)) toRenew.push(change.uri);
      }

      if (toRenew.length > 0 && !NO_RENEWALS.includes(page.limited_by)) await this.renew(toRenew);
      cursor = page.cursor;
    } while (page.more);
    if (isFull) {
      for (const uri of await this.#shelf.uris()) if (!listed.has(uri)) await this.#drop(uri);
    }

    const withdrawn = NO_RENEWALS.includes(limitedBy) ? [] : await this.#shelf.withdrawn();
    if (withdrawn.length > 0) await this.renew(withdrawn);

    // Not before, so that an interrupted sync is repeated.
    await this.#store.set('cursor', cursor);
    const missing = new Set(await this.missing());
    return { fetch: toFetch.filter(uri => missing.has(uri)), evict: [...evict.values()], limitedBy };
  }

  /** Returns the URIs of the items with a license whose audio is not there yet, or not all of it. */
  async missing() {
    const uris = [];
    for (const uri of await this.#shelf.uris()) {
      const [newest] = await this.#shelf.grants(uri);
      if (!await this.#objects.isComplete(newest.object)) uris.push(uri);
    }

    return uris;
  }

  /**
   * Downloads items, one after the other. Interrupted by a temporary error, it goes on where it was when it is called again.
   * @param {string[]} [uris] in order; without: all that are missing
   * @param {{signal?: AbortSignal, onProgress?: (uri: string, bytes: number, total: number) => void}} [options]
   * @returns {Promise<{uri: string, error: OfflineError}[]>} the items that could not be downloaded
   * @throws {OfflineError} downloads pause, because the service or the network is down
   */
  async download(uris, { signal, onProgress } = {}) {
    const failures = [];
    for (const batch of batches(uris ?? await this.missing())) {
      const downloads = await this.#urls(batch);
      for (const uri of batch) {
        const options = { signal, onProgress: (bytes, total) => onProgress?.(uri, bytes, total) };
        try {
          await this.#downloadOne(uri, downloads.get(uri), options).catch(async e => {
            if (e.status !== 403) throw e;
            // The URL has expired meanwhile.
            await this.#downloadOne(uri, (await this.#urls([uri])).get(uri), options);
          });
        } catch (e) {
          if (!(e instanceof OfflineError) || e.isTemporary) throw e;
          failures.push({ uri, error: e });
        }
      }
    }

    return failures;
  }

  /**
   * Opens a downloaded item. Needs no connection.
   * @param {string} uri
   * @returns {Promise<OfflineTrack>}
   * @throws {OfflineError} it may not be played now, or is not downloaded
   */
  async open(uri) {
    const device = await this.#device();
    let problem = new OfflineError('NO_LICENSE', `There is no license for ${uri}.`);
    for (const [age, grant] of (await this.#shelf.grants(uri)).entries()) {
      try {
        const opened = await this.#shelf.open(uri, grant, device);
        if (await this.#objects.isComplete(grant.object)) return new OfflineTrack(opened, this.#objects, this.#clock);
        throw new OfflineError('NOT_DOWNLOADED', `${uri} is not downloaded.`);
      } catch (e) {
        if (age === 0) problem = e;
      }
    }

    throw problem;
  }

  async #license(path, uris, options) {
    const result = { licensed: [], refused: [], pending: [] };
    for (const batch of uris ? batches(uris) : [undefined]) await this.#licensePages(path, batch, options, null, result);
    return result;
  }

  async #licensePages(path, uris, options, cursor, result) {
    const device = await this.#device();
    const request = path === '' ? requestOf(uris) : undefined;
    do {
      // So that the next sync goes on if the pages are interrupted.
      if (request) await this.#store.set(request, { uris, options, cursor });
      const page = await this.#service.send('POST', `/devices/${device.id}/licenses${path}`, { uris, ...options, cursor });
      for (const jws of page.licenses) {
        result.licensed.push(...(await this.#shelf.accept(jws, device)).map(item => item.uri));
      }

      result.refused.push(...page.refused);
      result.pending.push(...page.pending);
      if (page.pending.length > 0) result.retryAfterS = Math.max(result.retryAfterS ?? 0, page.retry_after_s ?? 0);
      cursor = page.next;
    } while (cursor);
    if (request) await this.#store.delete(request);
  }

  // Goes on with requests for licenses whose pages were interrupted. Gives up those that are refused; the others wait for the next sync.
  async #resume() {
    for (const name of await this.#store.keys('request/')) {
      const { uris, options, cursor } = await this.#store.get(name);
      try {
        await this.#licensePages('', uris, options, cursor, { licensed: [], refused: [], pending: [] });
      } catch (e) {
        if (!(e instanceof OfflineError)) throw e;
        if (!e.isTemporary) await this.#store.delete(name);
      }
    }
  }

  async #urls(uris) {
    const { id } = await this.#device();
    const { downloads, refused } = await this.#service.send('POST', `/devices/${id}/downloads`, { uris });
    return new Map([...downloads, ...refused].map(answer => [answer.uri, answer]));
  }

  async #downloadOne(uri, { object, url, alternatives, reason } = { reason: 'NOT_LICENSED' }, options) {
    if (reason) throw new OfflineError(reason, `${uri} cannot be downloaded.`);
    const device = await this.#device();
    const [newest, ...older] = await this.#shelf.grants(uri);
    if (newest?.object !== object) throw new OfflineError('RENEWAL_REQUIRED', `The license for ${uri} has to be renewed.`);
    const { item, key } = await this.#shelf.open(uri, newest, device);
    await this.#objects.download(item, key, [url, ...alternatives.map(alternative => alternative.url)], options);
    // A sync may have removed the item meanwhile.
    if (!(await this.#shelf.grants(uri)).some(grant => grant.object === object)) await this.#objects.delete(object);
    for (const { object } of older) await this.#objects.delete(object);
    if (older.length > 0) await this.#shelf.remove(uri, older);
  }

  async #drop(uri) {
    const grants = await this.#shelf.grants(uri);
    // Before the license, so that an interrupted removal is repeated; and after it, because a download may go on meanwhile.
    for (const { object } of grants) await this.#objects.delete(object);
    await this.#shelf.remove(uri, grants);
    for (const { object } of grants) await this.#objects.delete(object);
  }

  // Whether a change of a sync needs another license than the one that is there: a response may have been lost.
  async #isOutdated({ op, uri, object, serial, reason }) {
    if (reason && reason !== 'AUDIO_CHANGED') return false;
    const [newest] = await this.#shelf.grants(uri);
    return op === 'renew' || !newest || newest.object !== object || newest.serial < serial;
  }

  // The items whose download has begun and has not ended.
  async #partial() {
    const uris = [];
    for (const uri of await this.missing()) {
      const [newest] = await this.#shelf.grants(uri);
      if (await this.#objects.storedChunks(newest) > 0) uris.push(uri);
    }

    return uris.slice(0, MAX_URIS);
  }

  async #device() {
    const device = await this.#store.get('device');
    if (!device) throw new OfflineError('NOT_REGISTERED', 'This device is not registered.');
    return device;
  }
}

function* batches(uris) {
  for (let i = 0; i < uris.length; i += MAX_URIS) yield uris.slice(i, i + MAX_URIS);
}

const requestOf = uris => `request/${uris.join()}`;

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
