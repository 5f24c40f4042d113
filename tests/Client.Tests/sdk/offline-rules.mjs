// The rules of the reference client of offline listening, with licenses of a service that shares no code with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKeyPair } from 'jose';
import { OfflineClient } from './offline/client.js';
import { MemoryStore } from './offline/store.js';
import { DAY, ISSUER, TestService } from './offline-service.mjs';

const code = expected => ({ name: 'OfflineError', code: expected });

/** A device of a listener at a service, with its own clock. */
async function start({ service, store = new MemoryStore(), account = 'ada' } = {}) {
  service ??= await TestService.start();
  const device = { service, store, now: service.time };
  device.client = new OfflineClient({
    account, issuer: ISSUER, baseUrl: ISSUER, token: async () => 'token', store, fetch: service.fetch, now: () => device.now * 1000,
  });
  device.registered = await device.client.register({ name: 'Phone', type: 'smartphone' });
  return device;
}

/** The same with a downloaded track. */
async function startWithTrack(options) {
  const device = await start(options);
  device.uri = device.service.addTrack('one');
  await device.client.add([device.uri]);
  assert.deepEqual(await device.client.download(), []);
  return device;
}

/** Passes the time, here and at the service. */
function pass(device, seconds) {
  device.now += seconds;
  device.service.time += seconds;
}

async function plays({ client, service, uri }) {
  const track = await client.open(uri);
  const { plain } = service.objects.get(uri);
  assert.deepEqual(Buffer.from(await track.read(65_000, 140_000)), plain.subarray(65_000, 140_000));
  return track;
}

test('a download decrypts to the original bytes, whole and in any range', async () => {
  const { client, service, uri } = await startWithTrack();
  const track = await client.open(uri);
  const { plain } = service.objects.get(uri);
  assert.deepEqual(Buffer.from(await track.read(0, track.size)), plain);
  for (const [start, end] of [[0, 1], [65_535, 65_537], [65_536, 131_072], [track.size - 1, track.size], [196_608, track.size + 9]]) {
    assert.deepEqual(Buffer.from(await track.read(start, end)), plain.subarray(start, end));
  }

  await assert.rejects(track.read(5, 5), RangeError);
});

test('objects of exactly one chunk and of one byte', async () => {
  const device = await start();
  const uris = [device.service.addTrack('chunk', 65_536), device.service.addTrack('byte', 1)];
  await device.client.add(uris);
  await device.client.download();
  for (const uri of uris) {
    const track = await device.client.open(uri);
    assert.deepEqual(Buffer.from(await track.read(0, track.size)), device.service.objects.get(uri).plain);
  }
});

test('the private keys cannot be extracted', async () => {
  const { registered } = await start();
  for (const { privateKey } of [registered.keys.signing, registered.keys.agreement]) {
    assert.equal(privateKey.extractable, false);
    for (const format of ['jwk', 'pkcs8']) await assert.rejects(crypto.subtle.exportKey(format, privateKey));
  }
});

test('a repeated registration has the same keys', async () => {
  const { client, registered } = await start();
  assert.equal((await client.register({ name: 'Phone', type: 'smartphone' })).id, registered.id);
});

test('plays to the end of the license, not longer', async () => {
  const device = await startWithTrack();
  const track = await plays(device);
  pass(device, 30 * DAY - 1);
  await plays(device);
  await track.read(0, 1);
  device.now++;
  await assert.rejects(device.client.open(device.uri), code('LICENSE_EXPIRED'));
  await assert.rejects(track.read(0, 1), code('LICENSE_EXPIRED'));
});

test('the rights of an item may end before the license', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  const { license } = device.service;
  device.service.license = async uris => {
    const jws = await license.call(device.service, uris);
    const payload = JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));
    payload.items[0].exp = payload.iat + DAY;
    return device.service.sign('license+jwt', payload);
  };
  await device.client.add([uri]);
  await device.client.download();
  device.now += DAY - 1;
  await plays({ ...device, uri });
  device.now++;
  await assert.rejects(device.client.open(uri), code('LICENSE_EXPIRED'));
});

test('a request for licenses that is interrupted goes on at the next sync', async () => {
  const device = await start();
  const { service, client } = device;
  const uris = [service.addTrack('one'), service.addTrack('two')];
  const { license } = service;
  service.pageSize = 1;
  service.license = (...parameters) => {
    service.license = license;
    service.failure = 503;
    return service.license(...parameters);
  };
  await assert.rejects(client.add(uris), code('LICENSES_UNAVAILABLE'));
  service.failure = null;
  await client.sync();
  await client.download();
  for (const uri of uris) await plays({ ...device, uri });
});

test('licenses signed by a key that was withdrawn are renewed', async () => {
  const device = await startWithTrack();
  await device.service.rotate();
  device.service.jwks = { keys: device.service.jwks.keys.slice(-1) };
  pass(device, 120);
  await device.client.sync();
  await plays(device);
});

test('a clock that is turned back stops the music', async () => {
  const device = await startWithTrack();
  const track = await plays(device);
  pass(device, 10 * DAY);
  await device.client.sync();
  device.now -= 60;
  await plays(device);
  device.now--;
  await assert.rejects(device.client.open(device.uri), code('CLOCK_TURNED_BACK'));
  await assert.rejects(track.read(0, 1), code('CLOCK_TURNED_BACK'));
  device.now += 2 * DAY;
  await plays(device);
});

test('an expired license does not play again after the clock is turned back', async () => {
  const device = await startWithTrack();
  pass(device, 31 * DAY);
  device.service.failure = 503;
  await assert.rejects(device.client.renew(), code('LICENSES_UNAVAILABLE'));
  device.now -= 20 * DAY;
  await assert.rejects(device.client.open(device.uri), code('CLOCK_TURNED_BACK'));
});

test('within the tolerance of clocks, the time of the service decides the expiry', async () => {
  const device = await startWithTrack();
  device.service.time += 30 * DAY;
  await device.client.sync();
  device.now += 30 * DAY - 30;
  await assert.rejects(device.client.open(device.uri), code('LICENSE_EXPIRED'));
});

test('the time of a license counts, too, and the greatest time survives a restart', async () => {
  const device = await startWithTrack();
  pass(device, 5 * DAY);
  await device.client.renew();
  await device.store.delete(`${encodeURIComponent(ISSUER)}/server-time`);
  device.now -= DAY;
  await assert.rejects(device.client.open(device.uri), code('CLOCK_TURNED_BACK'));
  const again = new OfflineClient({
    account: 'ada', issuer: ISSUER, baseUrl: ISSUER, token: async () => '', store: device.store, now: () => device.now * 1000,
  });
  await assert.rejects(again.open(device.uri), code('CLOCK_TURNED_BACK'));
});

test('a time that the service did not sign is refused', async () => {
  const device = await startWithTrack();
  device.service.tamper = { timeKey: (await generateKeyPair('ES256')).privateKey };
  await assert.rejects(device.client.sync(), code('INVALID_SIGNATURE'));
  await plays(device);
});

test('licenses of another device are refused', async () => {
  const service = await TestService.start();
  const uri = service.addTrack('one');
  const [ada, bob] = [await start({ service }), await start({ service, account: 'bob' })];
  await bob.client.add([uri]);
  await bob.client.download();
  const other = service.devices.get(bob.registered.id);
  const { license } = service;
  service.license = () => license.call(service, [uri], other);
  await assert.rejects(ada.client.add([uri]), code('OTHER_DEVICE'));

  // With the id of the device, but the keys of the other one.
  service.license = () => license.call(service, [uri], other, { sub: ada.registered.id });
  await assert.rejects(ada.client.add([uri]), code('OTHER_DEVICE'));
  await assert.rejects(ada.client.open(uri), code('NO_LICENSE'));
});

test('a store that is copied to another device does not play there', async () => {
  const first = await startWithTrack();
  const second = await start({ service: first.service });
  const part = `${encodeURIComponent(ISSUER)}/ada/`;
  for (const key of await first.store.keys(part)) {
    if (key !== `${part}device` && key !== `${part}keys`) await second.store.set(key, await first.store.get(key));
  }

  await assert.rejects(second.client.open(first.uri), code('OTHER_DEVICE'));
});

test('two accounts on one device do not share downloads', async () => {
  const ada = await startWithTrack();
  const bob = await start({ service: ada.service, store: ada.store, account: 'bob' });
  assert.notEqual(bob.registered.id, ada.registered.id);
  await assert.rejects(bob.client.open(ada.uri), code('NO_LICENSE'));
});

test('signatures of others, other types and other algorithms are refused', async () => {
  const device = await startWithTrack();
  const { service, client, uri } = device;
  const { license } = service;
  const other = await generateKeyPair('ES256');
  service.tamper = { key: other.privateKey };
  await assert.rejects(client.renew(), code('INVALID_SIGNATURE'));
  service.tamper = { header: { kid: 'unknown' } };
  await assert.rejects(client.renew(), code('INVALID_SIGNATURE'));
  service.tamper = { header: { typ: 'server-time+jwt' } };
  await assert.rejects(client.renew(), code('UNSUPPORTED'));
  service.tamper = {};

  const replaceHeader = (jws, header) => [Buffer.from(JSON.stringify(header)).toString('base64url'), ...jws.split('.').slice(1)].join('.');
  for (const alg of ['none', 'HS256', 'ES384', 'es256', undefined]) {
    service.license = async uris => replaceHeader(await license.call(service, uris), { alg, kid: service.signing.kid, typ: 'license+jwt' });
    await assert.rejects(client.renew(), code('UNSUPPORTED'));
  }

  service.license = async uris => {
    const [header, payload, signature] = (await license.call(service, uris)).split('.');
    const changed = { ...JSON.parse(Buffer.from(payload, 'base64url')), exp: service.time + 29 * DAY };
    return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
  };
  await assert.rejects(client.renew(), code('INVALID_SIGNATURE'));
  for (const jws of ['', 'a.b', 'a.b.c.d', '!.!.!', null]) {
    service.license = async () => jws;
    await assert.rejects(client.renew(), code('MALFORMED'));
  }

  await plays({ client, service, uri });
});

test('incomplete licenses and those that last too long are refused', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  const { license } = device.service;
  const wrong = [
    { exp: device.service.time + 31 * DAY }, { exp: device.service.time }, { exp: 'never' }, { serial: null }, { iss: 'other' },
    { items: [] },
    { items: [{ uri, object: 'tracks/one', kid: 'k', size: 1, chunks: 1 }] },
    { items: [{ uri, object: 'tracks/one.k.enc', kid: 'k', size: 1, chunks: 2 }] },
    { items: [{ uri, object: 'tracks/one.k.enc', kid: 'k', size: 1, chunks: 1 }] },
  ];
  for (const changes of wrong) {
    device.service.license = uris => license.call(device.service, uris, undefined, changes);
    await assert.rejects(device.client.add([uri]), code('MALFORMED'), JSON.stringify(changes));
  }
});

test('keys that were tampered with are refused', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  const { license } = device.service;
  for (const part of [1, 2, 3, 4]) {
    device.service.license = async uris => {
      const payload = JSON.parse(Buffer.from((await license.call(device.service, uris)).split('.')[1], 'base64url'));
      const parts = payload.keys.split('.');
      const bytes = Buffer.from(parts[part], 'base64url');
      bytes[0] ^= 1;
      parts[part] = bytes.toString('base64url');
      return device.service.sign('license+jwt', { ...payload, keys: parts.join('.') });
    };
    await assert.rejects(device.client.add([uri]), code('TAMPERED'));
  }
});

test('keys in another format are refused', async () => {
  const device = await start();
  const { service } = device;
  const uri = service.addTrack('one');
  const { license } = service;
  const zero = 'A'.repeat(43);
  const point = { kty: 'EC', crv: 'P-256', x: zero, y: zero };
  const cases = [
    ['UNSUPPORTED', { alg: 'ECDH-ES' }], ['UNSUPPORTED', { alg: 'dir' }], ['UNSUPPORTED', { enc: 'A128GCM' }],
    ['UNSUPPORTED', { cty: 'text' }], ['UNSUPPORTED', { zip: 'DEF' }], ['UNSUPPORTED', { apu: 'QQ' }], ['UNSUPPORTED', { crit: ['x'] }],
    ['UNSUPPORTED', { epk: undefined }],
    ['UNSUPPORTED', { epk: { ...point, crv: 'P-384' } }], ['MALFORMED', { epk: point }], ['OTHER_DEVICE', { kid: 'x' }],
  ];
  for (const [problem, changes] of cases) {
    service.license = async uris => {
      const payload = JSON.parse(Buffer.from((await license.call(service, uris)).split('.')[1], 'base64url'));
      const [header, ...rest] = payload.keys.split('.');
      const changed = { ...JSON.parse(Buffer.from(header, 'base64url')), ...changes };
      const keys = [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.');
      return service.sign('license+jwt', { ...payload, keys });
    };
    await assert.rejects(device.client.add([uri]), code(problem), JSON.stringify(changes));
  }
});

test('a changed, moved or cut chunk is detected, and the others still play', async () => {
  const device = await startWithTrack();
  const [{ name }, { store }] = [device.service.objects.get(device.uri), device];
  const part = `${encodeURIComponent(ISSUER)}/ada/object/${name}/`;
  const chunks = await Promise.all([0, 1].map(i => store.get(part + i)));
  const track = await device.client.open(device.uri);
  for (const at of [0, 40_000, 65_535, 65_536, 65_551]) {
    const changed = Uint8Array.from(chunks[1]);
    changed[at] ^= 128;
    await store.set(`${part}1`, changed);
    await assert.rejects(track.read(65_536, 65_537), code('TAMPERED'));
  }

  await store.set(`${part}1`, chunks[0]);
  await assert.rejects(track.read(65_536, 65_537), code('TAMPERED'));
  await store.set(`${part}1`, chunks[1].subarray(1));
  await assert.rejects(track.read(65_536, 65_537), code('TAMPERED'));
  await track.read(0, 65_536);
  await track.read(131_072, 140_000);
});

test('a chunk that was tampered with on the way is not stored', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  await device.client.add([uri]);
  const { encrypted } = device.service.objects.get(uri);
  encrypted[70_000] ^= 1;
  const [failure] = await device.client.download();
  assert.equal(failure.error.code, 'TAMPERED');
  await assert.rejects(device.client.open(uri), code('NOT_DOWNLOADED'));
  encrypted[70_000] ^= 1;
  await device.client.download();
  assert.equal(device.service.requests.at(-1), 'CDN bytes=65552-');
  await plays({ ...device, uri });
});

test('an interrupted download goes on where it was, at the other CDN first', async () => {
  const device = await start();
  const { client, service } = device;
  const uri = service.addTrack('one');
  await client.add([uri]);
  service.cutAfter = 100_000;
  await assert.rejects(client.download(), { ...code('NO_CONNECTION'), isTemporary: true });
  service.cutAfter = Infinity;
  const progress = [];
  await client.download(undefined, { onProgress: (_, bytes, total) => progress.push(bytes / total) });
  const ranges = service.requests.filter(request => request.startsWith('CDN'));
  assert.deepEqual(ranges, ['CDN bytes=0-', 'CDN bytes=65552-', 'CDN bytes=131104-']);
  assert.equal(progress.length, 2);
  assert.equal(progress.at(-1), 1);
  await plays({ ...device, uri });
});

test('a server that ignores ranges', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  await device.client.add([uri]);
  device.service.cutAfter = 70_000;
  await assert.rejects(device.client.download(), code('NO_CONNECTION'));
  device.service.cutAfter = Infinity;
  device.service.ignoresRanges = true;
  await device.client.download();
  await plays({ ...device, uri });
});

test('an aborted download stores what it has', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  await device.client.add([uri]);
  const abort = new AbortController();
  const failures = device.client.download([uri], { signal: abort.signal, onProgress: () => abort.abort() });
  await assert.rejects(failures, { name: 'AbortError' });
  assert.deepEqual(await device.client.missing(), [uri]);
  await device.client.sync();
  assert.equal(device.service.requests.at(-1), `GET /v1/me/devices/${device.registered.id}/sync?partial=${encodeURIComponent(uri)}`);
});

test('a full store is not taken for a broken connection', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  await device.client.add([uri]);
  const { set } = device.store;
  device.store.set = async () => { throw new DOMException('Full', 'QuotaExceededError'); };
  await assert.rejects(device.client.download(), { name: 'QuotaExceededError' });
  device.store.set = set;
  await device.client.download();
  await plays({ ...device, uri });
});

for (const [failure, reason] of [[503, 'LICENSES_UNAVAILABLE'], ['offline', 'NO_CONNECTION']]) {
  test(`service down (${failure}): licenses play, downloads pause and go on later`, async () => {
    const device = await startWithTrack();
    const { client, service } = device;
    const next = service.addTrack('two');
    await client.add([next]);
    service.failure = failure;
    const paused = { ...code(reason), isTemporary: true };
    await assert.rejects(client.download(), paused);
    await assert.rejects(client.add([next]), paused);
    await assert.rejects(client.sync(), paused);
    if (failure === 503) await assert.rejects(client.download(), { retryAfterS: 30 });
    await plays(device);
    service.failure = null;
    await client.download();
    await plays({ ...device, uri: next });
  });
}

test('the CDN down: downloads pause', async () => {
  const device = await start();
  const uri = device.service.addTrack('one');
  await device.client.add([uri]);
  for (const failure of [500, 'offline']) {
    device.service.cdnFailure = failure;
    await assert.rejects(device.client.download(), { isTemporary: true });
  }

  device.service.cdnFailure = null;
  await device.client.download();
  await plays({ ...device, uri });
});

test('a renewal lengthens the license without another download', async () => {
  const device = await startWithTrack();
  pass(device, 25 * DAY);
  assert.deepEqual((await device.client.renew([device.uri])).licensed, [device.uri]);
  device.service.requests.length = 0;
  await device.client.download();
  assert.deepEqual(device.service.requests, []);
  pass(device, 25 * DAY);
  await plays(device);
  const licenses = (await device.store.keys('')).filter(key => key.includes('/license/'));
  assert.equal(licenses.length, 1);
});

test('an older license does not replace a newer one', async () => {
  const device = await startWithTrack();
  const { client, service, uri } = device;
  const old = await service.license([uri]);
  pass(device, 20 * DAY);
  await client.renew();
  service.license = async () => old;
  assert.deepEqual((await client.renew()).licensed, []);
  pass(device, 15 * DAY);
  await plays(device);
});

test('the former object plays until the new one is there', async () => {
  const device = await startWithTrack();
  const { client, service, uri } = device;
  const former = service.objects.get(uri);
  service.addTrack('one', 200_000);
  const next = service.objects.get(uri);
  await client.renew();
  assert.deepEqual(Buffer.from(await (await client.open(uri)).read(0, 9)), former.plain.subarray(0, 9));
  await client.download();
  assert.deepEqual(Buffer.from(await (await client.open(uri)).read(0, 200_000)), next.plain);
  assert.ok(!(await device.store.keys('')).some(key => key.includes(former.name)));
});

test('a rotated key of the service is fetched, and the former licenses still play', async () => {
  const device = await startWithTrack();
  await device.service.rotate();
  pass(device, DAY);
  const next = device.service.addTrack('two');
  await device.client.add([next]);
  await device.client.download();
  await plays(device);
  await plays({ ...device, uri: next });
});

test('a sync deletes what was removed', async () => {
  const device = await startWithTrack();
  const { client, service, store, uri } = device;
  const second = service.addTrack('two');
  await client.add([second]);
  await client.download();
  service.pages = [{ changes: [{ op: 'drop', uri }], cursor: '7', more: false }];
  await client.sync();
  await assert.rejects(client.open(uri), code('NO_LICENSE'));
  assert.ok(!(await store.keys('')).some(key => key.includes('/one/') || key.includes(uri)));
  await plays({ ...device, uri: second });
});

test('an item that is removed during its download leaves nothing', async () => {
  const device = await startWithTrack();
  const { client, service, store } = device;
  const second = service.addTrack('two');
  await client.add([second]);
  service.pages = [{ changes: [{ op: 'drop', uri: second }], cursor: '7', more: false }];
  let syncing;
  await client.download([second], { onProgress: () => { syncing ??= client.sync(); } });
  await syncing;
  await client.sync();
  assert.ok(!(await store.keys('')).some(key => key.includes('/two/')));
});

test('a full sync deletes what it does not list, and licenses what is missing', async () => {
  const device = await startWithTrack();
  const { client, service, uri } = device;
  const [second, third] = [service.addTrack('two'), service.addTrack('three')];
  await client.add([second]);
  await client.download();
  const { name } = service.objects.get(second);
  service.pages = [
    { full: true, changes: [{ op: 'fetch', uri: second, object: name }], cursor: '8', more: true },
    { full: true, changes: [{ op: 'fetch', uri: third }], cursor: '9', more: false },
  ];
  const { fetch: missing } = await client.sync();
  assert.deepEqual(missing, [third]);
  await assert.rejects(client.open(uri), code('NO_LICENSE'));
  await client.download(missing);
  for (const listed of [second, third]) await plays({ ...device, uri: listed });
});

test('a sync gets a license again whose response was lost', async () => {
  const device = await startWithTrack();
  const { client, service, uri } = device;
  pass(device, 25 * DAY);
  await service.license([uri]);
  service.pages = [{ changes: [{ op: 'fetch', uri, object: service.objects.get(uri).name, serial: 2 }], cursor: '2', more: false }];
  assert.deepEqual((await client.sync()).fetch, []);
  pass(device, 25 * DAY);
  await plays(device);
});

test('an interrupted sync is repeated', async () => {
  const device = await startWithTrack();
  const { client, service, uri } = device;
  const page = { changes: [{ op: 'renew', uri }], cursor: '3', more: false };
  const { license } = service;
  service.pages = [page, page];
  service.license = () => { throw new TypeError('fetch failed'); };
  await assert.rejects(client.sync(), code('NO_CONNECTION'));
  service.license = license;
  pass(device, 25 * DAY);
  await client.sync();
  pass(device, 25 * DAY);
  await plays(device);
});

test('in any order of requests, lapses, removals and changes of the clock, nothing plays longer than its license', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    let state = seed;
    const random = below => (state = (state * 48_271) % 2_147_483_647) % below;
    const device = await start();
    const { client, service } = device;
    const uri = service.addTrack('one', 1000);
    // The expiry of the device's newest license, and the greatest time that the device has seen.
    let [expiry, seen, keeps, isThere] = [0, service.time, false, false];
    let hasLapsed = false;
    const request = service.license;
    service.license = uris => {
      if (hasLapsed) throw new TypeError('refused');
      return request.call(service, uris);
    };
    const steps = [
      () => pass(device, random(12 * DAY)),
      () => { service.time += random(5 * DAY); },
      () => { device.now += random(5 * DAY); },
      () => { device.now -= random(20 * DAY); },
      () => { device.now = service.time; },
      () => { hasLapsed = !hasLapsed; },
      async () => {
        await client.add([uri]).then(() => { [expiry, seen, keeps] = [service.time + 30 * DAY, service.time, true]; }, () => {});
      },
      async () => {
        if (!keeps) return;
        const failures = await client.download([uri]);
        [isThere, seen] = [isThere || failures.length === 0, service.time];
      },
      async () => {
        if (random(4) > 0) return;
        service.pages = [{ changes: [{ op: 'drop', uri }], cursor: '1', more: false }];
        await client.sync();
        [seen, keeps, isThere] = [service.time, false, false];
      },
    ];
    for (let i = 0; i < 100; i++) {
      await steps[random(steps.length)]();
      const outcome = await client.open(uri).then(track => track.read(0, 10)).then(() => 'plays', e => e.code);
      const expected = !keeps ? 'NO_LICENSE'
        : device.now + 60 < seen ? 'CLOCK_TURNED_BACK'
        : Math.max(device.now, seen) >= expiry ? 'LICENSE_EXPIRED'
        : isThere ? 'plays' : 'NOT_DOWNLOADED';
      assert.equal(outcome, expected, `seed ${seed}, step ${i}`);
    }
  }
});

test('a device that is not registered does nothing, and one that was removed keeps nothing', async () => {
  const device = await startWithTrack();
  await device.client.unregister();
  await assert.rejects(device.client.open(device.uri), code('NOT_REGISTERED'));
  await assert.rejects(device.client.sync(), code('NOT_REGISTERED'));
  assert.deepEqual((await device.store.keys('')).filter(key => key.includes('/ada/')), []);
});
