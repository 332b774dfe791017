/**
 * Planted bugs of Raft that the unit tests beside the code find: the nearest check, in well under a second.
 *
 * Not all break safety: some cost throughput, memory or an answer.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { raftMutantsForOthers } from "./raft_beyond_labs.ts";

/** One planted bug, as `[id, title, source, anchor, replacement]`. */
type Row = readonly [id: string, title: string, source: string, anchor: string, replacement: string];

/** Bugs of `file`, which the tests beside it find, or those beside `tested`. */
function unit(file: string, rows: readonly Row[], tested = file): Mutant[] {
  const killedBy = `test -A --no-check --fail-fast ${tested.replace(/\.ts$/, "_test.ts")}`;
  return rows.map(([id, title, source, anchor, replacement]) => ({
    id,
    title,
    source,
    file,
    anchor,
    replacement,
    killedBy,
  }));
}

/** What the unit tests of Raft kill. */
export const raftUnitMutants: readonly Mutant[] = [
  ...raftMutantsForOthers,
  ...unit("raft/election_timer.ts", [
    [
      "U-hasty-others",
      "A node that has just given its vote away stands again in haste, and takes it back from the winner",
      "dissertation section 9.3",
      "const soon = ownCandidacy && this.#hasty > 0;",
      "const soon = this.#hasty > 0;",
    ],
    [
      "U-hasty-for-ever",
      "After a hint a node stands hastily until it hears a leader, however slow its disk",
      "dissertation section 9.3",
      "if (this.#hasty > 0) this.#hasty--;",
      "",
    ],
  ]),
  ...unit("raft/core/election.ts", [
    [
      "U-question-late",
      "A yes to the preliminary question is given for a term that is under way already",
      "dissertation section 9.6",
      "request.term > core.term && !hasLivingLeader(core)",
      "request.term >= core.term && !hasLivingLeader(core)",
    ],
    [
      "U-yes-twice",
      "A preliminary yes that the network repeats counts twice",
      "akka-raft #45",
      "  core.role.granted.add(from);\n  if (isWon(core, core.role.granted)) {",
      "  core.role.granted.add(`${from}${core.role.granted.size}`);\n  if (isWon(core, core.role.granted)) {",
    ],
    [
      "U-asker-untold",
      "A preliminary no names the term that was asked about: the asker enters a term in which nobody stands",
      "etcd-io/etcd #8243",
      "const term = granted ? request.term : core.term;",
      "const term = request.term;",
    ],
  ]),
  ...unit("raft/core/roles.ts", [[
    "U-never-again",
    "A leader that steps down has no election timer any more",
    "labs E3",
    'effects.push({ type: "follow" }, { type: "armElection" });',
    'effects.push({ type: "follow" });',
  ]]),
  ...unit("raft/core/replication.ts", [
    [
      "U-heartbeat-waits",
      "The answer to a heartbeat waits for the disk: a slow one costs its leader the quorum",
      "durability as data",
      "const matchIndex = isHeartbeat ? Math.min(lastNew, core.log.flushed) : lastNew;",
      "const matchIndex = lastNew;",
    ],
    [
      "U-repeat-early",
      "A repeated append is acknowledged while the write of the first is still under way",
      "durability as data",
      "const stored = matchIndex <= core.log.flushed && core.dirtyFrom === 0;",
      "const stored = core.dirtyFrom === 0;",
    ],
    [
      "U-budget",
      "The byte budget looks only at what was taken before: one more proposal always passes",
      "bounded memory",
      "if (waiting > 0 && waiting + sizeBytes > core.config.limits.maxUncommittedBytes) {",
      "if (waiting > core.config.limits.maxUncommittedBytes) {",
    ],
  ]),
  ...unit("raft/core/followers.ts", [
    [
      "U-memory-replaced",
      "A follower that comes back with an empty disk is counted with what the old one held",
      "rethinkdb #5289",
      "const replaced = progress.incarnation !== -1;",
      "const replaced = false;",
    ],
    [
      "U-amnesiac-counted",
      "What an amnesiac holds counts towards a majority",
      "rethinkdb #5289",
      "if (progress.counts && progress.votes) held.push(progress.match);",
      "if (progress.votes) held.push(progress.match);",
    ],
  ]),
  ...unit("raft/core/sending.ts", [
    [
      "U-window-bytes",
      "The window knows no bytes: large entries fill the memory of a slow link",
      "bounded memory",
      "\n      progress.inFlightBytes >= limits.maxInFlightBytes;",
      "\n      progress.inFlightBytes < 0;",
    ],
    [
      "U-heartbeat-behind",
      "A heartbeat speaks of what is acknowledged: a lost append is never noticed",
      "pipelining",
      "sendAppend(core, leader, member, progress.next - 1, [], effects);",
      "sendAppend(core, leader, member, progress.match, [], effects);",
    ],
  ]),
  ...unit("raft/core/sending.ts", [[
    "U-transfer-newest",
    "A transfer goes on with the newest snapshot, at the offset of the old one",
    "labs P16",
    "  const { snapshot, offset } = state;\n  const length",
    "  const { offset } = state;\n  const snapshot = core.snapshot ?? state.snapshot;\n  const length",
  ]], "raft/core/snapshot.ts"),
  ...unit("raft/core/progress.ts", [[
    "U-window-kept",
    "An acknowledgement frees no bytes: the window closes for good",
    "pipelining",
    "    progress.inFlightBytes -= progress.inFlight[done].sizeBytes;\n",
    "",
  ]]),
  ...unit("raft/core/read.ts", [
    [
      "U-read-released",
      "A read that waited for the first own commit is answered without a round",
      "etcd #7331",
      "    read.round = leader.round + 1;\n    released = true;",
      "    read.round = leader.round;\n    released = true;",
    ],
    [
      "U-read-amnesiac",
      "An amnesiac confirms that a leader still leads",
      "dissertation section 6.4",
      "if (progress.counts && progress.votes && progress.round >= round) answered++;",
      "if (progress.votes && progress.round >= round) answered++;",
    ],
  ]),
  ...unit("raft/core/snapshot.ts", [[
    "U-chunk-anywhere",
    "A chunk that was repeated or overtook another is appended all the same",
    "paper figure 13",
    "if (request.offset === staging.receivedBytes && fits && request.data.length > 0) {",
    "if (fits) {",
  ]]),
  ...unit("raft/core/log.ts", [
    [
      "U-reset-flushed",
      "A log that a snapshot replaces vouches for what the old log had on the disk",
      "durability as data",
      "  log.flushed = Math.min(log.flushed, commit);\n",
      "",
    ],
    [
      "U-oversized",
      "An entry larger than an append may be never travels",
      "bounded memory",
      "if (bytes > maxBytes && end > start) break;",
      "if (bytes > maxBytes) break;",
    ],
  ]),
  ...unit("raft/core/quorum.ts", [[
    "U-even-quorum",
    "The middle is taken for the majority: wrong where the number of members is even",
    "classic",
    "return sorted[needed - 1];",
    "return sorted[held.length - needed];",
  ]]),
  ...unit("raft/core/step.ts", [
    [
      "U-overtaken",
      "What comes next overtakes gathered proposals on the way to the disk",
      "group commit",
      '  if (input.type !== "propose" && core.dirtyFrom !== 0) persistChanges(core, effects);\n',
      "",
    ],
    [
      "U-chunk-unheard",
      "A leader that sends a snapshot does not unseat a candidate of its term",
      "labs E13",
      '    case "snapshotRequest":\n      hearLeader(core, from, effects);\n',
      '    case "snapshotRequest":\n',
    ],
  ]),
  ...unit("raft/core/invariants.ts", [[
    "U-law-silent",
    "Nobody sees a leader that would send what the follower holds already",
    "the laws of one node",
    '    invariant(progress.match < progress.next, "match < next", core);\n',
    "",
  ]]),
  ...unit("raft/deadlines.ts", [
    [
      "U-deadline-earlier",
      "A deadline that is moved forward waits for the timer that runs already",
      "one timer for four deadlines",
      "if (at < this.#wakeAt) this.#schedule(at, delayMs);",
      "if (this.#timer === null) this.#schedule(at, delayMs);",
    ],
    [
      "U-deadline-lost",
      "A deadline that is armed again as it passes is forgotten",
      "one timer for four deadlines",
      "      at[number] = Infinity;\n      this.#onPassed(NAMES[number]);",
      "      this.#onPassed(NAMES[number]);\n      at[number] = Infinity;",
    ],
  ]),
  ...unit("raft/outbox.ts", [
    [
      "U-held-early",
      "A held message leaves one write too early",
      "durability as data",
      "if (held.after > flushed)",
      "if (held.after > flushed + 1)",
    ],
    [
      "U-caller-waits",
      "Whoever waits for the answer of a node that died waits for ever",
      "call-and-reply networks",
      "    for (const held of this.#held) held.answer?.(null);\n",
      "",
    ],
  ]),
  ...unit("raft/write_queue.ts", [
    [
      "U-group-first",
      "Of a group of writes only the first is reported: what waits for the others is never said",
      "group commit",
      "group[group.length - 1].sequence",
      "group[0].sequence",
    ],
    [
      "U-stopped-heard",
      "A write that ends after the node's death is reported all the same",
      "kill is an abort",
      "        if (this.#stopped) return;\n",
      "",
    ],
  ]),
  ...unit("raft/committed.ts", [
    [
      "U-applied-early",
      "What is handed over counts as applied",
      "the apply channel",
      "    this.#hungry = false;\n    this.#controller.enqueue(chunk);",
      "    this.#hungry = false;\n    this.#applied = this.#delivered;\n    this.#controller.enqueue(chunk);",
    ],
    [
      "U-overrun",
      "A machine is handed one chunk more than it asked for",
      "the apply channel",
      "highWaterMark: 0",
      "highWaterMark: 1",
    ],
  ]),
  ...unit("raft/driver.ts", [[
    "U-storage-left-open",
    "A node that dies by itself leaves its log's file open",
    "issue 5: a dead node holds nothing",
    "    this.#options.storage.close().catch(() => {});\n",
    "",
  ]], "raft/node.ts"),
  ...unit("raft/codec.ts", [
    [
      "U-trailing",
      "Bytes behind a message are ignored",
      "issue 2: the decode side treats bytes as hostile",
      "  reader.end();\n  // There is one way",
      "  // There is one way",
    ],
    [
      "U-copy-shares",
      "A copied append shares its entries with the sender's log",
      "the codec's contract: a copy shares nothing mutable",
      "entries: copyEntries(message.entries)",
      "entries: message.entries",
    ],
  ]),
];
