/**
 * Planted bugs that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const CORE = "test -A --no-check tests/porcupine/core_test.ts";

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
];
