/**
 * Reads a log from bytes, without a disk: what a start finds, and what a monitor may ask about any image of a disk.
 * @module
 */

import { WireError } from "../../runtime/wire_error.ts";
import type { Recovered } from "../storage.ts";
import type { NodeId, Snapshot } from "../types.ts";
import { crc32c } from "./crc32c.ts";
import { readFrame } from "./frame.ts";
import { type LogHeader, readLogHeader, readSnapshotHeader } from "./header.ts";
import { LogState } from "./log_state.ts";
import { fileName, joinPath, readName } from "./names.ts";
import { type LogRecord, readRecord, type SnapshotMark } from "./record.ts";
import { StorageError } from "./storage_error.ts";

/** A log as it was read. */
export interface LogImage {
  readonly header: LogHeader;
  readonly state: LogState;
}

/** Where a log is and whose it should be. */
export interface LogPlace {
  /** The folder of the log. */
  readonly folder: string;
  /** The member it should belong to. */
  readonly member: NodeId;
}

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
  const number = newestLog([...files.keys()], place);
  if (number === null) return null;
  const image = readLog(number, files.get(fileName("log", number)) as Uint8Array, place);
  const mark = image.state.snapshot;
  const name = snapshotName(mark, place);
  return toRecovered(image, mark === null ? null : readSnapshot(mark, files.get(name ?? ""), image, place));
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

/** Reads a log file. Throws {@linkcode StorageError}. */
export function readLog(number: number, file: Uint8Array, place: LogPlace): LogImage {
  const path = joinPath(place.folder, fileName("log", number));
  const { header, end, chain } = readLogHeader(path, file);
  checkOwner(path, header, place);
  if (header.number !== number) {
    throw new StorageError(
      "damaged",
      { file: path, offset: 0 },
      `Cannot use the log: it was log ${header.number}`,
    );
  }
  const state = new LogState();
  let [offset, previous] = [end, chain];
  // The state with which the file begins was synced before the file got its name: nothing of it can be torn.
  let begun = false;
  let missing = 0;
  for (;;) {
    const found = readFrame(file, { offset, salt: header.salt, previous });
    if (found.kind === "damaged") throw frameError(path, offset, found.why);
    if (found.kind !== "whole") {
      if (!begun || missing > 0) {
        throw frameError(path, offset, "the state that the file begins with is not whole");
      }
      return { header, state };
    }
    const record = decode(path, offset, found.payload);
    const expected = begun ? missing > 0 ? "entries" : "group" : "state";
    if (record.type !== expected) {
      throw frameError(path, offset, `a ${record.type} frame where a ${expected} frame belongs`);
    }
    missing += take(state, record, () => frameError(path, offset, "its entries leave a gap"));
    begun = true;
    [offset, previous] = [found.end, found.chain];
  }
}

/** Adds a record to the state. Returns by how many the entries still missing have changed. */
function take(state: LogState, record: LogRecord, gap: () => StorageError): number {
  switch (record.type) {
    case "state":
      state.begin(record.hardState, record.snapshot);
      return record.entryCount;
    case "entries":
      state.append(record.entries);
      return -record.entries.length;
    case "group":
      try {
        for (const write of record.writes) state.apply(write);
      } catch (error) {
        if (error instanceof RangeError) throw gap();
        throw error;
      }
      return 0;
  }
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

/** Reads the snapshot that `mark` names; `file` is undefined where the file is missing. Throws {@linkcode StorageError}. */
export function readSnapshot(
  mark: SnapshotMark,
  file: Uint8Array | undefined,
  log: LogImage,
  place: LogPlace,
): Snapshot {
  const path = joinPath(place.folder, snapshotName(mark, place) ?? "");
  if (file === undefined) {
    throw new StorageError(
      "damaged",
      { file: path, offset: 0 },
      "Cannot find the snapshot behind which the log begins",
    );
  }
  const { header, end } = readSnapshotHeader(path, file);
  checkOwner(path, header, place);
  const { index, term } = mark;
  const data = file.subarray(end);
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
  if (data.length !== header.sizeBytes || crc32c(data) !== header.sum) {
    throw new StorageError(
      "damaged",
      { file: path, offset: end },
      "Cannot use the snapshot: its data does not match its checksum",
    );
  }
  return { index, term, data };
}

/** A log and its snapshot as Raft takes them. */
export function toRecovered({ header, state }: LogImage, snapshot: Snapshot | null): Recovered {
  const { incarnation, standing } = header;
  return { hardState: state.hardState, snapshot, entries: state.entries.slice(), incarnation, standing };
}

function checkOwner(path: string, { member }: { readonly member: NodeId }, place: LogPlace): void {
  if (member === place.member) return;
  const what =
    `Cannot use the folder "${place.folder}" for member "${place.member}": it belongs to "${member}"`;
  throw new StorageError("foreign", { file: path, offset: 0 }, what);
}

function frameError(file: string, offset: number, why: string): StorageError {
  return new StorageError("damaged", { file, offset }, `Cannot read the log: ${why}`);
}

function decode(path: string, offset: number, payload: Uint8Array): LogRecord {
  try {
    return readRecord(payload);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    const what =
      "Cannot read the log: a frame is whole, but makes no sense; was it written by another version?";
    throw new StorageError("newer", { file: path, offset }, what, { cause });
  }
}
