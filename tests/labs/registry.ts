/**
 * Every part of every lab that `deno task lab` knows: one line each.
 * @module
 */

import { flotillaLab } from "./flotilla/flotilla_lab.ts";
import { flotillaKvPart, type KvLabPart, type KvModule, kvPart } from "./kv/parts.ts";
import type { LabPart } from "./lab.ts";
import { type RaftLab, raftLab, type RaftPartName } from "./raft/raft_lab.ts";
import type { MakeRaft } from "./raft/seat.ts";
import {
  FLOTILLA_SHARD,
  type ShardLabPart,
  type ShardModule,
  shardPart,
  shardReplay,
} from "./shard/parts.ts";

/** One part. */
export interface LabEntry {
  /** Its name, such as `3A`. */
  readonly part: string;
  /** What it is about, in a few words. */
  readonly about: string;
  /** Its tests for our own code, or for somebody else's. */
  readonly load: (implementation: Implementation | null) => Promise<LabPart>;
}

/** A module with an implementation of somebody's own. */
export interface Implementation {
  /** Where to import it from. */
  readonly url: string;
  /** As it was named on the command line, which a replay repeats. */
  readonly file: string;
}

/** All parts, in the order of the labs. */
export const LABS: readonly LabEntry[] = [
  kvEntry("2", "single server, and a lock on it"),
  raftEntry("3A", "leader election"),
  raftEntry("3B", "log"),
  raftEntry("3C", "persistence"),
  raftEntry("3D", "log compaction"),
  kvEntry("4A", "on Raft without snapshots (2024); replicated state machine (2025)"),
  kvEntry("4B", "on Raft with snapshots (2024); versioned, without snapshots (2025)"),
  kvEntry("4C", "versioned, with snapshots (2025)"),
  shardEntry("5A", "controller, shards that stay (2024); moved by a controller (2025)"),
  shardEntry("5B", "shards that move, challenges (2024); a controller that dies (2025)"),
  shardEntry("5C", "several controllers at once (2025)"),
];

function kvEntry(part: KvLabPart, about: string): LabEntry {
  return { part, about: `Key/value: ${about}`, load: (implementation) => kvFrom(part, implementation) };
}

async function kvFrom(part: KvLabPart, implementation: Implementation | null): Promise<LabPart> {
  if (implementation === null) return flotillaKvPart(part);
  const { url, file } = implementation;
  const module: KvModule = await import(url);
  const loaded = kvPart(part, module, {
    replay: (test, seed) => `deno task lab ${part} --impl ${file} --test ${test} --seed ${seed}`,
  });
  if (loaded.tests.length > 0) return loaded;
  throw new TypeError(`Cannot test ${file}: it exports nothing of lab ${part}, see tests/labs/README.md`);
}

function shardEntry(part: ShardLabPart, about: string): LabEntry {
  return { part, about: `Shards: ${about}`, load: (implementation) => shardFrom(part, implementation) };
}

async function shardFrom(part: ShardLabPart, implementation: Implementation | null): Promise<LabPart> {
  if (implementation === null) return shardPart(part, FLOTILLA_SHARD, shardReplay(part));
  const { url, file } = implementation;
  const module: ShardModule = await import(url);
  const loaded = shardPart(
    part,
    module,
    (test, seed) => `deno task lab ${part} --impl ${file} --test ${test} --seed ${seed}`,
  );
  if (loaded.tests.length > 0) return loaded;
  throw new TypeError(`Cannot test ${file}: it exports nothing of lab ${part}, see tests/labs/README.md`);
}

function raftEntry(part: RaftPartName, about: string): LabEntry {
  return {
    part,
    about: `Raft: ${about}`,
    load: async (implementation) => (await raftFrom(implementation)).part(part),
  };
}

/** A module with a Raft of somebody's own. */
interface RaftModule {
  readonly makeRaft?: MakeRaft;
}

async function raftFrom(implementation: Implementation | null): Promise<RaftLab> {
  if (implementation === null) return flotillaLab();
  const { url, file } = implementation;
  const module: RaftModule = await import(url);
  if (typeof module.makeRaft !== "function") {
    throw new TypeError(
      `Cannot test ${file}: it exports no function makeRaft, see tests/labs/README.md`,
    );
  }
  return raftLab(module.makeRaft, {
    replay: (test, seed) =>
      `deno task lab ${test.split("@")[0].slice(-2)} --impl ${file} --test ${test} --seed ${seed}`,
  });
}
