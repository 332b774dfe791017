/**
 * A counterexample that was made small: what it needs, which planted bug it catches, and what happened then.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";

/** One file of the corpus. */
export interface CorpusEntry {
  readonly format: "flotilla-corpus-1";
  /** The planted bug that it catches. */
  readonly mutant: string;
  /** The bug, as a sentence. */
  readonly title: string;
  /** The law that the bug breaks. */
  readonly law: string;
  /** What happened, in plain words, up to the step that broke it. */
  readonly story: readonly string[];
  readonly operations: number;
  readonly plan: RunPlan;
}
