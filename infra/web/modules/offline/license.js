import { decrypt } from './jwe.js';
import { verify } from './jws.js';
import { fromBase64Url, malformed, parseObject } from './encoding.js';
import { chunksOf } from './encrypted-object.js';
import { OfflineError } from './errors.js';

const MAX_ITEMS = 100;
const MAX_DAYS = 30;

/**
 * An item of a license: one encrypted object.
 * @typedef {object} LicenseItem
 * @property {string} uri
 * @property {string} object the name of the encrypted object
 * @property {string} kid the id of its content key
 * @property {number} size the number of plain bytes
 * @property {number} chunks
 * @property {string} codec
 * @property {string} quality
 * @property {number} bitrate_kbps
 * @property {number} duration_ms
 * @property {number} gain_db the gain for equal loudness, in decibels
 * @property {number} [exp] the end of the item's rights, if it is before that of the license
 */

/**
 * A verified license of this device. Times are seconds since 1970.
 * @typedef {object} License
 * @property {string} iss
 * @property {string} sub the id of the device
 * @property {number} serial grows with each license of the device
 * @property {number} iat
 * @property {number} exp
 * @property {string} quality
 * @property {{market: string, offline_streams: number}} constraints
 * @property {LicenseItem[]} items
 * @property {string} keys the content keys: a JWE
 */

/**
 * Verifies a license. Its expiry is for {@link requireValid} to check.
 * @param {string} jws
 * @param {{deviceId: string, issuer: string, findKey: (kid: string) => Promise<CryptoKey | undefined>}} expected
 * @returns {Promise<License>}
 * @throws {OfflineError} MALFORMED, UNSUPPORTED, INVALID_SIGNATURE or OTHER_DEVICE
 */
export async function readLicense(jws, { deviceId, issuer, findKey }) {
  const license = await verify(jws, 'license+jwt', findKey);
  if (license.iss !== issuer) throw malformed('the license has another issuer');
  if (license.sub !== deviceId) throw new OfflineError('OTHER_DEVICE', 'The license is for another device.');
  const { serial, iat, exp, items } = license;
  if (![serial, iat, exp].every(Number.isSafeInteger)) throw malformed('serial, iat and exp are integers');
  if (exp <= iat || exp > iat + MAX_DAYS * 86_400) throw malformed(`a license lasts at most ${MAX_DAYS} days`);
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_ITEMS) throw malformed(`a license has 1 to ${MAX_ITEMS} items`);
  items.forEach(requireItem);
  return license;
}

/**
 * Checks that an item may be played at a time.
 * @param {License} license
 * @param {LicenseItem} item
 * @param {number} seconds since 1970
 * @throws {OfflineError} LICENSE_EXPIRED
 */
export function requireValid(license, item, seconds) {
  if (seconds < Math.min(license.exp, item.exp ?? license.exp)) return;
  throw new OfflineError('LICENSE_EXPIRED', 'The license of this download has expired. Connect to the internet to renew it.');
}

/**
 * Decrypts the content keys of a license. They cannot be extracted from the result.
 * @param {License} license
 * @param {CryptoKey} agreementKey the device's private key
 * @param {string} thumbprint the thumbprint of that key
 * @returns {Promise<Map<string, CryptoKey>>} the keys of all items by `kid`
 * @throws {OfflineError} MALFORMED, UNSUPPORTED, OTHER_DEVICE or TAMPERED
 */
export async function contentKeys(license, agreementKey, thumbprint) {
  const { keys } = parseObject(await decrypt(license.keys, agreementKey, thumbprint));
  if (!Array.isArray(keys)) throw malformed('a JSON Web Key set is wanted');
  const byId = new Map(await Promise.all(keys.map(async jwk => [jwk.kid, await importContentKey(jwk)])));
  if (!license.items.every(item => byId.has(item.kid))) throw malformed('the license does not have the keys of all items');
  return byId;
}

async function importContentKey({ kty, k }) {
  const bytes = kty === 'oct' ? fromBase64Url(k) : [];
  if (bytes.length !== 32) throw malformed('a content key has 32 bytes');
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['decrypt']);
}

function requireItem({ uri, object, kid, size, chunks, exp }) {
  const isNamed = typeof uri === 'string' && typeof kid === 'string' && typeof object === 'string' && object.endsWith(`.${kid}.enc`);
  if (!isNamed || !Number.isSafeInteger(size) || size < 1 || chunks !== chunksOf(size)) throw malformed('an item is incomplete');
  if (exp !== undefined && !Number.isSafeInteger(exp)) throw malformed('the exp of an item is an integer');
}
