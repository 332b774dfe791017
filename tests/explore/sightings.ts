/**
 * When a rare situation (`marks.ts`) has been seen.
 * @module
 */

import { lastIndex, type Log, termAt } from "../../raft/core/log.ts";
import type { Deed, Outcome } from "./deeds.ts";
import type { History } from "./history.ts";
import type { NodeState } from "./node.ts";
import { markBits, type MarkName } from "./marks.ts";

/** What one deed at one node shows. */
export function marksOfDeed(before: NodeState, deed: Deed, outcome: Outcome): number {
  const seen: MarkName[] = [];
  const after = outcome.node;
  const led = before.core.role.type === "leader";
  switch (deed.kind) {
    case "crash":
      if (led) seen.push("leader-crash");
      if (deed.kept < before.pending.length) seen.push("write-lost");
      break;
    case "die":
      seen.push("write-lost");
      break;
    case "wipe":
      seen.push("amnesia");
      break;
    case "compact":
      seen.push("compacted");
      break;
    case "resign":
      seen.push("resigned");
      break;
    case "deliver":
      seen.push(...marksOfDelivery(before, deed, outcome));
      break;
  }
  const lives = deed.kind !== "crash" && deed.kind !== "die" && deed.kind !== "wipe";
  if (!lives) return markBits(...seen);
  if (led && after.core.term > before.core.term) seen.push("step-down");
  if (before.held.some(({ flying }) => flying.message.term < after.core.term)) seen.push("withheld");
  if (isCut(before.core.log, after.core.log)) seen.push("cut");
  if (before.core.membership !== after.core.membership) seen.push(...marksOfMembers(before, after));
  if (led && after.core.role.type === "follower" && !after.core.membership.isVoter) seen.push("left-office");
  if (outcome.ready.length > 0) seen.push("read");
  if (after.core.role.type === "leader") {
    const progress = [...after.core.role.progress.values()];
    if (progress.some(({ inFlight }) => inFlight.length > 1)) seen.push("pipelined");
    if (before.core.role.type === "leader" && before.core.role.reads.some(({ index }) => index === -1)) {
      if (after.core.commit > before.core.commit) seen.push("read-waited");
    }
  }
  return markBits(...seen);
}

function marksOfDelivery(
  before: NodeState,
  deed: Deed & { readonly kind: "deliver" },
  outcome: Outcome,
): MarkName[] {
  const { message } = deed.flying;
  const after = outcome.node.core;
  const answers = [...outcome.sent, ...outcome.node.held.map(({ flying }) => flying)].map((one) =>
    one.message
  );
  switch (message.type) {
    case "voteRequest":
      if (after.standing === "amnesiac") return ["amnesiac-asked"];
      if (answers.some((one) => one.type === "voteReply" && one.granted)) return ["vote-granted"];
      return message.term === after.term && after.vote === null ? ["vote-refused"] : [];
    case "preVoteRequest":
      return answers.some((one) => one.type === "preVoteReply" && !one.granted) ? ["pre-vote-refused"] : [];
    case "appendRequest":
      return answers.some((one) => one.type === "appendRejected" && one.term === message.term)
        ? ["rejected"]
        : [];
    case "snapshotRequest":
      if (after.log.offset > before.core.log.offset) return ["installed"];
      return after.staging === null ? [] : ["chunk"];
    default:
      return [];
  }
}

function marksOfMembers({ core: was }: NodeState, { core: is }: NodeState): MarkName[] {
  const seen: MarkName[] = [];
  if (is.membership.index < was.membership.index && is.log.offset === was.log.offset) {
    seen.push("members-cut");
  }
  if (is.log.offset > was.log.offset && is.snapshot?.configuration !== null) seen.push("members-installed");
  const founded = is.config.members.length > 0;
  if (!founded && is.membership.isVoter && !was.membership.isVoter) seen.push("joined");
  return seen;
}

function isCut(before: Log, after: Log): boolean {
  const from = Math.max(before.offset, after.offset) + 1;
  for (let index = from; index <= lastIndex(before); index++) {
    if (termAt(after, index) !== termAt(before, index)) return true;
  }
  return false;
}

/** What a history shows. */
export function marksOfHistory(before: History, after: History, crashed: boolean): number {
  const seen: MarkName[] = [];
  const leaders = after.leaders.filter((leader) => leader !== -1).length;
  if (leaders > 1) seen.push("second-leader");
  if (leaders > 2) seen.push("third-leader");
  if (after.committed.length > 0) seen.push("commit");
  if (after.committed.length > 1) seen.push("second-commit");
  if (after.committed.some(({ entry }) => "configuration" in entry)) seen.push("members-changed");
  if (crashed && after.committed.length > before.committed.length) seen.push("commit-after-crash");
  if (after.committed.some(({ entry, committedIn }) => entry.term < committedIn)) {
    seen.push("inherited-commit");
  }
  return markBits(...seen);
}

/** What the nodes show together: `row` by numbers of `nodes`. */
export function marksOfNodes(row: Int32Array, nodes: readonly NodeState[]): number {
  let leaders = 0;
  for (let at = 0; at < row.length; at++) if (nodes[row[at]].core.role.type === "leader") leaders++;
  if (leaders > 1) return TWO_LEADERS;
  return leaders === 0 && isSplit(row, nodes) ? SPLIT_VOTE : 0;
}

/** Whether everybody has voted in one term, and nobody has a majority of the votes. */
function isSplit(row: Int32Array, nodes: readonly NodeState[]): boolean {
  const { term } = nodes[row[0]].core;
  for (let at = 0; at < row.length; at++) {
    const { core } = nodes[row[at]];
    if (core.term !== term || core.vote === null) return false;
    let votes = 0;
    for (let voter = 0; voter < row.length; voter++) {
      if (nodes[row[voter]].core.vote === core.config.id) votes++;
    }
    if (2 * votes > row.length) return false;
  }
  return true;
}

const TWO_LEADERS = markBits("two-leaders");
const SPLIT_VOTE = markBits("split-vote");
