const EXPIRY_MARGIN_MS = 30_000;
const FIRST_BYTES = 512 * 1024;

/**
 * @typedef {object} Grant a playback authorization with signed URLs of the audio
 * @property {string} url
 * @property {number} expiresAt milliseconds of Date.now()
 * @property {string} quality the granted quality
 * @property {string} requestedQuality
 * @property {string} [limitedBy] PREMIUM_REQUIRED if the plan limited the quality
 * @property {string} codec
 * @property {number} bitrateKbps
 * @property {number} durationMs
 * @property {number} gainDb
 * @property {{cdn: string, url: string}[]} alternatives
 * @property {boolean} isComplete false for a prefetched grant, which lacks limitedBy and alternatives
 */

/** Requests playback authorizations, and caches those of the next items until they are used. */
export class Grants {
  #api;
  #settings;
  #cached = new Map();

  constructor(api, settings, codecs) {
    this.#api = api;
    this.#settings = settings;
    /** The codecs to request, in order of preference. The player removes a codec that fails to decode. */
    this.codecs = codecs;
  }

  /** Whether a grant has expired or expires within 30 seconds. */
  static isExpiring(grant) {
    return Date.now() > grant.expiresAt - EXPIRY_MARGIN_MS;
  }

  /** Returns a valid grant: the cached one, which leaves the cache, or a new one. */
  async take(item, contextUri) {
    const cached = this.#cached.get(item.uri);
    this.#cached.delete(item.uri);
    return cached && this.#isUsable(cached) ? cached : this.request(item, contextUri);
  }

  /** Requests a new grant. */
  async request(item, contextUri) {
    const quality = this.#settings.quality;
    const response = await this.#api.get(`/v1/playback/${item.kind}s/${encodeURIComponent(item.id)}`, {
      query: { quality, codec: this.codecs.join(','), context_uri: contextUri, offset: contextUri ? item.offset : null },
    });
    const expiresAt = Date.parse(response.expires_at);
    for (const next of response.prefetch ?? []) {
      this.#cached.set(next.uri, { ...grantOf(next, expiresAt), requestedQuality: quality, isComplete: false });
    }

    return {
      ...grantOf(response, expiresAt),
      requestedQuality: response.requested_quality,
      limitedBy: response.limited_by,
      alternatives: response.alternatives ?? [],
      isComplete: true,
    };
  }

  /** Fetches the first 512 KB of the next item, so that it starts from the browser's cache. */
  async prefetch(item, contextUri) {
    const grant = await this.take(item, contextUri);
    const response = await fetch(grant.url, { headers: { Range: `bytes=0-${FIRST_BYTES - 1}` }, credentials: 'omit' });
    if (!response.ok) return this.report(grant.url, response.status);
    this.#cached.set(item.uri, grant);
    await response.arrayBuffer();
  }

  /** Reports a URL that could not be fetched. */
  async report(url, status) {
    await this.#api.post('/v1/playback/failures', status === null ? { url } : { url, status });
  }

  /** Discards the cached grants. */
  clear() {
    this.#cached.clear();
  }

  #isUsable(grant) {
    return !Grants.isExpiring(grant) && grant.requestedQuality === this.#settings.quality && this.codecs.includes(grant.codec);
  }
}

/** Returns the HTTP status of a URL, which the audio element does not expose; null if there is no response. */
export async function statusOf(url) {
  try {
    const response = await fetch(url, { headers: { Range: 'bytes=0-0' }, credentials: 'omit', cache: 'no-store' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

function grantOf(response, expiresAt) {
  return {
    url: response.url,
    expiresAt,
    quality: response.quality,
    codec: response.codec,
    bitrateKbps: response.bitrate_kbps,
    durationMs: response.duration_ms,
    gainDb: response.gain_db ?? 0,
    alternatives: [],
  };
}
