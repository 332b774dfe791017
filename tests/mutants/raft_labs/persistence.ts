/**
 * Planted bugs of persistence and snapshots that the lab suites catch.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import { lab } from "./command.ts";

const ELECTION = "raft/core/election.ts";
const STATE = "raft/core/state.ts";
const LOG = "raft/core/log.ts";
const REPLICATION = "raft/core/replication.ts";
const FOLLOWERS = "raft/core/followers.ts";
const SENDING = "raft/core/sending.ts";
const SNAPSHOT = "raft/core/snapshot.ts";
const NODE = "raft/node.ts";
const DRIVER = "raft/driver.ts";
const COMMITTED = "raft/committed.ts";

/** The P of the labs' checklist, and what our own core adds to it. */
export const persistenceMutants: readonly Mutant[] = [
  {
    id: "P1",
    title: "An append is acknowledged before it is on the disk",
    source: "labs P1",
    file: REPLICATION,
    anchor: "stored ? afterHardState(core) : afterEverything(core)",
    replacement: "afterHardState(core)",
    killedBy: lab("StrictCrashAfterReply3C", 3),
  },
  {
    id: "P2-early",
    title: "A vote is given before it is on the disk",
    source: "labs P2",
    file: ELECTION,
    anchor: 'send(effects, from, { type: "voteReply", term: core.term, granted }, afterHardState(core));',
    replacement: 'send(effects, from, { type: "voteReply", term: core.term, granted }, 0);',
    killedBy: lab("StrictVoteOnce3C", 20),
  },
  {
    id: "P3",
    title: "A later term is not written down",
    source: "labs P3",
    file: STATE,
    anchor: "  core.leader = null;\n  core.dirtyHardState = true;",
    replacement: "  core.leader = null;",
    killedBy: lab("TestPersist13C@2025", 3),
  },
  {
    id: "P4-unsaved",
    title: "A leader does not write down what start() gave it",
    source: "labs P4",
    file: REPLICATION,
    anchor: "  if (commands.length > 0) markDirty(core, firstIndex);\n",
    replacement: "",
    killedBy: lab("TestPersist13C@2025", 3),
  },
  {
    id: "P4-early",
    title: "A leader counts itself before its entry is on the disk",
    source: "labs P4",
    file: FOLLOWERS,
    anchor: "held.push(core.log.flushed);",
    replacement: "held.push(lastIndex(core.log));",
    killedBy: lab("StrictLeaderLosesSave3C", 2),
  },
  {
    id: "P5",
    title: "A restarted server takes all that it has stored for committed",
    source: "labs P5",
    file: STATE,
    anchor: "    commit: offset,\n",
    replacement: "    commit: offset + recovered.entries.length,\n",
    killedBy: lab("StrictUncommittedRestart3C", 1),
  },
  {
    id: "P8",
    title: "A restarted server does not know that its service starts from the snapshot",
    source: "labs P8",
    file: DRIVER,
    anchor: "    if (restored !== null) this.channel.restore(restored);\n",
    replacement: "",
    killedBy: lab("TestSnapshotInit3D@2024", 1),
  },
  {
    id: "P9",
    title: "A snapshot of what is applied already is installed",
    source: "labs P9",
    file: SNAPSHOT,
    anchor: "if (request.lastIndex <= core.commit) {",
    replacement: "if (request.lastIndex <= core.log.offset) {",
    killedBy: lab("StrictOvertakenAppends3D", 20),
  },
  {
    id: "P10",
    title: "What follows a snapshot is not delivered behind it",
    source: "labs P10",
    file: COMMITTED,
    anchor: "      this.#delivered = snapshot.index;\n",
    replacement: "",
    killedBy: lab("TestSnapshotInstall3D", 1),
  },
  {
    id: "P11",
    title: "A snapshot empties the log, also where the tail agrees with it",
    source: "labs P11",
    file: SNAPSHOT,
    anchor:
      "if (termAt(core.log, snapshot.index) === snapshot.term) compactTo(core.log, snapshot.index);\n  else ",
    replacement: "",
    killedBy: lab("StrictOvertakenAppends3D", 20),
  },
  {
    id: "P12",
    title: "The term at the end of a snapshot is forgotten",
    source: "labs P12",
    file: LOG,
    anchor: "  log.offsetTerm = termAt(log, index);\n",
    replacement: "",
    killedBy: lab("TestSnapshotInstall3D", 1),
  },
  {
    id: "P13",
    title: "The search for a conflict goes on below the start of the log",
    source: "labs P13",
    file: LOG,
    anchor: "while (at > log.offset &&",
    replacement: "while (at > 0 &&",
    killedBy: lab("TestSnapshotInstallCrash3D", 3),
  },
  {
    id: "P14-covered",
    title: "A snapshot of what is covered already puts the start of the log back",
    source: "labs P14",
    file: SNAPSHOT,
    anchor: "  if (index <= core.log.offset) return;\n",
    replacement: "",
    killedBy: lab("StrictStaleSnapshot3D", 1),
  },
  {
    id: "P14-ahead",
    title: "A snapshot of what was never applied is taken",
    source: "labs P14",
    file: NODE,
    anchor: "if (this.#driver.stopped || index > this.#driver.channel.delivered) return;",
    replacement: "if (this.#driver.stopped) return;",
    killedBy: lab("StrictStaleSnapshot3D", 1),
  },
  {
    id: "P16-next",
    title: "The leader goes on sending a snapshot that is installed",
    source: "labs P16",
    file: SNAPSHOT,
    anchor: "    becomeProbe(progress, progress.match + 1);\n    broadcastAppends(core, effects);",
    replacement: "",
    killedBy: lab("TestSnapshotInstall3D", 1),
  },
  {
    id: "P16-probe",
    title: "The leader sends appends to a follower that needs entries which are gone",
    source: "labs P16",
    file: SENDING,
    anchor:
      "  if (progress.next <= core.log.offset) return startSnapshot(core, leader, to, progress, effects);\n" +
      "  const limits = core.config.limits;\n",
    replacement: "  const limits = core.config.limits;\n",
    killedBy: lab("TestSnapshotInstall3D", 1),
  },
  {
    id: "P17",
    title: "Only the leader trims its log",
    source: "labs P17",
    file: SNAPSHOT,
    anchor: "  if (index <= core.log.offset) return;\n",
    replacement: '  if (index <= core.log.offset || core.role.type !== "leader") return;\n',
    killedBy: lab("TestSnapshotBasic3D", 1),
  },
  {
    id: "P-chunk",
    title: "A chunk of a snapshot is taken wherever it belongs",
    source: "labs hole 20: a snapshot bigger than one message",
    file: SNAPSHOT,
    anchor: "if (request.offset === staging.receivedBytes && fits && request.data.length > 0) {",
    replacement: "if (fits) {",
    killedBy: "run -A tests/chaos.ts --layer kv --seed 1 --runs 60 --json",
  },
  {
    id: "P-chunk-order",
    title: "Chunks of a snapshot are put together in the wrong order",
    source: "labs hole 20: a snapshot bigger than one message",
    file: SNAPSHOT,
    anchor: "staging.chunks.push(request.data);",
    replacement: "staging.chunks.unshift(request.data);",
    killedBy: lab("StrictBigSnapshots3D", 3),
  },
  {
    id: "P-early",
    title: "Nothing waits for the disk",
    source: "labs P1, P2; durability as data",
    file: DRIVER,
    anchor: "if (after <= this.core.flushedSequence) this.#outbox.send",
    replacement: "if (after <= Infinity) this.#outbox.send",
    killedBy: lab("StrictCrashAfterReply3C", 3),
  },
  {
    id: "P15",
    title: "What was compacted is still held by the log",
    source: "labs P15",
    file: "raft/core/log.ts",
    anchor: "  log.entries = log.entries.slice(index - log.offset);",
    replacement:
      "  Object.assign(log, { before: log.entries });\n  log.entries = log.entries.slice(index - log.offset);",
    killedBy: lab("StrictForgets3D", 1),
  },
];
