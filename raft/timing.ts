/**
 * How long a node waits for what.
 * @module
 */

import type { Limits } from "./core/state.ts";

/** Waiting times in milliseconds. */
export interface Timing {
  /** A leader speaks at least this often. */
  readonly heartbeatMs: number;
  /** The shortest silence after which a node stands for election; each wait is drawn from this to twice this. */
  readonly electionMs: number;
  /** A leader whose disk has not finished a write for this long gives up leadership. */
  readonly diskStallMs: number;
}

/** The labs' pace: ten heartbeats a second, a leader well within a second of a failure. */
export const DEFAULT_TIMING: Timing = { heartbeatMs: 100, electionMs: 300, diskStallMs: 1500 };

/** Sizes that suit a local network. */
export const DEFAULT_LIMITS: Limits = {
  maxAppendEntries: 512,
  maxAppendBytes: 1 << 20,
  maxInFlightAppends: 64,
  maxInFlightBytes: 8 << 20,
  snapshotChunkBytes: 256 << 10,
  maxUncommittedBytes: 64 << 20,
};
