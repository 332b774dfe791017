/**
 * A node's only storage: files that may lose whatever was not synced.
 *
 * After a crash each write since the file's last `sync` may be there, missing or torn, in any combination; names
 * (create, rename, remove) are safe only after `syncDirectory`. Code that survives this model survives real disks.
 * @module
 */

/** An open file. Calls on one file take effect in the order they were made. */
export interface DiskFile {
  /** Reads up to `length` bytes at `offset`; shorter only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Writes all of `bytes` at `offset`, growing the file. Throws `DiskError` (`full`, `failed`). */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Cuts or extends (with zeros) the file to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /**
   * Resolves when everything written before this call survives a crash.
   * After a rejection nothing may be assumed of any unsynced write, also after a later success: the kernel may have
   * dropped the pages. Treat the file as lost, never retry.
   */
  sync(): Promise<void>;
  /** The present size in bytes. */
  size(): Promise<number>;
  /** Releases the handle; does not sync. */
  close(): Promise<void>;
}

/** What a node may ask of its disk. Paths are relative to the node's own folder and use `/`. */
export interface Disk {
  /** Opens an existing file. Throws `DiskError` with code `missing` if there is none. */
  open(path: string): Promise<DiskFile>;
  /** Creates an empty file, replacing any that is there. */
  create(path: string): Promise<DiskFile>;
  /** The whole content of a file. Throws `DiskError` with code `missing` if there is none. */
  readFile(path: string): Promise<Uint8Array>;
  /** The names in a folder, sorted; empty if the folder does not exist. */
  list(folder: string): Promise<string[]>;
  /** Makes a folder and its parents; harmless if it exists. */
  makeFolder(folder: string): Promise<void>;
  /** Renames a file, replacing the target in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; harmless if it does not exist. */
  remove(path: string): Promise<void>;
  /** Resolves when all creations, renames and removals in `folder` (`""` for the node's own) survive a crash. */
  syncDirectory(folder: string): Promise<void>;
}

/** Why a disk operation could not be done. */
export type DiskErrorCode = "missing" | "full" | "failed" | "closed";

/** A disk operation that could not be done. */
export class DiskError extends Error {
  /** Always `DiskError`. */
  override readonly name = "DiskError";
  /** `missing`: no such file. `full`: no space left. `failed`: the device refused. `closed`: the node is dead. */
  readonly code: DiskErrorCode;

  /** `message` says what could not be done, to which file, and why. */
  constructor(code: DiskErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
