/**
 * Planted bugs for the search of registers in masks, and for limits.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const LIMITS = "test -A --no-check tests/porcupine/limits_test.ts";
const RULES = "test -A --no-check tests/porcupine/rules_test.ts";
const FAILED_SWAPS = "test -A --no-check tests/porcupine/failed_swaps_test.ts";
const CORE = "test -A --no-check tests/porcupine/core_test.ts";
const REPEATS = "test -A --no-check tests/porcupine/core_repeats_test.ts";
const VALUES = "test -A --no-check tests/porcupine/values_test.ts -- --times 20";
const DEPTH = "porcupine/search/depth.ts";

/** These mutants. */
export const porcupineValueMutants: readonly Mutant[] = [
  {
    id: "PC-limit-depth",
    title: "A step that was cut short by a limit proves the history impossible, depth first",
    source: "limits: the answer is then unknown",
    file: DEPTH,
    anchor: 'return this.#budget.stopped === undefined ? "illegal" : "stopped";',
    replacement: 'return "illegal";',
    killedBy: LIMITS,
  },
  {
    id: "PC-values-c",
    title: "A compare-and-set absorbs the writes that are owed, in the search of values",
    source: "reduction (c) for registers",
    file: "porcupine/search/values/search.ts",
    anchor: "& ~(isWrite ? writes[w] : 0);",
    replacement: "& ~writes[w];",
    killedBy: VALUES,
  },
  {
    id: "PC-values-a",
    title: "A failed compare-and-set is satisfied by the value it asked for",
    source: "reduction (a) for registers",
    file: "porcupine/search/values/present.ts",
    anchor: "(this.#failed[word] & ~this.#failedOf[at])",
    replacement: "this.#failed[word]",
    killedBy: VALUES,
  },
  {
    id: "PC-values-b",
    title: "A configuration is dropped for one that has spent more, in the search of values",
    source: "reduction (b) for registers",
    file: "porcupine/search/values/rows.ts",
    anchor: "over |= rows[base + j] & ~source[j];",
    replacement: "over |= j <= size >>> 1 ? 0 : rows[base + j] & ~source[j];",
    killedBy: VALUES,
  },
  {
    id: "PC-values-d",
    title: "No write follows a write although that one satisfied a read, in the search of values",
    source: "reduction (d) for registers",
    file: "porcupine/search/values/search.ts",
    anchor: "(isWrite && taken === 0 ? POINTLESS : 0)",
    replacement: "(isWrite ? POINTLESS : 0)",
    killedBy: RULES,
  },
  {
    id: "PC-values-e",
    title:
      "A read that is about to return is given up though an open operation can still bring its value about",
    source: "reduction (e) for registers",
    file: "porcupine/search/values/present.ts",
    anchor: "this.makers[of] |= bit;",
    replacement: "if (op[k] === WRITE) this.makers[of] |= bit;",
    killedBy: VALUES,
  },
  {
    id: "PC-values-h",
    title: "Of equal operations the one that returns last is used first",
    source: "reduction (h) for registers",
    file: "porcupine/search/values/present.ts",
    anchor: "if (ret[other] < ret[k] || (",
    replacement: "if (ret[other] > ret[k] || (",
    killedBy: VALUES,
  },
  {
    id: "PC-values-narrow",
    title: "That nothing was found among the configurations kept is taken for a proof",
    source: "search of values: a search that threw something away proves nothing",
    file: "porcupine/search/values/search.ts",
    anchor: 'return this.#thinnedAt >= 0 ? "narrow" : "illegal";',
    replacement: 'return "illegal";',
    killedBy: VALUES,
  },
  {
    id: "PC-repeats-open",
    title: "What was open when a window begins must be placed in it, although it may have been placed before",
    source: "cores of registers: no order from an instant on is no order at all",
    file: "porcupine/search/values/question.ts",
    anchor: "done[operations.slot[k] >>> 5] |= 1 << (operations.slot[k] & 31);",
    replacement: "",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-demanding",
    title: "Of unbelieved writes of one value a single one is kept, although two answers may need it",
    source: "cores of registers: as many as there are demanding answers are enough",
    file: "porcupine/explain_window.ts",
    anchor: "if (used === demanding) break;",
    replacement: "if (used === 1) break;",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-needed",
    title: "That a window is possible without an answer is taken for a proof that it is needed",
    source: "cores of registers: minimal, shown by an order for each member",
    file: "porcupine/explain_repeats.ts",
    anchor: "areNeeded(window, scene, items, order) && ",
    replacement: "",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-order",
    title: "An order that shows that an answer is needed may go against real time",
    source: "cores of registers: minimal, shown by an order for each member",
    file: "porcupine/explain_fill.ts",
    anchor: "if (call[k] > bounds[i]) return false;",
    replacement: "",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-told",
    title: "Of a core of hundreds the oldest writes are told by name",
    source: "cores of registers: what is told first",
    file: "porcupine/explain_repeats.ts",
    anchor: "minimal, reason, impossible: x, telling }",
    replacement: "minimal, reason, impossible: x, telling: [] }",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-silent",
    title: "A swap that was answered, but not with what it did, is believed to have been one",
    source: "cores of registers: what an answer says",
    file: "porcupine/explain_deeds.ts",
    anchor: 'if (answer.known && action?.op === "cas" && action.swapped === "unknown") return undefined;',
    replacement: "",
    killedBy: REPEATS,
  },
  {
    id: "PC-repeats-failed",
    title: "In the order that shows that an answer is needed a swap may fail though it finds its value",
    source: "cores of registers: each member is shown to be needed",
    file: "porcupine/explain_deeds.ts",
    anchor: "return op[k] !== FAILED || now !== from[k];",
    replacement: "return true;",
    killedBy: REPEATS,
  },
  {
    id: "PC-failed-throughout",
    title: "What failed is impossible if its value was still there after its call, and not after its return",
    source: "a value that is written once is there without a gap",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "call[after] < ret[k]",
    replacement: "call[after] < call[k]",
    killedBy: FAILED_SWAPS,
  },
  {
    id: "PC-failed-lost",
    title: "A compare-and-set without an answer is taken for one who has seen its value",
    source: "a value that is written once is there without a gap",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "op[k] === SWAP && ret[k] !== NEVER",
    replacement: "op[k] === SWAP",
    killedBy: FAILED_SWAPS,
  },
  {
    id: "PC-failed-reach",
    title:
      "No block is made to begin earlier, so that long histories are searched for one failed compare-and-set",
    source: "failed compare-and-sets: blocks are moved",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "return early.some((b) => this.#reachBack(b, call[k], ret[k]));",
    replacement: "return false;",
    killedBy: FAILED_SWAPS,
  },
  {
    id: "PC-failed-move",
    title: "No block is moved, so that long histories are searched for one failed compare-and-set",
    source: "failed compare-and-sets: blocks are moved",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "if (this.#move(b, call[k], Math.min(this.#from[b], ret[k]))) return true;",
    replacement: "",
    killedBy: FAILED_SWAPS,
  },
  {
    id: "PC-accused-unheard",
    title:
      "What a fast path has said of a later answer is forgotten once a search finds an earlier one impossible",
    source:
      "a swap wrongly said to have failed: told beside 971 others, and not beside who swapped its value",
    file: "porcupine/explain.ts",
    anchor:
      "    ? coreOfAccused({ ...given, budget: share(ACCUSED_WORK) }, first.accused) ??\n      coreOfRepeats(",
    replacement: "    ? coreOfRepeats(",
    killedBy: CORE,
  },
  {
    id: "PC-accused-first",
    title:
      "The last of a core to return is taken for the first impossible answer, though an earlier one is known",
    source: "a core that a fast path found need not have the first impossible answer in it",
    file: "porcupine/explain.ts",
    anchor: "part.ids[first.isFirst ? first.operation : core.impossible]",
    replacement: "part.ids[core.impossible]",
    killedBy: CORE,
  },
  {
    id: "PC-failed-longer",
    title: "No block holds the object longer than it must, unless it has a forward zone",
    source: "failed compare-and-sets: of 100,000 operations 20 histories of 30 were searched, and now 2",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: " else if (call[operations[starts[b]]] < ret[k] && early.length < MOST_TRIED) early.push(b);",
    replacement: "",
    killedBy: FAILED_SWAPS,
  },
  {
    id: "PC-failed-helped",
    title: "One compare-and-set for which no room can be made at once leaves all to the search",
    source: "failed compare-and-sets: what is moved for one helps the next, too",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "if (helped === 0) return undefined;",
    replacement: "if (helped < placed.homeless.length) return undefined;",
    killedBy: FAILED_SWAPS,
  },
];
