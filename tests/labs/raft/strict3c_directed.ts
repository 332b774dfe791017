/**
 * Lab 3C, stricter than official: schedules that lead straight to where a mistake shows.
 * @module
 */

import { calm } from "./nemesis.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import type { RaftTester } from "./tester.ts";

const AGAIN = { retry: true } as const;

/** Waits until a server has just been called: by its leader, in a quiet network. */
async function justCalled(tester: RaftTester, server: number): Promise<void> {
  const before = tester.cluster.callsServed(server);
  for (let waits = 0; waits < 500 && tester.cluster.callsServed(server) === before; waits++) {
    await tester.sleep(1);
  }
}

/** A server that gives `spared` answers and dies behind each one after that. */
function dieAfterAnswers(tester: RaftTester, server: number, spared: number): void {
  let left = spared;
  tester.cluster.afterReply(server, () => {
    if (left-- <= 0) tester.reincarnate(server);
  });
}

/** Candidates that stand at the same moment, and voters that forget whatever they did not save. */
export const voteOnce: RaftScript = {
  name: "StrictVoteOnce3C",
  sentence:
    "seven servers, two stand for election at once, voters die behind their answers: one leader a term, 30 times",
  servers: 7,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 30; round++) {
      const leader = await tester.checkOneLeader();
      const candidates = [tester.next(leader, 1), tester.next(leader, 2)];
      const voters = cluster.numbers.filter((one) => one !== leader && !candidates.includes(one));
      // Their timers run out while they stand still, so that both ask in the same instant, in the same term.
      tester.disconnect(...candidates);
      for (const candidate of candidates) cluster.pause(candidate);
      await tester.sleep(1000);
      // The others have heard the leader so lately that they do not stand, and so long ago that they listen.
      await justCalled(tester, voters[0]);
      cluster.disconnect(leader);
      await tester.sleep(round % 5 === 0 ? tester.random.below(300) : 300 + tester.random.below(60));
      // Perhaps they are asked whether they would before they are asked to.
      if (round % 3 !== 0) {
        for (const voter of voters) dieAfterAnswers(tester, voter, tester.random.below(3));
      }
      tester.connect(...candidates);
      // They do not hear of each other, so that whoever wins first does not call the other one off.
      const [one, other] = candidates;
      cluster.enableLink(one, other, false);
      cluster.enableLink(other, one, false);
      cluster.resume(one);
      // In the same instant, or so much later that the first one's voters have died and come back.
      await tester.sleep(tester.random.below(2) * tester.random.next() * 5);
      cluster.resume(other);
      await tester.sleep(30);
      for (const voter of voters) cluster.afterReply(voter, () => {});
      await tester.sleep(1);
      tester.connect(leader, ...candidates);
    }
    await tester.one(tester.newCommand(), 7, AGAIN);
  },
};

/** The paper's figure 8, step by step. */
export const figure8Directed: RaftScript = {
  name: "StrictFigure83C",
  sentence:
    "five servers act out the paper's figure 8 five times: no entry of an earlier term is committed by counting",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 5; round++) {
      await tester.one(tester.newCommand(), 5, AGAIN);
      // (a) A leader and one more have an entry that nobody else has.
      const first = await tester.checkOneLeader();
      const [second, ...rest] = [1, 2, 3, 4].map((offset) => tester.next(first, offset));
      tester.disconnect(...rest);
      const { index } = tester.startAtLeader(first, tester.newCommand());
      await tester.sleep(50);
      // (b) Of the others, one leads and puts another entry there, all by itself.
      tester.disconnect(first, second);
      tester.connect(...rest);
      const rival = await tester.checkOneLeader();
      tester.disconnect(rival);
      tester.startAtLeader(rival, tester.newCommand());
      await tester.sleep(20);
      const [third, fourth] = rest.filter((one) => one !== rival);
      // (c) The first entry gets to a majority, by a leader of a term that has no entry yet.
      tester.disconnect(...cluster.numbers);
      tester.connect(first, second, third);
      await tester.checkOneLeader();
      await tester.sleep(500);
      tester.demand(
        tester.committedBy(index) === 0,
        `index ${index} was committed by counting, although its term is over and the present one has no entry`,
      );
      // (d) The rival is elected by those whose logs end in an earlier term, and replaces it.
      tester.disconnect(...cluster.numbers);
      tester.connect(rival, third, fourth);
      await tester.one(tester.newCommand(), 3, AGAIN);
      tester.connect(...cluster.numbers);
    }
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};

/** What is stored is not yet committed. */
export const uncommittedRestart: RaftScript = {
  name: "StrictUncommittedRestart3C",
  sentence:
    "of three servers a leader that is cut off with three commands restarts: it applies none of them by itself",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(tester.newCommand(), 3, AGAIN);
    const leader = await tester.checkOneLeader();
    tester.disconnect(leader);
    const started = [1, 2, 3].map(() => tester.startAtLeader(leader, tester.newCommand()));
    await tester.sleep(100);
    await tester.cluster.start(leader);
    await tester.sleep(1000);
    for (const { index } of started) tester.checkNotCommitted(index);
    await tester.one(tester.newCommand(), 2, AGAIN);
    tester.connect(leader);
    await tester.one(tester.newCommand(), 3, AGAIN);
  },
};

/** A leader counts itself only when its own disk has it. */
export const leaderLosesSave: RaftScript = {
  name: "StrictLeaderLosesSave3C",
  sentence:
    "of three servers a leader dies before it saves what one follower has, and the other two go on, 12 times",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 12; round++) {
      await tester.one(tester.newCommand(), 3, AGAIN);
      const leader = await tester.checkOneLeader();
      const [follower, away] = [tester.next(leader, 1), tester.next(leader, 2)];
      tester.disconnect(away);
      cluster.crashAtSave(leader, { nth: 1, moment: "before" });
      tester.startAtLeader(leader, tester.newCommand());
      await tester.sleep(50);
      cluster.crash(leader);
      tester.disconnect(follower);
      tester.connect(away);
      await tester.restart(leader);
      await tester.one(tester.newCommand(), 2, AGAIN);
      tester.connect(follower);
    }
    await tester.one(tester.newCommand(), 3, AGAIN);
  },
};

/** Votes and acknowledgements of one term arrive in another. */
export const lateReplies: RaftScript = {
  name: "StrictLateReplies3C",
  sentence:
    "five servers, 40 changes of leader while two replies in three are up to 2.2 s late: none counts in a later term",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster, random } = tester;
    cluster.network.longReordering = true;
    for (let round = 0; round < 40; round++) {
      for (const server of cluster.numbers) {
        for (let at = 0; at < 3; at++) tester.start(server, tester.newCommand());
      }
      await tester.sleep(random.below(300));
      const leader = tester.findLeader();
      const victim = leader ?? random.below(5);
      tester.disconnect(victim);
      if (random.chance(0.3)) tester.disconnect(tester.next(victim, 1));
      for (let at = 0; at < 3; at++) tester.start(victim, tester.newCommand());
      await tester.sleep(300 + random.below(1500));
      tester.connect(...cluster.numbers);
    }
    await calm(tester);
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};

/** An acknowledgement is on its way while its sender loses what it acknowledged, and its receiver loses and regains power. */
export const lateAcks: RaftScript = {
  name: "StrictLateAcks3C",
  sentence:
    "five servers, 20 times: what a follower acknowledged to a leader, and lost since, does not count when it leads again",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 20; round++) {
      await tester.one(tester.newCommand(), 5, AGAIN);
      const first = await tester.checkOneLeader();
      const [follower, ...rest] = [1, 2, 3, 4].map((offset) => tester.next(first, offset));
      // One follower takes twenty commands; most of its acknowledgements are late.
      tester.disconnect(...rest);
      cluster.network.longReordering = true;
      for (let at = 0; at < 20; at++) {
        tester.start(first, tester.newCommand());
        await tester.sleep(1);
      }
      cluster.network.longReordering = false;
      // The others agree on something else, and both come round to it.
      tester.disconnect(first, follower);
      tester.connect(...rest);
      await tester.one(tester.newCommand(), 3, AGAIN);
      tester.connect(first, follower);
      await tester.sleep(120);
      // With luck the first one leads again.
      tester.disconnect(...cluster.numbers);
      tester.connect(first, follower, rest[0]);
      for (let waits = 0; waits < 60 && tester.findLeader() === null; waits++) await tester.sleep(10);
      if (tester.findLeader() === first) {
        tester.disconnect(follower);
        const { index } = tester.startAtLeader(first, tester.newCommand());
        for (let at = 0; at < 25; at++) tester.start(first, tester.newCommand());
        await tester.sleep(1000);
        tester.checkNotCommitted(index);
      }
      tester.connect(...cluster.numbers);
    }
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};
