/**
 * What the system refuses, in the words of the runtime.
 * @module
 */

import { DiskError } from "../disk.ts";

/** What systems call "no space left" and "quota used up". */
const FULL_CODES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** The same by number where there is no name: Linux, macOS, Windows. */
const FULL_NUMBERS = /\(os error (?:28|122|69|112|39)\)/;

/** The error of a call on `path` that the system refused. */
export function toDiskError(what: string, path: string, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot ${what} ${path === "" ? "the node's folder" : path}: ${reason}`;
  if (cause instanceof Deno.errors.NotFound) return new DiskError("missing", message, { cause });
  return new DiskError(isFull(cause, reason) ? "full" : "failed", message, { cause });
}

function isFull(cause: unknown, reason: string): boolean {
  if (cause instanceof Error && "code" in cause && FULL_CODES.has(cause.code)) return true;
  return FULL_NUMBERS.test(reason);
}

/** The error of a call on a dead node's disk, or on a file that was closed. */
export function closedError(what: string, path: string): DiskError {
  return new DiskError("closed", `Cannot ${what} ${path}: the file was closed, or its node is dead`);
}

/** `path` without needless parts. Throws `TypeError` if it leads out of the folder it is meant for. */
export function mend(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.some((part) => part === ".." || /[\\:\0]/.test(part))) {
    throw new TypeError(
      `Cannot use the path "${path}": give one below the node's folder, with / between its parts and none of \\ : ..`,
    );
  }
  return parts.join("/");
}
