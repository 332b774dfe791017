/**
 * Lab 3B, the log: the official tests of agreement, failure and repair. Those of costs are in `part3b_costs.ts`.
 * @module
 */

import { concurrentStarts, count, rpcBytes } from "./part3b_costs.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

const ONCE = { retry: false } as const;
const AGAIN = { retry: true } as const;

/** Commands land where they should, and nothing is there before. */
const basicAgree: RaftScript = {
  name: "TestBasicAgree3B",
  sentence: "three servers agree on three commands at the indices 1, 2 and 3, and on nothing before",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    for (let index = 1; index <= 3; index++) {
      const early = tester.committedBy(index);
      tester.demand(early === 0, `${early} servers committed index ${index} before anybody called start()`);
      const got = await tester.one(index * 100, 3, ONCE);
      tester.demand(got === index, `got index ${got} but expected ${index}`);
    }
  },
};

const followerFailure: RaftScript = {
  name: "TestFollowerFailure3B",
  sentence:
    "of three servers one follower is cut off, then the other: the lone leader commits nothing in 2 s",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const index = await tester.one(101, 3, ONCE);
    tester.demand(tester.committedBy(index) === 3, `only ${tester.committedBy(index)} servers committed`);
    tester.disconnect(tester.next(await tester.checkOneLeader(), 1));
    await tester.one(102, 2, ONCE);
    await tester.sleep(ELECTION_TIMEOUT_MS);
    await tester.one(103, 2, ONCE);
    const leader = await tester.checkOneLeader();
    tester.disconnect(tester.next(leader, 1), tester.next(leader, 2));
    const lone = tester.startAtLeader(leader, 104);
    tester.demand(lone.index === 4, `expected index 4, got ${lone.index}`);
    await tester.sleep(2 * ELECTION_TIMEOUT_MS);
    tester.checkNotCommitted(lone.index);
  },
};

const leaderFailure: RaftScript = {
  name: "TestLeaderFailure3B",
  sentence: "of three servers the leader is cut off, then its successor: nothing is committed in 2 s",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(101, 3, ONCE);
    tester.disconnect(await tester.checkOneLeader());
    await tester.one(102, 2, ONCE);
    await tester.sleep(ELECTION_TIMEOUT_MS);
    await tester.one(103, 2, ONCE);
    tester.disconnect(await tester.checkOneLeader());
    for (const server of tester.cluster.numbers) tester.start(server, 104);
    await tester.sleep(2 * ELECTION_TIMEOUT_MS);
    tester.checkNotCommitted(4);
  },
};

const failAgree: RaftScript = {
  name: "TestFailAgree3B",
  sentence: "of three servers a follower is away for four commands, comes back, and all agree on two more",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(101, 3, ONCE);
    const follower = tester.next(await tester.checkOneLeader(), 1);
    tester.disconnect(follower);
    await tester.one(102, 2, ONCE);
    await tester.one(103, 2, ONCE);
    await tester.sleep(ELECTION_TIMEOUT_MS);
    await tester.one(104, 2, ONCE);
    await tester.one(105, 2, ONCE);
    tester.connect(follower);
    await tester.one(106, 3, AGAIN);
    await tester.sleep(ELECTION_TIMEOUT_MS);
    await tester.one(107, 3, AGAIN);
  },
};

const failNoAgree: RaftScript = {
  name: "TestFailNoAgree3B",
  sentence:
    "of five servers three followers are cut off: nothing is committed in 2 s; they come back and all agree",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(10, 5, ONCE);
    const leader = await tester.checkOneLeader();
    const followers = [1, 2, 3].map((offset) => tester.next(leader, offset));
    tester.disconnect(...followers);
    const { index } = tester.startAtLeader(leader, 20);
    tester.demand(index === 2, `expected index 2, got ${index}`);
    await tester.sleep(2 * ELECTION_TIMEOUT_MS);
    tester.checkNotCommitted(index);
    tester.connect(...followers);
    // The three may have elected one of their own, who does not know of index 2.
    const { index: next } = tester.startAtLeader(await tester.checkOneLeader(), 30);
    tester.demand(next === 2 || next === 3, `expected index 2 or 3, got ${next}`);
    await tester.one(1000, 5, AGAIN);
  },
};

const rejoin: RaftScript = {
  name: "TestRejoin3B",
  sentence:
    "of three servers a leader with three uncommitted commands is cut off, its successor too, and both come back",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(101, 3, AGAIN);
    const first = await tester.checkOneLeader();
    tester.disconnect(first);
    for (const command of [102, 103, 104]) tester.start(first, command);
    // The new leader commits at index 2, too.
    await tester.one(103, 2, AGAIN);
    const second = await tester.checkOneLeader();
    tester.disconnect(second);
    tester.connect(first);
    await tester.one(104, 2, AGAIN);
    tester.connect(second);
    await tester.one(105, 3, AGAIN);
  },
};

const backup: RaftScript = {
  name: "TestBackup3B",
  sentence:
    "five servers, two leaders with 50 commands each that must go, 50 committed in between: all agree within 10 s",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(tester.newCommand(), 5, AGAIN);
    const first = await tester.checkOneLeader();
    const minority = [0, 1].map((offset) => tester.next(first, offset));
    const majority = [2, 3, 4].map((offset) => tester.next(first, offset));
    tester.disconnect(...majority);
    startMany(tester, first);
    await tester.sleep(ELECTION_TIMEOUT_MS / 2);
    tester.disconnect(...minority);
    tester.connect(...majority);
    for (let at = 0; at < 50; at++) await tester.one(tester.newCommand(), 3, AGAIN);
    const second = await tester.checkOneLeader();
    const other = second === majority[0] ? tester.next(second, 1) : majority[0];
    tester.disconnect(other);
    startMany(tester, second);
    await tester.sleep(ELECTION_TIMEOUT_MS / 2);
    tester.disconnect(...tester.cluster.numbers);
    tester.connect(...minority, other);
    for (let at = 0; at < 50; at++) await tester.one(tester.newCommand(), 3, AGAIN);
    tester.connect(...tester.cluster.numbers);
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};

function startMany(tester: RaftTester, leader: number): void {
  for (let at = 0; at < 50; at++) tester.start(leader, tester.newCommand());
}

/** The official tests of part 3B, in the official order. */
export const PART_3B: readonly RaftScript[] = [
  basicAgree,
  rpcBytes,
  followerFailure,
  leaderFailure,
  failAgree,
  failNoAgree,
  concurrentStarts,
  rejoin,
  backup,
  count,
];
