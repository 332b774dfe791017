/**
 * Which transactions the store takes.
 * @module
 */

import { BadInputError, checkKey, checkNumber, checkValue } from "./bad_input.ts";
import type { Step, Transaction } from "./steps.ts";
import { MAX_BATCH, MAX_LEASE_MS, MAX_PAGE } from "./types.ts";

/** Most transactions that travel together. */
export const MAX_TRANSACTIONS = 8192;

/** Throws {@linkcode BadInputError} unless each of `transactions` may enter the log. */
export function checkTransactions(transactions: readonly Transaction[]): void {
  checkMany("transactions", transactions.length, MAX_TRANSACTIONS);
  for (const transaction of transactions) checkTransaction(transaction);
}

/** Throws {@linkcode BadInputError} unless `transaction` may enter the log. */
export function checkTransaction({ guards, steps }: Transaction): void {
  checkMany("guards", guards.length, MAX_BATCH);
  checkMany("steps", steps.length, MAX_BATCH);
  for (const { key } of guards) checkKey(key);
  for (const step of steps) checkStep(step);
}

function checkStep(step: Step): void {
  switch (step.op) {
    case "get":
    case "length":
    case "revisionOf":
    case "remaining":
    case "persist":
    case "add":
      return checkKey(step.key);
    case "size":
      return;
    case "getAll":
    case "count":
    case "remove":
      checkMany("keys", step.keys.length, MAX_BATCH);
      return step.keys.forEach(checkKey);
    case "keys":
      checkKey(step.prefix);
      checkKey(step.after);
      return checkNumber("the limit", step.limit, 1, MAX_PAGE);
    case "setAll":
      checkMany("pairs", step.pairs.length, MAX_BATCH);
      for (const [key, value] of step.pairs) {
        checkKey(key);
        checkValue(value);
      }
      return;
    case "set":
      if (step.expiry.kind === "after") checkNumber("the time to live", step.expiry.ms, 1, MAX_LEASE_MS);
      checkKey(step.key);
      return checkValue(step.value);
    case "append":
      checkKey(step.key);
      return checkValue(step.value);
    case "expire":
      checkKey(step.key);
      return checkNumber("the time to live", Math.max(0, step.afterMs), 0, MAX_LEASE_MS);
  }
}

function checkMany(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new BadInputError(
    "batchTooLong",
    `Cannot take ${count} ${what} at once: at most ${most}, split them`,
  );
}
