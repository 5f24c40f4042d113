import { ApiError } from '../api.js';
import { reasonText } from '../playable.js';
import { Grants, statusOf } from './grants.js';
import { elementVolume } from './loudness.js';

const RESTART_AFTER_S = 3;
const PREFETCH_AT = 0.9;
const STALL_MS = 15_000;
const MAX_RECOVERIES = 4;

/**
 * Plays a queue through an audio element, which fetches byte ranges of signed URLs by itself. Recovers from expired URLs, CDN
 * errors and network failures at the position where they occurred.
 *
 * Fires `change` (item, status, grant), `time` (position, duration, buffered) and `notice` (detail: a message for the listener). At the end
 * of an item, fires `completed`, `skipped`, `stopped` or `failed`, and for a URL that could not be fetched `fetch-failure`.
 */
export class Player extends EventTarget {
  #audio;
  #grants;
  #settings;
  #grant = null;
  #status = 'empty';
  #problem = null;
  #playWhenReady = false;
  #resumeAt = null;        // the position to seek to once the audio's metadata is loaded, in seconds
  #generation = 0;         // incremented by each load; results of earlier loads are discarded
  #recoveries = 0;
  #recoveredAt = 0;
  #renewed = false;        // the URL was renewed after a 403; a second 403 is not caused by expiry
  #prefetched = false;
  #stall = 0;

  constructor(audio, queue, grants, settings) {
    super();
    this.#audio = audio;
    this.queue = queue;
    this.#grants = grants;
    this.#settings = settings;

    const listen = (event, listener) => audio.addEventListener(event, listener);
    listen('loadedmetadata', () => this.#onMetadata());
    listen('playing', () => this.#onPlaying());
    listen('waiting', () => this.#onWaiting());
    listen('pause', () => this.#onPause());
    listen('ended', () => {
      this.#emit('completed');
      this.next({ automatic: true });
    });
    listen('error', () => this.#recover());
    listen('timeupdate', () => this.#onTimeUpdate());
    for (const event of ['progress', 'durationchange', 'seeking', 'seeked', 'emptied']) listen(event, () => this.#emit('time'));
    settings.addEventListener('volume', () => this.#setVolume());
    settings.addEventListener('muted', () => this.#setVolume());
    settings.addEventListener('quality', () => this.#changeQuality());
    this.#setVolume();
  }

  /** The current item; null if the queue is empty. */
  get item() { return this.queue.current; }

  /** One of empty, loading, playing, paused and failed. */
  get status() { return this.#status; }

  /** The error message while the status is failed; null otherwise. */
  get problem() { return this.#problem; }

  /** The grant in use, or null. */
  get grant() { return this.#grant; }

  /** Whether playback starts or continues as soon as audio is available. */
  get playWhenReady() { return this.#playWhenReady; }

  /** The playback position, in seconds. */
  get position() { return this.#resumeAt ?? this.#audio.currentTime; }

  /** The duration in seconds; 0 if unknown. */
  get duration() {
    if (Number.isFinite(this.#audio.duration) && this.#audio.readyState > 0) return this.#audio.duration;
    return (this.#grant?.durationMs ?? this.item?.durationMs ?? 0) / 1000;
  }

  /** The buffered ranges, as pairs of start and end in seconds. */
  get buffered() {
    const { buffered } = this.#audio;
    return Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)]);
  }

  /** Plays a listing from an index, or from the first playable item. */
  start(listing, index, contextUri) {
    const first = index ?? Math.max(0, listing.items.findIndex(candidate => !candidate.restriction));
    const item = listing.items[first];
    if (!item) return this.#notify('There is nothing to play here.');
    if (item.restriction) return this.#notify(`${item.name}: ${lower(item.restriction)}.`);
    this.queue.set(listing, first, contextUri);
    return this.#load();
  }

  /**
   * Opens a listing at an index.
   * @param {{position: number, play: boolean}} options position: in seconds
   */
  open(listing, index, contextUri, { position, play }) {
    this.queue.set(listing, index, contextUri);
    return this.#load({ position, play });
  }

  /** Plays the item at an index of the queue. */
  jump(index) {
    const item = this.queue.items[index];
    if (item.restriction) return this.#notify(`${item.name}: ${lower(item.restriction)}.`);
    this.queue.jump(index);
    return this.#load();
  }

  toggle() {
    if (this.#status === 'failed') this.retry();
    else if (this.#playWhenReady) this.pause();
    else this.play();
  }

  play() {
    if (!this.item) return;
    if (this.#status === 'failed') return void this.retry();
    this.#playWhenReady = true;
    if (!this.#grant) return this.#change('loading');
    if (Grants.isExpiring(this.#grant)) return void this.#reopen(this.#audio.ended ? 0 : this.position);
    if (this.#audio.ended) this.#audio.currentTime = 0;
    this.#change('loading');
    this.#startAudio();
  }

  pause() {
    this.#playWhenReady = false;
    this.#audio.pause();
    if (this.item && this.#status !== 'failed') this.#change('paused');
  }

  /** Seeks to a position, in seconds. */
  seek(seconds) {
    if (!this.item) return;
    const target = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1));
    if (this.#status === 'failed' || (this.#grant && Grants.isExpiring(this.#grant))) this.#reopen(target);
    else if (this.#audio.readyState === 0) this.#resumeAt = target;
    else this.#audio.currentTime = target;
    this.#emit('time');
  }

  /** Plays the next item of the queue. Stops at the end. */
  async next({ automatic = false } = {}) {
    const generation = this.#generation;
    let index;
    try {
      index = automatic && this.queue.repeatsItem ? this.queue.index : await this.queue.next();
    } catch (e) {
      if (generation === this.#generation) this.#fail(e.message);
      return;
    }

    if (generation !== this.#generation) return;
    if (index >= 0) {
      this.queue.jump(index);
      await this.#load({ automatic });
    } else if (automatic) {
      this.#playWhenReady = false;
      this.#change('paused');
    } else {
      this.#notify('This is the last one.');
    }
  }

  /** Restarts the current item, or plays the previous one within the first three seconds. */
  previous() {
    const index = this.queue.previous();
    if (this.position > RESTART_AFTER_S || index < 0) return this.seek(0);
    this.queue.jump(index);
    return this.#load();
  }

  /** Retries after a failure, from the same position. */
  retry() {
    this.#playWhenReady = true;
    this.#recoveries = 0;
    return this.#reopen(this.position);
  }

  /** Stops playback and clears the queue. */
  stop() {
    this.#generation++;
    this.#emit('stopped');
    this.#playWhenReady = false;
    this.#close();
    this.#grants.clear();
    this.queue.set(null, -1);
    this.#change('empty');
  }

  async #load({ automatic = false, position = 0, play = true } = {}) {
    const generation = ++this.#generation;
    this.#emit('skipped');
    this.#playWhenReady = play;
    this.#recoveries = 0;
    this.#prefetched = false;
    this.#close();
    this.#resumeAt = position > 0 ? position : null;
    this.#change('loading');
    this.#emit('time');
    await this.#openGrant(generation, () => this.#grants.take(this.item, this.queue.contextUri), automatic);
  }

  // Requests a new grant for the current item. The audio continues until the grant is there, unless it has failed.
  async #reopen(position) {
    const generation = ++this.#generation;
    this.#resumeAt = position;
    if (this.#audio.paused || this.#audio.error) this.#change('loading');
    await this.#openGrant(generation, () => this.#grants.request(this.item, this.queue.contextUri));
  }

  async #openGrant(generation, request, skipRestricted = false) {
    let grant;
    try {
      grant = await request();
    } catch (e) {
      if (generation !== this.#generation) return;
      this.#onGrantError(e);
      if (skipRestricted && this.item.restriction) await this.next({ automatic: true });
      return;
    }

    if (generation !== this.#generation) return;
    this.#open(grant, this.#resumeAt ?? 0);
    if (!grant.isComplete) await this.#complete(generation);
  }

  // Requests the members that a prefetched grant lacks, while the audio already plays.
  async #complete(generation) {
    try {
      const complete = await this.#grants.request(this.item, this.queue.contextUri);
      if (generation !== this.#generation) return;
      this.#grant = { ...complete, url: this.#grant.url, expiresAt: this.#grant.expiresAt };
      this.#change(this.#status);
    } catch {
      // Best effort: if the audio fails later, recovery requests a new grant.
    }
  }

  #open(grant, position) {
    this.#grant = grant;
    this.#problem = null;
    this.#resumeAt = position > 0 ? position : null;
    this.#recoveredAt = position;
    this.#audio.src = grant.url;
    this.#setVolume();
    this.#change(this.#playWhenReady ? 'loading' : 'paused');
    if (this.#playWhenReady && this.#resumeAt === null) this.#startAudio();
  }

  #close() {
    this.#grant = null;
    this.#resumeAt = null;
    this.#problem = null;
    clearTimeout(this.#stall);
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#audio.load();
  }

  #onMetadata() {
    if (this.#resumeAt !== null) {
      this.#audio.currentTime = Math.min(this.#resumeAt, Math.max(0, this.duration - 0.1));
      this.#resumeAt = null;
      if (this.#playWhenReady) this.#startAudio();
    }

    this.#emit('time');
  }

  async #startAudio() {
    const generation = this.#generation;
    try {
      await this.#audio.play();
    } catch (e) {
      // Other failures are reported as events of the element.
      if (e.name === 'NotAllowedError' && generation === this.#generation) this.pause();
    }
  }

  #onPlaying() {
    clearTimeout(this.#stall);
    if (this.#grant) this.#change('playing');
  }

  #onWaiting() {
    if (!this.#playWhenReady || !this.#grant) return;
    this.#change('loading');
    clearTimeout(this.#stall);
    const generation = this.#generation;
    this.#stall = setTimeout(() => { if (generation === this.#generation && this.#status === 'loading') this.#recover(); }, STALL_MS);
  }

  // Handles a pause by the browser, for example when headphones are unplugged.
  #onPause() {
    if (!this.#grant || !this.#audio.paused || this.#audio.ended || this.#resumeAt !== null || this.#status !== 'playing') return;
    this.#playWhenReady = false;
    this.#change('paused');
  }

  #onTimeUpdate() {
    const { position, duration } = this;
    if (position > this.#recoveredAt + 5) {
      this.#recoveries = 0;
      this.#renewed = false;
    }

    if (!this.#prefetched && this.#grant && duration > 0 && position / duration >= PREFETCH_AT) {
      this.#prefetched = true;
      this.#prefetch();
    }

    this.#emit('time');
  }

  async #prefetch() {
    try {
      const index = await this.queue.next();
      if (index >= 0) await this.#grants.prefetch(this.queue.items[index], this.queue.contextUri);
    } catch {
      // Best effort: without it, the next item starts a little later.
    }
  }

  async #changeQuality() {
    if (!this.item) return;
    if (this.#status === 'failed') return this.retry();
    const generation = ++this.#generation;
    this.#recoveries = 0;
    try {
      const grant = await this.#grants.request(this.item, this.queue.contextUri);
      if (generation !== this.#generation) return;
      if (this.#grant && grant.quality === this.#grant.quality && grant.codec === this.#grant.codec) {
        this.#grant = { ...grant, url: this.#grant.url, expiresAt: this.#grant.expiresAt };
        this.#change(this.#status);
      } else {
        this.#open(grant, this.position);
      }

      if (grant.limitedBy) this.#notify('A better quality needs a paid plan. You hear the best that yours has.');
    } catch (e) {
      if (generation !== this.#generation) return;
      if (this.#grant) this.#notify(`The quality stays as it is: ${lower(e.message)}`);
      else this.#onGrantError(e);
    }
  }

  // Requests one byte to learn the HTTP status, because the element does not expose the cause of an error.
  async #recover() {
    if (!this.#grant || !this.item) return;
    const grant = this.#grant;
    const mediaError = this.#audio.error?.code;
    const generation = ++this.#generation;
    this.#resumeAt = this.position;
    clearTimeout(this.#stall);
    this.#change('loading');

    const status = await statusOf(grant.url);
    if (generation !== this.#generation) return;
    if (++this.#recoveries > MAX_RECOVERIES) return this.#fail('The audio cannot be fetched.');

    const isServed = status === 200 || status === 206;
    if (isServed && (mediaError === MediaError.MEDIA_ERR_DECODE || mediaError === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED)) {
      this.#grants.codecs = this.#grants.codecs.filter(codec => codec !== grant.codec);
      if (this.#grants.codecs.length === 0) return this.#fail('This browser cannot play the audio.');
    }

    const expired = Date.now() >= grant.expiresAt || (status === 403 && !this.#renewed);
    this.#renewed = expired;
    if (!expired && !isServed) {
      this.#emit('fetch-failure');
      this.#grants.report(grant.url, status).catch(() => {});
      const [alternative, ...others] = grant.alternatives;
      if (alternative) return this.#open({ ...grant, url: alternative.url, cdn: alternative.cdn, alternatives: others }, this.#resumeAt);
      if (!navigator.onLine) await new Promise(resolve => addEventListener('online', resolve, { once: true }));
      else await new Promise(resolve => setTimeout(resolve, 500 * 2 ** this.#recoveries));
      if (generation !== this.#generation) return;
    }

    await this.#openGrant(generation, () => this.#grants.request(this.item, this.queue.contextUri));
  }

  #onGrantError(error) {
    const reason = error instanceof ApiError ? reasonText(error.reason) : null;
    if (!reason) return this.#fail(error.message);
    this.item.restriction = reason;
    this.#notify(`${this.item.name}: ${lower(reason)}.`);
    this.#fail(reason);
  }

  #fail(problem) {
    this.#playWhenReady = false;
    this.#problem = problem;
    this.#audio.pause();
    this.#emit('failed');
    this.#change('failed');
  }

  #setVolume() {
    this.#audio.muted = this.#settings.muted;
    this.#audio.volume = elementVolume(this.#settings.volume, this.#grant?.gainDb ?? 0);
  }

  #change(status) {
    this.#status = status;
    this.#emit('change');
  }

  #notify(text) {
    this.dispatchEvent(new CustomEvent('notice', { detail: text }));
  }

  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

function lower(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
