/**
 * Planted bugs of replication that the lab suites catch.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import { lab } from "./command.ts";

const ELECTION = "raft/core/election.ts";
const STEP = "raft/core/step.ts";
const REPLICATION = "raft/core/replication.ts";
const FOLLOWERS = "raft/core/followers.ts";
const SENDING = "raft/core/sending.ts";
const DRIVER = "raft/driver.ts";
const COMMITTED = "raft/committed.ts";

/** The rule for whatever comes from an older term, as it ends. */
const OLDER_TERM =
  "      // A late reply to a question of an earlier term: what it says no longer holds (labs E6, R6).\n";

/** The R of the labs' checklist. */
export const replicationMutants: readonly Mutant[] = [
  {
    id: "R1",
    title: "A leader commits an entry of an older term by counting",
    source: "labs R1; paper figure 8",
    file: FOLLOWERS,
    anchor: "if (index <= core.commit || termAt(core.log, index) !== core.term) return;",
    replacement: "if (index <= core.commit) return;",
    killedBy: lab("StrictFigure83C", 1),
  },
  {
    id: "R2",
    title: "A follower cuts its log behind every append, also a late one",
    source: "labs R2",
    file: REPLICATION,
    anchor: "  for (let at = 0; at < entries.length; at++) {\n    const index = prevIndex + 1 + at;",
    replacement: "  const end = Math.max(prevIndex + entries.length, core.commit);\n" +
      "  if (lastIndex(log) > end) {\n    truncateFrom(log, end + 1);\n    markDirty(core, end + 1);\n  }\n" +
      "  for (let at = 0; at < entries.length; at++) {\n    const index = prevIndex + 1 + at;",
    killedBy: lab("StrictDuplicates3B", 3),
  },
  {
    id: "R3",
    title: "A heartbeat is accepted without the check of the entry before it",
    source: "labs R3",
    file: REPLICATION,
    anchor: "const matches = prevIndex < core.log.offset ||",
    replacement: "const matches = request.entries.length === 0 || prevIndex < core.log.offset ||",
    killedBy: lab("TestRejoin3B", 3),
  },
  {
    id: "R4",
    title: "A follower commits what the leader has, also in its own divergent tail",
    source: "labs R4",
    file: REPLICATION,
    anchor: "const commit = Math.min(request.commit, lastNew);",
    replacement: "const commit = Math.min(request.commit, lastIndex(core.log));",
    killedBy: lab("StrictLateRequests3B", 3),
  },
  {
    id: "R5-heartbeat",
    title: "An acknowledgement of a heartbeat speaks of the whole log",
    source: "labs R5",
    file: REPLICATION,
    anchor: "Math.min(lastNew, core.log.flushed) : lastNew;",
    replacement: "Math.min(lastIndex(core.log), core.log.flushed) : lastNew;",
    killedBy: lab("StrictLateRequests3B", 3),
  },
  {
    id: "R6-accepted",
    title: "An acknowledgement of an older term counts",
    source: "labs R6",
    file: STEP,
    anchor: OLDER_TERM,
    replacement: OLDER_TERM + '      if (message.type === "appendAccepted") return true;\n',
    killedBy: lab("StrictLateAcks3C", 2),
  },
  {
    id: "R7-rejected",
    title: "A late refusal puts the next index below what a follower is known to hold",
    source: "labs R7",
    file: REPLICATION,
    anchor: "  if (reply.prevIndex <= progress.match) return;\n" +
      '  if (progress.state.type === "probe" && reply.prevIndex !== progress.next - 1) return;\n' +
      "  const common = findConflictByTerm(core.log, reply.hintIndex, reply.hintTerm);\n" +
      "  // The follower holds another entry where this log was cut: no append can show that, and asking again would never end. From\n" +
      "  // the cut on only the snapshot helps.\n" +
      "  const conflicts = common === core.log.offset && core.log.offsetTerm > reply.hintTerm;\n" +
      "  // A follower known to agree at the cut sent this before it did: going back behind `match` would stop the leader.\n" +
      "  const conflictsAtCut = conflicts && progress.match < common;\n" +
      "  becomeProbe(progress, conflictsAtCut ? common : Math.max(progress.match, common) + 1);\n",
    replacement: "  const common = findConflictByTerm(core.log, reply.hintIndex, reply.hintTerm);\n" +
      "  const conflictsAtCut = common === core.log.offset && core.log.offsetTerm > reply.hintTerm;\n" +
      "  becomeProbe(progress, conflictsAtCut ? common : common + 1);\n",
    killedBy: lab("StrictLateRequests3B", 3),
  },
  {
    id: "R7-cut",
    title:
      "A late refusal from before the follower agreed where the log was cut sends the leader back behind `match`",
    source: "found by chaos, seed 1210080145",
    file: REPLICATION,
    anchor: "conflicts && progress.match < common;",
    replacement: "conflicts;",
    killedBy: "test -A --no-check raft/core/compacted_conflict_test.ts",
  },
  {
    id: "R8",
    title: "The leader backs up by one index a refusal",
    source: "labs R8",
    file: REPLICATION,
    anchor: "const common = findConflictByTerm(core.log, reply.hintIndex, reply.hintTerm);",
    replacement: "const common = reply.prevIndex - 1;",
    killedBy: lab("StrictBackupCalls3B", 1),
  },
  {
    id: "R9",
    title: "Every heartbeat carries the whole log",
    source: "labs R9",
    file: SENDING,
    anchor: "sendAppend(core, leader, member, progress.next - 1, [], effects);",
    replacement: "sendAppend(core, leader, member, core.log.offset, core.log.entries.slice(), effects);",
    killedBy: lab("TestRPCBytes3B", 1),
  },
  {
    id: "R10",
    title: "Every acknowledgement is answered by another append, also if there is nothing to send",
    source: "labs R10",
    file: SENDING,
    anchor: '  while (progress.state.type === "replicate" && progress.next <= lastIndex(core.log)) {',
    replacement: '  if (progress.state.type === "replicate" && progress.next > lastIndex(core.log)) {\n' +
      "    sendAppend(core, leader, to, progress.next - 1, [], effects);\n  }\n" +
      '  while (progress.state.type === "replicate" && progress.next <= lastIndex(core.log)) {',
    killedBy: lab("TestCount3B", 1),
  },
  {
    id: "R11",
    title: "Commands travel with the next heartbeat only",
    source: "labs R11",
    file: DRIVER,
    anchor: '      this.#turnEnds = false;\n      this.step({ type: "replicate" });',
    replacement: "      this.#turnEnds = false;",
    killedBy: lab("StrictSpeed3B", 1),
  },
  {
    id: "R13",
    title: "The apply channel hands an entry over twice",
    source: "labs R13",
    file: COMMITTED,
    anchor: "const firstIndex = this.#delivered + 1;",
    replacement: "const firstIndex = Math.max(1, this.#delivered);",
    killedBy: lab("TestBasicAgree3B", 1),
  },
  {
    id: "R15",
    title: "A new leader puts an entry of its own into the log",
    source: "labs R15",
    file: ELECTION,
    anchor: "  becomeLeader(core, effects);\n",
    replacement: "  becomeLeader(core, effects);\n" +
      "  core.log.entries.push({ term: core.term, command: new Uint8Array([0]) });\n" +
      "  core.dirtyFrom = lastIndex(core.log);\n",
    killedBy: lab("TestBasicAgree3B", 1),
  },
  {
    id: "R16",
    title: "Acknowledgements do not move the commit index",
    source: "labs R16",
    file: REPLICATION,
    anchor: "  if (rises) advanceCommit(core, effects);\n",
    replacement: "",
    killedBy: lab("StrictSpeed3B", 1),
  },
  {
    id: "R17",
    title: "An append behind the end of the log is accepted",
    source: "labs R17",
    file: REPLICATION,
    anchor: "const matches = prevIndex < core.log.offset ||",
    replacement: "const matches = prevIndex > lastIndex(core.log) || prevIndex < core.log.offset ||",
    killedBy: lab("StrictBackupCalls3B", 1),
  },
];
