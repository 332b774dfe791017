/**
 * What the official suites of lab 4 leave out: requests that come twice or seconds late, links that carry one way, servers that
 * stand still, single crashes at any time - all while clients are at work.
 * @module
 */

import { demand } from "./run.ts";
import type { Script } from "./script.ts";
import { type KvTester, piece, type RecordedClerk } from "./tester.ts";

/** What goes wrong in a strict test, for as long as `goOn` says so; everything is right again afterwards. */
type Nemesis = (tester: KvTester, goOn: () => boolean) => Promise<void>;

const CLIENTS = 6;
const KEYS = 4;
const STORM_MS = 12_000;
const MAX_PAUSE_MS = 120;
/** Fewer than that in all the storm, and nothing was tried. */
const LEAST_OPERATIONS = 60;

interface StrictTest {
  readonly name: string;
  readonly what: string;
  readonly network: "reliable" | "unreliable";
  readonly maxRaftStateBytes: number | null;
  readonly nemesis: Nemesis;
}

function strictTest(test: StrictTest): Script<KvTester> {
  const { name, what, network, maxRaftStateBytes, nemesis } = test;
  return {
    name,
    sentence:
      `five servers, ${CLIENTS} clients on ${KEYS} keys, ${what}: the history is linearizable, and all calls end`,
    servers: 5,
    network,
    maxRaftStateBytes,
    async run(tester) {
      let goOn = true;
      const working = Promise.all(
        Array.from({ length: CLIENTS }, () => work(tester, tester.clerk(), () => goOn)),
      );
      const raging = nemesis(tester, () => goOn);
      await tester.sleep(STORM_MS);
      goOn = false;
      await raging;
      tester.servers.connectAll();
      await Promise.race([working, tester.sleep(10_000)]);
      const late = await Promise.race([working.then(() => false), tester.sleep(0).then(() => true)]);
      demand(!late, "a call has not ended 10 s after the last fault");
      const reader = tester.clerk();
      for (let key = 0; key < KEYS; key++) await reader.get(`k${key}`);
      demand(tester.operations >= LEAST_OPERATIONS, `only ${tester.operations} operations were answered`);
      tester.checkSizes(maxRaftStateBytes);
    },
  };
}

async function work(tester: KvTester, clerk: RecordedClerk, goOn: () => boolean): Promise<void> {
  const random = tester.servers.world.random(`client ${clerk.number}`);
  for (let nth = 0; goOn(); nth++) {
    const key = `k${random.below(KEYS)}`;
    const drawn = random.next();
    if (drawn < 0.5) await clerk.append(key, piece(clerk.number, nth));
    else if (drawn < 0.55) await clerk.put(key, piece(clerk.number, nth));
    else await clerk.get(key);
    await tester.sleep(random.below(MAX_PAUSE_MS));
  }
}

/** Servers that lead are struck more often than others. */
function victim(tester: KvTester): number {
  const { random, servers } = tester;
  return random.chance(0.6) ? tester.leader() ?? 0 : random.below(servers.numbers.length);
}

const repeatedRequests: Nemesis = async (tester, goOn) => {
  const { network } = tester.servers;
  network.requestFaults = { duplicateRate: 0.3, lateRate: 0.05, lateMaxMs: 3000 };
  while (goOn()) await tester.sleep(100);
  network.requestFaults = { duplicateRate: 0, lateRate: 0, lateMaxMs: 200 };
};

const oneWayLinks: Nemesis = async (tester, goOn) => {
  const { servers } = tester;
  while (goOn()) {
    const deaf = victim(tester);
    for (const other of servers.numbers) servers.loseReplies(deaf, other, other !== deaf);
    await tester.sleep(300 + tester.random.below(1200));
    for (const other of servers.numbers) servers.loseReplies(deaf, other, false);
    await tester.sleep(tester.random.below(800));
  }
};

const pauses: Nemesis = async (tester, goOn) => {
  const { servers } = tester;
  while (goOn()) {
    const still = victim(tester);
    servers.pause(still);
    await tester.sleep(100 + tester.random.below(2500));
    servers.resume(still);
    await tester.sleep(tester.random.below(500));
  }
};

const crashes: Nemesis = async (tester, goOn) => {
  const { servers } = tester;
  while (goOn()) {
    const dead = victim(tester);
    servers.crash(dead);
    await tester.sleep(50 + tester.random.below(600));
    await servers.start(dead);
    await tester.sleep(tester.random.below(1000));
  }
};

const crashesAtSaves: Nemesis = async (tester, goOn) => {
  const { servers, random } = tester;
  let crashes = 0;
  while (goOn()) {
    const dead = victim(tester);
    const moment = random.chance(0.5) ? "before" : "after";
    servers.crashAtSave(dead, { nth: 1 + random.below(8), moment });
    for (let waitedMs = 0; servers.isAlive(dead) && waitedMs < 500; waitedMs += 10) await tester.sleep(10);
    servers.crashAtSave(dead, null);
    if (servers.isAlive(dead)) continue;
    crashes++;
    await tester.sleep(random.below(300));
    await servers.start(dead);
    await tester.sleep(random.below(600));
  }
  demand(crashes >= 5, `only ${crashes} servers crashed at a save`);
};

const everything: Nemesis = async (tester, goOn) => {
  await Promise.all([repeatedRequests, oneWayLinks, crashes].map((nemesis) => nemesis(tester, goOn)));
};

/** Behind part 4A. */
export const STRICT_4A: readonly Script<KvTester>[] = [
  strictTest({
    name: "StrictRepeatedRequests4A",
    what: "requests that come twice or up to 3 s late",
    network: "unreliable",
    maxRaftStateBytes: null,
    nemesis: repeatedRequests,
  }),
  strictTest({
    name: "StrictDeafServers4A",
    what: "servers that are heard but hear nothing",
    network: "reliable",
    maxRaftStateBytes: null,
    nemesis: oneWayLinks,
  }),
  strictTest({
    name: "StrictPauses4A",
    what: "servers that stand still for up to 2.6 s and do not know it",
    network: "reliable",
    maxRaftStateBytes: null,
    nemesis: pauses,
  }),
];

const BIG_VALUES = 20;
const BIG_VALUE_SIZE = 100_000;

/** Two megabytes do not go into one message. */
const bigSnapshot: Script<KvTester> = {
  name: "StrictBigSnapshot4B",
  sentence:
    `a server that was cut off is brought up to date by a snapshot of ${
      BIG_VALUES * BIG_VALUE_SIZE
    } bytes, on a bad network, ` +
    "while clients are at work; it serves, and logs are short again",
  servers: 3,
  network: "unreliable",
  maxRaftStateBytes: 1000,
  async run(tester) {
    const { servers } = tester;
    const all = tester.clerk();
    await all.put("small", "1");
    servers.partition([0, 1], [2]);
    const two = tester.clerk([0, 1]);
    for (let at = 0; at < BIG_VALUES; at++) {
      await two.put(`big ${at}`, String(at % 10).repeat(BIG_VALUE_SIZE));
    }
    let goOn = true;
    const busy = tester.clerk();
    const working = work(tester, busy, () => goOn);
    servers.connectAll();
    const size = () => servers.saved(2).snapshot.length;
    for (let waitedMs = 0; size() < BIG_VALUES * BIG_VALUE_SIZE && waitedMs < 20_000; waitedMs += 100) {
      await tester.sleep(100);
    }
    demand(size() >= BIG_VALUES * BIG_VALUE_SIZE, `server 2 has a snapshot of ${size()} bytes only`);
    goOn = false;
    await working;
    servers.partition([0, 2], [1]);
    const other = tester.clerk([0, 2]);
    for (let at = 0; at < BIG_VALUES; at++) {
      const value = await other.get(`big ${at}`);
      demand(value === String(at % 10).repeat(BIG_VALUE_SIZE), `the value of "big ${at}" is damaged`);
    }
    servers.connectAll();
    for (let at = 0; at < 30; at++) await all.append("small", "+");
    await tester.sleep(1000);
    tester.checkSizes(1000);
  },
};

/** Behind part 4B. */
export const STRICT_4B: readonly Script<KvTester>[] = [
  bigSnapshot,
  strictTest({
    name: "StrictCrashAtSaves4B",
    what: "servers that crash right before or after one of their saves, with snapshots",
    network: "reliable",
    maxRaftStateBytes: 1000,
    nemesis: crashesAtSaves,
  }),
  strictTest({
    name: "StrictSingleCrashes4B",
    what: "one server after the other crashes, the leader more often, with snapshots",
    network: "reliable",
    maxRaftStateBytes: 1000,
    nemesis: crashes,
  }),
  strictTest({
    name: "StrictEverything4B",
    what: "bad network, repeated and late requests, deaf servers and crashes together, with snapshots",
    network: "unreliable",
    maxRaftStateBytes: 1000,
    nemesis: everything,
  }),
];
