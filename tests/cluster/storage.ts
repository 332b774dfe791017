/**
 * The production storage on a simulated disk, opened as an operator would, and what the medium under it holds.
 * @module
 */

import type { Recovered, Storage } from "../../raft/storage.ts";
import { ImageFollower, openWal, StorageError, type StorageErrorCode } from "../../raft/wal.ts";
import { DiskError, type Runtime } from "../../runtime/mod.ts";
import type { DiskHistory } from "../check/stable_state.ts";
import type { SimDisk } from "../sim/disk.ts";

const FOLDER = "raft";
const REFUSALS: readonly StorageErrorCode[] = ["damaged", "newer", "foreign"];

/** Opens the log of member `id`. Whoever has been a member before and finds an empty disk has lost it. */
export function openStorage(runtime: Runtime, id: string, history: DiskHistory): Storage {
  return openWal({
    disk: runtime.disk,
    folder: FOLDER,
    member: id,
    random: runtime.random,
    whenEmpty: history === "new" ? "format" : "amnesiac",
    // Small, so that new room, new files and flips in what is used happen in every run.
    roomBytes: 1024,
    rewriteBytes: 4096,
  });
}

/** What a member would recover if its machine lost power now and kept nothing that was not synced. */
export class Medium {
  readonly #disk: SimDisk;
  readonly #follower: ImageFollower;

  /** The medium of member `id`. */
  constructor(disk: SimDisk, id: string) {
    this.#disk = disk;
    this.#follower = new ImageFollower({ folder: FOLDER, member: id });
  }

  /** Reads what was added since the last time. */
  read(): Recovered | null {
    const files = new Map<string, Uint8Array>();
    for (const path of this.#disk.syncedPaths()) {
      const bytes = this.#disk.syncedBytes(path);
      if (bytes !== null && path.startsWith(`${FOLDER}/`)) files.set(path.slice(FOLDER.length + 1), bytes);
    }
    return this.#follower.read(files);
  }

  /** After a crash everything has to be read anew. */
  forget(): void {
    this.#follower.forget();
  }
}

/**
 * Whether a log was refused because its bytes are no longer what they were. A flipped bit can also make a log look like a later
 * version's or another member's: then nothing but the refusal is certain either.
 */
export function isDamage(error: unknown): boolean {
  return error instanceof StorageError && REFUSALS.includes(error.code);
}

/** Whether a node may die of this: its disk refused. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof DiskError || (error instanceof StorageError && error.code === "failed");
}
