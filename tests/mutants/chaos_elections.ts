/**
 * Planted bugs of elections that nobody needs, and of the law that sees them (`tests/check/leader_stickiness.ts`).
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { lab } from "./raft_labs/command.ts";

const LAW = "tests/check/leader_stickiness.ts";
const LAW_TEST = "test -A --no-check tests/check/leader_stickiness_test.ts";

/** All of them. */
export const chaosElectionMutants: readonly Mutant[] = [
  {
    id: "C-R11",
    title: "Word from the leader does not restart the election timer",
    source: "anchors R11; akka-raft #43",
    file: "raft/core/step.ts",
    anchor: '  effects.push({ type: "leaderContact" });\n',
    replacement: "",
    killedBy: lab("StrictQuietNetwork3A", 1),
  },
  {
    id: "L-sticky-unheard",
    title: "The law of stickiness takes only the node's own word for whether it has heard its leader",
    source: "labs E13: what a node takes no note of is what the law is for",
    file: LAW,
    anchor: "if (message.term < core.term) break;",
    replacement: "if (message.term < core.term || !core.leaderFresh) break;",
    killedBy: LAW_TEST,
  },
  {
    id: "L-sticky-for-ever",
    title: "The law of stickiness knows no end of an election timeout",
    source: "dissertation section 9.6: within the minimum election timeout",
    file: LAW,
    anchor: " && localUs - this.#heardAtUs < this.#electionUs;",
    replacement: ";",
    killedBy: LAW_TEST,
  },
  {
    id: "L-sticky-repeats",
    title: "The law of stickiness takes the repeated question for the first one",
    source: "a network that repeats messages",
    file: LAW,
    anchor: "this.#open.set(from, Math.max(term, this.#open.get(from) ?? 0));",
    replacement: "this.#open.set(from, 0);",
    killedBy: LAW_TEST,
  },
  {
    id: "L-sticky-given-up",
    title: "The law of stickiness does not see a node give its leader up",
    source: "a connection that ended says that the leader is gone",
    file: LAW,
    anchor: "if (this.#wasFresh && !leaderFresh) this.#heardTerm = null;",
    replacement: "",
    killedBy: LAW_TEST,
  },
];
