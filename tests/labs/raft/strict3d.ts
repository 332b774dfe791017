/**
 * Lab 3D, stricter than official: crashes around every save, late and repeated snapshots, big ones, slow services.
 * @module
 */

import { encodeValue } from "../../../runtime/mod.ts";
import { SNAPSHOT_INTERVAL } from "./applier.ts";
import { calm } from "./nemesis.ts";
import { type RaftScript, SNAPSHOTS } from "./script.ts";
import { crashAtEverySave, crashAtSaves, storm } from "./strict3c.ts";
import type { RaftTester } from "./tester.ts";

const AGAIN = { retry: true } as const;
const WITH_SNAPSHOTS = { service: SNAPSHOTS, words: ", with snapshots" } as const;

/** A victim misses enough for a snapshot and comes back. */
async function missSome(tester: RaftTester, victim: number): Promise<void> {
  const { cluster } = tester;
  cluster.disconnect(victim);
  await tester.one(tester.newCommand(), cluster.servers - 1, AGAIN);
  const leader = await tester.checkOneLeader();
  for (let at = 0; at < 2 * SNAPSHOT_INTERVAL; at++) tester.start(leader, tester.newCommand());
  await tester.one(tester.newCommand(), cluster.servers - 1, AGAIN);
  cluster.connect(victim);
}

/** A snapshot that was sent long ago arrives when its receiver is far ahead. */
const lateSnapshots: RaftScript = {
  name: "StrictLateSnapshots3D",
  sentence:
    "of three servers one needs a snapshot in each of 25 rounds, requests come twice and up to 3 s late, no two snapshots end alike",
  servers: 3,
  network: "reliable",
  service: { ...SNAPSHOTS, uneven: true },
  async run(tester) {
    const { network } = tester.cluster;
    for (let round = 0; round < 25; round++) {
      const victim = tester.next(await tester.checkOneLeader(), 1 + round % 2);
      network.requestFaults = { duplicateRate: 0.5, lateRate: 0.3, lateMaxMs: 3000 };
      await missSome(tester, victim);
      await tester.sleep(tester.random.below(500));
      for (let at = 0; at < 5; at++) await tester.one(tester.newCommand(), 2, AGAIN);
    }
    await calm(tester);
    await tester.one(tester.newCommand(), 3, AGAIN);
  },
};

/** Appends that are late, and snapshots that are sent because of that, arrive in any order. */
const overtakenAppends: RaftScript = {
  name: "StrictOvertakenAppends3D",
  sentence:
    "three servers, 40 bursts of 25 commands with snapshots, every other request up to 0.8 s late: all agree in the end",
  servers: 3,
  network: "reliable",
  service: { ...SNAPSHOTS, uneven: true },
  async run(tester) {
    const { network } = tester.cluster;
    await tester.one(tester.newCommand(), 3, AGAIN);
    for (let round = 0; round < 40; round++) {
      network.requestFaults = { duplicateRate: 0.1, lateRate: 0.5, lateMaxMs: 800 };
      for (const server of tester.cluster.numbers) {
        for (let at = 0; at < 25; at++) tester.start(server, tester.newCommand());
      }
      await tester.sleep(100 + tester.random.below(600));
      if (round % 4 !== 3) continue;
      await calm(tester);
      await tester.one(tester.newCommand(), 3, AGAIN);
    }
  },
};

/** A snapshot is a word from the leader like any other. */
const snapshotIsHeartbeat: RaftScript = {
  name: "StrictSnapshotIsHeartbeat3D",
  sentence:
    "of three servers one gets a snapshot again and again, since its answers are lost for 2 s: it stands for nothing",
  servers: 3,
  network: "reliable",
  service: SNAPSHOTS,
  async run(tester) {
    const { cluster } = tester;
    const leader = await tester.checkOneLeader();
    const victim = tester.next(leader, 1);
    // Down, and not cut off: it must not have entered a later term meanwhile.
    cluster.crash(victim);
    for (let at = 0; at < 2 * SNAPSHOT_INTERVAL; at++) tester.start(leader, tester.newCommand());
    await tester.one(tester.newCommand(), 2, AGAIN);
    cluster.loseReplies(leader, victim, true);
    await tester.restart(victim);
    const { term } = cluster.peer(leader).getState();
    await tester.sleep(2000);
    leadsStill(tester, leader, { term, victim });
    await calm(tester);
    await tester.one(tester.newCommand(), 3, AGAIN);
  },
};

/** Nobody stood for anything while a snapshot came: whoever hears its leader has nothing to ask of anybody. */
function leadsStill(
  tester: RaftTester,
  leader: number,
  { term, victim, asked = 0 }: { readonly term: number; readonly victim: number; readonly asked?: number },
): void {
  const later = tester.cluster.peer(leader).getState();
  tester.demand(
    later.isLeader && later.term === term,
    `server ${leader} lost term ${term} to an election that server ${victim} had no reason for: it heard its leader`,
  );
  // Where a preliminary vote keeps the term, the question is to be seen.
  const calls = tester.cluster.callsMade(victim) - asked;
  tester.demand(
    calls === 0,
    `server ${victim} made ${calls} calls although it heard its leader all the time`,
  );
}

/** A snapshot that takes longer than any election timeout (hole 20). While it comes nothing else does, as a rule. */
const longSnapshot: RaftScript = {
  name: "StrictLongSnapshot3D",
  sentence:
    "of three servers one gets a snapshot of 4 MiB on a link with delays of up to 60 ms each way: it asks for no vote meanwhile",
  servers: 3,
  network: "reliable",
  service: { ...SNAPSHOTS, paddingBytes: 4 << 20 },
  async run(tester) {
    const { cluster } = tester;
    const leader = await tester.checkOneLeader();
    const victim = tester.next(leader, 1);
    cluster.crash(victim);
    for (let at = 0; at < SNAPSHOT_INTERVAL; at++) tester.start(leader, tester.newCommand());
    await tester.one(tester.newCommand(), 2, AGAIN);
    const wanted = cluster.applied(leader);
    cluster.network.turnMs = 60;
    await tester.restart(victim);
    while (cluster.callsServed(victim) === 0) await tester.sleep(1);
    const { term } = cluster.peer(leader).getState();
    const asked = cluster.callsMade(victim);
    for (let waitedMs = 0; cluster.applied(victim) < wanted; waitedMs += 10) {
      tester.demand(waitedMs < 20_000, `server ${victim} has not got its snapshot after 20 s`);
      await tester.sleep(10);
    }
    leadsStill(tester, leader, { term, victim, asked });
    await tester.one(tester.newCommand(), 3, AGAIN);
  },
};

/** Bigger than whatever one message may hold. */
const bigSnapshots: RaftScript = {
  name: "StrictBigSnapshots3D",
  sentence:
    "of three servers one catches up from snapshots of 1 MiB, on an unreliable network, four times over",
  servers: 3,
  network: "unreliable",
  service: { ...SNAPSHOTS, paddingBytes: 1 << 20 },
  async run(tester) {
    for (let round = 0; round < 4; round++) {
      await missSome(tester, tester.next(await tester.checkOneLeader(), 1));
      await tester.one(tester.newCommand(), 3, AGAIN);
    }
  },
};

/** The service takes its time, and snapshots arrive meanwhile. */
const slowService: RaftScript = {
  name: "StrictSlowService3D",
  sentence:
    "three servers whose services take up to 30 ms for each message, one cut off in each of 15 rounds",
  servers: 3,
  network: "reliable",
  service: { ...SNAPSHOTS, maxWorkMs: 30 },
  async run(tester) {
    for (let round = 0; round < 15; round++) {
      const victim = tester.random.below(3);
      await missSome(tester, victim);
      // Cut off again while its service is still busy with what it was sent.
      await tester.sleep(tester.random.below(300));
      tester.disconnect(victim);
      for (let at = 0; at < SNAPSHOT_INTERVAL; at++) await tester.one(tester.newCommand(), 2, AGAIN);
      tester.connect(victim);
      await tester.one(tester.newCommand(), 3, AGAIN);
    }
  },
};

/** A service that repeats itself, or claims what cannot be. */
const staleSnapshot: RaftScript = {
  name: "StrictStaleSnapshot3D",
  sentence:
    "three servers ignore snapshot() for an index that is covered already, and for one not yet applied",
  servers: 3,
  network: "reliable",
  service: SNAPSHOTS,
  async run(tester) {
    const { cluster } = tester;
    const nonsense = encodeValue("what no service would say");
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 12; at++) await tester.one(tester.newCommand(), 3, AGAIN);
      for (const server of cluster.numbers) {
        const applied = cluster.applied(server);
        for (const index of [1, applied - SNAPSHOT_INTERVAL - 3, applied + 1, applied + 1000]) {
          if (index >= 1) cluster.peer(server).snapshot(index, nonsense);
        }
      }
      await tester.one(tester.newCommand(), 3, AGAIN);
      for (const server of cluster.numbers) await tester.restart(server);
      await tester.one(tester.newCommand(), 3, AGAIN);
    }
  },
};

/** Stricter tests of part 3D. */
export const STRICT_3D: readonly RaftScript[] = [
  crashAtSaves("StrictCrashAtSaves3D", WITH_SNAPSHOTS),
  crashAtEverySave("StrictCrashAtEverySave3D", WITH_SNAPSHOTS),
  lateSnapshots,
  overtakenAppends,
  snapshotIsHeartbeat,
  longSnapshot,
  bigSnapshots,
  slowService,
  staleSnapshot,
  storm("StrictStorm3D", WITH_SNAPSHOTS),
];
