/**
 * What can go wrong with a Raft node, as seen by its service.
 * @module
 */

import type { NodeId } from "./types.ts";

/** The node does not lead, or could not confirm that it does. Ask {@linkcode NotLeaderError.leader}. */
export class NotLeaderError extends Error {
  /** Always `NotLeaderError`. */
  override readonly name = "NotLeaderError";
  /** Always `notLeader`. */
  readonly code = "notLeader";
  /** Whom the node believes to lead, or null. */
  readonly leader: NodeId | null;

  /** `leader` is whom to ask instead, or null. */
  constructor(leader: NodeId | null) {
    super(
      leader === null ? "Cannot lead: no leader is known, try again later" : `Cannot lead: ask "${leader}"`,
    );
    this.leader = leader;
  }
}

/** The node is told to speak an older version than what is on its disk needs. Start it with the newer one. */
export class OldVersionError extends Error {
  /** Always `OldVersionError`. */
  override readonly name = "OldVersionError";
  /** Always `oldVersion`. */
  readonly code = "oldVersion";

  /** `id` is the node that cannot start. */
  constructor(id: NodeId) {
    super(
      `Cannot start node "${id}" with version 1: its disk holds a configuration of the members, which needs version 2; start it with that`,
    );
  }
}

/** The node is dead: killed, its disk failed, or its machine stopped. Start it again from its disk. */
export class NodeStoppedError extends Error {
  /** Always `NodeStoppedError`. */
  override readonly name = "NodeStoppedError";
  /** Always `stopped`. */
  readonly code = "stopped";

  /** `why` ends the sentence "the node has stopped because ..."; `options.cause` is what stopped it. */
  constructor(why: string, options?: ErrorOptions) {
    super(`Cannot go on: the node has stopped because ${why}`, options);
  }
}
