/**
 * What a person hears of a job while it runs, and at its end.
 * @module
 */

import { describeFailure } from "../coordinator/suspicion.ts";
import type { PhaseProgress, Progress } from "../coordinator/progress.ts";
import type { Entry } from "../coordinator/types.ts";
import { type JobPlan, nameTask } from "../plan.ts";

/** A number of bytes for people. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** A duration for people. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.floor(seconds % 60)} s`;
}

/** What is worth saying of an entry, or null. */
export function noteOf(entry: Entry, plan: JobPlan): string | null {
  switch (entry.kind) {
    case "suspected":
      return `retrying ${describeFailure(plan, entry)}`;
    case "skipped":
      return `SKIPPED a record of ${describeFailure(plan, entry)}`;
    case "reopened":
      return `doing ${nameTask(plan, entry.task)} again: ${entry.why}`;
    default:
      return null;
  }
}

function phase(name: string, { waiting, running, done }: PhaseProgress): string {
  return `${name} ${done}/${waiting + running + done}${running > 0 ? ` (${running} running)` : ""}`;
}

/** One line on where a job stands. `startBytes` had been read when this process began. */
export function progressLine(progress: Progress, seconds: number, startBytes: number): string {
  const { maps, reduces, inputBytes, readBytes } = progress;
  const rate = (readBytes - startBytes) / Math.max(seconds, 0.001);
  const parts = [phase("map", maps), phase("reduce", reduces)];
  if (readBytes < inputBytes) {
    parts.push(`${formatBytes(readBytes)} of ${formatBytes(inputBytes)}`, `${(rate / 1e6).toFixed(1)} MB/s`);
    if (rate > 0) parts.push(`${formatSeconds((inputBytes - readBytes) / rate)} left`);
  }
  if (progress.retries > 0) parts.push(`${progress.retries} retries`);
  return parts.join("  ");
}

/** The end of a job that was done. */
export function summary(progress: Progress, seconds: number, out: string): string {
  const { maps, reduces, inputBytes, lines, outputBytes } = progress;
  const rate = inputBytes / 1e6 / Math.max(seconds, 0.001);
  const troubles = [
    [progress.retries, "retries"],
    [progress.expired, "leases run out"],
    [progress.backups, "backup attempts for stragglers"],
    [progress.late, "late reports refused"],
    [progress.reopened, "finished tasks done again"],
    [progress.skipped, "bad records skipped"],
  ] as const;
  const trouble = troubles.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    `${formatBytes(inputBytes)} in ${formatSeconds(seconds)}, ${rate.toFixed(1)} MB/s; ` +
    `${maps.done} map and ${reduces.done} reduce tasks${trouble.length > 0 ? `; ${trouble.join(", ")}` : ""}`,
    `${lines} lines, ${formatBytes(outputBytes)}, in ${out}/mr-out-*`,
  ].join("\n");
}
