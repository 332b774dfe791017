/**
 * What frames hold: groups of writes, and the state with which a new log begins.
 * @module
 */

import { ByteReader, type ByteWriter } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import { readEntries, writeEntries } from "../codec.ts";
import {
  readConfiguration,
  readConfigurations,
  writeConfiguration,
  writeConfigurations,
} from "../configuration_codec.ts";
import type { Persist } from "../storage.ts";
import type { Configuration, Entry, HardState, Index, NodeId, Term } from "../types.ts";

/** A snapshot as the log knows it: where it ends, and in which file it is. */
export interface SnapshotMark {
  readonly index: Index;
  readonly term: Term;
  /** Who belonged to the cluster there; `null` for the founding members. */
  readonly configuration: Configuration | null;
  readonly place: SnapshotPlace;
}

/** Format 1 has no room for configurations. A log is of the oldest format that can hold what is in it. */
export type LogFormat = 1 | 2;

/** Where a snapshot is. */
export type SnapshotPlace =
  /** In the file of that number, whole and synced before this was written. */
  | { readonly kind: "file"; readonly number: number; readonly sizeBytes: number; readonly sum: number }
  /** Nowhere: a later snapshot in the same group took its place. */
  | { readonly kind: "superseded" };

/** One write, its snapshot by name. */
export interface MarkedWrite extends Omit<Persist, "sequence" | "snapshot"> {
  readonly snapshot: SnapshotMark | null;
}

/** What one frame holds. */
export type LogRecord =
  /** The beginning of a log. `entryCount` entries follow, in frames of their own. */
  | {
    readonly type: "state";
    readonly hardState: HardState;
    readonly snapshot: SnapshotMark | null;
    readonly entryCount: number;
  }
  /** Entries that belong to the beginning of a log. */
  | { readonly type: "entries"; readonly entries: readonly Entry[] }
  /** Writes that became durable together. */
  | { readonly type: "group"; readonly writes: readonly MarkedWrite[] };

const TYPE = { state: 1, entries: 2, group: 3 } as const;
const PLACE = { none: 0, superseded: 1, file: 2 } as const;

/** Encodes a record. */
export function writeRecord(writer: ByteWriter, record: LogRecord, format: LogFormat): void {
  writer.u8(TYPE[record.type]);
  switch (record.type) {
    case "state":
      writeHardState(writer, record.hardState);
      writeMark(writer, record.snapshot, format);
      return writer.varint(record.entryCount);
    case "entries":
      return writeAll(writer, record.entries, format);
    case "group":
      writer.varint(record.writes.length);
      for (const write of record.writes) {
        writeHardState(writer, write);
        writeMark(writer, write.snapshot, format);
        writer.varint(write.firstIndex);
        writeAll(writer, write.entries, format);
      }
  }
}

/** Decodes a record. Entries are views of `payload`. Throws `WireError`. */
export function readRecord(payload: Uint8Array, format: LogFormat): LogRecord {
  const reader = new ByteReader(payload);
  const record = readBody(reader, format);
  reader.end();
  return record;
}

function readBody(reader: ByteReader, format: LogFormat): LogRecord {
  const type = reader.u8();
  switch (type) {
    case TYPE.state:
      return {
        type: "state",
        hardState: readHardState(reader),
        snapshot: readMark(reader, format),
        entryCount: reader.varint(),
      };
    case TYPE.entries:
      return { type: "entries", entries: readAll(reader, format) };
    case TYPE.group: {
      const writes: MarkedWrite[] = [];
      for (let left = reader.varint(); left > 0; left--) {
        const hardState = readHardState(reader);
        const snapshot = readMark(reader, format);
        const firstIndex = reader.varint();
        writes.push({ ...hardState, snapshot, firstIndex, entries: readAll(reader, format) });
      }
      return { type: "group", writes };
    }
    default:
      throw new WireError("malformed", `Cannot decode a record of type ${type}`);
  }
}

function writeAll(writer: ByteWriter, entries: readonly Entry[], format: LogFormat): void {
  writeEntries(writer, entries);
  if (format === 2) writeConfigurations(writer, entries);
}

function readAll(reader: ByteReader, format: LogFormat): Entry[] {
  const entries = readEntries(reader);
  if (format === 2) readConfigurations(reader, entries);
  return entries;
}

function writeHardState(writer: ByteWriter, { term, vote }: { term: Term; vote: NodeId | null }): void {
  writer.varint(term);
  writer.u8(vote === null ? 0 : 1);
  if (vote !== null) writer.string(vote);
}

function readHardState(reader: ByteReader): HardState {
  const term = reader.varint();
  return { term, vote: reader.u8() === 0 ? null : reader.string() };
}

function writeMark(writer: ByteWriter, mark: SnapshotMark | null, format: LogFormat): void {
  if (mark === null) return writer.u8(PLACE.none);
  const { place, configuration } = mark;
  writer.u8(PLACE[place.kind]);
  writer.varint(mark.index);
  writer.varint(mark.term);
  if (place.kind === "file") {
    writer.varint(place.number);
    writer.varint(place.sizeBytes);
    writer.u32(place.sum);
  }
  if (format === 1) return;
  writer.u8(configuration === null ? 0 : 1);
  if (configuration !== null) writeConfiguration(writer, configuration);
}

function readMark(reader: ByteReader, format: LogFormat): SnapshotMark | null {
  const kind = reader.u8();
  if (kind === PLACE.none) return null;
  const index = reader.varint();
  const term = reader.varint();
  const place = readPlace(reader, kind);
  const configuration = format === 1 || reader.u8() === 0 ? null : readConfiguration(reader);
  return { index, term, configuration, place };
}

function readPlace(reader: ByteReader, kind: number): SnapshotPlace {
  if (kind === PLACE.superseded) return { kind: "superseded" };
  if (kind !== PLACE.file) {
    throw new WireError("malformed", `Cannot decode a snapshot's place of kind ${kind}`);
  }
  const number = reader.varint();
  const sizeBytes = reader.varint();
  return { kind: "file", number, sizeBytes, sum: reader.u32() };
}
