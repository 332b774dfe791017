/**
 * Planted bugs for what the cycle checker tells: sentences that are not so, and what transactions know of themselves.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const READS = "porcupine/cycles/reads.ts";
const LISTS = "porcupine/cycles/lists.ts";
const EXPLAIN = "porcupine/cycles/explain.ts";
const REGISTER_WORDS = "porcupine/cycles/explain_register.ts";

function bug(
  id: string,
  title: string,
  file: string,
  [anchor, replacement]: readonly [string, string],
): Mutant {
  return {
    id: `PT-${id}`,
    title,
    source: "a sentence is true of the history it is told of",
    file,
    anchor,
    replacement,
    killedBy: "test -A --no-check tests/porcupine/cycles/told_test.ts",
  };
}

/** What is told that is not so. */
export const porcupineToldMutants: readonly Mutant[] = [
  bug("own-seen", "A write that was seen once may be missed afterwards", READS, [
    "if (own !== undefined) return own === read.found ? -1 : this.#missesOwn(t, at, read, own);",
    "if (own === read.found) return -1;",
  ]),
  bug("amiss-twice", "A read that is wrong by itself makes the next one unlike it", READS, [
    "if (!isAmiss) this.#unlike(",
    "this.#unlike(",
  ]),
  bug(
    "lacks",
    "A list is told to lack the first thing that somebody appended, whether or not it has it",
    EXPLAIN,
    [
      "=> !one.includes(value);",
      "=> one.length >= 0;",
    ],
  ),
  bug("nobody", "That nobody ever read an element is said though its own transaction did", EXPLAIN, [
    'return readers.every((t) => t === writer) ? " and nobody else ever read" : "";',
    'return " and nobody ever read";',
  ]),
  bug("witness", "Of a list that was read its reader's own end is not told", EXPLAIN, [
    "showList(orders.found[about])",
    "showList(orders.longest[about])",
  ]),
  bug("first-read", "Of two values that were read the first is told to be the other's", REGISTER_WORDS, [
    "find((version) => words.table.writer[version] === from)",
    "find(() => true)",
  ]),
  bug("own-order", "What one transaction appended may stand in any order", LISTS, [
    "if (writer[before] === writer[version] && before > version) {",
    "if (writer[before] === writer[version] && before > version + 1e9) {",
  ]),
  bug(
    "own-inside",
    "A transaction may see what it appends only later if somebody else's comes after it",
    READS,
    [
      'if (step.f === "append") this.#missFromReads(t, at, step.value);',
      "",
    ],
  ),
  bug("own-twice", "What a transaction appended may stand in its list once more", READS, [
    "if (!this.#holdsOwnOnce(t, at, listOf(read), count)) return -1;",
    "",
  ]),
];
