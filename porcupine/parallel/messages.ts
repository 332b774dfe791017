import type { Decision } from "../decide.ts";
import type { Part } from "../parts.ts";
import type { Finish } from "../search/compete.ts";
import type { CheckOptions, ModelSource, Operation, Verdict } from "../types.ts";

/** The limits of a check, as they can be sent: the time that is left instead of a clock. */
export interface SentLimits {
  readonly timeLeftMs: number | null;
  readonly memoryLimitBytes: number | null;
}

/** A task of one check. What was asked and answered is that of the part alone, in the part's order. */
export interface Job {
  /** `decide`: the whole part, as one thread would; `race`: the just-in-time search alone, turn by turn. */
  readonly kind: "decide" | "race";
  /** Which check it is of: a worker may outlive several. */
  readonly check: number;
  readonly task: number;
  readonly part: Part;
  readonly inputs: readonly unknown[];
  /** Of an operation without an answer: `undefined`. */
  readonly outputs: readonly unknown[];
  readonly strategy: "auto" | "search";
  readonly limits: SentLimits;
  /** See `Cells`. */
  readonly cells: Int32Array<SharedArrayBuffer> | null;
}

/** What a worker is asked. */
export type Request =
  | { readonly kind: "load"; readonly source: ModelSource }
  | Job
  /** Some of the operations of a whole history, in its order; they come in pieces, since copying all takes its time. */
  | { readonly kind: "operations"; readonly operations: readonly Operation<unknown, unknown>[] }
  /** Judge the operations that were sent, with so many threads besides; `stop` becomes 1 when the check is to stop. */
  | {
    readonly kind: "check";
    readonly options: Pick<CheckOptions, "explain" | "strategy" | "timeLimitMs" | "memoryLimitBytes">;
    readonly workers: number;
    readonly stop: Int32Array;
  };

/** What a worker answers to a task. */
export type Reply =
  /** Somebody else had taken it. */
  | { readonly kind: "declined"; readonly check: number; readonly task: number }
  | {
    readonly kind: "decided";
    readonly check: number;
    readonly task: number;
    readonly decision: Decision;
    readonly work: number;
    readonly stopped: string | null;
  }
  | {
    readonly kind: "raced";
    readonly check: number;
    readonly task: number;
    readonly finish: Finish;
    /** Configurations looked at by the end of each turn. */
    readonly works: readonly number[];
    readonly stopped: string | null;
  }
  /** So many turns of the race are completed without an answer: only where no memory is shared. */
  | { readonly kind: "turn"; readonly check: number; readonly task: number; readonly turns: number };

/** What a worker says beside its answers: the model is loaded; a whole check is made. */
export type News = { readonly kind: "ready" } | { readonly kind: "checked"; readonly verdict: Verdict };

/** What a worker sends. */
export type Message = Reply | News | { readonly kind: "failed"; readonly message: string };
