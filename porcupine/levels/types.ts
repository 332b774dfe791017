import type { Verdict } from "../types.ts";

/** Which guarantee is asked about, besides linearizability. */
export type LevelName =
  | "sequential"
  | "readYourWrites"
  | "monotonicReads"
  | "monotonicWrites"
  | "writesFollowReads";

/** Whether a guarantee held. */
export type LevelVerdict =
  | { readonly holds: "yes" }
  | {
    readonly holds: "no";
    /** In a few words why; empty if the search found no order and can say no more. */
    readonly because: string;
    /** The operations that contradict it, as indices into the history; empty if the search can name none. */
    readonly operations: readonly number[];
  }
  | { readonly holds: "unknown" };

/**
 * How stale reads were: the smallest `k` for which there is an order, in real time, in which each read sees the state after
 * one of the last `k` updates before it (k-atomicity, Golab 2013). 1 is linearizability.
 *
 * - `exact`: it is `k`.
 * - `between`: it lies within these bounds; more could not be settled within the limits.
 * - `atLeast`: it is `k` or more; more could not be settled within the limits.
 * - `none`: no `k` will do: some answer is impossible whatever a read may see.
 *
 * A read is an operation that never changes the state, whatever it answers: as the model's `readOnly` says or, if it has none, as
 * its `effect` says of one without an answer. Of a model that has neither every operation may change the state, so that no
 * answer may be stale, and `none` is told of all that is not linearizable.
 */
export type Staleness =
  | { readonly kind: "exact"; readonly k: number }
  | { readonly kind: "between"; readonly atLeast: number; readonly atMost: number }
  | { readonly kind: "atLeast"; readonly k: number }
  | { readonly kind: "none" };

/** Reads that cannot have seen the newest value; known only where values are written once. */
export interface Lag {
  /** How many reads were certainly stale, of how many. */
  readonly staleReads: number;
  /** Reads in all. */
  readonly reads: number;
  /** The longest time between the return of a newer write and the call of a read that missed it, on the history's clock. */
  readonly longest: number;
  /** The read it was, as an index into the history; -1 if none was stale. */
  readonly worst: number;
}

/** What held for one partition. */
export interface PartLevels {
  /** The partition's key. */
  readonly key: string;
  /** Whether it is linearizable; everything else follows if it is. */
  readonly linearizable: "yes" | "no" | "unknown";
  /** Each guarantee by its name. */
  readonly levels: Readonly<Record<LevelName, LevelVerdict>>;
  /** How many updates old what a read saw could be. */
  readonly staleness: Staleness;
  /** The certainly stale reads; `null` where values repeat or the model is no register. */
  readonly lag: Lag | null;
}

/** What held, partition by partition. */
export interface LevelsReport {
  /** In the order of the partitions' first calls. */
  readonly parts: readonly PartLevels[];
  /** The whole of it in one sentence or two. */
  readonly sentence: string;
}

/** Limits of the question. */
export interface LevelsOptions {
  /** Give up on what is not settled after this many milliseconds; 2,000 by default. */
  readonly timeLimitMs?: number;
  /** Milliseconds on a monotonic clock; the host's by default. */
  readonly now?: () => number;
  /** Give up when this fires. */
  readonly signal?: AbortSignal;
  /** Only these partitions; all of them by default. */
  readonly keys?: readonly string[];
  /** What the checker said about the same history: what it settled is not asked again. */
  readonly verdict?: Verdict;
}
