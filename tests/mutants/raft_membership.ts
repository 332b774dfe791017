/**
 * Planted bugs of what a leader takes for the next configuration, and how it counts from then on: the traps of the dissertation's chapter 4.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const CHANGE_TEST = "raft/core/change_test.ts";
const EFFECTIVE = "dissertation section 4.1; etcd #7625, #10563, #11284, #12359";
const ONE_VOTER = "dissertation section 4.1; the bug of 2015";
const ITSELF = "dissertation section 4.2.2";
const LEARNERS = "dissertation section 4.2.1";

/** What the unit tests of changes kill. */
export const raftMembershipMutants: readonly Mutant[] = [
  ...rows("raft/core/change.ts", CHANGE_TEST, [
    [
      "MC-2015",
      "A leader changes the members before it has committed anything of its own term",
      ONE_VOTER,
      '  if (termAt(core.log, core.commit) !== core.term) return "notReady";\n',
      "",
    ],
    [
      "MC-two-at-once",
      "A second change is taken while the first is not committed",
      ONE_VOTER,
      '  if (!isSettled(core)) return "underWay";\n',
      "",
    ],
    [
      "MC-leader-later",
      "A leader's change is in its log and not in effect",
      EFFECTIVE,
      "  adoptAppended(core, index);\n  follow(core, core.role);\n",
      "",
    ],
    [
      "MC-lagging-voter",
      "A learner is promoted however much it lacks",
      LEARNERS,
      'return agrees && lacks <= core.config.limits.maxAppendEntries ? null : "notCaughtUp";',
      'return agrees ? null : "notCaughtUp";',
    ],
    [
      "MC-silent-voter",
      "A learner is promoted that has not been heard of for long",
      LEARNERS,
      'progress.state.type === "replicate" && progress.active;',
      'progress.state.type === "replicate";',
    ],
    [
      "MC-amnesiac-voter",
      "A learner that lost its disk under this name is promoted",
      "etcd #10166, #13509",
      'if (!progress.counts) return progress.match < core.membership.index ? "notCaughtUp" : "cannotVote";',
      "if (progress === null) return null;",
    ],
    [
      "MC-promoted-unawares",
      "A learner is promoted that does not hold the configuration yet by which it was taken in, and so votes for nobody",
      LEARNERS,
      "const knows = progress.match >= core.membership.index;",
      "const knows = progress.match >= 0;",
    ],
    [
      "MC-name-again",
      "The name of a removed member is given to another memory: who missed the removal counts an empty disk",
      "found by chaos; etcd: member ids",
      'if (configuration.retired.includes(change.id)) return "retired";',
      "",
    ],
    [
      "MC-names-forgotten",
      "Only the last removed name is remembered",
      "found by chaos; etcd: member ids",
      "retired: [...retired, change.id].sort()",
      "retired: [change.id]",
    ],
    [
      "MC-last-removed",
      "The last voter can be removed",
      ITSELF,
      'return member.role === "voter" && voters.length === 1 ? "lastVoter" : null;',
      "return null;",
    ],
    [
      "MC-last-demoted",
      "The last voter can be made a learner",
      ITSELF,
      'return voters.length === 1 ? "lastVoter" : null;\n    case "remove"',
      'return null;\n    case "remove"',
    ],
    [
      "MC-twice-added",
      "Who is there already is added again, and a voter becomes a learner by that",
      ONE_VOTER,
      'return member === undefined ? null : "alreadySo";',
      "return null;",
    ],
    [
      "MC-removed-followed",
      "A removed member is sent to as before, and what is known of it outlives it",
      "etcd-io/raft #372; openraft #898",
      "if (memberOf(membership.configuration, id) === undefined) leader.progress.delete(id);",
      "if (id === undefined) leader.progress.delete(id);",
    ],
    [
      "MC-promoted-uncounted",
      "A promoted learner is not counted by the leader that promoted it",
      LEARNERS,
      'else known.votes = role === "voter";',
      "else known.votes = known.votes && true;",
    ],
    [
      "MC-waits-for-nobody",
      "What a voter less would commit waits for the next answer",
      EFFECTIVE,
      "  advanceCommit(core, effects);\n  broadcastAppends(core, effects);",
      "  broadcastAppends(core, effects);",
    ],
    [
      "MC-leaves-in-silence",
      "A leader that has removed itself steps down without telling that this is committed",
      ITSELF,
      "  broadcastHeartbeat(core, effects);\n  becomeFollower",
      "  becomeFollower",
    ],
  ]),
  ...rows("raft/core/followers.ts", CHANGE_TEST, [
    [
      "MC-leaver-counts",
      "A leader that removes itself still counts itself",
      ITSELF,
      'if (core.standing === "voter" && core.membership.isVoter) held.push',
      'if (core.standing === "voter") held.push',
    ],
    [
      "MC-learner-commits",
      "What a learner holds counts towards a majority",
      LEARNERS,
      "if (progress.counts && progress.votes) held.push",
      "if (progress.counts) held.push",
    ],
    [
      "MC-newcomer-never-counts",
      "A learner whose first answer said that it does not count never counts: nobody who joins can be promoted",
      LEARNERS,
      "  if (!progress.votes) progress.counts = counts;\n",
      "",
    ],
    [
      "MC-memory-swapped",
      "A voter whose memory was lost counts again as soon as it says so",
      "etcd #10166",
      "if (!progress.votes) progress.counts = counts;",
      "progress.counts = counts;",
    ],
  ]),
  ...rows("raft/core/read.ts", CHANGE_TEST, [
    [
      "MC-learner-confirms",
      "A learner confirms that the leader still leads",
      LEARNERS,
      "progress.counts && progress.votes && progress.round",
      "progress.counts && progress.round",
    ],
    [
      "MC-leaver-confirms",
      "A leader that removes itself confirms its own leadership",
      ITSELF,
      "let answered = core.membership.isVoter ? 1 : 0;",
      "let answered = 1;",
    ],
  ]),
  ...rows("raft/core/election.ts", CHANGE_TEST, [
    [
      "MC-learner-keeps",
      "Learners keep a leader in office that its voters have left",
      LEARNERS,
      "progress.active && progress.counts && progress.votes",
      "progress.active && progress.counts",
    ],
    [
      "MC-leaver-keeps",
      "A leader that removes itself keeps itself in office",
      ITSELF,
      "let active = core.membership.isVoter ? 1 : 0;",
      "let active = 1;",
    ],
  ]),
  ...rows("raft/core/step.ts", CHANGE_TEST, [
    [
      "MC-stranger-deposes",
      "The answer of a removed member deposes the leader",
      "dissertation section 4.2.3",
      "  if (!isRequest(message) && !core.membership.names.includes(from)) return;\n",
      "",
    ],
    [
      "MC-never-leaves",
      "A leader that has removed itself leads for ever",
      ITSELF,
      '  if (core.role.type === "leader" && isDismissed(core)) dismiss(core, effects);\n',
      "",
    ],
  ]),
  ...rows("kv/member_changes.ts", "tests/kv/members_test.ts", [
    [
      "KV-own-removal-unknown",
      "Who removes the leader never hears that it is done, since the leader leads no longer",
      ITSELF,
      "if (index <= core.commit && termAt(core.log, index) === term) continue;",
      "",
    ],
    [
      "KV-change-waits-for-ever",
      "A change whose leader is cut off is waited for, although nobody there will hear of it",
      "labs K8",
      "if (index <= core.commit && termAt(core.log, index) === term) continue;",
      "if (termAt(core.log, index) === term) continue;",
    ],
    [
      "KV-asked-once",
      "The first refusal is handed on, although the peers have just been asked what they speak",
      "issue 8: wire v, v-1",
      "tries < TRIES;",
      "tries < 1;",
    ],
    [
      "KV-change-outlives",
      "A change that is under way when its replica dies is waited for without end",
      "labs K8",
      'for (const index of this.#waiting.keys()) this.#end(index, { kind: "unknown" });',
      "",
    ],
  ]),
  ...rows("kv/replica.ts", "tests/kv/members_test.ts", [
    [
      "KV-skipped-uncounted",
      "A machine does not count the entries that change members: reads wait for an index that never comes",
      "the apply channel's contract",
      "    this.#state.skip(index);\n",
      "",
    ],
  ]),
  ...rows("raft/core/membership.ts", CHANGE_TEST, [
    [
      "MC-leaves-early",
      "A leader that removes itself steps down before that is committed",
      ITSELF,
      "return !core.membership.isVoter && isSettled(core);",
      "return !core.membership.isVoter;",
    ],
  ]),
];
