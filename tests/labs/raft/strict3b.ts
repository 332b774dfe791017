/**
 * Lab 3B, stricter than official: exact costs, requests that come twice or late, one-way cuts, pauses.
 * @module
 */

import { calm } from "./nemesis.ts";
import { checkCallsPerSecond } from "./quiet.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import type { RaftTester } from "./tester.ts";

const AGAIN = { retry: true } as const;

async function agree(tester: RaftTester, times: number, servers: number): Promise<void> {
  for (let left = times; left > 0; left--) await tester.one(tester.newCommand(), servers, AGAIN);
}

/** Heartbeats, and nothing but heartbeats, also towards who does not answer. */
const idleCalls: RaftScript = {
  name: "StrictIdleCalls3B",
  sentence:
    "three servers with ten commands behind them make at most 11 calls a second to each, one cut off or not",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await agree(tester, 10, 3);
    await tester.sleep(1000);
    await checkCallsPerSecond(tester, 10);
    tester.disconnect(tester.next(await tester.checkOneLeader(), 1));
    await agree(tester, 10, 2);
    await tester.sleep(1000);
    await checkCallsPerSecond(tester, 10);
  },
};

/** The official limit is twice this. */
const bytesOnce: RaftScript = {
  name: "StrictBytes3B",
  sentence:
    "five servers agree on ten commands of 5,000 bytes at a cost of at most 220,000 bytes: four times each",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { network } = tester.cluster;
    await agree(tester, 1, 5);
    const before = network.totalBytes;
    for (let at = 0; at < 10; at++) await tester.one(`${at}`.padEnd(5000, "x"), 5, { retry: false });
    const bytes = network.totalBytes - before;
    tester.demand(bytes <= 220_000, `${bytes} bytes of calls for ten commands of 5,000, 220,000 are enough`);
  },
};

/** The pace that lab 4A demands (TestSpeed4A): three commands a heartbeat. */
const speed: RaftScript = {
  name: "StrictSpeed3B",
  sentence:
    "three servers agree on 100 commands one after the other, 33.3 ms each on average, as TestSpeed4A wants",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await agree(tester, 1, 3);
    const leader = await tester.checkOneLeader();
    const began = tester.nowMs;
    for (let at = 0; at < 100; at++) {
      const { index } = tester.startAtLeader(leader, tester.newCommand());
      while (tester.committedBy(index) === 0) {
        await tester.sleep(1);
        tester.demand(tester.nowMs - began < 3333, `only ${at} commands in 3.33 s, 100 are wanted`);
      }
    }
  },
};

/** A conflict is found term by term, not entry by entry. */
const backupCalls: RaftScript = {
  name: "StrictBackupCalls3B",
  sentence:
    "three servers mend a log with 300 entries that must go with at most 20 calls besides the heartbeats",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    await agree(tester, 1, 3);
    const stale = await tester.checkOneLeader();
    tester.disconnect(stale);
    for (let at = 0; at < 300; at++) tester.start(stale, tester.newCommand());
    await agree(tester, 2, 2);
    const leader = await tester.checkOneLeader();
    for (let at = 0; at < 300; at++) tester.startAtLeader(leader, tester.newCommand());
    await agree(tester, 1, 2);
    // The next leader takes everybody's log for as long as its own.
    tester.disconnect(leader);
    await tester.sleep(1000);
    tester.connect(leader);
    await agree(tester, 1, 2);
    const [calls, began] = [cluster.callsServed(stale), tester.nowMs];
    tester.connect(stale);
    await agree(tester, 1, 3);
    const heartbeats = Math.ceil((tester.nowMs - began) / 1000 * 11);
    const extra = cluster.callsServed(stale) - calls - heartbeats;
    tester.demand(
      extra <= 20,
      `${extra} calls besides heartbeats to mend the log of server ${stale}, 20 are enough`,
    );
  },
};

/** Time from now until a connected server leads. */
async function electionMs(tester: RaftTester): Promise<number> {
  const began = tester.nowMs;
  while (tester.findLeader() === null) {
    await tester.sleep(10);
    tester.demand(tester.nowMs - began < 10_000, "no leader within 10 s among a connected majority");
  }
  return tester.nowMs - began;
}

/** Candidates that cannot win must not keep quiet the one that can. */
const onlyOneCanWin: RaftScript = {
  name: "StrictOnlyOneCanWin3B",
  sentence:
    "five of nine servers elect the only one whose log is up to date at most 2.5 times as slowly as anyone",
  servers: 9,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    let [anyoneMs, onlyMs] = [0, 0];
    for (let round = 0; round < 12; round++) {
      await agree(tester, 1, 9);
      const leader = await tester.checkOneLeader();
      const [able, ...rest] = [1, 2, 3, 4, 5, 6, 7, 8].map((offset) => tester.next(leader, offset));
      const electorate = [able, ...rest.slice(0, 4)];
      if (round % 2 === 1) {
        tester.disconnect(...rest);
        tester.startAtLeader(leader, tester.newCommand());
        await tester.sleep(20);
      }
      tester.disconnect(...tester.cluster.numbers);
      tester.connect(...electorate);
      const ms = await electionMs(tester);
      if (round % 2 === 1) onlyMs += ms;
      else anyoneMs += ms;
      tester.connect(...tester.cluster.numbers);
    }
    tester.demand(
      onlyMs <= 2.5 * anyoneMs,
      `six elections that only one server could win took ${Math.round(onlyMs)} ms, ` +
        `six that anyone could win ${Math.round(anyoneMs)} ms: who cannot win must not delay who can`,
    );
  },
};

/** Real networks repeat themselves. */
const duplicates: RaftScript = {
  name: "StrictDuplicates3B",
  sentence:
    "five servers agree on 200 commands while every request arrives twice, one in four of them up to 2 s late",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    tester.cluster.network.requestFaults = { duplicateRate: 1, lateRate: 0.25, lateMaxMs: 2000 };
    for (let round = 0; round < 20; round++) {
      const burst = Array.from({ length: 10 }, () => tester.one(tester.newCommand(), 1, AGAIN));
      await Promise.all(burst);
    }
    await calm(tester);
    await agree(tester, 1, 5);
  },
};

/** What a leader said in an earlier term arrives in a later one. */
const lateRequests: RaftScript = {
  name: "StrictLateRequests3B",
  sentence:
    "five servers, 20 changes of leader, one request in three up to 4 s late: nothing old undoes anything new",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    cluster.network.requestFaults = { duplicateRate: 0.3, lateRate: 0.33, lateMaxMs: 4000 };
    for (let round = 0; round < 20; round++) {
      const leader = await tester.checkOneLeader();
      for (let at = 0; at < 10; at++) tester.start(leader, tester.newCommand());
      await tester.sleep(tester.random.below(200));
      tester.disconnect(leader);
      for (let at = 0; at < 5; at++) tester.start(leader, tester.newCommand());
      await tester.sleep(500 + tester.random.below(1000));
      tester.connect(leader);
    }
    await calm(tester);
    await agree(tester, 2, 5);
  },
};

/** An append of a while ago arrives again: it must not take back what has come since. */
const lateAppends: RaftScript = {
  name: "StrictLateAppends3B",
  sentence:
    "of three servers one follower gets its appends again, up to 1.2 s late, and must not lose what came since, 20 times",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster, random } = tester;
    for (let round = 0; round < 20; round++) {
      await agree(tester, 1, 3);
      const leader = await tester.checkOneLeader();
      const away = tester.next(leader, 2);
      tester.disconnect(away);
      cluster.network.requestFaults = { duplicateRate: 1, lateRate: 0.7, lateMaxMs: 1200 };
      for (let at = 0; at < 10; at++) {
        tester.start(leader, tester.newCommand());
        await tester.sleep(5);
      }
      await tester.sleep(200 + random.below(500));
      // Whoever lost something now has nobody to get it back from.
      tester.disconnect(leader);
      cluster.network.requestFaults = { duplicateRate: 0, lateRate: 0, lateMaxMs: 200 };
      tester.connect(away);
      await agree(tester, 1, 2);
      tester.connect(leader);
    }
    await agree(tester, 1, 3);
  },
};

/** While an answer is on its way, the leader takes more commands, and whoever answered is gone. */
const ackOfOld: RaftScript = {
  name: "StrictAckOfOld3B",
  sentence:
    "three servers, ten times: an acknowledgement speaks of what was sent, not of what the leader took since",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 10; round++) {
      await agree(tester, 1, 3);
      const leader = await tester.checkOneLeader();
      const [follower, away] = [tester.next(leader, 1), tester.next(leader, 2)];
      tester.disconnect(away);
      const taken: number[] = [];
      cluster.afterReply(follower, () => {
        if (taken.length > 0) return;
        for (let at = 0; at < 5; at++) taken.push(tester.startAtLeader(leader, tester.newCommand()).index);
        tester.disconnect(follower);
      });
      tester.start(leader, tester.newCommand());
      await tester.sleep(500);
      cluster.afterReply(follower, () => {});
      for (const index of taken) tester.checkNotCommitted(index);
      tester.connect(follower, away);
    }
    await agree(tester, 1, 3);
  },
};

/** Requests get through, replies do not. */
const lostReplies: RaftScript = {
  name: "StrictLostReplies3B",
  sentence:
    "of five servers the leader's calls are heard but never answered for 2 s: it commits nothing, then all agree",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    await agree(tester, 1, 5);
    const leader = await tester.checkOneLeader();
    for (const other of cluster.numbers) cluster.loseReplies(leader, other, true);
    const { index } = tester.startAtLeader(leader, tester.newCommand());
    await tester.sleep(2000);
    const applied = cluster.applied(leader);
    tester.demand(
      applied < index || tester.committedBy(index) > 1,
      `server ${leader} applied index ${index} although nobody ever answered it`,
    );
    await calm(tester);
    await agree(tester, 2, 5);
  },
};

/** A leader takes commands, stands still, and goes on as if nothing had happened since. */
const pausedLeader: RaftScript = {
  name: "StrictPausedLeader3B",
  sentence:
    "of five servers the leader stands still with commands under way while another one leads, ten times over",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 10; round++) {
      const leader = await tester.checkOneLeader();
      for (let at = 0; at < 5; at++) tester.startAtLeader(leader, tester.newCommand());
      await tester.sleep(tester.random.next() * 0.5);
      cluster.pause(leader);
      await agree(tester, 3, 4);
      cluster.resume(leader);
      await agree(tester, 1, 5);
    }
  },
};

/** Stricter tests of part 3B. */
export const STRICT_3B: readonly RaftScript[] = [
  idleCalls,
  bytesOnce,
  speed,
  backupCalls,
  onlyOneCanWin,
  duplicates,
  lateRequests,
  lateAppends,
  ackOfOld,
  lostReplies,
  pausedLeader,
];
