// Two devices of a listener, as the Connect module of the web player, with the host under test.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ConnectClient } from './connect/client.js';

const { API_URL, ACCESS_TOKEN, FREE_TOKEN } = process.env;
const { album, tracks, other } = JSON.parse(process.env.IDS);

/** Starts a device, whose connections the test can cut. */
async function connect(deviceId, token = ACCESS_TOKEN) {
  const connections = new Set();
  const device = { requests: [], refused: [], cut: () => connections.forEach(connection => connection.abort()), isOffline: false };
  device.client = new ConnectClient({
    deviceId, baseUrl: API_URL, token: async () => token,
    describe: () => ({ name: `Device ${deviceId}`, type: 'computer', volume_percent: 70, supports_volume: true }),
    fetch: async (url, init) => {
      device.requests.push(`${init.method} ${url.pathname}`);
      if (device.isOffline) throw new TypeError('fetch failed');
      if (init.method === 'DELETE') return device.left = fetch(url, init);
      if (!url.pathname.endsWith('/events')) return fetch(url, init);
      const connection = new AbortController();
      connections.add(connection);
      init.signal.addEventListener('abort', () => connection.abort());
      return fetch(url, { ...init, signal: connection.signal });
    },
  });
  device.client.addEventListener('refused', event => device.refused.push(event.detail));
  device.client.start();
  await until(device.client, () => device.client.state !== null);
  return device;
}

/** Waits until the state of a device is as wanted. */
function until(client, isAsWanted) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The state is ${JSON.stringify(client.state)}`)), 10_000);
    client.addEventListener('change', check);
    check();

    function check() {
      if (!isAsWanted()) return;
      clearTimeout(timer);
      client.removeEventListener('change', check);
      resolve();
    }
  });
}

const a = await connect('a');
const b = await connect('b');
// An open connection would keep the process.
after(() => [a, b].forEach(({ client }) => client.leave()));

test('both devices are listed, and none is active', async () => {
  await until(a.client, () => a.client.devices.length === 2);
  assert.deepEqual(b.client.devices.map(({ id, name, type, volume_percent: volume }) => [id, name, type, volume]),
    [['a', 'Device a', 'computer', 70], ['b', 'Device b', 'computer', 70]]);
  assert.deepEqual([a.client.activeDevice, a.client.isPlaying], [null, false]);
});

test('a context that one device starts is seen by the other within a second', async () => {
  const started = performance.now();
  a.client.play({ contextUri: album, offset: { uri: tracks[0] }, positionMs: 10_000 });
  await until(b.client, () => b.client.isPlaying);
  assert.ok(performance.now() - started < 1000);
  const { state } = b.client;
  assert.deepEqual([state.item.uri, state.context.uri, state.active_device_id], [tracks[0], album, 'a']);
  assert.deepEqual(state.next.map(item => item.uri), [tracks[1]]);
  assert.ok(b.client.positionMs >= 10_000 && b.client.positionMs < 13_000, `${b.client.positionMs}`);
  assert.ok(b.client.isRemote);
  // The two connections are independent.
  await until(a.client, () => a.client.isActive);
  assert.deepEqual(a.client.commands, []);
});

test('a pause by the other device is a command until it is acknowledged', async () => {
  await b.client.pause();
  await until(a.client, () => a.client.commands.length > 0);
  assert.deepEqual([a.client.commands[0].type, a.client.isPlaying], ['pause', false]);
  a.client.acknowledge();
  await until(b.client, () => b.client.state.commands.length === 0);
});

test('a report changes the position for the other device', async () => {
  a.client.report(() => ({ uid: a.client.state.item.uid, positionMs: 60_000, isPlaying: true }));
  await until(b.client, () => b.client.isPlaying && b.client.positionMs >= 60_000);
  for (let i = 1; i <= 60; i++) b.client.seek(60_000 + (i * 1000));
  await until(a.client, () => a.client.state.progress_ms === 120_000);
  assert.ok(b.requests.filter(request => request.endsWith('/seek')).length <= 3);
});

test('a connection that was lost comes back with the newest state and the commands meanwhile', async () => {
  a.client.acknowledge();
  a.isOffline = true;
  a.cut();
  await until(a.client, () => !a.client.isBusy);
  await b.client.next();
  await until(b.client, () => b.client.state.item.uri === tracks[1]);
  a.isOffline = false;
  a.client.wake();
  await until(a.client, () => a.client.state.item.uri === tracks[1]);
  assert.ok(a.client.commands.some(command => command.type === 'next'));
  a.client.acknowledge();
});

test('the end of an item plays the next one, and what was queued first', async () => {
  await a.client.enqueue(other);
  await until(a.client, () => a.client.state.queue.length === 1);
  const { uid } = a.client.state.item;
  await Promise.all([a.client.reportEnd(uid), a.client.reportEnd(uid)]);
  await until(b.client, () => b.client.state.item.uri === other);
  assert.deepEqual(b.client.state.queue, []);
});

test('a transfer stops one device and plays on the other', async () => {
  await b.client.transfer('b');
  await until(a.client, () => a.client.isRemote);
  await until(b.client, () => b.client.isActive && b.client.isPlaying);
  a.client.acknowledge();
  await b.client.setVolume(30);
  await until(a.client, () => a.client.activeDevice.volume_percent === 30);
  await a.client.setVolume(20);
  await until(b.client, () => b.client.activeDevice.volume_percent === 20);
  assert.ok(b.client.commands.some(command => command.type === 'volume'));
});

test('a device that leaves pauses, and the others see it', async () => {
  b.client.leave();
  await until(a.client, () => a.client.devices.length === 1);
  assert.deepEqual([a.client.activeDevice, a.client.isPlaying, a.client.state.item.uri], [null, false, other]);
  await a.client.resume();
  await until(a.client, () => a.client.isActive && a.client.isPlaying);
  a.client.leave();
});

test('without an active device, the item goes on at a position, and the queue can be skipped into', async () => {
  await a.left;
  a.client.start();
  await until(a.client, () => a.client.state !== null);
  assert.deepEqual([a.client.activeDevice, a.client.state.item.uri], [null, other]);
  const { uid } = a.client.state.item;
  a.client.play({ positionMs: 30_000 });
  await until(a.client, () => a.client.isActive && a.client.isPlaying);
  assert.ok(a.client.positionMs >= 30_000 && a.client.state.item.uid === uid && a.client.state.context.uri === album);

  a.client.leave();
  await a.left;
  a.client.start();
  await until(a.client, () => a.client.state !== null);
  a.client.resume();
  a.client.setQueue([tracks[1], other]);
  a.client.next();
  await until(a.client, () => a.client.isPlaying && a.client.state.item.uri === tracks[1]);
  assert.deepEqual([a.client.state.queue.map(item => item.uri), a.client.state.context.uri], [[other], album]);
});

test('a list starts at a position in it, and the queue stays', async () => {
  a.client.play({ uris: [tracks[0], other, tracks[0], tracks[1]], offset: { position: 2 } });
  await until(a.client, () => a.client.state.item.uri === tracks[0] && !a.client.state.context);
  const { state } = a.client;
  assert.deepEqual([state.previous.slice(-2), state.queue, state.next].map(items => items.map(item => item.uri)),
    [[tracks[0], other], [other], [tracks[1]]]);
  assert.deepEqual([a.refused, b.refused], [[], []]);
  a.client.leave();
});

test('a free listener controls the own device only', async () => {
  const [own, another] = [await connect('own', FREE_TOKEN), await connect('another', FREE_TOKEN)];
  await own.client.play({ contextUri: album });
  await own.client.next();
  await own.client.pause();
  await until(another.client, () => another.client.state.item?.uri === tracks[1] && !another.client.isPlaying);
  assert.deepEqual(own.refused, []);
  await another.client.resume();
  assert.deepEqual(another.refused.map(error => [error.status, error.reason]), [[403, 'PREMIUM_REQUIRED']]);
  own.client.leave();
  another.client.leave();
});
