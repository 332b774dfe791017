/**
 * Where a job stands.
 * @module
 */

import type { JobPlan } from "../plan.ts";
import type { Task } from "./task.ts";
import type { TaskTable } from "./task_table.ts";

/** Tasks of a phase by state. */
export interface PhaseProgress {
  /** Nobody has them. */
  readonly waiting: number;
  /** Somebody has them, or their output is on its way to its place. */
  readonly running: number;
  /** Their output is in its place. */
  readonly done: number;
}

/** What a person wants to know about a job. */
export interface Progress {
  /** The map tasks. */
  readonly maps: PhaseProgress;
  /** The reduce tasks. */
  readonly reduces: PhaseProgress;
  /** Bytes of input in all. */
  readonly inputBytes: number;
  /** Bytes of input that finished and running map tasks have read. */
  readonly readBytes: number;
  /** Lines in the finished output files. */
  readonly lines: number;
  /** Bytes of the finished output files. */
  readonly outputBytes: number;
  /** Attempts that failed or died. */
  readonly retries: number;
  /** Leases that ran out. */
  readonly expired: number;
  /** Second attempts given out because the first was a straggler. */
  readonly backups: number;
  /** Reports of finished work that came too late to count. */
  readonly late: number;
  /** Finished tasks that had to be done again because their files were lost. */
  readonly reopened: number;
  /** Records left out because they failed again and again. */
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
