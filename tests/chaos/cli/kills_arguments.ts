/**
 * What `chaos kills` is told.
 * @module
 */

/** What is to be killed. */
export interface KillsArguments {
  /** Ids of mutants; empty for all. */
  readonly only: readonly string[];
  readonly jobs: number;
  /** Every workload that runs the file, instead of the bug's own killer. */
  readonly across: boolean;
  /** Where small counterexamples are kept; null to keep none. */
  readonly corpus: string | null;
  readonly json: boolean;
}
