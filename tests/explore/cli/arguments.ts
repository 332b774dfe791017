/**
 * The command line of the explorer.
 * @module
 */

import type { LawName } from "../history.ts";
import { type MarkName, MARKS } from "../marks.ts";
import { LAWS } from "../narrate.ts";
import type { Order } from "../queue.ts";
import { type Scope, scopeNamed, SCOPES } from "../scope.ts";
import { ALL_LAWS } from "../search.ts";
import { ALL_REDUCTIONS, type Reductions } from "../successor.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "list" }
  | {
    readonly kind: "explore";
    readonly scopes: readonly Scope[];
    readonly maxStates: number;
    readonly laws: ReadonlySet<LawName>;
    readonly reductions: Reductions;
    readonly order: Order;
    readonly until: readonly MarkName[];
  };

/** A command line that makes no sense; the message says what exists. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** The scope that is explored when none is named. */
const DEFAULT_SCOPE = "full";
const DEFAULT_MAX_STATES = 20_000_000;
const REDUCTIONS = Object.keys(ALL_REDUCTIONS) as (keyof Reductions)[];

/** The help page. */
export function helpText(): string {
  return [
    "Drives the production Raft core through every interleaving of a small scope and judges every state.",
    "",
    "deno task explore [SCOPE ...] [flags]",
    "",
    "  --max-states N   stop, unproved, at N states (default 20,000,000)",
    "  --law NAME       enforce only this law; may be repeated (default: all)",
    "  --show NAME      tell the shortest story to a rare situation, see --list",
    "  --shortest       search in the order of the stories' lengths from the start",
    "  --without NAME   switch a reduction off; may be repeated: " + REDUCTIONS.join(", "),
    "  --list           show the scopes, the laws and the rare situations",
    "",
    "Exit code 0: every state obeys the laws; 1: a law is broken, its shortest story is told; 2: unfinished, or a rare",
    "situation that the scope is for was never seen; 3: bad command line.",
    "",
    scopeLines(),
  ].join("\n");
}

/** Scopes and laws, one a line. */
export function listText(): string {
  const laws = Object.entries(LAWS).map(([name, says]) => `  ${name.padEnd(22)} ${says}`);
  const marks = Object.entries(MARKS).map(([name, says]) => `  ${name.padEnd(22)} ${says}`);
  return [scopeLines(), "", "Laws:", ...laws, "", "Rare situations:", ...marks].join("\n");
}

function scopeLines(): string {
  const lines = SCOPES.map(({ name, title }) => {
    return `  ${name.padEnd(12)} ${title}${name === DEFAULT_SCOPE ? " (the default)" : ""}`;
  });
  return [
    "Scopes, of three nodes if they do not say otherwise; messages are lost, repeated and reordered at will:",
    ...lines,
  ].join(
    "\n",
  );
}

/** Reads the command line. Throws {@linkcode UsageError}. */
export function parseArguments(args: readonly string[]): Command {
  const scopes: Scope[] = [];
  const laws = new Set<LawName>();
  let reductions = ALL_REDUCTIONS;
  let maxStates = DEFAULT_MAX_STATES;
  let order: Order = "gathering";
  const until: MarkName[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    switch (arg) {
      case "--help":
      case "-h":
        return { kind: "help" };
      case "--list":
        return { kind: "list" };
      case "--shortest":
        order = "shortest";
        break;
      case "--max-states":
        maxStates = readCount(arg, args[++at]);
        break;
      case "--show":
        until.push(readMark(args[++at]));
        order = "shortest";
        break;
      case "--law":
        laws.add(readLaw(args[++at]));
        break;
      case "--without":
        reductions = { ...reductions, [readReduction(args[++at])]: false };
        break;
      default:
        scopes.push(readScope(arg));
    }
  }
  return {
    kind: "explore",
    scopes: scopes.length > 0 ? scopes : [readScope(DEFAULT_SCOPE)],
    maxStates,
    laws: laws.size > 0 ? laws : ALL_LAWS,
    reductions,
    order,
    until,
  };
}

function readCount(flag: string, text: string | undefined): number {
  const count = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`${flag} wants a whole number above 0, not ${text ?? "nothing"}`);
  }
  return count;
}

function readLaw(text: string | undefined): LawName {
  if (text !== undefined && Object.hasOwn(LAWS, text)) return text as LawName;
  throw new UsageError(`There is no law "${text ?? ""}"; there are ${Object.keys(LAWS).join(", ")}`);
}

function readMark(text: string | undefined): MarkName {
  if (text !== undefined && Object.hasOwn(MARKS, text)) return text as MarkName;
  throw new UsageError(`There is no situation "${text ?? ""}"; there are ${Object.keys(MARKS).join(", ")}`);
}

function readReduction(text: string | undefined): keyof Reductions {
  const found = REDUCTIONS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`There is no reduction "${text ?? ""}"; there are ${REDUCTIONS.join(", ")}`);
}

function readScope(text: string): Scope {
  const scope = text.startsWith("-") ? undefined : scopeNamed(text);
  if (scope !== undefined) return scope;
  if (text.startsWith("-")) throw new UsageError(`There is no flag ${text}; see --help`);
  throw new UsageError(
    `There is no scope "${text}"; there are ${SCOPES.map(({ name }) => name).join(", ")}`,
  );
}
