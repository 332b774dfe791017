/**
 * What the lab's test applications do to the world: they leave files named after processes, see each other by them,
 * dawdle and die.
 * @module
 */

import { kill } from "node:process";

/** The lab's durations times this; tests shorten them where nothing depends on their length. */
const SCALE = Number(Deno.env.get("MR_APP_SCALE") ?? "1");

/** So many processes meet in their first calls, so that none is left without work because it starts slowly. */
const COMPANY = Number(Deno.env.get("MR_APP_COMPANY") ?? "1");
const LONGEST_WAIT_MS = 30_000;
const LOOK_MS = 10;
let alone = COMPANY > 1;

/** This process. */
export const PID: number = Deno.pid;

/** Stops this whole process for a while, as a busy application would. */
export function dawdle(ms: number): void {
  stop(ms * SCALE);
}

function stop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Waits until all are at this point, but not for ever; says whether they came. */
function meet(point: string): boolean {
  const start = `mr-${point}-`;
  leaveMarker(`${start}${PID}`);
  for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += LOOK_MS) {
    if (findMarkers(start).length >= COMPANY) return true;
    stop(LOOK_MS);
  }
  return false;
}

/** In the first call of this process: waits until as many others are here as tests ask for. Says whether somebody came because of that. */
export function gather(): boolean {
  const came = alone && meet("here");
  alone = false;
  return came;
}

/** Ends this process at once. */
export function die(): never {
  Deno.exit(1);
}

/** Chance that no seed repeats: these applications are there to be unpredictable. */
export function chance(): number {
  return Math.random();
}

/** Seconds since 1970. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}

/** Leaves an empty file. */
export function leaveMarker(name: string): void {
  Deno.writeTextFileSync(name, "x");
}

/** The names of all markers that begin with `start`. */
export function findMarkers(start: string): string[] {
  return [...Deno.readDirSync(".")].map(({ name }) => name).filter((name) => name.startsWith(start));
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}

/** Leaves a marker, counts those of living processes in the same phase, stays for a second, takes the marker away. */
export function countParallel(phase: string): number {
  const start = `mr-worker-${phase}-`;
  const marker = `${start}${PID}`;
  leaveMarker(marker);
  const met = gather();
  const count = findMarkers(start).filter((name) => isAlive(Number(name.slice(start.length)))).length;
  // Nobody takes its marker away before all have seen it.
  if (met) meet("seen");
  dawdle(1000);
  Deno.removeSync(marker);
  return count;
}

/** All values, sorted, with blanks in between. */
export function joinSorted(values: Iterable<string>): string {
  return [...values].sort().join(" ");
}
