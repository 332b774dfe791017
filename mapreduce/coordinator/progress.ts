/**
 * Where a job stands.
 * @module
 */

import type { JobPlan } from "../plan.ts";
import type { Task } from "./task.ts";
import type { TaskTable } from "./task_table.ts";

/** Tasks of a phase by state. */
export interface PhaseProgress {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
}

/** What a person wants to know about a job. */
export interface Progress {
  readonly maps: PhaseProgress;
  readonly reduces: PhaseProgress;
  /** Bytes of input in all, and those that finished or running map tasks have read. */
  readonly inputBytes: number;
  readonly readBytes: number;
  /** Lines in the finished output files. */
  readonly lines: number;
  readonly outputBytes: number;
  /** Attempts that failed, ran out of time, were second ones for stragglers, reported too late; work redone; records left out. */
  readonly retries: number;
  readonly expired: number;
  readonly backups: number;
  readonly late: number;
  readonly reopened: number;
  readonly skipped: number;
}

function phase(tasks: readonly Task[]): PhaseProgress {
  let running = 0;
  let done = 0;
  for (const { committed, winner, live } of tasks) {
    if (committed) done++;
    else if (winner !== null || live.length > 0) running++;
  }
  return { waiting: tasks.length - running - done, running, done };
}

/** The present state of `table`. */
export function progressOf(plan: JobPlan, table: TaskTable): Progress {
  let inputBytes = 0;
  let readBytes = 0;
  table.maps.forEach((task, at) => {
    const sizeBytes = plan.maps[at].reduce((sum, { fromByte, toByte }) => sum + toByte - fromByte, 0);
    inputBytes += sizeBytes;
    if (task.winner !== null) readBytes += sizeBytes;
    else readBytes += Math.min(sizeBytes, Math.max(0, ...task.live.map(({ bytes }) => bytes)));
  });
  const finished = table.reduces.filter(({ committed }) => committed);
  return {
    maps: phase(table.maps),
    reduces: phase(table.reduces),
    inputBytes,
    readBytes,
    lines: finished.reduce((sum, { outputPairs }) => sum + outputPairs, 0),
    outputBytes: finished.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    ...table.counts,
  };
}
