/**
 * Maps and plans as bytes.
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { Address } from "../runtime/network.ts";
import { WireError } from "../runtime/wire_error.ts";
import { copyGroups, type GroupId, type Groups, type Holder, type Plan, type ShardMap } from "./map.ts";
import { MAX_SHARDS, type ShardId } from "./placement.ts";

/** Writes a map. */
export function writeMap(writer: ByteWriter, map: ShardMap): void {
  writer.varint(map.number);
  writer.varint(map.origin);
  writeOwners(writer, map.owners);
  writeGroups(writer, map.groups);
  writer.varint(map.holders.size);
  for (const [shard, holder] of map.holders) {
    writer.varint(shard);
    writeHolder(writer, holder);
  }
}

/** Reads what `writeMap` wrote. Throws `WireError` for anything else. */
export function readMap(reader: ByteReader): ShardMap {
  const number = reader.varint();
  const origin = reader.varint();
  const owners = readOwners(reader);
  const groups = readGroups(reader);
  const holders = new Map<ShardId, Holder>();
  for (let left = reader.varint(); left > 0; left--) holders.set(reader.varint(), readHolder(reader));
  return { kind: "map", number, origin, owners, groups, holders };
}

/** Writes a plan. */
export function writePlan(writer: ByteWriter, plan: Plan): void {
  writer.varint(plan.after);
  writeOwners(writer, plan.owners);
  writeGroups(writer, plan.groups);
}

/** Reads what `writePlan` wrote. Throws `WireError` for anything else. */
export function readPlan(reader: ByteReader): Plan {
  return { kind: "plan", after: reader.varint(), owners: readOwners(reader), groups: readGroups(reader) };
}

/** Writes who has a shard's data. */
export function writeHolder(writer: ByteWriter, { group, servers, number }: Holder): void {
  writer.varint(group);
  writeServers(writer, servers);
  writer.varint(number);
}

/** Reads what `writeHolder` wrote. */
export function readHolder(reader: ByteReader): Holder {
  return { group: reader.varint(), servers: readServers(reader), number: reader.varint() };
}

/** Writes groups, in ascending order. */
export function writeGroups(writer: ByteWriter, groups: Groups): void {
  writer.varint(groups.size);
  for (const [group, servers] of copyGroups(groups)) {
    writer.varint(group);
    writeServers(writer, servers);
  }
}

/** Reads what `writeGroups` wrote. */
export function readGroups(reader: ByteReader): Groups {
  const groups = new Map<GroupId, readonly Address[]>();
  for (let left = reader.varint(); left > 0; left--) groups.set(reader.varint(), readServers(reader));
  return groups;
}

function writeOwners(writer: ByteWriter, owners: readonly GroupId[]): void {
  writer.varint(owners.length);
  for (const owner of owners) writer.varint(owner);
}

function readOwners(reader: ByteReader): GroupId[] {
  const length = reader.varint();
  if (length > MAX_SHARDS) throw new WireError("malformed", `Cannot decode a map of ${length} shards`);
  return Array.from({ length }, () => reader.varint());
}

function writeServers(writer: ByteWriter, servers: readonly Address[]): void {
  writer.varint(servers.length);
  for (const server of servers) writer.string(server);
}

function readServers(reader: ByteReader): Address[] {
  const servers: Address[] = [];
  for (let left = reader.varint(); left > 0; left--) servers.push(reader.string());
  return servers;
}
