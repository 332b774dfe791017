/**
 * The interface between the Raft suites and any Raft: what it is given and what it gives back.
 *
 * It is the labs' own (`Make`, `Start`, `GetState`, `Snapshot`, labrpc, the persister, the apply channel), in the shape
 * that TypeScript gives it. Requests, replies and commands are plain values, as JSON has them, and byte arrays.
 * @module
 */

import type { Clock, Random } from "../../../runtime/mod.ts";

/** The stable storage of one server. */
export interface Persister {
  /** Replaces both at once: a crash leaves all of it or nothing. `null` erases the snapshot, as in the labs. */
  save(raftState: Uint8Array, snapshot: Uint8Array | null): void;
  /** What was saved last, or no bytes at all. */
  readRaftState(): Uint8Array;
  /** The snapshot that was saved last, or no bytes at all. */
  readSnapshot(): Uint8Array;
  /** Bytes of the saved Raft state, which the tests bound. */
  readonly raftStateSizeBytes: number;
  /** Bytes of the saved snapshot. */
  readonly snapshotSizeBytes: number;
}

/** What a Raft hands to its service: each index once in a life, in order, without a gap. */
export type ApplyMessage =
  /** The command that is committed at `index`. */
  | { readonly type: "command"; readonly index: number; readonly command: unknown }
  /** A snapshot from the leader: the service forgets all it has and takes this, which ends at `index`. */
  | {
    readonly type: "snapshot";
    readonly index: number;
    readonly term: number;
    readonly snapshot: Uint8Array;
  };

/**
 * One function for each method that the server answers. What it returns, at once or as a promise, is the reply.
 * The parameter may be declared with the type that the caller sends; nobody checks it.
 */
export type RaftHandlers = { readonly [method: string]: (request: never) => unknown };

/** What one server is given: everything that it may touch. No variables are shared, nothing else tells the time. */
export interface RaftSeat {
  /** This server's number. */
  readonly me: number;
  /** The numbers of all servers, `me` included. */
  readonly peers: readonly number[];
  /**
   * Calls a method at a server. Resolves to the reply, or to `null` when none came: the request was lost, or the reply
   * was and the method has run; nobody can tell. It always resolves, after up to 7 s; calls overtake each other.
   * Rejects with `WireError` if `request` is not a plain value.
   */
  call<Reply = unknown>(server: number, method: string, request: unknown): Promise<Reply | null>;
  /** Names what this server answers. Calls of a method that no server answers fail the test. */
  serve(handlers: RaftHandlers): void;
  /** What this server's last life has saved. */
  readonly persister: Persister;
  /** The apply channel. Resolves when the service takes the message; the next one must not overtake it. */
  apply(message: ApplyMessage): Promise<void>;
  /** This server's death. Nothing that happens afterwards is seen by anybody. */
  readonly signal: AbortSignal;
  /** The only time: virtual, so that waiting costs nothing. */
  readonly clock: Clock;
  /** The only chance: drawn from the test's seed, so that a failure can be repeated. */
  readonly random: Random;
}

/** The answer to {@linkcode RaftPeer.start}. */
export interface StartResult {
  /** Where the command will be if it is ever committed. Meaningless unless `isLeader`. */
  readonly index: number;
  /** This server's term. */
  readonly term: number;
  /** Whether this server took the command. */
  readonly isLeader: boolean;
}

/** The answer to {@linkcode RaftPeer.getState}. */
export interface PeerState {
  /** This server's term. */
  readonly term: number;
  /** Whether it believes to lead. */
  readonly isLeader: boolean;
}

/** One server as the tests see it. */
export interface RaftPeer {
  /** Offers a command. Returns at once, without waiting for agreement; harmless on a dead server. */
  start(command: unknown): StartResult;
  /** The term, and whether this server believes to lead. */
  getState(): PeerState;
  /** The service has applied everything up to `index` and its state is in `snapshot`: the log up to there may go. */
  snapshot(index: number, snapshot: Uint8Array): void;
  /** Bytes of the persisted Raft state, if the Raft tells (labs of 2025): must be what the persister holds. */
  persistBytes?(): number;
}

/** Starts one server (labs: `Make`). It must return quickly, or resolve without waiting for time to pass. */
export type MakeRaft = (seat: RaftSeat) => RaftPeer | Promise<RaftPeer>;
