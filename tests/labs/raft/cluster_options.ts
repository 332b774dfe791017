/**
 * How a cluster of Raft servers is made, and what may be said to it.
 * @module
 */

import type { PersistedImage } from "./lab_persister.ts";
import type { MakeRaft, RaftPeer } from "./seat.ts";

/** Watches servers from inside, for those who can: an implementation's own laws. Throws at the first broken one. */
export interface PeerWatch {
  /** A server has come up. */
  started(server: number, peer: RaftPeer): void;
  /** Something has happened at a server. */
  touched(server: number): void;
  /** A server has gone down; `image` is what it has saved. */
  crashed(server: number, image: PersistedImage): void;
}

/** How a cluster is made. */
export interface ClusterOptions {
  /** Makes each server. */
  readonly makeRaft: MakeRaft;
  /** How many. */
  readonly servers: number;
  /** Everything follows from it. */
  readonly seed: number;
  /** Whether the services make snapshots. */
  readonly snapshots: boolean;
  /** Whether each server's service has an interval of its own between them. */
  readonly uneven: boolean;
  /** See `RaftService`. */
  readonly keeps: "commands" | "numbers";
  /** Bytes that each snapshot is padded with. */
  readonly paddingBytes: number;
  /** The longest time a service takes for one message, in milliseconds. */
  readonly maxWorkMs: number;
  /** Watches the servers from inside, or `null`. */
  readonly watch: PeerWatch | null;
  /** Whether the event log is kept. */
  readonly record: boolean;
}

/** What may befall a server at its next saves. */
export interface SaveCrash {
  /** The how-manieth save from now is the last thing the server does; 1 for the next. */
  readonly nth: number;
  /** Whether that save takes effect. */
  readonly moment: "before" | "after";
}
