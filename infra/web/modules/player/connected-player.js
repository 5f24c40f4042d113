import { Queue } from './queue.js';

const DRIFT_S = 1.5;
const RESTART_AFTER_S = 3;
const TICK_MS = 500;
const MAX_URIS = 500;
const MAX_KNOWN = 50;
const moves = ['play', 'seek', 'next', 'previous', 'transfer'];

/**
 * The player of this browser as one of the listener's devices. Has the members and events of Player. Playback in this browser never waits
 * for Connect: it starts at once, and the shared state follows.
 *
 * While this device is active, the player of the browser is shown: its changes are reported, and it obeys the commands of other devices.
 * While another one is active, the shared state is shown, and the same methods control that device. While none is active, the shared state
 * is shown until something is played here.
 */
export class ConnectedPlayer extends EventTarget {
  #player;
  #connect;
  #items;
  #settings;
  #isLocal = true;         // the player of this browser is shown, instead of the shared state
  #shared = new Queue();   // the items of the shared state
  #uid = null;             // the item of the shared state that this browser plays; null until the state has it
  #revision = 0;           // that of the shared state before this browser began to play
  #reportedPlaying = false;  // whether this browser plays, as it was reported last
  #status = 'empty';
  #volumeChanged = false;  // since the last report
  #startedAlone = false;   // playback began here without a connection
  #announced = 0;          // the revision before playback here was announced last
  #corrected = 0;          // the revision whose position was corrected
  #loaded = 0;             // the revision whose items were read from the catalog
  #isLoading = false;      // those items are being read
  #unplayable = 0;         // the revision whose item is not in the catalog
  #timer = 0;

  /**
   * @param {Player} player
   * @param {ConnectClient} connect
   * @param {KnownItems} items
   * @param {Settings} settings
   */
  constructor(player, connect, items, settings) {
    super();
    this.#player = player;
    this.#connect = connect;
    this.#items = items;
    this.#settings = settings;
    player.addEventListener('change', () => this.#onChange());
    player.addEventListener('time', () => { if (this.#isLocal) this.#emit('time'); });
    player.addEventListener('notice', event => this.#notify(event.detail));
    player.addEventListener('completed', () => this.#onCompleted());
    player.queue.addEventListener('change', () => { if (this.#isLocal) this.#emit('change'); });
    settings.addEventListener('volume', () => this.#onVolume());
    connect.addEventListener('change', () => this.#follow());
    connect.addEventListener('refused', event => this.#notify(event.detail.message));
  }

  /** The other device that is controlled; null if this one plays or would play. */
  get device() { return this.#isLocal || !this.#connect.isRemote ? null : this.#connect.activeDevice; }

  get item() { return this.queue.current; }

  get status() {
    if (this.#isLocal) return this.#player.status;
    return !this.item ? 'empty' : this.#connect.isPlaying ? 'playing' : 'paused';
  }

  get problem() { return this.#isLocal ? this.#player.problem : null; }

  get grant() { return this.#isLocal ? this.#player.grant : null; }

  get playWhenReady() { return this.#isLocal ? this.#player.playWhenReady : this.#connect.isPlaying; }

  get position() { return this.#isLocal ? this.#player.position : this.#connect.positionMs / 1000; }

  get duration() { return this.#isLocal ? this.#player.duration : (this.item?.durationMs ?? 0) / 1000; }

  get buffered() { return this.#isLocal ? this.#player.buffered : []; }

  get queue() { return this.#isLocal ? this.#player.queue : this.#shared; }

  /** Plays a listing in this browser, from an index, or from the first playable item. */
  start(listing, index, contextUri) {
    this.#items.add(listing.items);
    return this.#begin(() => this.#player.start(listing, index, contextUri), () => this.#connect.play(startOf(this.#player.queue)));
  }

  /** Plays the item at an index of the queue. */
  jump(index) {
    const { queue } = this;
    const { uid, source } = queue.sharedItem(index) ?? {};
    const place = source === 'queue' ? this.#connect.state?.queue.findIndex(queued => queued.uid === uid) ?? -1 : -1;
    const send = place < 0 ? () => this.#connect.play(startOf(queue, index)) : () => this.#skipInQueue(place);
    if (this.#isLocal) return this.#begin(() => this.#player.jump(index), send);
    if (!this.#connect.isRemote) return this.#openHere(index, 0, send);
    return place < 0 ? this.#connect.playThere(startOf(queue, index)) : this.#skipInQueue(place);
  }

  toggle() {
    if (this.#isLocal) this.#player.toggle();
    else if (this.playWhenReady) this.pause();
    else this.play();
  }

  play() {
    if (this.#isLocal) this.#player.play();
    else if (this.#connect.isRemote) this.#connect.resume();
    else if (this.item) this.#openHere(this.#shared.index, this.position, () => this.#connect.resume());
  }

  pause() {
    if (this.#isLocal) this.#player.pause();
    else this.#connect.pause();
  }

  /** Seeks to a position, in seconds. */
  seek(seconds) {
    if (this.#isLocal) {
      this.#player.seek(seconds);
      if (this.#player.item) this.#report();
    } else if (this.item) {
      if (!this.#connect.isRemote) this.#connect.transfer(this.#connect.deviceId, false);
      this.#connect.seek(Math.min(Math.max(0, seconds), this.duration) * 1000);
    }
  }

  /** Plays the next item. */
  async next() {
    if (this.device) return this.#connect.next();
    const index = await this.queue.next().catch(() => -1);
    if (index >= 0 && !(this.#isLocal && this.#connect.isActive)) return this.jump(index);
    // The context begins again, perhaps in another order.
    if (index < 0 && this.#connect.isActive && this.#connect.state.repeat_state === 'context') return this.#connect.next();
    if (index < 0) return this.#player.next();
    return this.#begin(() => this.#player.next(), () => this.#connect.next());
  }

  /** Restarts the current item, or plays the previous one within the first three seconds. */
  previous() {
    if (this.device) return this.#connect.previous();
    const index = this.queue.previous();
    if (this.position > RESTART_AFTER_S || index < 0) return this.seek(0);
    if (!(this.#isLocal && this.#connect.isActive)) return this.jump(index);
    const uid = this.#uid;
    return this.#begin(() => this.#player.previous(), () => {
      // By the service's clock, more than the first three seconds may have passed.
      if (this.#connect.positionMs > 0) this.#connect.report(() => uid && { uid, positionMs: 0 });
      return this.#connect.previous();
    });
  }

  /** Retries after a failure, from the same position. */
  retry() {
    return this.#player.retry();
  }

  /** Stops playback in this browser and clears its queue. */
  stop() {
    [this.#reportedPlaying, this.#startedAlone] = [false, false];
    this.#player.stop();
  }

  // Begins to play something here. `act` returns nothing if that is not possible.
  #begin(act, send) {
    const [isLocal, reportedPlaying] = [this.#isLocal, this.#reportedPlaying];
    [this.#isLocal, this.#reportedPlaying] = [true, true];
    const begun = act();
    if (begun) this.#requestItem(send);
    else [this.#isLocal, this.#reportedPlaying] = [isLocal, reportedPlaying];
    this.#emit('change');
    return begun;
  }

  #openHere(index, position, send) {
    const { listing, contextUri } = this.#shared;
    return this.#begin(() => this.#player.open(listing, index, contextUri, { position, play: true }), send);
  }

  // Plays the item at a place of the queue, without those before it.
  #skipInQueue(place) {
    if (!this.#connect.activeDevice) this.#connect.resume();
    this.#connect.setQueue(this.#connect.state.queue.slice(place).map(queued => queued.uri));
    return this.#connect.next();
  }

  // Sends a request that gives the shared state the item of this browser, under an id that the response brings.
  #requestItem(send) {
    this.#uid = null;
    this.#revision = this.#connect.state?.revision ?? 0;
    this.#announced = this.#revision;
    this.#startedAlone = !this.#connect.isConnected;
    send();
  }

  #onChange() {
    const { item, playWhenReady, status } = this.#player;
    if (item && playWhenReady !== this.#reportedPlaying) {
      this.#reportedPlaying = playWhenReady;
      if (!playWhenReady || this.#connect.isActive) this.#report();
      else this.#announce();
    }

    // The audio has begun later than the others assume.
    if (status === 'playing' && this.#status !== 'playing' && !this.#connect.isBusy && this.#isDrifting()) this.#report();
    this.#status = status;
    if (this.#isLocal) this.#emit('change');
  }

  #onCompleted() {
    const uid = this.#uid;
    if (uid && this.#connect.isActive) this.#requestItem(() => this.#connect.reportEnd(uid));
  }

  #onVolume() {
    this.#volumeChanged = true;
    this.#report();
  }

  #report() {
    this.#connect.report(() => {
      const volumePercent = this.#volumeChanged ? this.#settings.volume * 100 : undefined;
      this.#volumeChanged = false;
      const { playWhenReady: isPlaying, position, duration } = this.#player;
      if (!this.#uid) return volumePercent === undefined ? null : { volumePercent };
      // At its end, the item begins again.
      const isAtEnd = !isPlaying && duration > 0 && duration - position < 0.1;
      return { uid: this.#uid, positionMs: isAtEnd ? 0 : position * 1000, isPlaying, volumePercent };
    });
  }

  // Makes this the active device, because it plays.
  #announce() {
    const uid = this.#uid;
    const isShared = uid !== null && uid === this.#connect.state?.item?.uid;
    this.#reportedPlaying = true;
    // The shared item goes on where it is, with its context, queue and radio.
    const start = isShared ? {} : startOf(this.#player.queue);
    this.#requestItem(() => this.#connect.play({ ...start, positionMs: this.#player.position * 1000 }));
    if (isShared) this.#uid = uid;
  }

  #follow() {
    const { state, isBusy, isActive, isRemote } = this.#connect;
    if (state === null) this.#isLocal = true;
    else {
      this.#loadUnknown(state);
      this.#updateShared(state);
      if (this.#isLocal) this.#adopt(state);
      if (!isBusy) {
        if (this.#startedAlone && this.#player.playWhenReady) this.#announce();
        else if (isActive) this.#obey(state);
        else this.#yield(state, isRemote);
      }
    }

    clearInterval(this.#timer);
    if (!this.#isLocal && this.playWhenReady) this.#timer = setInterval(() => this.#emit('time'), TICK_MS);
    this.#emit('change');
  }

  // Takes the id of the item that was begun here from the state.
  #adopt(state) {
    const { item } = this.#player;
    if (this.#uid || !this.#connect.isActive || !item || state.item?.uri !== item.uri || state.revision <= this.#revision) return;
    this.#uid = state.item.uid;
    // Episodes and chapters go on where the listener has stopped.
    if (item.kind !== 'track' && this.#connect.positionMs / 1000 > this.#player.position + RESTART_AFTER_S) this.#catchUp();
  }

  // Brings this browser to the state, which another device or the service has changed.
  #obey(state) {
    const { isPlaying, commands } = this.#connect;
    const player = this.#player;
    if (!state.item || (!player.item && !isPlaying)) {
      this.#isLocal = false;
    } else if (player.item?.uri !== state.item.uri) {
      const { listing, index, current } = this.#shared;
      if (current === null) return this.#rejectUnknown(state);
      this.#isLocal = true;
      this.#reportedPlaying = isPlaying;
      this.#uid = state.item.uid;
      const position = this.#connect.positionMs / 1000;
      player.open(listing, index, state.context?.uri, { position: position > DRIFT_S ? position : 0, play: isPlaying });
    } else {
      const isMoved = this.#uid !== state.item.uid || commands.some(command => moves.includes(command.type));
      this.#isLocal = true;
      this.#uid = state.item.uid;
      if (isMoved && this.#isDrifting()) this.#catchUp();
      if (player.playWhenReady !== isPlaying) {
        this.#reportedPlaying = isPlaying;
        isPlaying ? player.play() : player.pause();
      }

      if (!isMoved) this.#correct(state);
      if (!isSameOrder(player.queue, state)) player.queue.set(this.#shared.listing, this.#shared.index, state.context?.uri);
    }

    player.queue.repeatsItem = state.repeat_state === 'track';
    this.#obeyVolume(commands);
    this.#connect.acknowledge();
  }

  // Stops, because the item that this browser is to play is not in the catalog, or the catalog cannot be read.
  #rejectUnknown(state) {
    if (this.#isLoading || this.#unplayable === state.revision) return;
    this.#unplayable = state.revision;
    const { isPlaying, commands } = this.#connect;
    if (this.#player.item) this.stop();
    [this.#isLocal, this.#uid] = [false, null];
    this.#obeyVolume(commands);
    this.#connect.acknowledge();
    if (!isPlaying) return;
    this.#notify('The item cannot be played in this browser, because the catalog does not have it.');
    this.#connect.report(() => ({ uid: state.item.uid, positionMs: 0, isPlaying: false }));
  }

  // Another device plays, or none does.
  #yield(state, isRemote) {
    const { item, playWhenReady } = this.#player;
    if (!isRemote && item && playWhenReady && this.#announced !== state.revision) return this.#announce();
    if (item && (isRemote || this.#uid !== state.item?.uid)) this.stop();
    if (isRemote || !this.#player.item) {
      this.#isLocal = false;
      this.#uid = null;
    }

    this.#obeyVolume(this.#connect.commands);
    this.#connect.acknowledge();
  }

  #obeyVolume(commands) {
    if (!commands.some(command => command.type === 'volume')) return;
    const percent = this.#connect.devices.find(device => device.id === this.#connect.deviceId)?.volume_percent;
    if (percent === undefined || percent === Math.round(this.#settings.volume * 100)) return;
    this.#settings.muted = false;
    this.#settings.volume = percent / 100;
  }

  // Once for each state, in case the service refuses it.
  #correct({ revision }) {
    if (this.#corrected === revision || this.#player.status !== 'playing' || !this.#isDrifting()) return;
    this.#corrected = revision;
    this.#report();
  }

  #isDrifting() {
    return this.#uid !== null && Math.abs(this.#player.position - this.#connect.positionMs / 1000) > DRIFT_S;
  }

  #catchUp() {
    this.#player.seek(this.#connect.positionMs / 1000);
  }

  // Reads items that this browser does not know yet from the catalog, once for each state.
  #loadUnknown(state) {
    const upcoming = [state.item, ...state.queue, ...state.next].filter(Boolean);
    const unknown = upcoming.slice(0, MAX_KNOWN).map(item => item.uri).filter(uri => !this.#items.find(uri));
    if (unknown.length === 0 || this.#loaded === state.revision) return;
    this.#loaded = state.revision;
    this.#isLoading = true;
    this.#items.load(unknown).catch(() => {}).then(() => {
      if (this.#loaded === state.revision) this.#isLoading = false;
      this.#follow();
    });
  }

  // Shows the items of the state that are known.
  #updateShared(state) {
    const known = items => items.filter(item => this.#items.find(item.uri));
    const isKnown = Boolean(state.item && this.#items.find(state.item.uri));
    const previous = known(state.previous);
    const sharedItems = isKnown ? [...previous, state.item, ...known([...state.queue, ...state.next])] : [];
    const listing = { items: sharedItems.map(item => this.#items.find(item.uri)), sharedItems, hasMore: false };
    this.#shared.set(listing, isKnown ? previous.length : -1, state.context?.uri);
  }

  #notify(text) {
    this.dispatchEvent(new CustomEvent('notice', { detail: text }));
  }

  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

// The start of an item of a queue: in its context, or else with the items after it.
function startOf(queue, index = queue.index) {
  const { items, contextUri } = queue;
  if (!contextUri || !queue.isOfContext(index)) return startOfList(queue, index);
  const { uri, offset: place } = items[index];
  // A playlist may have the item twice.
  const isTwice = items.filter(item => item.uri === uri).length > 1;
  const hasPlace = isTwice && place !== undefined && !queue.sharedItem(index);
  return { contextUri, offset: hasPlace ? { position: place } : { uri } };
}

function startOfList(queue, index) {
  const { items } = queue;
  const first = queue.isOfContext(index) && items.length <= MAX_URIS ? 0 : index;
  // The state keeps its queue.
  const isListed = i => i === index || queue.sharedItem(i)?.source !== 'queue';
  const listed = Array.from(items.keys()).slice(first).filter(isListed);
  return { uris: listed.slice(0, MAX_URIS).map(i => items[i].uri), offset: { position: listed.indexOf(index) } };
}

// Whether a queue goes on as the state does, as far as both are loaded.
function isSameOrder(queue, state) {
  const { items, index, hasMore } = queue;
  const indexes = Array.from(items.keys()).slice(index + 1).filter(i => !items[i].restriction);
  const own = indexes.map(i => `${queue.sharedItem(i)?.source ?? 'context'} ${items[i].uri}`);
  const shared = [...state.queue, ...state.next].map(item => `${item.source} ${item.uri}`);
  const length = Math.min(own.length, shared.length);
  return own.slice(0, length).join() === shared.slice(0, length).join()
    && (own.length >= shared.length || hasMore)
    && (shared.length >= own.length || !state.next_is_complete);
}
