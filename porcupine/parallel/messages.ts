import type { Decision } from "../decision.ts";
import type { OrderedHistory, Places } from "../history.ts";
import type { Dealt } from "../deal.ts";
import type { Part } from "../parts.ts";
import type { RegisterColumns } from "../register_readings.ts";
import type { Finish } from "../search/result.ts";
import type { ValueOperations } from "../search/values/operations.ts";
import type { MarkPlan } from "../search/values/marks.ts";
import type { Later } from "../search/values/relay.ts";
import type { CheckOptions, ModelSource, Operation, PorcupineErrorCode, Value, Verdict } from "../types.ts";
import type { Column } from "./columns.ts";

/** The limits of a check, as they can be sent: the time that is left instead of a clock. */
export interface SentLimits {
  readonly timeLeftMs: number | null;
  readonly memoryLimitBytes: number | null;
}

/** A partition to be decided. */
export interface Task {
  /** Its number in the check. */
  readonly task: number;
  /** `ids` are places in the lists of what was asked and answered. */
  readonly part: Part;
  /** What its decision may cost, in configurations; `Infinity`: as much as it takes. */
  readonly most: number;
}

/** Some tasks of one check, and what was asked and answered in them. */
export interface Job {
  /** `decide`: whole partitions, as one thread would; `race`: the just-in-time search of one, turn by turn. */
  readonly kind: "decide" | "race";
  /** Which check it is of: a worker may outlive several. */
  readonly check: number;
  /** The worker's place among those of the check; see `Cells`. */
  readonly seat: number;
  readonly tasks: readonly Task[];
  readonly inputs: Column;
  /** Of an operation without an answer: `undefined`. */
  readonly outputs: Column;
  readonly strategy: "auto" | "search";
  readonly limits: SentLimits;
  /** See `Cells`. */
  readonly cells: Int32Array<SharedArrayBuffer> | null;
}

/** What a helper needs to search one register from the middle on; it needs no model. */
export interface LaterPart {
  readonly operations: ValueOperations;
  readonly plan: MarkPlan;
  /** Where its marks are written. */
  readonly marks: Int32Array<SharedArrayBuffer>;
  /** Where the other thread writes what it finds of a piece while it would have to wait: see `Assistance`. */
  readonly assistance: Int32Array<SharedArrayBuffer>;
}

/** The search of one register from the middle on; see `Marks`. */
export interface LaterJob extends LaterPart {
  readonly kind: "later";
  readonly check: number;
  readonly seat: number;
  readonly task: number;
  readonly limits: SentLimits;
  readonly cells: Int32Array<SharedArrayBuffer>;
}

/** A partition of texts, and what its operations did. */
export interface TextTask {
  /** Its number in the check. */
  readonly task: number;
  readonly part: Part;
  /** By operation of the part; see `Tokens`. */
  readonly op: Uint8Array;
  /** What was put, appended or read, one after the other; `ends` says where each ends. */
  readonly text: string;
  readonly ends: Int32Array;
}

/** Partitions of texts, to be decided by their fast path alone; this, too, needs no model. */
export interface TextsJob {
  readonly kind: "texts";
  readonly check: number;
  readonly seat: number;
  readonly tasks: readonly TextTask[];
  readonly limits: SentLimits;
  readonly cells: Int32Array<SharedArrayBuffer> | null;
}

/** A partition that is a register, and what its operations did. */
export interface RegisterTask extends Task {
  /** By operation of the part. */
  readonly readings: RegisterColumns;
}

/** Partitions that are registers, to be decided by their fast path, or by a search of their values; this needs no model, either. */
export interface RegistersJob {
  readonly kind: "registers";
  readonly check: number;
  readonly seat: number;
  readonly initial: Value;
  readonly tasks: readonly RegisterTask[];
  readonly limits: SentLimits;
  readonly cells: Int32Array<SharedArrayBuffer> | null;
}

/** A history that was brought into order and dealt out to its partitions in another thread: in shared memory. */
export interface Arranged {
  readonly history: OrderedHistory;
  readonly dealt: Dealt;
  /** What it cost; see `Budget.work`. */
  readonly work: number;
}

/** What a worker is asked. */
export type Request =
  /** `check`: who asks for it, and is told if it does not load; `null`: it is for no check in particular. */
  | { readonly kind: "load"; readonly source: ModelSource; readonly check: number | null }
  /** Bring a history into order; in shared memory, as is what comes next. */
  | { readonly kind: "rank"; readonly places: Places }
  /** Then deal it out to so many partitions: that is answered. */
  | { readonly kind: "deal"; readonly partOf: Int32Array; readonly size: number }
  | Job
  | LaterJob
  | TextsJob
  | RegistersJob
  /** Some of the operations of a whole history, in its order; they come in pieces, since copying all takes its time. */
  | { readonly kind: "operations"; readonly operations: readonly Operation<unknown, unknown>[] }
  /** Judge the operations that were sent, with so many threads besides; `stop` becomes 1 when the check is to stop. */
  | {
    readonly kind: "check";
    readonly options: Pick<CheckOptions, "explain" | "strategy" | "timeLimitMs" | "memoryLimitBytes">;
    readonly workers: number;
    readonly stop: Int32Array;
  };

/** What a worker answers to a task; `relayed` and `turn` are no last answers. */
export type Reply =
  /** Somebody else had taken it. */
  | { readonly kind: "declined"; readonly check: number; readonly task: number }
  /** Nothing more is found from the middle of this task on. */
  | { readonly kind: "relayOver"; readonly check: number; readonly task: number }
  /** The fast path has no answer. `work`: what that has cost, if there is none in this thread either; `null`: if there may be one. */
  | { readonly kind: "unfit"; readonly check: number; readonly task: number; readonly work: number | null }
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
  /** What has been found from the middle on, with one width. */
  | { readonly kind: "relayed"; readonly check: number; readonly task: number; readonly later: Later }
  /** So many turns of the race are completed without an answer: only where no memory is shared. */
  | { readonly kind: "turn"; readonly check: number; readonly task: number; readonly turns: number };

/**
 * What a worker says beside its answers: the model is loaded; a whole check is made; a history is in order, if it can be; it is
 * about to end itself.
 */
export type News =
  | { readonly kind: "ready" }
  | { readonly kind: "leaving" }
  | { readonly kind: "checked"; readonly verdict: Verdict }
  | { readonly kind: "arranged"; readonly arranged: Arranged | null };

/** What a worker sends. */
export type Message = Reply | News | Failure;

/** What went wrong in a worker; `model-threw` if it was no error of ours. */
export interface Failure {
  readonly kind: "failed";
  /** For which check it was done; `null`: for none in particular. */
  readonly check: number | null;
  readonly code: PorcupineErrorCode;
  readonly message: string;
}
