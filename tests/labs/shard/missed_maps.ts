/**
 * A group that misses maps: it has to go through all of them, one by one, with whatever was to pass through it.
 * @module
 */

import { demand } from "../kv/run.ts";
import type { ShardScript } from "./script.ts";
import { shardOf2024, type StoreTester } from "./store_tester.ts";
import { Ledger } from "./work.ts";

/** What the group that was away may need, once it is back, until everything is where the last map wants it. */
const LIMIT_MS = 10_000;
/** Groups ask for the next map about every 100 ms. */
const FOLLOW_MS = 250;

/** The tests. */
export const MISSED_MAPS_2024: readonly ShardScript<StoreTester>[] = [
  {
    name: "StrictMapByMap",
    sentence:
      "shards pass through a group, come home through it and leave it for a while, all while it is down and the others restart: back, it takes on map by map, and 10 values arrive and grow",
    network: "unreliable",
    maxRaftStateBytes: 300,
    run: strictMapByMap,
  },
];

/**
 * TestMissChange5B has servers that miss maps, but a majority of each group that does not; so whoever jumps to the newest map is
 * caught there by chance only (labs S9), as is whoever forgets that a shard is to go on (S10), or what is on its way (S11).
 */
async function strictMapByMap(tester: StoreTester): Promise<void> {
  await tester.join(0, 1, 2);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  const { shards } = await tester.config();
  const [passing, returning] = shardsOf(shards, 100);
  const [lent] = shardsOf(shards, 101);
  tester.groups[1].shutdown();
  for (const [shard, ...way] of [[passing, 1, 2], [returning, 1, 0], [lent, 2, 1]]) {
    for (const to of way) {
      await tester.move(shard, to);
      // Those that are up see each of them.
      await tester.sleep(FOLLOW_MS);
    }
  }
  // Whoever is up makes a snapshot in the middle of all that, and goes on from it.
  const clerk = tester.clerk();
  for (const gid of [100, 102]) {
    const stays = shardsOf(shards, gid)[2];
    const key = ledger.keys.find((one) => shardOf2024(one) === stays);
    for (let nth = 0; nth < 3; nth++) await clerk.put(`${key} besides`, "x".repeat(200));
  }
  for (const group of [tester.groups[0], tester.groups[2]]) {
    group.shutdown();
    await group.start();
  }
  await tester.groups[1].start();
  const grown = ledger.check(5).then(() => true);
  const inTime = await Promise.race([grown, tester.sleep(LIMIT_MS).then(() => false)]);
  demand(inTime, `a shard was still on its way ${LIMIT_MS} ms after the group that missed maps was back`);
  await ledger.check();
}

/** The shards of a group. */
function shardsOf(shards: readonly number[], gid: number): number[] {
  return shards.map((_, shard) => shard).filter((shard) => shards[shard] === gid);
}
