/**
 * Counts words: runs of the letters A-Z and a-z, with their case.
 * @module
 */

import type { ByteSink, Pair } from "../app.ts";
import { FNV_OFFSET, FNV_PRIME } from "../partition.ts";
import { IS_LETTER, WORDS } from "./letters.ts";

/** A pair per word. */
export function* map(_name: string, contents: string): Iterable<Pair> {
  for (const [word] of contents.matchAll(WORDS)) yield [word, "1"];
}

/** The same without strings; the hash is made on the way, as the letters pass by. */
export function mapBytes(_name: string, bytes: Uint8Array, sink: ByteSink): void {
  const { length } = bytes;
  for (let at = 0; at < length; at++) {
    if (IS_LETTER[bytes[at]] === 0) continue;
    const start = at;
    let hash = FNV_OFFSET;
    do {
      hash = Math.imul(hash ^ bytes[at++], FNV_PRIME);
    } while (at < length && IS_LETTER[bytes[at]] === 1);
    sink.addHashed(bytes, start, at, hash, 1);
  }
}

/** The sum so far. */
export function combine(_key: string, values: Iterable<string>): string {
  let sum = 0;
  for (const value of values) sum += value === "1" ? 1 : Number(value);
  return String(sum);
}

/** The sum. */
export const reduce: typeof combine = combine;
