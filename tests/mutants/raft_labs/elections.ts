/**
 * Planted bugs of elections that the lab suites catch.
 * @module
 */

import type { Mutant } from "../mutant.ts";
import { lab } from "./command.ts";

const ELECTION = "raft/core/election.ts";
const STEP = "raft/core/step.ts";
const STATE = "raft/core/state.ts";
const TIMER = "raft/election_timer.ts";
const TIMING = "raft/timing.ts";

/** The E of the labs' checklist. */
export const electionMutants: readonly Mutant[] = [
  {
    id: "E1-refused",
    title: "A question that was refused restarts the election timer",
    source: "labs E1",
    file: ELECTION,
    anchor: '  send(effects, from, { type: "preVoteReply", term, granted }, afterHardState(core));',
    replacement: '  effects.push({ type: "armElection" });\n' +
      '  send(effects, from, { type: "preVoteReply", term, granted }, afterHardState(core));',
    killedBy: lab("StrictOnlyOneCanWin3B", 2),
  },
  {
    id: "E1-stale",
    title: "An append of an older term restarts the election timer",
    source: "labs E1",
    file: STEP,
    anchor: '    case "appendRequest":\n      send(effects, from, {\n        type: "appendRejected",',
    replacement: '    case "appendRequest":\n      effects.push({ type: "armElection" });\n' +
      '      send(effects, from, {\n        type: "appendRejected",',
    killedBy: lab("StrictTalkingLeader3A", 3),
  },
  {
    id: "E2",
    title: "All election timeouts are equal",
    source: "labs E2",
    file: TIMER,
    anchor: "electionMs * (1 + draw)",
    replacement: "electionMs",
    killedBy: lab("StrictNoLuck3A", 1),
  },
  {
    id: "E3",
    title: "A candidate never stands a second time",
    source: "labs E3",
    file: ELECTION,
    anchor: 'if (core.role.type === "leader") return;\n  effects.push({ type: "armElection" });',
    replacement: 'if (core.role.type !== "follower") return;\n  effects.push({ type: "armElection" });',
    killedBy: lab("TestReElection3A", 3),
  },
  {
    id: "E4",
    title: "The vote of an older term is kept in a later one",
    source: "labs E4",
    file: STATE,
    anchor: "  core.vote = null;\n  core.leader = null;",
    replacement: "  core.leader = null;",
    killedBy: lab("TestManyElections3A", 3),
  },
  {
    id: "E5",
    title: "A server votes for all who ask in a term",
    source: "labs E5",
    file: ELECTION,
    anchor: "const free = core.vote === null || core.vote === from;",
    replacement: "const free = true;",
    killedBy: lab("StrictVoteOnce3C", 3),
  },
  {
    id: "E7-length",
    title: "Whose log is longer counts as up to date, whatever its last term",
    source: "labs E7",
    file: ELECTION,
    anchor: "return theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log));",
    replacement: "return theirIndex >= lastIndex(core.log);",
    killedBy: lab("TestRejoin3B", 3),
  },
  {
    id: "E7-term",
    title: "A later last term counts as up to date, however short the log",
    source: "labs E7",
    file: ELECTION,
    anchor: "return theirTerm > ours || (theirTerm === ours && theirIndex >= lastIndex(core.log));",
    replacement: "return theirTerm >= ours;",
    killedBy: lab("TestPersist33C", 3),
  },
  {
    id: "E9-rare",
    title: "Heartbeats come more seldom than elections",
    source: "labs E9",
    file: TIMING,
    anchor: "heartbeatMs: 100,",
    replacement: "heartbeatMs: 350,",
    killedBy: lab("StrictQuietNetwork3A", 1),
  },
  {
    id: "E10",
    title: "A leader ignores a later term in an answer",
    source: "labs E10",
    file: STEP,
    anchor: "    becomeFollower(core, message.term, null, effects);\n    return true;",
    replacement: '    if (core.role.type === "leader" && message.type === "appendRejected") return false;\n' +
      "    becomeFollower(core, message.term, null, effects);\n    return true;",
    killedBy: lab("StrictDeafLeader3A", 1),
  },
];
