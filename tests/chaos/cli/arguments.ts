/**
 * The command line of `deno task chaos` as data.
 * @module
 */

import { parseArgs } from "@std/cli";
import { type Choice, DEFAULT_LENGTH_MS, readChoice } from "./choice.ts";
import type { KillsArguments } from "./kills_arguments.ts";

/** What `--help` says. */
export const HELP = `Breaks simulated clusters in every way there is, and judges what their clients saw.

  chaos [run]              many runs, each drawn from its seed, until time is up
  chaos replay DIR         repeats a run from the folder it left, and compares byte for byte
  chaos replay SEED        repeats the run of one seed
  chaos replay FILE.json   runs a plan, or a counterexample of tests/corpus
  chaos shrink DIR | SEED  the smallest plan that still breaks the same law, in a folder of its own
  chaos view [DIR]         serves the runs that a folder keeps as a list of pages; --port N [8008]
  chaos list               layers, workloads with their checkers, and faults
  chaos kills [ID]...      plants the bugs that chaos finds, and makes each counterexample small; --corpus DIR keeps them;
                           --across: every bug of the catalogue in files that chaos runs, as a table by layer

  --layer NAME     raft, kv, shard, mapreduce or all                  [all; with --real kv]
  --workload NAME  what clients ask: chaos list says of each layer which it has (txn: kv only)   [drawn]
  --nemesis NAMES  only these faults, with commas between, or none    [drawn]
  --nodes N        members of a cluster or of each group              [drawn; with --real 3, of 3 to 7]
  --clients N      how many clients                                   [drawn]
  --rate N         operations a second of all clients together        [drawn]
  --config FILE    any of these options, as JSON: {"layer": "kv"}

  --seed N       the first seed; the next runs take the next ones   [drawn, and printed]
  --runs N       end after so many runs
  --time S       end after so many seconds                          [30, unless --runs is given]
  --length S     how long each run is under faults, in seconds      [10; with --real as long as --time]
  --workers N    how many run at once; 0 means in this process      [cores]
  --shrink       a failing run is made small at once, in five seconds
  --out DIR      where a failing run leaves its folder              [chaos-out]
  --json         print one JSON object instead of a table
  --real         real processes on real disks and sockets instead of the simulated world: killed, stopped, cut off, robbed of
                 what they had not synced; every layer, with all that is said above
  --plan FILE    with --real: this plan, be it a run's folder or its plan.json, simulated or not, or a counterexample of
                 tests/corpus
  --system NAME  with --real: redis, redis-replica, etcd, or a module of yours, in place of this store; with --seed, --time

Exit code: 0 passed, 1 a law or the history was violated, 2 undecided or nothing tried, 3 the harness failed,
a name was not known, 64 wrong usage. Ctrl-C ends the campaign with the summary so far.
`;

const DEFAULT_TIME_MS = 30_000;

/** Everything that can be said. */
export type Arguments =
  | { readonly command: "help" | "list" }
  | CampaignArguments
  | RealArguments
  | ForeignArguments
  | { readonly command: "kills"; readonly kills: KillsArguments }
  | { readonly command: "view"; readonly folder: string; readonly port: number }
  | {
    readonly command: "replay" | "shrink";
    /** A folder or a seed. */
    readonly what: string;
    /** What a seed is drawn with. */
    readonly choice: Choice;
    readonly out: string;
    readonly json: boolean;
  };

/** This store, as real processes. */
export interface RealArguments {
  readonly command: "real";
  /** A file with a plan; null for drawn ones. */
  readonly plan: string | null;
  readonly firstSeed: number;
  readonly runs: number;
  /** `Infinity` for no limit. */
  readonly timeMs: number;
  readonly choice: Choice;
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
  readonly choice: Choice;
  readonly workers: number;
  /** Whether a failing run is made small at once. */
  readonly shrink: boolean;
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

/** What may be chosen of what a seed draws. */
const CHOICES = ["layer", "workload", "nemesis", "nodes", "clients", "rate"] as const;
/** Options that have a value. */
const VALUES = [
  ...CHOICES,
  "config",
  "seed",
  "runs",
  "time",
  "length",
  "workers",
  "out",
  "system",
  "plan",
  "corpus",
  "port",
] as const;
/** More would only be in each other's way; so many threads that a machine cannot start them never end. */
const MOST_WORKERS = 256;
/** A run of no time at all shows nothing; a plan for months cannot be held in memory. */
const LEAST_S = 0.001;
const MOST_S = 1_000_000;

/** `argv` with what the file behind `--config` says put before it, unless the command line says otherwise. Throws `UsageError`. */
export async function withConfig(
  argv: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  const at = argv.findIndex((word) => word === "--config" || word.startsWith("--config="));
  if (at === -1) return argv;
  const path = argv[at] === "--config" ? argv[at + 1] : argv[at].slice("--config=".length);
  if (path === undefined || path === "") throw new UsageError("Cannot take --config: name a file");
  const said = new Set(
    argv.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split("=")[0]),
  );
  const extra: string[] = [];
  for (const [name, value] of Object.entries(await readConfig(path, read))) {
    if (said.has(name) || value === false) continue;
    extra.push(value === true ? `--${name}` : `--${name}=${Array.isArray(value) ? value.join() : value}`);
  }
  return [...argv, ...extra];
}

async function readConfig(
  path: string,
  read: (path: string) => Promise<string>,
): Promise<Record<string, unknown>> {
  try {
    const config: unknown = JSON.parse(await read(path));
    if (typeof config === "object" && config !== null && !Array.isArray(config)) return { ...config };
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
  throw new UsageError(`Cannot read ${path}: give an object such as {"layer": "kv", "runs": 100}`);
}

/** Reads the arguments. Throws `UsageError`, and `UnknownNameError` for a layer, workload or fault that is none. */
export function parseArguments(argv: readonly string[], defaults: Defaults): Arguments {
  const unknown: string[] = [];
  const flags = parseArgs(withNumbers(argv), {
    boolean: ["json", "help", "real", "shrink", "across"],
    string: [...VALUES, "_"],
    alias: { help: "h" },
    unknown: (argument) => {
      if (argument.startsWith("-")) unknown.push(argument);
    },
  });
  if (flags.help) return { command: "help" };
  if (unknown.length > 0) throw new UsageError(`Cannot understand ${unknown[0]}: see chaos --help`);
  const [command = "run", ...words] = flags._.map(String);
  if (command === "list") {
    if (words.length > 0) throw new UsageError(`Cannot list "${words[0]}": chaos list shows everything`);
    return { command };
  }
  const choice = readChoice({
    layer: flags.layer ?? null,
    workload: flags.workload ?? null,
    nemesis: flags.nemesis ?? null,
  }, {
    safetyMs: seconds("--length", flags.length, DEFAULT_LENGTH_MS),
    nodes: whole("--nodes", flags.nodes, null, 1, 9),
    clients: whole("--clients", flags.clients, null, 1, 100),
    perSecond: whole("--rate", flags.rate, null, 1),
  });
  const out = flags.out ?? "chaos-out";
  if (out.trim() === "") throw new UsageError('Cannot take --out "": name a folder, or leave it out');
  const json = flags.json;
  if (command === "replay" || command === "shrink") {
    if (words.length !== 1) throw new UsageError(`Cannot ${command}: name one folder or one seed`);
    if (/^\d+$/.test(words[0])) whole("the seed", words[0], 0, 0);
    return { command, what: words[0], choice, out, json };
  }
  if (command === "view") {
    if (words.length > 1) throw new UsageError("Cannot view: name one folder, or none for chaos-out");
    return { command, folder: words[0] ?? out, port: whole("--port", flags.port, 8008, 0, 65_535) };
  }
  if (command === "kills") {
    const jobs = whole("--workers", flags.workers, defaults.workers, 1, MOST_WORKERS);
    return {
      command,
      kills: { only: words, jobs, across: flags.across, corpus: flags.corpus ?? null, json },
    };
  }
  if (command !== "run" || words.length > 0) {
    throw new UsageError(
      `Cannot understand "${
        [command, ...words].join(" ")
      }": the commands are run, replay, shrink, view, list and kills`,
    );
  }
  const firstSeed = whole("--seed", flags.seed, defaults.seed, 0);
  const runs = whole("--runs", flags.runs, Infinity, 1);
  const timeMs = seconds("--time", flags.time, flags.runs === undefined ? DEFAULT_TIME_MS : Infinity);
  if (flags.system !== undefined) {
    if (!flags.real) throw new UsageError("Cannot simulate a foreign system: give --real with --system");
    const foreignMs = seconds("--time", flags.time, Infinity);
    return { command: "foreign", system: flags.system, firstSeed, timeMs: foreignMs, out, json };
  }
  if (flags.real) {
    whole("--nodes", flags.nodes, null, 3, 7);
    // One run fills the time, unless somebody says how long runs are or how many there are.
    const fills = flags.length === undefined && flags.runs === undefined;
    const filled = fills ? { ...choice, safetyMs: timeMs } : choice;
    const planned = flags.plan === undefined ? { plan: null, runs } : { plan: flags.plan, runs: 1 };
    return { command: "real", ...planned, firstSeed, timeMs, choice: filled, out, json };
  }
  if (flags.plan !== undefined) {
    throw new UsageError(
      `Cannot take --plan ${flags.plan} without --real: chaos replay ${flags.plan} simulates it`,
    );
  }
  return {
    command,
    firstSeed,
    runs,
    timeMs,
    choice,
    workers: whole("--workers", flags.workers, defaults.workers, 0, MOST_WORKERS),
    shrink: flags.shrink,
    out,
    json,
  };
}

function whole<Absent extends number | null>(
  name: string,
  text: string | undefined,
  absent: Absent,
  least: number,
  most: number = Infinity,
): number | Absent {
  if (text === undefined) return absent;
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
    throw new UsageError(`Cannot take ${name} ${inQuotes(text)}: give a whole number ${range}`);
  }
  return value;
}

function seconds(name: string, text: string | undefined, absentMs: number): number {
  if (text === undefined) return absentMs;
  const value = Number(text);
  if (text.trim() === "" || !(value >= LEAST_S && value <= MOST_S)) {
    throw new UsageError(
      `Cannot take ${name} ${inQuotes(text)}: give a number of seconds from ${LEAST_S} to ${MOST_S}`,
    );
  }
  return Math.round(value * 1000);
}

/** What is empty has to be seen. */
function inQuotes(text: string): string {
  return text === "" ? '""' : text;
}

/** A word such as `-3` behind an option is its value, and the value is what is wrong. */
function withNumbers(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of argv) {
    const before = joined.at(-1) ?? "";
    const valued = VALUES.some((name) => before === `--${name}`);
    if (valued && /^-[\d.]/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}
