/**
 * The laws, apart from those that compare a node with the past (`history.ts`).
 *
 * Paper figure 3, and the two monitors: what leaves a node is on its disk, and what is committed stays so whoever wins.
 * @module
 */

import { checkInvariants } from "../../raft/core/invariants.ts";
import { createLog, lastIndex, lastTerm, type Log, termAt } from "../../raft/core/log.ts";
import type { Message } from "../../raft/message.ts";
import type { Recovered } from "../../raft/storage.ts";
import type { Index, Term } from "../../raft/types.ts";
import { commandOf, type Deed, type Outcome } from "./deeds.ts";
import type { Breach, CommittedEntry, History, LawName } from "./history.ts";
import { breachOfElectors, breachOfMembers } from "./member_laws.ts";
import { nameOf, type NodeState, numberOf } from "./node.ts";

/** Laws of one deed at one node. */
export function breachesOfDeed(before: NodeState, deed: Deed, outcome: Outcome): Breach[] {
  const breaches: Breach[] = [];
  const { node } = outcome;
  const number = numberOf(node.core.config.id);
  const report = (law: LawName, says: string) => breaches.push({ law, node: number, says });
  try {
    checkInvariants(node.core);
  } catch (error) {
    report("invariant", `stops: ${error instanceof Error ? error.message : String(error)}`);
  }
  const members = breachOfMembers(node);
  if (members !== null) breaches.push(members);
  if (deed.kind !== "wipe") checkMonotone(before, deed, node, report);
  const leads = before.core.role.type === "leader" && node.core.role.type === "leader";
  if (leads && before.core.term === node.core.term) checkAppendOnly(before, node, report);
  for (const { message, to } of outcome.sent) {
    const missing = missingOnDisk(node, message, to);
    if (missing !== null) {
      report(
        "durable-before-visible",
        `tells node ${nameOf(to)} what is not on its disk: ${missing}`,
      );
    }
  }
  return breaches;
}

type Reporter = (law: LawName, says: string) => void;

function checkMonotone(before: NodeState, deed: Deed, after: NodeState, report: Reporter): void {
  // A crash takes memory back to the disk; the disk itself never goes back.
  const crashed = deed.kind === "crash" || deed.kind === "die";
  const old = crashed ? before.disk.hardState : before.core;
  if (after.core.term < old.term) report("monotone", `goes back from term ${old.term} to ${after.core.term}`);
  if (after.core.term === old.term && old.vote !== null && after.core.vote !== old.vote) {
    report("monotone", `changes its vote in term ${old.term} from ${old.vote} to ${after.core.vote}`);
  }
  if (!crashed && after.core.commit < before.core.commit) {
    report("monotone", `takes its commit index back from ${before.core.commit} to ${after.core.commit}`);
  }
}

function checkAppendOnly(before: NodeState, after: NodeState, report: Reporter): void {
  const { log } = before.core;
  for (let index = after.core.log.offset + 1; index <= lastIndex(log); index++) {
    if (termAt(log, index) === -1 || termAt(after.core.log, index) === termAt(log, index)) continue;
    report("leader-append-only", `leads and removes its own entry ${index}`);
  }
}

/** What `message` reveals and the sender's disk does not hold, in words; null if nothing. */
function missingOnDisk({ core, disk }: NodeState, message: Message, to: number): string | null {
  const asks = message.type === "preVoteRequest" || (message.type === "preVoteReply" && message.granted);
  const term = asks ? message.term - 1 : message.term;
  // A yes to a preliminary question echoes the asker's term: what it reveals is no more than that.
  if (message.type !== "preVoteReply" && disk.hardState.term < term) return `term ${term}`;
  switch (message.type) {
    case "voteRequest":
      return disk.hardState.term === term && disk.hardState.vote === null
        ? `its vote for itself in term ${term}`
        : null;
    case "voteReply":
      return message.granted && disk.hardState.term === term && disk.hardState.vote !== nameOf(to)
        ? `its vote for node ${nameOf(to)} in term ${term}`
        : null;
    case "appendAccepted":
      return missingEntry(core.log, disk, message.matchIndex);
    case "snapshotReply":
      return message.done && lastStored(disk) < message.lastIndex
        ? `the snapshot of entry ${message.lastIndex}`
        : null;
    default:
      return null;
  }
}

/** Not the length counts but that the very entries are there that the leader's append brought. */
function missingEntry(log: Log, disk: Recovered, upTo: Index): string | null {
  for (let index = log.offset + 1; index <= upTo; index++) {
    if (!holds(disk, index, termAt(log, index))) return `entry ${index}`;
  }
  return lastStored(disk) < upTo ? `entry ${upTo}` : null;
}

function lastStored(disk: Recovered): Index {
  return (disk.snapshot?.index ?? 0) + disk.entries.length;
}

/** Laws between two logs. */
export function breachOfPair(left: NodeState, right: NodeState): Breach | null {
  const one = left.core.log;
  const other = right.core.log;
  const floor = Math.max(one.offset, other.offset);
  let index = Math.min(lastIndex(one), lastIndex(other));
  while (index > floor && termAt(one, index) !== termAt(other, index)) index--;
  for (; index > floor; index--) {
    const here = one.entries[index - one.offset - 1];
    const there = other.entries[index - other.offset - 1];
    if (here.term === there.term && commandOf(here) === commandOf(there)) continue;
    const says =
      `and node ${right.core.config.id} hold equal entries further up but differ at entry ${index}`;
    return { law: "log-matching", node: numberOf(left.core.config.id), says };
  }
  return null;
}

/** A later leader holds everything that was committed before its term. */
export function breachOfLeader({ core }: NodeState, committed: readonly CommittedEntry[]): Breach | null {
  if (core.role.type !== "leader") return null;
  for (let at = 0; at < committed.length; at++) {
    const { entry, committedIn } = committed[at];
    const index = at + 1;
    if (committedIn >= core.term || index <= core.log.offset || termAt(core.log, index) === entry.term) {
      continue;
    }
    const says = `leads term ${core.term} without entry ${index} (command ${
      commandOf(entry)
    }), which was committed in term ${committedIn}`;
    return { law: "leader-completeness", node: numberOf(core.config.id), says };
  }
  return null;
}

/** Laws between what is committed and all disks. */
export function breachesOfDisks(nodes: readonly NodeState[], history: History): Breach[] {
  // Where members change, whoever could be elected is asked by its own configuration.
  if (nodes.some(({ core }) => core.membership.index > 0 || core.config.members.length < nodes.length)) {
    const breach = breachOfElectors(nodes, history);
    return breach === null ? [] : [breach];
  }
  const breaches: Breach[] = [];
  // Reckoned here and not by the core's own arithmetic, which is on trial as well.
  const needed = (nodes.length >> 1) + 1;
  history.committed.forEach(({ entry }, at) => {
    const index = at + 1;
    const holders = nodes.filter((node) => holds(node.disk, index, entry.term));
    const wiped = nodes.some((node) => node.disk.standing === "amnesiac");
    if (holders.length < needed && !wiped) {
      const says = `committed entry ${index}, but only ${holders.length} of ${nodes.length} disks hold it`;
      breaches.push({ law: "committed-on-quorum", node: whoCommitted(nodes, index), says });
    }
    for (const node of nodes) {
      const breach = predicts(nodes, node, index, entry.term, needed);
      if (breach !== null) breaches.push(breach);
    }
  });
  return breaches;
}

function whoCommitted(nodes: readonly NodeState[], index: Index): number {
  return Math.max(0, nodes.findIndex((node) => node.core.commit >= index));
}

function holds(disk: Recovered, index: Index, term: Term): boolean {
  const offset = disk.snapshot?.index ?? 0;
  return index <= offset || disk.entries[index - offset - 1]?.term === term;
}

/**
 * Whether a node without the committed entry could be elected by what is on the disks now.
 *
 * It never can: a majority holds the entry together with one of its committer's term, and who lacks that has an older
 * end of its log. So the law sounds before the election that would do the damage (paper figure 8).
 */
function predicts(
  nodes: readonly NodeState[],
  candidate: NodeState,
  index: Index,
  term: Term,
  needed: number,
): Breach | null {
  if (candidate.core.standing !== "voter") return null;
  const { disk } = candidate;
  const stored = createLog(disk.snapshot?.index ?? 0, disk.snapshot?.term ?? 0, disk.entries);
  // With what it holds in memory, which it stores before it stands; and with what a crash would leave it.
  for (const log of [candidate.core.log, stored]) {
    if (index <= log.offset || termAt(log, index) === term) continue;
    const voters = nodes.filter((voter) => voter === candidate || wouldVote(voter, log));
    if (voters.length < needed) continue;
    const names = voters.map(({ core }) => core.config.id).join(" and ");
    const says = `could still be elected, by ${names}, although it lacks entry ${index}, which is committed`;
    return { law: "predictive-commit", node: numberOf(candidate.core.config.id), says };
  }
  return null;
}

function wouldVote({ disk }: NodeState, log: Log): boolean {
  if (disk.standing !== "voter") return false;
  const voterTerm = disk.entries.at(-1)?.term ?? disk.snapshot?.term ?? 0;
  return lastTerm(log) > voterTerm || (lastTerm(log) === voterTerm && lastIndex(log) >= lastStored(disk));
}
