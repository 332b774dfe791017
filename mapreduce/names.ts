/**
 * The files of a job, by the lab's conventions, all below one folder that every worker shares.
 * @module
 */

/** The journal of the coordinator, in the work folder. */
export const JOURNAL_NAME = "mr-journal";

/** What map task `map` has for reduce task `reduce`. */
export function intermediateName(map: number, reduce: number): string {
  return `mr-${map}-${reduce}`;
}

/** The result of reduce task `reduce`. */
export function outputName(reduce: number): string {
  return `mr-out-${reduce}`;
}

/** What an attempt writes before it has won. The name tells attempts apart, so that no two ever write the same file. */
export function attemptName(attempt: number, name: string): string {
  return `tmp-${attempt}-${name}`;
}

/** The attempt that a file belongs to, or null for a file that is no attempt's. */
export function attemptOf(name: string): number | null {
  const match = /^tmp-(\d+)-mr-/.exec(name);
  return match === null ? null : Number(match[1]);
}

/** `name` in `folder`, where `""` is the shared folder itself. */
export function inFolder(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
