/**
 * What the parts of a worker share while they work on one attempt.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/mod.ts";
import type { LoadedApp } from "../app.ts";
import type { AttemptRef, Care, Mark } from "../coordinator/types.ts";
import { attemptName, inFolder } from "../names.ts";
import type { JobPlan } from "../plan.ts";
import type { OpenStream } from "../shuffle/format.ts";
import type { OpenInput } from "./inputs.ts";
import type { Lease } from "./lease.ts";

/** How much memory a worker takes. */
export interface WorkerLimits {
  /** Map output is combined or spilled at about this size. @default {64 MiB} */
  readonly bufferBytes: number;
  /** Inputs are read and mapped in pieces of this size. @default {256 KiB} */
  readonly pieceBytes: number;
  /** So many runs are merged at once; each takes an open file and a frame. @default {256} */
  readonly fanIn: number;
}

/** For a laptop: well under 512 MB a process, whatever the size of the job. */
export const WORKER_LIMITS: WorkerLimits = { bufferBytes: 64 << 20, pieceBytes: 256 << 10, fanIn: 256 };

/** One attempt at one task. */
export interface AttemptContext {
  readonly plan: JobPlan;
  readonly app: LoadedApp;
  readonly ref: AttemptRef;
  readonly care: Care;
  readonly lease: Lease;
  /** The shared folder. */
  readonly disk: Disk;
  readonly openStream: OpenStream;
  readonly openInput: OpenInput;
  readonly limits: WorkerLimits;
}

/** The application failed at `mark`, or what lies there cannot be given to it. */
export class AppFailure extends Error {
  override readonly name = "AppFailure";
  readonly mark: Mark;

  /** @param cause What the application threw, or null if it was not asked. */
  constructor(mark: Mark, what: string, cause: unknown) {
    super(cause === null ? what : `${what}: ${reasonOf(cause)}`, { cause });
    this.mark = mark;
  }
}

/** What the application threw, in words. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === "AppError" ? cause.message : `${cause.name}: ${cause.message}`;
}

/** Intermediate files of these map tasks cannot be used. */
export class LostInput extends Error {
  override readonly name = "LostInput";
  readonly maps: readonly number[];

  constructor(maps: readonly number[], cause: unknown) {
    super(`Cannot use what map task ${maps.join(", ")} left`, { cause });
    this.maps = maps;
  }
}

/** Creates the attempt's file that is to become `name` in `folder`. */
export function createAttemptFile(context: AttemptContext, folder: string, name: string): Promise<DiskFile> {
  return context.disk.create(inFolder(folder, attemptName(context.ref.attempt, name)));
}

/** Removes the attempt's files. */
export async function removeAttemptFiles(
  disk: Disk,
  attempt: number,
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
): Promise<void> {
  await removeFiles(disk, names.map((name) => inFolder(folder, attemptName(attempt, name))));
}

/** Removes files. A disk that refuses does not matter: the coordinator tidies at the end. */
export async function removeFiles(disk: Disk, paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    try {
      await disk.remove(path);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }
}
