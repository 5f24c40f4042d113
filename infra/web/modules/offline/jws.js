import { fromBase64Url, malformed, parseObject, toBase64Url, utf8 } from './encoding.js';
import { OfflineError } from './errors.js';

const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };

/**
 * Signs a compact JWS (RFC 7515) with ES256.
 * @param {string} type the header's `typ`
 * @param {object} payload
 * @param {CryptoKey} privateKey ECDSA, P-256
 */
export async function sign(type, payload, privateKey) {
  const signed = `${encode({ alg: 'ES256', typ: type })}.${encode(payload)}`;
  const signature = await crypto.subtle.sign(ALGORITHM, privateKey, utf8(signed));
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

/**
 * Verifies a compact JWS and returns its payload, which is not parsed before.
 * @param {string} jws
 * @param {string} type the only `typ` that is accepted
 * @param {(kid: string) => Promise<CryptoKey | undefined>} findKey returns a public key: ECDSA, P-256
 * @throws {OfflineError} MALFORMED, UNSUPPORTED or INVALID_SIGNATURE
 */
export async function verify(jws, type, findKey) {
  const parts = typeof jws === 'string' ? jws.split('.') : [];
  if (parts.length !== 3) throw malformed('a compact JWS is wanted');
  const header = parseObject(fromBase64Url(parts[0]));
  if (header.alg !== 'ES256' || header.typ !== type || typeof header.kid !== 'string' || header.crit !== undefined) {
    throw new OfflineError('UNSUPPORTED', `A JWS of type ${type} with ES256 is wanted, not ${header.typ} with ${header.alg}.`);
  }

  const signature = fromBase64Url(parts[2]);
  const key = await findKey(header.kid);
  if (!key || !await crypto.subtle.verify(ALGORITHM, key, signature, utf8(`${parts[0]}.${parts[1]}`))) {
    throw new OfflineError('INVALID_SIGNATURE', `The signature of the ${type} is not that of the service.`);
  }

  return parseObject(fromBase64Url(parts[1]));
}

/** Returns the id of the key that signed a compact JWS, without verifying it. */
export function keyIdOf(jws) {
  return parseObject(fromBase64Url(jws.split('.')[0])).kid;
}

function encode(object) {
  return toBase64Url(utf8(JSON.stringify(object)));
}
