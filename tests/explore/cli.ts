/**
 * The explorer's command line: `deno task explore [SCOPE ...] [--max-states N]`.
 *
 * Exit code 0: every state of the scope obeys the laws; 1: a law is broken; 2: unfinished, or vacuous; 3: bad command line.
 * @module
 */

import { type Command, helpText, listText, parseArguments, UsageError } from "./cli/arguments.ts";
import { MARKS } from "./marks.ts";
import { narrate } from "./narrate.ts";
import { retell } from "./retell.ts";
import type { Scope } from "./scope.ts";
import { type Exploration, type ExploreOptions, Explorer, type Figures, type Finding } from "./search.ts";

const EXIT = { exhausted: 0, violation: 1, unfinished: 2, usage: 3 } as const;

/** Moves between two looks at the clock. */
const SLICE = 20_000;
const SPEAK_EVERY_MS = 10_000;

type ExploreCommand = Command & { readonly kind: "explore" };

/** Where the command line speaks, and who may stop it. */
export interface Terminal {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Ends the exploration, unfinished. */
  readonly signal: AbortSignal;
}

/** Runs the command line; answers the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let command: Command;
  try {
    command = parseArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.complain(error.message);
    return EXIT.usage;
  }
  if (command.kind === "help" || command.kind === "list") {
    terminal.print(command.kind === "help" ? helpText() : listText());
    return EXIT.exhausted;
  }
  let worst: number = EXIT.exhausted;
  for (const scope of command.scopes) {
    const code = await exploreScope(scope, command, terminal);
    // A violation outweighs a doubt.
    if (code === EXIT.violation || worst === EXIT.exhausted) worst = code;
    if (terminal.signal.aborted) break;
  }
  return worst;
}

async function exploreScope(scope: Scope, command: ExploreCommand, terminal: Terminal): Promise<number> {
  const { print } = terminal;
  print(`Scope ${scope.name}: ${scope.title}.`);
  const explorer = new Explorer(scope, command);
  const started = performance.now();
  const result = await finish(explorer, terminal);
  const seconds = (performance.now() - started) / 1000;
  print(figuresText(explorer.figures, seconds));
  if (result === null) print("Stopped by hand: nothing is proved.");
  if (result === null) return EXIT.unfinished;
  if (result.kind === "unfinished") {
    print("Not finished: there are more states than --max-states allows, so nothing is proved.");
    return EXIT.unfinished;
  }
  switch (result.kind) {
    case "violation":
      await tell(explorer, result.finding, command, terminal);
      return EXIT.violation;
    case "shown":
      for (const line of narrate(retell(explorer, result.finding, command.reductions))) print(line);
      return EXIT.exhausted;
    case "exhausted":
      return judgeMarks(scope, command, explorer.figures, terminal);
  }
}

/** A scope in which what it is for never happened has proved nothing about it. */
function judgeMarks(
  scope: Scope,
  command: ExploreCommand,
  { marks }: Figures,
  { print, complain }: Terminal,
): number {
  for (const mark of marks) print(`  seen: ${MARKS[mark]}`);
  const missing = [...scope.shows, ...command.until].filter((mark) => !marks.includes(mark));
  for (const mark of missing) complain(`  never seen: ${MARKS[mark]}`);
  if (missing.length > 0) {
    complain("Exhausted, but in vain: the scope does not show what it is for.");
    return EXIT.unfinished;
  }
  print("Exhausted: every state obeys every law.");
  return EXIT.exhausted;
}

async function tell(
  explorer: Explorer,
  found: Finding,
  command: ExploreCommand,
  terminal: Terminal,
): Promise<void> {
  const { print } = terminal;
  let teller = explorer;
  let finding = found;
  let shortest = command.order === "shortest";
  if (!shortest) {
    const { point } = finding;
    const law = point.kind === "breach" ? point.breach.law : point.mark;
    print(`Broken: ${law}. Looking for the shortest story.`);
    const options: ExploreOptions = { ...command, order: "shortest" };
    const again = new Explorer(explorer.atlas.scope, options);
    const result = await finish(again, terminal);
    if (result?.kind === "violation") {
      shortest = true;
      teller = again;
      finding = result.finding;
    }
  }
  print(shortest ? "The shortest story:" : "A story, not the shortest:");
  for (const line of narrate(retell(teller, finding, command.reductions))) print(line);
}

async function finish(explorer: Explorer, { print, signal }: Terminal): Promise<Exploration | null> {
  let spokeAt = performance.now();
  for (;;) {
    const result = explorer.advance(SLICE);
    if (result !== null) return result;
    // Lets the loop turn, so that Ctrl-C is heard.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return null;
    if (performance.now() - spokeAt < SPEAK_EVERY_MS) continue;
    spokeAt = performance.now();
    const { states, transitions, waiting } = explorer.figures;
    print(
      `  ${count(states)} states, ${count(transitions)} transitions, ${count(waiting)} states waiting`,
    );
  }
}

function figuresText(figures: Figures, seconds: number): string {
  const { states, transitions, depth, nodeStates, messages } = figures;
  return `${count(states)} states, ${count(transitions)} transitions, at most ${depth} moves deep; made of ` +
    `${count(nodeStates)} node states and ${count(messages)} messages; ${seconds.toFixed(1)} s`;
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}

if (import.meta.main) {
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const terminal = { print: console.log, complain: console.error, signal: stop.signal };
  Deno.exit(await main(Deno.args, terminal));
}
