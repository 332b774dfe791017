/**
 * Planted bugs in a Raft that is not ours, which the lab suites catch: what our core covers up by preliminary votes and
 * quorum checks shows here.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import { lab } from "./command.ts";

const SMALL = "tests/labs/example/small_raft.ts";

/** The labs' checklist, planted in `tests/labs/example/small_raft.ts`. */
export const foreignMutants: readonly Mutant[] = [
  {
    id: "S-E1",
    title: "Every request for a vote restarts the election timer",
    source: "labs E1",
    file: SMALL,
    anchor:
      "      this.save();\n      this.#resetElection();\n    }\n    return { term: this.#term, granted };",
    replacement:
      "      this.save();\n    }\n    this.#resetElection();\n    return { term: this.#term, granted };",
    killedBy: lab("StrictOnlyOneCanWin3B", 2, SMALL),
  },
  {
    id: "S-E1-stale",
    title: "An append of an older term restarts the election timer",
    source: "labs E1",
    file: SMALL,
    anchor:
      '    if (args.term < this.#term) return { term: this.#term, ok: false, tryNext: 0 };\n    this.#role = "follower";\n    this.#resetElection();',
    replacement:
      '    this.#resetElection();\n    if (args.term < this.#term) return { term: this.#term, ok: false, tryNext: 0 };\n    this.#role = "follower";',
    killedBy: lab("StrictTalkingLeader3A", 2, SMALL),
  },
  {
    id: "S-E5",
    title: "A server votes for all who ask in a term",
    source: "labs E5",
    file: SMALL,
    anchor: "const free = this.#votedFor === null || this.#votedFor === args.candidate;",
    replacement: "const free = true;",
    killedBy: lab("StrictVoteOnce3C", 2, SMALL),
  },
  {
    id: "S-E6",
    title: "A vote of an older term counts in the present one",
    source: "labs E6",
    file: SMALL,
    anchor: 'if (!reply.granted || this.#role !== "candidate" || this.#term !== args.term) return;',
    replacement: 'if (!reply.granted || this.#role !== "candidate") return;',
    killedBy: lab("StrictLateReplies3C", 5, SMALL),
  },
  {
    id: "S-E13",
    title: "A snapshot is no word from the leader",
    source: "labs E13",
    file: SMALL,
    anchor:
      '    if (args.term < this.#term) return { term: this.#term };\n    this.#role = "follower";\n    this.#resetElection();',
    replacement: '    if (args.term < this.#term) return { term: this.#term };\n    this.#role = "follower";',
    killedBy: lab("StrictSnapshotIsHeartbeat3D", 2, SMALL),
  },
  {
    id: "S-E8",
    title: "A candidate asks one server after the other",
    source: "labs E8: whoever is dead keeps it waiting for up to 7 s",
    file: SMALL,
    anchor:
      '    for (const peer of this.#others) {\n      this.#seat.call<VoteReply>(peer, "vote", args).then((reply) => {',
    replacement:
      '    let turn: Promise<unknown> = Promise.resolve();\n    for (const peer of this.#others) {\n      turn = turn.then(() => this.#seat.call<VoteReply>(peer, "vote", args)).then((reply) => {',
    killedBy: lab("TestManyElections3A", 1, SMALL),
  },
  {
    id: "S-E11",
    title: "A voter waits between looking at the term and taking it over",
    source: "labs E11",
    file: SMALL,
    anchor: "  #onVote(args: VoteArgs): VoteReply {\n    this.#adopt(args.term);\n    const lastTerm",
    replacement:
      '  async #onVote(args: VoteArgs): Promise<VoteReply> {\n    const later = args.term > this.#term;\n    await this.#seat.clock.sleep(this.#seat.random.below(30));\n    if (later) {\n      this.#term = args.term;\n      this.#votedFor = null;\n      this.#role = "follower";\n      this.save();\n    }\n    const lastTerm',
    killedBy: lab("StrictVoteOnce3C", 2, SMALL),
  },
  {
    id: "S-R12",
    title: "start() makes its caller wait",
    source: "labs R12",
    file: SMALL,
    anchor: "  start(command: unknown): StartResult {",
    replacement: "  async start(command: unknown): Promise<StartResult> {",
    killedBy: lab("TestBasicAgree3B", 1, SMALL),
  },
  {
    id: "S-P15",
    title: "What a snapshot covers is still held",
    source: "labs P15",
    file: SMALL,
    anchor: "    this.#log = this.#log.slice(index - this.#base);\n    this.#base = index;",
    replacement:
      "    Object.assign(this, { before: this.#log });\n    this.#log = this.#log.slice(index - this.#base);\n    this.#base = index;",
    killedBy: lab("StrictForgets3D", 1, SMALL),
  },
  {
    id: "S-R5",
    title: "An acknowledgement speaks of all that the leader has by now",
    source: "labs R5",
    file: SMALL,
    anchor: "if (reply.ok) return this.#onMatch(peer, prevIndex + args.entries.length);",
    replacement: "if (reply.ok) return this.#onMatch(peer, this.#last);",
    killedBy: lab("StrictAckOfOld3B", 1, SMALL),
  },
  {
    id: "S-R6",
    title: "Answers of an earlier term count",
    source: "labs R6",
    file: SMALL,
    anchor: 'if (this.#role !== "leader" || this.#term !== args.term) return;\n      if (reply.ok)',
    replacement: 'if (this.#role !== "leader") return;\n      if (reply.ok)',
    killedBy: lab("StrictLateAcks3C", 2, SMALL),
  },
  {
    id: "S-R2",
    title: "A follower cuts its log behind every append, also a late one",
    source: "labs R2",
    file: SMALL,
    anchor: "      if (this.#termAt(index) === entry.term) return;\n",
    replacement: "",
    killedBy: lab("StrictLateAppends3B", 2, SMALL),
  },
  {
    id: "S-P2",
    title: "A vote is not saved",
    source: "labs P2",
    file: SMALL,
    anchor: "      this.#votedFor = args.candidate;\n      this.save();",
    replacement: "      this.#votedFor = args.candidate;",
    killedBy: lab("StrictVoteOnce3C", 3, SMALL),
  },
  {
    id: "S-P1",
    title: "What an append brings is not saved",
    source: "labs P1",
    file: SMALL,
    anchor: "    if (entries.length > 0) this.save();\n",
    replacement: "",
    killedBy: lab("TestPersist23C@2025", 1, SMALL),
  },
  {
    id: "S-P4",
    title: "A leader does not save what start() gave it",
    source: "labs P4",
    file: SMALL,
    anchor: "    this.#log.push({ term: this.#term, command: command as WireValue });\n    this.save();",
    replacement: "    this.#log.push({ term: this.#term, command: command as WireValue });",
    killedBy: lab("StrictLeaderLosesSave3C", 2, SMALL),
  },
  {
    id: "S-P9",
    title: "A snapshot of what is applied already is installed",
    source: "labs P9",
    file: SMALL,
    anchor: "    if (args.index <= this.#commit) return { term: this.#term };\n",
    replacement: "",
    killedBy: lab("StrictLateSnapshots3D", 3, SMALL),
  },
  {
    id: "S-R1",
    title: "A leader commits an entry of an older term by counting",
    source: "labs R1",
    file: SMALL,
    anchor: "if (byMajority > this.#commit && this.#termAt(byMajority) === this.#term)",
    replacement: "if (byMajority > this.#commit)",
    killedBy: lab("StrictFigure83C", 1, SMALL),
  },
  {
    id: "S-E10",
    title: "A leader ignores a later term in the answer to an append",
    source: "labs E10",
    file: SMALL,
    anchor:
      '      this.#adopt(reply.term);\n      if (this.#role !== "leader" || this.#term !== args.term) return;\n      if (reply.ok)',
    replacement:
      '      if (reply.term > this.#term) return;\n      if (this.#role !== "leader" || this.#term !== args.term) return;\n      if (reply.ok)',
    killedBy: lab("StrictDeafLeader3A", 1, SMALL),
  },
  {
    id: "S-R8",
    title: "The leader backs up by one index a refusal",
    source: "labs R8",
    file: SMALL,
    anchor: "Math.min(reply.tryNext, prevIndex)",
    replacement: "prevIndex",
    killedBy: lab("StrictBackupCalls3B", 1, SMALL),
  },
  {
    id: "S-P6",
    title: "A later term is written down without the snapshot, which is erased by that",
    source: "labs P6",
    file: SMALL,
    anchor: '    this.#role = "follower";\n    this.save();',
    replacement: '    this.#role = "follower";\n' +
      "    const state = [this.#term, this.#votedFor, this.#base, this.#baseTerm, this.#log];\n" +
      "    this.#seat.persister.save(encodeValue(state), null);",
    killedBy: lab("StrictCrashAtSaves3D", 1, SMALL),
  },
  {
    id: "S-P7",
    title: "The state is written down first and its snapshot afterwards",
    source: "labs P7; section 12, hole 15",
    file: SMALL,
    anchor: "    this.#seat.persister.save(encodeValue(state), this.#snapshot);",
    replacement: "    const { persister } = this.#seat;\n" +
      "    persister.save(encodeValue(state), persister.readSnapshot());\n" +
      "    persister.save(encodeValue(state), this.#snapshot);",
    killedBy: lab("StrictCrashAtEverySave3D", 1, SMALL),
  },
];
