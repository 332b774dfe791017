/**
 * What a run breaks, whatever the layer: machines that serve, laws that watch them, and a way for clients to get there.
 * @module
 */

import type { Runtime } from "../../runtime/mod.ts";
import type { Report } from "../check/violation.ts";
import type { Victims } from "../nemesis/victims.ts";
import type { Chronicle } from "../report/chronicle.ts";
import type { World } from "../sim/world.ts";
import type { TextStore } from "../workloads/workload.ts";
import type { RarePath } from "./result.ts";

/** How a subject is launched. */
export interface LaunchOptions {
  readonly record: boolean;
  /** Whether equal commands are the same operation. */
  readonly uniqueCommands: boolean;
  readonly report: Report;
  /** What hears of the subject's life; null if nobody wants to know. */
  readonly chronicle: (world: World) => Chronicle | null;
}

/** See the module's page. */
export interface Subject extends Victims {
  readonly world: World;
  /** Where clients ask. */
  readonly servers: readonly string[];
  /** The store as a client at `runtime` reaches it. */
  text(runtime: Runtime): TextStore;
  /** Boots everything. */
  start(): void;
  /** Whom to heal first: a majority of each group, made of voters. */
  votingCore(): readonly number[];
  /** That core is healed. */
  onHealed(): void;
  /** How long a write may take then, in virtual milliseconds. */
  readonly livenessMs: number;
  /** How long everything may take to settle once nothing is wrong any more, in virtual milliseconds. */
  readonly settleMs: number;
  /** Whether whatever was under way is done. */
  readonly settled: boolean;
  /** Whether everybody is up and agrees. */
  readonly converged: boolean;
  /** Compares the machines' states with one another. */
  checkStates(): void;
  /** Terms that had a leader. */
  readonly elections: number;
  /** Rare paths that were taken. */
  seen(): RarePath[];
  /** What everybody is at, in words. */
  describe(): string;
}
