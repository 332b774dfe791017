/**
 * Planted bugs for logs whose entries repeat, and of which appends were lost.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check tests/porcupine/log_rivals_test.ts";
const RIVALS = "porcupine/fast/log_rivals.ts";

/** These mutants. */
export const porcupineLogRivalMutants: readonly Mutant[] = [
  {
    id: "PL-rival-last",
    title: "Of the appends that an entry can be, the one that was called first is taken",
    source: "the ones called first are left for entries that nobody read",
    file: RIVALS,
    anchor: "const append = waiting[v].pop();",
    replacement: "const append = waiting[v].shift();",
    killedBy: TEST,
  },
  {
    id: "PL-rival-late",
    title: "An entry can be an append that was called after it was read",
    source: "an entry comes after the call of its append",
    file: RIVALS,
    anchor: "call[free[v][next[v]]] <= high[at]",
    replacement: "call[free[v][next[v]]] <= part.end",
    killedBy: TEST,
  },
  {
    id: "PL-rival-homeless",
    title: "Appends that were answered and told no place are given to entries as those that were lost",
    source: "which of them an entry is matters to the others, if they must be somewhere",
    file: "porcupine/fast/log_table.ts",
    anchor: "rivals.length > 0 && draft.hasHomeless",
    replacement: "rivals.length < 0",
    killedBy: TEST,
  },
  {
    id: "PL-rival-twice",
    title: "An append that is an entry already fills a hole, too",
    source: "each append is one entry",
    file: RIVALS,
    anchor: "unplaced: unplaced.filter((k) => !taken.has(k))",
    replacement: "unplaced",
    killedBy: TEST,
  },
];
