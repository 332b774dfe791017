/**
 * The answers of a check: whether an order exists, and what shows it.
 *
 * @module
 */

/** How one partition was decided. */
export interface PartitionReport {
  /** The partition's key; empty for a model without partitions. */
  readonly key: string;
  /** Its operations, as indices into the history, by call time. */
  readonly operations: readonly number[];
  /** Its verdict. `skipped`: it was not decided, because another partition was found to be illegal first. */
  readonly verdict: "ok" | "illegal" | "unknown" | "skipped";
  /**
   * An order, as indices into the history. If `ok`, it is a linearization of the partition. Otherwise it is the longest one found, of
   * what had been called by some instant. In it an operation that returned later counts as one without an answer: it may stand in it
   * whatever it answered, even if it is the impossible one.
   */
  readonly linearization: readonly number[];
}

/** The history is linearizable, and here is an order that shows it. */
export interface OkVerdict {
  /** Which verdict this is. */
  readonly kind: "ok";
  /**
   * Indices into the history, in an order that respects real time and that the model accepts step by step. Operations
   * without an answer that never took effect are left out.
   */
  readonly linearization: readonly number[];
  /** How each partition was decided, in the order of their first calls. */
  readonly partitions: readonly PartitionReport[];
}

/** No order explains the history. */
export interface IllegalVerdict {
  /** Which verdict this is. */
  readonly kind: "illegal";
  /** The key of the partition that cannot be explained. */
  readonly partition: string;
  /**
   * Indices into the history of the operations whose answers contradict each other: if only these answers are believed, and every
   * other operation is treated as if its answer had never come, the history is still impossible. (With `explain: "verdict"` they
   * are only what was found on the way, and need not contradict each other by themselves.) If not `coreStandsAlone`, the answers to
   * all that was called in the partition before the first of these, or at the same instant, are believed as well, as far as they had
   * come by the return of `firstImpossible`, which is one of them.
   */
  readonly core: readonly number[];
  /** True if disbelieving any single operation of the core makes the history possible. */
  readonly coreIsMinimal: boolean;
  /**
   * False if the core is what contradicts the impossible answer lately, and takes for granted what was answered to all that was called
   * before: where no minimal core without that was found. Of some histories each has hundreds of operations.
   */
  readonly coreStandsAlone: boolean;
  /**
   * The first operation of the partition, by time of return, up to whose return no order exists. If a limit strikes while it is
   * looked for, it may be a later one. It need not be in the core: a later answer can be impossible for a better reason.
   */
  readonly firstImpossible: number;
  /** One sentence that says why. */
  readonly sentence: string;
  /** How each partition was decided, in the order of their first calls. */
  readonly partitions: readonly PartitionReport[];
}

/** The limits struck before the question was settled. */
export interface UnknownVerdict {
  /** Which verdict this is. */
  readonly kind: "unknown";
  /** Which limit. */
  readonly reason: "time" | "memory" | "aborted";
  /**
   * The history is linearizable at least up to, and including, the return of this operation; -1 if nothing is known.
   */
  readonly linearizableUpTo: number;
  /**
   * How far each partition was decided, in the order of their first calls. Operations that were not looked at before the limit struck
   * stand in no partition, and a partition that has only such operations is not listed.
   */
  readonly partitions: readonly PartitionReport[];
}

/** The answer of a check. */
export type Verdict = OkVerdict | IllegalVerdict | UnknownVerdict;
