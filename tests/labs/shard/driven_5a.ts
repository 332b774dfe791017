/**
 * The official tests of 5A of 2025: one controller that moves shards.
 * @module
 */

import { demand } from "../kv/run.ts";
import { hashPlacement } from "../../../shard/mod.ts";
import { checkConfig, fewestMoves, withGroup, withoutGroup } from "./config.ts";
import { type DrivenTester, SHARDS_2025, valueOf } from "./driven_tester.ts";
import type { ShardScript } from "./script.ts";
import type { LabConfig, ShardControllerFace } from "./seat.ts";

type Script = ShardScript<DrivenTester>;
const COMMON = { network: "reliable", maxRaftStateBytes: null } as const;
const GROUPS = 8;
/** Milliseconds between two changes of groups. */
const BETWEEN_MS = 200;

/** The tests without clerks at work. */
export const DRIVEN_5A: readonly Script[] = [
  {
    name: "TestBasic@2025",
    sentence:
      "the arithmetic of configurations: two groups join and leave, with their own servers, balanced, and moving the fewest shards",
    ...COMMON,
    run: testArithmetic,
  },
  {
    name: "TestInitQuery5A",
    sentence: "the first configuration has number 1 and every one of 12 shards on group 1",
    ...COMMON,
    run: testInitQuery,
  },
  {
    name: "TestStaticOneShardGroup5A",
    sentence: "60 values are right, in version 1, after the group's leader was shut down",
    ...COMMON,
    run: testStatic,
  },
  {
    name: "TestJoinBasic5A",
    sentence:
      "after group 2 has joined, exactly the gets of the shards of a live group end when the other is down",
    ...COMMON,
    run: testJoinBasic,
  },
  {
    name: "TestDeleteBasic5A",
    sentence:
      "after half of 60 values of 1,000 bytes moved, both groups' snapshots are at most 10,000 bytes more than the one before",
    network: "reliable",
    maxRaftStateBytes: 10_000,
    run: testDeleteBasic,
  },
  {
    name: "TestJoinLeaveBasic5A",
    sentence:
      "group 2 joins, group 1 leaves, goes down, comes back and joins again, and 60 values are right each time",
    ...COMMON,
    run: testJoinLeaveBasic,
  },
  {
    name: "TestManyJoinLeaveReliable5A",
    sentence: "8 groups join and leave one by one, and 60 values are right",
    ...COMMON,
    run: manyJoinLeave,
  },
  {
    name: "TestManyJoinLeaveUnreliable5A",
    sentence: "8 groups join and leave one by one on an unreliable network, and 60 values are right",
    ...COMMON,
    network: "unreliable",
    run: manyJoinLeave,
  },
  {
    name: "TestShutdown5A",
    sentence: "60 values on 3 groups are right after all of them were shut down and restarted",
    ...COMMON,
    run: testShutdown,
  },
  {
    name: "TestProgressShutdown5A",
    sentence: "with 2 of 5 groups down, the gets of every other group's shards end within 2 s",
    ...COMMON,
    run: testProgressShutdown,
  },
  {
    name: "TestProgressJoin5A",
    sentence:
      "while one group joins and leaves all the time, at least 100 gets of shards that stay end within 4 s",
    ...COMMON,
    run: testProgressJoin,
  },
];

/** The official test of `shardcfg`, which is handed out; here it is built on our own `rebalance`. */
async function testArithmetic(tester: DrivenTester): Promise<void> {
  await tester.sleep(0);
  const nobody = new Array<number>(SHARDS_2025).fill(0);
  let config: LabConfig = { num: 0, shards: nobody, groups: {} };
  const step = (next: LabConfig, gids: readonly number[]) => {
    demand(next.num === config.num + 1, `configuration ${next.num} follows ${config.num}`);
    checkConfig(next, gids);
    const moved = next.shards.filter((gid, shard) => gid !== config.shards[shard]).length;
    const fewest = fewestMoves(config.shards, gids);
    demand(moved === fewest, `${moved} shards moved although ${fewest} would do`);
    config = next;
  };
  checkConfig(config, []);
  step(withGroup(config, 1, ["x", "y", "z"]), [1]);
  step(withGroup(config, 2, ["a", "b", "c"]), [1, 2]);
  demand(config.groups[1].join() === "x,y,z", `group 1 has servers ${config.groups[1]}`);
  demand(config.groups[2].join() === "a,b,c", `group 2 has servers ${config.groups[2]}`);
  step(withoutGroup(config, 1), [2]);
  step(withoutGroup(config, 2), []);
}

async function testInitQuery(tester: DrivenTester): Promise<void> {
  const config = await tester.controller().query();
  demand(config.num === 1, `the first configuration has number ${config.num}`);
  checkConfig(config, [1]);
  demand(
    config.groups[1].join() === tester.group(1).addresses.join(),
    `group 1 has servers ${config.groups[1]}`,
  );
}

async function testStatic(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  await tester.check(clerk);
  tester.group(1).shutdownOne(tester.group(1).leader() ?? 0);
  await tester.check(tester.clerk());
}

async function testJoinBasic(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  const config = await tester.changed(controller, () => tester.join(controller, 2), [1, 2]);
  await tester.check(clerk);
  for (const down of [2, 1]) {
    tester.group(down).shutdown();
    await expectOnly(tester, config, down);
    await tester.group(down).start();
    await tester.check(clerk);
  }
}

/** Asks for every key at once: exactly those of other groups than `down` are answered (hole 22). */
async function expectOnly(tester: DrivenTester, config: LabConfig, down: number): Promise<void> {
  const { shardOf } = hashPlacement(config.shards.length);
  const served = tester.keys.filter((key) => config.shards[shardOf(key)] !== down);
  const answered: string[] = [];
  for (const key of tester.keys) tester.clerk().get(key).then(() => answered.push(key));
  await tester.sleep(2000);
  const [got, wanted] = [answered, served].map((keys) => [...keys].sort().join(" "));
  demand(
    got === wanted,
    `with group ${down} down the keys ${got} were answered, instead of exactly ${wanted}`,
  );
}

async function testDeleteBasic(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk, 1000);
  const largest = (gid: number) =>
    Math.max(...tester.group(gid).saved.map(({ snapshot }) => snapshot.length));
  // Some of the 60 may stand in the log only, and would count as more after the move; the official test leaves that to luck.
  // So the log is filled once more: whoever keeps to the limit has a snapshot with all of them in it then.
  const filler = valueOf("filler", 1000);
  for (let version = 0; version * filler.length <= 10_000; version++) {
    await clerk.write("filler", filler, version);
  }
  const before = largest(1);
  const controller = tester.controller();
  await tester.changed(controller, () => tester.join(controller, 2), [1, 2]);
  for (let round = 0; round < 5; round++) await tester.check(clerk, 1000);
  const after = largest(1) + largest(2);
  demand(
    tester.fleet.measure(
      "bytes that both groups' snapshots are larger than the one before",
      after - before,
      10_000,
    ),
    `the snapshots have ${after} bytes, more than 10,000 above the ${before} before: what moved was not deleted`,
  );
}

async function testJoinLeaveBasic(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  await tester.changed(controller, () => tester.join(controller, 2), [1, 2]);
  await tester.check(clerk);
  await tester.changed(controller, () => tester.leave(controller, 1), [2]);
  await tester.check(clerk);
  tester.group(1).shutdown();
  await tester.check(clerk);
  await tester.group(1).start();
  await tester.changed(controller, () => tester.join(controller, 1), [1, 2]);
  await tester.check(clerk);
}

async function manyJoinLeave(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  await joinAndLeave(tester, controller, () => tester.check(clerk));
}

/** Eight more groups join, then leave, one by one. */
export async function joinAndLeave(
  tester: DrivenTester,
  controller: ShardControllerFace,
  afterEach: () => Promise<void>,
): Promise<void> {
  const members = [1];
  for (let gid = 2; gid <= 1 + GROUPS; gid++) {
    members.push(gid);
    await tester.changed(controller, () => tester.join(controller, gid), members);
    await afterEach();
    await tester.sleep(BETWEEN_MS);
  }
  for (let gid = 2; gid <= 1 + GROUPS; gid++) {
    members.splice(members.indexOf(gid), 1);
    await tester.changed(controller, () => tester.leave(controller, gid), members);
    tester.group(gid).shutdown();
    await afterEach();
    await tester.sleep(BETWEEN_MS);
  }
}

async function testShutdown(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  for (const gid of [2, 3]) await tester.join(controller, gid);
  for (const gid of [1, 2, 3]) tester.group(gid).shutdown();
  for (const gid of [1, 2, 3]) await tester.group(gid).start();
  await tester.check(clerk);
}

async function testProgressShutdown(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  for (const gid of [2, 3, 4, 5]) await tester.join(controller, gid);
  const { shards } = await controller.query();
  for (const gid of [1, 2]) tester.group(gid).shutdown();
  const { shardOf } = hashPlacement(shards.length);
  const keys = tester.keys.filter((key) => shards[shardOf(key)] > 2);
  demand(keys.length > 20, "three groups of five own about half of the keys");
  await tester.within(2000, "gets of live groups", Promise.all(keys.map((key) => tester.clerk().read(key))));
}

async function testProgressJoin(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  for (const gid of [2, 3, 4]) await tester.join(controller, gid);
  const config = await controller.query();
  const other = withGroup(config, 5, tester.group(5).addresses);
  const stay = new Set(
    config.shards.map((_, shard) => shard).filter((shard) => config.shards[shard] === other.shards[shard]),
  );
  const { shardOf } = hashPlacement(config.shards.length);
  const keys = tester.keys.filter((key) => stay.has(shardOf(key)));
  let goOn = true;
  let changes = 0;
  const shuttle = async () => {
    while (goOn) {
      await tester.join(controller, 5);
      await tester.sleep(20);
      await controller.changeConfigTo(withoutGroup(await controller.query(), 5));
      changes += 2;
    }
  };
  const shuttling = shuttle();
  const gets = async () => {
    for (let nth = 0; nth < 100; nth++) await clerk.read(keys[nth % keys.length]);
  };
  await tester.within(4000, "100 gets of shards that stay", gets());
  await tester.sleep(1000);
  goOn = false;
  await shuttling;
  demand(changes > 0, "no group joined or left meanwhile");
  await tester.check(clerk);
}
