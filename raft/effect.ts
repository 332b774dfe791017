/**
 * Everything that a Raft node may ask of its surroundings.
 *
 * Durability is data: `persist` carries a sequence, and whatever must not be seen before that write is on the disk says
 * so with `after`. Driver, simulator and explorer obey that one rule and no other.
 * @module
 */

import type { ChangeRefusal } from "./member_change.ts";
import type { Message } from "./message.ts";
import type { Persist } from "./storage.ts";
import type { Configuration, Index, NodeId, Snapshot, Term } from "./types.ts";

/** Why a proposal was turned down. */
export type RefusalReason =
  /** Another node leads, or none does. */
  | "notLeader"
  /** Too many bytes wait for a majority already. */
  | "overloaded";

/** What a node asks for. */
export type Effect =
  /** Send once every write up to `after` is on the disk; never send if the node has left `message.term` by then. */
  | { readonly type: "send"; readonly to: NodeId; readonly message: Message; readonly after: number }
  /** Make this durable, in order of `write.sequence`, and report `flushed`. */
  | { readonly type: "persist"; readonly write: Persist }
  /** Entries up to `index` may be applied. */
  | { readonly type: "commit"; readonly index: Index }
  /** The log before `snapshot.index` was replaced: the machine restores `snapshot` before it applies anything else. Need not
   * wait for the disk: what it holds is committed, and a machine that dies starts again from what was stored.
   */
  | { readonly type: "restore"; readonly snapshot: Snapshot }
  /**
   * Read `length` bytes at `offset` of the stored snapshot that ends at `index`, for the follower `to`, and report `snapshotRead`. That
   * snapshot has to stay as long as a transfer needs it, also when a newer one is stored.
   */
  | {
    readonly type: "readSnapshot";
    readonly to: NodeId;
    readonly index: Index;
    readonly offset: number;
    readonly length: number;
  }
  /** Start the randomised election timeout afresh. */
  | { readonly type: "armElection" }
  /** The leader was heard: start both the election timeout and the minimum (`leaderQuiet`) afresh. */
  | { readonly type: "leaderContact" }
  /** This node now leads `term`: start the heartbeat and quorum timers. */
  | { readonly type: "lead"; readonly term: Term }
  /** This node leads no longer: the heartbeat and quorum timers are void. */
  | { readonly type: "follow" }
  /** The commands of a `propose` input, or the one entry of a `change`, got indices from `firstIndex` on, in `term`. They may still be lost. */
  | { readonly type: "proposed"; readonly firstIndex: Index; readonly term: Term }
  /** The commands of a `propose` input did not enter the log. */
  | { readonly type: "refused"; readonly reason: RefusalReason; readonly leader: NodeId | null }
  /** The change of a `change` input was not made, and why. */
  | { readonly type: "changeRefused"; readonly reason: ChangeRefusal }
  /** Another configuration is in effect: a new one, or the one before again because the log was cut. */
  | { readonly type: "configuration"; readonly configuration: Configuration }
  /** A machine that applied `index` answers the read linearizably. Dissertation section 6.4. */
  | { readonly type: "readReady"; readonly token: number; readonly index: Index }
  /** Leadership could not be confirmed; ask the present leader. */
  | { readonly type: "readFailed"; readonly token: number };
