/**
 * The store's questions and answers, as bytes.
 * @module
 */

import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { BadInputError } from "./bad_input.ts";
import { reading } from "./command_codec.ts";
import type {
  KeyRange,
  ScanPage,
  StoreEntry,
  StoreEvent,
  StoreQuestion,
  StoreRevision,
  WatchAnswer,
  WatchQuestion,
} from "./types.ts";

const GET = 1;
const SCAN = 2;
const REVISION = 3;
const PREFIX = 1;
const BETWEEN = 2;
const EVENTS = 1;
const COMPACTED = 2;
const PUT = 1;
const DELETED = 2;
const LEASE_ENDED = 3;
const NOTHING = new Uint8Array(0);

/** Encodes a question. */
export function encodeQuestion(question: StoreQuestion): Uint8Array {
  const writer = new ByteWriter(64);
  switch (question.op) {
    case "get":
      writer.u8(GET);
      writer.string(question.key);
      break;
    case "scan":
      writer.u8(SCAN);
      writeRange(writer, question.range);
      writer.u8(question.after === null ? 0 : 1);
      if (question.after !== null) writer.string(question.after);
      writer.varint(question.limit);
      break;
    case "revision":
      writer.u8(REVISION);
      break;
  }
  return writer.take();
}

/** Reads a question. Throws `BadInputError` for what is none. */
export function decodeQuestion(bytes: Uint8Array): StoreQuestion {
  return reading("question", bytes, (reader) => {
    const op = reader.u8();
    if (op === GET) return { op: "get", key: reader.string() };
    if (op === REVISION) return { op: "revision" };
    if (op !== SCAN) throw new BadInputError("unknownOperation", `Cannot answer a question of kind ${op}`);
    const range = readRange(reader);
    const after = reader.u8() === 0 ? null : reader.string();
    return { op: "scan", range, after, limit: reader.varint() };
  });
}

/** Encodes what is under a key; nothing for null. */
export function encodeEntry(entry: StoreEntry | null): Uint8Array {
  if (entry === null) return NOTHING;
  const writer = new ByteWriter(entry.value.length + 64);
  writeEntry(writer, entry);
  return writer.take();
}

/** Reads what is under a key. */
export function decodeEntry(bytes: Uint8Array): StoreEntry | null {
  return bytes.length === 0 ? null : readEntry(new ByteReader(bytes));
}

/** Encodes a page. */
export function encodePage(page: ScanPage): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.varint(page.revision);
  writer.u8(page.more ? 1 : 0);
  writer.varint(page.entries.length);
  for (const entry of page.entries) writeEntry(writer, entry);
  return writer.take();
}

/** Reads a page. */
export function decodePage(bytes: Uint8Array): ScanPage {
  const reader = new ByteReader(bytes);
  const revision = reader.varint();
  const more = reader.u8() === 1;
  const entries: StoreEntry[] = [];
  for (let left = reader.varint(); left > 0; left--) entries.push(readEntry(reader));
  return { revision, more, entries };
}

/** Encodes where the store is. */
export function encodeRevision(at: StoreRevision): Uint8Array {
  const writer = new ByteWriter(16);
  writer.varint(at.revision);
  writer.varint(at.compacted);
  return writer.take();
}

/** Reads where the store is. */
export function decodeRevision(bytes: Uint8Array): StoreRevision {
  const reader = new ByteReader(bytes);
  return { revision: reader.varint(), compacted: reader.varint() };
}

/** Encodes what a watcher asks. */
export function encodeWatchQuestion(question: WatchQuestion): Uint8Array {
  const writer = new ByteWriter(64);
  writeRange(writer, question.range);
  writer.varint(question.afterRevision);
  writer.varint(question.maxEvents);
  return writer.take();
}

/** Reads what a watcher asks. Throws `BadInputError` for what is no such question. */
export function decodeWatchQuestion(bytes: Uint8Array): WatchQuestion {
  return reading("question", bytes, (reader) => ({
    range: readRange(reader),
    afterRevision: reader.varint(),
    maxEvents: Math.max(1, reader.varint()),
  }));
}

/** Encodes what a watcher is told. */
export function encodeWatchAnswer(answer: WatchAnswer): Uint8Array {
  const writer = new ByteWriter(256);
  if (answer.kind === "compacted") {
    writer.u8(COMPACTED);
    writer.varint(answer.compacted);
    return writer.take();
  }
  writer.u8(EVENTS);
  writer.varint(answer.through);
  writer.varint(answer.events.length);
  for (const event of answer.events) writeEvent(writer, event);
  return writer.take();
}

/** Reads what a watcher is told. */
export function decodeWatchAnswer(bytes: Uint8Array): WatchAnswer {
  const reader = new ByteReader(bytes);
  if (reader.u8() === COMPACTED) return { kind: "compacted", compacted: reader.varint() };
  const through = reader.varint();
  const events: StoreEvent[] = [];
  for (let left = reader.varint(); left > 0; left--) events.push(readEvent(reader));
  return { kind: "events", events, through };
}

/** Writes one entry. */
export function writeEntry(writer: ByteWriter, entry: StoreEntry): void {
  writer.string(entry.key);
  writer.string(entry.value);
  writer.varint(entry.version);
  writer.varint(entry.revision);
  writer.varint(entry.createdAt);
  writer.varint(entry.lease);
}

/** Reads one entry. */
export function readEntry(reader: ByteReader): StoreEntry {
  return {
    key: reader.string(),
    value: reader.string(),
    version: reader.varint(),
    revision: reader.varint(),
    createdAt: reader.varint(),
    lease: reader.varint(),
  };
}

/** Writes one event. */
export function writeEvent(writer: ByteWriter, event: StoreEvent): void {
  writer.u8(event.kind === "put" ? PUT : event.cause === "write" ? DELETED : LEASE_ENDED);
  writer.varint(event.revision);
  writer.string(event.key);
  if (event.kind !== "put") return;
  writer.string(event.value);
  writer.varint(event.version);
}

/** Reads one event. */
export function readEvent(reader: ByteReader): StoreEvent {
  const kind = reader.u8();
  const revision = reader.varint();
  const key = reader.string();
  switch (kind) {
    case PUT:
      return { kind: "put", revision, key, value: reader.string(), version: reader.varint() };
    case DELETED:
      return { kind: "delete", revision, key, cause: "write" };
    case LEASE_ENDED:
      return { kind: "delete", revision, key, cause: "lease" };
    default:
      throw new BadInputError("malformed", `Cannot read an event of kind ${kind}`);
  }
}

function writeRange(writer: ByteWriter, range: KeyRange): void {
  if (range.kind === "prefix") {
    writer.u8(PREFIX);
    writer.string(range.prefix);
  } else {
    writer.u8(BETWEEN);
    writer.string(range.from);
    writer.string(range.to);
  }
}

function readRange(reader: ByteReader): KeyRange {
  const kind = reader.u8();
  if (kind === PREFIX) return { kind: "prefix", prefix: reader.string() };
  if (kind === BETWEEN) return { kind: "between", from: reader.string(), to: reader.string() };
  throw new BadInputError("unknownOperation", `Cannot read a range of kind ${kind}`);
}
