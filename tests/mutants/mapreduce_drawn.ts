/**
 * Planted bugs of MapReduce that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const mapreduceDrawnMutants: readonly Mutant[] = [
  ...rows("mapreduce/shuffle/run_writer.ts", "--filter=/every.byte/ tests/mapreduce/unit/shuffle_test.ts", [[
    "MW-short-room",
    "Less room is made for a record than it takes: what does not fit is lost in silence",
    DRAWN,
    "this.#reserve(length + value.length * 3 + 24);",
    "this.#reserve(length - value.length * 3 + 24);",
  ]]),
  ...rows("mapreduce/plan.ts", "--filter=/called.by/ tests/mapreduce/unit/inputs_test.ts", [[
    "MW-first-reduce-unnamed",
    "The coordinator falls over where it wants to say what became of the first reduce task",
    DRAWN,
    "if (task >= plan.maps.length) return",
    "if (task > plan.maps.length) return",
  ]]),
  ...rows("mapreduce/coordinator/task.ts", "tests/mapreduce/unit/table_test.ts", [[
    "MW-old-refusals-count",
    "A task that was refused before it was done is given up the sooner when it has to be done again",
    DRAWN,
    "    this.#refusals = 0;\n    for",
    "    for",
  ]]),
];
