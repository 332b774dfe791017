/**
 * Lists for each word the documents it occurs in.
 * @module
 */

import type { ByteSink, Pair } from "../app.ts";
import { FNV_OFFSET, FNV_PRIME } from "../partition.ts";
import { IS_LETTER, WORDS } from "./letters.ts";

/** A pair for each different word of the document. */
export function* map(name: string, contents: string): Iterable<Pair> {
  const words = new Set<string>();
  for (const [word] of contents.matchAll(WORDS)) words.add(word);
  for (const word of words) yield [word, name];
}

/** The same without strings; the sink forgets repetitions. */
export function mapBytes(name: string, bytes: Uint8Array, sink: ByteSink): void {
  const { length } = bytes;
  for (let at = 0; at < length; at++) {
    if (IS_LETTER[bytes[at]] === 0) continue;
    const start = at;
    let hash = FNV_OFFSET;
    do {
      hash = Math.imul(hash ^ bytes[at++], FNV_PRIME);
    } while (at < length && IS_LETTER[bytes[at]] === 1);
    sink.putHashed(bytes, start, at, hash, name);
  }
}

function documents(values: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const value of values) for (const name of value.split("\n")) names.add(name);
  return [...names].sort();
}

/** The documents so far, a line each. */
export function combine(_key: string, values: Iterable<string>): string {
  return documents(values).join("\n");
}

/** How many documents, and which. */
export function reduce(_key: string, values: Iterable<string>): string {
  const names = documents(values);
  return `${names.length} ${names.join(",")}`;
}
