/**
 * How the members change: what a leader takes for the next configuration, and what it refuses. Dissertation chapter 4.
 *
 * One voter at a time, one change at a time, and none before this leader has committed something of its own term.
 * @module
 */

import type { Effect } from "../effect.ts";
import type { ChangeRefusal, MemberChange } from "../member_change.ts";
import type { Configuration, ConfigurationEntry, Member } from "../types.ts";
import { advanceCommit } from "./followers.ts";
import { lastIndex, termAt } from "./log.ts";
import { adoptAppended, isSettled, memberOf } from "./membership.ts";
import { createProgress, type Progress } from "./progress.ts";
import { becomeFollower } from "./roles.ts";
import { broadcastAppends, broadcastHeartbeat } from "./sending.ts";
import { type Core, type Leader, markDirty } from "./state.ts";

const NOTHING = new Uint8Array(0);

/** The service wants another configuration. Answered by one `proposed` or `changeRefused`. */
export function onChange(core: Core, change: MemberChange, effects: Effect[]): void {
  const refusal = refusalOf(core, change);
  if (refusal !== null || core.role.type !== "leader") {
    effects.push({ type: "changeRefused", reason: refusal ?? "notLeader" });
    return;
  }
  const configuration = changed(core.membership.configuration, change);
  const entry: ConfigurationEntry = { term: core.term, command: NOTHING, configuration };
  core.log.entries.push(entry);
  const index = lastIndex(core.log);
  markDirty(core, index);
  adoptAppended(core, index);
  follow(core, core.role);
  effects.push({ type: "proposed", firstIndex: index, term: core.term });
  // With a voter less, what waited for it may be on a majority already.
  advanceCommit(core, effects);
  broadcastAppends(core, effects);
}

/** Why `change` cannot be made here and now; null if it can. */
export function refusalOf(core: Readonly<Core>, change: MemberChange): ChangeRefusal | null {
  if (core.role.type !== "leader") return "notLeader";
  // An older configuration than this leader knows of may be on its way to a majority: until an entry of its own term is
  // committed it cannot know, and two changes from one beginning would differ by two voters (the bug of 2015).
  if (termAt(core.log, core.commit) !== core.term) return "notReady";
  if (!isSettled(core)) return "underWay";
  return refusalOfKind(core, core.role, change);
}

function refusalOfKind(core: Readonly<Core>, leader: Leader, change: MemberChange): ChangeRefusal | null {
  const { configuration, voters } = core.membership;
  const member = memberOf(configuration, change.id);
  if (change.type === "addLearner") {
    if (change.id === "") return "invalid";
    // Whoever does not know of the removal yet would count an empty disk for the one that was removed.
    if (configuration.retired.includes(change.id)) return "retired";
    return member === undefined ? null : "alreadySo";
  }
  if (member === undefined) return "unknownMember";
  switch (change.type) {
    case "promote":
      if (member.role === "voter") return "alreadySo";
      return refusalToPromote(core, leader.progress.get(change.id));
    case "demote":
      if (member.role === "learner") return "alreadySo";
      return voters.length === 1 ? "lastVoter" : null;
    case "remove":
      return member.role === "voter" && voters.length === 1 ? "lastVoter" : null;
  }
}

/**
 * A learner has caught up when it answers, its log agrees, and what it lacks of the committed entries fits into one append.
 * One that lags would be counted at once, and everybody would wait for it (dissertation section 4.2.1).
 */
function refusalToPromote(core: Readonly<Core>, progress: Progress | undefined): ChangeRefusal | null {
  if (progress === undefined || progress.incarnation === -1) return "notCaughtUp";
  if (!progress.counts) return progress.match < core.membership.index ? "notCaughtUp" : "cannotVote";
  const lacks = core.commit - progress.match;
  // Until it holds the configuration that takes it in, it votes for nobody: see `hasJoined`.
  const knows = progress.match >= core.membership.index;
  const agrees = knows && progress.state.type === "replicate" && progress.active;
  return agrees && lacks <= core.config.limits.maxAppendEntries ? null : "notCaughtUp";
}

/** What `change` makes of `configuration`; `refusalOf` has let it pass. */
function changed({ members, retired }: Configuration, change: MemberChange): Configuration {
  const others = members.filter(({ id }) => id !== change.id);
  const before = members.find(({ id }) => id === change.id);
  if (change.type === "remove") return { members: inOrder(others), retired: [...retired, change.id].sort() };
  return { members: inOrder([...others, memberAfter(change, before)]), retired };
}

/** The founding members may stand in any order. */
function inOrder(members: readonly Member[]): Member[] {
  return members.toSorted((left, right) => left.id < right.id ? -1 : 1);
}

function memberAfter(
  change: Exclude<MemberChange, { readonly type: "remove" }>,
  before: Member | undefined,
): Member {
  const address = change.type === "addLearner" ? change.address : before?.address ?? "";
  return { id: change.id, role: change.type === "promote" ? "voter" : "learner", address };
}

/** The leader sends to whoever belongs to the configuration in effect, and counts those that vote. */
function follow(core: Core, leader: Leader): void {
  const { config, membership } = core;
  const { members } = membership.configuration;
  for (const { id, role } of members) {
    if (id === config.id) continue;
    const known = leader.progress.get(id);
    if (known === undefined) {
      leader.progress.set(id, createProgress(lastIndex(core.log) + 1, role === "voter"));
    } else known.votes = role === "voter";
  }
  // Whoever comes back later under the same name is another one: what is known of this one says nothing about it.
  for (const id of leader.progress.keys()) {
    if (memberOf(membership.configuration, id) === undefined) leader.progress.delete(id);
  }
}

/** A configuration without this leader's vote is committed: its work is done (dissertation section 4.2.2). */
export function dismiss(core: Core, effects: Effect[]): void {
  // The others hear at once that it is committed: the next leader would have to find out again.
  broadcastHeartbeat(core, effects);
  becomeFollower(core, core.term, null, effects);
}
