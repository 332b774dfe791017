/**
 * The interface between the key/value suites and any implementation: what it is given and what it gives back.
 *
 * It is the labs' own in the shape that TypeScript gives it. Requests and replies are plain values, as JSON has them, and
 * byte arrays.
 * @module
 */

import type { Clock, Random } from "../../../runtime/mod.ts";
import type { PeerState, RaftHandlers, RaftSeat } from "../raft/seat.ts";

/** What a replicated server is given: all that its Raft needs but the apply channel, which is the server's own. */
export interface KvServerSeat extends Omit<RaftSeat, "apply" | "serve"> {
  /** Where each server listens, by number: what a redirect names, and what clerks call. */
  readonly addresses: readonly string[];
  /**
   * Snapshot when the saved Raft state comes near this many bytes; null for never, and then there must be none.
   * (Labs: `maxraftstate`.)
   */
  readonly maxRaftStateBytes: number | null;
  /** Names what this server answers. May be called more than once: for Raft, and for clients. */
  serve(handlers: RaftHandlers): void;
}

/** What a single server is given. */
export interface SingleServerSeat {
  /** Names what this server answers. */
  serve(handlers: RaftHandlers): void;
  /** The only time. */
  readonly clock: Clock;
  /** The only chance. */
  readonly random: Random;
  /** The server's death. */
  readonly signal: AbortSignal;
}

/** What a clerk is given. */
export interface ClerkSeat {
  /** The servers' addresses, in an order of this clerk's own: a number from a server would mean another one here. */
  readonly servers: readonly string[];
  /**
   * Calls a method at a server. Resolves to the reply, or to `null` when none came: the request was lost, or the reply was
   * and the method has run; nobody can tell. A call ends at the latest when its server dies or has answered.
   */
  call<Reply = unknown>(server: string, method: string, request: unknown): Promise<Reply | null>;
  /** The only time: virtual, so that waiting costs nothing. */
  readonly clock: Clock;
  /** The only chance, this clerk's own. */
  readonly random: Random;
  /** The clerk's death: nobody waits for its calls any more. */
  readonly signal: AbortSignal;
}

/** A replicated server as the tests see it. */
export interface KvPeer {
  /** Its Raft's term, and whether that believes to lead. */
  getState(): PeerState;
}

/** The clerk of 2024: calls end when they are answered, however long it takes. A key never written is empty. */
export interface AppendClerk {
  /** The value of `key`. */
  get(key: string): Promise<string>;
  /** Replaces the value of `key`. */
  put(key: string, value: string): Promise<void>;
  /** Adds to the end of the value of `key`. In lab 2 it gives the value before, in lab 4 whatever it likes. */
  append(key: string, value: string): Promise<unknown>;
}

/** What a versioned get gives. */
export type VersionedGet =
  /** OK. */
  | { readonly kind: "found"; readonly value: string; readonly version: number }
  /** ErrNoKey. */
  | { readonly kind: "noKey" };

/** What a versioned put gives: OK, ErrVersion, ErrNoKey or ErrMaybe. */
export type VersionedPut = "ok" | "version" | "noKey" | "maybe";

/** The clerk of 2025. */
export interface VersionedClerkFace {
  /** Reads `key`. */
  get(key: string): Promise<VersionedGet>;
  /** Writes `key` if it has `version`; 0 for a key that is not there. */
  put(key: string, value: string, version: number): Promise<VersionedPut>;
}

/** The lock of 2025. */
export interface LockFace {
  /** Waits until this caller holds it. */
  acquire(): Promise<void>;
  /** Gives it back. */
  release(): Promise<void>;
}

/** The user's machine below an rsm. */
export interface RsmMachine {
  /** Executes one operation. */
  doOp(request: unknown): unknown;
  /** The whole state. */
  snapshot(): Uint8Array;
  /** Replaces the whole state. */
  restore(snapshot: Uint8Array): void;
}

/** What `submit` gives. */
export type RsmResult =
  /** OK: executed here, with this reply. */
  | { readonly kind: "ok"; readonly reply: unknown }
  /** ErrWrongLeader: not executed here as far as this server can tell. */
  | { readonly kind: "wrongLeader" };

/** A replicated state machine as the tests see it. */
export interface RsmPeer extends KvPeer {
  /** Has an operation agreed upon and executed. Ends also when leadership is lost or the server dies. */
  submit(request: unknown): Promise<RsmResult>;
}
