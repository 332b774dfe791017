/**
 * Who owns which shard: what is committed (`ShardMap`) and what is only wanted (`Plan`).
 *
 * They are different types on purpose: a placement that was wished for and taken as fact routes clients to groups that know
 * nothing of it (milvus-io/talon #413). Only a map routes, and only `commitPlan` makes a map of a plan.
 * @module
 */

import type { Address } from "../runtime/network.ts";
import { hashLabel } from "../runtime/random.ts";
import type { ShardId } from "./placement.ts";

/** A group's number. 0 is nobody. */
export type GroupId = number;

/** Nobody: the owner of a shard when there are no groups. */
export const NOBODY: GroupId = 0;

/** Where the servers of each group listen. */
export type Groups = ReadonlyMap<GroupId, readonly Address[]>;

/** Who keeps the data of a shard that nobody owns. */
export interface Holder {
  /** The last owner. */
  readonly group: GroupId;
  /** Its servers. It may be no member any more. */
  readonly servers: readonly Address[];
  /** The map that took the shard from it. */
  readonly number: number;
}

/** A committed map. Its number is the fencing token of every move. Never changed: the next map is another one. */
export interface ShardMap {
  /** What it is. */
  readonly kind: "map";
  /** Maps are numbered without gaps. Map 0 has no groups. */
  readonly number: number;
  /**
   * A fingerprint of map 1, which all later maps keep: numbers of maps that different controllers made must not be compared.
   * 0 in map 0. Controllers whose first maps are equal are not told apart.
   */
  readonly origin: number;
  /** The owner of each shard. */
  readonly owners: readonly GroupId[];
  /** The members, in ascending order. */
  readonly groups: Groups;
  /** For shards without an owner that had one: who keeps the data until somebody joins. */
  readonly holders: ReadonlyMap<ShardId, Holder>;
}

/** What the map after map `after` is to be. Routes nothing. */
export interface Plan {
  /** What it is. */
  readonly kind: "plan";
  /** The map that it was made from. */
  readonly after: number;
  /** The owner of each shard. */
  readonly owners: readonly GroupId[];
  /** The members. */
  readonly groups: Groups;
}

/** The map before any group has joined. */
export function emptyMap(shards: number): ShardMap {
  const owners = new Array<GroupId>(shards).fill(NOBODY);
  return { kind: "map", number: 0, origin: 0, owners, groups: new Map(), holders: new Map() };
}

/** The map that `plan` becomes after `previous`. Throws `RangeError` if it was made from another one. */
export function commitPlan(plan: Plan, previous: ShardMap): ShardMap {
  if (plan.after !== previous.number || plan.owners.length !== previous.owners.length) {
    throw new RangeError(
      `Cannot commit a plan that was made from map ${plan.after} after map ${previous.number}`,
    );
  }
  const number = previous.number + 1;
  const owners = [...plan.owners];
  const holders = new Map<ShardId, Holder>();
  for (let shard = 0; shard < owners.length; shard++) {
    if (owners[shard] !== NOBODY) continue;
    const last = sourceOf(previous, shard, number);
    if (last !== null) holders.set(shard, last);
  }
  // A copy of everything: a map that shares its groups with the next one is rewritten by it (labs S2).
  const origin = number === 1 ? originOf(plan) : previous.origin;
  return { kind: "map", number, origin, owners, groups: copyGroups(plan.groups), holders };
}

function originOf({ owners, groups }: Plan): number {
  // Never 0, which stands for no origin.
  return hashLabel(JSON.stringify([owners, [...copyGroups(groups)]])) % 0xffffffff + 1;
}

/** Who has the data of `shard` when the map after `previous`, numbered `number`, moves it; null if there never was any. */
export function sourceOf(previous: ShardMap, shard: ShardId, number: number): Holder | null {
  const group = previous.owners[shard];
  if (group === NOBODY) return previous.holders.get(shard) ?? null;
  return { group, servers: previous.groups.get(group) ?? [], number };
}

/** The groups in ascending order, sharing nothing with the original. */
export function copyGroups(groups: Groups): Groups {
  return new Map(
    [...groups].sort(([left], [right]) => left - right).map(([id, servers]) => [id, [...servers]]),
  );
}
