import { decryptChunk, encryptedChunkLength, encryptedLength, encryptedOffset } from './encrypted-object.js';
import { OfflineError } from './errors.js';

/** The encrypted objects of a device, stored in chunks. */
export class Objects {
  #store;
  #fetch;

  /**
   * @param {Store} store
   * @param {typeof fetch} fetch
   */
  constructor(store, fetch) {
    this.#store = store;
    this.#fetch = fetch;
  }

  /** Returns whether an object was downloaded to its end. */
  async isComplete(object) {
    return await this.#store.get(`complete/${object}`) !== undefined;
  }

  /**
   * Returns the number of chunks that are there without a gap from the start.
   * @param {{object: string, chunks: number}} item
   */
  async storedChunks({ object, chunks }) {
    const keys = new Set(await this.#store.keys(keyOf(object, '')));
    let count = 0;
    while (count < chunks && keys.has(keyOf(object, count))) count++;
    return count;
  }

  /**
   * Downloads what is missing of an object. Each chunk is authenticated, then stored, so that a later call goes on where this one ends.
   * @param {LicenseItem} item
   * @param {CryptoKey} key the content key
   * @param {string[]} urls in order of preference
   * @param {{signal?: AbortSignal, onProgress?: (bytes: number, total: number) => void}} [options]
   * @throws {OfflineError} none of the URLs could be read to the end
   */
  async download(item, key, urls, options = {}) {
    let failure;
    for (const url of urls) {
      const first = await this.storedChunks(item);
      try {
        if (first < item.chunks) await this.#downloadFrom(url, item, key, first, options);
        return await this.#store.set(`complete/${item.object}`, item.chunks);
      } catch (e) {
        options.signal?.throwIfAborted();
        // Errors of the store are not those of the network, which are TypeErrors.
        if (!(e instanceof OfflineError || e instanceof TypeError)) throw e;
        failure = e instanceof OfflineError ? e : noConnection(e);
      }
    }

    throw failure;
  }

  /**
   * Decrypts a stored chunk of an object.
   * @param {LicenseItem} item
   * @param {CryptoKey} key the content key
   * @param {number} index the chunk, from 0
   * @returns {Promise<Uint8Array>} the plain chunk
   * @throws {OfflineError} NOT_DOWNLOADED or TAMPERED
   */
  async read(item, key, index) {
    const bytes = await this.#store.get(keyOf(item.object, index));
    if (!bytes) throw new OfflineError('NOT_DOWNLOADED', `${item.uri} is not downloaded.`);
    return decryptChunk(key, item, index, bytes);
  }

  /** Deletes what is stored of an object. */
  async delete(object) {
    await this.#store.delete(`complete/${object}`);
    for (const key of await this.#store.keys(keyOf(object, ''))) await this.#store.delete(key);
  }

  async #downloadFrom(url, item, key, first, { signal, onProgress }) {
    const total = encryptedLength(item.size);
    const start = encryptedOffset(first);
    const response = await this.#fetch(url, { headers: { Range: `bytes=${start}-` }, signal });
    if (!response.ok) {
      response.body?.cancel().catch(() => {});
      throw new OfflineError(`HTTP_${response.status}`, `The download failed with ${response.status}.`, { status: response.status });
    }

    const pieces = chunked(response.body, item, first, response.status === 206 ? 0 : start);
    for await (const [index, bytes] of pieces) {
      await decryptChunk(key, item, index, bytes);
      await this.#store.set(keyOf(item.object, index), bytes);
      onProgress?.(encryptedOffset(index) + bytes.length, total);
      signal?.throwIfAborted();
    }
  }
}

/** Cuts a response body into encrypted chunks. `skip`: the bytes to drop first, because the server ignored the range. */
async function* chunked(body, item, first, skip) {
  const reader = body.getReader();
  try {
    let [index, filled, chunk] = [first, 0, new Uint8Array(encryptedChunkLength(item.size, first))];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const dropped = Math.min(skip, value.length);
      skip -= dropped;
      for (let at = dropped; at < value.length;) {
        const part = value.subarray(at, at + chunk.length - filled);
        chunk.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < chunk.length) continue;
        yield [index, chunk];
        if (++index === item.chunks) return;
        [filled, chunk] = [0, new Uint8Array(encryptedChunkLength(item.size, index))];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }

  throw noConnection();
}

function noConnection(cause) {
  return new OfflineError('NO_CONNECTION', 'The download was interrupted.', { cause });
}

function keyOf(object, index) {
  return `object/${object}/${index}`;
}
