/**
 * What `deno task bench:porcupine` is told.
 * @module
 */

import { parseArgs } from "@std/cli";
import type { MeasureOptions } from "./measure.ts";

/** What it prints for `--help`. */
export const HELP = `How fast the checker judges, and which of the bars hold.

  bench:porcupine [OPTION]...

  --data DIR     judge the files of a folder with an expected.json (or PORCUPINE_DATA); otherwise generated histories
  --generated    judge the generated histories as well
  --go PROGRAM   measure the Go checker on the generated histories, in place of the figures on record (bench/go/main.go)
  --only TEXT    only histories whose name contains TEXT (may be repeated)
  --runs N       warm runs, of which the median counts                     [5]
  --plain        as a user's model with nothing but a step function
  --memory       measure peak memory too, each history in a process of its own
  --cpu          processor time instead of the wall clock, on a machine that others use
  --time MS      time limit of one judgement                           [60000]
  --bars         only the bars that need no history of the folder or the list
  --threads      only bar 9: two threads against one (with --only, those of such a name)

With --only or --plain only those bars are judged that the chosen histories tell of.
Exit code: 0; 1 if a verdict is not the expected one or an order does not replay; 2 for a wrong command line.
`;

/** What is to be measured. */
export interface Command extends MeasureOptions {
  readonly data: string | undefined;
  readonly generated: boolean;
  /** The program that runs the Go checker; `undefined`: its figures are those on record. */
  readonly go: string | undefined;
  readonly only: readonly string[];
  readonly memory: boolean;
  /** Only the bars that are measured by themselves. */
  readonly barsOnly: boolean;
  /** Only what two threads are worth. */
  readonly threadsOnly: boolean;
  /** In the child that measures memory: the one history to judge. */
  readonly peakOf: string | undefined;
}

/** A command line that says nothing that can be measured; the message says what to do. */
export class BenchUsageError extends Error {
  /** The error's name. */
  override readonly name = "BenchUsageError";
}

/** Reads the command line; `"help"` if that is what is asked for. Throws {@linkcode BenchUsageError}. */
export function parse(args: readonly string[], environment: string | undefined): Command | "help" {
  const flags = parseArgs([...args], {
    string: ["data", "go", "only", "runs", "time", "peak-of"],
    boolean: ["generated", "plain", "memory", "cpu", "bars", "threads", "help"],
    collect: ["only"],
    unknown: (word) => {
      throw new BenchUsageError(`Cannot make sense of ${word}: --help lists the options`);
    },
  });
  if (flags.help) return "help";
  const data = flags.data ?? environment;
  return {
    data,
    generated: data === undefined || flags.generated,
    go: flags.go,
    only: flags.only,
    runs: numberOf("--runs", flags.runs, 5),
    plain: flags.plain,
    memory: flags.memory,
    barsOnly: flags.bars,
    threadsOnly: flags.threads,
    clock: flags.cpu ? "cpu" : "wall",
    timeLimitMs: numberOf("--time", flags.time, 60_000),
    peakOf: flags["peak-of"],
  };
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new BenchUsageError(`Cannot take ${name} ${text}: a whole number of 1 or more is needed`);
}
