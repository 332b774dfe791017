import type { Budget } from "../budget.ts";
import type { Questions } from "../parts.ts";

/**
 * What a fast path found. Operations are numbered within the partition. `suspects` contradict each other by themselves: with
 * every other answer disbelieved the partition stays impossible (where that is not certain, the one who explains checks).
 */
export type FastResult =
  | { readonly verdict: "ok"; readonly order: Int32Array }
  | { readonly verdict: "illegal"; readonly suspects: readonly number[]; readonly reason: string }
  /** The same, and it is proved that they are possible with the answer of any one of them disbelieved. */
  | { readonly verdict: "refuted"; readonly core: readonly number[]; readonly reason: string };

/** What a fast path is given. */
export interface FastInput<Input, Output> {
  readonly questions: Questions<Input, Output>;
  readonly budget: Budget;
}
