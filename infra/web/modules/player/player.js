import { ApiError } from '../api.js';
import { reasonText } from '../playable.js';
import { Grants, statusOf } from './grants.js';
import { elementVolume } from './loudness.js';

const RESTART_AFTER_S = 3;
const PREFETCH_AT = 0.9;
const STALL_MS = 15_000;
const MAX_RECOVERIES = 4;

/**
 * Plays a queue through an audio element, which fetches byte ranges of signed URLs by itself. What goes wrong on the way (a URL
 * that ran out, a CDN that fails, a network that is gone) is mended at the position it happened at.
 *
 * Fires `change` (item, status, grant), `time` (position, duration, buffered) and `notice` (detail: a text for the listener).
 */
export class Player extends EventTarget {
  #audio;
  #grants;
  #settings;
  #grant = null;
  #status = 'empty';
  #problem = null;
  #wanted = false;         // the listener wants sound
  #resumeAt = null;        // where to go on once the audio is open
  #turn = 0;               // what was begun before the last turn is out of date when it comes back
  #recoveries = 0;
  #recoveredAt = 0;
  #renewed = false;        // the URL was refused and asked for anew: if that is refused too, time is not why
  #prefetched = false;
  #stall = 0;

  constructor(audio, queue, grants, settings) {
    super();
    this.#audio = audio;
    this.queue = queue;
    this.#grants = grants;
    this.#settings = settings;

    const listen = (event, listener) => audio.addEventListener(event, listener);
    listen('loadedmetadata', () => this.#opened());
    listen('playing', () => this.#sounding());
    listen('waiting', () => this.#starving());
    listen('pause', () => this.#paused());
    listen('ended', () => this.next({ automatic: true }));
    listen('error', () => this.#recover());
    listen('timeupdate', () => this.#ticked());
    for (const event of ['progress', 'durationchange', 'seeking', 'seeked', 'emptied']) listen(event, () => this.#emit('time'));
    settings.addEventListener('volume', () => this.#setVolume());
    settings.addEventListener('muted', () => this.#setVolume());
    settings.addEventListener('quality', () => this.#changeQuality());
    this.#setVolume();
  }

  /** What is played; null at first. */
  get item() { return this.queue.current; }

  /** empty, loading, playing, paused or failed. */
  get status() { return this.#status; }

  /** What went wrong, as it is shown, when it failed. */
  get problem() { return this.#problem; }

  /** The grant in use; null while there is none. */
  get grant() { return this.#grant; }

  /** Whether sound is wanted, though it may not have arrived yet. */
  get wanted() { return this.#wanted; }

  /** Seconds. */
  get position() { return this.#resumeAt ?? this.#audio.currentTime; }

  /** Seconds; 0 when it is not known. */
  get duration() {
    if (Number.isFinite(this.#audio.duration) && this.#audio.readyState > 0) return this.#audio.duration;
    return (this.#grant?.durationMs ?? this.item?.durationMs ?? 0) / 1000;
  }

  /** The stretches that have arrived, as pairs of seconds. */
  get buffered() {
    const { buffered } = this.#audio;
    return Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)]);
  }

  /** Plays a listing from a place on; from the first that can be played when no place is given. */
  start(listing, index, contextUri) {
    const place = index ?? Math.max(0, listing.items.findIndex(item => !item.restriction));
    const item = listing.items[place];
    if (!item) return this.#notify('There is nothing to play here.');
    if (item.restriction) return this.#notify(`${item.name}: ${lower(item.restriction)}.`);
    this.queue.set(listing, place, contextUri);
    return this.#load();
  }

  /** Plays another place of the queue. */
  jump(index) {
    const item = this.queue.items[index];
    if (item.restriction) return this.#notify(`${item.name}: ${lower(item.restriction)}.`);
    this.queue.jump(index);
    return this.#load();
  }

  toggle() {
    if (this.#status === 'failed') this.retry();
    else if (this.#wanted) this.pause();
    else this.play();
  }

  play() {
    if (!this.item) return;
    if (this.#status === 'failed') return void this.retry();
    this.#wanted = true;
    if (!this.#grant) return this.#change('loading');
    if (Grants.isStale(this.#grant)) return void this.#reopen(this.#audio.ended ? 0 : this.position);
    if (this.#audio.ended) this.#audio.currentTime = 0;
    this.#change('loading');
    this.#sound();
  }

  pause() {
    this.#wanted = false;
    this.#audio.pause();
    if (this.item && this.#status !== 'failed') this.#change('paused');
  }

  /** Goes to a position, in seconds. */
  seek(seconds) {
    if (!this.item) return;
    const target = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.1));
    if (this.#status === 'failed' || (this.#grant && Grants.isStale(this.#grant))) this.#reopen(target);
    else if (this.#audio.readyState === 0) this.#resumeAt = target;
    else this.#audio.currentTime = target;
    this.#emit('time');
  }

  /** The next in the queue. At its end, playing stops. */
  async next({ automatic = false } = {}) {
    const turn = this.#turn;
    let place;
    try {
      place = await this.queue.next();
    } catch (e) {
      if (turn === this.#turn) this.#fail(e.message);
      return;
    }

    if (turn !== this.#turn) return;
    if (place >= 0) {
      this.queue.jump(place);
      await this.#load({ automatic });
    } else if (automatic) {
      this.#wanted = false;
      this.#change('paused');
    } else {
      this.#notify('This is the last one.');
    }
  }

  /** Back to the start; in the first seconds, to the one before. */
  previous() {
    const place = this.queue.previous();
    if (this.position > RESTART_AFTER_S || place < 0) return this.seek(0);
    this.queue.jump(place);
    return this.#load();
  }

  /** After a failure: once more, from where it was. */
  retry() {
    this.#wanted = true;
    this.#recoveries = 0;
    return this.#reopen(this.position);
  }

  /** Silence, and nothing in the queue. */
  stop() {
    this.#turn++;
    this.#wanted = false;
    this.#close();
    this.#grants.clear();
    this.queue.set(null, -1);
    this.#change('empty');
  }

  async #load({ automatic = false } = {}) {
    const turn = ++this.#turn;
    this.#wanted = true;
    this.#recoveries = 0;
    this.#prefetched = false;
    this.#close();
    this.#change('loading');
    this.#emit('time');
    await this.#obtain(turn, () => this.#grants.take(this.item, this.queue.contextUri), automatic);
  }

  // Another grant for the same item. What is open plays on until it is there, unless it has failed.
  async #reopen(position) {
    const turn = ++this.#turn;
    this.#resumeAt = position;
    if (this.#audio.paused || this.#audio.error) this.#change('loading');
    await this.#obtain(turn, () => this.#grants.ask(this.item, this.queue.contextUri));
  }

  async #obtain(turn, ask, skipRefused = false) {
    let grant;
    try {
      grant = await ask();
    } catch (e) {
      if (turn !== this.#turn) return;
      this.#refused(e);
      if (skipRefused && this.item.restriction) await this.next({ automatic: true });
      return;
    }

    if (turn !== this.#turn) return;
    this.#open(grant, this.#resumeAt ?? 0);
    if (!grant.whole) await this.#complete(turn);
  }

  // What came along with the one before starts at once; the rest of its grant follows.
  async #complete(turn) {
    try {
      const rest = await this.#grants.ask(this.item, this.queue.contextUri);
      if (turn !== this.#turn) return;
      this.#grant = { ...rest, url: this.#grant.url, expiresAt: this.#grant.expiresAt };
      this.#change(this.#status);
    } catch {
      // It plays; should it fail, another grant is asked for.
    }
  }

  #open(grant, position) {
    this.#grant = grant;
    this.#problem = null;
    this.#resumeAt = position > 0 ? position : null;
    this.#recoveredAt = position;
    this.#audio.src = grant.url;
    this.#setVolume();
    this.#change(this.#wanted ? 'loading' : 'paused');
    if (this.#wanted && this.#resumeAt === null) this.#sound();
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

  #opened() {
    if (this.#resumeAt !== null) {
      this.#audio.currentTime = Math.min(this.#resumeAt, Math.max(0, this.duration - 0.1));
      this.#resumeAt = null;
      if (this.#wanted) this.#sound();
    }

    this.#emit('time');
  }

  async #sound() {
    const turn = this.#turn;
    try {
      await this.#audio.play();
    } catch (e) {
      // Whatever else there is comes as an event.
      if (e.name === 'NotAllowedError' && turn === this.#turn) this.pause();
    }
  }

  #sounding() {
    clearTimeout(this.#stall);
    if (this.#grant) this.#change('playing');
  }

  #starving() {
    if (!this.#wanted || !this.#grant) return;
    this.#change('loading');
    clearTimeout(this.#stall);
    const turn = this.#turn;
    this.#stall = setTimeout(() => { if (turn === this.#turn && this.#status === 'loading') this.#recover(); }, STALL_MS);
  }

  // The browser pauses by itself when headphones are pulled out, say.
  #paused() {
    if (!this.#grant || !this.#audio.paused || this.#audio.ended || this.#resumeAt !== null || this.#status !== 'playing') return;
    this.#wanted = false;
    this.#change('paused');
  }

  #ticked() {
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
      const place = await this.queue.next();
      if (place >= 0) await this.#grants.prefetch(this.queue.items[place], this.queue.contextUri);
    } catch {
      // The next one then starts a little later.
    }
  }

  async #changeQuality() {
    if (!this.item) return;
    if (this.#status === 'failed') return this.retry();
    const turn = ++this.#turn;
    this.#recoveries = 0;
    try {
      const grant = await this.#grants.ask(this.item, this.queue.contextUri);
      if (turn !== this.#turn) return;
      if (this.#grant && grant.quality === this.#grant.quality && grant.codec === this.#grant.codec) {
        this.#grant = { ...grant, url: this.#grant.url, expiresAt: this.#grant.expiresAt };
        this.#change(this.#status);
      } else {
        this.#open(grant, this.position);
      }

      if (grant.limitedBy) this.#notify('A better quality needs a paid plan. You hear the best that yours has.');
    } catch (e) {
      if (turn !== this.#turn) return;
      if (this.#grant) this.#notify(`The quality stays as it is: ${lower(e.message)}`);
      else this.#refused(e);
    }
  }

  // The element says no more than that it failed: one byte is asked for to learn why.
  async #recover() {
    if (!this.#grant || !this.item) return;
    const grant = this.#grant;
    const broken = this.#audio.error?.code;
    const turn = ++this.#turn;
    this.#resumeAt = this.position;
    clearTimeout(this.#stall);
    this.#change('loading');

    const status = await statusOf(grant.url);
    if (turn !== this.#turn) return;
    if (++this.#recoveries > MAX_RECOVERIES) return this.#fail('The audio cannot be fetched.');

    if ((status === 200 || status === 206) && (broken === MediaError.MEDIA_ERR_DECODE || broken === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED)) {
      this.#grants.codecs = this.#grants.codecs.filter(codec => codec !== grant.codec);
      if (this.#grants.codecs.length === 0) return this.#fail('This browser cannot play the audio.');
    }

    const expired = Date.now() >= grant.expiresAt || (status === 403 && !this.#renewed);
    this.#renewed = expired;
    if (!expired && status !== 200 && status !== 206) {
      this.#grants.report(grant.url, status).catch(() => {});
      const [alternative, ...others] = grant.alternatives;
      if (alternative) return this.#open({ ...grant, url: alternative.url, cdn: alternative.cdn, alternatives: others }, this.#resumeAt);
      if (!navigator.onLine) await new Promise(resolve => addEventListener('online', resolve, { once: true }));
      else await new Promise(resolve => setTimeout(resolve, 500 * 2 ** this.#recoveries));
      if (turn !== this.#turn) return;
    }

    await this.#obtain(turn, () => this.#grants.ask(this.item, this.queue.contextUri));
  }

  #refused(error) {
    const reason = error instanceof ApiError ? reasonText(error.reason) : null;
    if (!reason) return this.#fail(error.message);
    this.item.restriction = reason;
    this.#notify(`${this.item.name}: ${lower(reason)}.`);
    this.#fail(reason);
  }

  #fail(problem) {
    this.#wanted = false;
    this.#problem = problem;
    this.#audio.pause();
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
