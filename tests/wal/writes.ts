/**
 * Groups of writes as a Raft core could ask for, drawn from a seed.
 * @module
 */

import { applyPersist } from "../../raft/memory_storage.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import type { Configuration, Entry, Snapshot } from "../../raft/types.ts";
import type { Random } from "../../runtime/mod.ts";

/** What a new disk holds. */
export const NOTHING: Recovered = {
  hardState: { term: 0, vote: null },
  snapshot: null,
  entries: [],
  incarnation: 0,
  standing: "voter",
};

/** How large things are. */
export interface Sizes {
  readonly maxCommandBytes: number;
  readonly maxSnapshotBytes: number;
}

/** Draws `count` groups that may be written one after another, the first one onto `start`. Every other seed knows of configurations. */
export function drawGroups(random: Random, count: number, sizes: Sizes, start = NOTHING): Persist[][] {
  const groups: Persist[][] = [];
  let state = start;
  let sequence = 1;
  // Drawn apart, so that all else is the same with configurations and without.
  const configures = random.split("members").chance(0.5);
  for (let at = 0; at < count; at++) {
    const group: Persist[] = [];
    for (let left = random.chance(0.7) ? 1 : random.between(2, 4); left > 0; left--) {
      const drawn = drawWrite(random, sequence, state, sizes);
      const write = configures ? withConfigurations(random.split(`members ${sequence}`), drawn) : drawn;
      sequence++;
      state = applyPersist(state, write);
      group.push(write);
    }
    groups.push(group);
  }
  return groups;
}

function drawWrite(random: Random, sequence: number, state: Recovered, sizes: Sizes): Persist {
  const { hardState } = state;
  const newTerm = random.chance(0.2);
  const term = newTerm ? hardState.term + random.between(1, 3) : Math.max(1, hardState.term);
  const vote = newTerm ? random.chance(0.5) ? null : `n${random.below(5)}` : hardState.vote;
  const snapshot = random.chance(0.25) ? drawSnapshot(random, state, sizes) : null;
  const held = snapshot === null
    ? state
    : applyPersist(state, { sequence, term, vote, firstIndex: 0, entries: [], snapshot });
  const offset = held.snapshot?.index ?? 0;
  const last = offset + held.entries.length;
  // Mostly at the end; now and then over what a deposed leader left there.
  const firstIndex = random.chance(0.2) ? random.between(offset + 1, last + 1) : last + 1;
  const entries: Entry[] = [];
  const most = random.chance(0.1) ? 30 : 3;
  for (let left = random.below(most + 1); left > 0; left--) {
    entries.push({ term, command: drawBytes(random, sizes.maxCommandBytes) });
  }
  return { sequence, term, vote, firstIndex, entries, snapshot };
}

/** Some of the entries hold a configuration, and so does one snapshot in two. */
function withConfigurations(random: Random, write: Persist): Persist {
  const { snapshot } = write;
  const entries = write.entries.map((entry): Entry =>
    random.chance(0.15)
      ? { term: entry.term, command: EMPTY, configuration: drawConfiguration(random) }
      : entry
  );
  if (snapshot === null || random.chance(0.5)) return { ...write, entries };
  return { ...write, entries, snapshot: { ...snapshot, configuration: drawConfiguration(random) } };
}

function drawConfiguration(random: Random): Configuration {
  const ids = ["a", "b", "host:7001", "ключ 🔑"].filter(() => random.chance(0.7));
  return {
    members: ids.map((id) => ({
      id,
      role: random.chance(0.7) ? "voter" : "learner",
      address: random.chance(0.5) ? "" : `${id}:1`,
    })),
    retired: random.chance(0.5) ? [] : ["gone"],
  };
}

/** Of the log as it is, or from a leader: beyond the log, or of another history. */
function drawSnapshot(random: Random, state: Recovered, sizes: Sizes): Snapshot | null {
  const offset = state.snapshot?.index ?? 0;
  const data = drawBytes(random, sizes.maxSnapshotBytes);
  if (random.chance(0.6)) {
    if (state.entries.length === 0) return null;
    const at = random.below(state.entries.length);
    return { index: offset + 1 + at, term: state.entries[at].term, configuration: null, data };
  }
  const index = offset + random.between(1, state.entries.length + 5);
  return { index, term: Math.max(1, state.hardState.term) + random.below(2), configuration: null, data };
}

/** Small mostly, sometimes nothing but zeros, sometimes up to `most`. */
function drawBytes(random: Random, most: number): Uint8Array {
  const length = random.below(random.chance(0.8) ? Math.min(most, 24) + 1 : most + 1);
  const bytes = new Uint8Array(length);
  if (random.chance(0.3)) return bytes;
  for (let at = 0; at < length; at++) bytes[at] = random.below(256);
  return bytes;
}

/** What `groups` make of `start`, up to and without group `end`. */
export function fold(
  groups: readonly (readonly Persist[])[],
  end = groups.length,
  start = NOTHING,
): Recovered {
  return groups.slice(0, end).flat().reduce(applyPersist, start);
}

/** Whether two disks hold the same, whoever formatted them. */
export function sameState(one: Recovered, other: Recovered): boolean {
  return one.hardState.term === other.hardState.term && one.hardState.vote === other.hardState.vote &&
    one.snapshot?.index === other.snapshot?.index && one.snapshot?.term === other.snapshot?.term &&
    sameBytes(one.snapshot?.data ?? EMPTY, other.snapshot?.data ?? EMPTY) &&
    sameMembers(one.snapshot, other.snapshot) &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, at) =>
      entry.term === other.entries[at].term && sameBytes(entry.command, other.entries[at].command) &&
      sameMembers(entry, other.entries[at])
    );
}

function sameMembers(one: Entry | Snapshot | null, other: Entry | Snapshot | null): boolean {
  const [left, right] = [one, other].map((held) =>
    held !== null && "configuration" in held ? held.configuration : null
  );
  return JSON.stringify(left) === JSON.stringify(right);
}

const EMPTY = new Uint8Array(0);

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
