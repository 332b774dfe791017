import type { Past } from "./beginning.ts";
import type { Standing, Watched } from "./watched.ts";

/** A watch for a well-known type: it says when it meets what it does not understand, and what is known until then. */
export interface FastWatch<State, Input, Output> {
  /** How many operations are kept. */
  readonly size: number;
  /** The operations that are kept, by call. */
  readonly operations: readonly Watched<Input, Output>[];
  /** The states before everything that is kept. */
  readonly states: readonly State[];
  /** False: not to be understood, and nothing has been done. */
  call(watched: Watched<Input, Output>): boolean;
  /** `undefined`: not to be understood, and nothing has been done. */
  answer(watched: Watched<Input, Output>): Standing | undefined;
  /** An operation that was called will never be answered. */
  lose(watched: Watched<Input, Output>): void;
  /** What is known, as pasts to begin searches with; the history is linearizable if it is from one of them. */
  past(): readonly Past<State, Input, Output>[];
}
