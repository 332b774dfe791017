/**
 * Planted bugs that the chaos runs catch: what the laws, the monitors and the judged histories are worth.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const CHAOS = "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 300 --json";
/** One in some hundred seeds lets a longer log of an older term stand at the right moment. */
const LATER = "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 200 --json";
const ELECTION = "raft/core/election.ts";
const REPLICATION = "raft/core/replication.ts";
const FOLLOWERS = "raft/core/followers.ts";
const SNAPSHOT = "raft/core/snapshot.ts";

/** Bugs of Raft, of the store and of the driver that a chaos run finds. */
export const chaosMutants: readonly Mutant[] = [
  {
    id: "C-R1",
    title: "A vote leaves before term and vote are on the disk",
    source: "anchors R1; labs P2; paper figure 2, persistent state",
    file: ELECTION,
    anchor: 'send(effects, from, { type: "voteReply", term: core.term, granted }, afterHardState(core));',
    replacement: 'send(effects, from, { type: "voteReply", term: core.term, granted }, 0);',
    killedBy: CHAOS,
  },
  {
    id: "C-R2",
    title: "A candidate asks for votes before its own is on the disk",
    source: "anchors R2",
    file: ELECTION,
    anchor: '      type: "voteRequest",\n      term: core.term,\n      lastIndex: lastIndex(core.log),\n' +
      "      lastTerm: lastTerm(core.log),\n    }, afterHardState(core));",
    replacement:
      '      type: "voteRequest",\n      term: core.term,\n      lastIndex: lastIndex(core.log),\n' +
      "      lastTerm: lastTerm(core.log),\n    }, 0);",
    killedBy: CHAOS,
  },
  {
    id: "C-R7-index",
    title: "A vote is given to a shorter log of the same term",
    source: "anchors R7; labs E3; paper section 5.4.1",
    file: ELECTION,
    anchor: "(theirTerm === ours && theirIndex >= lastIndex(core.log))",
    replacement: "(theirTerm === ours && theirIndex >= 0)",
    killedBy: CHAOS,
  },
  {
    id: "C-R7-term",
    title: "A vote is given to a longer log of an older term",
    source: "anchors R7; labs E3; paper section 5.4.1",
    file: ELECTION,
    anchor: "return theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log));",
    replacement: "return theirTerm > ours || theirIndex >= lastIndex(core.log);",
    killedBy: LATER,
  },
  {
    id: "C-R8",
    title: "A second candidate of a term also gets the vote",
    source: "anchors R8; labs E4",
    file: ELECTION,
    anchor: "const free = core.vote === null || core.vote === from;",
    replacement: "const free = core.term > 0;",
    killedBy: CHAOS,
  },
  {
    id: "C-R12",
    title: "The term before the new entries is not compared",
    source: "anchors R12; labs R1; paper section 5.3",
    file: REPLICATION,
    anchor: "termAt(core.log, prevIndex) === request.prevTerm;",
    replacement: "termAt(core.log, prevIndex) !== -1;",
    killedBy: CHAOS,
  },
  {
    id: "C-R13",
    title: "A late append cuts the log although its entries are there already",
    source: "anchors R13; labs R2",
    file: REPLICATION,
    anchor: "    if (known === entries[at].term) continue;",
    replacement: "    if (known === entries[at].term && at + 1 < entries.length) continue;",
    killedBy: CHAOS,
  },
  {
    id: "C-R15",
    title: "The follower commits as far as the leader says, whatever it holds",
    source: "anchors R15; labs R4",
    file: REPLICATION,
    anchor: "const commit = Math.min(request.commit, lastNew);",
    replacement: "const commit = Math.min(request.commit, lastIndex(core.log));",
    killedBy: CHAOS,
  },
  {
    id: "C-R16",
    title: "An entry of an older term is committed by counting",
    source: "anchors R16; labs R5; paper figure 8",
    file: FOLLOWERS,
    anchor: "if (index <= core.commit || termAt(core.log, index) !== core.term) return;",
    replacement: "if (index <= core.commit) return;",
    killedBy: CHAOS,
  },
  {
    id: "C-R17",
    title: "A follower vouches for its whole log, another leader's tail included",
    source: "anchors R17; labs R6",
    file: REPLICATION,
    anchor: "const lastNew = prevIndex + request.entries.length;",
    replacement: "const lastNew = Math.max(prevIndex + request.entries.length, lastIndex(core.log));",
    killedBy: CHAOS,
  },
  {
    id: "C-R18",
    title: "Half of the members are a majority",
    source: "anchors R18",
    file: "raft/core/quorum.ts",
    anchor: "return Math.floor(members / 2) + 1;",
    replacement: "return Math.ceil(members / 2) - 1 || 1;",
    killedBy: CHAOS,
  },
  {
    id: "C-R19",
    title: "The leader counts itself before its own disk has the entry",
    source: "anchors R19; labs P4",
    file: FOLLOWERS,
    anchor: "held.push(core.log.flushed);",
    replacement: "held.push(lastIndex(core.log));",
    killedBy: CHAOS,
  },
  {
    id: "C-R20",
    title: "A follower acknowledges entries before its disk has them",
    source: "anchors R20; labs P1",
    file: REPLICATION,
    anchor: "stored ? afterHardState(core) : afterEverything(core));",
    replacement: "stored ? afterHardState(core) : 0);",
    killedBy: CHAOS,
  },
  {
    id: "C-R26",
    title: "An old snapshot is installed over newer state",
    source: "anchors R26; labs P9",
    file: SNAPSHOT,
    anchor: "if (request.lastIndex <= core.commit) {",
    replacement: "if (request.lastIndex < core.log.offset) {",
    killedBy: CHAOS,
  },
  {
    id: "C-cut-conflict",
    title: "A leader asks a follower that conflicts with its snapshot's end the same question for ever",
    source: "found by a chaos run: a storm of appends and refusals, 6,000 a virtual second",
    file: REPLICATION,
    anchor: "core.log.offsetTerm > reply.hintTerm;",
    replacement: "core.log.offsetTerm < reply.hintTerm;",
    killedBy: "test -A --no-check raft/core/compacted_conflict_test.ts",
  },
  {
    id: "C-R25",
    title: "A member whose disk was lost votes as if it remembered",
    source: "anchors R25; rethinkdb#5289",
    file: "raft/wal.ts",
    anchor: 'this.#whenEmpty = whenEmpty === "format" ? "voter" : "amnesiac";',
    replacement: 'this.#whenEmpty = whenEmpty === "format" ? "voter" : "voter";',
    killedBy: CHAOS,
  },
  {
    id: "C-K1",
    title: "A leader answers reads without asking whether it still leads",
    source: "anchors K1; labs K1",
    file: "raft/core/read.ts",
    anchor: "return answered >= majority(core.membership.voters.length);",
    replacement: "return answered >= 1;",
    killedBy: CHAOS,
  },
  {
    id: "C-K2",
    title: "A new leader answers reads before it has committed in its own term",
    source: "anchors K2; etcd#7331",
    file: "raft/core/read.ts",
    anchor: "if (termAt(core.log, core.commit) !== core.term) return;",
    replacement: "if (termAt(core.log, core.commit) > core.term) return;",
    killedBy: CHAOS,
  },
  {
    id: "C-held",
    title: "The driver lets a message go when any write is down, not the one it waits for",
    source: "anchors R1, R20: durability as data",
    file: "raft/outbox.ts",
    anchor: "if (held.after > flushed) this.#held.push(held);",
    replacement: "if (held.after > flushed + 1) this.#held.push(held);",
    killedBy: CHAOS,
  },
  {
    id: "C-K14",
    title: "A snapshot of the store holds the revision before its last change",
    source: "anchors K14; etcd#13766, #17780",
    file: "kv/store/content.ts",
    anchor: "const revision = head.varint();",
    replacement: "const revision = Math.max(0, head.varint() - 1);",
    killedBy: "run -A tests/chaos.ts --layer kv --seed 1 --runs 100 --json",
  },
  {
    id: "C-C2",
    title:
      "A call has no number of its own: a late answer is taken for the one to the next call of that method",
    source: "anchors C2: a client takes a late reply for the previous request",
    file: "runtime/rpc.ts",
    anchor: "const id = this.#nextId++;",
    replacement: "const id = this.#numberOf(method);",
    killedBy: "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 100 --json",
  },
  {
    id: "C-C3",
    title: "The law of leader completeness asks a leader of an earlier term for what a later one committed",
    source: "anchors C3: false alarms under churn, once in 500 seeds",
    file: "tests/check/raft_laws.ts",
    anchor: "if (known === undefined || known.committedIn >= core.term) continue;",
    replacement: "if (known === undefined) continue;",
    killedBy: "test -A --no-check tests/check/raft_laws_test.ts",
  },
  {
    id: "C-quorum-check",
    title: "A leader without a majority goes on leading",
    source: "dissertation section 6.2",
    file: ELECTION,
    anchor:
      "if (active < majority(core.membership.voters.length)) becomeFollower(core, core.term, null, effects);",
    replacement: "if (active < 1) becomeFollower(core, core.term, null, effects);",
    killedBy: CHAOS,
  },
];
