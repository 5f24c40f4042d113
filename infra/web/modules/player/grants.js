const SPARE_MS = 30_000;
const FIRST_BYTES = 512 * 1024;

/**
 * @typedef {object} Grant leave to fetch the audio of a playable
 * @property {string} url
 * @property {number} expiresAt milliseconds of Date.now()
 * @property {string} quality what was granted
 * @property {string} requestedQuality
 * @property {string} [limitedBy] PREMIUM_REQUIRED, when the plan is why it is less
 * @property {string} codec
 * @property {number} bitrateKbps
 * @property {number} durationMs
 * @property {number} gainDb
 * @property {{cdn: string, url: string}[]} alternatives
 * @property {boolean} whole false when it came along with the grant of the one before: it lacks limitedBy and alternatives
 */

/** Asks the service for leave to play, and keeps what it gives until it is used. */
export class Grants {
  #api;
  #settings;
  #kept = new Map();

  constructor(api, settings, codecs) {
    this.#api = api;
    this.#settings = settings;
    /** The codecs to ask for, best liked first. One that turns out not to play is taken out. */
    this.codecs = codecs;
  }

  /** Whether a grant is about to run out, or has. */
  static isStale(grant) {
    return Date.now() > grant.expiresAt - SPARE_MS;
  }

  /** A grant that is good now: a kept one, or a new one. */
  async take(item, contextUri) {
    const kept = this.#kept.get(item.uri);
    this.#kept.delete(item.uri);
    return kept && this.#fits(kept) ? kept : this.ask(item, contextUri);
  }

  /** A new grant. */
  async ask(item, contextUri) {
    const asked = this.#settings.quality;
    const answer = await this.#api.get(`/v1/playback/${item.kind}s/${encodeURIComponent(item.id)}`, {
      query: { quality: asked, codec: this.codecs.join(','), context_uri: contextUri, offset: contextUri ? item.offset : null },
    });
    const expiresAt = Date.parse(answer.expires_at);
    for (const next of answer.prefetch ?? []) this.#kept.set(next.uri, { ...grantOf(next, expiresAt), requestedQuality: asked, whole: false });
    return {
      ...grantOf(answer, expiresAt),
      requestedQuality: answer.requested_quality,
      limitedBy: answer.limited_by,
      alternatives: answer.alternatives ?? [],
      whole: true,
    };
  }

  /** Fetches the first bytes of what is played next, so that it starts from the browser's cache. */
  async prefetch(item, contextUri) {
    const grant = await this.take(item, contextUri);
    const response = await fetch(grant.url, { headers: { Range: `bytes=0-${FIRST_BYTES - 1}` }, credentials: 'omit' });
    if (!response.ok) return this.report(grant.url, response.status);
    this.#kept.set(item.uri, grant);
    await response.arrayBuffer();
  }

  /** Tells the service that a URL could not be fetched. */
  async report(url, status) {
    await this.#api.post('/v1/playback/failures', status === null ? { url } : { url, status });
  }

  /** Forgets what was kept. */
  clear() {
    this.#kept.clear();
  }

  #fits(grant) {
    return !Grants.isStale(grant) && grant.requestedQuality === this.#settings.quality && this.codecs.includes(grant.codec);
  }
}

/** The HTTP status that the audio element does not tell; null when nobody answers. */
export async function statusOf(url) {
  try {
    const response = await fetch(url, { headers: { Range: 'bytes=0-0' }, credentials: 'omit', cache: 'no-store' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

function grantOf(answer, expiresAt) {
  return {
    url: answer.url,
    expiresAt,
    quality: answer.quality,
    codec: answer.codec,
    bitrateKbps: answer.bitrate_kbps,
    durationMs: answer.duration_ms,
    gainDb: answer.gain_db ?? 0,
    alternatives: [],
  };
}
