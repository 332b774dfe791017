/**
 * The mask that a frame's payload wears on the disk.
 *
 * Two things follow from it, and recovery stands on both. No sector of a whole frame is all zeros, whatever the payload
 * holds, so zeros mean a sector that was never written. And no payload can imitate a frame: who chooses a command does not
 * know the salt of the file it lands in. It hides nothing from anybody who can read the file.
 * @module
 */

/** From here on a word at a time pays. */
const LONG_BYTES = 256;

/** Puts the mask of `key` on `bytes`, in place; a second time takes it off. */
export function mask(bytes: Uint8Array, key: number): void {
  let word = (key | 0) || 0x2545f491;
  const { length } = bytes;
  let at = 0;
  if (length >= LONG_BYTES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    for (const end = length - 3; at < end; at += 4) {
      word = next(word);
      view.setInt32(at, view.getInt32(at, true) ^ word, true);
    }
  }
  // Most payloads are short, and a view takes longer to make than they to mask.
  for (const end = length - 3; at < end; at += 4) {
    word = next(word);
    bytes[at] ^= word;
    bytes[at + 1] ^= word >>> 8;
    bytes[at + 2] ^= word >>> 16;
    bytes[at + 3] ^= word >>> 24;
  }
  for (; at < length; at++) {
    word = next(word);
    bytes[at] ^= word;
  }
}

/** Marsaglia's xorshift: never 0, and every other word once in 2^32 - 1 steps. */
function next(word: number): number {
  word ^= word << 13;
  word ^= word >>> 17;
  return word ^ (word << 5);
}
