/**
 * What a killer's run says about a mutant.
 *
 * Only a check that failed counts. A patch that does not even load makes every command fail and proves nothing.
 * @module
 */

/** How a command ended. */
export interface CommandEnd {
  /** Its exit code; null if it had to be killed because its time was up. */
  readonly code: number | null;
  /** What it printed on both streams. */
  readonly output: string;
}

/** What became of a mutant. */
export type Fate =
  /** The check failed. `seed` is the one it named, or null. */
  | { readonly kind: "killed"; readonly seed: string | null }
  /** The check never ended, although without the patch it does. */
  | { readonly kind: "hung" }
  /** The check passed. */
  | { readonly kind: "survived" }
  /** Nothing was checked; `why` says what happened instead. */
  | { readonly kind: "broken"; readonly why: string };

/** A module that cannot be loaded, not a check that failed. */
const NOT_LOADED =
  /SyntaxError: |Module not found|does not provide an export named|The module's source code could not be parsed|Type checking failed/;

/** A program that fell over, and a test file that fell over before its tests: nothing was checked. */
const FELL_OVER = /^error: .*Uncaught |^.*\(uncaught error\)/m;

// deno-lint-ignore no-control-regex -- colours begin with this character
const COLOURS = /\x1b\[[0-9;]*m/g;

/** How many times longer than without the patch a killer must take to count as one that never ends. */
const HANGS_FROM = 8;

/** How long the killer took without the patch, and how long it might take with it. */
export interface Pace {
  readonly soundMs: number;
  readonly limitMs: number;
}

/** Judges how the killer `command` ended with the patch in place. */
export function judge(command: string, { code, output: painted }: CommandEnd, pace: Pace): Fate {
  const output = painted.replaceAll(COLOURS, "");
  if (code === null) {
    if (pace.limitMs >= HANGS_FROM * pace.soundMs) return { kind: "hung" };
    const seconds = Math.ceil(HANGS_FROM * pace.soundMs / 1000);
    return { kind: "broken", why: `its time was up too soon to tell: try --limit ${seconds}` };
  }
  if (code === 0) return { kind: "survived" };
  const broken = NOT_LOADED.exec(output);
  if (broken !== null) return { kind: "broken", why: lineOf(output, broken.index) };
  const fell = FELL_OVER.exec(output);
  if (fell !== null) return { kind: "broken", why: `fell over: ${lineOf(output, fell.index)}` };
  if (command.startsWith("test ") && !/\b[1-9]\d* failed\b/.test(output)) {
    return { kind: "broken", why: "no test failed, yet the command did" };
  }
  if (code > 1) return { kind: "broken", why: `exit code ${code}: ${lastLine(output)}` };
  return { kind: "killed", seed: /\bseed[ =:"]+(\d+)/i.exec(output)?.[1] ?? null };
}

function lineOf(output: string, at: number): string {
  const from = output.lastIndexOf("\n", at) + 1;
  const to = output.indexOf("\n", at);
  return output.slice(from, to === -1 ? undefined : to).trim();
}

function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1)?.trim() ?? "";
}
