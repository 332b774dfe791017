/**
 * The store's commands and what came of them, as bytes.
 *
 * A command begins with the version of this layout. What is in the log is decoded as it is: sizes are checked at the door,
 * not here, so that tighter limits never make an old log unreadable.
 * @module
 */

import { ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { WireError } from "../../runtime/wire_error.ts";
import { BadInputError } from "./bad_input.ts";
import type { BatchResult, Condition, LeaseResult, StoreCommand, Write } from "./types.ts";

/** The layout that this version writes; it reads every older one. */
export const COMMAND_LAYOUT = 1;

const BATCH = 1;
const GRANT_LEASE = 2;
const KEEP_LEASE = 3;
const REVOKE_LEASE = 4;

const CONDITIONS = ["version", "revision", "value"] as const;
const WRITES = ["put", "append", "delete"] as const;
const RESULTS = ["done", "conditionFailed", "leaseUnknown", "valueTooLong"] as const;

/** Encodes a command for the log. */
export function encodeStoreCommand(command: StoreCommand): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(COMMAND_LAYOUT);
  switch (command.op) {
    case "batch":
      writer.u8(BATCH);
      writer.varint(command.conditions.length);
      for (const condition of command.conditions) writeCondition(writer, condition);
      writer.varint(command.writes.length);
      for (const write of command.writes) writeWrite(writer, write);
      break;
    case "grantLease":
      writer.u8(GRANT_LEASE);
      writer.varint(command.ttlMs);
      break;
    case "keepLease":
    case "revokeLease":
      writer.u8(command.op === "keepLease" ? KEEP_LEASE : REVOKE_LEASE);
      writer.varint(command.lease);
      break;
  }
  return writer.take();
}

/** Reads a command. Throws `BadInputError` for one of a newer version and for what is none. */
export function decodeStoreCommand(bytes: Uint8Array): StoreCommand {
  return reading("command", bytes, (reader) => {
    const layout = reader.u8();
    if (layout > COMMAND_LAYOUT) {
      throw new BadInputError(
        "newerVersion",
        `Cannot execute a command of layout ${layout}: upgrade this node`,
      );
    }
    const command = readCommand(reader);
    reader.end();
    return command;
  });
}

/** Encodes what came of a batch. */
export function encodeBatchResult(result: BatchResult): Uint8Array {
  const writer = new ByteWriter(16);
  writer.u8(RESULTS.indexOf(result.kind));
  switch (result.kind) {
    case "done":
      writer.varint(result.revision);
      writer.varint(result.previousVersions.length);
      for (const version of result.previousVersions) writer.varint(version);
      break;
    case "conditionFailed":
      writer.varint(result.at);
      writer.varint(result.version);
      break;
    case "leaseUnknown":
      writer.varint(result.lease);
      break;
    case "valueTooLong":
      writer.varint(result.at);
      break;
  }
  return writer.take();
}

/** Reads what came of a batch. */
export function decodeBatchResult(bytes: Uint8Array): BatchResult {
  const reader = new ByteReader(bytes);
  const kind = RESULTS[reader.u8()];
  switch (kind) {
    case "done": {
      const revision = reader.varint();
      const previousVersions: number[] = [];
      for (let left = reader.varint(); left > 0; left--) previousVersions.push(reader.varint());
      return { kind, revision, previousVersions };
    }
    case "conditionFailed":
      return { kind, at: reader.varint(), version: reader.varint() };
    case "leaseUnknown":
      return { kind, lease: reader.varint() };
    case "valueTooLong":
      return { kind, at: reader.varint() };
    default:
      throw new BadInputError("newerVersion", "Cannot understand the server's answer: upgrade this client");
  }
}

/** Encodes what came of a command about leases. */
export function encodeLeaseResult(result: LeaseResult): Uint8Array {
  const writer = new ByteWriter(12);
  writer.u8(result.known ? 1 : 0);
  writer.varint(result.lease);
  return writer.take();
}

/** Reads what came of a command about leases. */
export function decodeLeaseResult(bytes: Uint8Array): LeaseResult {
  const reader = new ByteReader(bytes);
  return { known: reader.u8() === 1, lease: reader.varint() };
}

/** Runs `read` over `bytes`; bytes that are not what they should be become a `BadInputError`. */
export function reading<T>(what: string, bytes: Uint8Array, read: (reader: ByteReader) => T): T {
  try {
    return read(new ByteReader(bytes));
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new BadInputError("malformed", `Cannot read the ${what}: ${cause.message}`, { cause });
  }
}

function readCommand(reader: ByteReader): StoreCommand {
  const op = reader.u8();
  switch (op) {
    case BATCH: {
      const conditions: Condition[] = [];
      for (let left = reader.varint(); left > 0; left--) conditions.push(readCondition(reader));
      const writes: Write[] = [];
      for (let left = reader.varint(); left > 0; left--) writes.push(readWrite(reader));
      return { op: "batch", conditions, writes };
    }
    case GRANT_LEASE:
      return { op: "grantLease", ttlMs: reader.varint() };
    case KEEP_LEASE:
      return { op: "keepLease", lease: reader.varint() };
    case REVOKE_LEASE:
      return { op: "revokeLease", lease: reader.varint() };
    default:
      throw new BadInputError("unknownOperation", `Cannot execute a command of kind ${op}`);
  }
}

function writeCondition(writer: ByteWriter, condition: Condition): void {
  writer.u8(CONDITIONS.indexOf(condition.kind));
  writer.string(condition.key);
  switch (condition.kind) {
    case "version":
      return writer.varint(condition.version);
    case "revision":
      return writer.varint(condition.revision);
    case "value":
      return writer.string(condition.value);
  }
}

function readCondition(reader: ByteReader): Condition {
  const number = reader.u8();
  const kind = CONDITIONS[number];
  const key = reader.string();
  switch (kind) {
    case "version":
      return { kind, key, version: reader.varint() };
    case "revision":
      return { kind, key, revision: reader.varint() };
    case "value":
      return { kind, key, value: reader.string() };
    default:
      throw new BadInputError("unknownCondition", `Cannot judge a condition of kind ${number}`);
  }
}

function writeWrite(writer: ByteWriter, write: Write): void {
  writer.u8(WRITES.indexOf(write.op));
  writer.string(write.key);
  if (write.op !== "delete") writer.string(write.value);
  if (write.op === "put") writer.varint(write.lease);
}

function readWrite(reader: ByteReader): Write {
  const number = reader.u8();
  const op = WRITES[number];
  const key = reader.string();
  switch (op) {
    case "put":
      return { op, key, value: reader.string(), lease: reader.varint() };
    case "append":
      return { op, key, value: reader.string() };
    case "delete":
      return { op, key };
    default:
      throw new BadInputError("unknownOperation", `Cannot execute a write of kind ${number}`);
  }
}
