import { concat, uint64, utf8 } from './encoding.js';
import { OfflineError } from './errors.js';

/** The bytes of a plain chunk, except the last one. */
export const CHUNK_BYTES = 65_536;

/** The bytes of the tag after each chunk. */
export const TAG_BYTES = 16;

/** Returns the number of chunks of an object of `size` plain bytes. */
export function chunksOf(size) {
  return Math.ceil(size / CHUNK_BYTES);
}

/** Returns the length of the encrypted object of `size` plain bytes. */
export function encryptedLength(size) {
  return size + chunksOf(size) * TAG_BYTES;
}

/** Returns the offset of an encrypted chunk. */
export function encryptedOffset(index) {
  return index * (CHUNK_BYTES + TAG_BYTES);
}

/** Returns the length of an encrypted chunk with its tag. */
export function encryptedChunkLength(size, index) {
  return Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES) + TAG_BYTES;
}

/**
 * Decrypts one chunk, which authenticates alone.
 * @param {CryptoKey} key the content key
 * @param {{object: string, size: number}} item the object's name, and the number of its plain bytes
 * @param {number} index from 0
 * @param {Uint8Array} bytes ciphertext and tag
 * @throws {OfflineError} TAMPERED
 */
export async function decryptChunk(key, { object, size }, index, bytes) {
  if (bytes.length !== encryptedChunkLength(size, index)) throw tampered(object, index);
  const iv = concat(new Uint8Array(4), uint64(index));
  const additionalData = concat(utf8(object), uint64(index), uint64(chunksOf(size)));
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData, tagLength: 8 * TAG_BYTES }, key, bytes);
    return new Uint8Array(plain);
  } catch (e) {
    throw tampered(object, index, e);
  }
}

function tampered(object, index, cause) {
  return new OfflineError('TAMPERED', `Chunk ${index} of ${object} does not authenticate.`, { cause });
}
