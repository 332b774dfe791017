/**
 * Every part of every lab that `deno task lab` knows: one line each.
 * @module
 */

import { flotillaLab } from "./flotilla/flotilla_lab.ts";
import type { LabPart } from "./lab.ts";
import { type RaftLab, raftLab, type RaftPartName } from "./raft/raft_lab.ts";
import type { MakeRaft } from "./raft/seat.ts";

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
  raftEntry("3A", "leader election"),
  raftEntry("3B", "log"),
  raftEntry("3C", "persistence"),
  raftEntry("3D", "log compaction"),
];

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
