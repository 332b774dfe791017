import { told } from "./bad_history.ts";
import { isValues, type TransactionTable } from "./table.ts";
import type { MicroOperation, Transaction, TransactionKey, TransactionValue } from "./types.ts";

/** Elements of a list that are shown at each end. */
const SHOWN = 4;

/** A value or a key, as in JSON; words that cannot be taken for anything else are left bare. */
export function showValue(value: TransactionValue | TransactionKey | null): string {
  return typeof value === "string" && /^[\w.:#-]+$/.test(value) ? value : told(value);
}

/** A list, its middle left out if it is long. */
export function showList(values: readonly TransactionValue[]): string {
  const all = values.length <= 2 * SHOWN + 1;
  const head = (all ? values : values.slice(0, SHOWN)).map(showValue);
  const tail = all ? [] : ["...", ...values.slice(-SHOWN).map(showValue)];
  return `[${[...head, ...tail].join(" ")}]`;
}

/** What a read found. */
export function showFound(found: (MicroOperation & { f: "read" })["found"]): string {
  if (found === null) return "nothing";
  return isValues(found) ? showList(found) : showValue(found);
}

/** A transaction in a few words: `append(x, 1) read(y) -> [2]`. */
export function showSteps(operations: readonly MicroOperation[], answered: boolean): string {
  return operations.map((step) =>
    step.f === "read"
      ? `read(${showValue(step.key)}) -> ${answered ? showFound(step.found) : "?"}`
      : `${step.f}(${showValue(step.key)}, ${showValue(step.value)})`
  ).join(" ");
}

/** A transaction in a few words. */
export function tellTransaction({ operations, outcome }: Transaction): string {
  const steps = `{${showSteps(operations, outcome.status === "ok")}}`;
  return outcome.status === "ok"
    ? steps
    : `${steps} -> ${outcome.status === "failed" ? "not committed" : "?"}`;
}

/** Names for sentences. */
export interface Words {
  readonly table: TransactionTable;
  /** What a transaction is called. */
  name(transaction: number): string;
  /** What a key is called. */
  key(key: number): string;
  /** What a version is called: its value. */
  value(version: number): string;
}

/** Names for the sentences about `table`. */
export function wordsFor(table: TransactionTable, name: (transaction: number) => string): Words {
  return {
    table,
    name,
    key: (key) => showValue(table.keys[key]),
    value: (version) => showValue(table.value[version]),
  };
}

/** What a transaction did with a key, in order. */
export function stepsOn(words: Words, t: number, key: number): MicroOperation[] {
  const { start, key: keys, history } = words.table;
  return history[t].operations.filter((_, i) => keys[start[t] + i] === key);
}
