/**
 * What each line is and where it was, with a trace of every call: for tests that strike while a job runs.
 *
 * `MR_TEST_HOLD` says which calls are held until the test lets them go, so that it strikes in the midst of them however slow
 * the machine is: `map 4,reduce 0` all maps but four and all reduces, for as long as there is a file `hold-map` or
 * `hold-reduce`; `own 1` all but the first call of each process, for as long as there is a file `hold-own`.
 * @module
 */

import type { Pair } from "../../../mapreduce/mod.ts";

export const whole = true;
const LOOK_MS = 10;
const HOLDS = (Deno.env.get("MR_TEST_HOLD") ?? "").split(",").filter((hold) => hold !== "");
let calls = 0;

function linger(name: string): void {
  Deno.writeTextFileSync(`call-${name}-${Deno.pid}-${calls++}`, "");
  for (const hold of HOLDS) {
    const [what, free] = hold.split(" ");
    const number = what === "own" ? calls : what === name ? turnOf(name) : 0;
    if (number > Number(free)) { while (namesOf(`hold-${what}`) > 0) wait(LOOK_MS); }
  }
}

/**
 * Which of all calls this is: the first number that none has taken. (If each counted those that had begun, two that begin at the same
 * instant would both be the fifth, and be held where four were to go on.)
 */
function turnOf(name: string): number {
  for (let turn = 1;; turn++) {
    try {
      Deno.writeTextFileSync(`turn-${name}-${turn}`, "", { createNew: true });
      return turn;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

function namesOf(start: string): number {
  return [...Deno.readDirSync(".")].filter(({ name }) => name.startsWith(start)).length;
}

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

export function map(name: string, contents: string): Pair[] {
  linger("map");
  return contents.split("\n").filter((line) => line !== "").map((line) => [line, name]);
}

export function reduce(_key: string, values: Iterable<string>): string {
  linger("reduce");
  return [...values].sort().join(",");
}
