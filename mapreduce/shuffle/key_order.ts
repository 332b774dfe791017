/**
 * Sorting keys that lie in one array of bytes, without a comparison function wherever the first four bytes decide.
 * @module
 */

import { compareBytes, prefixOf } from "./format.ts";

/** More keys than this cannot be sorted at once: prefix and place share the 53 bits of a number. */
export const MAX_KEYS: number = 1 << 21;

/** Where keys lie. */
export interface KeyPlaces {
  readonly arena: Uint8Array;
  startOf(member: number): number;
  endOf(member: number): number;
}

/** `members[0, count)` in the order of their keys' bytes. */
export function sortKeys(keys: KeyPlaces, members: Int32Array, count: number): Int32Array {
  const { arena } = keys;
  const packed = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const member = members[at];
    packed[at] = prefixOf(arena, keys.startOf(member), keys.endOf(member)) * MAX_KEYS + at;
  }
  packed.sort();
  const sorted = new Int32Array(count);
  for (let at = 0; at < count; at++) sorted[at] = members[packed[at] % MAX_KEYS];
  const compare = (left: number, right: number) =>
    compareBytes(arena, keys.startOf(left), keys.endOf(left), arena, keys.startOf(right), keys.endOf(right));
  for (let from = 0; from < count;) {
    const prefix = Math.floor(packed[from] / MAX_KEYS);
    let to = from + 1;
    while (to < count && Math.floor(packed[to] / MAX_KEYS) === prefix) to++;
    if (to - from > 1) sorted.subarray(from, to).sort(compare);
    from = to;
  }
  return sorted;
}
