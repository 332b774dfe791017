/**
 * Who is a straggler: at the end of a phase, idle workers repeat what takes far longer than the rest (paper, 3.6).
 * @module
 */

import type { Task } from "./task.ts";

/** So many times the usual time make a straggler. Three, because the lab's slow tasks differ by 2.5 among themselves. */
const SLOWER = 3;

/**
 * The task of `phase` that most deserves a second attempt by `worker`, or null.
 *
 * @param afterMs No task is a straggler before it ran this long.
 */
export function chooseStraggler(
  phase: readonly Task[],
  worker: string,
  { nowMs, afterMs }: { readonly nowMs: number; readonly afterMs: number },
): Task | null {
  const finished = phase.filter(({ winner }) => winner !== null).map(({ durationMs }) => durationMs);
  // Before half of the tasks have finished nobody knows what the usual time is.
  if (finished.length * 2 < phase.length) return null;
  finished.sort((left, right) => left - right);
  const usualMs = finished[finished.length >> 1] ?? 0;
  const limitMs = Math.max(afterMs, usualMs * SLOWER);
  let slowest: Task | null = null;
  for (const task of phase) {
    if (task.winner !== null || task.live.length !== 1 || task.live[0].worker === worker) continue;
    if (nowMs - task.live[0].startedMs < limitMs) continue;
    if (slowest === null || task.live[0].startedMs < slowest.live[0].startedMs) slowest = task;
  }
  return slowest;
}
