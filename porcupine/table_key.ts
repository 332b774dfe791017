import type { StateKey } from "./types.ts";

/** No text of a person's begins with it, or one that does is made longer. */
const MARK = "\0";

/** Whole numbers from here on, and less than its opposite, have more than 64 bits. */
const WIDE = 2n ** 63n;

/**
 * A key as a table of the host is to have it: wide whole numbers as texts, different ones for different keys. The host sorts whole numbers
 * by their lowest 64 bits: of sets whose members are bits of one number thousands agree in these, and were compared one by one
 * (6,000 keys of 200 bits took half a second; as texts, 9 milliseconds).
 */
export function tableKey(key: StateKey): StateKey {
  if (typeof key === "bigint") return key < WIDE && key >= -WIDE ? key : `${MARK}${key.toString(16)}`;
  // What begins so is not to be taken for a number.
  return typeof key === "string" && key.startsWith(MARK) ? `${MARK}${key}` : key;
}
