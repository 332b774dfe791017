/**
 * Planted bugs for the keys of states: two states of one key are one to a search.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const KEYS = "porcupine/models/items_key.ts";
const KEYS_TEST = "test -A --no-check --fail-fast tests/porcupine/items_key_test.ts";

/** These mutants. */
export const porcupineKeyMutants: readonly Mutant[] = [
  {
    id: "PC-key-high",
    title: "Numbers that differ by a multiple of 2 to the 30th are one",
    source: "keys: a row of whole numbers is packed",
    file: KEYS,
    anchor: "const high = Math.floor(item / HALF);",
    replacement: "const high = 0;",
    killedBy: KEYS_TEST,
  },
  {
    id: "PC-key-whole",
    title: "Fractions and numbers less than 0 are packed as if they were whole",
    source: "keys: what is no whole number is written",
    file: KEYS,
    anchor: "!Number.isSafeInteger(item) || item < 0",
    replacement: "Number.isNaN(item)",
    killedBy: KEYS_TEST,
  },
  {
    id: "PC-key-long",
    title: "The key of a row of thousands is asked for with as many arguments",
    source: "keys: a long row is written",
    file: KEYS,
    anchor: "length > MOST",
    replacement: "length < 0",
    killedBy: KEYS_TEST,
  },
];
