/**
 * What can be replicated: a deterministic machine.
 * @module
 */

import type { Index } from "../raft/types.ts";

/** Where in the replicated history a machine is. */
export interface LogPosition {
  /** The log entry that is applied now. */
  readonly index: Index;
  /**
   * Milliseconds of log time: how long the group has had leaders, as they measured it on clocks of their own. It never goes
   * back, is the same on every replica, and never runs ahead of real time: the gaps between two leaders do not count.
   */
  readonly timeMs: number;
}

/**
 * A deterministic state machine.
 *
 * Equal machines that apply the same commands at the same positions stay equal: no clock but the position's, no chance, no
 * iteration over anything whose order is not part of the state. Everything else (agreement, retries, snapshots, restarts)
 * is the replication's business.
 *
 * Optional abilities: see {@linkcode CheckedMachine}, {@linkcode TimedMachine}, {@linkcode WatchableMachine} and
 * {@linkcode ShrinkingMachine}.
 */
export interface Machine {
  /** Applies one command and gives its reply. Runs once per command on every replica. Must not throw: refuse in the reply. */
  apply(command: Uint8Array, at: LogPosition): Uint8Array;
  /** Answers a question without changing anything. Throws for a question that makes no sense. */
  query(question: Uint8Array): Uint8Array;
  /** The whole state. */
  snapshot(): Uint8Array;
  /** Replaces the whole state by one that `snapshot` gave. Throws, with nothing changed, if `data` is not one. */
  restore(data: Uint8Array): void;
}

/** A machine whose state is too large to be made in one piece, or that takes its time to restore it. */
export interface StreamMachine extends Omit<Machine, "snapshot" | "restore"> {
  /** The whole state, piece by piece. Nothing is applied until the stream has ended; questions are still asked. */
  snapshot(): ReadableStream<Uint8Array>;
  /** Like `Machine.restore`. Nothing is applied or asked until it has resolved. */
  restore(data: Uint8Array): Promise<void>;
}

/** A machine that can tell a bad command at the door, before it is in the log. */
export interface CheckedMachine {
  /** Throws for a command that no replica should apply, such as one of a newer version. Its message reaches the client. */
  check(command: Uint8Array): void;
}

/** A machine in which time passes. */
export interface TimedMachine {
  /** The log time at which something is due, or `Infinity`. */
  readonly dueMs: number;
  /** Called when log time has reached `dueMs`, before any command of that time; `dueMs` must be later afterwards. */
  elapse(at: LogPosition): void;
}

/** A machine whose changes can be waited for. */
export interface WatchableMachine {
  /** Begins to wait for what `question` is about. Throws for a question that makes no sense. */
  watch(question: Uint8Array): Watch;
}

/** A machine that can let go of much at once. */
export interface ShrinkingMachine {
  /**
   * About how many bytes of its last snapshot it has let go of. A replica counts them like bytes of the log: a short log may
   * follow a snapshot that holds a great deal that is gone.
   */
  readonly freedBytes: number;
}

/** One wait for a change. It must bear that the machine's state is replaced meanwhile. */
export interface Watch {
  /** The answer, or null if nothing has happened yet. Called after changes. */
  poll(): Uint8Array | null;
  /** The answer of who has waited long enough for nothing. */
  idle(): Uint8Array;
}

/** Any machine that can be replicated. */
export type AnyMachine = Machine | StreamMachine;

/** Whether `machine` checks commands at the door. */
export function isChecked(machine: AnyMachine): machine is AnyMachine & CheckedMachine {
  return "check" in machine;
}

/** Whether time passes in `machine`. */
export function isTimed(machine: AnyMachine): machine is AnyMachine & TimedMachine {
  return "elapse" in machine;
}

/** Bytes of the last snapshot that `machine` has let go of, as far as it says. */
export function freedBytesOf(machine: AnyMachine): number {
  return "freedBytes" in machine && typeof machine.freedBytes === "number" ? machine.freedBytes : 0;
}

/** Whether changes of `machine` can be waited for. */
export function isWatchable(machine: AnyMachine): machine is AnyMachine & WatchableMachine {
  return "watch" in machine;
}
