/**
 * Plans that move as few shards as possible and leave nobody with two more than anybody else.
 *
 * Every replica of the controller plans for itself, so nothing here may depend on the order of a `Map` (labs S1): groups are
 * taken by number, shards by number.
 * @module
 */

import type { Address } from "../runtime/network.ts";
import { type GroupId, type Groups, NOBODY, type Plan, type ShardMap } from "./map.ts";
import type { ShardId } from "./placement.ts";

/**
 * Owners for every shard among `groups`: balanced, and as close to `owners` as a balanced placement can be.
 *
 * Each group keeps up to its quota. Where the shards cannot be dealt evenly, the larger quotas go to the groups that have most
 * now, which is what makes the number of moves the least possible.
 */
export function rebalance(owners: readonly GroupId[], groups: Iterable<GroupId>): GroupId[] {
  const members = [...new Set(groups)].sort((left, right) => left - right);
  if (members.length === 0) return owners.map(() => NOBODY);
  const room = quotas(owners, members);
  const next = owners.map((owner) => {
    const left = room.get(owner) ?? 0;
    if (left === 0) return NOBODY;
    room.set(owner, left - 1);
    return owner;
  });
  let at = 0;
  return next.map((owner) => {
    if (owner !== NOBODY) return owner;
    while (room.get(members[at]) === 0) at++;
    const taker = members[at];
    room.set(taker, (room.get(taker) ?? 0) - 1);
    return taker;
  });
}

/** How many shards each member is to have. */
function quotas(owners: readonly GroupId[], members: readonly GroupId[]): Map<GroupId, number> {
  const counts = new Map(members.map((group) => [group, 0]));
  for (const owner of owners) {
    const count = counts.get(owner);
    if (count !== undefined) counts.set(owner, count + 1);
  }
  const least = Math.floor(owners.length / members.length);
  const larger = owners.length % members.length;
  const byCount = [...members].sort((left, right) =>
    (counts.get(right) ?? 0) - (counts.get(left) ?? 0) || left - right
  );
  return new Map(byCount.map((group, rank) => [group, rank < larger ? least + 1 : least]));
}

/** The plan in which `joining` are members too; a member's servers are replaced. */
export function planJoin(map: ShardMap, joining: Groups): Plan {
  const groups = new Map([...map.groups, ...joining]);
  return planFor(map, groups);
}

/** The plan without `leaving`. */
export function planLeave(map: ShardMap, leaving: readonly GroupId[]): Plan {
  const groups = new Map([...map.groups].filter(([group]) => !leaving.includes(group)));
  return planFor(map, groups);
}

/** The plan in which `group` owns `shard`, and everything else stays; the next join or leave balances again. */
export function planMove(map: ShardMap, shard: ShardId, group: GroupId): Plan {
  const owners = map.owners.map((owner, at) => at === shard ? group : owner);
  return { kind: "plan", after: map.number, owners, groups: map.groups };
}

/** How many shards a plan takes from one owner and gives to another. */
export function movesOf(map: ShardMap, plan: Plan): number {
  return plan.owners.filter((owner, shard) => owner !== map.owners[shard]).length;
}

function planFor(map: ShardMap, groups: ReadonlyMap<GroupId, readonly Address[]>): Plan {
  return { kind: "plan", after: map.number, owners: rebalance(map.owners, groups.keys()), groups };
}
