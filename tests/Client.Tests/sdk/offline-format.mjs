// The test vectors of FORMAT.md, with jose and Node's own cryptography, and with the modules of the reference client.
import assert from 'node:assert/strict';
import { createECDH, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { calculateJwkThumbprint, compactDecrypt, compactVerify, createLocalJWKSet, decodeProtectedHeader, importJWK } from 'jose';
import { prove, thumbprint } from './offline/device-keys.js';
import { chunksOf, decryptChunk, encryptedChunkLength, encryptedLength, encryptedOffset } from './offline/encrypted-object.js';
import { decrypt } from './offline/jwe.js';
import { verify } from './offline/jws.js';
import { contentKeys, readLicense } from './offline/license.js';
import { encryptObject } from './offline-service.mjs';

const ISSUER = 'https://music.example';
const format = await readFile(process.env.FORMAT, 'utf8');
const vectors = Object.fromEntries([...format.matchAll(/^```(json|text) (\S+)\n([^`]+)```$/gm)]
  .map(([, kind, name, value]) => [name, kind === 'json' ? JSON.parse(value) : value.replaceAll('\n', '')]));
const bytes = name => Buffer.from(vectors[name], 'hex');
const plain = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
const sha256 = data => createHash('sha256').update(data).digest('hex');
const keySet = createLocalJWKSet(vectors['license-keys']);
const importKey = (jwk, name, usages) => crypto.subtle.importKey('jwk', jwk, { name, namedCurve: 'P-256' }, false, usages);

/** Verifies a JWS with jose. */
async function verified(name, key) {
  const { payload, protectedHeader } = await compactVerify(vectors[name], key);
  return { header: protectedHeader, payload: JSON.parse(Buffer.from(payload)) };
}

async function findKey(kid) {
  const { kty, crv, x, y } = vectors['license-keys'].keys.find(key => key.kid === kid);
  return importKey({ kty, crv, x, y }, 'ECDSA', ['verify']);
}

test('thumbprints and the id of the device', async () => {
  for (const name of ['signing', 'agreement']) {
    const key = vectors[`${name}-key`];
    assert.equal(await calculateJwkThumbprint(key), vectors[`${name}-thumbprint`]);
    assert.equal(await thumbprint(key), vectors[`${name}-thumbprint`]);
  }

  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const number = [...vectors['device-id']].reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n);
  const hash = Buffer.from(vectors['signing-thumbprint'], 'base64url');
  assert.equal(number.toString(16).padStart(32, '0'), hash.subarray(0, 16).toString('hex'));
});

test('the time of the service', async () => {
  const { header, payload } = await verified('server-time', keySet);
  assert.equal(header.typ, 'server-time+jwt');
  assert.deepEqual(payload, { iss: ISSUER, iat: 1_800_000_000 });
  assert.deepEqual(await verify(vectors['server-time'], 'server-time+jwt', findKey), payload);
  await assert.rejects(verify(vectors['server-time'], 'license+jwt', findKey), { code: 'UNSUPPORTED' });
});

test('the proof of the device', async () => {
  const { d, ...publicKey } = vectors['signing-key'];
  const key = await importJWK(publicKey, 'ES256');
  const { header, payload } = await verified('proof', key);
  assert.deepEqual(header, { alg: 'ES256', typ: 'device-proof+jwt' });
  assert.deepEqual(payload, { challenge: vectors.challenge, agreement_jkt: vectors['agreement-thumbprint'] });
  const challenge = await verified('challenge', keySet);
  assert.equal(challenge.header.typ, 'device-challenge+jwt');
  assert.equal(challenge.payload.sub, 'ada');

  // The reference client signs the same, with another random number.
  const { d: secret, ...agreement } = vectors['agreement-key'];
  const keys = {
    signing: { privateKey: await importKey(vectors['signing-key'], 'ECDSA', ['sign']) },
    agreement: { publicKey: await crypto.subtle.importKey('jwk', agreement, { name: 'ECDH', namedCurve: 'P-256' }, true, []) },
  };
  const proof = await prove(keys, vectors.challenge);
  assert.equal(proof.slice(0, proof.lastIndexOf('.')), vectors.proof.slice(0, vectors.proof.lastIndexOf('.')));
  await compactVerify(proof, key);
  assert.notEqual(d, secret);
});

test('the encrypted object', async () => {
  const item = { object: vectors.object, size: plain.length };
  const encrypted = encryptObject(plain, vectors.object, bytes('content-key'));
  assert.equal(sha256(plain), vectors['plain-sha256']);
  assert.equal(sha256(encrypted), vectors['encrypted-sha256']);
  assert.equal(encrypted.length, encryptedLength(plain.length));
  assert.equal(chunksOf(plain.length), 2);
  const key = await crypto.subtle.importKey('raw', bytes('content-key'), 'AES-GCM', false, ['encrypt', 'decrypt']);
  for (const i of [0, 1]) {
    const chunk = encrypted.subarray(encryptedOffset(i), encryptedOffset(i) + encryptedChunkLength(plain.length, i));
    const plainChunk = plain.subarray(i * 65_536, (i + 1) * 65_536);
    assert.equal(chunk.subarray(0, 32).toString('hex'), vectors[`ciphertext-start-${i}`]);
    assert.equal(chunk.subarray(-16).toString('hex'), vectors[`tag-${i}`]);
    assert.deepEqual(Buffer.from(await decryptChunk(key, item, i, chunk)), plainChunk);
    const algorithm = { name: 'AES-GCM', iv: bytes(`nonce-${i}`), additionalData: bytes(`associated-data-${i}`) };
    assert.deepEqual(Buffer.from(await crypto.subtle.encrypt(algorithm, key, plainChunk)), chunk);
    await assert.rejects(decryptChunk(key, { ...item, object: `${vectors.object}x` }, i, chunk), { code: 'TAMPERED' });
    await assert.rejects(decryptChunk(key, item, 1 - i, chunk), { code: 'TAMPERED' });
  }
});

test('the content keys', async () => {
  const ecdh = createECDH('prime256v1');
  const { x, y } = vectors['agreement-key'];
  ecdh.setPrivateKey(Buffer.from(vectors['ephemeral-key'].d, 'base64url'));
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  assert.equal(ecdh.computeSecret(point).toString('hex'), vectors['shared-secret']);
  assert.ok(vectors['kdf-input'].includes(vectors['shared-secret']));
  assert.equal(bytes('kdf-input').length, 66);
  assert.equal(sha256(bytes('kdf-input')), vectors['wrapping-key']);
  const wrapping = await crypto.subtle.importKey('raw', bytes('wrapping-key'), 'AES-KW', false, ['wrapKey']);
  const wrapped = await crypto.subtle.importKey('raw', bytes('content-encryption-key'), 'AES-GCM', true, ['encrypt']);
  assert.equal(Buffer.from(await crypto.subtle.wrapKey('raw', wrapped, wrapping, 'AES-KW')).toString('hex'), vectors['encrypted-key']);

  assert.deepEqual(decodeProtectedHeader(vectors.keys), JSON.parse(vectors['jwe-header']));
  const { plaintext } = await compactDecrypt(vectors.keys, await importJWK(vectors['agreement-key'], 'ECDH-ES+A256KW'));
  assert.equal(Buffer.from(plaintext).toString(), vectors['key-set']);
  const key = await importKey(vectors['agreement-key'], 'ECDH', ['deriveBits']);
  assert.equal(Buffer.from(await decrypt(vectors.keys, key, vectors['agreement-thumbprint'])).toString(), vectors['key-set']);
  assert.equal(Buffer.from(JSON.parse(vectors['key-set']).keys[0].k, 'base64url').toString('hex'), vectors['content-key']);
});

test('the license', async () => {
  const { header, payload } = await verified('license', keySet);
  assert.equal(header.typ, 'license+jwt');
  assert.equal(payload.keys, vectors.keys);
  const license = await readLicense(vectors.license, { deviceId: vectors['device-id'], issuer: ISSUER, findKey });
  assert.deepEqual(license, payload);
  assert.deepEqual([license.serial, license.iat, license.exp], [7, 1_800_000_000, 1_802_592_000]);
  const [item] = license.items;
  assert.deepEqual([item.object, item.size, item.chunks], [vectors.object, plain.length, 2]);
  const agreement = await importKey(vectors['agreement-key'], 'ECDH', ['deriveBits']);
  const keys = await contentKeys(license, agreement, vectors['agreement-thumbprint']);
  const chunk = encryptObject(plain, vectors.object, bytes('content-key')).subarray(encryptedOffset(1));
  assert.deepEqual(Buffer.from(await decryptChunk(keys.get(item.kid), item, 1, chunk)), plain.subarray(65_536));
  await assert.rejects(readLicense(vectors.license, { deviceId: 'other', issuer: ISSUER, findKey }), { code: 'OTHER_DEVICE' });
});
