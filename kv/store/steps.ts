/**
 * Transactions: steps that run one after the other at one place in the log, each with a result.
 *
 * A batch knows its writes beforehand. A step may depend on what it finds (add to a number, keep a value that is there), and
 * tells what it found. Many transactions travel as one command: that is what makes a thousand writes cost hardly more than one.
 * @module
 */

/** When a key is to be gone. */
export type Expiry =
  /** Never. */
  | { readonly kind: "none" }
  /** When it would have been anyway. */
  | { readonly kind: "keep" }
  /** This many milliseconds of log time from now. */
  | { readonly kind: "after"; readonly ms: number };

/** One step. Those that only look can also be asked as a question, without an entry in the log. */
export type Step =
  /** Result: the value, or nothing. */
  | { readonly op: "get"; readonly key: string }
  /** Result: the values, in order. */
  | { readonly op: "getAll"; readonly keys: readonly string[] }
  /** Result: how many of the keys are there, each counted as often as it is named. */
  | { readonly op: "count"; readonly keys: readonly string[] }
  /** Result: bytes of the value in UTF-8; 0 for a key that is not there. */
  | { readonly op: "length"; readonly key: string }
  /** Result: how many keys there are. */
  | { readonly op: "size" }
  /** Result: keys that begin with `prefix`, behind `after`, in order. */
  | { readonly op: "keys"; readonly prefix: string; readonly after: string; readonly limit: number }
  /** Result: the revision that wrote the key last; 0 for a key that is not there. */
  | { readonly op: "revisionOf"; readonly key: string }
  /** Result: milliseconds until the key is gone; -1 for a key that stays, -2 for one that is not there. Not a question. */
  | { readonly op: "remaining"; readonly key: string }
  /** Result: `done`, or nothing where `when` did not hold; with `previous` the value before, or nothing. */
  | {
    readonly op: "set";
    readonly key: string;
    readonly value: string;
    readonly when: "always" | "absent" | "present";
    readonly expiry: Expiry;
    readonly previous: boolean;
  }
  /** Result: `done`. */
  | { readonly op: "setAll"; readonly pairs: readonly (readonly [key: string, value: string])[] }
  /** Result: bytes of the value afterwards. */
  | { readonly op: "append"; readonly key: string; readonly value: string }
  /** Result: how many of the keys were there. */
  | { readonly op: "remove"; readonly keys: readonly string[] }
  /** Adds to a whole number of 64 bits; a key that is not there counts as 0. Result: the sum. */
  | { readonly op: "add"; readonly key: string; readonly by: bigint }
  /** Result: 1, or 0 for a key that is not there. A time that has passed already deletes the key. */
  | { readonly op: "expire"; readonly key: string; readonly afterMs: number }
  /** Lets a key stay that was to go. Result: 1, or 0 if it is not there or stays anyway. */
  | { readonly op: "persist"; readonly key: string };

/** Why a step changed nothing; the others of its transaction happen all the same. */
export type StepFailure =
  /** The value is no whole number of 64 bits. */
  | "notANumber"
  /** The sum would not be one. */
  | "overflow"
  /** The value would become too long. */
  | "tooLong"
  /** The steps before this one have read, or are to tell, about as much as they may. */
  | "tooMuch";

/** What came of a step. */
export type StepResult =
  | { readonly kind: "done" }
  /** No value. */
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "integer"; readonly value: bigint | number }
  | { readonly kind: "list"; readonly values: readonly (string | null)[] }
  /** Keys, and whether there are more behind them. */
  | { readonly kind: "keys"; readonly keys: readonly string[]; readonly more: boolean }
  | { readonly kind: "failed"; readonly why: StepFailure };

/** A key that must not have been written since. */
export interface Guard {
  /** The key. */
  readonly key: string;
  /** The revision that wrote it last; 0 for a key that is not there. */
  readonly revision: number;
}

/** Steps that happen together, if every guard holds. */
export interface Transaction {
  /** What must hold before the first step. */
  readonly guards: readonly Guard[];
  /** What is done. */
  readonly steps: readonly Step[];
}

/** What came of a transaction. */
export type TransactionResult =
  | { readonly kind: "done"; readonly results: readonly StepResult[] }
  /** Nothing was changed: a guard does not hold. */
  | { readonly kind: "guardFailed" };

/** Whether `step` can be asked as a question: it changes nothing and does not depend on time. */
export function onlyLooks(step: Step): boolean {
  switch (step.op) {
    case "get":
    case "getAll":
    case "count":
    case "length":
    case "size":
    case "keys":
    case "revisionOf":
      return true;
    default:
      return false;
  }
}

/** About how many bytes `step` takes; what it holds cannot be more than three times as much. */
export function sizeOfStep(step: Step): number {
  let size = 16;
  switch (step.op) {
    case "set":
    case "append":
      return size + step.key.length + step.value.length;
    case "setAll":
      for (const [key, value] of step.pairs) size += key.length + value.length + 8;
      return size;
    case "getAll":
    case "count":
    case "remove":
      for (const key of step.keys) size += key.length + 8;
      return size;
    case "keys":
      return size + step.prefix.length + step.after.length;
    case "size":
      return size;
    default:
      return size + step.key.length;
  }
}

/** Whether something was left out because there was too much to tell. Of looks that were asked together each may have enough room alone. */
export function isShort(results: readonly StepResult[]): boolean {
  return results.some((result) => result.kind === "failed" && result.why === "tooMuch");
}
