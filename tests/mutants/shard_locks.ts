/**
 * Single lines against the labs' pitfalls of shards, behind which another one holds: nothing shows from outside while they are broken
 * alone, so the unit tests look at them. The pitfalls themselves are in `shard.ts`.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const GROUP_TEST = `${TEST} tests/shard/group_test.ts`;
const MAP_TEST = `${TEST} tests/shard/rebalance_test.ts`;

const GROUP = "shard/group.ts";
const REBALANCE = "shard/rebalance.ts";

/** All of them. */
export const shardLockMutants: readonly Mutant[] = [
  {
    id: "S1-numbers",
    title: "Groups are taken in the order in which they joined",
    source: "labs S1; the order of a Map here is the same for all who apply the same commands",
    file: REBALANCE,
    anchor: "const members = [...new Set(groups)].sort((left, right) => left - right);",
    replacement: "const members = [...new Set(groups)];",
    killedBy: MAP_TEST,
  },
  {
    id: "S2-copy",
    title: "A map shares its groups with the plan that it was made from",
    source: "labs S2; no plan is changed afterwards",
    file: "shard/map.ts",
    anchor: 'return { kind: "map", number, origin, owners, groups: copyGroups(plan.groups), holders };',
    replacement: 'return { kind: "map", number, origin, owners, groups: plan.groups, holders };',
    killedBy: MAP_TEST,
  },
  {
    id: "S9-offered",
    title: "A group skips maps when it is offered a later one",
    source: "labs S9; whoever offers maps, offers them one by one",
    file: GROUP,
    anchor: "if (number > this.map.number + 1 || map.owners",
    replacement: "if (map.owners",
    killedBy: GROUP_TEST,
  },
  {
    id: "S21-empty",
    title: "A freeze that comes again after the deletion gives an empty shard",
    source: "labs S21; its new owner takes no shard twice under one number",
    file: GROUP,
    anchor: "if (number === fences[shard]) return this.#fetch(shard, number);",
    replacement:
      'if (number === fences[shard]) {\n      const kept = this.transit.kept.get(shard, number);\n      return { kind: "contents", contents: kept?.contents ?? new Uint8Array(0) };\n    }',
    killedBy: GROUP_TEST,
  },
  {
    id: "S26-delete",
    title: "A deletion hits whatever is kept of a shard, also by a later map",
    source: "labs S26",
    file: GROUP,
    anchor: "const kept = this.transit.kept.take(shard, number);",
    replacement:
      "const any = this.transit.kept.all.find((one) => one.shard === shard);\n    const kept = any === undefined ? undefined : this.transit.kept.take(shard, any.number);",
    killedBy: GROUP_TEST,
  },
];
