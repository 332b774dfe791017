/**
 * A broken law: which, where, and in words what happened.
 * @module
 */

/** The first thing that went wrong in a run. Data, so that a worker can hand it over. */
export interface Violation {
  /** The law's short name, such as `election-safety`. */
  readonly law: string;
  /** The node at which it showed. */
  readonly node: string;
  /** One sentence with the facts. */
  readonly sentence: string;
}

/** Takes note of a broken law. The run stops at the first one. */
export type Report = (violation: Violation) => void;
