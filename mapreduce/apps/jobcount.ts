/**
 * Counts how often `map` was called at all, whoever called it (lab 1, job count).
 * @module
 */

import type { Pair } from "../app.ts";
import { chance, dawdle, findMarkers, gather, leaveMarker, PID } from "./markers.ts";

export const whole = true;

const MARKER = "mr-worker-jobcount";
let calls = 0;

export function map(): Iterable<Pair> {
  leaveMarker(`${MARKER}-${PID}-${calls++}`);
  gather();
  dawdle(2000 + chance() * 3000);
  return [["a", "x"]];
}

export function reduce(): string {
  return String(findMarkers(MARKER).length);
}
