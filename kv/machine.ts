/**
 * What can be replicated: a deterministic machine.
 * @module
 */

/**
 * A deterministic state machine.
 *
 * Equal machines that apply the same commands stay equal: no clock, no chance, no iteration over anything whose order is
 * not part of the state. Everything else (agreement, retries, snapshots, restarts) is the replication's business.
 */
export interface Machine {
  /** Applies one command and gives its reply. Runs once per command on every replica. Must not throw: refuse in the reply. */
  apply(command: Uint8Array): Uint8Array;
  /** Answers a question without changing anything. */
  query(question: Uint8Array): Uint8Array;
  /** The whole state. */
  snapshot(): Uint8Array;
  /** Replaces the whole state by one that `snapshot` gave. Throws if `data` is not one. */
  restore(data: Uint8Array): void;
}
