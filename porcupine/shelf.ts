import type { Budget } from "./budget.ts";
import type { Kept } from "./kept.ts";
import type { Competition } from "./search/compete.ts";
import type { SearchResult } from "./search/result.ts";

/** Where the decision of a partition stands that was put off. What it has cost so far, from its beginning, is `work`. */
export type Pending<State, Input, Output> =
  /** It is begun, or begun again. */
  | { readonly kind: "nothing" }
  /** A search between two of its turns: it is as if it had never been stopped. */
  | {
    readonly kind: "search";
    readonly competition: Competition<State, Input, Output>;
    readonly work: number;
  }
  /** A search that has come to its end, at more cost than the round allowed. */
  | { readonly kind: "found"; readonly result: SearchResult; readonly work: number };

/** It has to be begun. */
export const NOT_BEGUN = { kind: "nothing" } as const;

/** All that is kept may hold so many bytes, and such a share of the memory that there may be. */
const MOST = { bytes: 64 * 2 ** 20, share: 1 / 8 };

/** A result holds so many bytes, and so many for each operation of its order. */
const RESULT_BYTES = { base: 256, each: 8 };

/**
 * What is kept of the partitions that are put off, until their next round. What finds no room is begun again, and if the search at
 * work needs the room all of it is. That costs time, and changes nothing else.
 */
export class Shelf<State, Input, Output> implements Kept {
  bytes = 0;
  readonly #most: number;
  readonly #kept = new Map<
    number,
    { readonly pending: Pending<State, Input, Output>; readonly bytes: number }
  >();

  /** An empty one: what it holds counts for the budget's limit of memory. */
  constructor(budget: Budget) {
    this.#most = Math.min(MOST.bytes, budget.shareOfMemory(MOST.share));
    budget.kept = this;
  }

  /** Keeps what is pending of a partition, if there is room for it. */
  put(p: number, pending: Pending<State, Input, Output>): void {
    if (pending.kind === "nothing") return;
    const bytes = pending.kind === "search"
      ? pending.competition.bytes
      : RESULT_BYTES.base + RESULT_BYTES.each * pending.result.order.length;
    if (this.bytes + bytes > this.#most) return;
    this.bytes += bytes;
    this.#kept.set(p, { pending, bytes });
  }

  /** What is pending of a partition: from now on it is the caller's, who counts its bytes. */
  take(p: number): Pending<State, Input, Output> {
    const found = this.#kept.get(p);
    if (found === undefined) return NOT_BEGUN;
    this.#kept.delete(p);
    this.bytes -= found.bytes;
    return found.pending;
  }

  /** Forgets all of it. */
  clear(): void {
    this.#kept.clear();
    this.bytes = 0;
  }
}
