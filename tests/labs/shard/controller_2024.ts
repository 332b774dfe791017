/**
 * The official tests of the shard controller of 2024, and stricter ones.
 * @module
 */

import { demand } from "../kv/run.ts";
import { checkConfig, fewestMoves, sameConfig } from "./config.ts";
import { type ControllerTester, groupsOf, namesOf, SHARDS_2024 } from "./controller_tester.ts";
import type { ShardScript } from "./script.ts";
import type { ControllerFace, LabConfig } from "./seat.ts";

type Script = ShardScript<ControllerTester>;
const COMMON = { network: "reliable", maxRaftStateBytes: null } as const;
const CLERKS = 10;

/** The tests. */
export const CONTROLLER_2024: readonly Script[] = [
  {
    name: "TestBasic",
    sentence:
      "groups join and leave one by one, old configurations are the same while each of 3 servers is down, a shard moves and stays, 10 clerks at once end balanced, and joins and leaves of 5 move the fewest shards",
    ...COMMON,
    run: testBasic,
  },
  {
    name: "TestMinimalAgain",
    sentence: "joins of 1, 2 and 3 and the leave of 1 move only shards that must, at most 4 of 10 each time",
    ...COMMON,
    run: testMinimalAgain,
  },
  {
    name: "TestMulti",
    sentence:
      "joins and leaves of several groups in one call, alone and by 10 clerks at once, and the same configuration on whoever leads next",
    ...COMMON,
    run: testMulti,
  },
  {
    name: "StrictMinimalTransfer",
    sentence:
      "60 random joins, leaves and moves of up to 14 groups, more than the 10 shards, move exactly the fewest shards",
    ...COMMON,
    run: strictMinimal,
  },
  {
    name: "StrictNobodyLeft",
    sentence: "when the last group has left every shard is group 0's, in the new configuration and for ever",
    ...COMMON,
    run: strictNobody,
  },
  {
    name: "StrictAllReplicasAgree",
    sentence:
      "every one of 3 servers, leading in its turn after a restart of all, gives the same 30 configurations",
    network: "reliable",
    maxRaftStateBytes: 1000,
    run: strictReplicas,
  },
  {
    name: "StrictDuplicatesFiltered",
    sentence:
      "on an unreliable network that repeats requests up to 800 ms late, with crashing servers, 40 changes of 4 clerks make exactly 40 configurations",
    network: "unreliable",
    maxRaftStateBytes: 1000,
    run: strictDuplicates,
  },
];

async function testBasic(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  const remembered: LabConfig[] = [await clerk.query(-1)];
  const step = async (change: Promise<void>, gids: readonly number[]) => {
    await change;
    remembered.push(await tester.check(clerk, gids));
  };
  await step(clerk.join(groupsOf(1)), [1]);
  await step(clerk.join(groupsOf(2)), [1, 2]);
  const { groups } = remembered[2];
  for (const gid of [1, 2]) {
    demand(groups[gid].join() === namesOf(gid).join(), `group ${gid} has the servers ${groups[gid]}`);
  }
  await step(clerk.leave([1]), [2]);
  await step(clerk.leave([2]), []);
  await historicalQueries(tester, clerk, remembered);
  await moves(tester, clerk);
  await concurrent(tester, clerk, 1);
  await transfers(tester, clerk, 1);
}

async function historicalQueries(
  tester: ControllerTester,
  clerk: ControllerFace,
  remembered: readonly LabConfig[],
): Promise<void> {
  for (let server = 0; server < 3; server++) {
    tester.servers.shutdownOne(server);
    for (const config of remembered) {
      const again = await clerk.query(config.num);
      demand(
        sameConfig(config, again),
        `configuration ${config.num} is another one with server ${server} down`,
      );
    }
    await tester.servers.startOne(server);
  }
}

async function moves(tester: ControllerTester, clerk: ControllerFace): Promise<void> {
  await clerk.join(groupsOf(503, 504));
  for (let shard = 0; shard < SHARDS_2024; shard++) {
    const before = await clerk.query(-1);
    const to = shard < SHARDS_2024 / 2 ? 503 : 504;
    await clerk.move(shard, to);
    const after = await clerk.query(-1);
    if (before.shards[shard] !== to) demand(after.num > before.num, "a move must make a new configuration");
  }
  const { shards } = await clerk.query(-1);
  for (const [shard, gid] of shards.entries()) {
    demand(gid === (shard < SHARDS_2024 / 2 ? 503 : 504), `shard ${shard} was moved, and is on group ${gid}`);
  }
  await clerk.leave([503]);
  await clerk.leave([504]);
  await tester.check(clerk, []);
}

/** Each of 10 clerks joins `most` groups besides the one that stays, and has them leave. */
async function concurrent(tester: ControllerTester, clerk: ControllerFace, most: number): Promise<void> {
  const stay = Array.from({ length: CLERKS }, (_, number) => 100 + 10 * number);
  const work = async (gid: number) => {
    const own = tester.clerk();
    const others = Array.from({ length: most }, (_, at) => gid + 1000 * (at + 1));
    if (most === 1) {
      await own.join(groupsOf(others[0]));
      await own.join(groupsOf(gid));
    } else await own.join(groupsOf(gid, ...others));
    await own.leave(others);
  };
  await Promise.all(stay.map(work));
  await tester.check(clerk, stay);
}

/** Five more groups join and leave again, one by one or at once: only what must moves (the official check cannot fail, hole 8). */
async function transfers(tester: ControllerTester, clerk: ControllerFace, together: number): Promise<void> {
  let last = await clerk.query(-1);
  const follow = async (change: Promise<void>) => {
    await change;
    const config = await clerk.query(-1);
    const gids = Object.keys(config.groups).map(Number);
    checkConfig(config, gids);
    checkMoves(last, config, gids);
    last = config;
  };
  const more = [1, 2, 3, 4, 5].map((gid) => gid + 2000);
  if (together > 1) {
    await follow(clerk.join(groupsOf(...more)));
    await follow(clerk.leave(more));
    return;
  }
  for (const gid of more) await follow(clerk.join(groupsOf(gid)));
  for (const gid of more) await follow(clerk.leave([gid]));
  await tester.sleep(0);
}

function checkMoves(before: LabConfig, after: LabConfig, gids: readonly number[]): void {
  const moved = after.shards.filter((gid, shard) => gid !== before.shards[shard]).length;
  const fewest = fewestMoves(before.shards, gids);
  demand(
    moved === fewest,
    `${moved} shards moved from ${before.shards} to ${after.shards}, although ${fewest} would do`,
  );
}

async function testMinimalAgain(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  let last = await clerk.query(-1);
  const changes: [() => Promise<void>, number[]][] = [
    [() => clerk.join(groupsOf(1)), [1]],
    [() => clerk.join(groupsOf(2)), [1, 2]],
    [() => clerk.join(groupsOf(3)), [1, 2, 3]],
    [() => clerk.leave([1]), [2, 3]],
  ];
  for (const [change, gids] of changes) {
    await change();
    const config = await tester.check(clerk, gids);
    checkMoves(last, config, gids);
    const moved = config.shards.filter((gid, shard) => gid !== last.shards[shard]);
    if (gids.length > 2) demand(moved.length <= SHARDS_2024 / 3 + 1, `${moved.length} shards moved`);
    last = config;
  }
}

async function testMulti(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.check(clerk, []);
  await clerk.join(groupsOf(1, 2));
  await tester.check(clerk, [1, 2]);
  await clerk.join(groupsOf(3));
  const { groups } = await tester.check(clerk, [1, 2, 3]);
  for (const gid of [1, 2, 3]) {
    demand(groups[gid].join() === namesOf(gid).join(), `group ${gid} has ${groups[gid]}`);
  }
  await clerk.leave([1, 3]);
  await tester.check(clerk, [2]);
  await clerk.leave([2]);
  await tester.check(clerk, []);
  await concurrent(tester, clerk, 2);
  await transfers(tester, clerk, 5);
  const before = await clerk.query(-1);
  const leader = await tester.untilLed();
  tester.servers.shutdownOne(leader);
  // The official loop waits only while there is a leader (hole 11).
  await tester.untilLed(leader);
  const after = await clerk.query(-1);
  demand(sameConfig(before, after), "the next leader has another configuration");
  await tester.servers.startOne(leader);
}

async function strictMinimal(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  const random = tester.fleet.world.random("changes");
  let last = await clerk.query(-1);
  for (let change = 0; change < 60; change++) {
    const members = Object.keys(last.groups).map(Number);
    const kind = random.below(4);
    if (kind === 3 && members.length > 0) {
      await clerk.move(random.below(SHARDS_2024), members[random.below(members.length)]);
      last = await clerk.query(-1);
      continue;
    }
    const gids = [1 + random.below(14), 1 + random.below(14)].filter((gid, at, all) =>
      all.indexOf(gid) === at
    );
    if (kind < 2 || members.length === 0) await clerk.join(groupsOf(...gids));
    else await clerk.leave(gids);
    const config = await clerk.query(-1);
    const after = Object.keys(config.groups).map(Number);
    checkConfig(config, after);
    checkMoves(last, config, after);
    last = config;
  }
}

async function strictNobody(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  await clerk.join(groupsOf(1, 2));
  await clerk.leave([1]);
  await clerk.leave([2]);
  const none = await tester.check(clerk, []);
  await clerk.join(groupsOf(3));
  await tester.check(clerk, [3]);
  checkConfig(await clerk.query(none.num), []);
  checkConfig(await clerk.query(0), []);
}

async function strictReplicas(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  const known: LabConfig[] = [];
  for (let change = 0; change < 30; change++) {
    const gid = 1 + change % 7;
    if (change % 14 < 7) await clerk.join(groupsOf(gid));
    else await clerk.leave([gid]);
    known.push(await clerk.query(-1));
  }
  const led = new Set<number>();
  for (let turn = 0; turn < 40 && led.size < 3; turn++) {
    const leader = await tester.untilLed();
    if (!led.has(leader)) {
      led.add(leader);
      for (const config of known) {
        demand(
          sameConfig(config, await clerk.query(config.num)),
          `server ${leader} has another configuration ${config.num}`,
        );
      }
    }
    tester.servers.shutdown();
    await tester.servers.start();
  }
  demand(led.size === 3, `only ${led.size} of 3 servers have led in 40 restarts`);
}

async function strictDuplicates(tester: ControllerTester): Promise<void> {
  const clerk = tester.clerk();
  const before = (await clerk.query(-1)).num;
  // A late second copy of a join, behind the leave: the only thing that shows whether duplicates are filtered (hole 24).
  tester.fleet.network.requestFaults = { duplicateRate: 0.3, lateRate: 0.3, lateMaxMs: 800 };
  const work = async (number: number) => {
    const own = tester.clerk();
    for (let round = 0; round < 5; round++) {
      await own.join(groupsOf(10 * number + round));
      await own.leave([10 * number + round]);
    }
  };
  let busy = true;
  const working = Promise.all([1, 2, 3, 4].map(work)).then(() => busy = false);
  while (busy) {
    await tester.sleep(300);
    const victim = tester.fleet.world.random(`victim ${tester.operations}`).below(3);
    tester.servers.shutdownOne(victim);
    await tester.sleep(150);
    await tester.servers.startOne(victim);
  }
  await working;
  const made = (await clerk.query(-1)).num - before;
  demand(made === 40, `40 changes made ${made} configurations`);
  await tester.check(clerk, []);
}
