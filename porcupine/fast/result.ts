import type { Answer } from "../types.ts";

/**
 * What a fast path found. Operations are numbered within the partition. `suspects` contradict each other by themselves: with
 * every other answer disbelieved the partition stays impossible (where that is not certain, the one who explains checks).
 */
export type FastResult =
  | { readonly verdict: "ok"; readonly order: readonly number[] }
  | { readonly verdict: "illegal"; readonly suspects: readonly number[]; readonly reason: string };

/** One partition as a fast path sees it. */
export interface FastInput<Input, Output> {
  readonly count: number;
  readonly inputs: readonly Input[];
  readonly answers: readonly Answer<Output>[];
  readonly call: Int32Array;
  /** `NEVER` for an operation without an answer. */
  readonly ret: Int32Array;
}
