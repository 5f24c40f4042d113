// The Connect module of the web player with a scripted service and a clock that the tests advance.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectClient } from './connect/client.js';
import { claimDeviceId, deviceId } from './connect/device-id.js';
import { EventParser } from './connect/event-parser.js';
import { positionAt } from './connect/state.js';

const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000;

/** A clock that stands still until the test advances it. */
class ManualClock {
  #time = START_MS;
  #waits = new Set();

  now = () => this.#time;

  delay = (ms, signal) => new Promise(resolve => {
    const wait = { due: this.#time + ms, resolve };
    if (signal?.aborted) return resolve();
    this.#waits.add(wait);
    signal?.addEventListener('abort', () => {
      this.#waits.delete(wait);
      resolve();
    }, { once: true });
  });

  async advance(ms) {
    await settle();
    const end = this.#time + ms;
    for (let next; (next = this.#next(end)); ) {
      this.#time = Math.max(this.#time, next.due);
      this.#waits.delete(next);
      next.resolve();
      await settle();
    }

    this.#time = end;
  }

  #next(end) {
    return [...this.#waits].filter(wait => wait.due <= end).sort((a, b) => a.due - b.due)[0];
  }
}

/** Lets everything run that waits for nothing but promises. */
async function settle() {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
}

/** The state of a listener with two devices, of which one plays. */
function state(revision, changes = {}) {
  const device = id => ({
    id, name: `Device ${id}`, type: 'computer', volume_percent: 50, supports_volume: true, is_restricted: false,
    seen_at: START_MS, lease_ends_at: START_MS + 15 * MINUTE_MS,
  });
  return {
    revision, devices: [device('own'), device('other')], active_device_id: 'own', context: { type: 'album', uri: 'spotify:album:a' },
    item: { uid: '1', uri: 'spotify:track:t', duration_ms: 180_000, source: 'context' }, timestamp: START_MS, progress_ms: 0,
    is_playing: true, repeat_state: 'off', shuffle_state: false, previous: [], queue: [], next: [], next_is_complete: true, commands: [],
    ...changes,
  };
}

/** A device, and the service that it talks to. */
function start({ changes = {}, ...behavior } = {}) {
  const clock = new ManualClock();
  const service = {
    state: state(1, changes), requests: [], streams: [], events: 200, isDown: false, token: 'first', renewals: 0, renewalError: null,
    date: () => undefined, ...behavior,
    /** Returns the requests, as text. */
    sent: (part = '') => service.requests.map(one => one.line).filter(line => line.includes(part)),
    push: pushed => service.streams.at(-1).write(pushed),
  };
  const client = new ConnectClient({
    deviceId: 'own', baseUrl: 'http://service', clock, random: () => 1,
    describe: () => ({ name: 'Test', type: 'computer' }),
    token: async rejected => {
      if (rejected) service.renewals++;
      if (rejected && service.renewalError) throw service.renewalError;
      return rejected ? service.token : 'first';
    },
    fetch: async (url, init) => answer(service, url, init),
  });
  const seen = { changes: 0, refused: [], available: 0, unavailable: 0 };
  client.addEventListener('change', () => seen.changes++);
  client.addEventListener('available', () => seen.available++);
  client.addEventListener('unavailable', () => seen.unavailable++);
  client.addEventListener('refused', event => seen.refused.push(event.detail.message));
  client.start();
  return { client, clock, service, seen };
}

async function answer(service, url, { method, headers, body, signal, keepalive }) {
  const path = url.pathname.replace('/v1/me/player', '');
  const line = [method, path + url.search, body].filter(part => part !== undefined).join(' ');
  service.requests.push({ line, headers, keepalive });
  if (service.isDown) throw new TypeError('fetch failed');
  if (headers.Authorization !== `Bearer ${service.token}`) return json({ error: { status: 401, message: 'Invalid token' } }, 401);
  const special = service.respond?.(line);
  if (special) return special;
  if (path === '/events') {
    if (service.events !== 200) return json({ error: { message: 'Listen elsewhere', reason: 'EVENTS_UNAVAILABLE' } }, service.events);
    const stream = new TransformStream();
    const writer = stream.writable.getWriter();
    const connection = {
      write: pushed => writer.write(new TextEncoder().encode(`event: player\nid: ${pushed.revision}\ndata: ${JSON.stringify(pushed)}\n\n`)),
      comment: () => writer.write(new TextEncoder().encode(': still here\n')),
      end: () => writer.close(),
    };
    signal.addEventListener('abort', () => writer.abort(signal.reason).catch(() => {}));
    service.streams.push(connection);
    connection.write(service.state).catch(() => {});
    return new Response(stream.readable, { headers: { 'Content-Type': 'text/event-stream', Date: service.date() ?? '' } });
  }

  if (path.endsWith('/report')) return json(service.state);
  if (path.startsWith('/devices/') && method === 'PUT') return json({ id: 'own', lease_ms: 15 * MINUTE_MS });
  return done();
}

function done() {
  return new Response(null, { status: 204 });
}

function json(value, status = 200, headers = {}) {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

test('events are parsed in pieces of any length', () => {
  const text = ': hello\r\nevent: player\r\nid: 7\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\nevent: nothing\n\n';
  const expected = [{ event: 'player', data: '{"a":\n1}', id: '7' }, { event: 'message', data: 'x', id: '7' }];
  assert.deepEqual(new EventParser().push(text), expected);
  for (const size of [1, 2, 3, 7]) {
    const parser = new EventParser();
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
    assert.deepEqual(pieces.flatMap(piece => parser.push(piece)), expected, `pieces of ${size}`);
  }
});

test('a device registers, opens the stream and has the state', async () => {
  const { client, service, seen } = start();
  await settle();
  assert.deepEqual(service.sent(), ['PUT /devices/own {"name":"Test","type":"computer"}', 'GET /events?device_id=own']);
  assert.ok(service.requests.every(one => one.headers['X-Device-Id'] === 'own' && one.headers.Authorization === 'Bearer first'));
  assert.equal(service.requests[1].headers.Accept, 'text/event-stream');
  assert.deepEqual([client.state.revision, client.isActive, client.isRemote, client.isPlaying, seen.available], [1, true, false, true, 1]);
  client.leave();
});

test('the newest state by revision wins, and the first of a connection in any case', async () => {
  const { client, clock, service } = start();
  await settle();
  for (const revision of [3, 2]) service.push(state(revision));
  await settle();
  assert.equal(client.state.revision, 3);
  service.state = state(2);
  service.streams.at(-1).end();
  await settle();
  await clock.advance(500);
  assert.equal(client.state.revision, 2);
  assert.equal(service.sent('GET /events').length, 2);
  client.leave();
});

test('a dragged slider sends few requests, and its last value', async () => {
  for (const active of ['own', 'other']) {
    const { client, clock, service } = start({ changes: { active_device_id: active } });
    await settle();
    let position = 0;
    for (let i = 0; i < 60; i++) {
      position += 1000;
      if (active === 'own') client.report(() => ({ uid: '1', positionMs: position, isPlaying: true }));
      else client.seek(position);
      await clock.advance(16);
    }

    await clock.advance(1000);
    const sent = service.sent(active === 'own' ? 'position_ms' : '/seek');
    assert.ok(sent.length >= 2 && sent.length <= 6, `${sent.length} requests`);
    assert.match(sent.at(-1), active === 'own' ? /"position_ms":60000/ : /position_ms=60000/);
    client.leave();
  }
});

test('requests are sent in order, one after the other', async () => {
  let release;
  const { client, service } = start({
    respond: line => line.startsWith('PUT /play') && new Promise(resolve => { release = () => resolve(done()); }),
  });
  await settle();
  client.play({ contextUri: 'spotify:album:a', offset: { uri: 'spotify:track:t' } });
  client.pause();
  await settle();
  assert.ok(client.isBusy);
  assert.deepEqual(service.sent('PUT /pause'), []);
  release();
  await settle();
  assert.deepEqual(service.sent().slice(2), [
    'PUT /play?device_id=own {"context_uri":"spotify:album:a","offset":{"uri":"spotify:track:t"}}',
    'PUT /devices/own/report {}',
    'PUT /pause?device_id=own',
    'PUT /devices/own/report {}',
  ]);
  assert.ok(!client.isBusy);
  client.leave();
});

test('another device is controlled without its id', async () => {
  const { client, service } = start({ changes: { active_device_id: 'other' } });
  await settle();
  await client.pause();
  await client.resume();
  await client.next();
  await client.setVolume(40.4);
  await client.transfer('own');
  assert.deepEqual(service.sent().slice(2), [
    'PUT /pause', 'PUT /play', 'POST /next', 'PUT /volume?volume_percent=40', 'PUT  {"device_ids":["own"],"play":true}',
  ]);
  client.leave();
});

test('commands are acknowledged after they have been put into effect', async () => {
  const { client, service } = start();
  await settle();
  const pause = { revision: 2, device_id: 'own', type: 'pause', issued_at: START_MS };
  service.push(state(2, { is_playing: false, commands: [pause, { ...pause, device_id: 'other' }] }));
  await settle();
  assert.deepEqual(client.commands.map(command => command.type), ['pause']);
  assert.deepEqual(service.sent('report'), []);
  client.acknowledge();
  client.acknowledge();
  await settle();
  assert.deepEqual(service.sent('report'), ['PUT /devices/own/report {"revision":2}']);
  assert.deepEqual(client.commands, []);
  client.leave();
});

test('without the stream, the state is polled, faster while something plays', async () => {
  const { client, clock, service, seen } = start({ events: 404 });
  await settle();
  assert.deepEqual([client.state.revision, seen.available], [1, 1]);
  service.state = state(2, { is_playing: false });
  await clock.advance(3_000);
  assert.equal(client.state.revision, 2);
  const { length } = service.sent('report');
  await clock.advance(9_000);
  assert.equal(service.sent('report').length, length);
  await clock.advance(1_000);
  assert.equal(service.sent('report').length, length + 1);
  assert.equal(service.sent('GET /events').length, 1);
  client.leave();
});

test('a lost connection comes back with backoff; requests meanwhile are dropped', async () => {
  const { client, clock, service, seen } = start();
  await settle();
  service.isDown = true;
  service.streams.at(-1).end();
  await settle();
  await clock.advance(30_000);
  assert.ok(seen.unavailable >= 1 && !client.isConnected);
  const attempts = service.sent('PUT /devices/own').length;
  assert.ok(attempts >= 4 && attempts <= 8, `${attempts} attempts`);
  await client.pause();
  assert.deepEqual(service.sent('/pause'), []);
  assert.equal(client.state.revision, 1);

  service.isDown = false;
  service.state = state(5);
  client.wake();
  await settle();
  assert.deepEqual([client.state.revision, seen.available, client.isConnected], [5, 2, true]);
  client.leave();
});

test('a silent connection is replaced', async () => {
  const { client, clock, service } = start();
  await settle();
  for (let i = 0; i < 5; i++) {
    await clock.advance(20_000);
    service.streams.at(-1).comment();
    await settle();
  }

  assert.equal(service.streams.length, 1);
  await clock.advance(MINUTE_MS);
  assert.equal(service.streams.length, 2);
  client.leave();
});

test('a rejected token is renewed once', async () => {
  const { client, service } = start({ token: 'second' });
  await settle();
  assert.equal(service.renewals, 2);
  assert.equal(client.state.revision, 1);
  client.leave();
  const refused = start({ token: 'other', respond: () => json({ error: { message: 'Insufficient client scope' } }, 403) });
  await settle();
  await refused.clock.advance(10 * MINUTE_MS);
  assert.equal(refused.service.sent('PUT /devices/own').length, 2);
  assert.ok(!refused.client.isConnected);
});

test('the client connects again after a renewal of the token failed without an answer', async () => {
  const { client, clock, service, seen } = start({ token: 'second', renewalError: new TypeError('fetch failed') });
  await settle();
  assert.deepEqual([client.isConnected, seen.unavailable], [false, 1]);
  service.renewalError = null;
  await clock.advance(1_000);
  assert.deepEqual([client.isConnected, client.state.revision], [true, 1]);
  client.leave();
});

test('after the service has refused to renew the token, the client waits for another start', async () => {
  const { client, clock, service, seen } = start({
    token: 'second', renewalError: Object.assign(new Error('Signed out'), { isFinal: true }),
  });
  await settle();
  await clock.advance(10 * MINUTE_MS);
  client.wake();
  await clock.advance(10 * MINUTE_MS);
  assert.deepEqual([service.renewals, client.isConnected, seen.unavailable], [1, false, 1]);
  service.renewalError = null;
  client.start();
  await settle();
  assert.deepEqual([client.isConnected, client.state.revision], [true, 1]);
  client.leave();
});

test('leaving after a refusal forgets the state', async () => {
  const { client, clock, service } = start();
  await settle();
  service.token = 'second';
  service.renewalError = Object.assign(new Error('Signed out'), { isFinal: true });
  service.streams.at(-1).end();
  await clock.advance(1_000);
  assert.deepEqual([client.isConnected, client.state.revision], [false, 1]);
  client.leave();
  assert.equal(client.state, null);
});

test('a device that the stream does not find registers again', async () => {
  let isDropped = true;
  const { client, clock, service } = start({
    respond: line => line.startsWith('GET /events') && isDropped && json({ error: { message: 'Device not found' } }, 404),
  });
  await settle();
  assert.equal(client.state, null);
  isDropped = false;
  await clock.advance(1_000);
  assert.deepEqual([service.sent('PUT /devices/own {"name"').length, service.streams.length, client.state.revision], [2, 1, 1]);
  assert.deepEqual(service.sent('report'), []);
  client.leave();
});

test('the lease is renewed, and a device that was dropped registers again', async () => {
  const { client, clock, service } = start();
  await settle();
  for (let i = 0; i < 40; i++) {
    await clock.advance(20_000);
    service.streams.at(-1).comment();
    await settle();
  }

  assert.equal(service.sent('PUT /devices/own {"name"').length, 2);
  let isDropped = true;
  service.respond = line => {
    if (line.startsWith('PUT /devices/own {')) isDropped = false;
    return line.startsWith('PUT /pause') && isDropped && json({ error: { message: 'Device not found' } }, 404);
  };
  await client.pause();
  assert.equal(service.sent('PUT /pause').length, 2);
  assert.equal(service.sent('PUT /devices/own {"name"').length, 3);
  client.leave();
});

test('a refusal is reported, and the state follows', async () => {
  const { client, service, seen } = start({
    changes: { active_device_id: 'other' },
    respond: line => line.startsWith('PUT /pause')
      && json({ error: { status: 403, message: 'Player command failed: Premium required', reason: 'PREMIUM_REQUIRED' } }, 403),
  });
  await settle();
  await client.pause();
  assert.deepEqual(seen.refused, ['Player command failed: Premium required']);
  assert.equal(service.sent('PUT /pause').length, 1);
  client.leave();
});

test('a busy service is asked again after the time that it says', async () => {
  let count = 0;
  const { client, clock, service, seen } = start({
    respond: line => line.startsWith('PUT /pause') && count++ === 0 && json({ error: { message: 'Busy' } }, 503, { 'Retry-After': '1' }),
  });
  await settle();
  const paused = client.pause();
  await settle();
  await clock.advance(1_000);
  await paused;
  assert.equal(service.sent('PUT /pause').length, 2);
  assert.deepEqual(seen.refused, []);
  client.leave();
});

test('leaving ends the connection and the lease, with a request that outlives the page', async () => {
  const { client, clock, service } = start();
  await settle();
  client.leave();
  await settle();
  await clock.advance(30 * MINUTE_MS);
  assert.deepEqual([service.sent().at(-1), service.requests.at(-1).keepalive], ['DELETE /devices/own', true]);
  assert.deepEqual([client.state, client.isConnected], [null, false]);
  client.start();
  await settle();
  assert.equal(client.state.revision, 1);
  client.leave();
});

test('a device that comes back registers after it has left', async () => {
  let release;
  const { client, service } = start({
    respond: line => line.startsWith('DELETE') && new Promise(resolve => { release = () => resolve(done()); }),
  });
  await settle();
  client.leave();
  client.start();
  await settle();
  assert.equal(service.sent('PUT /devices/own').length, 1);
  release();
  await settle();
  assert.equal(service.sent('PUT /devices/own').length, 2);
  client.leave();
  release();
});

test('positions follow from the clock of the service and end with the lease', async () => {
  // The clock of the device is an hour ahead of the service.
  const ahead = 60 * MINUTE_MS;
  const times = { timestamp: START_MS - ahead, devices: state(1).devices.map(one => ({
    ...one, seen_at: one.seen_at - ahead, lease_ends_at: one.lease_ends_at - ahead,
  })) };
  const { client, clock } = start({ changes: times });
  await settle();
  await clock.advance(10_000);
  assert.deepEqual([client.positionMs, client.isPlaying], [10_000, true]);
  client.leave();

  // The state is old, and the response of the stream says the time.
  const old = start({ changes: times, date: () => new Date(START_MS - ahead + MINUTE_MS).toUTCString() });
  await settle();
  assert.deepEqual([old.client.positionMs, old.client.isPlaying], [MINUTE_MS, true]);
  old.service.date = () => new Date(START_MS - ahead + (2 * MINUTE_MS)).toUTCString();
  old.service.streams.at(-1).end();
  await settle();
  // Until the response, the time before counts.
  assert.equal(old.client.isPlaying, true);
  await old.clock.advance(500);
  assert.deepEqual([old.service.streams.length, old.client.positionMs], [2, 2 * MINUTE_MS]);
  old.client.leave();

  const ended = state(1, { progress_ms: 1_000, item: { ...state(1).item, duration_ms: 3_600_000 } });
  assert.equal(positionAt(ended, START_MS + 120 * MINUTE_MS), 1_000 + 15 * MINUTE_MS);
  assert.equal(positionAt(state(1), START_MS + 120 * MINUTE_MS), 180_000);
  assert.equal(positionAt({ ...ended, is_playing: false }, START_MS + MINUTE_MS), 1_000);
});

test('each tab is a device, and the first one that of the browser', async () => {
  const held = new Set();
  const locks = {
    request: async (name, options, use) => {
      if (held.has(name)) return use(null);
      held.add(name);
      return use({ name });
    },
  };
  const storage = () => {
    const entries = new Map();
    return { getItem: key => entries.get(key) ?? null, setItem: (key, value) => entries.set(key, value) };
  };
  const [browser, second, copy] = [storage(), storage(), storage()];
  const id = deviceId(browser);
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(deviceId(browser), id);
  assert.deepEqual(await claimDeviceId(id, storage(), locks), { id, isFirst: true });
  const other = await claimDeviceId(id, second, locks);
  assert.ok(other.id !== id && !other.isFirst);
  // The storage of a duplicated tab is a copy.
  copy.setItem('device', other.id);
  assert.ok(![id, other.id].includes((await claimDeviceId(id, copy, locks)).id));
  held.delete(`player ${other.id}`);
  assert.equal((await claimDeviceId(id, second, locks)).id, other.id);
  // The offline registration has the last word.
  assert.equal(deviceId(browser, 'registered'), 'registered');
  assert.equal(deviceId(browser), 'registered');
});
