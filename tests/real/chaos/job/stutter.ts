/**
 * A program that comes on only slowly.
 * @module
 */

import type { End, RealVictims } from "../victims.ts";

/** It runs for the shorter part of this time. */
const PERIOD_MS = 200;
const RUNS_MS = 40;

/** Lets the program with that number run for a fifth of the time; returns how to end it, or null if it does not run at all. */
export function stutter(victims: RealVictims, number: number): End | null {
  if (!victims.isUp(number)) return null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = (stopped: boolean) => {
    void victims.signal(number, stopped ? "SIGSTOP" : "SIGCONT");
    timer = setTimeout(() => turn(!stopped), stopped ? PERIOD_MS - RUNS_MS : RUNS_MS);
  };
  turn(true);
  return () => {
    clearTimeout(timer);
    return victims.signal(number, "SIGCONT");
  };
}
