/**
 * The command line as data.
 * @module
 */

import { UsageError } from "./usage_error.ts";

/** What `--help` says. */
export const HELP = `MapReduce over files.

  mr APP FILES...            run a job here: a coordinator and as many workers as there are cores
  mr --app MODULE FILES...   the same with an application of your own, by path or URL
  mr coordinator APP FILES...  only the coordinator; workers come from elsewhere
  mr worker --at HOST:PORT     only workers, on any machine that shares the folder
  mr sequential APP FILES...   the reference, in one process and in memory, to standard output; no options but --app

APP is one of wc, indexer, or a path or URL. FILES may be folders and patterns; .gz is unpacked.

  --out FOLDER      where mr-out-0, mr-out-1, ... go; replaces those that are there   [.]
  --work FOLDER     intermediate files and the journal, below --out                   [mr-work]
  --reduce N        how many output files                                             [10]
  --workers N       how many worker processes                                         [cores; worker: 1]
  --split MB        size of the parts of large files                                  [by size, 4 to 64]
  --lease SECONDS   a worker without a sign of life for so long has lost its task     [10]
  --attempts N      so often may one record fail, or kill its worker three times so often [3]
  --skip-bad        leave out records that fail that often, instead of giving up
  --no-backup       no second attempts for stragglers
  --memory MB       map output kept in memory by a worker                             [64]
  --fresh           begin again, even if a job that was broken off could be gone on with
  --keep            keep the intermediate files
  --quiet           only the summary
  --listen H:P      coordinator: where to be called                                   [127.0.0.1:0]
  --at H:P          worker: where the coordinator is
  --patience S      how long a worker waits for a silent coordinator                  [10]
  --stuck S         worker: end the process if the app does not return for so long    [60]

A job that was broken off goes on where it was when the same command is given again.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;

/** Everything that can be said. */
export interface Arguments {
  readonly command: "run" | "coordinator" | "worker" | "sequential" | "help";
  readonly app: string;
  readonly files: readonly string[];
  readonly out: string;
  readonly work: string;
  readonly reduces: number;
  readonly workers: number;
  /** 0 means by size. */
  readonly splitBytes: number;
  readonly leaseMs: number;
  readonly attempts: number;
  readonly skipBad: boolean;
  readonly backups: boolean;
  readonly memoryBytes: number;
  readonly fresh: boolean;
  readonly keep: boolean;
  readonly quiet: boolean;
  readonly listen: string;
  readonly at: string;
  readonly patienceMs: number;
  /** 0 means never. */
  readonly stuckMs: number;
  readonly name: string;
  /** Whether to go when standard input ends: a worker must not outlive the process that started it. */
  readonly tied: boolean;
}

const COMMANDS = ["coordinator", "worker", "sequential"] as const;
const FLAGS = ["skip-bad", "no-backup", "fresh", "keep", "quiet", "tied", "help"] as const;
const VALUES = [
  "app",
  "out",
  "work",
  "reduce",
  "workers",
  "split",
  "lease",
  "attempts",
  "memory",
  "listen",
  "at",
  "patience",
  "stuck",
  "name",
] as const;

/** What the reference heeds. */
const SEQUENTIAL_OPTIONS: readonly string[] = ["app", "quiet"];

/** Every map task keeps a place for each reduce task. */
const MOST_REDUCES = 10_000;
/** Each is a process of this machine. */
const MOST_WORKERS = 256;
const DAY_S = 86_400;

interface Raw {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

function read(argv: readonly string[]): Raw {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at];
    if (word === "--") {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (word === "-h") flags.add("help");
    else if (!word.startsWith("--")) words.push(word);
    else {
      const equals = word.indexOf("=");
      const name = word.slice(2, equals === -1 ? undefined : equals);
      if (FLAGS.some((flag) => flag === name) && equals === -1) flags.add(name);
      else if (!VALUES.some((value) => value === name)) {
        throw new UsageError(`There is no option ${word}: see --help`);
      } else if (equals !== -1) values.set(name, word.slice(equals + 1));
      else if (at + 1 < argv.length) values.set(name, argv[++at]);
      else throw new UsageError(`The option ${word} needs a value: see --help`);
    }
  }
  return { flags, values, words };
}

/** A number within bounds: what is beyond them this machine, or any, cannot do, and would find out half way. */
function numberOf(
  { values }: Raw,
  name: string,
  { absent, least, most }: { readonly absent: number; readonly least: number; readonly most: number },
): number {
  const text = values.get(name);
  if (text === undefined) return absent;
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new UsageError(`Cannot use --${name} ${text}: give a number from ${least} to ${most}`);
}

/** It is the disk of a job, whose paths cannot lead out of it. */
function workOf({ values }: Raw): string {
  const work = values.get("work") ?? "mr-work";
  if (!work.split("/").includes("..") && !/^\/|[\\:]/.test(work)) return work;
  throw new UsageError(`Cannot use --work ${work}: give a folder below --out, without .. or a drive`);
}

function addressOf({ values }: Raw, name: string, fallback: string): string {
  const text = values.get(name) ?? fallback;
  const [, port] = /^.+:(\d{1,5})$/.exec(text) ?? [];
  if (text !== "" && !(Number(port) <= 65535)) {
    throw new UsageError(`Cannot use --${name} ${text}: give host:port`);
  }
  return text;
}

/** Whoever names a folder for what the reference finds would look for it there in vain. */
function refuseIdle({ flags, values }: Raw): void {
  const idle = [...values.keys(), ...flags].find((name) => !SEQUENTIAL_OPTIONS.includes(name));
  if (idle === undefined) return;
  throw new UsageError(
    `Cannot use --${idle} with sequential, which works in one process and prints what it finds: leave it out, and send the output to a file with >`,
  );
}

/** Reads a command line. Throws {@linkcode UsageError}. */
export function parseArguments(argv: readonly string[], cores: number): Arguments {
  const raw = read(argv);
  const { flags, values } = raw;
  const words = [...raw.words];
  const named = COMMANDS.find((name) => name === words[0]);
  if (named !== undefined) words.shift();
  const help = flags.has("help") || argv.length === 0;
  const command = help ? "help" : named ?? "run";
  if (command === "sequential") refuseIdle(raw);
  let app = values.get("app") ?? "";
  if (!help && command !== "worker") {
    if (app === "") app = words.shift() ?? "";
    if (app === "") throw new UsageError("Which application? Give its name, path or URL: see --help");
    if (words.length === 0) throw new UsageError("Which files? Give files, folders or patterns: see --help");
  }
  if (command === "worker" && !values.has("at")) {
    throw new UsageError("Where is the coordinator? Give --at HOST:PORT");
  }
  return {
    command,
    app,
    files: words,
    out: values.get("out") ?? ".",
    work: workOf(raw),
    reduces: Math.floor(numberOf(raw, "reduce", { absent: 10, least: 1, most: MOST_REDUCES })),
    workers: Math.floor(
      numberOf(raw, "workers", { absent: command === "worker" ? 1 : cores, least: 1, most: MOST_WORKERS }),
    ),
    splitBytes: Math.floor(numberOf(raw, "split", { absent: 0, least: 0.001, most: 1 << 20 }) * (1 << 20)),
    leaseMs: numberOf(raw, "lease", { absent: 10, least: 0.1, most: DAY_S }) * 1000,
    attempts: Math.floor(numberOf(raw, "attempts", { absent: 3, least: 1, most: 1000 })),
    skipBad: flags.has("skip-bad"),
    backups: !flags.has("no-backup"),
    // Rounded up: a worker is told the bytes in the same unit, and must not find them too few.
    memoryBytes: Math.ceil(numberOf(raw, "memory", { absent: 64, least: 0.001, most: 1 << 16 }) * (1 << 20)),
    fresh: flags.has("fresh"),
    keep: flags.has("keep"),
    quiet: flags.has("quiet"),
    listen: addressOf(raw, "listen", "127.0.0.1:0"),
    at: addressOf(raw, "at", ""),
    patienceMs: numberOf(raw, "patience", { absent: 10, least: 0, most: DAY_S }) * 1000,
    stuckMs: numberOf(raw, "stuck", { absent: 60, least: 0, most: DAY_S }) * 1000,
    name: values.get("name") ?? "",
    tied: flags.has("tied"),
  };
}
