/**
 * What may be asked for when members are to change, and what the answer may be.
 * @module
 */

import type { Configuration, Index, NodeId, Term } from "./types.ts";

/** One step from one configuration to the next. To replace a voter takes three: add a learner, promote it, remove the old one. */
export type MemberChange =
  /** `id` is sent everything from now on, and counts for nothing. `address` is for the transport. */
  | { readonly type: "addLearner"; readonly id: NodeId; readonly address: string }
  /** The learner `id` becomes a voter. */
  | { readonly type: "promote"; readonly id: NodeId }
  /** The voter `id` becomes a learner. A leader that is meant itself leads until that is committed. */
  | { readonly type: "demote"; readonly id: NodeId }
  /** `id` belongs to the cluster no longer. A leader that is meant itself leads until that is committed. */
  | { readonly type: "remove"; readonly id: NodeId };

/** Why a change was not even proposed. Nothing has happened then. */
export type ChangeRefusal =
  /** Another node leads, or none does: ask it. */
  | "notLeader"
  /** This leader has not committed anything in its own term yet: ask again soon. The service proposes an entry when it hears of its leadership. */
  | "notReady"
  /** The change before this one is not committed yet: ask again when it is. */
  | "underWay"
  /** Some member has not shown lately that it speaks version 2. It has just been asked: ask again after a heartbeat or two, or upgrade it. */
  | "mixedVersions"
  /** This node itself is told to speak version 1. */
  | "oldVersion"
  /** Nobody of that name belongs to the cluster. */
  | "unknownMember"
  /** The member is there already, or is what it is to become. */
  | "alreadySo"
  /** The name was of a member that was removed. Give the machine a new one: see {@linkcode Configuration.retired}. */
  | "retired"
  /** The learner lacks more than fits into one append, or does not answer: ask again when it has caught up. */
  | "notCaughtUp"
  /** The learner lost its disk under this name, or was started without one, and may have promised its vote before: remove it, and add it under another name. */
  | "cannotVote"
  /** Nobody would be left to decide anything. */
  | "lastVoter"
  /** A member needs a name. */
  | "invalid"
  /** The node is dead. */
  | "stopped";

/** What became of a change: see {@linkcode RaftNode.changeMembers}. */
export type ChangeResult =
  /** It is in effect here, and may still be lost with this leader: only the apply channel tells. */
  | { readonly type: "proposed"; readonly index: Index; readonly term: Term }
  /** Nothing has happened. */
  | { readonly type: "refused"; readonly reason: ChangeRefusal };

/** The configuration in effect at a node. */
export interface EffectiveConfiguration {
  /** Who belongs to the cluster. */
  readonly configuration: Configuration;
  /** The entry that says so, or the end of the snapshot that does; 0 for the founding members. */
  readonly index: Index;
  /** Whether it is committed, as far as this node knows. One that is not may be taken back. */
  readonly committed: boolean;
}
