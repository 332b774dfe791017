/**
 * The command line of `deno task lab`.
 * @module
 */

import { LABS } from "../registry.ts";

/** What the command line asks for. */
export interface LabCommand {
  /** The parts to run, in their order. */
  readonly parts: readonly string[];
  /** How many seeds each test is run with. */
  readonly runs: number;
  /** The first of them. */
  readonly seed: number;
  /** Only the tests of this name, or `null`. */
  readonly test: string | null;
  /** The file with an implementation of somebody's own, or `null` for ours. */
  readonly implementation: string | null;
  /** Whether a failure comes with the last events. */
  readonly log: boolean;
  /** Whether the result is one JSON object. */
  readonly json: boolean;
  /** How many workers; 0 to run in this thread, for debuggers. `null`: one a core. */
  readonly workers: number | null;
}

/** A command line that makes no sense; the message says what exists. */
export class UsageError extends Error {
  /** Always `UsageError`. */
  override readonly name = "UsageError";
  /** For programs that tell errors apart. */
  readonly code = "usage";
}

const VALUED = ["--runs", "--seed", "--test", "--impl", "--workers"] as const;
const PLAIN = ["--json", "--log", "--help"] as const;

/** The help page. */
export function helpText(): string {
  return [
    "Runs parts of the labs in virtual time, each test with one seed or with many.",
    "",
    "deno task lab PARTS... [flags]     a part is 3A, or 3 for all of lab 3, or all",
    "",
    "  --runs N       run each test with N seeds (1)",
    "  --seed N       the first of them (1)",
    "  --test NAME    only the test of this name",
    "  --impl FILE    test the implementation in FILE instead of ours, see tests/labs/README.md",
    "  --log          show the last events of a run that fails",
    "  --json         one JSON object, for programs",
    "  --workers N    threads; 0 for none of its own (one a core)",
    "",
    "exit code: 0 all passed, 1 some failed, 2 the command line makes no sense",
    "",
    ...LABS.map(({ part, about }) => `  ${part.padEnd(5)} ${about}`),
  ].join("\n");
}

/** Reads the command line; `null` if help is wanted. Throws {@linkcode UsageError}. */
export function parseCommand(args: readonly string[]): LabCommand | null {
  const named: string[] = [];
  const values = new Map<string, string>();
  const plain = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const [flag, joined] = splitFlag(args[at]);
    if (flag === null) named.push(args[at]);
    else if (PLAIN.some((one) => one === flag)) plain.add(flag);
    else if (VALUED.some((one) => one === flag)) {
      const value = joined ?? args[++at];
      if (value === undefined || value === "") throw new UsageError(`Cannot read ${flag}: it needs a value`);
      values.set(flag, value);
    } else throw new UsageError(`Cannot read ${flag}: there is ${[...VALUED, ...PLAIN].join(", ")}`);
  }
  if (plain.has("--help")) return null;
  const workers = values.get("--workers");
  return {
    parts: partsOf(named),
    runs: count("--runs", values.get("--runs") ?? "1", 1),
    seed: count("--seed", values.get("--seed") ?? "1", Number.MIN_SAFE_INTEGER),
    test: values.get("--test") ?? null,
    implementation: values.get("--impl") ?? null,
    log: plain.has("--log"),
    json: plain.has("--json"),
    workers: workers === undefined ? null : count("--workers", workers, 0),
  };
}

function splitFlag(arg: string): [flag: string | null, value: string | null] {
  if (!arg.startsWith("--")) return [null, null];
  const at = arg.indexOf("=");
  return at === -1 ? [arg, null] : [arg.slice(0, at), arg.slice(at + 1)];
}

function count(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(
    `Cannot use ${flag} ${text}: give a whole number${least >= 0 ? ` from ${least} on` : ""}`,
  );
}

function partsOf(named: readonly string[]): string[] {
  const known = LABS.map(({ part }) => part);
  if (named.length === 0) throw new UsageError(`Cannot run a lab: name a part, ${known.join(", ")}, or all`);
  const wanted = new Set<string>();
  for (const name of named) {
    const upper = name.toUpperCase();
    const found = upper === "ALL"
      ? known
      : known.filter((part) => part === upper || /^\d+$/.test(upper) && part.startsWith(upper));
    if (found.length === 0) {
      throw new UsageError(`Cannot run lab ${name}: there is ${known.join(", ")}, or all`);
    }
    for (const part of found) wanted.add(part);
  }
  return known.filter((part) => wanted.has(part));
}
