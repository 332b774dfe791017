/**
 * The official tests of 5C of 2025: several controllers at once, and superseded ones that wake up.
 * @module
 */

import { demand } from "../kv/run.ts";
import { nextConfig } from "./config.ts";
import { recoverOnce, SHUTTLE_MS } from "./driven_5b.ts";
import { workDriven } from "./driven_clerks.ts";
import type { DrivenTester } from "./driven_tester.ts";
import type { ShardScript } from "./script.ts";

type Script = ShardScript<DrivenTester>;
const COMMON = { maxRaftStateBytes: null } as const;
const CONTROLLERS = 4;
const CLERKS_MS = 60_000;

/** The tests. */
export const DRIVEN_5C: readonly Script[] = [
  {
    name: "TestConcurrentReliable5C",
    sentence: "4 controllers let groups of their own join and leave for 2 s, and 60 values are right",
    network: "reliable",
    ...COMMON,
    run: testConcurrent,
  },
  {
    name: "TestAcquireLockConcurrentUnreliable5C",
    sentence:
      "4 controllers let groups of their own join and leave for 2 s on an unreliable network, and 60 values are right",
    network: "unreliable",
    ...COMMON,
    run: testConcurrent,
  },
  {
    name: "TestPartitionControllerJoin5C",
    sentence:
      "a controller stuck in a join is cut off, a new one finishes it and goes on, and the old one, back, does no harm",
    network: "reliable",
    ...COMMON,
    run: testPartitionJoin,
  },
  {
    name: "TestPartitionRecoveryReliableNoClerk5C",
    sentence: "5 times a controller is cut off while it is stuck, superseded, and connected again",
    network: "reliable",
    ...COMMON,
    run: (tester) => recoverAgain(tester, 5),
  },
  {
    name: "TestPartitionRecoveryUnreliableNoClerk5C",
    sentence:
      "3 times a controller is cut off while it is stuck, superseded, and connected again, on an unreliable network",
    network: "unreliable",
    ...COMMON,
    run: (tester) => recoverAgain(tester, 3),
  },
  {
    name: "TestPartitionRecoveryReliableClerks5C",
    sentence:
      "controllers are superseded 5 times while 5 clerks work on 40 keys of all shards for 60 s, and are told what is linearizable",
    network: "reliable",
    ...COMMON,
    run: (tester) => withClerks(tester, 5),
  },
  {
    name: "TestPartitionRecoveryUnreliableClerks5C",
    sentence:
      "controllers are superseded 5 times while 5 clerks work on 40 keys of all shards for 60 s on an unreliable network, and are told what is linearizable",
    network: "unreliable",
    ...COMMON,
    run: (tester) => withClerks(tester, 5),
  },
  {
    name: "StrictStoreCrashes5C",
    sentence:
      "4 controllers race for 3 s while servers of the replicated store of configurations crash, and 60 values are right",
    network: "unreliable",
    ...COMMON,
    run: strictStore,
  },
];

async function testConcurrent(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  await race(tester, 2000);
  await tester.check(clerk);
}

async function strictStore(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const racing = race(tester, 3000);
  const random = tester.fleet.world.random("crashes");
  for (let nth = 0; nth < 6; nth++) {
    const victim = random.below(3);
    tester.store.shutdownOne(victim);
    await tester.sleep(250);
    await tester.store.startOne(victim);
    await tester.sleep(200);
  }
  await racing;
  await tester.check(clerk);
}

/** Each controller lets a group of its own join and leave; most tries are lost to another one. */
async function race(tester: DrivenTester, forMs: number): Promise<void> {
  const before = (await tester.controller().query()).num;
  const endMs = tester.fleet.world.nowMs + forMs;
  const work = async (number: number) => {
    const controller = tester.controller();
    const random = tester.fleet.world.random(`racer ${number}`);
    const gid = 100 + number;
    await tester.started(gid);
    while (tester.fleet.world.nowMs < endMs) {
      await controller.initController();
      await tester.join(controller, gid);
      if (gid in (await controller.query()).groups) await tester.leave(controller, gid);
      await tester.sleep(20 + random.below(SHUTTLE_MS));
    }
  };
  await Promise.all(Array.from({ length: CONTROLLERS }, (_, number) => work(number)));
  const last = tester.controller();
  await last.initController();
  const { num } = await last.query();
  demand(num > before + 3, `only ${num - before} configurations were made`);
}

async function testPartitionJoin(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const old = tester.controller();
  const gid = 50;
  await tester.started(gid);
  tester.group(gid).shutdown();
  const config = await old.query();
  const joined = { ...config.groups, [gid]: tester.group(gid).addresses };
  let ended = false;
  const joining = old.changeConfigTo(nextConfig(config, joined)).then(() => ended = true);
  await tester.sleep(1000);
  demand(!ended, `a join ended although group ${gid} is down`);
  old.connect(false);
  await tester.group(gid).start();
  const controller = tester.controller();
  await tester.within(10_000, "a recovery", controller.initController());
  demand(gid in (await controller.query()).groups, `the recovered group ${gid} is no member`);
  await tester.check(clerk);
  await tester.leave(controller, gid);
  const after = await controller.query();
  old.connect(true);
  await tester.within(10_000, "the end of the superseded controller's join", joining);
  const last = await controller.query();
  demand(
    last.num === after.num && !(gid in last.groups),
    "the superseded controller changed the configuration",
  );
  await tester.check(clerk);
}

async function recoverAgain(tester: DrivenTester, times: number): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  for (let time = 0; time < times; time++) {
    const old = await recoverOnce(tester, 30 + time);
    old.connect(true);
    await tester.sleep(1500);
    await tester.check(clerk);
  }
}

async function withClerks(tester: DrivenTester, times: number): Promise<void> {
  const endMs = tester.fleet.world.nowMs + CLERKS_MS;
  const shift = workDriven(tester, 5, 150);
  await recoverAgain(tester, times);
  while (tester.fleet.world.nowMs < endMs) await tester.sleep(100);
  await shift.stop();
}
