/**
 * The command line of `deno task chaos` as data.
 * @module
 */

import { parseArgs } from "@std/cli";

/** What `--help` says. */
export const HELP = `Breaks a simulated cluster in every way there is, and judges what its clients saw.

  chaos [run]              many runs, each drawn from its seed, until time is up
  chaos replay DIR         repeats a run from the folder it left, and compares byte for byte
  chaos replay SEED        repeats the run of one seed
  chaos shrink DIR | SEED  the smallest plan that still breaks the same law, in a folder of its own

  --seed N       the first seed; the next runs take the next ones   [drawn, and printed]
  --runs N       end after so many runs
  --time S       end after so many seconds                          [30, unless --runs is given]
  --length S     how long each run is under faults, virtual seconds [10]
  --workers N    how many run at once; 0 means in this process      [cores]
  --out DIR      where a failing run leaves its folder              [chaos-out]
  --json         print one JSON object instead of a table
  --real         real processes, killed, stopped, cut off and robbed of what they had not synced, instead of the simulated
                 world; with --seed, --time, --out, --json
  --nodes N      with --real: how many, 3 to 7                      [3]
  --system NAME  with --real: redis, redis-replica, etcd, or a module of yours, in place of this store

Exit code: 0 passed, 1 a law or the history was violated, 2 undecided or nothing tried, 3 the harness failed,
64 wrong usage. Ctrl-C ends the campaign with the summary so far.
`;

/** How long a run is under faults unless somebody says otherwise, in virtual milliseconds. */
export const DEFAULT_LENGTH_MS = 10_000;
const DEFAULT_TIME_MS = 30_000;

/** Everything that can be said. */
export type Arguments =
  | { readonly command: "help" }
  | CampaignArguments
  | RealArguments
  | ForeignArguments
  | {
    readonly command: "replay" | "shrink";
    /** A folder or a seed. */
    readonly what: string;
    readonly lengthMs: number;
    readonly out: string;
    readonly json: boolean;
  };

/** This store, as real processes. */
export interface RealArguments {
  readonly command: "real";
  readonly nodes: number;
  readonly firstSeed: number;
  readonly timeMs: number;
  readonly out: string;
  readonly json: boolean;
}

/** A store that nobody here wrote. */
export interface ForeignArguments {
  readonly command: "foreign";
  /** A known name, or the path or URL of a module. */
  readonly system: string;
  readonly firstSeed: number;
  /** `Infinity` for the usual time. */
  readonly timeMs: number;
  readonly out: string;
  readonly json: boolean;
}

/** A campaign. */
export interface CampaignArguments {
  readonly command: "run";
  readonly firstSeed: number;
  /** `Infinity` for no limit. */
  readonly runs: number;
  /** `Infinity` for no limit. */
  readonly timeMs: number;
  readonly lengthMs: number;
  readonly workers: number;
  readonly out: string;
  readonly json: boolean;
}

/** A command line that cannot be understood; the message says what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** What a command line leaves open. */
export interface Defaults {
  readonly seed: number;
  readonly workers: number;
}

/** Reads the arguments. Throws `UsageError`. */
export function parseArguments(argv: readonly string[], defaults: Defaults): Arguments {
  const unknown: string[] = [];
  const flags = parseArgs([...argv], {
    boolean: ["json", "help", "real"],
    string: ["seed", "runs", "time", "length", "workers", "out", "system", "nodes", "_"],
    alias: { help: "h" },
    unknown: (argument) => {
      if (argument.startsWith("-")) unknown.push(argument);
    },
  });
  if (flags.help) return { command: "help" };
  if (unknown.length > 0) throw new UsageError(`Cannot understand ${unknown[0]}: see chaos --help`);
  const [command = "run", ...words] = flags._.map(String);
  const lengthMs = seconds("--length", flags.length, DEFAULT_LENGTH_MS);
  const out = flags.out ?? "chaos-out";
  const json = flags.json;
  if (command === "replay" || command === "shrink") {
    if (words.length !== 1) throw new UsageError(`Cannot ${command}: name one folder or one seed`);
    return { command, what: words[0], lengthMs, out, json };
  }
  if (command !== "run" || words.length > 0) {
    throw new UsageError(
      `Cannot understand "${[command, ...words].join(" ")}": the commands are run, replay and shrink`,
    );
  }
  const firstSeed = whole("--seed", flags.seed, defaults.seed, 0);
  if (!flags.real) {
    if (flags.system !== undefined) {
      throw new UsageError("Cannot simulate a foreign system: give --real with --system");
    }
    if (flags.nodes !== undefined) {
      throw new UsageError("Cannot choose the nodes of simulated runs: the seed draws them");
    }
  } else if (flags.system !== undefined) {
    const timeMs = seconds("--time", flags.time, Infinity);
    return { command: "foreign", system: flags.system, firstSeed, timeMs, out, json };
  } else {
    const nodes = whole("--nodes", flags.nodes, 3, 3);
    if (nodes > 7) throw new UsageError(`Cannot take --nodes ${nodes}: give 3 to 7`);
    return {
      command: "real",
      nodes,
      firstSeed,
      timeMs: seconds("--time", flags.time, DEFAULT_TIME_MS),
      out,
      json,
    };
  }
  return {
    command,
    firstSeed,
    runs: whole("--runs", flags.runs, Infinity, 1),
    timeMs: seconds("--time", flags.time, flags.runs === undefined ? DEFAULT_TIME_MS : Infinity),
    lengthMs,
    workers: whole("--workers", flags.workers, defaults.workers, 0),
    out,
    json,
  };
}

function whole(name: string, text: string | undefined, absent: number, least: number): number {
  if (text === undefined) return absent;
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`Cannot take ${name} ${text}: give a whole number from ${least} on`);
  }
  return value;
}

function seconds(name: string, text: string | undefined, absentMs: number): number {
  if (text === undefined) return absentMs;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new UsageError(`Cannot take ${name} ${text}: give a number of seconds above 0`);
  }
  return Math.round(value * 1000);
}
