import { itemKey } from "./answers.ts";
import type { Value } from "../types.ts";

/** A whole number falls into so many pieces of 15 bits: none is half of a pair of code units, whoever encodes the text. */
const PIECES = 4;
const PIECE = 2 ** 15;
/** Two pieces. */
const HALF = 2 ** 30;
/** What no written key begins with: a row of whole numbers is not to be taken for another one that is written like it. */
const PACKED = 0x7fff;
/** A longer row is written: its code units would be too many arguments for one call. */
const MOST = 2048;

/**
 * A text that differs for different rows of items, as `itemKey` does for items. A search asks for it at each new state, and to write
 * numbers in decimals took more than half of its time: whole numbers are packed, four code units each.
 */
export function itemsKey(items: readonly Value[]): string {
  const { length } = items;
  if (length === 0 || length > MOST) return written(items);
  const units: number[] = new Array(1 + PIECES * length);
  units[0] = PACKED;
  for (let i = 0, at = 1; i < length; i++) {
    const item = items[i];
    if (typeof item !== "number" || !Number.isSafeInteger(item) || item < 0) return written(items);
    const high = Math.floor(item / HALF);
    const low = item % HALF;
    units[at++] = high >>> 15;
    units[at++] = high % PIECE;
    units[at++] = low >>> 15;
    units[at++] = low % PIECE;
  }
  return String.fromCharCode.apply(null, units);
}

function written(items: readonly Value[]): string {
  return items.map(itemKey).join(",");
}
