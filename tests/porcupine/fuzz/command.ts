import { type Mode, SUBJECTS } from "./pieces.ts";

/** What `--help` prints. */
export const HELP = `The checker against trying every order of small random histories.

deno task oracle [flags]

  --count N       histories of each model (200000)
  --seed N        the first seed (1); with --count a range of seeds
  --model TEXT    only the model of that name, or those with TEXT in their names
  --part I/N      only every N-th model, beginning with the I-th: --part 1/6 ... --part 6/6 are the whole run
  --online        the on-line checker: on small histories against the oracle, on one in fifty that is longer against
                  checking every prefix
  --certificates  everything that a verdict says beside its kind: orders, cores, the first impossible answer
  --levels        the weaker levels: sequential consistency, session guarantees, how stale reads were
  --cycles        transactions by the cycles of their dependencies, in one thread (50000; with --seed and --count)
  --workers N     threads (one for each processor); 1: no others
  --list          the names of the models
  --help          this page

exit code: 0 no difference, 1 some model differs from the oracle, 3 a command line that makes no sense`;

/** What a long run is asked for. */
export interface OracleCommand {
  readonly kind: "models";
  /** The names of the models. */
  readonly subjects: readonly string[];
  readonly count: number;
  readonly first: number;
  readonly mode: Mode;
  readonly workers: number;
}

/** A command line that makes no sense; the message says what does. */
export class OracleUsageError extends Error {
  /** The kind of mistake. */
  readonly code = "usage";

  constructor(message: string) {
    super(message);
    this.name = "OracleUsageError";
  }
}

const VALUED = ["--count", "--seed", "--model", "--part", "--workers"];
const MODES = ["online", "certificates", "levels"] as const;
const PLAIN = [...MODES.map((mode) => `--${mode}`), "--cycles", "--list", "--help"];
/** Transactions are checked in another way, and no model is asked for. */
const CYCLES_COUNT = 50_000;

/** A long run of the cycle checker. */
export interface CyclesCommand {
  readonly kind: "cycles";
  readonly first: number;
  readonly count: number;
}

/** Reads a command line; an option it does not know begins no run of an hour. Throws an {@linkcode OracleUsageError}. */
export function argumentsOf(args: readonly []): OracleCommand;
export function argumentsOf(args: readonly string[]): OracleCommand | CyclesCommand | "help" | "list";
export function argumentsOf(args: readonly string[]): OracleCommand | CyclesCommand | "help" | "list" {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] === "-h" ? "--help" : args[i];
    if (PLAIN.includes(arg)) flags.add(arg);
    else if (VALUED.includes(arg) && args[i + 1] !== undefined) values.set(arg, args[++i]);
    else if (VALUED.includes(arg)) throw new OracleUsageError(`${arg} needs a value; --help shows which`);
    else throw new OracleUsageError(`unknown option ${arg}; there are ${[...VALUED, ...PLAIN].join(", ")}`);
  }
  if (flags.has("--help")) return "help";
  if (flags.has("--list")) return "list";
  if (flags.has("--cycles")) {
    return {
      kind: "cycles",
      first: number("--seed", values, 1),
      count: number("--count", values, CYCLES_COUNT),
    };
  }
  const modes = MODES.filter((mode) => flags.has(`--${mode}`));
  if (modes.length > 1) {
    throw new OracleUsageError(`--${modes.join(" and --")} are two runs; give one of them`);
  }
  return {
    kind: "models",
    subjects: chosen(values.get("--model") ?? "", values.get("--part") ?? "1/1"),
    count: number("--count", values, 200_000),
    first: number("--seed", values, 1),
    mode: modes[0] ?? "deciding",
    workers: number("--workers", values, navigator.hardwareConcurrency),
  };
}

function number(name: string, values: ReadonlyMap<string, string>, otherwise: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwise;
  if (/^\d{1,15}$/.test(text) && Number(text) > 0) return Number(text);
  throw new OracleUsageError(`${name} ${text}: give a whole number of at least 1`);
}

function chosen(text: string, part: string): string[] {
  const names = SUBJECTS.map(({ name }) => name);
  const named = names.includes(text) ? [text] : names.filter((name) => name.includes(text));
  if (named.length === 0) {
    throw new OracleUsageError(`no model has "${text}" in its name; there are\n  ${names.join("\n  ")}`);
  }
  const [, which, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(part) ?? []).map(Number);
  if (!(which >= 1 && which <= of)) {
    throw new OracleUsageError(`--part ${part}: give which of how many, such as 1/6`);
  }
  return named.filter((_, i) => i % of === which - 1);
}
