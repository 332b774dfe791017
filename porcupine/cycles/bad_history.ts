/**
 * What is said of transactions that cannot be judged, as far as each can be looked at by itself. The types forbid most of it; but
 * from JSON, or plain JavaScript, anything may come: jepsen's "fail", taken for "unknown", would hide who read what was aborted.
 *
 * @module
 */
import { PorcupineError } from "../types.ts";
import type { MicroOperation, Transaction, TransactionValue } from "./types.ts";

/** Throws a {@linkcode PorcupineError} if this is no array. */
export function requireTransactions(history: readonly Transaction[]): void {
  if (Array.isArray(history)) return;
  const message = "the history is no array; give it the transactions, one after the other";
  throw new PorcupineError("bad-operation", message);
}

/** Throws a {@linkcode PorcupineError} if a transaction has no steps, or an outcome that is none. */
export function requireShape(transaction: Transaction, t: number): void {
  const { operations, outcome } = transaction ?? {};
  const isOne = Array.isArray(operations) && typeof outcome === "object" && outcome !== null;
  const status: unknown = isOne ? outcome.status : undefined;
  if (status === "ok" || status === "failed" || status === "unknown") return;
  const what = isOne ? `the status ${told(status)}` : "no operations or no outcome";
  const message =
    `transaction ${t} has ${what}; give it process, callAt, an array of operations, and as its ` +
    'outcome { status: "ok", returnAt }, { status: "failed", returnAt } if it was aborted for certain, or ' +
    '{ status: "unknown" }';
  throw new PorcupineError("bad-operation", message, t);
}

/** Throws a {@linkcode PorcupineError} if a step is none of the three, or names no key. */
export function requireStep(step: MicroOperation, t: number): void {
  if (step?.f !== "append" && step?.f !== "write" && step?.f !== "read") {
    throw mismatch("has a step that is neither append, write nor read; give one of these three", t);
  }
  const { key } = step;
  if (typeof key === "string" || (typeof key === "number" && !Number.isNaN(key))) return;
  throw mismatch(`has a step of the key ${told(key)}; give a string or a number`, t);
}

/** Throws a {@linkcode PorcupineError} if this is nothing that a key may hold. */
export function requireValue(value: TransactionValue, where: () => string, t: number): void {
  const type = typeof value;
  if (type === "string" || type === "boolean" || (type === "number" && !Number.isNaN(value))) return;
  const wanted = "give a string, a number, true or false, a list of these or null for a read";
  throw mismatch(`: ${where()} has ${value === undefined ? "nothing" : told(value)}; ${wanted}`, t);
}

/** Whatever it is, for a message. */
export function told(value: unknown): string {
  if (typeof value !== "object" && typeof value !== "string") {
    return typeof value === "bigint" ? `${value}n` : String(value);
  }
  return JSON.stringify(value, (_, part) => typeof part === "bigint" ? `${part}n` : part);
}

function mismatch(what: string, t: number): PorcupineError {
  return new PorcupineError("model-mismatch", `transaction ${t}${what.startsWith(":") ? "" : " "}${what}`, t);
}
