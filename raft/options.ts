/**
 * What a Raft node is made of, and what it says of itself.
 * @module
 */

import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Limits } from "./core/state.ts";
import type { Storage } from "./storage.ts";
import type { Timing } from "./timing.ts";
import type { Transport } from "./transport.ts";
import type { Configuration, Index, NodeId, Term } from "./types.ts";
import type { WireVersion } from "./wire_version.ts";

/** What a Raft node is made of. */
export interface RaftOptions {
  /** This member's name. */
  readonly id: NodeId;
  /**
   * The founding voters, `id` included, the same on every one of them: they hold until a configuration is found in the log or a snapshot. Empty for a
   * node that joins later: it follows whoever sends to it, and stands for nothing until it learns from the log that it is a voter. Also for one that was
   * removed, lost its disk, and comes back under its name.
   */
  readonly members: readonly NodeId[];
  /** This member's stable storage; nobody else writes to it. */
  readonly storage: Storage;
  /** How messages travel. */
  readonly transport: Transport;
  /** Times elections, heartbeats and the disk watchdog. */
  readonly clock: Clock;
  /** Draws the election timeouts. */
  readonly random: Random;
  /** The node's death: after abort nothing leaves it and nothing is acknowledged. */
  readonly signal: AbortSignal;
  /** How long the node waits for what. @default {DEFAULT_TIMING} */
  readonly timing?: Timing;
  /** What it sends and holds at most. @default {DEFAULT_LIMITS} */
  readonly limits?: Partial<Limits>;
  /** Ask before disturbing a leader. Dissertation section 9.6. @default {true} */
  readonly preVote?: boolean;
  /**
   * Hears of every change of leadership at this node, in order, never while the node is being called.
   * A service proposes an entry of its own here and gives up on what a lost leadership leaves open.
   */
  readonly onRole?: (state: RaftState) => void;
  /** Hears who leads, this node itself included, whenever that is another than before; never while the node is being called. */
  readonly onLeader?: (leader: NodeId) => void;
  /**
   * Hears of every configuration that takes effect here, never while the node is being called: a new one, one that is back because the log was cut,
   * and at the start the one that is on the disk. A transport learns the members' addresses here.
   */
  readonly onConfiguration?: (configuration: Configuration) => void;
  /**
   * The newest version of messages that this node reads and writes. With 1 it drops what is newer, as a node of that version does, and refuses to
   * start from a disk that holds a configuration. @default {2}
   */
  readonly speaks?: WireVersion;
  /** A leader without a majority steps down. Dissertation section 6.2. @default {true} */
  readonly checkQuorum?: boolean;
}

/** The answer to {@linkcode RaftNode.start}. */
export interface Started {
  /** Where the command will be if it is ever committed; 0 if this node does not lead. */
  readonly index: Index;
  /** The term it was proposed in. */
  readonly term: Term;
  /** Whether this node leads; if not, nothing was proposed. */
  readonly isLeader: boolean;
}

/** A node's position, as the labs ask for it. */
export interface RaftState {
  /** The node's present term. */
  readonly term: Term;
  /** Whether it leads that term, as far as it knows. */
  readonly isLeader: boolean;
  /** Whom this node believes to lead, or null. */
  readonly leader: NodeId | null;
}
