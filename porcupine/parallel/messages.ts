import type { Decision } from "../decide.ts";
import type { Part } from "../parts.ts";
import type { Finish } from "../search/compete.ts";
import type { CheckOptions, ModelSource, Operation, Verdict } from "../types.ts";

/** The limits of a check, as they can be sent: the time that is left instead of a clock. */
export interface SentLimits {
  readonly timeLeftMs: number | null;
  readonly memoryLimitBytes: number | null;
}

/** What a worker is asked. Its operations are those of the part alone, in the part's order. */
export type Request =
  | { readonly kind: "load"; readonly source: ModelSource }
  | {
    /** `decide`: the whole part, as one thread would; `race`: the just-in-time search alone, turn by turn. */
    readonly kind: "decide" | "race";
    readonly task: number;
    readonly part: Part;
    readonly operations: readonly Operation<unknown, unknown>[];
    readonly strategy: "auto" | "search";
    readonly limits: SentLimits;
  }
  /** Some of the operations of a whole history, in its order; they come in pieces, since copying all takes its time. */
  | { readonly kind: "operations"; readonly operations: readonly Operation<unknown, unknown>[] }
  /** Judge the operations that were sent, with so many threads besides; `stop` becomes 1 when the check is to stop. */
  | {
    readonly kind: "check";
    readonly options: Pick<CheckOptions, "explain" | "strategy" | "timeLimitMs" | "memoryLimitBytes">;
    readonly workers: number;
    readonly stop: Int32Array;
  };

/** What a worker answers. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "checked"; readonly verdict: Verdict }
  | {
    readonly kind: "decided";
    readonly task: number;
    readonly decision: Decision;
    readonly stopped: string | null;
  }
  /** So many turns of the race are completed without an answer. */
  | { readonly kind: "turn"; readonly task: number; readonly turns: number }
  | {
    readonly kind: "raced";
    readonly task: number;
    readonly finish: Finish;
    readonly stopped: string | null;
  };
