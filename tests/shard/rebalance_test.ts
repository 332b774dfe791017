import { assert, assertEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../runtime/mod.ts";
import { commitPlan, emptyMap, type GroupId, NOBODY, type ShardMap } from "../../shard/map.ts";
import { movesOf, planJoin, planLeave, planMove, rebalance } from "../../shard/rebalance.ts";

function servers(group: GroupId): string[] {
  return [`${group}a`, `${group}b`, `${group}c`];
}

function spread(owners: readonly GroupId[], members: readonly GroupId[]): number {
  const counts = members.map((group) => owners.filter((owner) => owner === group).length);
  return Math.max(...counts) - Math.min(...counts);
}

/** The fewest moves that lead to any balanced placement, by trying every way to deal the larger quotas. */
function fewestMoves(owners: readonly GroupId[], members: readonly GroupId[]): number {
  const counts = members.map((group) => owners.filter((owner) => owner === group).length);
  const least = Math.floor(owners.length / members.length);
  const larger = owners.length % members.length;
  let best = Infinity;
  const deal = (at: number, left: number, kept: number): void => {
    if (at === members.length) {
      if (left === 0) best = Math.min(best, owners.length - kept);
      return;
    }
    deal(at + 1, left, kept + Math.min(counts[at], least));
    if (left > 0) deal(at + 1, left - 1, kept + Math.min(counts[at], least + 1));
  };
  deal(0, larger, 0);
  return best;
}

for (const shards of [1, 5, 10, 12, 64]) {
  Deno.test(`400 random joins, leaves and moves of up to 12 groups over ${shards} shards are balanced with the fewest moves`, () => {
    const random = seededRandom(shards);
    let map: ShardMap = emptyMap(shards);
    for (let step = 0; step < 400; step++) {
      const members = [...map.groups.keys()];
      const kind = random.below(5);
      if (kind === 0 && members.length > 0) {
        const plan = planMove(map, random.below(shards), members[random.below(members.length)]);
        assert(movesOf(map, plan) <= 1);
        map = commitPlan(plan, map);
        continue;
      }
      const group = 1 + random.below(12);
      const plan = kind < 3 || members.length === 0
        ? planJoin(
          map,
          new Map(
            [[group, servers(group)], [group % 12 + 1, servers(group % 12 + 1)]].slice(random.below(2)) as [
              number,
              string[],
            ][],
          ),
        )
        : planLeave(map, [group, 1 + random.below(12)]);
      const after = [...plan.groups.keys()];
      if (after.length === 0) assert(plan.owners.every((owner) => owner === NOBODY));
      else {
        assert(
          plan.owners.every((owner) => after.includes(owner)),
          `step ${step}: a shard of nobody or of a stranger`,
        );
        assert(spread(plan.owners, after) <= 1, `step ${step}: ${plan.owners}`);
        assertEquals(
          movesOf(map, plan),
          fewestMoves(map.owners, after),
          `step ${step}: ${map.owners} to ${plan.owners}`,
        );
      }
      map = commitPlan(plan, map);
      assertEquals(map.number, plan.after + 1);
    }
  });
}

Deno.test("a placement does not depend on the order in which groups are given", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round++) {
    const owners = Array.from({ length: 20 }, () => random.below(6));
    const groups = [1, 2, 3, 4, 5, 6, 7].filter(() => random.chance(0.7));
    const other = [...groups].sort(() => random.next() - 0.5);
    assertEquals(rebalance(owners, groups), rebalance(owners, other));
    assertEquals(
      rebalance(owners, groups),
      rebalance(rebalance(owners, groups), other),
      "it is a fixed point",
    );
  }
});

Deno.test("with more groups than shards each shard has its own group, and nothing moves that need not", () => {
  assertEquals(rebalance([3, 3, 3], [1, 2, 3, 4, 5]), [3, 1, 2]);
  assertEquals(rebalance([5, 4, 3], [1, 2, 3, 4, 5]), [5, 4, 3]);
});

Deno.test("when the last group leaves its shards are nobody's, and the map remembers who keeps their data", () => {
  const one = commitPlan(planJoin(emptyMap(4), new Map([[7, servers(7)]])), emptyMap(4));
  const none = commitPlan(planLeave(one, [7]), one);
  assertEquals(none.owners, [0, 0, 0, 0]);
  assertEquals(none.holders.get(2), { group: 7, servers: servers(7), number: 2 });
  const other = commitPlan(planLeave(none, [9]), none);
  assertEquals(other.holders.get(2), none.holders.get(2), "it stays so");
  const taken = commitPlan(planJoin(other, new Map([[8, servers(8)]])), other);
  assertEquals(taken.holders.size, 0);
});

Deno.test("a plan that was made from an older map cannot be committed", () => {
  const zero = emptyMap(2);
  const one = commitPlan(planJoin(zero, new Map([[1, servers(1)]])), zero);
  assertThrows(
    () => commitPlan(planJoin(zero, new Map([[2, servers(2)]])), one),
    RangeError,
    "made from map 0",
  );
});

Deno.test("a map shares nothing with the plan that it was made from", () => {
  const zero = emptyMap(2);
  const addresses = servers(1);
  const groups = new Map([[1, addresses]]);
  const one = commitPlan(planJoin(zero, groups), zero);
  addresses.push("stranger");
  groups.delete(1);
  assertEquals(one.groups.get(1), servers(1));
});
