/**
 * What the steps of a transaction do.
 * @module
 */

import { TooMuchError } from "./allowance.ts";
import { utf8Length } from "./bad_input.ts";
import type { Expiry, Step, StepFailure, StepResult, Transaction, TransactionResult } from "./steps.ts";
import type { EntryHead } from "./entry_table.ts";
import { MAX_VALUE_BYTES, type StoreEntry } from "./types.ts";

/** What steps may look at. */
export interface Looked {
  /** How many keys there are. */
  readonly size: number;
  /** What is under `key`. Throws `TooMuchError` if the steps have read too much by then. */
  entry(key: string): StoreEntry | undefined;
  /** The same without its value, which takes longest to read. */
  head(key: string): EntryHead | undefined;
  /** Keys from `first` on, in order. */
  keysFrom(first: string): Iterable<string>;
  /** So many characters are to be in the answer. Throws like `entry`. */
  tell(length: number): void;
}

/** What steps may change, all of it in one revision of the store. */
export interface Changed extends Looked {
  /** When the lease ends, in log time. */
  endsMs(lease: number): number | undefined;
  /** Begins a lease for one key. */
  grant(ttlMs: number): number;
  /** Replaces a value. The key lives by `lease`, or for ever if that is 0. */
  put(key: string, value: string, lease: number): void;
  /** Takes a key out that lives by `lease`. */
  remove(key: string, lease: number): void;
}

const DONE: StepResult = { kind: "done" };
const NOTHING: StepResult = { kind: "nothing" };
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Runs a transaction: all of its steps, or none if a guard does not hold. `nowMs` is log time. */
export function runTransaction(store: Changed, transaction: Transaction, nowMs: number): TransactionResult {
  for (const { key, revision } of transaction.guards) {
    if ((store.head(key)?.revision ?? 0) !== revision) return { kind: "guardFailed" };
  }
  const run = (step: Step): StepResult => {
    try {
      return runStep(store, step, nowMs);
    } catch (error) {
      return refusal(error);
    }
  };
  return { kind: "done", results: transaction.steps.map(run) };
}

/** The result of a step that changes nothing; null for one that would. */
export function look(store: Looked, step: Step): StepResult | null {
  try {
    return lookAt(store, step);
  } catch (error) {
    return refusal(error);
  }
}

/** What a step comes to that would read too much. Every step reads all that it needs before it changes anything. */
function refusal(error: unknown): StepResult {
  if (error instanceof TooMuchError) return failed("tooMuch");
  throw error;
}

function lookAt(store: Looked, step: Step): StepResult | null {
  switch (step.op) {
    case "get":
      return textOf(store, store.entry(step.key));
    case "getAll":
      return { kind: "list", values: step.keys.map((key) => valueOf(store, key)) };
    case "count": {
      let count = 0;
      for (const key of step.keys) if (store.head(key) !== undefined) count++;
      return integer(count);
    }
    case "length":
      return integer(utf8Length(store.entry(step.key)?.value ?? ""));
    case "size":
      return integer(store.size);
    case "keys":
      return keys(store, step);
    case "revisionOf":
      return integer(store.head(step.key)?.revision ?? 0);
    default:
      return null;
  }
}

function keys(store: Looked, { prefix, after, limit }: Step & { readonly op: "keys" }): StepResult {
  const found: string[] = [];
  let more = false;
  let length = 0;
  for (const key of store.keysFrom(after > prefix ? after : prefix)) {
    if (!key.startsWith(prefix)) break;
    if (key === after && after !== "") continue;
    more = found.length === limit;
    if (more) break;
    length += key.length;
    found.push(key);
  }
  store.tell(length);
  return { kind: "keys", keys: found, more };
}

function runStep(store: Changed, step: Step, nowMs: number): StepResult {
  switch (step.op) {
    case "set":
      return set(store, step);
    case "setAll":
      for (const [key, value] of step.pairs) store.put(key, value, 0);
      return DONE;
    case "append": {
      const present = store.entry(step.key);
      const value = (present?.value ?? "") + step.value;
      const sizeBytes = utf8Length(value);
      if (sizeBytes > MAX_VALUE_BYTES) return failed("tooLong");
      store.put(step.key, value, present?.lease ?? 0);
      return integer(sizeBytes);
    }
    case "remove": {
      let count = 0;
      for (const key of step.keys) {
        const present = store.head(key);
        if (present === undefined) continue;
        store.remove(key, present.lease);
        count++;
      }
      return integer(count);
    }
    case "add":
      return add(store, step.key, step.by);
    case "expire":
    case "persist":
      return expire(store, step.key, step.op === "persist" ? Infinity : step.afterMs);
    case "remaining": {
      const present = store.head(step.key);
      if (present === undefined) return integer(-2);
      const endsMs = store.endsMs(present.lease);
      return integer(endsMs === undefined ? -1 : Math.max(0, endsMs - nowMs));
    }
    default:
      return lookAt(store, step) ?? NOTHING;
  }
}

function set(store: Changed, step: Step & { readonly op: "set" }): StepResult {
  if (step.when === "always" && !step.previous && step.expiry.kind === "none") {
    // By far the most frequent of all: what was there before makes no difference.
    store.put(step.key, step.value, 0);
    return DONE;
  }
  const before = step.previous ? store.entry(step.key) : undefined;
  // Told first: what cannot be told must not be done.
  const told = textOf(store, before);
  const present = before ?? store.head(step.key);
  const holds = step.when === "always" || (step.when === "present") === (present !== undefined);
  if (holds) store.put(step.key, step.value, leaseFor(store, step.expiry, present));
  if (step.previous) return told;
  return holds ? DONE : NOTHING;
}

function leaseFor(store: Changed, expiry: Expiry, present: EntryHead | undefined): number {
  switch (expiry.kind) {
    case "none":
      return 0;
    case "keep":
      return present?.lease ?? 0;
    case "after":
      return store.grant(expiry.ms);
  }
}

function add(store: Changed, key: string, by: bigint): StepResult {
  const present = store.entry(key);
  const before = parseInteger(present?.value ?? "0");
  if (before === null) return failed("notANumber");
  const sum = before + by;
  if (sum < LEAST || sum > MOST) return failed("overflow");
  store.put(key, sum.toString(), present?.lease ?? 0);
  return integer(sum);
}

function expire(store: Changed, key: string, afterMs: number): StepResult {
  const present = store.entry(key);
  if (present === undefined || (afterMs === Infinity && present.lease === 0)) return integer(0);
  if (afterMs <= 0) store.remove(key, present.lease);
  else store.put(key, present.value, afterMs === Infinity ? 0 : store.grant(afterMs));
  return integer(1);
}

/** A whole number of 64 bits in its usual form, as Redis takes it: no blanks, no leading zeros, no plus. */
export function parseInteger(text: string): bigint | null {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return null;
  const value = BigInt(text);
  return value < LEAST || value > MOST ? null : value;
}

function textOf(store: Looked, entry: StoreEntry | undefined): StepResult {
  if (entry === undefined) return NOTHING;
  store.tell(entry.value.length);
  return { kind: "text", value: entry.value };
}

function valueOf(store: Looked, key: string): string | null {
  const value = store.entry(key)?.value ?? null;
  store.tell(value?.length ?? 0);
  return value;
}

function integer(value: bigint | number): StepResult {
  return { kind: "integer", value };
}

function failed(why: StepFailure): StepResult {
  return { kind: "failed", why };
}
