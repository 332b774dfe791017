/**
 * Lab 3A, stricter than official: no needless elections, heartbeats counted, one-way cuts, pauses.
 * @module
 */

import { calm } from "./nemesis.ts";
import { checkCallsPerSecond } from "./quiet.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import type { RaftTester } from "./tester.ts";

/** The labs demand a new leader within five seconds of a failure. */
const ELECTION_LIMIT_MS = 5000;

/** The leader among `electorate`, which must be found soon. */
async function leaderWithin5s(tester: RaftTester, electorate: readonly number[]): Promise<number> {
  const began = tester.nowMs;
  while (tester.nowMs - began <= ELECTION_LIMIT_MS) {
    const leader = tester.findLeader();
    if (leader !== null && electorate.includes(leader)) return leader;
    await tester.sleep(10);
  }
  throw tester.failure(`no leader among the servers ${electorate} within 5 s of the failure of the last one`);
}

function others(tester: RaftTester, server: number): number[] {
  return tester.cluster.numbers.filter((one) => one !== server);
}

/** Nothing fails, so nothing changes. */
const quietNetwork: RaftScript = {
  name: "StrictQuietNetwork3A",
  sentence:
    "five servers left alone for 60 s keep their leader and term, and none is called more than 11 times in any second",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const leader = await tester.checkOneLeader();
    await tester.sleep(200);
    const term = tester.checkTerms();
    await checkCallsPerSecond(tester, 60);
    const later = tester.checkTerms();
    tester.demand(term === later, `the term changed from ${term} to ${later} although nothing had failed`);
    tester.demand(
      tester.findLeader() === leader,
      `server ${leader} lost its leadership although nothing had failed`,
    );
  },
};

function electionTime(network: "reliable" | "unreliable"): RaftScript {
  return {
    name: network === "reliable" ? "StrictElectionTime3A" : "StrictElectionTimeUnreliable3A",
    sentence: `five servers replace their leader within 5 s, 15 times over, ${network}`,
    servers: 5,
    network,
    service: APPLIES,
    async run(tester) {
      await leaderWithin5s(tester, tester.cluster.numbers);
      for (let round = 0; round < 15; round++) {
        const leader = await tester.checkOneLeader();
        tester.disconnect(leader);
        await leaderWithin5s(tester, others(tester, leader));
        tester.connect(leader);
      }
    },
  };
}

/** It hears, but nobody hears it. */
const muteLeader: RaftScript = {
  name: "StrictMuteLeader3A",
  sentence:
    "five servers replace a leader whose calls no longer get out, five times over, and it learns of it",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 5; round++) {
      const mute = await tester.checkOneLeader();
      for (const other of others(tester, mute)) cluster.enableLink(mute, other, false);
      await leaderWithin5s(tester, others(tester, mute));
      await tester.sleep(1000);
      tester.demand(
        !cluster.peer(mute).getState().isLeader,
        `server ${mute} still claims to lead although its successor has been calling it for a second`,
      );
      tester.connect(mute);
    }
    await tester.checkOneLeader();
  },
};

/** A leader of the past goes on talking, since no answer tells it that it should not. */
const talkingLeader: RaftScript = {
  name: "StrictTalkingLeader3A",
  sentence:
    "five servers elect within 5 s while a leader of an earlier term calls them and hears no answer, five times",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    let [silentMs, talkingMs] = [0, 0];
    for (let round = 0; round < 8; round++) {
      const past = await tester.checkOneLeader();
      for (const other of others(tester, past)) {
        cluster.enableLink(other, past, false);
        cluster.loseReplies(past, other, true);
      }
      cluster.pause(past);
      let began = tester.nowMs;
      const second = await leaderWithin5s(tester, others(tester, past));
      silentMs += tester.nowMs - began;
      await tester.sleep(200);
      tester.disconnect(second);
      for (const other of others(tester, second)) cluster.enableLink(past, other, true);
      cluster.resume(past);
      began = tester.nowMs;
      await leaderWithin5s(tester, others(tester, past));
      talkingMs += tester.nowMs - began;
      await calm(tester);
    }
    tester.demand(
      talkingMs <= 2 * silentMs,
      `eight elections took ${Math.round(talkingMs)} ms while a leader of the past talked, ` +
        `${Math.round(silentMs)} ms while it was silent: it must not keep anybody quiet`,
    );
    await tester.checkOneLeader();
  },
};

/** Whoever waits equally long as all others never wins. */
const noLuck: RaftScript = {
  name: "StrictNoLuck3A",
  sentence: "seven servers elect and re-elect on a network where all hear everything at the same instant",
  servers: 7,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    tester.cluster.network.turnMs = 0;
    for (let round = 0; round < 3; round++) {
      const leader = await leaderWithin5s(tester, tester.cluster.numbers);
      await tester.sleep(500);
      tester.disconnect(leader);
      await leaderWithin5s(tester, others(tester, leader));
      tester.connect(leader);
    }
  },
};

/** It calls, but nobody can call it: it must learn from the answers. */
const deafLeader: RaftScript = {
  name: "StrictDeafLeader3A",
  sentence:
    "five servers, five times over: a leader of the past whom no call reaches learns of it from one answer",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 5; round++) {
      const deaf = await tester.checkOneLeader();
      const { term } = cluster.peer(deaf).getState();
      for (const other of others(tester, deaf)) cluster.enableLink(other, deaf, false);
      // It stands still meanwhile, so that nothing else makes it doubt itself.
      cluster.pause(deaf);
      await leaderWithin5s(tester, others(tester, deaf));
      cluster.resume(deaf);
      await tester.sleep(250);
      const state = cluster.peer(deaf).getState();
      // In a later term it may lead again: it can still ask for votes.
      tester.demand(
        state.term > term,
        `server ${deaf} is still in term ${term} although every answer it got named a later one`,
      );
      tester.connect(deaf);
    }
    await tester.checkOneLeader();
  },
};

/** It stands still and goes on where it stood. */
const pausedLeader: RaftScript = {
  name: "StrictPausedLeader3A",
  sentence:
    "five servers replace a leader that stands still for seconds, ten times over; it follows when it goes on",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster } = tester;
    for (let round = 0; round < 10; round++) {
      const paused = await tester.checkOneLeader();
      cluster.pause(paused);
      await leaderWithin5s(tester, others(tester, paused));
      await tester.sleep(tester.random.below(2000));
      cluster.resume(paused);
      await tester.checkOneLeader();
      await tester.sleep(1000);
      tester.checkTerms();
    }
  },
};

/** Stricter tests of part 3A. */
export const STRICT_3A: readonly RaftScript[] = [
  quietNetwork,
  electionTime("reliable"),
  electionTime("unreliable"),
  muteLeader,
  deafLeader,
  talkingLeader,
  noLuck,
  pausedLeader,
];
