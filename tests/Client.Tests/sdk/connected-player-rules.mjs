// The player of a browser as a device of Connect, with a scripted Connect client, audio and catalog.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectedPlayer } from './player/connected-player.js';
import { Queue } from './player/queue.js';

const ALBUM = 'spotify:album:a';
const uriOf = name => `spotify:track:${name}`;
const shared = (uid, name, source = 'context') => ({ uid, uri: uriOf(name), duration_ms: 180_000, source });

/** The state of a listener who has queued `q1` and `q2` in an album, after whose end a radio plays. */
function state(revision, changes = {}) {
  return {
    revision, context: { type: 'album', uri: ALBUM }, item: shared('2', 'b'), repeat_state: 'off', previous: [shared('1', 'a')],
    queue: [shared('7', 'q1', 'queue'), shared('8', 'q2', 'queue')],
    next: [shared('3', 'c'), shared('9', 'r1', 'autoplay'), shared('10', 'r2', 'autoplay')], next_is_complete: true, ...changes,
  };
}

/** The state while the first item of the radio plays. */
function radioState() {
  return state(5, {
    previous: [shared('3', 'c')], item: shared('9', 'r1', 'autoplay'), queue: [], next: [shared('10', 'r2', 'autoplay')],
  });
}

/** A Connect client that records the requests. The tests change the state. */
class ScriptedConnect extends EventTarget {
  deviceId = 'own';
  state = null;
  isBusy = false;
  isConnected = true;
  isPlaying = true;
  positionMs = 0;
  active = 'other';
  commands = [];
  sent = [];
  reports = [];

  constructor() {
    super();
    for (const name of ['play', 'playThere', 'resume', 'pause', 'next', 'previous', 'seek', 'setQueue', 'transfer', 'reportEnd']) {
      this[name] = (...args) => { this.sent.push([name, ...args]); };
    }
  }

  get activeDevice() { return this.active && { id: this.active }; }

  get isActive() { return this.active === 'own'; }

  get isRemote() { return this.active !== null && this.active !== 'own'; }

  get devices() { return []; }

  acknowledge() {
    if (this.commands.length > 0) this.sent.push(['acknowledge']);
    this.commands = [];
  }

  report(read) {
    const report = read();
    if (report) this.reports.push(report);
  }

  /** Brings a state, and what else is different. */
  push(pushed, changes = {}) {
    Object.assign(this, { state: pushed }, changes);
    this.dispatchEvent(new Event('change'));
  }
}

/** The audio of a browser. */
class ScriptedPlayer extends EventTarget {
  queue = new Queue();
  status = 'empty';
  playWhenReady = false;
  position = 0;
  duration = 180;

  get item() { return this.queue.current; }

  start(listing, index, contextUri) { return this.open(listing, index, contextUri, { position: 0, play: true }); }

  open(listing, index, contextUri, { position, play }) {
    this.queue.set(listing, index, contextUri);
    this.position = position;
    this.#change(play, play ? 'playing' : 'paused');
    return Promise.resolve();
  }

  jump(index) { return this.open(this.queue.listing, index, this.queue.contextUri, { position: 0, play: true }); }

  play() { this.#change(true, 'playing'); }

  pause() { this.#change(false, 'paused'); }

  seek(seconds) { this.position = seconds; }

  stop() {
    this.queue.set(null, -1);
    this.#change(false, 'empty');
  }

  #change(playWhenReady, status) {
    [this.playWhenReady, this.status] = [playWhenReady, status];
    this.dispatchEvent(new Event('change'));
  }
}

/** A browser whose catalog has all items but those that are missing. */
function open({ missing = [], isKnown = true } = {}) {
  const [connect, audio] = [new ScriptedConnect(), new ScriptedPlayer()];
  const itemOf = uri => ({ uri, kind: 'track', name: uri, durationMs: 180_000 });
  const loaded = new Map();
  const items = {
    find: uri => missing.includes(uri) ? undefined : isKnown ? itemOf(uri) : loaded.get(uri),
    add: () => {},
    load: async uris => {
      await null;
      for (const uri of uris) loaded.set(uri, itemOf(uri));
    },
  };
  const settings = Object.assign(new EventTarget(), { volume: 1, muted: false });
  const player = new ConnectedPlayer(audio, connect, items, settings);
  const notices = [];
  player.addEventListener('notice', event => notices.push(event.detail));
  const listing = { items: ['a', 'b', 'c'].map(name => itemOf(uriOf(name))), hasMore: false };
  // Ends the timer that shows the position.
  return { connect, audio, player, notices, listing, close: () => connect.push(null) };
}

const settle = () => new Promise(resolve => setImmediate(resolve));

test('the queue that is shown has the items in the order in which they are played', () => {
  const { connect, player, close } = open();
  connect.push(state(1));
  assert.deepEqual([player.queue.items.map(item => item.uri), player.queue.index], [['a', 'b', 'q1', 'q2', 'c', 'r1', 'r2'].map(uriOf), 1]);
  close();
});

test('items are started in their context, radios as a list, and queued items from the queue', () => {
  for (const [active, play] of [['other', 'playThere'], ['own', 'play']]) {
    const { connect, player, close } = open();
    connect.push(state(1), { active });
    player.jump(4);
    assert.deepEqual(connect.sent, [[play, { contextUri: ALBUM, offset: { uri: uriOf('c') } }]], active);

    connect.sent = [];
    connect.push(state(2));
    player.jump(5);
    assert.deepEqual(connect.sent, [[play, { uris: [uriOf('r1'), uriOf('r2')], offset: { position: 0 } }]], active);

    connect.sent = [];
    connect.push(state(3));
    player.jump(3);
    assert.deepEqual(connect.sent, [['setQueue', [uriOf('q2')]], ['next']], active);
    close();
  }
});

test('without an active device, a queued item plays here and stays one of the queue', () => {
  const { connect, audio, player, close } = open();
  connect.push(state(1), { active: null, isPlaying: false });
  player.jump(2);
  assert.equal(audio.item.uri, uriOf('q1'));
  assert.deepEqual(connect.sent, [['resume'], ['setQueue', [uriOf('q1'), uriOf('q2')]], ['next']]);
  close();
});

test('a list is started without the items that the queue has', () => {
  const { connect, player, close } = open();
  connect.push(state(1, { context: undefined }));
  player.jump(4);
  assert.deepEqual(connect.sent,
    [['playThere', { uris: ['a', 'b', 'c', 'r1', 'r2'].map(uriOf), offset: { position: 2 } }]]);
  close();
});

test('after its lease was lost during a radio, the browser goes on with the shared item', () => {
  const { connect, audio, close } = open();
  const radio = radioState();
  connect.push(radio, { active: 'own' });
  assert.deepEqual([audio.item.uri, audio.playWhenReady, connect.sent], [uriOf('r1'), true, []]);
  audio.position = 40;
  connect.push({ ...radio, revision: 6 }, { active: null, isPlaying: false });
  assert.deepEqual(connect.sent, [['play', { positionMs: 40_000 }]]);
  connect.push({ ...radio, revision: 7 }, { active: 'own', isPlaying: true, positionMs: 40_000 });
  audio.pause();
  assert.deepEqual(connect.reports.at(-1), { uid: '9', positionMs: 40_000, isPlaying: false, volumePercent: undefined });
  close();
});

test('after the radio went on without a connection, its items are started as a list', () => {
  const { connect, audio, player, close } = open();
  const radio = radioState();
  connect.push(radio, { active: 'own' });
  connect.isConnected = false;
  player.jump(2);
  connect.sent = [];
  connect.push({ ...radio, revision: 6 }, { active: null, isPlaying: false, isConnected: true });
  assert.equal(audio.item.uri, uriOf('r2'));
  assert.deepEqual(connect.sent, [['play', { uris: [uriOf('r2')], offset: { position: 0 }, positionMs: 0 }]]);
  close();
});

test('an item that the catalog does not have stops the browser, which says so to the listener and the service', async () => {
  const { connect, audio, player, listing, notices, close } = open({ missing: [uriOf('x')] });
  player.start(listing, 0, ALBUM);
  connect.push(state(1, { item: shared('1', 'a') }), { active: 'own', sent: [] });
  const commands = [{ revision: 2, device_id: 'own', type: 'play' }];
  const unknown = state(2, { item: shared('20', 'x') });
  connect.push(unknown, { commands });
  await settle();
  assert.deepEqual([audio.item, audio.status, notices.length], [null, 'empty', 1]);
  assert.deepEqual([connect.sent, connect.reports], [[['acknowledge']], [{ uid: '20', positionMs: 0, isPlaying: false }]]);
  // Once, if the service does not take the report.
  connect.push(unknown);
  await settle();
  assert.deepEqual([notices.length, connect.reports.length], [1, 1]);
  close();
});

test('an item that is read from the catalog first is then played', async () => {
  const { connect, audio, notices, close } = open({ isKnown: false });
  connect.push(state(1), { active: 'own', commands: [{ revision: 1, device_id: 'own', type: 'play' }] });
  assert.deepEqual([audio.item, connect.sent], [null, []]);
  await settle();
  assert.deepEqual([audio.item.uri, audio.playWhenReady, notices, connect.sent], [uriOf('b'), true, [], [['acknowledge']]]);
  close();
});
