/**
 * A fault plan: everything that a run does to its cluster, as data.
 *
 * A plan is JSON: it can be stored, edited by hand, replayed and shrunk. Nothing in it depends on the order of other
 * things in it, so removing a fault changes nothing else.
 * @module
 */

import type { CrashLoss } from "../sim/crash_loss.ts";
import type { Delay, LinkConditions } from "../sim/conditions.ts";
import type { MembersFault, VersionsFault } from "./churn_faults.ts";
import type { Target } from "./target.ts";

export type { Target };

/** What is broken: bare Raft, the replicated store, shards of it, a MapReduce job. */
export const LAYERS = ["raft", "kv", "shard", "mapreduce"] as const;

/** The name of a layer. */
export type Layer = (typeof LAYERS)[number];

/**
 * A moment in a machine's life at which it can die: every touch of the outside world, that is. Disk calls count when they begin, `synced`
 * when the medium has it; `timer` is any timer or sleep that is over.
 */
export const POINTS = [
  "create",
  "read",
  "write",
  "truncate",
  "sync",
  "synced",
  "rename",
  "remove",
  "syncDirectory",
  "close",
  "send",
  "receive",
  "timer",
] as const;

/** The name of a moment. */
export type Point = (typeof POINTS)[number];

/** What a log does when it is opened, and hardly ever later: who is to die there is started for it. */
export const WHEN_OPENED: readonly Point[] = ["read", "close"];

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
  /** One directed link turns bad. */
  | {
    readonly kind: "badLink";
    readonly atMs: number;
    readonly forMs: number;
    readonly from: number;
    readonly to: number;
    readonly conditions: LinkConditions;
  }
  /** Messages of one kind fare badly on all links: `voteReply`, `appendRequest` ..., or `call` for clients' requests. */
  | {
    readonly kind: "badMessages";
    readonly atMs: number;
    readonly forMs: number;
    readonly only: string;
    readonly conditions: LinkConditions;
  }
  /** Nothing gets through to a node or from it, and then everything at once. */
  | {
    readonly kind: "clog";
    readonly atMs: number;
    readonly forMs: number;
    readonly target: Target;
    readonly direction: CutDirection;
  }
  /** A node dies at the `nth` time from now on that it comes to `point`; unsynced writes meet the fate `loss`. */
  | {
    readonly kind: "crashAt";
    readonly atMs: number;
    readonly forMs: number;
    readonly target: Target;
    readonly point: Point;
    readonly nth: number;
    readonly loss: CrashLoss;
  }
  /** A node dies, loses what it had not synced, and comes back. */
  | { readonly kind: "crash"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** All nodes die at once and come back. */
  | { readonly kind: "crashAll"; readonly atMs: number; readonly forMs: number }
  /** A node dies and comes back with an empty disk. */
  | { readonly kind: "wipe"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node dies, and a bit of what it had stored flips meanwhile. */
  | { readonly kind: "bitFlip"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node dies, and a sector of what it had stored is overwritten by another one meanwhile: a write that went astray. */
  | { readonly kind: "misdirect"; readonly atMs: number; readonly forMs: number; readonly target: Target }
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
  /** A node's clock stands still, and with it every timer; messages and disk go on. */
  | { readonly kind: "clockFreeze"; readonly atMs: number; readonly forMs: number; readonly target: Target }
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
  | { readonly kind: "failingSync"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node's disk refuses its next write, and has written a part of it; the node dies of it and comes back. */
  | { readonly kind: "failingWrite"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** A node dies, and its disk refuses the first read of its next start; of a job's folder, the next read of anybody. */
  | { readonly kind: "failingRead"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** All members of a group die at once and come back. */
  | { readonly kind: "crashGroup"; readonly atMs: number; readonly forMs: number; readonly group: number }
  /** A worker's inputs come slowly. */
  | { readonly kind: "slowInput"; readonly atMs: number; readonly forMs: number; readonly target: Target }
  /** What a map task has made is gone. */
  | { readonly kind: "loseMap"; readonly atMs: number; readonly map: number }
  /** A file that a map task has made is damaged: a bit flips, or its end is missing. `place`: where, from 0 to 1. */
  | {
    readonly kind: "damageMap";
    readonly atMs: number;
    readonly map: number;
    readonly reduce: number;
    readonly how: "flip" | "cut";
    readonly place: number;
  }
  /** Members come and go. */
  | MembersFault
  /** A node is replaced by another version of itself. */
  | VersionsFault;

/** The name of a fault. */
export type FaultKind = Fault["kind"];

/** Faults of the lines between machines. */
const LINE_FAULTS = [
  "halves",
  "isolate",
  "bridge",
  "majorityRing",
  "flap",
  "weather",
  "badLink",
  "badMessages",
  "clog",
] as const;

/** The name of one of them. */
export type LineFault = (typeof LINE_FAULTS)[number];

/** Whether it is a line that suffers. Such a fault takes hold whatever else is wrong: a line is there even if nobody is at its end. */
export function isLineFault(kind: FaultKind): kind is LineFault {
  return (LINE_FAULTS as readonly FaultKind[]).includes(kind);
}

/** Faults of a cluster of nodes. */
const CLUSTER: readonly FaultKind[] = [
  ...LINE_FAULTS,
  "crash",
  "crashAt",
  "crashAll",
  "wipe",
  "bitFlip",
  "misdirect",
  "pause",
  "drift",
  "clockJump",
  "clockFreeze",
  "slowDisk",
  "hungDisk",
  "fullDisk",
  "failingSync",
  "failingWrite",
  "failingRead",
];

/**
 * The faults of each layer. A job's workers and coordinator keep nothing on disks of their own, and its folder is as reliable as the
 * paper's file system: what would need either is left to the layers that have it.
 */
export const FAULTS_OF: Readonly<Record<Layer, readonly FaultKind[]>> = {
  raft: [...CLUSTER, "members", "versions"],
  kv: [...CLUSTER, "members", "versions"],
  shard: [...CLUSTER, "crashGroup"],
  mapreduce: [
    "isolate",
    "flap",
    "weather",
    "badLink",
    "clog",
    "crash",
    "crashAt",
    "pause",
    "drift",
    "clockJump",
    "clockFreeze",
    "slowDisk",
    "fullDisk",
    "failingSync",
    "failingWrite",
    "failingRead",
    "slowInput",
    "loseMap",
    "damageMap",
  ],
};

/** Every kind of fault, for coverage: a campaign that never injects one says so. */
export const FAULT_KINDS: readonly FaultKind[] = [...new Set(LAYERS.flatMap((layer) => FAULTS_OF[layer]))];

/** Faults that take a disk, and with it a vote, away for good. */
export const LOSES_DISK: readonly FaultKind[] = ["wipe", "bitFlip", "misdirect"];

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

/** What the clients do. What a put or an append is, the workload says. */
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
  /** Clients begin so late, in milliseconds. Shrinking raises it: what was asked long before a fault matters rarely. */
  readonly fromMs: number;
}

/** One run from its first event to its last. */
export interface RunPlan {
  /** The format of this file. */
  readonly format: "flotilla-plan-3";
  readonly seed: number;
  readonly layer: Layer;
  /** The workload's name; see `tests/workloads/`. */
  readonly workload: string;
  /** Members of the cluster, or of each group of shards; workers of a job. */
  readonly nodes: number;
  /** Machines of a cluster that are no members at first; they are numbered after the members. */
  readonly spares: number;
  /** Members that start as programs of version 1; all others are of the newest. */
  readonly old: readonly number[];
  /** Groups of shards, the controller not counted; 1 where there are no shards. */
  readonly groups: number;
  /** So often at most groups join and leave and shards move; 0 for never. */
  readonly changes: number;
  /** How large a job is, where there is one; null for what its seed draws. Shrinking makes it small. */
  readonly size: { readonly files: number; readonly bytes: number; readonly reduces: number } | null;
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
  /** How the nodes outside the core are cut off from it during the liveness phase, as they see it; those whose clocks stand still: both ways. */
  readonly outside: CutDirection | "none";
}

/** Whether no fault of `plan` lets a clock run fast or leap: what is promised for a time holds that long then. */
export function honestClocks(plan: RunPlan): boolean {
  return plan.faults.every((fault) =>
    fault.kind !== "clockJump" && (fault.kind !== "drift" || fault.ppm <= 0)
  );
}
