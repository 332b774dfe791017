/**
 * Everything that a group holds, and its snapshots.
 * @module
 */

import { SnapshotError } from "../kv/errors.ts";
import type { StoreOptions } from "../kv/store/store.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { ShardCopy } from "./copy.ts";
import type { ShardMap } from "./map.ts";
import { readMap, writeMap } from "./map_codec.ts";
import { Transit } from "./transit.ts";

/** What a group has of a shard now. `number`: the map that gave it to the group. */
export type Held =
  | { readonly state: "gone" }
  | { readonly state: "arriving"; readonly number: number }
  | { readonly state: "serve"; readonly number: number; readonly copy: ShardCopy };

/** Everything that a group holds; replaced as a whole by a restore. */
export interface GroupState {
  /** The latest map taken on. */
  map: ShardMap;
  /** By shard. */
  readonly held: Held[];
  /** By shard: the highest map number by which it came or went here. What is older comes too late. */
  readonly fences: number[];
  /** What is on its way. */
  readonly transit: Transit;
}

const SNAPSHOT_LAYOUT = 1;
/** With parts of shards behind it: only while there are any, so that an earlier version reads all others. */
const PARTS_LAYOUT = 2;
const STATES = ["gone", "arriving", "serve"] as const;

/** Writes everything, in an order that depends on nothing but the state. */
export function encodeGroupState({ map, held, fences, transit }: GroupState): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.u8(transit.parts.size === 0 ? SNAPSHOT_LAYOUT : PARTS_LAYOUT);
  writeMap(writer, map);
  for (const [shard, one] of held.entries()) {
    writer.u8(STATES.indexOf(one.state));
    writer.varint(fences[shard]);
    if (one.state === "gone") continue;
    writer.varint(one.number);
    if (one.state === "serve") one.copy.save(writer);
  }
  transit.encode(writer);
  return writer.take();
}

/** Reads what `encodeGroupState` wrote. Throws `SnapshotError` for anything else. */
export function decodeGroupState(data: Uint8Array, options: StoreOptions): GroupState {
  let layout = 0;
  try {
    const reader = new ByteReader(data);
    layout = reader.u8();
    if (layout === SNAPSHOT_LAYOUT || layout === PARTS_LAYOUT) {
      return readState(reader, options, layout === PARTS_LAYOUT);
    }
  } catch (cause) {
    throw new SnapshotError("malformed", "Cannot restore shards that do not decode; nothing was changed", {
      cause,
    });
  }
  throw new SnapshotError("newer", `Cannot restore shards of layout ${layout}: upgrade this node`);
}

function readState(reader: ByteReader, options: StoreOptions, withParts: boolean): GroupState {
  const map = readMap(reader);
  const held: Held[] = [];
  const fences: number[] = [];
  for (let shard = 0; shard < map.owners.length; shard++) {
    const state = STATES[reader.u8()];
    fences.push(reader.varint());
    held.push(readHeld(reader, state, options));
  }
  const transit = Transit.decode(reader, withParts);
  reader.end();
  return { map, held, fences, transit };
}

function readHeld(reader: ByteReader, state: Held["state"], options: StoreOptions): Held {
  if (state === "gone") return { state };
  const number = reader.varint();
  return state === "arriving" ? { state, number } : { state, number, copy: ShardCopy.load(reader, options) };
}
