/**
 * What came of one run, as plain data: a worker hands it over, a file keeps it.
 * @module
 */

import type { Violation } from "../check/violation.ts";
import type { FaultKind, Layer, RunPlan } from "../nemesis/plan.ts";
import type { Machine } from "../sim/machine.ts";

/**
 * A run's verdict.
 *
 * - `pass`: every law held, the history is linearizable, the cluster recovered.
 * - `violation`: something that must never happen did.
 * - `undecided`: the checker gave up on the history.
 * - `vacuous`: nothing was tried, so nothing was shown: no operation succeeded, or no fault took hold.
 */
export type RunVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "violation"; readonly violation: Violation }
  | { readonly kind: "undecided"; readonly sentence: string }
  | { readonly kind: "vacuous"; readonly sentence: string };

/** Operations by how they ended. */
export interface OperationCounts {
  /** Answered. */
  readonly ok: number;
  /** Certainly not executed. */
  readonly refused: number;
  /** Nobody knows. */
  readonly unknown: number;
}

/** Seen on the disks of any layer: what crashes do to writes that were not synced. */
const OF_CRASHES = ["unsyncedLost", "writeTorn"] as const;
const OF_RAFT = [
  ...OF_CRASHES,
  "snapshotTaken",
  "snapshotInstalled",
  "logConflictRepaired",
  "amnesiacFollowed",
  "diskFailureSurvived",
  "damageRefused",
  "electionWon",
  "leaderResigned",
] as const;
/** Of changing members and differing versions. */
const OF_CHANGES = [
  "learnerAdded",
  "learnerPromoted",
  "voterDemoted",
  "memberRemoved",
  "usedNameRefused",
  "leaderRemovedItself",
  "configurationTakenBack",
  "configurationInSnapshot",
  "promotionRefused",
  "changeUnderWay",
  "mixedVersionsRefused",
] as const;
const OF_LOGS = [...OF_RAFT, ...OF_CHANGES] as const;
const OF_CLUSTERS = [...OF_LOGS, "unknownOutcome"] as const;
const OF_SHARDS = [
  ...OF_CRASHES,
  "amnesiacFollowed",
  "diskFailureSurvived",
  "damageRefused",
  "unknownOutcome",
  "shardMoved",
  "shardHandedOn",
  "copyDeleted",
  "ownerRefused",
] as const;
// A log has one write under way and no more: only a job's files can keep a later one and lose an earlier one.
const OF_JOBS = [
  ...OF_CRASHES,
  "writesReordered",
  "taskReopened",
  "reportTooLate",
  "coordinatorReborn",
] as const;

/** The name of a rare path. */
export type RarePath = (typeof OF_CLUSTERS | typeof OF_SHARDS | typeof OF_JOBS)[number];

/** Things that happen rarely and must be seen in a campaign over a layer, or it has not looked where it matters. */
export const RARE_PATHS_OF: Readonly<Record<Layer, readonly RarePath[]>> = {
  // Whoever appends to the log itself waits until the log tells: no outcome stays unknown.
  raft: OF_LOGS,
  kv: OF_CLUSTERS,
  shard: OF_SHARDS,
  mapreduce: OF_JOBS,
};

/** All of them. */
export const RARE_PATHS: readonly RarePath[] = [...new Set(Object.values(RARE_PATHS_OF).flat())];

/** One run, finished. */
export interface RunResult {
  readonly seed: number;
  readonly layer: Layer;
  readonly workload: string;
  readonly verdict: RunVerdict;
  /** The fingerprint of everything that happened. */
  readonly hash: string;
  readonly events: number;
  readonly simulatedMs: number;
  readonly operations: OperationCounts;
  readonly faults: Partial<Record<FaultKind, number>>;
  /** Terms that had a leader. */
  readonly elections: number;
  /** By when a violation could be known, in virtual milliseconds; the end of the run otherwise. */
  readonly knownMs: number;
  /** Operations that may have been executed by then: what somebody has to look at who wants to know why. */
  readonly askedByThen: number;
  /** Virtual milliseconds from the healing of a majority to the first write that went through; -1 if it never came to that. */
  readonly recoveryMs: number;
  /** Rare paths that were taken. */
  readonly seen: readonly RarePath[];
}

/** A run with everything that a folder keeps of it. */
export interface RecordedRun {
  readonly plan: RunPlan;
  readonly result: RunResult;
  /** The clients' history as `linhist-1` lines. */
  readonly history: string;
  /** The event log as JSON lines; empty unless recorded. */
  readonly events: string;
  /** The run as a page; empty unless recorded. */
  readonly report: string;
  /** What happened, in plain words; empty unless recorded. */
  readonly story: readonly string[];
}

/** How much of a run is kept, and how far it goes. */
export interface RunOptions {
  /** Keep the whole event log. */
  readonly record: boolean;
  /**
   * `safety` ends it with the faults: enough to see again a law broken that has nothing to do with recovery; `liveness` when a healed
   * majority serves again. A job has no such phase of its own. @default {"read"}
   */
  readonly upTo?: "safety" | "liveness" | "read";
  /** How long the checker may take over the history, in milliseconds. @default {20,000} */
  readonly judgeMs?: number;
  /** The command that repeats the run, for its page. @default {"deno task chaos replay plan.json", the plan beside the page} */
  readonly again?: string;
}

/** The command that repeats a run. Without a better one: the page lies beside its plan. */
export function againOf({ again }: RunOptions): string {
  return again ?? "deno task chaos replay plan.json";
}

/** What the crashes of a run have done to writes that were not synced. */
export function pathsOfCrashes(machines: readonly Machine[]): RarePath[] {
  const ways = [["lost", "unsyncedLost"], ["torn", "writeTorn"], ["reordered", "writesReordered"]] as const;
  return ways.filter(([fate]) => machines.some(({ disk }) => disk.fates[fate] > 0)).map(([, path]) => path);
}

/** The line with which a single run ends. */
export function verdictLine(verdict: RunVerdict): string {
  switch (verdict.kind) {
    case "pass":
      return "chaos: PASS";
    case "violation":
      return `chaos: VIOLATION of ${verdict.violation.law}: ${verdict.violation.sentence}`;
    case "undecided":
    case "vacuous":
      return `chaos: ${verdict.kind.toUpperCase()}: ${verdict.sentence}`;
  }
}
