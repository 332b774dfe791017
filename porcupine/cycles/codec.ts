import {
  type Codec,
  mismatch,
  requireItem,
  requireList,
  requireNumber,
  requireString,
  unknownOperation,
} from "../formats/codec.ts";
import { type Datum, isExact } from "../formats/raw.ts";
import {
  type TransactionInput,
  transactionModel,
  type TransactionOutput,
  type TransactionState,
} from "./model.ts";
import { sameSteps } from "./steps.ts";
import type { MicroOperation, TransactionKey, TransactionValue } from "./types.ts";

/** What a history of transactions is made of. */
export type TransactionKind = "list-append" | "rw-register" | "txn";

/** The kinds, each in a few words. */
export const TRANSACTION_KINDS: Readonly<Record<TransactionKind, string>> = {
  "list-append":
    "transactions that append to lists and read them, for their isolation level (Elle's list-append)",
  "rw-register": "transactions that write registers and read them (Elle's rw-register)",
  "txn": "transactions of both",
};

const STEPS: Readonly<Record<TransactionKind, string>> = {
  "list-append": '["append", key, value] or ["r", key, [values]]',
  "rw-register": '["w", key, value] or ["r", key, value]',
  "txn": '["append", key, value], ["w", key, value], ["r", key, value] or ["r", key, [values]]',
};

/** The word for a transaction that certainly did not happen. */
const FAILED = "failed";

/**
 * Transactions in files: `v` is a list of steps as jepsen writes them, `o` the same with what the reads found, or
 * `"failed"`.
 *
 * @example
 * ```ts
 * import { checkTransactions, loadHistory, transactionCodec, transactionsOf } from "@flotilla/flotilla/porcupine";
 *
 * const text = `{"format":"linhist-1","model":"txn"}
 * {"c":0,"f":"txn","v":[["append","x",1],["r","y",null]],"o":[["append","x",1],["r","y",null]],"s":0,"e":1}
 * {"c":1,"f":"txn","v":[["r","x",null]],"o":[["r","x",[]]],"s":2,"e":3}
 * `;
 * const { operations } = await loadHistory(transactionCodec("txn"), "small.jsonl", [new TextEncoder().encode(text)]);
 * const verdict = checkTransactions(transactionsOf(operations));
 * if (verdict.kind !== "illegal" || verdict.anomaly.kind !== "G-single-realtime") throw new Error(verdict.kind);
 * ```
 */
export function transactionCodec(
  kind: TransactionKind,
): Codec<TransactionState, TransactionInput, TransactionOutput> {
  const operations = { txn: `txn (v: [steps], answers [steps] or "${FAILED}"; a step is ${STEPS[kind]})` };
  const stepsOf = (value: Datum, answered: boolean): MicroOperation[] =>
    requireList(value, "the steps of a transaction").map((step) => stepOf(kind, step, answered));
  return {
    name: kind,
    summary: TRANSACTION_KINDS[kind],
    operations,
    model: transactionModel,
    input: (raw) =>
      raw.f === "txn"
        ? { f: "txn", operations: stepsOf(raw.argument, false) }
        : unknownOperation(operations, raw.f),
    output: (value, input) => {
      if (value === FAILED) return { f: "txn", committed: false };
      const done = stepsOf(value, true);
      if (!sameSteps(done, input.operations)) return mismatch("the steps that were asked for", value);
      return { f: "txn", committed: true, operations: done };
    },
    recordInput: ({ operations }) => ({
      f: "txn",
      key: null,
      argument: operations.map((step) => recordStep(step, false)),
      version: undefined,
    }),
    recordOutput: (output) =>
      output.committed ? output.operations.map((step) => recordStep(step, true)) : FAILED,
    mark: (_input, answer) => answer.known && !answer.output.committed ? "failed" : "plain",
  };
}

function stepOf(kind: TransactionKind, step: Datum, answered: boolean): MicroOperation {
  const expected = `a step, as ${STEPS[kind]}`;
  const [f, name, value, ...more] = requireList(step, expected);
  const known = f === "r" || (f === "append" && kind !== "rw-register") ||
    (f === "w" && kind !== "list-append");
  if (!known || more.length > 0) return mismatch(expected, step);
  const key = keyOf(name ?? null, f);
  if (f !== "r") return { f: f === "append" ? "append" : "write", key, value: valueOf(value ?? null, f) };
  return { f: "read", key, found: answered ? foundOf(kind, value ?? null, expected) : null };
}

function foundOf(
  kind: TransactionKind,
  value: Datum,
  expected: string,
): TransactionValue | readonly TransactionValue[] | null {
  if (value === null) return null;
  if (Array.isArray(value) ? kind === "rw-register" : kind === "list-append") {
    return mismatch(expected, value);
  }
  return Array.isArray(value) ? value.map((one: Datum) => valueOf(one, "a list")) : valueOf(value, "a read");
}

function keyOf(key: Datum, f: string): TransactionKey {
  return typeof key === "number" && isExact(key)
    ? requireNumber(key, `the key of ${f}`)
    : requireString(key, `the key of ${f}, or a number within 2^53`);
}

function valueOf(value: Datum, f: string): TransactionValue {
  return requireItem(value, `a value of ${f}`);
}

function recordStep(step: MicroOperation, answered: boolean): Datum {
  switch (step.f) {
    case "append":
      return ["append", step.key, step.value];
    case "write":
      return ["w", step.key, step.value];
    case "read":
      return ["r", step.key, answered ? step.found : null];
  }
}
