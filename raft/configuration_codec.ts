/**
 * Configurations as bytes: what version 2 of the messages and format 2 of the log have behind what was there before.
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError } from "../runtime/wire_error.ts";
import type { Configuration, Entry, Member, NodeId } from "./types.ts";

/** Whether a configuration is among `entries`. */
export function holdConfiguration(entries: readonly Entry[]): boolean {
  for (const entry of entries) if ("configuration" in entry) return true;
  return false;
}

/** Writes a configuration. */
export function writeConfiguration(writer: ByteWriter, { members, retired }: Configuration): void {
  writer.varint(members.length);
  for (const { id, role, address } of members) {
    writer.string(id);
    writer.u8(role === "voter" ? 0 : 1);
    writer.string(address);
  }
  writer.varint(retired.length);
  for (const id of retired) writer.string(id);
}

/** Reads what {@linkcode writeConfiguration} wrote. */
export function readConfiguration(reader: ByteReader): Configuration {
  const members: Member[] = [];
  for (let left = readCount(reader, 3); left > 0; left--) {
    const id = reader.string();
    const role = reader.u8();
    if (role > 1) throw new WireError("malformed", `Cannot decode ${role} as the role of a member`);
    members.push({ id, role: role === 0 ? "voter" : "learner", address: reader.string() });
  }
  const retired: NodeId[] = [];
  for (let left = readCount(reader, 1); left > 0; left--) retired.push(reader.string());
  return { members, retired };
}

/** How many follow, each of at least `sizeBytes`: a number that cannot be true must not make us work for it. */
function readCount(reader: ByteReader, sizeBytes: number): number {
  const count = reader.varint();
  if (count * sizeBytes <= reader.remaining) return count;
  throw new WireError("truncated", `Cannot decode ${count} members from ${reader.remaining} bytes`);
}

/** Writes which of `entries` hold a configuration, and those; the entries themselves stand before it, as if they were commands. */
export function writeConfigurations(writer: ByteWriter, entries: readonly Entry[]): void {
  let count = 0;
  for (const entry of entries) if ("configuration" in entry) count++;
  writer.varint(count);
  entries.forEach((entry, at) => {
    if (!("configuration" in entry)) return;
    writer.varint(at);
    writeConfiguration(writer, entry.configuration);
  });
}

/** Reads what {@linkcode writeConfigurations} wrote, and puts it into `entries`. Returns how many there were. */
export function readConfigurations(reader: ByteReader, entries: Entry[]): number {
  const count = reader.varint();
  let last = -1;
  for (let left = count; left > 0; left--) {
    const at = reader.varint();
    if (at <= last || at >= entries.length || entries[at].command.length > 0) {
      throw new WireError("malformed", `Cannot decode entry ${at} of ${entries.length} as a configuration`);
    }
    const { term, command } = entries[at];
    entries[at] = { term, command, configuration: readConfiguration(reader) };
    last = at;
  }
  return count;
}
