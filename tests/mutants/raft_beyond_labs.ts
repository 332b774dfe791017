/**
 * Planted bugs that no lab suite shows, since other parts of our core cover them up or the labs have no eye for them: the
 * unit tests beside the code find them.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { lab } from "./raft_labs/command.ts";

const ELECTION = "raft/core/election.ts";
const STEP = "raft/core/step.ts";
const SENDING = "raft/core/sending.ts";
const REPLICATION = "raft/core/replication.ts";
const OUTBOX = "raft/outbox.ts";
const SNAPSHOT = "raft/core/snapshot.ts";
const READS = "raft/snapshot_reads.ts";

/** The rule for whatever comes from an older term, as it ends. */
const OLDER_TERM =
  "      // A late reply to a question of an earlier term: what it says no longer holds (labs E6, R6).\n";

function unit(name: string): string {
  return `test -A --no-check --fail-fast raft/${name}_test.ts`;
}

/** Each with why the labs do not see it, behind its source. */
export const raftMutantsForOthers: readonly Mutant[] = [
  {
    id: "E6",
    title: "A vote of an older term counts in the present one",
    source:
      "labs E6; chance hardly ever shows it: preliminary votes keep a candidate without a majority from the next term",
    file: STEP,
    anchor: OLDER_TERM,
    replacement: OLDER_TERM +
      '      if (message.type === "voteReply") onVoteReply(core, from, { ...message, term: core.term }, effects);\n',
    killedBy: "run -A --no-check tests/explore/cli.ts small --law election-safety",
  },
  {
    id: "E9-silent",
    title: "A new leader waits for its first heartbeat",
    source: "labs E9; whoever voted waits anew anyhow",
    file: ELECTION,
    anchor: "  becomeLeader(core, effects);\n  broadcastHeartbeat(core, effects);",
    replacement: "  becomeLeader(core, effects);",
    killedBy: unit("core/election"),
  },
  {
    id: "E13",
    title: "A chunk of a snapshot is no word from the leader",
    source:
      "labs E13; without a majority of preliminary votes nobody stands, but each of them is one too many",
    file: STEP,
    anchor: '    case "snapshotRequest":\n      hearLeader(core, from, effects);',
    replacement: '    case "snapshotRequest":',
    killedBy: lab("StrictLongSnapshot3D", 3),
  },
  {
    id: "P2-forgotten",
    title: "A vote is not written down",
    source: "labs P2; a vote mostly comes with a new term, which is written down together with it",
    file: ELECTION,
    anchor: "      core.vote = from;\n      core.dirtyHardState = true;",
    replacement: "      core.vote = from;",
    killedBy: "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 80 --json",
  },
  {
    id: "P15-stored",
    title: "What was compacted is still held by the log that the disk's files are written from",
    source: "labs P15; the labs' storage is another one",
    file: "raft/wal/log_state.ts",
    anchor: "    this.#drop(this.#entries.splice(0, term === next.term ? covered : this.#entries.length));",
    replacement: "    Object.assign(this, { before: this.#entries.slice() });\n" +
      "    this.#drop(this.#entries.splice(0, term === next.term ? covered : this.#entries.length));",
    killedBy: "test -A --no-check tests/raft/heap_test.ts",
  },
  {
    id: "P-stale-held",
    title: "What waited for the disk is said in a later term, too",
    source: "labs R6; needs a slow disk, a change of term and a truncation at one instant",
    file: OUTBOX,
    anchor: "      else if (isStale(held.message, term)) held.answer?.(null);\n",
    replacement: "",
    killedBy: unit("outbox"),
  },
  {
    id: "R5-append",
    title: "An acknowledgement of an append speaks of the whole log",
    source: "labs R5; needs appends that end before the conflict does: tiny batches",
    file: REPLICATION,
    anchor: "Math.min(lastNew, core.log.flushed) : lastNew;",
    replacement: "Math.min(lastNew, core.log.flushed) : lastIndex(core.log);",
    killedBy: unit("core/replication"),
  },
  {
    id: "R9-probe",
    title: "An unanswered probe is repeated with all its entries",
    source: "labs R9; what a dead peer may cost is not in the labs",
    file: SENDING,
    anchor: "sendProbe(core, leader, member, progress, !progress.state.waiting, effects);",
    replacement: "sendProbe(core, leader, member, progress, true, effects);",
    killedBy: unit("core/sending"),
  },
  {
    id: "CQ-off",
    title: "A leader that no majority answers goes on leading",
    source: "dissertation 6.2; the labs do not ask for it",
    file: ELECTION,
    anchor:
      "if (active < majority(core.membership.voters.length)) becomeFollower(core, core.term, null, effects);",
    replacement: "",
    killedBy: unit("core/election"),
  },
  {
    id: "PV-unasked",
    title: "A node that hears its leader listens to others all the same",
    source: "anchors R9; dissertation 9.6; Cloudflare in November 2020; the labs do not ask for it",
    file: ELECTION,
    anchor: 'return core.leaderFresh || (core.role.type === "leader" && core.config.checkQuorum);',
    replacement: "return false;",
    killedBy: "run -A tests/chaos.ts --layer raft --seed 1 --runs 100 --json",
  },
  {
    id: "SN-flood",
    title: "Every answer that was overtaken is sent the chunk that it names",
    source: "chaos seed 966015: 200,000 messages within two seconds on a link that repeats and reorders",
    file: SNAPSHOT,
    anchor: "    if (reply.nextOffset <= state.offset && state.beats < PATIENT_BEATS) return;\n",
    replacement: "",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-repeats",
    title: "Each heartbeat repeats the chunk that nobody has answered",
    source:
      "chaos seed 942019: on a slow link they stood in line for three seconds, word from a leader that led no more",
    file: SENDING,
    anchor: "        sendChunk(core, leader, member, progress.state, NOTHING, effects);\n",
    replacement: "        sendSnapshotChunk(core, leader, member, progress, effects);\n",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-never-again",
    title: "A chunk that was lost is not sent again, however often its follower asks for it",
    source: "labs TestSnapshotInstallUnreliable3D",
    file: SNAPSHOT,
    anchor: "if (reply.nextOffset <= state.offset && state.beats < PATIENT_BEATS) return;",
    replacement: "if (reply.nextOffset <= state.offset) return;",
    killedBy: "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 100 --json",
  },
  {
    id: "SN-other-bytes",
    title: "Bytes of one snapshot are sent as part of another",
    source: "issue 5: a newer snapshot takes the place of one that is being sent",
    file: SENDING,
    anchor: 'if (progress?.state.type !== "snapshot" || progress.state.snapshot.index !== index) return;',
    replacement: 'if (progress?.state.type !== "snapshot") return;',
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-other-place",
    title: "What was read for one place is sent for the one that is wanted by now",
    source: "issue 5: a follower restarts in the middle of a transfer",
    file: SENDING,
    anchor: "  if (state.offset === offset) sendChunk(core, core.role, to, state, data, effects);\n  else ",
    replacement: "  if (state.offset >= 0) sendChunk(core, core.role, to, state, data, effects);\n  else ",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-mute-reader",
    title: "A leader whose disk is slow to read says nothing meanwhile",
    source: "paper section 5.2: heartbeats; a slow read deposes a healthy leader",
    file: SENDING,
    anchor: "        sendChunk(core, leader, member, progress.state, NOTHING, effects);\n",
    replacement:
      "        if (!progress.state.reading) sendChunk(core, leader, member, progress.state, NOTHING, effects);\n",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-dropped-early",
    title: "A snapshot's bytes leave memory before they are on the disk",
    source: "issue 5: the core drops the snapshot's bytes once they are durable",
    file: SNAPSHOT,
    anchor: "if (core.snapshotSequence <= core.flushedSequence) core.snapshot = withoutData(snapshot);",
    replacement: "core.snapshot = withoutData(snapshot);",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-kept",
    title: "A snapshot stays in memory for good, besides the machine and the disk",
    source: "issue 5: memory per million keys",
    file: SNAPSHOT,
    anchor: "if (core.snapshotSequence <= core.flushedSequence) core.snapshot = withoutData(snapshot);",
    replacement: "",
    killedBy: unit("core/snapshot"),
  },
  {
    id: "SN-never-closed",
    title: "A snapshot that was sent once is kept on the disk for ever",
    source: "issue 5: memory and disk under a steady load",
    file: READS,
    anchor: "      this.#readers.delete(index);\n      reader.close();\n",
    replacement: "",
    killedBy: unit("snapshot_reads"),
  },
  {
    id: "SN-failure-untold",
    title: "A failed read of a snapshot is not told: the follower waits for ever",
    source: "issue 5: a chunk read that fails",
    file: READS,
    anchor: "if (!this.#stopped && this.#readers.get(index) === reader) this.#listener.onFailed(error);",
    replacement: "void error;",
    killedBy: unit("snapshot_reads"),
  },
];
