/**
 * The vocabulary of transactions: histories, isolation levels, anomalies, verdicts.
 *
 * @module
 */
import type { ClientId } from "../types.ts";

/** What lists and registers are named by. The number 1 and the string "1" are two keys. */
export type TransactionKey = string | number;

/** What is appended or written. */
export type TransactionValue = string | number | boolean;

/**
 * One step of a transaction. A key is a list (appended to, read as a list) or a register (written, read as one value),
 * never both; `found: null` is what was there before anybody wrote: an empty list, a register without a value. What a
 * transaction found counts only if it is known to be committed.
 */
export type MicroOperation =
  | { readonly f: "append"; readonly key: TransactionKey; readonly value: TransactionValue }
  | { readonly f: "write"; readonly key: TransactionKey; readonly value: TransactionValue }
  | {
    readonly f: "read";
    readonly key: TransactionKey;
    readonly found: TransactionValue | readonly TransactionValue[] | null;
  };

/**
 * How a transaction ended.
 *
 * - `ok`: it was committed.
 * - `failed`: it certainly was not.
 * - `unknown`: nobody knows. It may be committed at any time after its call, or never.
 */
export type TransactionOutcome =
  | { readonly status: "ok"; readonly returnAt: number }
  | { readonly status: "failed"; readonly returnAt: number }
  | { readonly status: "unknown" };

/** One transaction of a history. Times are any finite numbers on one clock, as for `Operation`. */
export interface Transaction {
  /** Who asked. A process asks for one after the other; one whose answer never came does not come back. */
  readonly process: ClientId;
  /** The instant just before it was asked for. */
  readonly callAt: number;
  /** Its steps, in order. */
  readonly operations: readonly MicroOperation[];
  /** How it ended. */
  readonly outcome: TransactionOutcome;
}

/**
 * Isolation levels, each stronger than the one before it.
 *
 * - `read-uncommitted` (Adya's PL-1): writes of two transactions are not interleaved.
 * - `read-committed` (PL-2): nobody sees what was aborted, or half of a transaction, and information flows one way.
 * - `consistent-view` (PL-2+): nobody misses a part of what he sees another part of; no update is lost.
 * - `snapshot-isolation`: everybody reads from one snapshot; two that overlap do not write the same key.
 * - `serializable` (PL-3; with reads of single keys it is `repeatable read`, too): as if one came after the other.
 * - `strong-session-serializable`: and each process's own in the order in which it asked.
 * - `strict-serializable`: and whatever had ended before another was called comes before it.
 */
export type IsolationLevel =
  | "read-uncommitted"
  | "read-committed"
  | "consistent-view"
  | "snapshot-isolation"
  | "serializable"
  | "strong-session-serializable"
  | "strict-serializable";

/** A cycle by what its steps are, as Adya and Elle name it. */
export type CycleClass = "G0" | "G1c" | "G-single" | "G-nonadjacent" | "G2-item";

/**
 * What can be wrong with a history.
 *
 * Without any cycle: `garbage-read` (of what nobody wrote), `duplicate-elements` (a list with one element twice), `internal`
 * (a transaction misses what it wrote itself, sees it before it did, or its appends stand in another order), `G1a` (a read of what was aborted), `G1b` (a read of what its writer replaced
 * itself), `dirty-update` (something aborted was built upon), `incompatible-order` (two lists of one key, neither the
 * beginning of the other), `unrepeatable-read` (one transaction reads a key twice, differently), `lost-update` (two
 * transactions read the same state of a key, and both changed it).
 *
 * Cycles: `G0` of writes alone; `G1c` with reads of what was written; `G-single` with one read of what was then
 * overwritten; `G-nonadjacent` with several such, no two in a row; `G2-item` with two in a row. `-process`: only with the
 * order in which processes asked; `-realtime`: only with real time.
 */
export type AnomalyKind =
  | "garbage-read"
  | "duplicate-elements"
  | "internal"
  | "G1a"
  | "G1b"
  | "dirty-update"
  | "incompatible-order"
  | "unrepeatable-read"
  | "lost-update"
  | `${CycleClass}${"" | "-process" | "-realtime"}`;

/**
 * Why one transaction must come before another: it wrote what the other replaced or added to (`ww`), it wrote what the other
 * read (`wr`), it read what the other replaced (`rw`), the same process asked for it earlier, or it had ended before.
 */
export type DependencyKind = "ww" | "wr" | "rw" | "process" | "realtime";

/** A step of a cycle. */
export interface CycleStep {
  /** The transaction that must come first, as an index into the history. */
  readonly from: number;
  /** The one that must come after it. */
  readonly to: number;
  /** The kind of the dependency. */
  readonly kind: DependencyKind;
  /** One sentence that says why. */
  readonly why: string;
}

/** Something that is wrong with a history. */
export interface Anomaly {
  /** What it is called. */
  readonly kind: AnomalyKind;
  /** The weakest level that forbids it. */
  readonly rulesOut: IsolationLevel;
  /** How many of this kind were met; a cycle is looked for once. */
  readonly count: number;
  /** Who takes part, as indices into the history; of a cycle in its order. */
  readonly transactions: readonly number[];
  /** The steps of a cycle, the last one back to the first; empty for what is no cycle. */
  readonly steps: readonly CycleStep[];
  /** One sentence that says all of it. */
  readonly sentence: string;
}

/** How transactions are judged. */
export interface TransactionOptions {
  /** What the history must satisfy. @default {"strict-serializable"} */
  readonly level?: IsolationLevel;
  /**
   * Believe that each register by itself is linearizable, and order its values by real time, whatever is asked of the
   * transactions. Strict serializability implies it, and needs no word for it. @default {false}
   */
  readonly linearizableKeys?: boolean;
  /** What a transaction is called in sentences. @default {its index: T12} */
  readonly nameOf?: (index: number) => string;
}

/** What both verdicts say. */
export interface TransactionFindings {
  /** What was asked for. */
  readonly level: IsolationLevel;
  /** What was found, the worst first, one of each kind; of cycles the worst alone. */
  readonly anomalies: readonly Anomaly[];
  /**
   * Whether everything that the level asks for could be seen: then `ok` is a proof. Never so for a register whose values
   * do not follow one from the other.
   */
  readonly complete: boolean;
  /** Registers whose values could not be put in one order: what their order would show was not seen. */
  readonly unorderedKeys: readonly TransactionKey[];
}

/** Nothing was found that the level forbids. */
export interface TransactionsOk extends TransactionFindings {
  /** Which verdict this is. */
  readonly kind: "ok";
  /** The strongest level that nothing was found against. */
  readonly strongest: IsolationLevel;
}

/** The history does not satisfy the level: what was found is a proof. */
export interface TransactionsIllegal extends TransactionFindings {
  /** Which verdict this is. */
  readonly kind: "illegal";
  /** The strongest level that nothing was found against; `none` if the weakest is violated. */
  readonly strongest: IsolationLevel | "none";
  /** What rules out the next level. */
  readonly anomaly: Anomaly;
  /** Its sentence. */
  readonly sentence: string;
}

/** The answer of {@linkcode checkTransactions}. */
export type TransactionVerdict = TransactionsOk | TransactionsIllegal;
