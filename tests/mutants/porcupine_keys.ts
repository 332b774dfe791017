/**
 * Planted bugs for the keys of states: two states of one key are one to a search.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const KEYS = "porcupine/models/items_key.ts";
const KEYS_TEST = "test -A --no-check --fail-fast tests/porcupine/items_key_test.ts";
const TABLE = "porcupine/table_key.ts";
const TABLE_TEST = "test -A --no-check --fail-fast tests/porcupine/table_key_test.ts";

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
  {
    id: "PC-key-wide",
    title:
      "Wide whole numbers are keys as they are, and compared one by one where their lowest 64 bits agree",
    source: "keys: wide whole numbers are texts",
    file: TABLE,
    anchor: "key < WIDE && key >= -WIDE ?",
    replacement: "key < WIDE * WIDE * WIDE * WIDE ?",
    killedBy: TABLE_TEST,
  },
  {
    id: "PC-key-wide-below",
    title: "Whole numbers far below zero are keys as they are",
    source: "keys: wide whole numbers are texts",
    file: TABLE,
    anchor: " && key >= -WIDE",
    replacement: "",
    killedBy: TABLE_TEST,
  },
  {
    id: "PC-key-mark",
    title: "A text is taken for the wide whole number that is written like it",
    source: "keys: what begins like a number's text is made longer",
    file: TABLE,
    anchor: "key.startsWith(MARK) ?",
    replacement: "key.startsWith(`${MARK}${MARK}`) ?",
    killedBy: TABLE_TEST,
  },
];
