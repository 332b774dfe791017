/**
 * The laws in plain words: what must hold, why, and where it comes from.
 * @module
 */

/** A law as a person would put it. */
export interface Rule {
  /** What must hold. */
  readonly says: string;
  /** Where it comes from. */
  readonly source: string;
}

const RULES: Readonly<Record<string, Rule>> = {
  "election-safety": {
    says: "Two nodes never lead the same term.",
    source: "Raft, figure 3: election safety",
  },
  "leader-append-only": {
    says: "A leader never overwrites or deletes an entry of its own log.",
    source: "Raft, figure 3: leader append-only",
  },
  "log-matching": {
    says: "Two logs that have the same entry at one index are the same up to there.",
    source: "Raft, figure 3: log matching",
  },
  "leader-completeness": {
    says: "An entry that was committed is in the log of every later leader.",
    source: "Raft, figure 3: leader completeness",
  },
  "state-machine-safety": {
    says: "Two nodes never execute different commands at the same place.",
    source: "Raft, figure 3: state machine safety",
  },
  "monotone-term": {
    says: "A node's term never goes back, not even in a crash.",
    source: "Raft, figure 2: persistent state",
  },
  "monotone-commit": {
    says: "What a node takes for committed never shrinks.",
    source: "Raft, figure 2: commitIndex",
  },
  invariant: { says: "What a node's own code takes for granted holds.", source: "raft/core/invariants.ts" },
  "machine-failed": {
    says: "A node dies of its disk, or because somebody kills it, and of nothing else.",
    source: "this harness",
  },
  "durable-before-visible": {
    says: "What a message vouches for is on its sender's disk before the message leaves.",
    source: "Raft, figure 2: persistent state is updated before responding",
  },
  "leader-stickiness": {
    says: "Who has heard its leader within an election timeout says yes to nobody who would replace it.",
    source: "Ongaro's dissertation, sections 4.2.3 and 9.6",
  },
  "snapshot-bytes": {
    says: "A chunk of a snapshot holds what its sender's disk has stored of that snapshot at that place.",
    source: "Raft, figure 13: InstallSnapshot",
  },
  "durable-recovery": {
    says: "A node comes up with all that its disk had confirmed.",
    source: "Raft, section 5.1: servers restart from stable storage",
  },
  "predictive-commit": {
    says: "When an entry is committed, nobody who lacks it on the disk can be elected any more.",
    source: "Raft, section 5.4: what commitment is for",
  },
  configuration: {
    says:
      "A node goes by the last configuration in its log, committed or not, and only its voters stand and lead.",
    source: "Ongaro's dissertation, sections 4.1 and 4.2",
  },
  "one-voter-at-a-time": {
    says: "Two configurations that are committed one after the other differ by one voter at most.",
    source: "Ongaro's dissertation, section 4.1",
  },
  "used-name": {
    says: "A member that was removed never comes back under its name: its disk may be another one by then.",
    source: "rethinkdb #5289: a removed member that returned with an empty disk",
  },
  versions: {
    says: "A program of version 1 neither says nor keeps anything that only version 2 has words for.",
    source: "raft/wire_version.ts",
  },
  "exactly-once": {
    says: "A command is executed once, however often it is sent.",
    source: "Raft, section 8: client interaction",
  },
  "equal-state": {
    says: "Replicas that have executed the same commands are in the same state.",
    source: "state machine replication",
  },
  linearizability: {
    says: "All answers fit one order of the operations that respects real time.",
    source: "Herlihy and Wing, 1990",
  },
  liveness: {
    says: "When a majority is up and connected, a write goes through within some ten election timeouts.",
    source: "Raft, section 9.3; labs 3A: agreement after failures",
  },
  convergence: { says: "When nothing is wrong any more, everybody catches up.", source: "Raft, section 5.3" },
  storm: {
    says: "A busy cluster does some twenty things in a millisecond and no more.",
    source: "labs 3B: RPC counts",
  },
  "one-owner": { says: "A shard is served by one group at a time.", source: "labs 5B" },
  "nothing-lost": { says: "What arrives with a shard is what left with it.", source: "labs 5B" },
  "deleted-after-commit": {
    says: "A copy of a shard is deleted only after its new owner has committed that it has it.",
    source: "labs 5B, challenge exercise",
  },
  "read-your-writes": {
    says: "Whoever was told that something is written reads it, or something later.",
    source: "session guarantees, Terry et al. 1994",
  },
  "monotonic-reads": {
    says: "Whoever has read something never reads anything earlier afterwards.",
    source: "session guarantees, Terry et al. 1994",
  },
  "watch-order": { says: "A watcher is given every write once, in order.", source: "workload watch" },
  "unique-ids": { says: "No identity is given twice.", source: "workload ids" },
  "set-complete": { says: "What was added and acknowledged is there in the end.", source: "workload set" },
  "strict-serializability": {
    says: "All transactions fit one order that respects real time, and each sees what those before it did.",
    source: "Papadimitriou, 1979; Elle, VLDB 2020",
  },
  "bank-total": { says: "Money is neither made nor lost.", source: "workload bank" },
  "dequeued-once": { says: "An item of a queue is handed out once.", source: "workload queue" },
  "lease-ends": {
    says: "A key does not outlive its lease by more than the time without a leader.",
    source: "workload lease",
  },
  "job-laws": {
    says: "A task is won once, a file that has its final name is whole, and what was lost is made again.",
    source: "MapReduce, section 3.3",
  },
  "journal-kept": {
    says: "A coordinator that is started again goes on with what was finished.",
    source: "MapReduce, section 3.3: master failure",
  },
  "job-ends": {
    says: "A job ends when its workers are well again.",
    source: "MapReduce, section 3.3; labs 1",
  },
  "job-output": {
    says: "A job's output is that of a sequential run.",
    source: "MapReduce, section 3.3; labs 1",
  },
};

/** The law of that name. */
export function ruleOf(law: string): Rule {
  return RULES[law] ?? { says: `The law ${law} holds.`, source: "tests/check/" };
}
