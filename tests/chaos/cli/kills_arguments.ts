/**
 * What `chaos kills` is told.
 * @module
 */

/** What is to be killed. */
export interface KillsArguments {
  /** Ids of mutants; empty for all. */
  readonly only: readonly string[];
  readonly jobs: number;
  /** Every bug in a file that chaos runs, not only those that name chaos as their killer. */
  readonly across: boolean;
  /** Where small counterexamples are kept; null to keep none. */
  readonly corpus: string | null;
  readonly json: boolean;
}
