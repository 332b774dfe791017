/**
 * The challenges of 2024, and what the official suite leaves open.
 * @module
 */

import { demand } from "../kv/run.ts";
import type { ShardScript } from "./script.ts";
import { shardOf2024, type StoreTester } from "./store_tester.ts";
import { restartAll } from "./store_5b_2024.ts";
import { Ledger } from "./work.ts";

type Script = ShardScript<StoreTester>;

/** What may be left on all 9 servers, as the labs count it. */
const MOST_BYTES = 3 * (27_000 + 2 * 6_000);

/** The tests. */
export const CHALLENGES_2024: readonly Script[] = [
  {
    name: "TestChallenge1Delete",
    sentence:
      `after 30 values of 1,000 bytes went round 3 groups, all 9 servers together keep at most ${MOST_BYTES} bytes`,
    network: "reliable",
    maxRaftStateBytes: 1,
    run: testDelete,
  },
  {
    name: "TestChallenge2Unaffected",
    sentence: "shards that do not move are served while the group that others come from is dead",
    network: "unreliable",
    maxRaftStateBytes: 100,
    run: testUnaffected,
  },
  {
    name: "TestChallenge2Partial",
    sentence:
      "shards that came from a live group are served a second later, while those of a dead group never come",
    network: "unreliable",
    maxRaftStateBytes: 100,
    run: testPartial,
  },
  {
    name: "StrictNobodyKeepsTheData",
    sentence:
      "30 values are all there again after every group has left, all have restarted, and another one has joined",
    network: "unreliable",
    maxRaftStateBytes: 300,
    run: strictNobody,
  },
  {
    name: "StrictLaterMovesPass",
    sentence:
      "while a shard waits for a dead group, two live groups hand others to and fro, and it comes when the dead group is back",
    network: "unreliable",
    maxRaftStateBytes: 300,
    run: strictLaterMoves,
  },
  {
    name: "StrictControllerCrashes",
    sentence:
      "10 clerks append through 12 joins and leaves while servers of the controller and of every group crash in turn",
    network: "unreliable",
    maxRaftStateBytes: 300,
    run: strictCrashes,
  },
];

async function testDelete(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 30);
  await ledger.fill(1000);
  await ledger.check();
  for (let round = 0; round < 2; round++) {
    await tester.join(1);
    await tester.sleep(200);
    await tester.join(2);
    await tester.sleep(200);
    await tester.leave(0);
    await tester.sleep(200);
    await tester.leave(2);
    await tester.sleep(200);
    await tester.join(0);
    await tester.sleep(200);
    await ledger.check();
    await tester.leave(1);
    await tester.sleep(200);
  }
  await tester.join(1);
  await tester.join(2);
  await tester.sleep(2000);
  await ledger.check();
  await tester.sleep(2000);
  await ledger.check();
  const { savedBytes } = tester;
  const few = tester.fleet.measure("bytes kept by all 9 servers after the moves", savedBytes, MOST_BYTES);
  demand(few, `the servers keep ${savedBytes} bytes, more than ${MOST_BYTES}`);
}

async function testUnaffected(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const clerk = tester.clerk();
  const keys = Array.from({ length: 10 }, (_, key) => String(key));
  for (const key of keys) await clerk.put(key, "100");
  await tester.join(1);
  await tester.sleep(1000);
  const { shards } = await tester.config();
  const owned = keys.filter((key) => shards[shardOf2024(key)] === 101);
  demand(owned.length > 0 && owned.length < 10, "group 101 owns some shards");
  await tester.sleep(1000);
  for (const key of owned) {
    demand(await clerk.get(key) === "100", `the value of ${key} did not arrive`);
    await clerk.put(key, "101");
  }
  tester.groups[0].shutdown();
  await tester.leave(0);
  await tester.sleep(1000);
  await within(tester, 2000, async () => {
    for (const key of owned) {
      demand(await clerk.get(key) === "101", `the value of ${key} was lost`);
      await clerk.put(key, `${key}-1`);
      demand(await clerk.get(key) === `${key}-1`, `the value of ${key} was lost`);
    }
  });
}

async function testPartial(tester: StoreTester): Promise<void> {
  await tester.join(0, 1, 2);
  await tester.sleep(1000);
  const clerk = tester.clerk();
  const keys = Array.from({ length: 10 }, (_, key) => String(key));
  for (const key of keys) await clerk.put(key, "100");
  const { shards } = await tester.config();
  const coming = keys.filter((key) => shards[shardOf2024(key)] === 102);
  demand(coming.length > 0, "group 102 owns some shards");
  tester.groups[0].shutdown();
  await tester.leave(0, 2);
  await tester.sleep(1000);
  await within(tester, 2000, async () => {
    for (const key of coming) {
      demand(await clerk.get(key) === "100", `the value of ${key} did not come`);
      await clerk.put(key, `${key}-2`);
      demand(await clerk.get(key) === `${key}-2`, `the value of ${key} was lost`);
    }
  });
}

async function strictNobody(tester: StoreTester): Promise<void> {
  await tester.join(0, 1);
  const ledger = new Ledger(tester, 30);
  await ledger.fill(20);
  await tester.leave(1);
  await tester.leave(0);
  const { shards } = await tester.config();
  demand(shards.every((gid) => gid === 0), "a shard has an owner although every group has left");
  await tester.sleep(500);
  await restartAll(tester);
  await tester.join(2);
  await ledger.check(20);
  await tester.leave(2);
  await tester.join(0, 2);
  await ledger.check();
}

async function strictLaterMoves(tester: StoreTester): Promise<void> {
  await tester.join(0, 1, 2);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  const { shards } = await tester.config();
  const clerk = tester.clerk();
  tester.groups[0].shutdown();
  const waiting = shards.indexOf(100);
  const free = shards.indexOf(102);
  const key = ledger.keys.find((one) => shardOf2024(one) === free) ?? "";
  await tester.move(waiting, 1);
  for (let round = 0; round < 3; round++) {
    for (const group of [1, 2]) {
      await tester.move(free, group);
      await within(tester, 2000, async () => void await clerk.get(key));
      // It passes through whoever waits, too.
      await tester.move(waiting, group);
    }
  }
  await tester.groups[0].start();
  await ledger.check(5);
  await ledger.check();
}

async function strictCrashes(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  const shift = ledger.work(40);
  const random = tester.fleet.world.random("crashes");
  let goOn = true;
  const crash = async () => {
    while (goOn) {
      for (const group of [tester.controllers, ...tester.groups]) {
        const victim = random.below(3);
        group.shutdownOne(victim);
        await tester.sleep(100 + random.below(200));
        await group.startOne(victim);
      }
    }
  };
  const crashing = crash();
  for (const number of [1, 2, 1, 2, 1, 2]) {
    await tester.join(number);
    await tester.sleep(random.below(700));
    await tester.leave(number - 1);
    await tester.sleep(random.below(700));
    await tester.join(number - 1);
    await tester.leave(number);
  }
  await tester.sleep(1000);
  goOn = false;
  await crashing;
  await shift.stop();
  await ledger.check();
}

/** Fails unless `work` is done in time. */
async function within(tester: StoreTester, limitMs: number, work: () => Promise<void>): Promise<void> {
  const began = tester.fleet.world.nowMs;
  let done = false;
  const working = work().then(() => done = true);
  while (!done && tester.fleet.world.nowMs - began < limitMs) await Promise.race([working, tester.sleep(10)]);
  const tookMs = tester.fleet.world.nowMs - began;
  if (done) {
    tester.fleet.measure("ms until the shards were served that no dead group holds up", tookMs, limitMs);
  }
  demand(done, `shards that are not affected, or have come, were not served within ${limitMs} ms`);
}
