// The reference client of offline listening and jose with the host under test: from the registration to the removal.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  calculateJwkThumbprint, compactDecrypt, compactVerify, createLocalJWKSet, decodeProtectedHeader, exportJWK, importJWK,
} from 'jose';
import { OfflineClient } from './offline/client.js';
import { MemoryStore } from './offline/store.js';

const { API_URL, ACCESS_TOKEN, ISSUER, KEYS_DOWN } = process.env;
const { tracks, pending, album } = JSON.parse(process.env.IDS);
const DAY_MS = 86_400_000;
// In whole seconds, as the service tells its time.
const started = Math.floor(Date.now() / 1000);
const code = expected => ({ name: 'OfflineError', code: expected });
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const authorized = { headers: { Authorization: `Bearer ${ACCESS_TOKEN}` } };

/** A client with a clock, and the responses that it got. */
function start() {
  const device = { store: new MemoryStore(), ahead: 0, responses: [], isOffline: false };
  device.client = new OfflineClient({
    account: 'ada', issuer: ISSUER, baseUrl: API_URL, token: async () => ACCESS_TOKEN, store: device.store,
    now: () => Date.now() + device.ahead,
    fetch: async (url, init) => {
      if (device.isOffline) throw new TypeError('fetch failed');
      const response = await fetch(url, init);
      if (!response.headers.get('Content-Type')?.includes('json')) return response;
      const copy = response.clone();
      device.responses.push({ path: new URL(url).pathname, init, headers: response.headers, json: () => copy.json() });
      return response;
    },
  });
  return device;
}

const device = start();
const { client, responses } = device;
const uris = Object.keys(tracks);
let registered;
let keySet;

/** Returns the JSON of the newest response to a path. */
const answerOf = path => responses.findLast(response => response.path.endsWith(path)).json();

async function verified(jws, typ) {
  const { payload, protectedHeader } = await compactVerify(jws, keySet, { algorithms: ['ES256'] });
  assert.equal(protectedHeader.typ, typ);
  return JSON.parse(Buffer.from(payload));
}

test('registers', async () => {
  registered = await client.register({ name: 'Phone', type: 'smartphone' });
  assert.equal((await client.register({ name: 'Phone', type: 'smartphone' })).id, registered.id);
  const { devices } = await (await fetch(`${API_URL}v1/me/devices`, authorized)).json();
  assert.deepEqual(devices.map(({ id, name, type }) => [id, name, type]), [[registered.id, 'Phone', 'smartphone']]);
});

test('jose imports the keys of the service and verifies what they signed', async () => {
  const jwks = await (await fetch(`${API_URL}.well-known/license-keys.json`)).json();
  for (const jwk of jwks.keys) {
    assert.deepEqual([jwk.kty, jwk.crv, jwk.alg, jwk.use, jwk.d], ['EC', 'P-256', 'ES256', 'sig', undefined]);
    assert.equal(jwk.kid, await calculateJwkThumbprint(jwk));
    assert.equal((await importJWK(jwk)).type, 'public');
  }

  keySet = createLocalJWKSet(jwks);
  const { challenge } = await answerOf('/challenges');
  const claims = await verified(challenge, 'device-challenge+jwt');
  assert.deepEqual([claims.iss, claims.sub, claims.exp - claims.iat], [ISSUER, 'ada', 300]);
  for (const { headers } of responses) {
    const { iss, iat } = await verified(headers.get('Server-Time'), 'server-time+jwt');
    assert.equal(iss, ISSUER);
    assert.ok(iat >= started && iat <= Date.now() / 1000);
  }
});

test('errors have the time of the service, too', async () => {
  for (const path of ['v1/me/devices/unknown/sync', 'v1/me/devices/0000000000000000000000/sync', 'v1/me/devices']) {
    const response = await fetch(`${API_URL}${path}`, path.endsWith('devices') ? {} : authorized);
    assert.ok(response.status >= 400 && response.status < 500);
    await verified(response.headers.get('Server-Time'), 'server-time+jwt');
  }
});

test('jose decrypts the content keys of a license', async () => {
  const { licensed, pending: waiting } = await client.add(uris);
  assert.deepEqual(licensed.toSorted(), uris.toSorted());
  assert.deepEqual(waiting, []);
  const [jws] = (await answerOf('/licenses')).licenses;
  const license = await verified(jws, 'license+jwt');
  assert.deepEqual([license.iss, license.sub, license.exp - license.iat], [ISSUER, registered.id, 30 * DAY_MS / 1000]);
  assert.deepEqual(license.constraints, { market: 'SE', offline_streams: 1 });
  const { agreement } = registered.keys;
  const header = decodeProtectedHeader(license.keys);
  assert.deepEqual([header.alg, header.enc, header.cty], ['ECDH-ES+A256KW', 'A256GCM', 'jwk-set+json']);
  assert.equal(header.kid, await calculateJwkThumbprint(await exportJWK(agreement.publicKey)));
  const { plaintext } = await compactDecrypt(license.keys, agreement.privateKey);
  const { keys } = JSON.parse(Buffer.from(plaintext));
  assert.deepEqual(keys.map(key => [key.kty, key.alg, key.kid]), license.items.map(item => ['oct', 'A256GCM', item.kid]));
  for (const jwk of keys) {
    assert.equal(Buffer.from(jwk.k, 'base64url').length, 32);
    await importJWK(jwk, 'A256GCM');
  }
});

test('downloads decrypt to the original bytes', async () => {
  assert.deepEqual(await client.download(), []);
  for (const uri of uris) {
    const track = await client.open(uri);
    const { size, sha256: hash } = tracks[uri];
    const all = await track.read(0, track.size);
    assert.deepEqual([track.size, sha256(all)], [size, hash]);
    const [from, to] = [Math.floor(size / 3), Math.floor(size / 3) + 70_000];
    assert.deepEqual(await track.read(from, to), all.slice(from, to));
  }
});

test('an encrypted object differs from the plain one, and needs a signed URL', async () => {
  const { downloads } = await answerOf('/downloads');
  const { uri, url, size_bytes: size } = downloads.toSorted((one, other) => other.size_bytes - one.size_bytes)[0];
  const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
  assert.equal(whole.length, size);
  assert.notEqual(sha256(whole), tracks[uri].sha256);
  const part = await fetch(url, { headers: { Range: 'bytes=65552-65601' } });
  assert.equal(part.status, 206);
  assert.deepEqual(new Uint8Array(await part.arrayBuffer()), whole.slice(65_552, 65_602));
  assert.equal((await fetch(url.split('?')[0])).status, 403);
});

test('a pending item is licensed once it is encrypted', async () => {
  let answer = await client.add([pending.uri]);
  assert.ok(answer.licensed.length > 0 || answer.retryAfterS > 0);
  const end = Date.now() + 60_000;
  while (answer.licensed.length === 0) {
    assert.ok(Date.now() < end, 'The item is still pending.');
    answer = await client.renew();
  }

  await client.download();
  const track = await client.open(pending.uri);
  assert.equal(sha256(await track.read(0, track.size)), pending.audio.sha256);
});

test('an album: its tracks, and what is refused', async () => {
  const { licensed, refused } = await client.add([album.uri]);
  assert.deepEqual(licensed.toSorted(), album.licensed.toSorted());
  assert.deepEqual(refused.map(({ uri, reason }) => [uri, reason]), album.refused);
});

test('refuses after the expiry, and a clock that is turned back', async () => {
  device.ahead = 30 * DAY_MS - 60_000;
  await client.open(uris[0]);
  device.ahead = 30 * DAY_MS + 60_000;
  await assert.rejects(client.open(uris[0]), code('LICENSE_EXPIRED'));
  device.ahead = -DAY_MS;
  await assert.rejects(client.open(uris[0]), code('CLOCK_TURNED_BACK'));
  device.ahead = 0;
});

test('a sync fetches nothing that is there, and repeats nothing', async () => {
  await client.sync();
  responses.length = 0;
  const { fetch: missing, evict } = await client.sync();
  assert.deepEqual([missing, evict], [[], []]);
  assert.deepEqual(responses.map(response => response.path.split('/').at(-1)), ['sync']);
  assert.deepEqual(await client.missing(), []);
});

test('a device that has lost its cursor deletes what it may not keep', async () => {
  const [uri, ...kept] = uris;
  const body = JSON.stringify({ uris: [uri, album.uri] });
  const headers = { ...authorized.headers, 'Content-Type': 'application/json' };
  const removed = await fetch(`${API_URL}v1/me/devices/${registered.id}/licenses`, { method: 'DELETE', headers, body });
  assert.equal(removed.status, 204);
  await device.store.delete((await device.store.keys('')).find(key => key.endsWith('/cursor')));
  await client.sync();
  await assert.rejects(client.open(uri), code('NO_LICENSE'));
  for (const other of [...kept, pending.uri]) await client.open(other);

  await client.add([uri]);
  assert.deepEqual((await client.sync()).fetch, [uri]);
  await client.download();
});

test('licenses of another device are refused', async () => {
  const other = start();
  await other.client.register({ name: 'Tablet', type: 'tablet' });
  await other.client.add([uris[0]]);
  const [jws] = (await other.responses.findLast(response => response.path.endsWith('/licenses')).json()).licenses;
  const key = (await device.store.keys('')).find(name => name.includes('/license/'));
  const stored = await device.store.get(key);
  await device.store.set(key, { ...stored, jws });
  for (const uri of stored.uris) await assert.rejects(client.open(uri), code('OTHER_DEVICE'));
  await device.store.set(key, stored);
  await other.client.unregister();
});

test('the license service down: licenses play, downloads pause and go on later, streaming goes on', async () => {
  const [uri] = uris;
  await client.remove([uri]);
  await assert.rejects(client.open(uri), code('NO_LICENSE'));
  await writeFile(KEYS_DOWN, '');
  const down = { ...code('LICENSES_UNAVAILABLE'), status: 503, isTemporary: true, retryAfterS: 30 };
  await assert.rejects(client.add([uri]), down);
  await assert.rejects(client.renew(), down);
  const [, second] = uris;
  const track = await client.open(second);
  assert.equal(sha256(await track.read(0, track.size)), tracks[second].sha256);
  const playback = await fetch(`${API_URL}v1/playback/tracks/${uri.split(':')[2]}`, authorized);
  assert.equal(playback.status, 200);
  assert.equal(sha256(new Uint8Array(await (await fetch((await playback.json()).url)).arrayBuffer())), tracks[uri].sha256);

  device.isOffline = true;
  await assert.rejects(client.add([uri]), { ...code('NO_CONNECTION'), isTemporary: true });
  await client.open(second);
  device.isOffline = false;
  await rm(KEYS_DOWN);
  assert.deepEqual((await client.add([uri])).licensed, [uri]);
  await client.download();
  await client.open(uri);
});

test('a device that was removed gets nothing any more, and plays what it has', async () => {
  const removed = await fetch(`${API_URL}v1/me/devices/${registered.id}`, { method: 'DELETE', ...authorized });
  assert.equal(removed.status, 204);
  for (const request of [() => client.sync(), () => client.renew(), () => client.add(uris), () => client.download(uris)]) {
    await assert.rejects(request, { status: 404 });
  }

  await client.open(uris[0]);
  await client.unregister();
  await assert.rejects(client.open(uris[0]), code('NOT_REGISTERED'));
});
