/**
 * What a group is told and asked, and what it answers, as bytes.
 * @module
 */

import type { ClientCall, SessionRules } from "../kv/envelope.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError } from "../runtime/wire_error.ts";
import type { ShardMap } from "./map.ts";
import { readMap, writeMap } from "./map_codec.ts";
import type { Piece } from "./parts.ts";
import type { ShardId } from "./placement.ts";

/** An entry of a group's log. Every step of a move is one, so that whoever leads next goes on where the last one stopped. */
export type GroupCommand =
  /** Opens a client's session in a shard. */
  | { readonly op: "open"; readonly shard: ShardId; readonly rules: SessionRules }
  /** A client's operation. */
  | { readonly op: "execute"; readonly shard: ShardId; readonly call: ClientCall }
  /** Takes on the next map: what is lost is no longer served, what is gained is expected. */
  | { readonly op: "adopt"; readonly map: ShardMap }
  /** A shard that map `number` moves is served no longer, and kept for its new owner. */
  | Step<"freeze">
  /** The contents of a shard that map `number` moves here have come. */
  | Step<"install"> & { readonly contents: Uint8Array }
  /** A piece of the contents of a shard that is too large for one message; the last one installs it. */
  | Step<"installPart"> & Piece
  /** The new owner has a shard that map `number` moved: what was kept of it can go. */
  | Step<"delete">
  /** The old owner has deleted it: nobody has to be told any more. */
  | Step<"forget">;

/** A step of the move of one shard by one map. The map's number is the fencing token. */
export interface Step<Op extends string> {
  /** Which step. */
  readonly op: Op;
  /** The shard that moves. */
  readonly shard: ShardId;
  /** The map that moves it. */
  readonly number: number;
}

/** A question to a group. */
export type GroupQuestion =
  /** A question to a shard's store. */
  | { readonly op: "read"; readonly shard: ShardId; readonly question: Uint8Array }
  /**
   * The contents of a shard that map `number` moves away, from `offset` on: as much of them as one message holds. All of them
   * without `offset`, as an earlier version asks, which takes no pieces.
   */
  | {
    readonly op: "fetch";
    readonly shard: ShardId;
    readonly number: number;
    readonly offset?: number;
  };

/** What a group answers. Whatever is not `done`, `contents` or `piece` has changed nothing. */
export type GroupReply =
  /** Executed; `reply` is the store's. */
  | { readonly kind: "done"; readonly reply: Uint8Array }
  /** Of a shard that is kept for its new owner. */
  | { readonly kind: "contents"; readonly contents: Uint8Array }
  /** Some of a shard that is kept; or, without bytes, which piece of one that comes is the next. */
  | { readonly kind: "piece" } & Piece
  /** The group does not own the shard by `map`, the latest map it knows; null if it was never told one. */
  | { readonly kind: "wrongGroup"; readonly map: ShardMap | null }
  /** The group owns the shard, whose data is still on its way. */
  | { readonly kind: "arriving" }
  /** See `Lookup` in the key/value layer. */
  | { readonly kind: "settled" | "windowExceeded" | "sessionUnknown" }
  /** The step was taken before, and the shard went on. */
  | { readonly kind: "gone" }
  /** Too early: the group has not heard of that map. */
  | { readonly kind: "notYet" }
  /** Too late: a later map has moved the shard since. */
  | { readonly kind: "stale" }
  /** The group has nothing of the kind. */
  | { readonly kind: "absent" };

const COMMANDS = [
  "open",
  "execute",
  "adopt",
  "freeze",
  "install",
  "delete",
  "forget",
  "installPart",
] as const;
const QUESTIONS = ["read", "fetch"] as const;
const REPLIES = [
  "done",
  "contents",
  "wrongGroup",
  "arriving",
  "settled",
  "windowExceeded",
  "sessionUnknown",
  "gone",
  "notYet",
  "stale",
  "absent",
  "piece",
] as const;

/** Encodes a command for the log. */
export function encodeGroupCommand(command: GroupCommand): Uint8Array {
  const writer = new ByteWriter(128);
  writer.u8(COMMANDS.indexOf(command.op));
  if (command.op === "adopt") {
    writeMap(writer, command.map);
    return writer.take();
  }
  writer.varint(command.shard);
  switch (command.op) {
    case "open":
      writer.varint(command.rules.ttlMs);
      writer.varint(command.rules.maxSessions);
      break;
    case "execute":
      writer.varint(command.call.session);
      writer.varint(command.call.sequence);
      writer.varint(command.call.settledBelow);
      writer.raw(command.call.command);
      break;
    case "install":
      writer.varint(command.number);
      writer.raw(command.contents);
      break;
    case "installPart":
      writer.varint(command.number);
      writePiece(writer, command);
      break;
    default:
      writer.varint(command.number);
  }
  return writer.take();
}

/** Reads a command; bytes in it are views. Throws `WireError` for anything else. */
export function decodeGroupCommand(bytes: Uint8Array): GroupCommand {
  const reader = new ByteReader(bytes);
  const op = COMMANDS[reader.u8()];
  if (op === "adopt") return { op, map: readMap(reader) };
  if (op === undefined) throw new WireError("malformed", "Cannot decode: this is no command for a group");
  const shard = reader.varint();
  switch (op) {
    case "open":
      return { op, shard, rules: { ttlMs: reader.varint(), maxSessions: reader.varint() } };
    case "execute": {
      const numbers = { session: reader.varint(), sequence: reader.varint(), settledBelow: reader.varint() };
      return { op, shard, call: { ...numbers, command: reader.raw(reader.remaining) } };
    }
    case "install":
      return { op, shard, number: reader.varint(), contents: reader.raw(reader.remaining) };
    case "installPart":
      return { op, shard, number: reader.varint(), ...readPiece(reader) };
    default:
      return { op, shard, number: reader.varint() };
  }
}

/** Encodes a question. */
export function encodeGroupQuestion(question: GroupQuestion): Uint8Array {
  const writer = new ByteWriter(64);
  writer.u8(QUESTIONS.indexOf(question.op));
  writer.varint(question.shard);
  if (question.op === "read") {
    writer.raw(question.question);
    return writer.take();
  }
  writer.varint(question.number);
  if (question.offset !== undefined) writer.varint(question.offset);
  return writer.take();
}

/** Reads a question. Throws `WireError` for anything else. */
export function decodeGroupQuestion(bytes: Uint8Array): GroupQuestion {
  const reader = new ByteReader(bytes);
  const op = QUESTIONS[reader.u8()];
  if (op === undefined) throw new WireError("malformed", "Cannot decode: this is no question to a group");
  const shard = reader.varint();
  if (op === "read") return { op, shard, question: reader.raw(reader.remaining) };
  const number = reader.varint();
  return reader.remaining === 0 ? { op, shard, number } : { op, shard, number, offset: reader.varint() };
}

/** Encodes an answer. */
export function encodeGroupReply(reply: GroupReply): Uint8Array {
  const writer = new ByteWriter(64);
  writer.u8(REPLIES.indexOf(reply.kind));
  if (reply.kind === "done") writer.raw(reply.reply);
  if (reply.kind === "contents") writer.raw(reply.contents);
  if (reply.kind === "piece") writePiece(writer, reply);
  if (reply.kind === "wrongGroup" && reply.map !== null) writeMap(writer, reply.map);
  return writer.take();
}

/** Reads an answer. Throws `WireError` for anything else. */
export function decodeGroupReply(bytes: Uint8Array): GroupReply {
  const reader = new ByteReader(bytes);
  const kind = REPLIES[reader.u8()];
  switch (kind) {
    case undefined:
      throw new WireError("malformed", "Cannot decode: this is no answer of a group");
    case "done":
      return { kind, reply: reader.raw(reader.remaining) };
    case "contents":
      return { kind, contents: reader.raw(reader.remaining) };
    case "piece":
      return { kind, ...readPiece(reader) };
    case "wrongGroup":
      return { kind, map: reader.remaining === 0 ? null : readMap(reader) };
    default:
      return { kind };
  }
}

function writePiece(writer: ByteWriter, { offset, sizeBytes, contents }: Piece): void {
  writer.varint(offset);
  writer.varint(sizeBytes);
  writer.raw(contents);
}

function readPiece(reader: ByteReader): Piece {
  return {
    offset: reader.varint(),
    sizeBytes: reader.varint(),
    contents: reader.raw(reader.remaining),
  };
}

/** What `open` replies, inside `done`. */
export function encodeSessionId(id: number): Uint8Array {
  const writer = new ByteWriter(8);
  writer.varint(id);
  return writer.take();
}

/** Reads what `encodeSessionId` wrote. */
export function decodeSessionId(reply: Uint8Array): number {
  return new ByteReader(reply).varint();
}
