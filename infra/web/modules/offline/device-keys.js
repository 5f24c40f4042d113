import { toBase64Url, utf8 } from './encoding.js';
import { sign } from './jws.js';

/**
 * The two key pairs of a device. The private keys cannot be extracted; both pairs can be stored in IndexedDB as they are.
 * @typedef {object} DeviceKeys
 * @property {CryptoKeyPair} signing ECDSA, P-256: proves the possession of both keys
 * @property {CryptoKeyPair} agreement ECDH, P-256: receives content keys
 */

/**
 * Generates the keys of a new device.
 * @returns {Promise<DeviceKeys>}
 */
export async function generateKeys() {
  return {
    signing: await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
    agreement: await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']),
  };
}

/** Returns a public key as JSON Web Key with the required members only. */
export async function publicJwk(publicKey) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { kty, crv, x, y };
}

/** Returns the thumbprint of an elliptic curve key (RFC 7638), in base64url. */
export async function thumbprint({ kty, crv, x, y }) {
  const digest = await crypto.subtle.digest('SHA-256', utf8(JSON.stringify({ crv, kty, x, y })));
  return toBase64Url(new Uint8Array(digest));
}

/**
 * Signs the proof that the caller has the keys.
 * @param {DeviceKeys} keys
 * @param {string} challenge the service's challenge
 */
export async function prove(keys, challenge) {
  const agreement = await thumbprint(await publicJwk(keys.agreement.publicKey));
  return sign('device-proof+jwt', { challenge, agreement_jkt: agreement }, keys.signing.privateKey);
}
