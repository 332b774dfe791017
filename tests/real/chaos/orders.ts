/**
 * What the harness tells a node's process of the faults it is to suffer by itself, and what the process tells of its state.
 *
 * Both are whole states, one JSON line each: the latest counts, and a process that was born in the middle of a fault is told of it first.
 * @module
 */

import type { Knobs, Point } from "../../nemesis/plan.ts";
import type { CrashLoss } from "../../sim/crash_loss.ts";
import type { Delay } from "../../sim/conditions.ts";

/** Where a process is to die. */
export interface Trap {
  /** Tells this trap from the one before. */
  readonly number: number;
  readonly point: Point;
  readonly nth: number;
  /** What becomes of what was not synced. */
  readonly loss: CrashLoss;
}

/** All faults that a process makes for itself. */
export interface Orders {
  readonly disk: {
    /** How much longer a sync takes. */
    readonly syncDelay: Delay;
    /** Whether syncs stop being acknowledged. */
    readonly hung: boolean;
    readonly full: boolean;
    /** What fails next. */
    readonly failing: "read" | "sync" | "write" | null;
  };
  readonly clock: {
    /** How much time its clock gains. */
    readonly ppm: number;
    readonly frozen: boolean;
    /** How far it has leapt in this life of the process. */
    readonly leaptMs: number;
  };
  readonly trap: Trap | null;
}

/** Nothing is wrong. */
export const WELL: Orders = {
  disk: { syncDelay: { kind: "none" }, hung: false, full: false, failing: null },
  clock: { ppm: 0, frozen: false, leaptMs: 0 },
  trap: null,
};

/** What a process is born with. */
export interface Birth {
  /** The node's name. */
  readonly id: string;
  /** Which of its lives this is, from 1. */
  readonly life: number;
  /** Draws what a power cut leaves. */
  readonly seed: number;
  /** What is served. */
  readonly serves: "log" | "store" | "shards";
  /** Into what it is cut, if it is; every process is a member of each group and of their controller. */
  readonly sizes: { readonly groups: number; readonly shards: number };
  readonly knobs: Knobs;
  /** Where the harness listens, on loopback. */
  readonly port: number;
  /** Each other node's own address, and the line by which this one calls it. */
  readonly lines: Readonly<Record<string, string>>;
}

/** What one member of a group is at. */
export interface Told {
  /** Which group; 0 where there is one, and for the controller of shards. */
  readonly group: number;
  readonly role: "leader" | "follower" | "candidate" | "preCandidate";
  readonly term: number;
  readonly commit: number;
}

/** A line from a process. */
export type Report =
  /** It is there, and waits for its orders. */
  | { readonly kind: "born"; readonly id: string; readonly life: number }
  | { readonly kind: "state"; readonly told: readonly Told[] };

/** How a process ends that dies of its own accord; anything else but a signal is a bug. */
export const EXIT = {
  /** What is stored is damaged, and the node says so. */
  damaged: 41,
  /** Its disk refused. */
  disk: 42,
} as const;
