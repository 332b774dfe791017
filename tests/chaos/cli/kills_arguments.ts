/**
 * What `chaos kills` is told.
 * @module
 */

/** What is to be killed. */
export interface KillsArguments {
  /** Ids of mutants; empty for all. */
  readonly only: readonly string[];
  readonly jobs: number;
  /** Where small counterexamples are kept; null to keep none. */
  readonly corpus: string | null;
  readonly json: boolean;
}
