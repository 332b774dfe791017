/**
 * Planted bugs of Raft's core that the explorer finds, each in the smallest scope that shows it.
 *
 * Where a law of the end (two leaders, a lost entry) is named, the bug is let run to it instead of being stopped at the
 * first message that says too much.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const ELECTION = "raft/core/election.ts";
const REPLICATION = "raft/core/replication.ts";
const FOLLOWERS = "raft/core/followers.ts";
const SNAPSHOT = "raft/core/snapshot.ts";
const LOG = "raft/core/log.ts";
const STATE = "raft/core/state.ts";
const READ = "raft/core/read.ts";

function explore(scope: string, ...laws: readonly string[]): string {
  return ["run -A --no-check tests/explore/cli.ts", scope, ...laws.map((law) => `--law ${law}`)].join(" ");
}

/** What the explorer kills. */
export const raftMutants: readonly Mutant[] = [
  {
    id: "X-vote-unsaved",
    title: "A vote is remembered until the next crash only: two leaders in one term",
    source: "paper figure 2, persistent state",
    file: ELECTION,
    anchor:
      "    if (core.vote === null) {\n      core.vote = from;\n      core.dirtyHardState = true;\n    }",
    replacement: "    core.vote = from;",
    killedBy: explore("small", "election-safety"),
  },
  {
    id: "X-vote-early",
    title: "A vote leaves before it is on the disk",
    source: "eliben/raft PR 26",
    file: ELECTION,
    anchor: 'send(effects, from, { type: "voteReply", term: core.term, granted }, afterHardState(core));',
    replacement: 'send(effects, from, { type: "voteReply", term: core.term, granted }, 0);',
    killedBy: explore("small", "election-safety"),
  },
  {
    id: "X-campaign-early",
    title: "A candidate asks for votes before its own is on the disk",
    source: "raft-java #57",
    file: ELECTION,
    anchor:
      "      term: core.term,\n      lastIndex: lastIndex(core.log),\n      lastTerm: lastTerm(core.log),\n    }, afterHardState(core));",
    replacement:
      "      term: core.term,\n      lastIndex: lastIndex(core.log),\n      lastTerm: lastTerm(core.log),\n    }, 0);",
    killedBy: explore("small"),
  },
  {
    id: "C-leads-before-the-disk",
    title: "Whoever needs no vote but its own leads before that is on the disk",
    source: "chaos seed 984469: after the only voter's crash another one led the same term",
    file: ELECTION,
    anchor: '  core.role = { type: "candidate", granted: ownVote(core) };\n',
    replacement:
      '  core.role = { type: "candidate", granted: ownVote(core) };\n  if (isWon(core, core.role.granted)) return win(core, effects);\n',
    killedBy: "test -A --no-check --fail-fast raft/core/election_test.ts",
  },
  {
    id: "C-stands-again",
    title: "Whoever has won and waits for its disk stands again, in a term that has to be written anew",
    source: "a disk that is slower than the election timeout",
    file: ELECTION,
    anchor: 'if (core.role.type === "candidate" && isWon(core, core.role.granted)) return;\n',
    replacement: "",
    killedBy: "test -A --no-check --fail-fast raft/core/election_test.ts",
  },
  {
    id: "X-own-vote",
    title: "A candidate does not vote for itself and may vote for another",
    source: "paper section 5.2",
    file: ELECTION,
    anchor: "  core.vote = core.config.id;\n",
    replacement: "",
    killedBy: explore("small", "election-safety"),
  },
  {
    id: "X-two-votes",
    title: "Whoever asks in a term gets the vote",
    source: "labs E5; akka-raft #56",
    file: ELECTION,
    anchor: "const free = core.vote === null || core.vote === from;",
    replacement: "const free = true;",
    killedBy: explore("small", "election-safety"),
  },
  {
    id: "X-votes-counted",
    title: "Votes are counted, not voters: a repeated one counts twice",
    source: "akka-raft #45",
    file: ELECTION,
    anchor:
      '  if (!reply.granted || core.role.type !== "candidate" || reply.term !== core.term) return;\n  if (!core.membership.voters.includes(from)) return;\n  core.role.granted.add(from);',
    replacement:
      '  if (!reply.granted || core.role.type !== "candidate" || reply.term !== core.term) return;\n  if (!core.membership.voters.includes(from)) return;\n  core.role.granted.add(`${from}${core.role.granted.size}`);',
    killedBy: explore("four", "election-safety"),
  },
  {
    id: "X-up-to-date-index",
    title: "A vote is given to a shorter log that ends in the same term",
    source: "paper section 5.4.1",
    file: ELECTION,
    anchor: "theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log))",
    replacement: "theirTerm >= ours",
    killedBy: explore("commands"),
  },
  {
    id: "X-up-to-date-term",
    title: "A vote is given to a longer log that ends in an older term",
    source: "paper section 5.4.1; liferaft",
    file: ELECTION,
    anchor: "theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log))",
    replacement: "theirTerm > ours || theirIndex >= lastIndex(core.log)",
    killedBy: explore("figure8"),
  },
  {
    id: "X-term-unsaved",
    title: "A later term is not written down",
    source: "labs P3",
    file: STATE,
    anchor: "  core.leader = null;\n  core.dirtyHardState = true;\n",
    replacement: "  core.leader = null;\n",
    killedBy: explore("small"),
  },
  {
    id: "X-hard-state-order",
    title: "A message waits for the term only in the step that changed it",
    source: "durability as data",
    file: STATE,
    anchor: "  if (core.dirtyHardState) core.hardStateSequence = sequence;\n",
    replacement: "",
    killedBy: explore("late"),
  },
  {
    id: "X-hard-state-now",
    title: "A message does not wait for the term that its own step changes",
    source: "durability as data",
    file: STATE,
    anchor: "return core.dirtyHardState ? core.nextSequence : core.hardStateSequence;",
    replacement: "return core.hardStateSequence;",
    killedBy: explore("small"),
  },
  {
    id: "X-figure8",
    title: "A leader commits an entry of an older term by counting",
    source: "paper section 5.4.2, figure 8",
    file: FOLLOWERS,
    anchor: "if (index <= core.commit || termAt(core.log, index) !== core.term) return;",
    replacement: "if (index <= core.commit) return;",
    killedBy: explore("figure8"),
  },
  {
    id: "X-half-quorum",
    title: "Half of the members, rounded down, are a majority",
    source: "classic",
    file: "raft/core/quorum.ts",
    anchor: "return Math.floor(members / 2) + 1;",
    replacement: "return Math.floor(members / 2);",
    killedBy: explore("small", "committed-on-quorum"),
  },
  {
    id: "X-own-disk",
    title: "The leader counts itself before its own disk has the entry",
    source: "canonical/raft #320",
    file: FOLLOWERS,
    anchor: "held.push(core.log.flushed);",
    replacement: "held.push(core.log.offset + core.log.entries.length);",
    killedBy: explore("small", "committed-on-quorum"),
  },
  {
    id: "X-ack-early",
    title: "A follower acknowledges entries before its disk has them: what was committed is lost",
    source: "NATS 2.12.1",
    file: REPLICATION,
    anchor: "}, stored ? afterHardState(core) : afterEverything(core));",
    replacement: "}, afterHardState(core));",
    killedBy: explore("small", "committed-on-quorum"),
  },
  {
    id: "X-first-flush",
    title: "One write that is down counts for all that were issued",
    source: "group commit",
    file: LOG,
    anchor: "const reached = log.marks[done].lastIndex;",
    replacement: "const reached = lastIndex(log);",
    killedBy: explore("commands"),
  },
  {
    id: "X-cut-equal",
    title: "A late, shorter append takes back entries that follow it",
    source: "labs R2; old-raft-rs PR 113",
    file: REPLICATION,
    anchor: "    if (known === entries[at].term) continue;\n",
    replacement: "",
    killedBy: explore("commands"),
  },
  {
    id: "X-commit-unbounded",
    title: "A follower commits as far as the leader says, its own divergent tail included",
    source: "labs R4; copycat #265",
    file: REPLICATION,
    anchor: "const commit = Math.min(request.commit, lastNew);",
    replacement: "const commit = Math.min(request.commit, lastIndex(core.log));",
    killedBy: explore("commands"),
  },
  {
    id: "X-match-tail",
    title: "A follower vouches for its whole log, another leader's tail included",
    source: "labs R5; async-raft PR 113",
    file: REPLICATION,
    anchor: "const lastNew = prevIndex + request.entries.length;",
    replacement: "const lastNew = Math.max(prevIndex + request.entries.length, lastIndex(core.log));",
    killedBy: explore("commands"),
  },
  {
    id: "X-restart-commits",
    title: "A restarted node takes all that it has stored for committed",
    source: "labs P5",
    file: STATE,
    anchor: "    commit: offset,",
    replacement: "    commit: offset + recovered.entries.length,",
    killedBy: explore("small"),
  },
  {
    id: "X-cut-flushed",
    title: "Entries that were cut off still count as stored, in the name of those that replace them",
    source: "tikv/raft-rs: persisted index",
    file: LOG,
    anchor: "  if (log.flushed >= from) log.flushed = from - 1;\n",
    replacement: "",
    killedBy: explore("late-commands"),
  },
  {
    id: "X-old-snapshot",
    title: "An old snapshot is installed over newer state",
    source: "labs P9; NuRaft PR 407",
    file: SNAPSHOT,
    anchor: "  if (request.lastIndex <= core.commit) {",
    replacement: "  if (request.lastIndex < core.log.offset) {",
    killedBy: explore("snapshot"),
  },
  {
    id: "X-tail-dropped",
    title: "A snapshot empties the log, also where the tail agrees with it",
    source: "labs P11",
    file: SNAPSHOT,
    anchor:
      "  if (termAt(core.log, snapshot.index) === snapshot.term) compactTo(core.log, snapshot.index);\n  else resetTo",
    replacement: "  resetTo",
    killedBy: explore("snapshot-late"),
  },
  {
    id: "X-boundary-term",
    title: "The term at the end of a snapshot is forgotten: who lacks what it covers is elected",
    source: "labs P12",
    file: LOG,
    anchor: "  log.offsetTerm = termAt(log, index);\n",
    replacement: "  log.offsetTerm = 0;\n",
    killedBy: explore("snapshot-crash"),
  },
  {
    id: "X-snapshot-early",
    title: "A follower says that it holds a snapshot before its disk does",
    source: "durability as data",
    file: SNAPSHOT,
    anchor: "}, done ? afterEverything(core) : afterHardState(core));",
    replacement: "}, afterHardState(core));",
    killedBy: explore("snapshot-crash"),
  },
  {
    id: "X-read-unconfirmed",
    title: "A leader answers reads without asking whether it still leads",
    source: "etcd 0.4; d-engine #381",
    file: READ,
    anchor: "read.round <= leader.round && isConfirmed(core, leader, read.round)",
    replacement: "read.round <= leader.round",
    killedBy: explore("read"),
  },
  {
    id: "X-read-new-leader",
    title: "A new leader answers reads before it has committed in its own term",
    source: "etcd #7331; redisraft #18",
    file: READ,
    anchor: "  if (termAt(core.log, core.commit) !== core.term) return;\n",
    replacement: "",
    killedBy: explore("read"),
  },
  {
    id: "X-read-old-round",
    title: "An answer to an earlier round confirms a later read",
    source: "etcd-io/etcd #20418",
    file: READ,
    anchor: "progress.round >= round) answered++;",
    replacement: "progress.round >= round - 1) answered++;",
    killedBy: explore("read"),
  },
  {
    id: "X-amnesiac-votes",
    title: "A node that lost its disk votes as if it remembered",
    source: "rethinkdb #5289",
    file: ELECTION,
    anchor: "isTrusted(core) && request.term === core.term && free &&",
    replacement: "request.term === core.term && free &&",
    killedBy: explore("amnesia", "election-safety"),
  },
];
