/**
 * What came of one run, as plain data: a worker hands it over, a file keeps it.
 * @module
 */

import type { Violation } from "../check/violation.ts";
import type { FaultKind, RunPlan } from "../nemesis/plan.ts";

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

/** Things that happen rarely and must be seen in a campaign, or it has not looked where it matters. */
export const RARE_PATHS = [
  "snapshotTaken",
  "snapshotInstalled",
  "logConflictRepaired",
  "amnesiacFollowed",
  "diskFailureSurvived",
  "damageRefused",
  "electionWon",
  "leaderResigned",
  "unknownOutcome",
] as const;

/** The name of a rare path. */
export type RarePath = (typeof RARE_PATHS)[number];

/** One run, finished. */
export interface RunResult {
  readonly seed: number;
  readonly verdict: RunVerdict;
  /** The fingerprint of everything that happened. */
  readonly hash: string;
  readonly events: number;
  readonly simulatedMs: number;
  readonly operations: OperationCounts;
  readonly faults: Partial<Record<FaultKind, number>>;
  /** Terms that had a leader. */
  readonly elections: number;
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
}
