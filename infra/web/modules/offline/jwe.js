import { concat, fromBase64Url, malformed, parseObject, uint32, utf8 } from './encoding.js';
import { OfflineError } from './errors.js';

const ALGORITHM = 'ECDH-ES+A256KW';
const ENCRYPTION = 'A256GCM';
const CONTENT_TYPE = 'jwk-set+json';

// Extensions, and what would change the plaintext or the derived key.
const REFUSED = ['crit', 'zip', 'apu', 'apv'];

/**
 * Decrypts a JSON Web Key set: a compact JWE (RFC 7516) with ECDH-ES+A256KW and A256GCM.
 * @param {string} jwe
 * @param {CryptoKey} privateKey ECDH, P-256, with the usage `deriveBits`
 * @param {string} kid the thumbprint of the key: the only `kid` that is accepted
 * @returns {Promise<Uint8Array>} the plaintext
 * @throws {OfflineError} MALFORMED, UNSUPPORTED, OTHER_DEVICE or TAMPERED
 */
export async function decrypt(jwe, privateKey, kid) {
  const parts = typeof jwe === 'string' ? jwe.split('.') : [];
  if (parts.length !== 5) throw malformed('a compact JWE is wanted');
  const header = parseObject(fromBase64Url(parts[0]));
  const { alg, enc, cty } = header;
  if (alg !== ALGORITHM || enc !== ENCRYPTION || cty !== CONTENT_TYPE || REFUSED.some(name => name in header)) {
    const wanted = `${ALGORITHM}, ${ENCRYPTION} and ${CONTENT_TYPE}`;
    throw new OfflineError('UNSUPPORTED', `A JWE with ${wanted} is wanted, not with ${alg}, ${enc} and ${cty}.`);
  }

  if (header.kid !== kid) throw new OfflineError('OTHER_DEVICE', 'The keys are encrypted for another device.');
  const [encryptedKey, iv, ciphertext, tag] = parts.slice(1).map(fromBase64Url);
  const publicKey = await importEphemeralKey(header.epk);
  try {
    const wrapping = await wrappingKey(privateKey, publicKey);
    const key = await crypto.subtle.unwrapKey('raw', encryptedKey, wrapping, 'AES-KW', 'AES-GCM', false, ['decrypt']);
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(parts[0]), tagLength: 128 };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, concat(ciphertext, tag)));
  } catch (e) {
    throw new OfflineError('TAMPERED', 'The keys of the license do not authenticate.', { cause: e });
  }
}

/** Derives the key that wraps the content encryption key: Concat KDF with SHA-256 (RFC 7518, section 4.6.2), one round. */
async function wrappingKey(privateKey, publicKey) {
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256);
  const info = concat(uint32(ALGORITHM.length), utf8(ALGORITHM), uint32(0), uint32(0), uint32(256));
  const derived = await crypto.subtle.digest('SHA-256', concat(uint32(1), new Uint8Array(secret), info));
  return crypto.subtle.importKey('raw', derived, 'AES-KW', false, ['unwrapKey']);
}

async function importEphemeralKey(epk) {
  const { kty, crv, x, y } = epk ?? {};
  if (kty !== 'EC' || crv !== 'P-256') throw new OfflineError('UNSUPPORTED', 'An ephemeral key of P-256 is wanted.');
  try {
    // A point that is not on the curve is refused here.
    return await crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDH', namedCurve: 'P-256' }, false, []);
  } catch (e) {
    throw malformed('the ephemeral key is no point of P-256', e);
  }
}
