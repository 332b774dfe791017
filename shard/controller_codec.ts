/**
 * What the controller is told and asked, as bytes.
 * @module
 */

import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError } from "../runtime/wire_error.ts";
import type { GroupId, Groups, ShardMap } from "./map.ts";
import { readGroups, readMap, writeGroups, writeMap } from "./map_codec.ts";
import type { ShardId } from "./placement.ts";

/** A change of the map. */
export type ControllerCommand =
  /** Makes these groups members, and moves shards to them. */
  | { readonly op: "join"; readonly groups: Groups }
  /** The same, if this is still the latest map: late, it would undo what was changed since. */
  | { readonly op: "joinAfter"; readonly after: number; readonly groups: Groups }
  /** Lets these groups go, and moves their shards away. */
  | { readonly op: "leave"; readonly groups: readonly GroupId[] }
  /** Gives one shard to a member, until the next join or leave balances again. */
  | { readonly op: "move"; readonly shard: ShardId; readonly group: GroupId };

/** What came of a change. */
export type ChangeResult =
  /** This is the map that it made. */
  | { readonly kind: "changed"; readonly number: number }
  /** Everything was as it was to be: there is no new map. */
  | { readonly kind: "unchanged"; readonly number: number }
  /** It cannot be done: it names a shard or a group that is not there. */
  | { readonly kind: "refused"; readonly number: number; readonly reason: string };

const OPS = ["join", "leave", "move", "joinAfter"] as const;
const RESULTS = ["changed", "unchanged", "refused"] as const;

/** Encodes a command. */
export function encodeControllerCommand(command: ControllerCommand): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(OPS.indexOf(command.op));
  switch (command.op) {
    case "join":
      writeGroups(writer, command.groups);
      break;
    case "joinAfter":
      writer.varint(command.after);
      writeGroups(writer, command.groups);
      break;
    case "leave":
      writer.varint(command.groups.length);
      for (const group of command.groups) writer.varint(group);
      break;
    case "move":
      writer.varint(command.shard);
      writer.varint(command.group);
      break;
  }
  return writer.take();
}

/** Reads a command. Throws `WireError` for anything else. */
export function decodeControllerCommand(bytes: Uint8Array): ControllerCommand {
  const reader = new ByteReader(bytes);
  const op = OPS[reader.u8()];
  switch (op) {
    case "join":
      return { op, groups: readGroups(reader) };
    case "joinAfter":
      return { op, after: reader.varint(), groups: readGroups(reader) };
    case "leave":
      return { op, groups: Array.from({ length: reader.varint() }, () => reader.varint()) };
    case "move":
      return { op, shard: reader.varint(), group: reader.varint() };
    default:
      throw new WireError("malformed", "Cannot decode: this is no command for the shard controller");
  }
}

/** Encodes what came of a command. */
export function encodeChangeResult(result: ChangeResult): Uint8Array {
  const writer = new ByteWriter(16);
  writer.u8(RESULTS.indexOf(result.kind));
  writer.varint(result.number);
  if (result.kind === "refused") writer.string(result.reason);
  return writer.take();
}

/** Reads what came of a command. */
export function decodeChangeResult(bytes: Uint8Array): ChangeResult {
  const reader = new ByteReader(bytes);
  const kind = RESULTS[reader.u8()];
  const number = reader.varint();
  return kind === "refused" ? { kind, number, reason: reader.string() } : { kind, number };
}

/** Asks for the map of that number; null for the latest one. */
export function encodeMapQuestion(number: number | null): Uint8Array {
  const writer = new ByteWriter(8);
  writer.varint(number === null ? 0 : number + 1);
  return writer.take();
}

/** Reads a question: a map's number, or null for the latest one. */
export function decodeMapQuestion(bytes: Uint8Array): number | null {
  const asked = new ByteReader(bytes).varint();
  return asked === 0 ? null : asked - 1;
}

/** Encodes a map. */
export function encodeMap(map: ShardMap): Uint8Array {
  const writer = new ByteWriter(256);
  writeMap(writer, map);
  return writer.take();
}

/** The number of an encoded map: most of those who ask know that map already. */
export function mapNumberOf(bytes: Uint8Array): number {
  return new ByteReader(bytes).varint();
}

/** Reads a map. Throws `WireError` for anything else. */
export function decodeMap(bytes: Uint8Array): ShardMap {
  return readMap(new ByteReader(bytes));
}
