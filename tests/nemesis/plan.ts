/**
 * A fault plan: everything that a run does to its cluster, as data.
 *
 * A plan is JSON: it can be stored, edited by hand, replayed and shrunk. Nothing in it depends on the order of other
 * things in it, so removing a fault changes nothing else.
 * @module
 */

import type { Delay, LinkConditions } from "../sim/conditions.ts";

/** A node by its number from 0, or whoever leads (or led last) when the fault strikes. */
export type Target = number | "leader";

/** Which way a cut acts. */
export type CutDirection = "both" | "inbound" | "outbound";

/** One thing that goes wrong at `atMs` and, unless it is over at once, lasts for `forMs`. */
export type Fault =
  /** Two sides that cannot talk. */
  | {
    readonly kind: "halves";
    readonly atMs: number;
    readonly forMs: number;
    readonly left: readonly number[];
  }
  /** One node alone, in one direction or both. */
  | {
    readonly kind: "isolate";
    readonly atMs: number;
    readonly forMs: number;
    readonly target: Target;
    readonly direction: CutDirection;
  }
  /** Two sides that only one node can reach. */
  | { readonly kind: "bridge"; readonly atMs: number; readonly forMs: number; readonly bridge: number }
  /** Everybody hears a majority, no two the same. */
  | { readonly kind: "majorityRing"; readonly atMs: number; readonly forMs: number }
  /** One link that comes and goes. */
  | {
    readonly kind: "flap";
    readonly atMs: number;
    readonly forMs: number;
    readonly from: number;
    readonly to: number;
    readonly periodMs: number;
  }
  /** All links turn bad. */
  | {
    readonly kind: "weather";
    readonly atMs: number;
    readonly forMs: number;
    readonly conditions: LinkConditions;
  }
  /** A node dies, loses what it had not synced, and comes back. */
  | { readonly kind: "crash"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** All nodes die at once and come back. */
  | { readonly kind: "crashAll"; readonly atMs: number; readonly forMs: number }
  /** A node dies and comes back with an empty disk. */
  | { readonly kind: "wipe"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node dies, and a bit of what it had stored flips meanwhile. */
  | { readonly kind: "bitFlip"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node stands still, and does not know it. */
  | { readonly kind: "pause"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node's clock runs fast or slow. */
  | {
    readonly kind: "drift";
    readonly atMs: number;
    readonly forMs: number;
    readonly target: Target;
    readonly ppm: number;
  }
  /** A node's clock leaps ahead. */
  | { readonly kind: "clockJump"; readonly atMs: number; readonly target: Target; readonly jumpMs: number }
  /** A node's disk takes its time. */
  | {
    readonly kind: "slowDisk";
    readonly atMs: number;
    readonly forMs: number;
    readonly target: Target;
    readonly delay: Delay;
  }
  /** A node's disk stops answering. */
  | { readonly kind: "hungDisk"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node's disk is full; the node dies of it and comes back when there is room. */
  | { readonly kind: "fullDisk"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node's disk reports an error at its next sync; the node dies of it and comes back. */
  | { readonly kind: "failingSync"; readonly atMs: number; readonly forMs: number; readonly target: Target };

/** The name of a fault. */
export type FaultKind = Fault["kind"];

/** Every kind of fault, for coverage: a campaign that never injects one says so. */
export const FAULT_KINDS: readonly FaultKind[] = [
  "halves",
  "isolate",
  "bridge",
  "majorityRing",
  "flap",
  "weather",
  "crash",
  "crashAll",
  "wipe",
  "bitFlip",
  "pause",
  "drift",
  "clockJump",
  "slowDisk",
  "hungDisk",
  "fullDisk",
  "failingSync",
];

/** Sizes and waiting times that are drawn per run: the ordinary ones hide half of the bugs. */
export interface Knobs {
  readonly electionMs: number;
  readonly heartbeatMs: number;
  readonly diskStallMs: number;
  readonly maxAppendEntries: number;
  readonly maxInFlightAppends: number;
  readonly snapshotChunkBytes: number;
  /** A replica snapshots when its log has this many bytes; 0 for never. */
  readonly maxLogSizeBytes: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
}

/** What the clients do. */
export interface Load {
  readonly clients: number;
  readonly keys: number;
  /** The mean pause between a client's operations. */
  readonly pauseMs: number;
  /** Shares of the operations; the rest are gets. */
  readonly putShare: number;
  readonly appendShare: number;
  /** A clerk gives up on an operation after this long. */
  readonly timeoutMs: number;
  /** A client asks so often at most; 0 for as often as there is time. Shrinking lowers it. */
  readonly operationsEach: number;
}

/** One run from its first event to its last. */
export interface RunPlan {
  /** The format of this file. */
  readonly format: "flotilla-plan-1";
  readonly seed: number;
  readonly nodes: number;
  /** How messages are kept apart: through the real wire codec, or by a copy where speed counts. */
  readonly isolation: "wire" | "copy";
  /** How long faults strike, in milliseconds of virtual time. */
  readonly safetyMs: number;
  /** The links when nothing special is wrong with them. */
  readonly links: LinkConditions;
  readonly disk: Delay;
  readonly knobs: Knobs;
  readonly load: Load;
  readonly faults: readonly Fault[];
  /** The nodes that are healed in the liveness phase: a majority. All others stay broken. */
  readonly core: readonly number[];
  /** How the nodes outside the core are cut off from it during the liveness phase, as they see it. */
  readonly outside: CutDirection | "none";
}
