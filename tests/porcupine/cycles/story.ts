import type {
  MicroOperation,
  Transaction,
  TransactionKey,
  TransactionValue,
} from "../../../porcupine/mod.ts";

/** A step as jepsen writes it: `["append", "x", 1]`, `["w", "r", 2]`, `["r", "x", [1]]`. */
export type Step =
  | readonly ["append" | "w", TransactionKey, TransactionValue]
  | readonly ["r", TransactionKey, TransactionValue | readonly TransactionValue[] | null];

/** A committed transaction of `process`, from `callAt` to `returnAt`. */
export function committed(
  process: string,
  [callAt, returnAt]: readonly [number, number],
  ...steps: Step[]
): Transaction {
  return { process, callAt, operations: steps.map(operation), outcome: { status: "ok", returnAt } };
}

/** One that certainly was not committed. */
export function failed(
  process: string,
  [callAt, returnAt]: readonly [number, number],
  ...steps: Step[]
): Transaction {
  return { process, callAt, operations: steps.map(operation), outcome: { status: "failed", returnAt } };
}

/** One whose answer never came. */
export function lost(process: string, callAt: number, ...steps: Step[]): Transaction {
  return { process, callAt, operations: steps.map(operation), outcome: { status: "unknown" } };
}

function operation([f, key, value]: Step): MicroOperation {
  switch (f) {
    case "r":
      return { f: "read", key, found: value };
    case "append":
      return { f: "append", key, value };
    case "w":
      return { f: "write", key, value };
  }
}

/** All at once: real time says nothing. */
export const TOGETHER = [0, 100] as const;
