/**
 * Who belongs to the cluster, and how that changes: one voter at a time. Dissertation chapter 4.
 *
 * A configuration is in effect from the moment at which its entry is in the log, committed or not, on the leader as on a
 * follower; a log that is cut goes back to the one before. Of two configurations that follow each other any two majorities
 * share a member, so no two leaders of one term can be elected, whichever of the two each of them has.
 * @module
 */

import type { AnySnapshot, Configuration, Index, Member, NodeId } from "../types.ts";
import { lastIndex, type Log } from "./log.ts";

/** What says who belongs to the cluster: the log, else the snapshot before it, else the founding members. */
export interface Sources {
  /** The node, and the founding voters. */
  readonly config: { readonly id: NodeId; readonly members: readonly NodeId[] };
  readonly log: Log;
  readonly snapshot: AnySnapshot | null;
}

/** A node that has a configuration in effect. */
export interface HasMembership extends Sources {
  membership: Membership;
  joined: boolean;
  readonly commit: Index;
}

/** The configuration in effect at a node, and what the chapters ask of it all the time. Never changed: the next one is another. */
export interface Membership {
  /** Who belongs to the cluster. */
  readonly configuration: Configuration;
  /** The entry that says so, or the end of the snapshot that does; 0 for the founding members. */
  readonly index: Index;
  /** The names of all. */
  readonly names: readonly NodeId[];
  /** The names of those that count. */
  readonly voters: readonly NodeId[];
  /** Whether this node is one of them. */
  readonly isVoter: boolean;
}

/** What the chapters ask of `configuration` at the node `id`. */
export function createMembership(id: NodeId, configuration: Configuration, index: Index): Membership {
  const names = configuration.members.map((member) => member.id);
  const voters = votersOf(configuration);
  return { configuration, index, names, voters, isVoter: voters.includes(id) };
}

/** The founding members, in the order in which they were named: all of them vote. */
export function foundingConfiguration(voters: readonly NodeId[]): Configuration {
  return { members: voters.map((id) => ({ id, role: "voter", address: "" })), retired: [] };
}

/** The names of those that count. */
export function votersOf({ members }: Configuration): NodeId[] {
  return members.filter(({ role }) => role === "voter").map(({ id }) => id);
}

/** The member called `id`, or undefined. */
export function memberOf({ members }: Configuration, id: NodeId): Member | undefined {
  return members.find((member) => member.id === id);
}

/** Whether the configuration in effect is committed, as far as this node knows: only then may the next one follow. */
export function isSettled(core: HasMembership): boolean {
  return core.membership.index <= core.commit;
}

/** What holds behind `index`, were the log to end there. */
export function membershipAt(core: Sources, index: Index): Membership {
  const { config, log, snapshot } = core;
  for (let at = Math.min(index, lastIndex(log)); at > log.offset; at--) {
    const entry = log.entries[at - log.offset - 1];
    if ("configuration" in entry) return createMembership(config.id, entry.configuration, at);
  }
  const known = snapshot?.configuration ?? null;
  return known === null
    ? createMembership(config.id, foundingConfiguration(config.members), 0)
    : createMembership(config.id, known, log.offset);
}

/** The configuration that a snapshot up to `index` has to hold; `null` while the founding members are all there ever were. */
export function configurationAt(core: HasMembership, index: Index): Configuration | null {
  const { configuration, index: since } = core.membership.index <= index
    ? core.membership
    : membershipAt(core, index);
  return since === 0 ? null : configuration;
}

function adopt(core: HasMembership, membership: Membership): void {
  core.membership = membership;
  if (memberOf(membership.configuration, core.config.id)?.role === "learner") core.joined = true;
}

/**
 * Whether the node that comes up from these was ever taken in: as a founder, or as a learner, which is how everybody else begins. Who
 * finds itself a voter before it was a learner has lost the memory that was promoted. A snapshot may have been taken after that.
 */
export function hasJoined({ config, log, snapshot }: Sources): boolean {
  if (config.members.length > 0 || (snapshot?.configuration ?? null) !== null) return true;
  for (const entry of log.entries) {
    const self = "configuration" in entry ? memberOf(entry.configuration, config.id) : undefined;
    if (self !== undefined) return self.role === "learner";
  }
  return false;
}

/** Entries from `from` on are new in the log: a configuration among them is in effect at once. */
export function adoptAppended(core: HasMembership, from: Index): void {
  const { config, log } = core;
  for (let at = lastIndex(log); at >= from; at--) {
    const entry = log.entries[at - log.offset - 1];
    if (!("configuration" in entry)) continue;
    adopt(core, createMembership(config.id, entry.configuration, at));
    return;
  }
}

/** `snapshot` has taken the place of the log up to its end: what it holds is in effect, unless a later configuration is in a tail that stays. */
export function adoptInstalled(core: HasMembership, snapshot: AnySnapshot): void {
  const { index } = core.membership;
  const last = lastIndex(core.log);
  if (index > snapshot.index && index <= last) return;
  if (index === 0 && snapshot.configuration === null) return;
  adopt(core, membershipAt(core, last));
}

/** The log was cut: a configuration that went with the rest was never agreed on, and the one before is in effect again. */
export function goBackTo(core: HasMembership, last: Index): void {
  if (core.membership.index > last) core.membership = membershipAt(core, last);
}

/**
 * Whether this node may stand for election: it is a voter, or the change that took its vote away may yet be lost. In the
 * latter case it may be the only one that holds the change: without it nobody could ever win (dissertation figure 4.6).
 */
export function mayStand(core: HasMembership): boolean {
  if (core.membership.isVoter) return true;
  if (isSettled(core)) return false;
  return membershipAt(core, core.membership.index - 1).isVoter;
}

/** Whether this leader's work is done: a configuration without its vote is committed. */
export function isDismissed(core: HasMembership): boolean {
  return !core.membership.isVoter && isSettled(core);
}
