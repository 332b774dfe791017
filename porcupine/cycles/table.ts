import { type ClientId, PorcupineError } from "../types.ts";
import { requireShape, requireStep, requireTransactions, requireValue, told } from "./bad_history.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import type { MicroOperation, Transaction, TransactionKey, TransactionValue } from "./types.ts";

/** A transaction that never took effect, as far as anybody can tell. */
export const GONE = 0;
/** One that was committed. */
export const COMMITTED = 1;
/** One that certainly was not. */
export const ABORTED = 2;

/**
 * A history in numbers: keys, and what was written, have one each. The first numbers of what was written are the states
 * before anybody wrote, one for each key. Some 60 bytes a micro-operation, beside the history itself.
 */
export interface TransactionTable {
  readonly history: readonly Transaction[];
  /** By number. */
  readonly keys: readonly TransactionKey[];
  /** By key: 1 for a list, 0 for a register. */
  readonly isList: Uint8Array;
  /** Where the micro-operations of each transaction begin. */
  readonly start: Int32Array;
  /** By micro-operation: its key. */
  readonly key: Int32Array;
  /** By micro-operation: what it wrote, or what a register was found to hold; -1 for anything else. */
  readonly version: Int32Array;
  /** By version: who wrote it; -1 for the state before anybody wrote. */
  readonly writer: Int32Array;
  /** By version: its key. */
  readonly keyOf: Int32Array;
  /** By version: 1 if its writer wrote nothing more to the key. */
  readonly isLast: Uint8Array;
  /** By version: the value; `null` before anybody wrote. */
  readonly value: readonly (TransactionValue | null)[];
  /** By transaction: {@linkcode COMMITTED} and the like. Who was not answered is taken for committed once it is seen. */
  readonly state: Uint8Array;
  /** The version that has this value; -1 if nobody wrote it. */
  find(key: number, value: TransactionValue): number;
  /** Called in each round of whatever goes through all of it. */
  readonly patience: Patience;
}

/**
 * Numbers a history. Throws a {@linkcode PorcupineError} on a bad one: no operations, or an outcome that is none
 * (`bad-operation`), times that are not finite (`bad-time`), an end before the call
 * (`return-before-call`), a process with two open at once (`overlapping-calls`), a key that is a list and a register,
 * or values that are neither (`model-mismatch`), a value that is written twice to one key (`repeated-value`): then nobody
 * could say which of the two was read.
 */
export function tableOf(history: readonly Transaction[], patience: Patience = ENDLESS): TransactionTable {
  const shape = measure(history, patience);
  const { keys, isList, numbers, operations, writes } = shape;
  const table = {
    history,
    keys,
    isList: Uint8Array.from(isList, (kind) => kind === "list" ? 1 : 0),
    start: new Int32Array(history.length + 1),
    key: new Int32Array(operations),
    version: new Int32Array(operations).fill(-1),
    writer: new Int32Array(keys.length + writes).fill(-1),
    keyOf: new Int32Array(keys.length + writes),
    isLast: new Uint8Array(keys.length + writes),
    value: new Array<TransactionValue | null>(keys.length + writes).fill(null),
    state: new Uint8Array(history.length),
    patience,
  };
  const values = keys.map(() => new Map<TransactionValue, number>());
  for (let k = 0; k < keys.length; k++) table.keyOf[k] = k;
  const lastIn = new Int32Array(keys.length);
  let at = 0;
  let version = keys.length;
  for (let t = 0; t < history.length; t++) {
    patience();
    const { operations, outcome } = history[t];
    table.start[t] = at;
    table.state[t] = outcome.status === "ok" ? COMMITTED : outcome.status === "failed" ? ABORTED : GONE;
    for (const step of operations) {
      const key = table.key[at++] = numbers.get(step.key) ?? -1;
      if (step.f === "read") continue;
      const earlier = values[key].get(step.value);
      if (earlier !== undefined) throw twice(step, t, table.writer[earlier]);
      values[key].set(step.value, version);
      table.version[at - 1] = version;
      table.writer[version] = t;
      table.keyOf[version] = key;
      table.value[version] = step.value;
      table.isLast[version] = 1;
      const last = lastIn[key];
      if (last > 0 && table.writer[last] === t) table.isLast[last] = 0;
      lastIn[key] = version++;
    }
  }
  table.start[history.length] = at;
  const find = (key: number, value: TransactionValue): number => values[key].get(value) ?? -1;
  findReads(history, table, find);
  return { ...table, find };
}

/** What registers were found to hold. (What those that were not committed say of it nobody asks.) */
function findReads(
  history: readonly Transaction[],
  { start, key, isList, patience, version }:
    & Pick<TransactionTable, "start" | "key" | "isList" | "patience">
    & {
      version: Int32Array;
    },
  find: TransactionTable["find"],
): void {
  for (let t = 0; t < history.length; t++) {
    patience();
    const { operations } = history[t];
    for (let i = 0; i < operations.length; i++) {
      const step = operations[i];
      const at = start[t] + i;
      if (step.f !== "read" || isList[key[at]] === 1) continue;
      // A register's: lists were left out above.
      const found = step.found as TransactionValue | null;
      version[at] = found === null ? key[at] : find(key[at], found);
    }
  }
}

interface Shape {
  readonly keys: TransactionKey[];
  readonly isList: (KeyKind)[];
  readonly numbers: Map<TransactionKey, number>;
  readonly operations: number;
  readonly writes: number;
}

type KeyKind = "list" | "register" | "open";

/** Looks at everything once: what is bad is found before anything is built upon it. */
function measure(history: readonly Transaction[], patience: Patience): Shape {
  requireTransactions(history);
  const keys: TransactionKey[] = [];
  const isList: KeyKind[] = [];
  const first: number[] = [];
  const numbers = new Map<TransactionKey, number>();
  let operations = 0;
  let writes = 0;
  for (let t = 0; t < history.length; t++) {
    patience();
    requireShape(history[t], t);
    const { outcome } = history[t];
    requireTimes(history[t], t);
    for (const step of history[t].operations) {
      requireStep(step, t);
      operations++;
      if (step.f !== "read") writes++;
      let number = numbers.get(step.key);
      if (number === undefined) {
        numbers.set(step.key, number = keys.length);
        keys.push(step.key);
        isList.push("open");
        first.push(t);
      }
      const kind = kindOf(step, t, outcome.status === "ok");
      if (kind === "open" || kind === isList[number]) continue;
      if (isList[number] !== "open") throw mixed(step.key, first[number], t);
      isList[number] = kind;
      first[number] = t;
    }
  }
  requireTurns(history);
  return { keys, isList, numbers, operations, writes };
}

function kindOf(step: MicroOperation, t: number, answered: boolean): KeyKind {
  if (step.f !== "read") {
    requireValue(step.value, () => `the ${step.f} to ${told(step.key)}`, t);
    return step.f === "append" ? "list" : "register";
  }
  if (!answered || step.found === null) return "open";
  if (isValues(step.found)) return "list";
  requireValue(step.found, () => `the read of ${told(step.key)}`, t);
  return "register";
}

/** Whether a read found a list. */
export function isValues(
  found: TransactionValue | readonly TransactionValue[] | null,
): found is readonly TransactionValue[] {
  return Array.isArray(found);
}

function mixed(key: TransactionKey, first: number, second: number): PorcupineError {
  return new PorcupineError(
    "model-mismatch",
    `key ${
      told(key)
    } is a list in one of the transactions ${first} and ${second} and a register in the other; ` +
      "append to a key and read it as a list, or write it and read one value",
    second,
  );
}

function twice(
  { f, key, value }: Exclude<MicroOperation, { f: "read" }>,
  t: number,
  earlier: number,
): PorcupineError {
  return new PorcupineError(
    "repeated-value",
    `transaction ${t}: ${f} of ${told(value)} to ${told(key)}, as transaction ${earlier} did; ` +
      "every value may be written to a key once, or nobody knows whose was read",
    t,
  );
}

function requireTimes({ callAt, outcome }: Transaction, t: number): void {
  if (!Number.isFinite(callAt)) throw badTime("call", callAt, t);
  if (outcome.status === "unknown") return;
  if (!Number.isFinite(outcome.returnAt)) throw badTime("return", outcome.returnAt, t);
  if (outcome.returnAt >= callAt) return;
  throw new PorcupineError(
    "return-before-call",
    `transaction ${t} returns at ${outcome.returnAt}, before its call at ${callAt}; check the clock`,
    t,
  );
}

function badTime(what: string, time: number, t: number): PorcupineError {
  return new PorcupineError(
    "bad-time",
    `transaction ${t} has ${what} time ${time}; it must be a finite number`,
    t,
  );
}

/** The transactions of each process, by call. */
export function turnsOf(history: readonly Transaction[]): Map<ClientId, number[]> {
  const turns = new Map<ClientId, number[]>();
  for (let t = 0; t < history.length; t++) {
    const { process } = history[t];
    const own = turns.get(process);
    if (own === undefined) turns.set(process, [t]);
    else own.push(t);
  }
  for (const own of turns.values()) {
    for (let i = 1; i < own.length; i++) {
      if (history[own[i]].callAt >= history[own[i - 1]].callAt) continue;
      own.sort((a, b) => history[a].callAt - history[b].callAt);
      break;
    }
  }
  return turns;
}

function requireTurns(history: readonly Transaction[]): void {
  for (const [process, own] of turnsOf(history)) {
    for (let i = 1; i < own.length; i++) {
      const { outcome } = history[own[i - 1]];
      if (outcome.status !== "unknown" && outcome.returnAt <= history[own[i]].callAt) continue;
      const why = outcome.status === "unknown"
        ? `whose transaction ${own[i - 1]} never ended comes back; give it another name from then on`
        : `has the transactions ${own[i - 1]} and ${
          own[i]
        } open at once; give each concurrent caller a name of its own`;
      throw new PorcupineError("overlapping-calls", `process ${JSON.stringify(process)} ${why}`, own[i]);
    }
  }
}
