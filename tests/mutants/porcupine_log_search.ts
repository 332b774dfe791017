/**
 * Planted bugs for the search of logs whose entries repeat.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check tests/porcupine/log_search_test.ts";
const SCENE = "porcupine/search/logs/scene.ts";

/** These mutants. */
export const porcupineLogSearchMutants: readonly Mutant[] = [
  {
    id: "PL-search-tail",
    title: "Where nothing is known of the next entry, the append that returns now is placed and no other",
    source: "rule (t): behind all that was seen",
    file: SCENE,
    anchor: "state >= length && op[due] !== READ",
    replacement: "op[due] !== READ",
    killedBy: TEST,
  },
  {
    id: "PL-search-early",
    title: "An entry cannot come in the gap just before the return that is due",
    source: "rule (l): the first gap in which it can come",
    file: SCENE,
    anchor: "low[state] >= ret[due]",
    replacement: "low[state] >= ret[due] - 1",
    killedBy: TEST,
  },
  {
    id: "PL-search-known",
    title: "An append that was told its place fills a place of which nothing is known, too",
    source: "its place is another one",
    file: SCENE,
    anchor: "isFree[one] ? [one, state + 1] : []",
    replacement: "[one, state + 1]",
    killedBy: TEST,
  },
  {
    id: "PL-search-read",
    title: "An entry is read when the log has come as far as its place",
    source: "the entry of a place is there in a longer log",
    file: SCENE,
    anchor: ": length > at;",
    replacement: ": length >= at;",
    killedBy: TEST,
  },
  {
    id: "PL-search-doomed",
    title:
      "A log that has become too long for a length that was told is given up although it was told before",
    source: "only what is owed",
    file: SCENE,
    anchor: "row[0] > place[k] && this.isOwed(row, 0, gets[i])",
    replacement: "row[0] > place[k]",
    killedBy: TEST,
  },
  {
    id: "PL-search-letters",
    title: "Appends whose value was read nowhere else are held to be those that were",
    source: "each value that was read where it is not known whose it is has a letter",
    file: "porcupine/search/logs/operations.ts",
    anchor: "letters.get(value[k]) ?? 0",
    replacement: "letters.get(value[k]) ?? Math.min(1, letters.size)",
    killedBy: TEST,
  },
];
