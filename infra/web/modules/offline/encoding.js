import { OfflineError } from './errors.js';

const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** Returns the bytes of a text in UTF-8. */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** Encodes bytes in base64url without padding (RFC 7515, section 2). */
export function toBase64Url(bytes) {
  const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Decodes base64url without padding. Bytes have one text: unused bits are zero.
 * @throws {OfflineError} MALFORMED
 */
export function fromBase64Url(text) {
  if (typeof text !== 'string' || !BASE64URL.test(text) || text.length % 4 === 1) throw malformed('base64url is wanted');
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0));
  if (text.length % 4 > 0 && !text.endsWith(toBase64Url(bytes.subarray(-(text.length % 4 - 1))))) throw malformed('base64url is wanted');
  return bytes;
}

/**
 * Parses a JSON object.
 * @param {Uint8Array} bytes UTF-8
 * @throws {OfflineError} MALFORMED
 */
export function parseObject(bytes) {
  let value;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (e) {
    throw malformed('JSON is wanted', e);
  }

  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed('a JSON object is wanted');
  return value;
}

/** Returns the bytes of several arrays, one after the other. */
export function concat(...arrays) {
  const result = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }

  return result;
}

/** Returns a number as a 32-bit big-endian integer. */
export function uint32(number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** Returns a number as a 64-bit big-endian integer. */
export function uint64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** Returns the error for a document that does not have its format. */
export function malformed(problem, cause) {
  return new OfflineError('MALFORMED', `Malformed document: ${problem}.`, { cause });
}
