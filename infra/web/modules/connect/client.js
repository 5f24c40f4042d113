import { ServiceClock, systemClock } from './clock.js';
import { ConnectError } from './errors.js';
import { readStates } from './live.js';
import { deferred, Outbox } from './outbox.js';
import { PlayerService } from './service.js';
import { activeDeviceAt, commandsFor, devicesAt, isPlayingAt, newestTimeOf, positionAt } from './state.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
const POLL_PLAYING_MS = 3_000;
const POLL_PAUSED_MS = 10_000;
const RENEW_AT = 0.6;
const MAX_WAIT_S = 5;
const NO_EVENTS = 'EVENTS_UNAVAILABLE';

/**
 * A start of playback.
 * @typedef {object} Start
 * @property {string} [contextUri] an album, artist, audiobook, playlist, show or the liked songs
 * @property {string[]} [uris] items, instead of a context
 * @property {{uri?: string, position?: number}} [offset] the first item: its URI, or its place from 0
 * @property {number} [positionMs]
 */

/**
 * What has changed on this device.
 * @typedef {object} Report
 * @property {string} [uid] the item that `positionMs` and `isPlaying` are about
 * @property {number} [positionMs]
 * @property {boolean} [isPlaying]
 * @property {number} [volumePercent]
 */

/**
 * A device of Connect: registers, follows the state of the listener's player on all devices, sends commands to the active device, reports
 * what happens on this device, and acknowledges commands that others have given it. docs/player.md describes the protocol.
 *
 * Fires `change` after the state has changed or all requests have been handled, `available` after each connection, `unavailable` after a
 * connection that failed, and `refused` (detail: a ConnectError) for a request that the service refused. No method throws, and none has to
 * be waited for: without a connection, requests are dropped.
 */
export class ConnectClient extends EventTarget {
  #service;
  #describe;
  #clock;
  #serviceClock;
  #random;
  #outbox;
  #state = null;
  #running = null;         // aborted when the device leaves
  #woken = new AbortController();
  #ready = deferred();
  #status = 'connecting';
  #renewal = null;
  #left = null;            // fulfilled after the service has answered that the device has left
  #polls = false;
  #applied = 0;            // the newest revision that this device has put into effect

  /**
   * @param {object} options
   * @param {string} options.deviceId the id of this device: that of its offline registration, if it has one
   * @param {() => object} options.describe returns the name, type, codecs and volume_percent of this device
   * @param {string} options.baseUrl the origin of the service
   * @param {(rejected?: string) => Promise<string>} options.token returns an access token; see PlayerService
   * @param {typeof fetch} [options.fetch]
   * @param {Clock} [options.clock]
   * @param {() => number} [options.random] returns a number from 0 to 1
   */
  constructor({
    deviceId, describe, baseUrl, token, fetch = globalThis.fetch.bind(globalThis), clock = systemClock, random = Math.random,
  }) {
    super();
    this.deviceId = deviceId;
    this.#describe = describe;
    this.#clock = clock;
    this.#serviceClock = new ServiceClock(clock);
    this.#random = random;
    this.#service = new PlayerService({
      baseUrl, token, fetch, deviceId, observe: time => this.#serviceClock.observe(time),
    });
    this.#outbox = new Outbox(clock, () => this.#emit('change'));
  }

  /** The newest state; null before the first connection. */
  get state() { return this.#state; }

  /** Whether requests are waiting for their response, whose effect the state does not have yet. */
  get isBusy() { return !this.#outbox.isEmpty; }

  /** Whether requests are sent: false after the service could not be reached, until it can be. */
  get isConnected() { return this.#running !== null && this.#status !== 'unavailable'; }

  /** The connected devices. */
  get devices() { return this.#state ? devicesAt(this.#state, this.#serviceClock.now()) : []; }

  /** The device that plays or would play; null if there is none. */
  get activeDevice() { return this.#state && activeDeviceAt(this.#state, this.#serviceClock.now()); }

  /** Whether this is the active device. */
  get isActive() { return this.activeDevice?.id === this.deviceId; }

  /** Whether another device is active. */
  get isRemote() { return this.activeDevice !== null && !this.isActive; }

  /** Whether the item plays, on whichever device. */
  get isPlaying() { return this.#state !== null && isPlayingAt(this.#state, this.#serviceClock.now()); }

  /** The position in the item, in milliseconds. */
  get positionMs() { return this.#state ? positionAt(this.#state, this.#serviceClock.now()) : 0; }

  /** The commands of others for this device that it has not acknowledged, the oldest first. */
  get commands() {
    return this.#state ? commandsFor(this.#state, this.deviceId).filter(command => command.revision > this.#applied) : [];
  }

  /** Connects, and stays connected until `leave`, or until the service refuses the access token or the device. */
  start() {
    if (this.#running) return;
    this.#running = new AbortController();
    this.#woken = new AbortController();
    this.#connect();
    this.#run(this.#running.signal);
  }

  /** Leaves, without waiting for the response: playback on this device pauses for the others, too. */
  leave() {
    if (!this.#running && !this.#state) return;
    this.#running?.abort();
    this.#running = null;
    this.#woken.abort();
    this.#outbox.clear();
    this.#left = this.#service.sendLast('DELETE', this.#path());
    this.#renewal?.abort();
    this.#ready.resolve(false);
    this.#state = null;
    this.#applied = 0;
    this.#emit('change');
  }

  /** Tries to connect now instead of after the current wait, for example because the network is back. */
  wake() {
    this.#woken.abort();
    this.#woken = new AbortController();
  }

  /**
   * Starts playback on this device.
   * @param {Start} start
   */
  play(start) {
    return this.#command(null, 'PUT', '/play', { query: { device_id: this.deviceId }, body: wireStart(start) });
  }

  /**
   * Starts playback on the active device.
   * @param {Start} start
   */
  playThere(start) {
    return this.#command(null, 'PUT', '/play', { body: wireStart(start) });
  }

  /** Continues on the active device; on this one if there is none. */
  resume() {
    return this.#command(null, 'PUT', '/play', { query: this.#target() });
  }

  /** Pauses the active device. */
  pause() {
    return this.#command(null, 'PUT', '/pause', { query: this.#target() });
  }

  /** Plays the next item. */
  next() {
    return this.#command(null, 'POST', '/next', { query: this.#target() });
  }

  /** Plays the previous item, or restarts the current one after its first seconds. */
  previous() {
    return this.#command(null, 'POST', '/previous', { query: this.#target() });
  }

  /** Seeks on the active device, in milliseconds. */
  seek(positionMs) {
    return this.#command('seek', 'PUT', '/seek', { query: { ...this.#target(), position_ms: Math.max(0, Math.round(positionMs)) } });
  }

  /** Sets the volume of the active device, from 0 to 100. */
  setVolume(percent) {
    return this.#command('volume', 'PUT', '/volume', { query: { ...this.#target(), volume_percent: Math.round(percent) } });
  }

  /** @param {'off'|'context'|'track'} mode */
  setRepeat(mode) {
    return this.#command('repeat', 'PUT', '/repeat', { query: { ...this.#target(), state: mode } });
  }

  /** @param {boolean} isOn */
  setShuffle(isOn) {
    return this.#command('shuffle', 'PUT', '/shuffle', { query: { ...this.#target(), state: isOn } });
  }

  /** Adds an item to the queue. */
  enqueue(uri) {
    return this.#command(null, 'POST', '/queue', { query: { ...this.#target(), uri } });
  }

  /** Replaces the queue. */
  setQueue(uris) {
    return this.#command('queue', 'PUT', '/queue', { query: this.#target(), body: { uris } });
  }

  /** Transfers playback to a device. */
  transfer(deviceId, play = true) {
    return this.#command(null, 'PUT', '', { body: { device_ids: [deviceId], play } });
  }

  /**
   * Reports what has changed on this device.
   * @param {() => ?Report} read called when the report is sent, so that a waiting report says the newest; returns null for no report
   */
  report(read) {
    return this.#send('report', { read }, body => {
      const report = body.read();
      return report && this.#report(wireReport(report));
    });
  }

  /** Reports that an item was played to its end. */
  reportEnd(uid) {
    return this.#send(null, {}, () => this.#report({ uid, ended: true }));
  }

  /** Acknowledges the commands of the newest state, after they have been put into effect. */
  acknowledge() {
    const hasCommands = this.commands.length > 0;
    this.#applied = this.#state.revision;
    if (hasCommands) this.#send('acknowledge', {}, () => this.#report({}));
  }

  #path() {
    return `/devices/${this.deviceId}`;
  }

  #target() {
    return this.isRemote ? undefined : { device_id: this.deviceId };
  }

  #command(kind, method, path, options) {
    const isLocal = !this.isRemote;
    return this.#send(kind, options, async merged => {
      await this.#service.send(method, path, merged);
      // The response to a command has no state.
      if (isLocal || this.#polls) await this.#report({});
    });
  }

  #send(kind, body, send) {
    if (!this.#running || this.#status === 'unavailable') return Promise.resolve();
    const { signal } = this.#running;
    return this.#outbox.add(kind, body, async merged => {
      if (!await this.#ready.promise || signal.aborted) return;
      try {
        await this.#persist(() => send(merged));
      } catch (e) {
        if (!(e instanceof ConnectError)) throw e;
        if (!signal.aborted && !e.isTemporary) this.dispatchEvent(new CustomEvent('refused', { detail: e }));
      }
    });
  }

  // Registers again if the lease has ended meanwhile, and waits once if the service asks for it.
  async #persist(send) {
    try {
      await send();
    } catch (e) {
      if (e.status === 404 && e.reason !== 'NO_ACTIVE_DEVICE') await this.#register();
      else if (e.isTemporary && e.retryAfterS <= MAX_WAIT_S) await this.#clock.delay(e.retryAfterS * 1000);
      else throw e;
      await send();
    }
  }

  async #report(report, isFirst = false) {
    const body = { revision: this.#applied || undefined, ...report };
    this.#accept(await this.#service.json('PUT', `${this.#path()}/report`, { body }), isFirst);
  }

  async #run(signal) {
    // Otherwise the device could leave after it has registered again.
    await Promise.race([this.#left, this.#clock.delay(MAX_WAIT_S * 1000, signal)]);
    for (let failures = 0; !signal.aborted;) {
      let isRegistered = false;
      this.#serviceClock.reset();
      try {
        await this.#register();
        if (signal.aborted) return;
        isRegistered = true;
        this.#ready.resolve(true);
        await this.#follow(signal, () => { failures = 0; });
        failures = 0;
      } catch (e) {
        if (signal.aborted) return;
        if (!(e instanceof ConnectError)) throw e;
        failures++;
        // The access token does not allow it, which does not change by itself.
        if (!e.isTemporary && e.status !== 404) return this.#giveUp();
        if (!isRegistered) this.#fail();
      }

      if (isRegistered) this.#connect();
      const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
      await this.#clock.delay(longest * (0.5 + this.#random() / 2), this.#woken.signal);
      if (!isRegistered) this.#connect();
    }
  }

  // Requests wait for the connection.
  #connect() {
    this.#status = 'connecting';
    this.#ready = deferred();
  }

  #fail() {
    this.#status = 'unavailable';
    this.#ready.resolve(false);
    this.#emit('unavailable');
  }

  // `start` tries again.
  #giveUp() {
    this.#running.abort();
    this.#running = null;
    this.#renewal?.abort();
    this.#fail();
  }

  #succeed() {
    this.#status = 'available';
    this.#emit('available');
  }

  async #register() {
    const { lease_ms: leaseMs } = await this.#service.json('PUT', this.#path(), { body: this.#describe(), signal: this.#running?.signal });
    this.#renewal?.abort();
    if (!this.#running) return;
    this.#renewal = new AbortController();
    this.#renew(leaseMs * RENEW_AT, this.#renewal.signal);
  }

  // A registration that succeeds aborts the signal, and begins again.
  async #renew(ms, signal) {
    for (let wait = ms; ; wait = LAST_RETRY_MS) {
      await this.#clock.delay(wait, signal);
      if (signal.aborted) return;
      await this.#send('renew', {}, () => this.#register());
    }
  }

  async #follow(signal, onState) {
    const response = this.#polls ? null : await this.#open(signal);
    let isFirst = true;
    if (!response) return this.#poll(signal, onState);
    await readStates(response, this.#clock, signal, state => {
      this.#accept(state, isFirst);
      if (isFirst) this.#succeed();
      isFirst = false;
      onState();
    });
  }

  // Returns null where functions hold no connections.
  async #open(signal) {
    try {
      return await this.#service.send('GET', '/events', { query: { device_id: this.deviceId }, signal, accept: 'text/event-stream' });
    } catch (e) {
      if (e.status === 404 && e.reason === NO_EVENTS) return null;
      // There are too many connections: until there is one, the state is read at each attempt.
      if (e.isTemporary && e.status !== 0) await this.#report({}, true);
      throw e;
    }
  }

  // A report without changes is answered with the state.
  async #poll(signal, onState) {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      await this.#report({}, isFirst);
      if (signal.aborted) return;
      if (isFirst) this.#succeed();
      this.#polls = true;
      onState();
      await this.#clock.delay(this.isPlaying ? POLL_PLAYING_MS : POLL_PAUSED_MS, this.#woken.signal);
    }
  }

  // Responses and events overtake each other. The first state of a connection is the newest one in any case: revisions begin again when
  // the document was deleted.
  #accept(state, isFirst) {
    if (!this.#running || !state) return;
    this.#serviceClock.observe(newestTimeOf(state));
    if (!isFirst && this.#state && state.revision <= this.#state.revision) return;
    if (state.revision < this.#applied) this.#applied = 0;
    this.#state = state;
    this.#emit('change');
  }

  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

function wireStart({ contextUri, uris, offset, positionMs }) {
  return { context_uri: contextUri, uris, offset, position_ms: positionMs === undefined ? undefined : Math.round(positionMs) };
}

function wireReport({ uid, positionMs, isPlaying, volumePercent }) {
  return {
    uid,
    position_ms: positionMs === undefined ? undefined : Math.max(0, Math.round(positionMs)),
    is_playing: isPlaying,
    volume_percent: volumePercent === undefined ? undefined : Math.round(volumePercent),
  };
}
