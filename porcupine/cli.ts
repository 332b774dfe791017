/**
 * The checker's command line: `deno task check FILES... --model kv [--html out.html] [--json]`.
 *
 * Exit code 0: every history is linearizable; 1: some is not; 2: some could not be settled within the limits; 3: bad input
 * or command line; 4: the checker itself failed, which proves nothing about the history.
 *
 * @module
 */
import { type CheckCommand, helpText, parseCommand, requirePossible, UsageError } from "./cli/flags.ts";
import { pagesIn } from "./cli/files.ts";
import { judgeFile, ModelFault } from "./cli/judge.ts";
import { expandFiles } from "./cli/patterns.ts";
import { jsonError } from "./cli/report.ts";
import { FormatError } from "./formats/mod.ts";
import { PorcupineError, type Verdict } from "./types.ts";

const EXIT = { ok: 0, illegal: 1, unknown: 2, badInput: 3, failed: 4 } as const;

/** Runs the command line; answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let command: CheckCommand | null;
  try {
    command = await expanded(parseCommand(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (asksForJson(args)) console.log(jsonError(null, error));
    console.error(error.message);
    return EXIT.badInput;
  }
  if (command === null) {
    console.log(helpText());
    return EXIT.ok;
  }
  let worst: number = EXIT.ok;
  for (const file of command.files) worst = worse(worst, await exitCodeOf(file, command));
  return worst;
}

/** Whether a program reads along, as far as that can be told of a command line that makes no sense. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).includes("--json");
}

/** The command with its files as they are, where it names patterns. */
async function expanded(command: CheckCommand | null): Promise<CheckCommand | null> {
  if (command === null) return null;
  const files = await expandFiles(command.files);
  const html = await pagesIn(command.html);
  requirePossible(html, files);
  return { ...command, files, html };
}

/** A failure outweighs bad input, bad input a violation, a violation a doubt. */
function worse(a: number, b: number): number {
  const weight = [0, 2, 1, 3, 4];
  return weight[a] >= weight[b] ? a : b;
}

async function exitCodeOf(file: string, command: CheckCommand): Promise<number> {
  try {
    const verdict: Verdict["kind"] = await judgeFile(file, command);
    return EXIT[verdict];
  } catch (error) {
    const bad = error instanceof FormatError || error instanceof PorcupineError ||
      error instanceof UsageError || error instanceof ModelFault;
    if (!bad) {
      // Without this a crash would leave with code 1, and read as "not linearizable".
      const message = `${file}: the checker failed; this says nothing about the history`;
      console.error(message, error);
      try {
        if (command.json) console.log(jsonError(file, { code: "checker-failed", message }));
      } catch {
        // What failed may be what this needs, too.
      }
      return EXIT.failed;
    }
    const message = error instanceof PorcupineError ? `${file}: ${error.message}` : error.message;
    if (command.json) console.log(jsonError(file, { code: error.code, message }));
    console.error(message);
    const origin = originOf(error);
    if (origin !== null) console.error(origin);
    return EXIT.badInput;
  }
}

/** Where a function of the user's own threw: what he needs to mend it. */
function originOf({ cause }: Error): string | null {
  if (!(cause instanceof Error)) return null;
  return cause.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? null;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
