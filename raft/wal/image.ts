/**
 * Reads a log from bytes, without a disk: what a start finds, and what a monitor may ask about any image of a disk.
 * @module
 */

import type { Recovered } from "../storage.ts";
import type { Snapshot } from "../types.ts";
import { type BlockSums, sumsOf } from "./block_sums.ts";
import { readSnapshotHeader } from "./header.ts";
import { checkOwner, type LogImage, type LogPlace, LogReader } from "./log_reader.ts";
import { fileName, joinPath, readName } from "./names.ts";
import type { ReadFile } from "./read_snapshot_file.ts";
import type { SnapshotMark } from "./record.ts";
import { StorageError } from "./storage_error.ts";

/**
 * What a member would recover from `files`; null if the log was never formatted, or not to the end.
 *
 * @param files The log's folder: name (without the folder) to content. Nothing is written to them.
 * Throws {@linkcode StorageError} (`damaged`, `foreign`, `newer`).
 *
 * @example Look at what a crash would leave
 * ```ts
 * import { recoverImage } from "@flotilla/flotilla/raft";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(recoverImage(new Map(), { folder: "raft", member: "a" }), null);
 * ```
 */
export function recoverImage(files: ReadonlyMap<string, Uint8Array>, place: LogPlace): Recovered | null {
  return new ImageFollower(place).read(files);
}

/**
 * Recovers again and again from an image that grows, and reads only what is new: for monitors that look after every write.
 * Damage to bytes that it has read already escapes it, until it is told to {@linkcode ImageFollower.forget}.
 */
export class ImageFollower {
  readonly #place: LogPlace;
  #log: LogReader | null = null;
  #snapshot: Snapshot | null = null;
  #snapshotNumber = 0;

  /** For the log of one member in one folder. */
  constructor(place: LogPlace) {
    this.#place = place;
  }

  /** What {@linkcode recoverImage} gives for `files`. */
  read(files: ReadonlyMap<string, Uint8Array>): Recovered | null {
    const place = this.#place;
    const number = newestLog([...files.keys()], place);
    if (number === null) return null;
    const file = files.get(fileName("log", number)) as Uint8Array;
    if (this.#log === null || this.#log.header.number !== number) {
      this.#log = new LogReader(number, file, place);
    }
    this.#log.advance(file);
    return toRecovered(this.#log, this.#readSnapshot(this.#log, files));
  }

  /** Reads everything anew the next time: after a crash, or where the medium itself may have changed. */
  forget(): void {
    this.#log = null;
    this.#snapshotNumber = 0;
  }

  #readSnapshot(log: LogImage, files: ReadonlyMap<string, Uint8Array>): Snapshot | null {
    const mark = log.state.snapshot;
    const name = snapshotName(mark, this.#place);
    if (mark === null || name === null || mark.place.kind !== "file") return null;
    const file = files.get(name);
    if (mark.place.number !== this.#snapshotNumber || file === undefined) {
      const found = file === undefined ? undefined : { bytes: file, sums: null };
      this.#snapshot = readSnapshot(mark, found, log, this.#place).snapshot;
      this.#snapshotNumber = mark.place.number;
    }
    return this.#snapshot;
  }
}

/** The number of the log to read; null if there is none. A lower one was replaced by it and is only not removed yet. */
export function newestLog(names: readonly string[], place: LogPlace): number | null {
  let newest: number | null = null;
  for (const name of names) {
    const meaning = readName(name);
    if (meaning.kind === "log" && meaning.number > (newest ?? 0)) newest = meaning.number;
  }
  const orphan = newest === null ? names.find((name) => readName(name).kind === "snapshot") : undefined;
  if (orphan !== undefined) {
    // A snapshot is written only where a log is: to take the folder for a new one would be to forget every promise.
    const what = "Cannot find the log that this snapshot belongs to";
    throw new StorageError("damaged", { file: joinPath(place.folder, orphan), offset: 0 }, what);
  }
  return newest;
}

/** The name of the file that `mark` is in; null where there is none. Throws {@linkcode StorageError}. */
export function snapshotName(mark: SnapshotMark | null, place: LogPlace): string | null {
  if (mark === null) return null;
  if (mark.place.kind === "file") return fileName("snapshot", mark.place.number);
  throw new StorageError(
    "damaged",
    { file: place.folder, offset: 0 },
    "Cannot find a snapshot that was superseded",
  );
}

/** A snapshot as it was read: where in its file the data begins, and what parts of it are checked by. */
export interface FoundSnapshot {
  readonly snapshot: Snapshot;
  readonly start: number;
  readonly sums: BlockSums;
}

/** Reads the snapshot that `mark` names; `file` is undefined where the file is missing. Throws {@linkcode StorageError}. */
export function readSnapshot(
  mark: SnapshotMark,
  file: ReadFile | undefined,
  log: LogImage,
  place: LogPlace,
): FoundSnapshot {
  const path = joinPath(place.folder, snapshotName(mark, place) ?? "");
  if (file === undefined) {
    throw new StorageError(
      "damaged",
      { file: path, offset: 0 },
      "Cannot find the snapshot behind which the log begins",
    );
  }
  const { header, end } = readSnapshotHeader(path, file.bytes);
  checkOwner(path, header, place);
  const { index, term, configuration } = mark;
  const data = file.bytes.subarray(end);
  const isThatOne = mark.place.kind === "file" && header.number === mark.place.number &&
    header.sum === mark.place.sum &&
    header.index === index && header.term === term && header.incarnation === log.header.incarnation;
  if (!isThatOne) {
    throw new StorageError(
      "damaged",
      { file: path, offset: 0 },
      "Cannot use the snapshot: the log names another one",
    );
  }
  const sums = file.sums ?? sumsOf(data);
  if (data.length !== header.sizeBytes || sums.sum !== header.sum) {
    throw new StorageError(
      "damaged",
      { file: path, offset: end },
      "Cannot use the snapshot: its data does not match its checksum",
    );
  }
  return { snapshot: { index, term, configuration, data }, start: end, sums };
}

/** A log and its snapshot as Raft takes them. */
export function toRecovered({ header, state }: LogImage, snapshot: Snapshot | null): Recovered {
  const { incarnation, standing } = header;
  return { hardState: state.hardState, snapshot, entries: state.entries.slice(), incarnation, standing };
}
