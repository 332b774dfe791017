/**
 * Planted bugs of when a configuration is in effect, and who stands and votes by it.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const MEMBERSHIP_TEST = "raft/core/membership_test.ts";
const EFFECTIVE = "dissertation section 4.1; etcd #7625, #10563, #11284, #12359";
const ITSELF = "dissertation section 4.2.2";
const LEARNERS = "dissertation section 4.2.1";

/** What the unit tests of configurations kill. */
export const raftConfigurationMutants: readonly Mutant[] = [
  ...rows("raft/core/membership.ts", MEMBERSHIP_TEST, [
    [
      "MC-effective-on-commit",
      "A configuration takes effect when it is committed, not when it is in the log",
      EFFECTIVE,
      "for (let at = lastIndex(log); at >= from; at--) {",
      "for (let at = Math.min(lastIndex(log), core.commit); at >= from; at--) {",
    ],
    [
      "MC-first-of-two",
      "Of two configurations that arrive together the first stays in effect",
      EFFECTIVE,
      "    adopt(core, createMembership(config.id, entry.configuration, at));\n    return;\n",
      "    adopt(core, createMembership(config.id, entry.configuration, at));\n",
    ],
    [
      "MC-no-way-back",
      "A configuration stays in effect although its entry was cut away",
      "dissertation section 4.1",
      "if (core.membership.index > last) core.membership =",
      "if (core.membership.index > Infinity) core.membership =",
    ],
    [
      "MC-back-to-founders",
      "A log that is cut goes back to the founding members, whatever the snapshot says",
      "dissertation section 4.1",
      "const known = snapshot?.configuration ?? null;",
      "const known = index < 0 ? snapshot?.configuration ?? null : null;",
    ],
    [
      "MC-snapshot-of-now",
      "A snapshot holds the configuration in effect instead of the one at its end",
      "dissertation section 4.1",
      "core.membership.index <= index\n    ? core.membership",
      "core.membership.index >= 0\n    ? core.membership",
    ],
    [
      "MC-install-keeps",
      "A snapshot that arrives leaves the old configuration in effect",
      "dissertation section 4.1",
      "  adopt(core, membershipAt(core, last));\n}\n\n/** The log was cut",
      "}\n\n/** The log was cut",
    ],
    [
      "MC-tail-outlives",
      "A configuration stays in effect although a snapshot threw the tail away that held it",
      "found by its test",
      "if (index > snapshot.index && index <= last) return;",
      "if (index > snapshot.index) return;",
    ],
    [
      "MC-leaver-sleeps",
      "Who is removed by an entry that may yet be lost stands no more: nobody else can win",
      "dissertation figure 4.6",
      "return membershipAt(core, core.membership.index - 1).isVoter;",
      "return false;",
    ],
    [
      "MC-joined-as-voter",
      "Who finds itself a voter takes itself for the one that was promoted, although it has lost that memory",
      "found by thought: two removed names with empty disks make a majority for whoever missed both removals",
      'memberOf(membership.configuration, core.config.id)?.role === "learner") core.joined',
      "memberOf(membership.configuration, core.config.id) !== undefined) core.joined",
    ],
    [
      "MC-joined-by-any-log",
      "A node that nobody took in comes up as a member because there is something in its log",
      "found by thought: see MC-joined-as-voter",
      'if (self !== undefined) return self.role === "learner";',
      "if (self !== undefined) return true;",
    ],
    [
      "MC-learner-stands",
      "A learner stands for election",
      LEARNERS,
      "  if (isSettled(core)) return false;\n  return membershipAt(core, core.membership.index - 1).isVoter;",
      "  return core.membership.names.length > 0;",
    ],
  ]),
  ...rows("raft/core/replication.ts", MEMBERSHIP_TEST, [
    [
      "MC-follower-deaf",
      "A follower never takes a configuration from an append",
      EFFECTIVE,
      "    adoptAppended(core, index);\n",
      "",
    ],
  ]),
  ...rows("raft/core/snapshot.ts", MEMBERSHIP_TEST, [
    [
      "MC-snapshot-forgets",
      "A compacted log forgets who belongs to the cluster",
      "dissertation section 4.1",
      "const configuration = configurationAt(core, index);",
      "const configuration = index < 0 ? configurationAt(core, index) : null;",
    ],
  ]),
  ...rows("raft/core/sending.ts", MEMBERSHIP_TEST, [
    [
      "MC-sent-without",
      "A snapshot is sent without its configuration",
      "dissertation section 4.1",
      "configuration: snapshot.configuration,",
      "configuration: null,",
    ],
  ]),
  ...rows("raft/core/state.ts", MEMBERSHIP_TEST, [
    [
      "MC-nobody-votes",
      "A node that nobody took in votes and counts: an empty disk under an old name elects whoever missed the removal",
      "found by chaos: raft, seed 15",
      'return core.standing === "voter" && core.joined;',
      'return core.standing === "voter";',
    ],
    [
      "MC-lost-with-bytes",
      "The configuration of a snapshot leaves memory together with its bytes",
      "dissertation section 4.1",
      "return { index, term, configuration, data: null,",
      "return { index, term, configuration: configuration?.members.length === 0 ? configuration : null, data: null,",
    ],
  ]),
  ...rows("raft/core/election.ts", MEMBERSHIP_TEST, [
    [
      "MC-sends-to-the-lost",
      "A learner that hears from no leader goes on sending clients to the last one",
      "chaos seed 2301336410: two nodes that named each other",
      "  core.leaderFresh = false;\n  core.leader = null;\n",
      "  core.leaderFresh = false;\n  if (mayStand(core)) core.leader = null;\n",
    ],
    [
      "MC-learner-refuses",
      "A learner gives no vote, although it may have been promoted without knowing",
      "liferaft's vote rule; etcd-io/raft: a learner that will not vote",
      "const granted = isTrusted(core) && request.term === core.term && free &&",
      "const granted = isTrusted(core) && core.membership.isVoter && request.term === core.term && free &&",
    ],
    [
      "MC-learner-elects",
      "The vote of a learner or a stranger counts",
      LEARNERS,
      'core.role.type !== "candidate" || reply.term !== core.term) return;\n  if (!core.membership.voters.includes(from)) return;\n',
      'core.role.type !== "candidate" || reply.term !== core.term) return;\n',
    ],
    [
      "MC-learner-encourages",
      "The preliminary yes of a learner or a stranger counts",
      LEARNERS,
      "reply.term !== core.term + 1) return;\n  if (!core.membership.voters.includes(from)) return;\n",
      "reply.term !== core.term + 1) return;\n",
    ],
    [
      "MC-leaver-votes",
      "Who is removed by its own log counts its own vote all the same",
      ITSELF,
      "new Set(core.membership.isVoter ? [core.config.id] : [])",
      "new Set([core.config.id])",
    ],
  ]),
  ...rows("raft/core/step.ts", MEMBERSHIP_TEST, [
    [
      "MC-strangers-unheard",
      "Whoever is not in this node's own configuration is not heard: a newcomer never learns who leads",
      "dissertation section 4.2.3; sofa-jraft, raft-rs #192",
      "if (!isRequest(message) && !core.membership.names.includes(from)) return;",
      "if (!core.membership.names.includes(from)) return;",
    ],
  ]),
  ...rows("raft/committed.ts", "raft/committed_test.ts", [
    [
      "MC-applied-as-command",
      "A configuration is handed to the machine as if it were a command",
      "the apply channel's contract",
      "const commands = leadingCommands(entries);",
      "const commands = entries as CommandEntry[];",
    ],
  ]),
];
