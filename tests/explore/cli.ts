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
import { type Exploration, type ExploreOptions, Explorer, type Figures } from "./search.ts";

const EXIT = { exhausted: 0, violation: 1, unfinished: 2, usage: 3 } as const;

/** Moves between two looks at the clock. */
const SLICE = 100_000;
const SPEAK_EVERY_MS = 10_000;

type ExploreCommand = Command & { readonly kind: "explore" };

/** Runs the command line; answers the exit code. Stops early, unfinished, when `signal` is aborted. */
export async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  let command: Command;
  try {
    command = parseArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return EXIT.usage;
  }
  if (command.kind === "help" || command.kind === "list") {
    console.log(command.kind === "help" ? helpText() : listText());
    return EXIT.exhausted;
  }
  let worst: number = EXIT.exhausted;
  for (const scope of command.scopes) {
    const code = await exploreScope(scope, command, signal);
    // A violation outweighs a doubt.
    if (code === EXIT.violation || worst === EXIT.exhausted) worst = code;
    if (signal.aborted) break;
  }
  return worst;
}

async function exploreScope(scope: Scope, command: ExploreCommand, signal: AbortSignal): Promise<number> {
  console.log(`Scope ${scope.name}: ${scope.title}.`);
  const explorer = new Explorer(scope, command);
  const started = performance.now();
  const result = await finish(explorer, signal);
  const seconds = (performance.now() - started) / 1000;
  console.log(figuresText(explorer.figures, seconds));
  if (result === null) console.log("Stopped by hand: nothing is proved.");
  if (result === null) return EXIT.unfinished;
  if (result.kind === "unfinished") {
    console.log("Not finished: there are more states than --max-states allows, so nothing is proved.");
    return EXIT.unfinished;
  }
  if (result.kind === "violation") {
    await tell(explorer, result, command, signal);
    return EXIT.violation;
  }
  return judgeMarks(scope, explorer.figures);
}

/** A scope in which what it is for never happened has proved nothing about it. */
function judgeMarks(scope: Scope, { marks }: Figures): number {
  for (const mark of marks) console.log(`  seen: ${MARKS[mark]}`);
  const missing = scope.shows.filter((mark) => !marks.includes(mark));
  for (const mark of missing) console.error(`  never seen: ${MARKS[mark]}`);
  if (missing.length > 0) {
    console.error("Exhausted, but in vain: the scope does not show what it is for.");
    return EXIT.unfinished;
  }
  console.log("Exhausted: every state obeys every law.");
  return EXIT.exhausted;
}

async function tell(
  explorer: Explorer,
  found: Exploration & { readonly kind: "violation" },
  command: ExploreCommand,
  signal: AbortSignal,
): Promise<void> {
  let teller = explorer;
  let finding = found.finding;
  let shortest = command.order === "shortest";
  if (!shortest) {
    console.log(`Broken: ${finding.breach.law}. Looking for the shortest story.`);
    const options: ExploreOptions = { ...command, order: "shortest" };
    const again = new Explorer(explorer.atlas.scope, options);
    const result = await finish(again, signal);
    if (result?.kind === "violation") {
      shortest = true;
      teller = again;
      finding = result.finding;
    }
  }
  console.log(shortest ? "The shortest story:" : "A story, not the shortest:");
  for (const line of narrate(retell(teller, finding, command.reductions))) console.log(line);
}

async function finish(explorer: Explorer, signal: AbortSignal): Promise<Exploration | null> {
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
    console.log(
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
  Deno.exit(await main(Deno.args, stop.signal));
}
