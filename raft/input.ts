/**
 * Everything that can happen to a Raft node.
 * @module
 */

import type { MemberChange } from "./member_change.ts";
import type { Message } from "./message.ts";
import type { Index, NodeId } from "./types.ts";

/** What can happen to a node. The core sees nothing else: no clock, no chance, no promise. */
export type Input =
  /** A message arrived. It may be late, repeated, or from a peer that has restarted since. */
  | { readonly type: "message"; readonly from: NodeId; readonly message: Message }
  /** The randomised election timeout passed since the last `armElection` effect. */
  | { readonly type: "electionTimeout" }
  /** The minimum election timeout passed since the last `leaderContact` effect: others may be heard again. */
  | { readonly type: "leaderQuiet" }
  /** A heartbeat interval passed. Only a leader acts on it. */
  | { readonly type: "heartbeatTimeout" }
  /** An election timeout passed since the last check that a majority still answers. Only a leader acts on it. */
  | { readonly type: "quorumTimeout" }
  /** The service offers commands. Answered by one `proposed` or `refused` effect. */
  | { readonly type: "propose"; readonly commands: readonly Uint8Array[] }
  /** The service wants the members changed. Answered by one `proposed` or `changeRefused` effect. */
  | { readonly type: "change"; readonly change: MemberChange }
  /** The driver's turn ends: proposals gathered since the last one travel together. */
  | { readonly type: "replicate" }
  /** Every write up to `sequence` is on the disk. */
  | { readonly type: "flushed"; readonly sequence: number }
  /** The service took a snapshot of its state after `index`, which it has applied. */
  | { readonly type: "compact"; readonly index: Index; readonly data: Uint8Array }
  /** The same, and its bytes are in stable storage already. */
  | { readonly type: "compactStored"; readonly index: Index; readonly sizeBytes: number }
  /** What a `readSnapshot` effect asked for. It may come when nobody wants it any more. */
  | {
    readonly type: "snapshotRead";
    readonly to: NodeId;
    readonly index: Index;
    readonly offset: number;
    readonly data: Uint8Array;
  }
  /** The service wants to read. Answered by `readReady` or `readFailed` with the same token. */
  | { readonly type: "read"; readonly token: number }
  /** This node is not to lead any more: its disk does not answer, or it is about to be stopped. */
  | { readonly type: "resign" };
