import type { Start } from "../search/problem.ts";
import type { Watched } from "./watched.ts";

/** An operation without an answer that was placed in the past: its answer must lead from the one state to the other. */
export interface Promised<State> {
  readonly watched: Watched<unknown, unknown>;
  readonly before: State;
  readonly after: State;
}

/**
 * An operation without an answer that was not placed in the past, but may have been answered there, in any of some states, if its
 * answer is one that leaves them as they are: then it need not be placed any more.
 */
export interface Seen<State> {
  readonly watched: Watched<unknown, unknown>;
  readonly states: readonly State[];
}

/** A configuration to begin a window with. */
export interface Beginning<State> extends Start<State> {
  /** Of each operation that was placed in the past and may still be answered: what its answer must be possible in. */
  readonly promises: readonly Promised<State>[];
  /** Of operations that were not, and hang: where they could have been answered. */
  readonly seen: readonly Seen<State>[];
}

/** What is known of a past: a configuration to begin with, and the operations that still matter, by call. */
export interface Past<State, Input, Output> {
  /** Operations are numbered as in `operations`. */
  readonly start: Beginning<State>;
  readonly operations: readonly Watched<Input, Output>[];
}

/** A state in which nothing is spent, owed by the past, or promised. */
export function beginningIn<State>(state: State): Beginning<State> {
  return { state, spent: [], free: [], promises: [], seen: [] };
}
