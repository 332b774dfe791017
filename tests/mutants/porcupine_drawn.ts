/**
 * Planted bugs that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const CORE = "test -A --no-check tests/porcupine/core_test.ts";

const UNEQUAL = "test -A --no-check --fail-fast tests/porcupine/unequal_test.ts";

/** These mutants. */
export const porcupineDrawnMutants: readonly Mutant[] = [
  {
    id: "PW-late-maker",
    title: "A core has an answer in it that came only after the first impossible one",
    source: "the first impossible answer is the last of its core to return",
    file: "porcupine/writers.ts",
    anchor: "ret[maker] <= ret[suspects[0]] && ",
    replacement: "",
    killedBy: CORE,
  },
  {
    id: "PW-nan-once",
    title: "Of a collection whose values differ NaN is taken out again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/collection.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;\n      const v = numberOf",
    replacement: "      const v = numberOf",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-twice",
    title: "Of a collection whose values repeat NaN is taken out again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/collection.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;\n      const v = numbers.of",
    replacement: "      const v = numbers.of",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-set",
    title: "NaN is a member that is found again",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/set_table.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;",
    replacement: "",
    killedBy: UNEQUAL,
  },
  {
    id: "PW-nan-log",
    title: "NaN is read where it was appended",
    source: "values are looked up in maps, which find NaN, and compared by ===, which does not",
    file: "porcupine/fast/log_answers.ts",
    anchor: "if (Number.isNaN(action.value)) return undefined;",
    replacement: "",
    killedBy: UNEQUAL,
  },
];
