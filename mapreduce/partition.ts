/**
 * Which reduce task a key belongs to: 32-bit FNV-1a, top bit masked off, modulo the number of reduce tasks (lab 1).
 *
 * Every worker must agree on this, today and after a restart: a key in two buckets would appear in two output files.
 * @module
 */

export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

/** FNV-1a over `bytes[start, end)`, as a signed 32-bit number. */
export function fnv1aBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
  return hash;
}

/** FNV-1a over the UTF-8 form of `text`, as a signed 32-bit number. */
export function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) {
      const bytes = encoder.encode(text);
      return fnv1aBytes(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  return hash;
}

/**
 * The bucket of a hash. The mask keeps it from being negative.
 * @param hash What {@linkcode fnv1a} gave.
 * @param reduces How many reduce tasks there are, at least 1.
 */
export function bucketOfHash(hash: number, reduces: number): number {
  return (hash & 0x7fffffff) % reduces;
}

/**
 * The reduce task of a key.
 *
 * @example The keys of the lab's parallelism test
 * ```ts
 * import { bucketOf } from "@flotilla/flotilla/mapreduce";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([..."abcdefghij"].map((key) => bucketOf(key, 10)), [2, 9, 0, 5, 6, 3, 4, 3, 4, 1]);
 * ```
 */
export function bucketOf(key: string, reduces: number): number {
  return bucketOfHash(fnv1a(key), reduces);
}
