/**
 * The snapshots of one log as files: written piece by piece, read back chunk by chunk, and kept as long as somebody reads them.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/disk.ts";
import type { SnapshotReader } from "../storage.ts";
import type { AnySnapshot, Index, Term } from "../types.ts";
import { BLOCK_BYTES, BlockSums, sumsOf } from "./block_sums.ts";
import { type Owner, writeSnapshotHeader } from "./header.ts";
import { fileName, joinPath } from "./names.ts";
import type { SnapshotMark } from "./record.ts";
import { StorageError } from "./storage_error.ts";
import { writeWholeFile } from "./whole_file.ts";

/** A snapshot that is on the disk, and what its parts are checked by. */
export interface SnapshotFile {
  readonly mark: Omit<SnapshotMark, "configuration">;
  readonly name: string;
  /** Where the data begins. */
  readonly start: number;
  readonly sums: BlockSums;
}

/** What a snapshot's header says before its bytes are known. */
export interface SnapshotOwner extends Owner {
  readonly number: number;
  readonly index: Index;
  readonly term: Term;
}

/** See the module's page. */
export class SnapshotFiles {
  readonly #disk: Disk;
  readonly #folder: string;
  /** The one that the log names. */
  #current: SnapshotFile | null = null;
  /** Stored for a write to come, by where they end. */
  readonly #staged = new Map<Index, SnapshotFile>();
  /** How many read a file, by its name. */
  readonly #readers = new Map<string, number>();
  /** No longer named by the log, and still read. */
  readonly #kept = new Set<string>();
  #gone: string[] = [];

  /** Of the log in `folder`. */
  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
  }

  /** What the log names. */
  get current(): SnapshotFile | null {
    return this.#current;
  }

  /** The log was found to name `file`. */
  begin(file: SnapshotFile): void {
    this.#current = file;
  }

  /** The file in which `data` will be, before it is written: what names it can be judged first. */
  plan(owner: SnapshotOwner, data: Uint8Array): SnapshotFile {
    return describe(owner, sumsOf(data));
  }

  /** Writes `data` into the file that was planned for it, whole and lasting. */
  async storeWhole(
    owner: SnapshotOwner,
    { name, start, sums }: SnapshotFile,
    data: Uint8Array,
  ): Promise<void> {
    const { sizeBytes, sum } = sums;
    const head = writeSnapshotHeader({ ...owner, sizeBytes, sum });
    await writeWholeFile(this.#disk, { folder: this.#folder, name }, async (file) => {
      await file.write(0, head);
      if (data.length > 0) await file.write(start, data);
    });
  }

  /** Writes a snapshot piece by piece, whole and lasting. It counts for nothing until the log names it. */
  async store(owner: SnapshotOwner, pieces: AsyncIterable<Uint8Array>): Promise<SnapshotFile> {
    const sums = new BlockSums();
    const { name, start } = describe(owner, sums);
    await writeWholeFile(this.#disk, { folder: this.#folder, name }, async (file) => {
      for await (const piece of pieces) {
        if (piece.length > 0) await file.write(start + sums.sizeBytes, piece);
        sums.add(piece);
      }
      // Last, since it vouches for the rest; the file has no name yet, and is not synced.
      const { sizeBytes, sum } = sums;
      await file.write(0, writeSnapshotHeader({ ...owner, sizeBytes, sum }));
    });
    return describe(owner, sums);
  }

  /** `file` waits for a write that names it. */
  stage(file: SnapshotFile): void {
    const { index } = file.mark;
    const before = this.#staged.get(index);
    if (before !== undefined) this.#supersede(before);
    this.#staged.set(index, file);
  }

  /** What was stored for a write that names (`index`, `term`). Throws `RangeError` if nothing was. */
  staged(index: Index, term: Term): SnapshotFile {
    const file = this.#staged.get(index);
    if (file?.mark.term === term) return file;
    throw new RangeError(`Cannot name the snapshot up to ${index}: it was not stored`);
  }

  /** The log names `file` from now on: all that came before it may go. */
  install(file: SnapshotFile): void {
    if (this.#current !== null) this.#supersede(this.#current);
    this.#current = file;
    for (const [index, staged] of this.#staged) {
      if (index > file.mark.index) continue;
      this.#staged.delete(index);
      if (staged !== file) this.#supersede(staged);
    }
  }

  /** Files that nobody needs any more, each told once. */
  takeGone(): string[] {
    const gone = this.#gone;
    this.#gone = [];
    return gone;
  }

  /** See `Storage.openSnapshot`. */
  open(index: Index): SnapshotReader {
    const staged = this.#staged.get(index);
    const file = staged ?? this.#current;
    if (file?.mark.index !== index) {
      throw new RangeError(`Cannot open the snapshot up to ${index}: there is none`);
    }
    this.#readers.set(file.name, (this.#readers.get(file.name) ?? 0) + 1);
    return new OpenSnapshot(
      this.#disk,
      joinPath(this.#folder, file.name),
      file,
      () => this.#release(file.name),
    );
  }

  #supersede({ name }: SnapshotFile): void {
    if (this.#readers.has(name)) this.#kept.add(name);
    else this.#gone.push(name);
  }

  #release(name: string): void {
    const left = (this.#readers.get(name) ?? 1) - 1;
    if (left > 0) this.#readers.set(name, left);
    else {
      this.#readers.delete(name);
      if (this.#kept.delete(name)) this.#gone.push(name);
    }
  }
}

/** What the log says of `snapshot`, whose group's last one is in `file`: one that another took the place of within the group has no file. */
export function markFor(snapshot: AnySnapshot | null, file: SnapshotFile | null): SnapshotMark | null {
  if (snapshot === null || file === null) return null;
  const { index, term, configuration } = snapshot;
  // The file holds the machine's state only: who belonged to the cluster there is said where the file is named.
  return index === file.mark.index
    ? { ...file.mark, configuration }
    : { index, term, configuration, place: { kind: "superseded" } };
}

function describe(owner: SnapshotOwner, sums: BlockSums): SnapshotFile {
  const { number, index, term } = owner;
  const { sizeBytes, sum } = sums;
  const mark = { index, term, place: { kind: "file", number, sizeBytes, sum } } as const;
  const start = writeSnapshotHeader({ ...owner, sizeBytes, sum }).length;
  return { mark, name: fileName("snapshot", number), start, sums };
}

/** Reads whole blocks, each judged by its own checksum, and gives the part that was asked for. */
class OpenSnapshot implements SnapshotReader {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #file: SnapshotFile;
  readonly #onClose: () => void;
  #handle: Promise<DiskFile> | null = null;
  #closed = false;

  constructor(disk: Disk, path: string, file: SnapshotFile, onClose: () => void) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
    this.#onClose = onClose;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { start, sums } = this.#file;
    const first = Math.floor(offset / BLOCK_BYTES);
    const from = first * BLOCK_BYTES;
    const to = Math.min(sums.sizeBytes, Math.ceil((offset + length) / BLOCK_BYTES) * BLOCK_BYTES);
    const bytes = await this.#readBytes(start + from, to - from);
    const wrong = bytes.length === to - from ? sums.firstWrong(first, bytes) : bytes.length;
    if (wrong !== -1) {
      const place = { file: this.#path, offset: start + from + wrong };
      throw new StorageError(
        "damaged",
        place,
        "Cannot send the snapshot: its bytes are no longer what they were",
      );
    }
    return bytes.subarray(offset - from, offset - from + length);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    // A dead disk has closed it already.
    void this.#handle?.then((file) => file.close()).catch(() => {});
  }

  async #readBytes(offset: number, length: number): Promise<Uint8Array> {
    try {
      this.#handle ??= this.#disk.open(this.#path);
      return await (await this.#handle).read(offset, length);
    } catch (cause) {
      if (!(cause instanceof DiskError)) throw cause;
      const code = cause.code === "closed" ? "closed" : cause.code === "missing" ? "damaged" : "failed";
      throw new StorageError(
        code,
        { file: this.#path, offset },
        `Cannot read the snapshot: ${cause.message}`,
        {
          cause,
        },
      );
    }
  }
}
