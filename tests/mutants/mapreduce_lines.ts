/**
 * Planted bugs of what MapReduce's command line takes.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const SO = "it was so";

/** These mutants. */
export const mapreduceLineMutants: readonly Mutant[] = [
  ...rows("mapreduce/cli/arguments.ts", "tests/mapreduce/unit/cli_test.ts", [
    [
      "ML-no-most",
      "A hundred thousand workers are started, or as many reduce tasks asked for as no list can hold",
      SO,
      "value >= least && value <= most) return value;",
      "value >= least) return value;",
    ],
    [
      "ML-least-memory",
      "The least memory that a job may be given is refused by each of its workers",
      SO,
      "memoryBytes: Math.ceil(",
      "memoryBytes: Math.floor(",
    ],
    [
      "ML-work-anywhere",
      "A work folder that is not below the output ends with a stack of calls",
      SO,
      'if (!work.split("/").includes("..") && ',
      "if (work !== null || ",
    ],
    [
      "ML-idle-options",
      "The reference is told a folder for what it finds, and says nothing of printing it instead",
      SO,
      '  if (command === "sequential") refuseIdle(raw);\n',
      "",
    ],
  ]),
];
