/**
 * Transactions and what came of them, as bytes.
 *
 * They begin with a byte of their own, where a command has the version of its layout: a node that does not know them takes
 * them for a command of a newer version, and stops instead of going on without it.
 * @module
 */

import { type ByteReader, ByteWriter } from "../../runtime/bytes.ts";
import { BadInputError } from "./bad_input.ts";
import { reading } from "./command_codec.ts";
import type {
  Expiry,
  Guard,
  Step,
  StepFailure,
  StepResult,
  Transaction,
  TransactionResult,
} from "./steps.ts";

/** The first byte. */
export const TRANSACTIONS = 0x54;

/** A plain write, by far the most frequent step, has a number of its own that says all but key and value. */
const PLAIN_SET = 0;
const OPS = [
  "",
  "get",
  "getAll",
  "count",
  "length",
  "size",
  "keys",
  "revisionOf",
  "remaining",
  "set",
  "setAll",
  "append",
  "remove",
  "add",
  "expire",
  "persist",
] as const;
const NUMBER_OF = new Map<string, number>(OPS.map((op, number) => [op, number]));
const WHEN = ["always", "absent", "present"] as const;
const EXPIRIES = ["none", "keep", "after"] as const;
const FAILURES: readonly StepFailure[] = ["notANumber", "overflow", "tooLong", "tooMuch"];
const RESULTS = ["done", "nothing", "text", "integer", "list", "keys", "failed"] as const;
const GUARD_FAILED = 0;
/** Most transactions have none, and most steps leave nothing to end: one of each serves them all. */
const NO_GUARDS: readonly Guard[] = [];
const NO_EXPIRY: Expiry = { kind: "none" };

/** Whether `bytes` are transactions, and not another command or question. */
export function areTransactions(bytes: Uint8Array): boolean {
  return bytes[0] === TRANSACTIONS;
}

/** Encodes transactions that happen one after the other. */
export function encodeTransactions(transactions: readonly Transaction[], sizeBytes = 256): Uint8Array {
  const writer = new ByteWriter(sizeBytes);
  writer.u8(TRANSACTIONS);
  writer.varint(transactions.length);
  for (const { guards, steps } of transactions) {
    writer.varint(guards.length);
    for (const { key, revision } of guards) {
      writer.string(key);
      writer.varint(revision);
    }
    writer.varint(steps.length);
    for (const step of steps) writeStep(writer, step);
  }
  return writer.take();
}

/** Reads what {@linkcode encodeTransactions} wrote. Throws `BadInputError` for anything else. */
export function decodeTransactions(bytes: Uint8Array): Transaction[] {
  return reading("transactions", bytes, (reader) => {
    reader.u8();
    const transactions: Transaction[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const guards = readGuards(reader);
      const steps: Step[] = [];
      for (let more = reader.varint(); more > 0; more--) steps.push(readStep(reader));
      transactions.push({ guards, steps });
    }
    reader.end();
    return transactions;
  });
}

function readGuards(reader: ByteReader): readonly Guard[] {
  const count = reader.varint();
  if (count === 0) return NO_GUARDS;
  const guards: Guard[] = [];
  for (let left = count; left > 0; left--) guards.push({ key: reader.string(), revision: reader.varint() });
  return guards;
}

/** Encodes what came of transactions. */
export function encodeResults(results: readonly TransactionResult[]): Uint8Array {
  const writer = new ByteWriter(results.length * 4 + 16);
  writer.varint(results.length);
  for (const result of results) {
    if (result.kind === "guardFailed") writer.varint(GUARD_FAILED);
    else {
      writer.varint(result.results.length + 1);
      for (const one of result.results) writeResult(writer, one);
    }
  }
  return writer.take();
}

/** Reads what {@linkcode encodeResults} wrote. */
export function decodeResults(bytes: Uint8Array): TransactionResult[] {
  return reading("results", bytes, (reader) => {
    const all: TransactionResult[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const count = reader.varint();
      if (count === GUARD_FAILED) all.push({ kind: "guardFailed" });
      else {
        const results: StepResult[] = [];
        for (let more = count - 1; more > 0; more--) results.push(readResult(reader));
        all.push({ kind: "done", results });
      }
    }
    return all;
  });
}

function isPlain(step: Step & { readonly op: "set" }): boolean {
  return step.when === "always" && step.expiry.kind === "none" && !step.previous;
}

function writeStep(writer: ByteWriter, step: Step): void {
  if (step.op === "set" && isPlain(step)) {
    writer.u8(PLAIN_SET);
    writer.string(step.key);
    writer.string(step.value);
    return;
  }
  writer.u8(NUMBER_OF.get(step.op) as number);
  switch (step.op) {
    case "get":
    case "length":
    case "revisionOf":
    case "remaining":
    case "persist":
      return writer.string(step.key);
    case "size":
      return;
    case "getAll":
    case "count":
    case "remove":
      writer.varint(step.keys.length);
      for (const key of step.keys) writer.string(key);
      return;
    case "keys":
      writer.string(step.prefix);
      writer.string(step.after);
      return writer.varint(step.limit);
    case "set":
      return writeSet(writer, step);
    case "setAll":
      writer.varint(step.pairs.length);
      for (const [key, value] of step.pairs) {
        writer.string(key);
        writer.string(value);
      }
      return;
    case "append":
      writer.string(step.key);
      return writer.string(step.value);
    case "add":
      writer.string(step.key);
      return writer.string(step.by.toString());
    case "expire":
      writer.string(step.key);
      // A time that has passed is as good as none.
      return writer.varint(Math.max(0, step.afterMs));
  }
}

function writeSet(writer: ByteWriter, step: Step & { readonly op: "set" }): void {
  writer.string(step.key);
  writer.string(step.value);
  writer.u8(WHEN.indexOf(step.when));
  writer.u8(step.previous ? 1 : 0);
  writer.u8(EXPIRIES.indexOf(step.expiry.kind));
  if (step.expiry.kind === "after") writer.varint(step.expiry.ms);
}

function readStep(reader: ByteReader): Step {
  const number = reader.u8();
  if (number === PLAIN_SET) {
    const key = reader.string();
    const value = reader.string();
    return { op: "set", key, value, when: "always", expiry: NO_EXPIRY, previous: false };
  }
  const op = OPS[number];
  switch (op) {
    case "get":
    case "length":
    case "revisionOf":
    case "remaining":
    case "persist":
      return { op, key: reader.string() };
    case "size":
      return { op };
    case "getAll":
    case "count":
    case "remove":
      return { op, keys: readStrings(reader) };
    case "keys":
      return { op, prefix: reader.string(), after: reader.string(), limit: reader.varint() };
    case "set":
      return readSet(reader);
    case "setAll": {
      const pairs: [string, string][] = [];
      for (let left = reader.varint(); left > 0; left--) pairs.push([reader.string(), reader.string()]);
      return { op, pairs };
    }
    case "append":
      return { op, key: reader.string(), value: reader.string() };
    case "add":
      return { op, key: reader.string(), by: readInteger(reader.string()) };
    case "expire":
      return { op, key: reader.string(), afterMs: reader.varint() };
    default:
      throw unknown("step", number);
  }
}

function readSet(reader: ByteReader): Step {
  const key = reader.string();
  const value = reader.string();
  const when = WHEN[reader.u8()];
  const previous = reader.u8() === 1;
  const kind = EXPIRIES[reader.u8()];
  if (when === undefined || kind === undefined) throw unknown("step", NUMBER_OF.get("set") as number);
  const expiry: Expiry = kind === "after" ? { kind, ms: reader.varint() } : { kind };
  return { op: "set", key, value, when, expiry, previous };
}

function readStrings(reader: ByteReader): string[] {
  const strings: string[] = [];
  for (let left = reader.varint(); left > 0; left--) strings.push(reader.string());
  return strings;
}

function readInteger(text: string): bigint {
  if (/^-?\d{1,20}$/.test(text)) return BigInt(text);
  throw new BadInputError("malformed", "Cannot read a whole number that is none");
}

function writeResult(writer: ByteWriter, result: StepResult): void {
  writer.u8(RESULTS.indexOf(result.kind));
  switch (result.kind) {
    case "done":
    case "nothing":
      return;
    case "text":
      return writer.string(result.value);
    case "integer":
      return writer.string(result.value.toString());
    case "list":
      writer.varint(result.values.length);
      for (const value of result.values) {
        writer.u8(value === null ? 0 : 1);
        if (value !== null) writer.string(value);
      }
      return;
    case "keys":
      writer.u8(result.more ? 1 : 0);
      writer.varint(result.keys.length);
      for (const key of result.keys) writer.string(key);
      return;
    case "failed":
      return writer.u8(FAILURES.indexOf(result.why));
  }
}

const DONE: StepResult = { kind: "done" };

function readResult(reader: ByteReader): StepResult {
  const number = reader.u8();
  const kind = RESULTS[number];
  switch (kind) {
    case "done":
      return DONE;
    case "nothing":
      return { kind };
    case "text":
      return { kind, value: reader.string() };
    case "integer":
      return { kind, value: readInteger(reader.string()) };
    case "list": {
      const values: (string | null)[] = [];
      for (let left = reader.varint(); left > 0; left--) {
        values.push(reader.u8() === 0 ? null : reader.string());
      }
      return { kind, values };
    }
    case "keys": {
      const more = reader.u8() === 1;
      return { kind, more, keys: readStrings(reader) };
    }
    case "failed": {
      const why = FAILURES[reader.u8()];
      if (why !== undefined) return { kind, why };
    }
  }
  throw unknown("result", number);
}

function unknown(what: string, number: number): BadInputError {
  return new BadInputError(
    "unknownOperation",
    `Cannot understand a ${what} of kind ${number}: a newer version wrote it`,
  );
}
