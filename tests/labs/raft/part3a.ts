/**
 * Lab 3A, leader election: the official tests.
 * @module
 */

import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS } from "./tester.ts";

/** A healthy cluster elects a leader and keeps it. */
const initialElection: RaftScript = {
  name: "TestInitialElection3A",
  sentence:
    "three servers elect one leader, agree on its term and keep both for 2 s without a needless election",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const leader = await tester.checkOneLeader();
    // Followers may learn of the election a little later.
    await tester.sleep(50);
    const term = tester.checkTerms();
    tester.demand(term >= 1, `the term is ${term}, but should be at least 1`);
    await tester.sleep(2 * ELECTION_TIMEOUT_MS);
    // The official test only prints a warning here (hole 12).
    const later = tester.checkTerms();
    tester.demand(term === later, `the term changed from ${term} to ${later} although nothing had failed`);
    const still = await tester.checkOneLeader();
    tester.demand(
      still === leader,
      `the leader changed from server ${leader} to ${still} although nothing had failed`,
    );
  },
};

const reElection: RaftScript = {
  name: "TestReElection3A",
  sentence:
    "of three servers the leader is cut off and comes back, then a majority is cut off and comes back",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const first = await tester.checkOneLeader();
    tester.disconnect(first);
    await tester.checkOneLeader();
    // The old leader comes back as a follower and disturbs nobody.
    tester.connect(first);
    const second = await tester.checkOneLeader();
    const other = tester.next(second, 1);
    tester.disconnect(second, other);
    await tester.sleep(2 * ELECTION_TIMEOUT_MS);
    tester.checkNoLeader();
    tester.connect(other);
    await tester.checkOneLeader();
    tester.connect(second);
    await tester.checkOneLeader();
  },
};

const manyElections: RaftScript = {
  name: "TestManyElections3A",
  sentence: "seven servers have a leader in each of nine rounds in which three drawn ones are cut off",
  servers: 7,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.checkOneLeader();
    for (let round = 1; round < 10; round++) {
      // Drawn with repetition: one, two or three servers.
      const victims = [0, 0, 0].map(() => tester.random.below(7));
      tester.disconnect(...victims);
      await tester.checkOneLeader();
      tester.connect(...victims);
    }
    await tester.checkOneLeader();
  },
};

/** The official tests of part 3A. */
export const PART_3A: readonly RaftScript[] = [initialElection, reElection, manyElections];
