/**
 * HalfSipHash-1-3 (Aumasson and Bernstein): a hash of keys for which nobody who does not know its secret can find many that collide. Who may
 * choose keys must not be able to make every look-up slow.
 * @module
 */

/** The secret of a hash: two numbers of 32 bits. */
export type HashKey = readonly [number, number];

/** The hash of the first `length` bytes, as an unsigned number of 32 bits. */
export function hashBytes(bytes: Uint8Array, length: number, [k0, k1]: HashKey): number {
  let v0 = k0 | 0;
  let v1 = k1 | 0;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const words = length >> 2;
  // The words, then what is left together with the length, then three rounds to mix.
  for (let turn = 0; turn <= words + 3; turn++) {
    let word = 0;
    if (turn < words) {
      const at = turn << 2;
      word = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
    } else if (turn === words) {
      word = length << 24;
      for (let at = words << 2; at < length; at++) word |= bytes[at] << ((at & 3) << 3);
    } else if (turn === words + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = v0 + v1 | 0;
    v1 = (v1 << 5 | v1 >>> 27) ^ v0;
    v0 = v0 << 16 | v0 >>> 16;
    v2 = v2 + v3 | 0;
    v3 = (v3 << 8 | v3 >>> 24) ^ v2;
    v0 = v0 + v3 | 0;
    v3 = (v3 << 7 | v3 >>> 25) ^ v0;
    v2 = v2 + v1 | 0;
    v1 = (v1 << 13 | v1 >>> 19) ^ v2;
    v2 = v2 << 16 | v2 >>> 16;
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
