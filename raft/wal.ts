/**
 * The write-ahead log: what a member must remember, on a disk that may lose or tear whatever was not synced.
 *
 * One file at a time is the log. It begins with a whole state and goes on with one frame per group of writes. When it has
 * grown to several times what it amounts to, or at a start, a new file takes its place. Snapshots are files of their own; the
 * frame that names one is the single moment at which it takes effect.
 * @module
 */

import { type Disk, DiskError } from "../runtime/disk.ts";
import type { Random } from "../runtime/random.ts";
import type { Persist, Recovered, SnapshotEnd, SnapshotReader, Storage } from "./storage.ts";
import { holdConfiguration } from "./configuration_codec.ts";
import type { AnySnapshot, Index, Snapshot, Standing } from "./types.ts";
import { frameOf, wholeLog } from "./wal/checkpoint.ts";
import type { LogHeader } from "./wal/header.ts";
import {
  ImageFollower,
  newestLog,
  readSnapshot,
  recoverImage,
  snapshotName,
  toRecovered,
} from "./wal/image.ts";
import { LogFile } from "./wal/log_file.ts";
import { type LogImage, type LogPlace, LogReader } from "./wal/log_reader.ts";
import { LogState } from "./wal/log_state.ts";
import { fileName, isTemporary, joinPath, numberOf, readName } from "./wal/names.ts";
import type { WalOptions } from "./wal/options.ts";
import type { MarkedWrite } from "./wal/record.ts";
import { type ReadFile, readSnapshotFile } from "./wal/read_snapshot_file.ts";
import { markFor, type SnapshotFile, SnapshotFiles, type SnapshotOwner } from "./wal/snapshot_files.ts";
import { StorageError, type StorageErrorCode, type StoragePlace } from "./wal/storage_error.ts";
import { makeLastingFolder, removeFiles } from "./wal/whole_file.ts";

export { ImageFollower, type LogPlace, recoverImage, StorageError, type StorageErrorCode, type StoragePlace };
export type { WalOptions };

/** A log is rewritten when it is this many times as large as what it amounts to: then the rewriting costs less than the writing did. */
const REWRITE_FACTOR = 3;

/**
 * Opens the log of one member. Nothing is read before `load`.
 *
 * @example A promise that survives
 * ```ts
 * import { openWal } from "@flotilla/flotilla/raft";
 * import { seededRandom } from "@flotilla/flotilla/runtime";
 * import { denoDisk } from "@flotilla/flotilla/runtime/deno";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const top = await Deno.makeTempDir();
 * const options = { folder: "raft", member: "a", whenEmpty: "format" } as const;
 *
 * const wal = openWal({ disk: denoDisk(top, death.signal), random: seededRandom(1), ...options });
 * await wal.load();
 * await wal.write([{ sequence: 1, term: 7, vote: "b", firstIndex: 1, entries: [], snapshot: null }]);
 * death.abort(); // Power off.
 *
 * const power = new AbortController();
 * await using again = openWal({ disk: denoDisk(top, power.signal), random: seededRandom(2), ...options });
 * assertEquals((await again.load()).hardState, { term: 7, vote: "b" });
 * power.abort();
 * await Deno.remove(top, { recursive: true });
 * ```
 */
export function openWal(options: WalOptions): Wal {
  return new Wal(options);
}

/** Where a log is in its life. */
type Phase =
  | { readonly kind: "fresh" | "loading" | "ready" | "writing" }
  /** It cannot be used any more, and why. */
  | { readonly kind: "over"; readonly error: unknown };

/** Stable storage on a disk. Made by {@linkcode openWal}. */
export class Wal implements Storage {
  readonly #disk: Disk;
  readonly #place: LogPlace;
  readonly #random: Random;
  readonly #whenEmpty: Standing;
  readonly #rewriteBytes: number;
  readonly #roomBytes: number;
  readonly #aheadBytes: number;
  #phase: Phase = { kind: "fresh" };
  #state = new LogState();
  #header: LogHeader;
  #file: LogFile | null = null;
  readonly #snapshots: SnapshotFiles;
  /** The checksum of the last frame. */
  #chain = 0;
  /** Every file has a number of its own. */
  #nextNumber = 1;
  /** Files that nothing refers to any more. */
  #superseded: string[] = [];

  /** Use {@linkcode openWal}. */
  constructor(options: WalOptions) {
    const { disk, folder, member, random, whenEmpty } = options;
    this.#disk = disk;
    this.#place = { folder, member };
    this.#snapshots = new SnapshotFiles(disk, folder);
    this.#random = random.split("wal");
    this.#whenEmpty = whenEmpty === "format" ? "voter" : "amnesiac";
    this.#rewriteBytes = options.rewriteBytes ?? 65536;
    this.#roomBytes = Math.max(1, options.roomBytes ?? 65536);
    this.#aheadBytes = options.aheadBytes ?? 0;
    this.#header = { number: 0, member, incarnation: 0, standing: "voter", salt: 0, format: 1 };
  }

  /** Bytes of hard state and log, without snapshots and without what the files need besides. */
  get logSizeBytes(): number {
    return this.#state.sizeBytes;
  }

  /** What the log's file holds at present, without the room in it and without snapshots. */
  get fileSizeBytes(): number {
    return this.#file?.sizeBytes ?? 0;
  }

  /**
   * Reads what the disk holds, and begins a new log file with it.
   * Throws {@linkcode StorageError}; with `damaged`, `foreign` and `newer` nothing on the disk was changed.
   */
  async load(): Promise<Recovered> {
    if (this.#phase.kind !== "fresh") throw new TypeError("Cannot load the log twice: open it again");
    this.#phase = { kind: "loading" };
    try {
      const recovered = await this.#load();
      this.#phase = { kind: "ready" };
      return recovered;
    } catch (cause) {
      throw this.#end(cause);
    }
  }

  /** See {@linkcode Storage.write}. Rejects with {@linkcode StorageError} (`failed`, `closed`); then the log is of no use. */
  async write(batches: readonly Persist[]): Promise<void> {
    if (this.#phase.kind === "over") throw this.#phase.error;
    if (this.#phase.kind !== "ready") {
      throw new TypeError(`Cannot write to a log that is ${this.#phase.kind}`);
    }
    if (batches.length === 0) return;
    this.#phase = { kind: "writing" };
    try {
      await this.#commit(batches);
      // A snapshot that could not be stored meanwhile has ended the log.
      this.#goOn();
    } catch (cause) {
      throw this.#end(cause);
    }
  }

  /** See {@linkcode Storage.storeSnapshot}. Rejects with {@linkcode StorageError} (`failed`, `closed`), or with what `pieces` throw. */
  async storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    if (this.#phase.kind === "over") throw this.#phase.error;
    try {
      const file = await this.#snapshots.store(this.#ownerOf(end), pieces);
      this.#snapshots.stage(file);
      return file.sums.sizeBytes;
    } catch (cause) {
      throw this.#end(cause);
    }
  }

  /** See {@linkcode Storage.openSnapshot}. Reads reject with {@linkcode StorageError} (`damaged`, `failed`, `closed`). */
  openSnapshot(index: Index): SnapshotReader {
    return this.#snapshots.open(index);
  }

  /** Releases the file. Everything that was acknowledged is on the disk already. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (this.#phase.kind !== "over") {
      const where = { file: this.#path("log", this.#header.number), offset: 0 };
      this.#phase = {
        kind: "over",
        error: new StorageError("closed", where, "Cannot use the log: it was closed"),
      };
    }
    try {
      await file?.close();
    } catch (error) {
      // A dead disk has released it already.
      if (!(error instanceof DiskError)) throw error;
    }
  }

  /** Lets `await using` close the log. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #load(): Promise<Recovered> {
    const { folder } = this.#place;
    const names = await this.#disk.list(folder);
    const number = newestLog(names, this.#place);
    let recovered: Recovered;
    if (number === null) {
      await makeLastingFolder(this.#disk, folder);
      this.#header = { ...this.#header, incarnation: this.#drawIncarnation(), standing: this.#whenEmpty };
      recovered = toRecovered({ header: this.#header, state: this.#state }, null);
    } else {
      const file = await this.#disk.readFile(this.#path("log", number));
      const image = new LogReader(number, file, this.#place);
      image.advance(file);
      recovered = toRecovered(image, await this.#readSnapshot(image));
      this.#header = image.header;
      this.#state = image.state;
    }
    for (const name of names) this.#nextNumber = Math.max(this.#nextNumber, numberOf(name) + 1);
    // A new file even where the old one is sound. Its end may be torn, and nothing may ever be written behind that. Its last
    // bytes may be in the system's memory only, if a sync failed and just the process died: then no later sync brings them down.
    await this.#rewrite();
    const inUse = [fileName("log", this.#header.number), snapshotName(this.#state.snapshot, this.#place)];
    const ours = names.filter((name) => isTemporary(name) || readName(name).kind !== "other");
    this.#superseded = ours.filter((name) => !inUse.includes(name)).map((name) => joinPath(folder, name));
    this.#superseded = await removeFiles(this.#disk, this.#superseded);
    return recovered;
  }

  async #readSnapshot(image: LogImage): Promise<Snapshot | null> {
    const mark = image.state.snapshot;
    const name = snapshotName(mark, this.#place);
    if (mark === null || name === null) return null;
    let file: ReadFile | undefined;
    try {
      file = await readSnapshotFile(this.#disk, joinPath(this.#place.folder, name));
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== "missing") throw error;
    }
    const { snapshot, start, sums } = readSnapshot(mark, file, image, this.#place);
    this.#snapshots.begin({ mark, name, start, sums });
    return snapshot;
  }

  async #commit(batches: readonly Persist[]): Promise<void> {
    const snapshot = batches.findLast((batch) => batch.snapshot !== null)?.snapshot ?? null;
    const owner = snapshot === null ? null : this.#ownerOf(snapshot);
    const file = snapshot === null || owner === null ? null : this.#fileOf(snapshot, owner);
    const writes = batches.map((batch): MarkedWrite => {
      const { term, vote, firstIndex, entries } = batch;
      return { term, vote, firstIndex, entries, snapshot: markFor(batch.snapshot, file) };
    });
    for (const write of writes) this.#state.apply(write);
    // The file first: what names it must never be on the disk without it. What was stored ahead is there already.
    const data = snapshot?.data ?? null;
    if (owner !== null && file !== null && data !== null) await this.#snapshots.storeWhole(owner, file, data);
    await this.#append(writes);
    // Only now: until the frame was down, a crash would have gone back to the old one.
    if (file !== null) this.#snapshots.install(file);
    this.#snapshots.takeGone().forEach((name) => this.#supersede(name));
    if (this.#superseded.length > 0) this.#superseded = await removeFiles(this.#disk, this.#superseded);
  }

  async #append(writes: readonly MarkedWrite[]): Promise<void> {
    const { salt, format } = this.#header;
    // A file of the old format has no room for configurations: the next one has.
    if (format === 1 && writes.some(holdsConfiguration)) return await this.#rewriteLog();
    let sizeBytes = 0;
    for (const write of writes) for (const { command } of write.entries) sizeBytes += command.length + 12;
    const frame = frameOf({ type: "group", writes }, { salt, format, previous: this.#chain, sizeBytes });
    const file = this.#file as LogFile;
    const limit = Math.max(this.#rewriteBytes, REWRITE_FACTOR * this.#state.sizeBytes);
    if (file.sizeBytes + frame.bytes.length > limit) return await this.#rewriteLog();
    await file.append(frame.bytes);
    this.#chain = frame.chain;
  }

  async #rewriteLog(): Promise<void> {
    this.#supersede(fileName("log", this.#header.number));
    await this.#rewrite();
  }

  /** Begins a new file with the present state, and makes it the log. */
  async #rewrite(): Promise<void> {
    const number = this.#nextNumber++;
    const { format } = this.#state;
    const header = { ...this.#header, number, format, salt: this.#random.below(4294967296) };
    const { pieces, chain } = wholeLog(header, this.#state);
    const { folder } = this.#place;
    const name = fileName("log", number);
    const room = { roomBytes: this.#roomBytes, aheadBytes: this.#aheadBytes };
    const place = { folder, name, path: joinPath(folder, name), ...room };
    const file = await LogFile.create(this.#disk, place, pieces);
    // Whoever closed the log meanwhile knew of the old file only: nobody would ever close this one.
    if (this.#phase.kind === "over") {
      await file.close();
      throw this.#phase.error;
    }
    const before = this.#file;
    this.#file = file;
    this.#header = header;
    this.#chain = chain;
    await before?.close();
  }

  /** Where the bytes of `snapshot` are, or will be. */
  #fileOf({ index, term, data }: AnySnapshot, owner: SnapshotOwner): SnapshotFile {
    return data === null ? this.#snapshots.staged(index, term) : this.#snapshots.plan(owner, data);
  }

  #ownerOf({ index, term }: SnapshotEnd): SnapshotOwner {
    const { member, incarnation } = this.#header;
    return { number: this.#nextNumber++, member, incarnation, index, term };
  }

  #supersede(name: string): void {
    this.#superseded.push(joinPath(this.#place.folder, name));
  }

  /** Never 0, so that it can be told from "none". */
  #drawIncarnation(): number {
    return 1 + this.#random.below(1 << 20) * 4294967296 + this.#random.below(4294967295);
  }

  #path(kind: "log" | "snapshot", number: number): string {
    return joinPath(this.#place.folder, fileName(kind, number));
  }

  #goOn(): void {
    if (this.#phase.kind === "over") throw this.#phase.error;
    this.#phase = { kind: "ready" };
  }

  /** The log is of no use from here on: whatever it did next would build on a write whose fate nobody knows. */
  #end(cause: unknown): unknown {
    if (this.#phase.kind === "over") return this.#phase.error;
    const error = cause instanceof DiskError ? this.#fromDisk(cause) : cause;
    this.#phase = { kind: "over", error };
    return error;
  }

  #fromDisk(cause: DiskError): StorageError {
    const place = { file: this.#path("log", this.#header.number), offset: this.fileSizeBytes };
    const code = cause.code === "closed" ? "closed" : "failed";
    return new StorageError(code, place, `Cannot go on with the log: ${cause.message}`, { cause });
  }
}

function holdsConfiguration({ snapshot, entries }: MarkedWrite): boolean {
  return (snapshot?.configuration ?? null) !== null || holdConfiguration(entries);
}
