/**
 * The official tests of 5B for the sharded store of 2024: shards that move. Challenges are in `challenges.ts`.
 * @module
 */

import type { RecordedClerk } from "../kv/tester.ts";
import type { ShardScript } from "./script.ts";
import type { StoreTester } from "./store_tester.ts";
import { Ledger } from "./work.ts";

type Script = ShardScript<StoreTester>;
const RELIABLE = { network: "reliable" } as const;
const UNRELIABLE = { network: "unreliable", maxRaftStateBytes: 100 } as const;

/** The tests. */
export const STORE_5B_2024: readonly Script[] = [
  {
    name: "TestJoinLeave5B@2024",
    sentence: "10 values move from group 100 to 101 while they grow, and are right with group 100 down",
    ...RELIABLE,
    maxRaftStateBytes: null,
    run: testJoinLeave,
  },
  {
    name: "TestSnapshot5B",
    sentence:
      "30 values move among 3 groups and survive a restart of all, with at most 8,000 bytes of Raft state a server",
    ...RELIABLE,
    maxRaftStateBytes: 1000,
    run: testSnapshot,
  },
  {
    name: "TestMissChange5B",
    sentence: "servers that miss several configurations catch up when others go",
    ...RELIABLE,
    maxRaftStateBytes: 1000,
    run: testMissChange,
  },
  {
    name: "TestConcurrent1_5B",
    sentence: "10 clerks append without pause while groups join, leave, go down and come back",
    ...RELIABLE,
    maxRaftStateBytes: 100,
    run: testConcurrent1,
  },
  {
    name: "TestConcurrent2_5B",
    sentence: "10 clerks append while groups come and go every 3 s, also groups that were restarted",
    ...RELIABLE,
    maxRaftStateBytes: null,
    run: testConcurrent2,
  },
  {
    name: "TestConcurrent3_5B",
    sentence: "10 clerks append for 12 s while groups join, all restart at once, and leave",
    ...RELIABLE,
    maxRaftStateBytes: 300,
    run: testConcurrent3,
  },
  {
    name: "TestUnreliable1_5B",
    sentence: "10 values are read and grow over 4 changes on an unreliable network",
    ...UNRELIABLE,
    run: testUnreliable1,
  },
  {
    name: "TestUnreliable2_5B",
    sentence:
      "10 clerks append over 6 changes on an unreliable network: each piece is there once and in order",
    ...UNRELIABLE,
    run: testUnreliable2,
  },
  {
    name: "TestUnreliable3_5B",
    sentence:
      "10 clerks on random keys of all shards over 6 changes on an unreliable network are linearizable",
    ...UNRELIABLE,
    run: testUnreliable3,
  },
];

async function testJoinLeave(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  await ledger.check();
  await tester.join(1);
  await ledger.check(5);
  await tester.leave(0);
  await ledger.check(5);
  await tester.sleep(1000);
  tester.checkSizes();
  tester.groups[0].shutdown();
  await ledger.check();
}

async function testSnapshot(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 30);
  await ledger.fill(20);
  await ledger.check();
  await tester.join(1);
  await tester.join(2);
  await tester.leave(0);
  await ledger.check(20);
  await tester.leave(1);
  await tester.join(0);
  await ledger.check(20);
  await tester.sleep(1000);
  await ledger.check();
  await tester.sleep(1000);
  tester.checkSizes();
  await restartAll(tester);
  await ledger.check();
}

async function testMissChange(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(20);
  await tester.join(1);
  for (const group of tester.groups) group.shutdownOne(0);
  await tester.join(2);
  await tester.leave(1);
  await tester.leave(0);
  await ledger.check(20);
  await tester.join(1);
  await ledger.check(20);
  for (const group of tester.groups) await group.startOne(0);
  await ledger.check(20);
  await tester.sleep(2000);
  for (const group of tester.groups) group.shutdownOne(1);
  await tester.join(0);
  await tester.leave(2);
  await ledger.check(20);
  for (const group of tester.groups) await group.startOne(1);
  await ledger.check();
}

async function testConcurrent1(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  const shift = ledger.work(40);
  await tester.sleep(150);
  await tester.join(1);
  await tester.sleep(500);
  await tester.join(2);
  await tester.sleep(500);
  await tester.leave(0);
  for (const group of tester.groups) {
    group.shutdown();
    await tester.sleep(100);
  }
  await tester.leave(2);
  await tester.sleep(100);
  for (const group of tester.groups) await group.start();
  await tester.sleep(100);
  await tester.join(0);
  await tester.leave(1);
  await tester.sleep(500);
  await tester.join(1);
  await tester.sleep(1000);
  await shift.stop();
  await ledger.check();
}

async function testConcurrent2(tester: StoreTester): Promise<void> {
  await tester.join(1);
  await tester.join(0);
  await tester.join(2);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(1);
  const shift = ledger.work(50, 1);
  await tester.leave(0);
  await tester.leave(2);
  await tester.sleep(3000);
  await tester.join(0);
  await tester.join(2);
  await tester.leave(1);
  await tester.sleep(3000);
  await tester.join(1);
  await tester.leave(0);
  await tester.leave(2);
  await tester.sleep(3000);
  tester.groups[1].shutdown();
  tester.groups[2].shutdown();
  await tester.sleep(1000);
  await tester.groups[1].start();
  await tester.groups[2].start();
  await tester.sleep(2000);
  await shift.stop();
  await ledger.check();
}

async function testConcurrent3(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(1);
  const shift = ledger.work(50, 1);
  const random = tester.fleet.world.random("pauses");
  const endMs = tester.fleet.world.nowMs + 12_000;
  while (tester.fleet.world.nowMs < endMs) {
    await tester.join(2);
    await tester.join(1);
    await tester.sleep(random.below(900));
    await restartAll(tester);
    await tester.leave(1);
    await tester.leave(2);
    await tester.sleep(random.below(900));
  }
  await tester.sleep(2000);
  await shift.stop();
  await ledger.check();
}

async function testUnreliable1(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  await tester.join(1);
  await tester.join(2);
  await tester.leave(0);
  await ledger.check(5);
  await tester.join(0);
  await tester.leave(1);
  await ledger.check();
  await tester.join(1);
  await ledger.check();
}

async function testUnreliable2(tester: StoreTester): Promise<void> {
  await tester.join(0);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(5);
  const shift = ledger.work(40);
  await changes(tester);
  await shift.stop();
  await ledger.check();
}

async function testUnreliable3(tester: StoreTester): Promise<void> {
  await tester.join(0);
  let goOn = true;
  const work = async (clerk: RecordedClerk) => {
    const random = tester.fleet.world.random(`client ${clerk.number}`);
    for (let nth = 0; goOn; nth++) {
      const key = String(random.below(10));
      const drawn = random.next();
      const value = `${clerk.number}.${nth} `;
      if (drawn < 0.5) await clerk.append(key, value);
      else if (drawn < 0.55) await clerk.put(key, value);
      else await clerk.get(key);
      await tester.sleep(random.below(60));
    }
  };
  const working = Promise.all(Array.from({ length: 10 }, () => work(tester.clerk())));
  await changes(tester);
  goOn = false;
  await working;
}

/** Six changes about half a second apart. */
async function changes(tester: StoreTester): Promise<void> {
  await tester.sleep(150);
  await tester.join(1);
  await tester.sleep(500);
  await tester.join(2);
  await tester.sleep(500);
  await tester.leave(0);
  await tester.sleep(500);
  await tester.leave(1);
  await tester.sleep(500);
  await tester.join(1);
  await tester.join(0);
  await tester.sleep(2000);
}

/** Everything down, and up again. */
export async function restartAll(tester: StoreTester): Promise<void> {
  for (const group of tester.groups) group.shutdown();
  for (const group of tester.groups) await group.start();
}
