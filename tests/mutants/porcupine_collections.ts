/**
 * Planted bugs for queues, stacks and priority queues with removals that were lost.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const COLLECTION = "porcupine/fast/collection.ts";
const LOST_REMOVALS = "porcupine/fast/lost_removals.ts";
const LONG_QUEUES = "test -A --no-check --filter=queue tests/porcupine/fast_test.ts -- --times 2";
const STACKS = "test -A --no-check --filter=/stack,.unique/ tests/porcupine/fast_test.ts -- --times 4";
const LOST =
  "test -A --no-check --filter=/search|in.time|put.in.later/ tests/porcupine/lost_removals_test.ts";

/** These mutants. */
export const porcupineCollectionMutants: readonly Mutant[] = [
  {
    id: "PC-collection-lost",
    title: "A dequeue whose answer was lost is held to have done nothing",
    source: "collections: what stands in the way may have been taken out by a lost removal",
    file: LOST_REMOVALS,
    anchor: 'return relaxed.verdict === "illegal" ? relaxed : undefined;',
    replacement: "return result;",
    killedBy: LONG_QUEUES,
  },
  {
    id: "PC-collection-late",
    title: "What is left can have been taken out only since the last of the lost removals was called",
    source: "collections: any of the lost removals may have taken out anything",
    file: LOST_REMOVALS,
    anchor: "k < 0 ? 0 : NONE",
    replacement: "k < 0 ? lost.length - 1 : NONE",
    killedBy: LONG_QUEUES,
  },
  {
    id: "PC-collection-search",
    title:
      "With a lost removal nothing is ruled out without a search, which takes minutes to explain a crowd",
    source: "certificates of crowds: two of 200 values swapped had no minimal core after 8 s",
    file: LOST_REMOVALS,
    anchor: 'return relaxed.verdict === "illegal" ? relaxed : undefined;',
    replacement: "return undefined;",
    killedBy: LOST,
  },
  {
    id: "PC-collection-twice",
    title: "One lost removal takes out several values",
    source: "collections: each removal takes out one value at most",
    file: LOST_REMOVALS,
    anchor: "guessed[left[i]] = i;",
    replacement: "guessed[left[i]] = 0;",
    killedBy: LOST,
  },
  {
    id: "PC-mend-none",
    title: "Who took what stood in the way is left to the search once the likeliest guess is wrong",
    source: "collections: of a stack of 2,000 operations that lost two pops nothing was known after 5 s",
    file: "porcupine/fast/copies.ts",
    anchor: " ?? mend(traffic, arranging, budget)",
    replacement: "",
    killedBy: LOST,
  },
  {
    id: "PC-mend-shared",
    title: "A lost removal takes out one value more if another one is in the way",
    source: "collections: each removal takes out one value at most",
    file: LOST_REMOVALS,
    anchor: "isFree ? other === NONE :",
    replacement: "isFree ? true :",
    killedBy: LOST,
  },
  {
    id: "PC-mend-free",
    title: "A value that has to come out earlier waits for a lost removal that nobody needs",
    source:
      "collections: of two values that lost removals took, either may have been the one that came out first",
    file: LOST_REMOVALS,
    anchor: "for (const isFree of [true, false])",
    replacement: "for (const isFree of [true])",
    killedBy: LOST,
  },
  {
    id: "PC-mend-late",
    title: "A value that is in the way is given to a lost removal that was called when all was over",
    source: "collections: the last lost removal that was called in time, so that earlier ones stay free",
    file: LOST_REMOVALS,
    anchor: "call[lost[taker]] >= last || ",
    replacement: "",
    killedBy: LOST,
  },
  {
    id: "PC-stack-eligible",
    title: "A value is put beneath the others although one of them had been pushed before it was called",
    source: "stacks: the root is pushed first",
    file: "porcupine/fast/stack.ts",
    anchor: "calls.below(first, last, first); place >= 0",
    replacement: "calls.below(first, last, last); place >= 0",
    killedBy: STACKS,
  },
  {
    id: "PC-collection-overdrawn",
    title:
      "That a value came out more often than it went in is left to a search, which ends in no time that one would wait",
    source:
      "collections: of a crowd of 1,000 repeated values nothing was known after 10 s, though one was never put in",
    file: COLLECTION,
    anchor: "if (i < inserts[v].length && call",
    replacement: "if (i <= removes[v].length || call",
    killedBy: "test -A --no-check --filter=/more.often/ tests/porcupine/lost_removals_test.ts",
  },
  {
    id: "PC-collection-credit",
    title: "A removal that returns after a later enqueue was called cannot have taken its value",
    source: "collections: what was called before a removal returned may have been put in before",
    file: COLLECTION,
    anchor: "call[inserts[v][i]] < ret[byReturn[i]]) continue;",
    replacement: "call[inserts[v][i]] < call[byReturn[i]]) continue;",
    killedBy:
      "test -A --no-check --filter=/trying.all.orders:.(queue|stack)$/ tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-chain",
    title: "Of two reads of a set each has found what the other has not",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set.ts",
    anchor: "if (i === 0 || sets[row[i - 1]].every((v) => foundBy[v] === i)) continue;",
    replacement: "if (i >= 0) continue;",
    killedBy: "test -A --no-check tests/porcupine/whole_set_test.ts",
  },
  {
    id: "PC-set-told",
    title: "The first add of a value put it in, although another one was told that it did",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (maker[v] >= 0 && (isKnown || told[k] === 0)) continue;",
    replacement: "if (maker[v] >= 0) continue;",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-absent",
    title: "A value may have come before somebody who did not find it was called",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (op[k] === ABSENT && call[k] > low[v])",
    replacement: "if (op[k] === ABSENT && call[k] < low[v])",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-twice",
    title: "Two adds are both told that a value was not there before",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (isKnown && told[k] === 1) both",
    replacement: "if (isKnown && told[k] === 2) both",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-taken",
    title: "A set from which something was taken out is judged as one that grows",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (!grows) return undefined;",
    replacement: "",
    killedBy: "test -A --no-check --filter=whole tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-row",
    title: "A read may stand before what it found",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set.ts",
    anchor: "const ahead = floor;",
    replacement: "const ahead = before;",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-place",
    title: "A value comes before the reads of its gap that did not find it",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set.ts",
    anchor: "put(k, came, 2 * stepOf[v] + 1)",
    replacement: "put(k, came, 0)",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-stranger",
    title: "A read may find what nobody added",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (maker[v] < 0) return refuse(reads[i]);",
    replacement: "if (maker[v] < -1) return refuse(reads[i]);",
    killedBy: "test -A --no-check --filter=grows tests/porcupine/oracle_test.ts -- --times 10",
  },
  {
    id: "PC-set-clock",
    title: "Members are gone through without a look at the clock",
    source: "sets that are read as a whole",
    file: "porcupine/fast/set_table.ts",
    anchor: "this.#budget.tick(this.#looked++);",
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/whole_set_test.ts",
  },
  {
    id: "PC-removal-answered",
    title: "A removal that was answered, but does not say what it took, is held to be able to wait for ever",
    source: "collections: what is lost may take effect later, or never; what was answered may not",
    file: COLLECTION,
    anchor: 'if (action.op === "removeAny" && questions.part.ret[k] !== NEVER) return undefined;',
    replacement: "",
    killedBy: "test -A --no-check --filter=answered tests/porcupine/lost_removals_test.ts",
  },
];
