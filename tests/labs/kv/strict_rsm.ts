/**
 * What the official suites leave out about a replicated state machine: a group of one, whose results are there at once; snapshots that
 * arrive late; operations that keep coming while a snapshot is made.
 * @module
 */

import { demand } from "./run.ts";
import type { RsmTester } from "./rsm_tester.ts";
import type { Script } from "./script.ts";

type RsmScript = Script<RsmTester>;

const LIVES = 8;
const PATIENCE_MS = 5000;

/** Submits increments, all at once, at the only server; each must end, and with a count of its own. */
async function incrementAlone(tester: RsmTester, from: number, increments: number): Promise<void> {
  const counts: unknown[] = [];
  const submissions = Array.from({ length: increments }, async () => {
    const result = await tester.submitAt(0, { op: "increment" });
    if (result.kind === "ok") counts.push(result.reply);
  });
  await Promise.race([Promise.all(submissions), tester.sleep(PATIENCE_MS)]);
  demand(
    counts.length === increments,
    `only ${counts.length} of ${increments} increments at the only server were done within ${
      PATIENCE_MS / 1000
    } s`,
  );
  const wanted = Array.from({ length: increments }, (_, nth) => from + 1 + nth);
  demand(
    wanted.every((count) => counts.includes(count)),
    `the increments after ${from} gave ${counts.join(", ")}`,
  );
}

/**
 * Among several servers a result is never there before a message has come back, so nobody is seen to register too late whoever waits
 * for it. A server that is its own majority, on a disk that takes no time, applies an entry in the breath in which it is proposed.
 */
const alone: RsmScript = {
  name: "StrictAlone4A",
  sentence:
    `a group of one server, in ${LIVES} lives: ten increments one by one and ten at once are all done, each with the count that is due`,
  servers: 1,
  network: "reliable",
  maxRaftStateBytes: null,
  async run(tester) {
    for (let life = 0, count = 0; life < LIVES; life++) {
      await tester.untilLed();
      for (let nth = 0; nth < 10; nth++) await incrementAlone(tester, count++, 1);
      await incrementAlone(tester, count, 10);
      count += 10;
      tester.servers.crash(0);
      await tester.servers.start(0);
    }
  },
};

const LIMIT = 1000;
const ROUNDS = 6;
const LATE_MS = 1500;

interface Stretch {
  readonly increments: number;
  /** Between one and the next. */
  readonly restMs: number;
  /** Who may be asked. */
  readonly among: readonly number[];
}

/** Has increments done, one after the other; gives the last count. */
async function countOn(tester: RsmTester, { increments, restMs, among }: Stretch): Promise<number> {
  let count = 0;
  for (let nth = 0; nth < increments; nth++) {
    count = Number(await tester.submit({ op: "increment" }, among));
    await tester.sleep(restMs);
  }
  return count;
}

/**
 * A snapshot that is sent again, or overtaken, arrives when its server is far beyond it. Whoever restores it then has lost what came
 * in between (labs K12): no client notices until that server leads, so the counters themselves are looked at.
 */
const lateSnapshots: RsmScript = {
  name: "StrictLateSnapshots4C",
  sentence:
    `${ROUNDS} times a follower is cut off and brought up to date by a snapshot, of whose requests many come twice or up to ` +
    `${LATE_MS / 1000} s late, while the others count on: all three counters agree each time`,
  servers: 3,
  network: "reliable",
  maxRaftStateBytes: LIMIT,
  async run(tester) {
    const { servers } = tester;
    const all = servers.numbers;
    for (let round = 0; round < ROUNDS; round++) {
      const leader = await tester.untilLed();
      const behind = all[(leader + 1 + round % 2) % 3];
      const others = all.filter((server) => server !== behind);
      servers.partition(others, [behind]);
      await countOn(tester, { increments: 40, restMs: 0, among: others });
      servers.network.requestFaults = { duplicateRate: 0.5, lateRate: 0.3, lateMaxMs: LATE_MS };
      servers.connectAll();
      await countOn(tester, { increments: 30, restMs: 20, among: all });
      servers.network.requestFaults = { duplicateRate: 0, lateRate: 0, lateMaxMs: 200 };
      const count = await countOn(tester, { increments: 10, restMs: LATE_MS / 10, among: all });
      await tester.untilCounted(3, count);
    }
    tester.checkSizes(LIMIT);
  },
};

const RESTARTS = 4;
const BURST = 100;
const SUBMITTERS = 6;
/** Between two operations of one: all of them take longer than a snapshot does, and some follow upon each other at once. */
const REST_MS = 2;

/**
 * Entries keep coming while a server makes a snapshot. If it executes some meanwhile, the snapshot holds what its index does not say,
 * and they are executed again after a restart (labs K13): the official test submits one operation after the other.
 */
const snapshotsUnderWay: RsmScript = {
  name: "StrictSnapshotsUnderWay4C",
  sentence:
    `${RESTARTS} times ${SUBMITTERS} submitters have ${BURST} increments done, with snapshots, and all servers restart: the counts can be, and ` +
    "all three counters are at the last one",
  servers: 3,
  network: "reliable",
  maxRaftStateBytes: LIMIT,
  async run(tester) {
    for (let round = 0; round < RESTARTS; round++) {
      await tester.untilLed();
      let left = BURST;
      await Promise.all(Array.from({ length: SUBMITTERS }, async () => {
        while (left-- > 0) {
          await tester.submit({ op: "increment" });
          await tester.sleep(tester.random.next() * REST_MS);
        }
      }));
      await tester.sleep(tester.random.below(20));
      await tester.crashAll(100);
      // Whether the count can be is judged with all the others at the end.
      await tester.untilCounted(3, Number(await tester.submit({ op: "increment" })));
    }
    tester.checkSizes(LIMIT);
  },
};

/** Behind part 4A. */
export const STRICT_RSM_4A: readonly RsmScript[] = [alone];

/** Behind part 4C. */
export const STRICT_RSM_4C: readonly RsmScript[] = [lateSnapshots, snapshotsUnderWay];
