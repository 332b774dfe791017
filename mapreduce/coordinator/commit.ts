/**
 * Giving the winner's files their final names. Only the coordinator does this, and only after the win is on record: a
 * worker that wakes up late has nothing left that it could overwrite.
 * @module
 */

import { type Disk, DiskError } from "../../runtime/mod.ts";
import { attemptName, attemptOf, inFolder, intermediateName, outputName } from "../names.ts";
import type { JobPlan } from "../plan.ts";

/** The folder and the names of what a task leaves behind. */
export function filesOf(
  plan: JobPlan,
  task: number,
): { readonly folder: string; readonly names: readonly string[] } {
  const maps = plan.maps.length;
  if (task >= maps) return { folder: "", names: [outputName(task - maps)] };
  const names = Array.from({ length: plan.reduces }, (_, reduce) => intermediateName(task, reduce));
  return { folder: plan.work, names };
}

/**
 * Renames the files of `attempt`. False if one of them is not there.
 * @param again Whether a former life may have done so already: a file that stands in its place is then enough.
 * @throws {DiskError} If the folder refuses.
 */
export async function commitFiles(
  disk: Disk,
  plan: JobPlan,
  { task, attempt, again }: { readonly task: number; readonly attempt: number; readonly again: boolean },
): Promise<boolean> {
  const { folder, names } = filesOf(plan, task);
  const there = again ? new Set(await disk.list(folder)) : null;
  for (const name of names) {
    const from = attemptName(attempt, name);
    if (there?.has(name) && !there.has(from)) continue;
    try {
      await disk.rename(inFolder(folder, from), inFolder(folder, name));
    } catch (error) {
      if (error instanceof DiskError && error.code === "missing") return false;
      throw error;
    }
  }
  // Intermediate files are not worth a sync: what a power cut takes of them is noticed by its checksum and made again.
  if (task >= plan.maps.length) await disk.syncDirectory(folder);
  return true;
}

/** Removes what attempts left behind that never won; with `work`, the intermediate files and the journal too. */
export async function tidy(disk: Disk, plan: JobPlan, { work }: { readonly work: boolean }): Promise<void> {
  for (const folder of new Set(["", plan.work])) {
    for (const name of await disk.list(folder)) {
      const ours = attemptOf(name) !== null ||
        (work && folder === plan.work && /^mr-(\d+-\d+$|journal)/.test(name));
      if (ours) await disk.remove(inFolder(folder, name));
    }
  }
}
