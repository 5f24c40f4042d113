// A license service made with jose and Node's own cryptography, which shares no code with the client, and a CDN with its objects. Its
// clock is set by the tests, and both can be made to fail.
import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import {
  CompactEncrypt, CompactSign, SignJWT, base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, jwtVerify,
} from 'jose';

export const ISSUER = 'https://service.test';
export const DAY = 86_400;
const CHUNK = 65_536;

/** Encrypts an object chunk by chunk. */
export function encryptObject(plain, name, key) {
  const chunks = Math.ceil(plain.length / CHUNK);
  const encrypted = [];
  for (let i = 0; i < chunks; i++) {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(i), 4);
    const numbers = Buffer.alloc(16);
    numbers.writeBigUInt64BE(BigInt(i), 0);
    numbers.writeBigUInt64BE(BigInt(chunks), 8);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.concat([Buffer.from(name), numbers]));
    encrypted.push(cipher.update(plain.subarray(i * CHUNK, (i + 1) * CHUNK)), cipher.final(), cipher.getAuthTag());
  }

  return Buffer.concat(encrypted);
}

export class TestService {
  /** The time in seconds. */
  time = 1_800_000_000;

  /** Devices by id, and objects by name. */
  devices = new Map();
  objects = new Map();

  /** The requests so far: method and path. */
  requests = [];

  /** Pages of the next syncs. */
  pages = [];

  /** Set by tests: an HTTP status or 'offline' for the service and for the CDN, and the bytes after which a download is cut. */
  failure = null;
  cdnFailure = null;
  cutAfter = Infinity;
  ignoresRanges = false;

  /** The number of items in a page of licenses. */
  pageSize = 100;

  /** Changes what is signed, for hostile services. */
  tamper = {};

  #serial = 0;

  static async start() {
    const service = new TestService();
    await service.rotate();
    return service;
  }

  /** Signs with a new key from now on, and publishes the former ones, too. */
  async rotate() {
    const pair = await generateKeyPair('ES256');
    const jwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    this.signing = { kid, privateKey: pair.privateKey };
    this.jwks = { keys: [...this.jwks?.keys ?? [], { ...jwk, kid, alg: 'ES256', use: 'sig' }] };
  }

  /** Adds a track of random audio and returns its URI. */
  addTrack(id, size = 3 * CHUNK + 1000) {
    const kid = base64url.encode(randomBytes(16));
    const name = `tracks/${id}/revision/high.ogg.${kid}.enc`;
    const [plain, key] = [randomBytes(size), randomBytes(32)];
    const uri = `spotify:track:${id}`;
    this.objects.set(uri, { uri, name, kid, key, plain, encrypted: encryptObject(plain, name, key) });
    return uri;
  }

  sign(typ, payload) {
    return new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', kid: this.signing.kid, typ, ...this.tamper.header })
      .sign(this.tamper.key ?? this.signing.privateKey);
  }

  /** Issues a license for items to a device. */
  async license(uris, device = [...this.devices.values()].at(-1), changes = {}) {
    const items = uris.map(uri => this.objects.get(uri));
    const set = { keys: items.map(({ kid, key }) => ({ kty: 'oct', kid, alg: 'A256GCM', k: base64url.encode(key) })) };
    const keys = await new CompactEncrypt(Buffer.from(JSON.stringify(set)))
      .setProtectedHeader({
        alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cty: 'jwk-set+json', kid: await calculateJwkThumbprint(device.agreement),
      })
      .encrypt(await importJWK(device.agreement, 'ECDH-ES+A256KW'));
    return this.sign('license+jwt', {
      iss: ISSUER, sub: device.id, serial: ++this.#serial, iat: this.time, exp: this.time + 30 * DAY, quality: 'high',
      constraints: { market: 'SE', offline_streams: 1 },
      items: items.map(({ uri, name, kid, plain }) => ({
        uri, object: name, kid, size: plain.length, chunks: Math.ceil(plain.length / CHUNK), codec: 'vorbis', quality: 'high',
        bitrate_kbps: 160, duration_ms: 1000, gain_db: -6,
      })),
      keys, ...changes,
    });
  }

  /** The `fetch` of the clients. */
  fetch = async (url, init = {}) => {
    const { origin, pathname, search } = new URL(url);
    if (origin === 'https://cdn.test') return this.#deliver(pathname, init);
    const method = init.method ?? 'GET';
    this.requests.push(`${method} ${pathname}${search}`);
    if (this.failure === 'offline') throw new TypeError('fetch failed');
    if (pathname === '/.well-known/license-keys.json') return Response.json(this.jwks);
    const time = await new SignJWT().setProtectedHeader({ alg: 'ES256', kid: this.signing.kid, typ: 'server-time+jwt' })
      .setIssuer(ISSUER).setIssuedAt(this.time).sign(this.tamper.timeKey ?? this.signing.privateKey);
    const headers = { 'Server-Time': time };
    if (this.failure) {
      const error = { status: this.failure, message: 'No keys.', reason: 'LICENSES_UNAVAILABLE' };
      return Response.json({ error }, { status: this.failure, headers: { ...headers, 'Retry-After': '30' } });
    }

    const body = init.body ? JSON.parse(init.body) : undefined;
    const route = pathname.replace(/^\/v1\/me\/devices\/(?!challenges)[^/]+/, '/v1/me/devices/{id}');
    const result = await this.#answer(`${method} ${route}`, body);
    return result === undefined ? new Response(null, { status: 204, headers }) : Response.json(result, { headers });
  };

  async #answer(route, body) {
    switch (route) {
      case 'POST /v1/me/devices/challenges':
        return { challenge: await this.sign('device-challenge+jwt', { iss: ISSUER, sub: 'ada', exp: this.time + 300, jti: '1' }) };
      case 'POST /v1/me/devices':
        return this.#register(body);
      case 'POST /v1/me/devices/{id}/licenses':
      case 'POST /v1/me/devices/{id}/licenses/renewals':
        return this.#page(body.uris ?? [...this.objects.keys()], Number(body.cursor ?? 0));
      case 'POST /v1/me/devices/{id}/downloads':
        return {
          downloads: body.uris.map(uri => this.objects.get(uri))
            .map(({ uri, name }) => ({
              uri, object: name, url: `https://cdn.test/${name}`, alternatives: [{ cdn: 'other', url: `https://cdn.test/${name}?other` }],
            })),
          refused: [],
        };
      case 'GET /v1/me/devices/{id}/sync':
        return this.pages.shift() ?? { changes: [], evict: [], cursor: 'c', more: false };
      case 'DELETE /v1/me/devices/{id}':
        return undefined;
      default:
        throw new Error(route);
    }
  }

  async #page(uris, start) {
    const end = start + this.pageSize;
    const licenses = [await this.license(uris.slice(start, end))];
    return { licenses, refused: [], pending: [], next: end < uris.length ? String(end) : undefined };
  }

  async #register({ name, type, signing_key: signing, agreement_key: agreement, proof }) {
    const { payload, protectedHeader } = await jwtVerify(proof, await importJWK(signing, 'ES256'), { algorithms: ['ES256'] });
    assert.equal(protectedHeader.typ, 'device-proof+jwt');
    assert.equal(payload.agreement_jkt, await calculateJwkThumbprint(agreement));
    const currentDate = new Date(this.time * 1000);
    await jwtVerify(payload.challenge, await importJWK(this.jwks.keys.at(-1)), { typ: 'device-challenge+jwt', currentDate });
    const id = (await calculateJwkThumbprint(signing)).slice(0, 22);
    this.devices.set(id, { id, name, type, agreement });
    return { id, name, type };
  }

  #deliver(path, { headers }) {
    this.requests.push(`CDN ${headers.Range}`);
    if (this.cdnFailure === 'offline') throw new TypeError('fetch failed');
    if (this.cdnFailure) return new Response(null, { status: this.cdnFailure });
    const { encrypted } = [...this.objects.values()].find(({ name }) => `/${name}` === path);
    const start = this.ignoresRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.Range)[1]);
    const bytes = encrypted.subarray(start);
    const cut = bytes.subarray(0, this.cutAfter);
    let at = 0;
    const body = new ReadableStream({
      pull(controller) {
        // In pieces that are not those of the chunks.
        if (at < cut.length) controller.enqueue(new Uint8Array(cut.subarray(at, at += 10_000)));
        else if (cut.length < bytes.length) controller.error(new TypeError('terminated'));
        else controller.close();
      },
    });
    return new Response(body, { status: this.ignoresRanges ? 200 : 206 });
  }
}
