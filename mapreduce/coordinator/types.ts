/**
 * What is said to and by the coordinator, and what it writes down.
 *
 * Tasks are numbered: the maps from 0, the reduces after them.
 * @module
 */

/** A range of a task's work: bytes of a map task's input, or keys of a reduce task by their place in the order. */
export type Range = {
  readonly from: number;
  readonly to: number;
};

/** A range where an attempt steps or stepped; `exact` when it is a single record. */
export type Mark = {
  readonly from: number;
  readonly to: number;
  readonly exact: boolean;
};

/** Which attempt at which task somebody speaks of. */
export type AttemptRef = {
  readonly task: number;
  /** Unique in the whole life of the job, also over restarts of the coordinator. */
  readonly attempt: number;
  /** How often finished work had been lost when the attempt began: what it knew is not worth more than that. */
  readonly version: number;
};

/** What a worker that asks is told. */
export type Answer =
  | { readonly kind: "task"; readonly ref: AttemptRef; readonly care: Care }
  | { readonly kind: "wait" }
  | { readonly kind: "exit"; readonly reason: string };

/** Where an attempt must tread carefully because earlier ones failed there. */
export type Care = {
  /** Announce each step within these ranges before taking it. */
  readonly suspects: readonly Range[];
  /** Leave these records out. */
  readonly skips: readonly Range[];
};

/** How an attempt ended. */
export type Outcome =
  /** Its files stand ready under the attempt's names. */
  | { readonly kind: "done"; readonly bytes: number; readonly pairs: number }
  /** The application failed there. */
  | { readonly kind: "failed"; readonly message: string; readonly mark: Mark }
  /** The application cannot be used at all. */
  | { readonly kind: "unfit"; readonly message: string }
  /** The machine failed, not the application: a full disk, an unreadable input. */
  | { readonly kind: "storage"; readonly message: string }
  /** Intermediate files of these maps are missing or damaged. */
  | { readonly kind: "lost"; readonly maps: readonly number[] };

/** What is written down, in order; the table is what these make of it. */
export type Entry =
  /** A coordinator began to serve; its attempts' numbers begin with this. A job that was given up is tried again. */
  | { readonly kind: "epoch"; readonly epoch: number }
  /** This attempt's files are the task's, and no other's. */
  | {
    readonly kind: "won";
    readonly task: number;
    readonly attempt: number;
    readonly bytes: number;
    readonly pairs: number;
  }
  /** They carry their final names. */
  | { readonly kind: "committed"; readonly task: number }
  /** They are lost; the task is to be done again. */
  | { readonly kind: "reopened"; readonly task: number; readonly why: string }
  /** Attempts failed here; `strikes` is how much that weighs if it was exactly this record. */
  | {
    readonly kind: "suspected";
    readonly task: number;
    readonly range: Range;
    readonly strikes: number;
    readonly message: string;
  }
  /** This record is left out from now on. */
  | { readonly kind: "skipped"; readonly task: number; readonly range: Range; readonly message: string }
  /** The job cannot be done because of this task; `range` is where it failed, as far as that is known. */
  | { readonly kind: "gaveUp"; readonly task: number; readonly range: Range; readonly message: string };

/** Why a job was given up. */
export interface Failure {
  readonly task: number;
  /** Where it failed, as far as that is known. */
  readonly range: Range;
  readonly message: string;
}

/** What a table makes of an input. */
export interface Decision {
  /** Whether a report counts, or a renewal keeps the lease. */
  readonly accepted: boolean;
  /** To be written down before the answer leaves. */
  readonly entries: readonly Entry[];
  /** The attempt whose files are to get their final names, once the entries are safe. */
  readonly commit: AttemptRef | null;
}

/** How a coordinator treats its workers. */
export interface TableOptions {
  /** A task not reported or renewed for this long is given to somebody else. @default {10_000} (lab 1) */
  readonly leaseMs: number;
  /** So many errors thrown at one record are enough, or three times as many deaths. @default {3} */
  readonly maxStrikes: number;
  /** Whether a record that fails that often is left out instead of ending the job. @default {false} */
  readonly skipBad: boolean;
  /** Whether stragglers get a second attempt at the end of a phase. @default {true} */
  readonly backups: boolean;
  /** No task is a straggler before it ran this long. @default {2_000} */
  readonly backupAfterMs: number;
}

/** What the lab wants. */
export const TABLE_DEFAULTS: TableOptions = {
  leaseMs: 10_000,
  maxStrikes: 3,
  skipBad: false,
  backups: true,
  backupAfterMs: 2_000,
};
