/**
 * The command lines of a job's programs, and what the coordinator says at its end.
 * @module
 */

import type { JobFolder } from "./job_folder.ts";

const APP = new URL("./heavy_words.ts", import.meta.url).href;
const LEASE_SECONDS = "1";

/** Of the coordinator of `job`, called at `address`. */
export function coordinatorWords({ path, input, size }: JobFolder, address: string): string[] {
  const places = [APP, input, "--out", path, "--listen", address];
  // Every death is a strike against what was being done, and here everybody dies.
  const numbers = ["--reduce", String(size.reduces), "--lease", LEASE_SECONDS, "--attempts", "1000"];
  return ["coordinator", ...places, ...numbers];
}

/** Of a worker of `job` that calls the coordinator at the end of its line. */
export function workerWords({ path }: JobFolder, line: string, name: string): string[] {
  return ["worker", "--at", line, "--out", path, "--name", name, "--stuck", "0"];
}

/** Whether a coordinator that said so has told its user that the job is done. */
export function isDone(said: string): boolean {
  return /^\d+ lines, .* in .*mr-out-\*$/m.test(said);
}
