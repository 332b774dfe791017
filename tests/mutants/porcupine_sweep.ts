/**
 * Planted bugs for the lanes, in which a history of many partitions is gone through once.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SWEEP_TEST = "test -A --no-check --fail-fast tests/porcupine/sweep_test.ts";
const LANE = "porcupine/search/lane.ts";
const STEPS = "porcupine/search/steps.ts";
const SWEEP = "porcupine/search/sweep.ts";

/** These mutants. */
export const porcupineSweepMutants: readonly Mutant[] = [
  {
    id: "PC-lane-idle",
    title: "A lane takes what is legal for what does nothing",
    source: "lanes: what does nothing is placed when it is called",
    file: LANE,
    anchor: "if (next === ILLEGAL || !this.#steps.same(next, way.state)) {",
    replacement: "if (next === ILLEGAL) {",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-again",
    title: "In a lane that leaves nothing out what did nothing once is not placed later",
    source: "lanes: what did nothing where it stands may be placed again",
    file: LANE,
    anchor: "const taken = this.#isExact ? way.spent : way.spent | way.idle;",
    replacement: "const taken = way.spent | way.idle;",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-due-again",
    title: "The operation that returns, and did nothing where it stands, is not placed again",
    source: "lanes: what did nothing where it stands may be placed again",
    file: LANE,
    anchor: "if ((way.spent & due) === 0 && (this.#isExact || !isIdle)) this.#lead(way, place);",
    replacement: "if ((way.spent & due) === 0 && !isIdle) this.#lead(way, place);",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-twice",
    title: "An operation that was placed again stands in the order where it did nothing, too",
    source: "lanes: what did nothing where it stands may be placed again",
    file: STEPS,
    anchor: "      if (isIn[operation] === 1) continue;\n",
    replacement: "      if (from === 0) break;\n",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-lone",
    title: "An operation that was called while nothing else was open is forgotten when another one is called",
    source: "lanes: what was alone is one of several then",
    file: LANE,
    anchor: "    this.#open[0] = this.#lone;\n",
    replacement: "",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-only",
    title: "The first of several orders is held to be the only one",
    source: "lanes: what is open alone is placed in the only order",
    file: LANE,
    anchor: "made.length === 1 ? made[0] : undefined;",
    replacement: "made[0];",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-cut",
    title: "A lane that has left orders out proves something by finding none",
    source: "lanes: only what leaves nothing out proves anything",
    file: LANE,
    anchor: 'return this.end === "stuck" && !this.isCut;',
    replacement: 'return this.end === "stuck";',
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-dominates",
    title: "An order stands for one that owes less",
    source: "lanes: the same state with fewer spent, and no more owed",
    file: LANE,
    anchor: " || (this.#used & ~one.spent & ~one.idle & ~owed) !== 0) continue;",
    replacement: ") continue;",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-lane-spent",
    title: "An order stands for one that has spent less",
    source: "lanes: the same state with fewer spent, and no more owed",
    file: LANE,
    anchor: "if ((one.spent & ~way.spent) !== 0 || ",
    replacement: "if (",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-sweep-first",
    title:
      "The illegal partition that is told is the one whose lane was stuck first, not the one that is impossible first",
    source: "sweep: the contradiction that comes first in time",
    file: SWEEP,
    anchor: "if (rank < end) [guilty, end] = [p, rank];",
    replacement: "if (guilty < 0) [guilty, end] = [p, rank];",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-sweep-limit",
    title: "Where a limit strikes, a lane that has not come to its end is held to be explained",
    source: "sweep: limits",
    file: SWEEP,
    anchor: 'const verdict = stopped === undefined ? "ok" : "unknown";',
    replacement: 'const verdict = "ok";',
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-sweep-lost",
    title: "What is never answered is no matter for a lane",
    source: "lanes: what is never answered is for a search",
    file: LANE,
    anchor: "if (returns.length < ids.length || (!isExact",
    replacement: "if ((!isExact",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-parts-number",
    title: "An answer is that of the operation with this place among those of all partitions",
    source: "partitions: numbers of their own",
    file: "porcupine/deal.ts",
    anchor: "returns[returned[p]++] = places[id] - first[p];",
    replacement: "returns[returned[p]++] = places[id];",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-sweep-set",
    title: "For each single value of a set a search is made ready",
    source: "sweep: the values of a set",
    file: SWEEP,
    anchor: 'model.kind?.type === "set" || ',
    replacement: "",
    killedBy: SWEEP_TEST,
  },
  {
    id: "PC-decide-stopped",
    title: "Partitions that come after a limit has struck are each made ready for a search",
    source: "limits: thousands of partitions",
    file: "porcupine/decide.ts",
    anchor: "if (budget.stopped !== undefined) return UNDECIDED;",
    replacement: "",
    killedBy: SWEEP_TEST,
  },
];
