/**
 * The laws of changing members: of one log, and of who could still be elected whatever configuration it has.
 * Dissertation chapter 4.
 * @module
 */

import { createLog, lastIndex, lastTerm, type Log, termAt } from "../../raft/core/log.ts";
import type { Core } from "../../raft/core/state.ts";
import type { AnySnapshot, Configuration, Index, NodeId, Term } from "../../raft/types.ts";
import type { Breach, History } from "./history.ts";
import { type NodeState, numberOf } from "./node.ts";

interface Placed {
  readonly index: Index;
  readonly voters: readonly NodeId[];
}

/** All configurations that `core` knows of, in order, the one before its log first. Reckoned here: the core's own reckoning is on trial. */
function configurationsOf(founders: readonly NodeId[], log: Log, snapshot: AnySnapshot | null): Placed[] {
  const before = snapshot?.configuration ?? null;
  const found: Placed[] = [
    before === null ? { index: 0, voters: founders } : { index: log.offset, voters: votersOf(before) },
  ];
  log.entries.forEach((entry, at) => {
    if (!("configuration" in entry)) return;
    found.push({ index: log.offset + 1 + at, voters: votersOf(entry.configuration) });
  });
  return found;
}

function votersOf({ members }: Configuration): NodeId[] {
  return members.flatMap(({ id, role }) => role === "voter" ? [id] : []);
}

/** What one node's log says of the members, against what the node goes by. */
export function breachOfMembers({ core }: NodeState): Breach | null {
  const { config, log, snapshot, membership } = core;
  const all = configurationsOf(config.members, log, snapshot);
  const node = numberOf(config.id);
  const last = all[all.length - 1];
  if (membership.voters.join() !== last.voters.join()) {
    const says = `goes by ${inWords(membership.voters)}, although its log says ${inWords(last.voters)}`;
    return { law: "configuration-in-effect", node, says };
  }
  for (let at = 1; at < all.length; at++) {
    const before = all[at - 1].voters;
    const after = all[at].voters;
    const changed = [...before, ...after].filter((id) => !(before.includes(id) && after.includes(id)));
    // Where a newcomer's log begins, there is nothing to compare with.
    if (changed.length <= 1 || before.length === 0) continue;
    const says = `holds entry ${all[at].index}, by which ${inWords(before)} became ${inWords(after)} at once`;
    return { law: "one-voter-at-a-time", node, says };
  }
  return null;
}

function inWords(voters: readonly NodeId[]): string {
  return voters.length === 0 ? "nobody" : voters.join("+");
}

/** Whether anybody who lacks what is committed could be elected, each by the configuration that it has. */
export function breachOfElectors(nodes: readonly NodeState[], history: History): Breach | null {
  for (let at = 0; at < history.committed.length; at++) {
    const { term } = history.committed[at].entry;
    for (const candidate of nodes) {
      const breach = couldLack(nodes, candidate, at + 1, term);
      if (breach !== null) return breach;
    }
  }
  return null;
}

function couldLack(
  nodes: readonly NodeState[],
  { core, disk }: NodeState,
  index: Index,
  term: Term,
): Breach | null {
  if (core.standing !== "voter") return null;
  const { snapshot, entries } = disk;
  const stored = createLog(snapshot?.index ?? 0, snapshot?.term ?? 0, entries);
  for (const [log, base] of [[core.log, core.snapshot], [stored, snapshot]] as const) {
    if (index <= log.offset || termAt(log, index) === term) continue;
    const votes = votesFor(nodes, core, log, base);
    if (votes === null) continue;
    const says = `could still be elected, by ${
      votes.join(" and ")
    }, although it lacks entry ${index}, which is committed`;
    return { law: "predictive-commit", node: numberOf(core.config.id), says };
  }
  return null;
}

/** Who would make `candidate` with this log a leader; null if too few would. */
function votesFor(
  nodes: readonly NodeState[],
  { config }: Core,
  log: Log,
  snapshot: AnySnapshot | null,
): NodeId[] | null {
  const all = configurationsOf(config.members, log, snapshot);
  const { voters } = all[all.length - 1];
  // Who has lost its vote by an entry that may yet be lost stands as well: which that is it may have forgotten in a crash.
  const stands = voters.includes(config.id) ||
    (all.length > 1 && all[all.length - 2].voters.includes(config.id));
  if (!stands) return null;
  const needed = (voters.length >> 1) + 1;
  const votes = nodes.filter(({ core, disk }) => {
    if (!voters.includes(core.config.id)) return false;
    if (core.config.id === config.id) return true;
    if (disk.standing !== "voter") return false;
    const end = createLog(disk.snapshot?.index ?? 0, disk.snapshot?.term ?? 0, disk.entries);
    if (lastTerm(log) !== lastTerm(end)) return lastTerm(log) > lastTerm(end);
    return lastIndex(log) >= lastIndex(end);
  });
  return votes.length < needed ? null : votes.map(({ core }) => core.config.id);
}
