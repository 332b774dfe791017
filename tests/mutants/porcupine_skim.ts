/**
 * Planted bugs for the skim, which finds orders for many small partitions before any fast path is asked.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SKIM = "porcupine/search/skim.ts";
const SKIM_TEST = "test -A --no-check --fail-fast tests/porcupine/skim_test.ts";

/** These mutants. */
export const porcupineSkimMutants: readonly Mutant[] = [
  {
    id: "PC-skim-stuck",
    title: "A partition whose track found no order is told to have one",
    source: "skim: what has come to no end is left to the fast paths",
    file: SKIM,
    anchor: 'if (tracks[p].end !== "none") return undefined;',
    replacement: "",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-all",
    title: "Although some tracks have come to no end, all partitions are told to be linearizable",
    source: "skim: what has come to no end is left to the fast paths",
    file: SKIM,
    anchor: 'if (tracks.every(({ end }) => end === "none"))',
    replacement: 'if (tracks.some(({ end }) => end === "none"))',
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-last",
    title: "What returns after the last call of its partition is held to be explained",
    source: "skim: every track goes on to its end",
    file: SKIM,
    anchor: "track.passTo(Infinity);",
    replacement: "track.passTo(0);",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-lost",
    title: "The order of a history in which answers were lost ends with places that nobody has",
    source: "skim: what was never answered is left out",
    file: "porcupine/gliding.ts",
    anchor: "line.length = next;",
    replacement: "",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-left",
    title: "What a skim has left open is only searched, as what a sweep has left open",
    source: "skim: what has come to no end is left to the fast paths",
    file: "porcupine/rounds.ts",
    anchor: "swept.length > 0 && isSwept(model)",
    replacement: "swept.length > 0",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-twice",
    title: "What a skim has found is given to a helper, too, which finds another order of it",
    source: "the same certificate in any number of threads",
    file: "porcupine/parallel/team.ts",
    anchor: "for (let task = 0; task < this.#next; task++) this.#crew.take(task);",
    replacement: "",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-crowd",
    title: "A crowd is gone through to the end, step by step, before the fast paths are asked",
    source: "skim: too much in vain",
    file: SKIM,
    anchor: "steps.taken > mostSteps(i, tracks.length)",
    replacement: "steps.taken < 0",
    killedBy: SKIM_TEST,
  },
  {
    id: "PC-skim-unsound",
    title: "A model that changes its states in place is not refused where there are many small partitions",
    source: "found by breaking the sources by hand",
    file: "porcupine/skimming.ts",
    anchor: "  requireSound(model, operations, { budget, first });\n",
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/skim_test.ts",
  },
];
