import { EDGE } from "./graph.ts";
import type { ListOrders } from "./lists.ts";
import { listOf } from "./reads.ts";
import type { Cycle, Dependency } from "./search.ts";
import { nameCycle } from "./levels.ts";
import type { Anomaly, CycleStep, DependencyKind, TransactionValue } from "./types.ts";
import { registerReason } from "./explain_register.ts";
import { showList, showValue, stepsOn, type Words } from "./words.ts";

const KINDS: readonly DependencyKind[] = ["ww", "wr", "rw", "process", "realtime"];
/** A longer cycle is told by its steps alone. */
const TOLD_STEPS = 4;

/** A cycle as a reader wants it: why each comes before the next, and all of it in one sentence. */
export function explainCycle(words: Words, orders: ListOrders, cycle: Cycle): Anomaly {
  const { name } = words;
  const steps = cycle.steps.map((step): CycleStep => ({
    from: step.from,
    to: step.to,
    kind: KINDS[step.kind],
    why: reason(words, orders, step),
  }));
  const { kind, rulesOut } = nameCycle(cycle.cycle, cycle.scope);
  const told = steps.map(({ from, to, why }, i) =>
    `${name(from)} must come before ${
      i === steps.length - 1 && i > 0 ? `${name(to)} again` : name(to)
    } (${why})`
  );
  const sentence = steps.length <= TOLD_STEPS
    ? `${kind}: ${join(told)}`
    : `${kind}: of ${
      join(steps.map(({ from }) => name(from)))
    } each must come before the next, and the last before ` +
      `the first; to begin with, ${told[0]}`;
  return { kind, rulesOut, count: 1, transactions: steps.map(({ from }) => from), steps, sentence };
}

function join(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")}, and ${parts[parts.length - 1]}`;
}

function reason(words: Words, orders: ListOrders, step: Dependency): string {
  const { table, name } = words;
  const { history } = table;
  const { from, to, kind } = step;
  if (kind === EDGE.process) return `${showValue(history[from].process)} asked for it first`;
  if (kind === EDGE.realtime) {
    const { outcome } = history[from];
    const ended = outcome.status === "unknown" ? "its end" : outcome.returnAt;
    return `${name(from)} had ended, at ${ended}, when ${name(to)} was called, at ${history[to].callAt}`;
  }
  return table.isList[step.about] === 1 ? listReason(words, orders, step) : registerReason(words, step);
}

function listReason(words: Words, orders: ListOrders, { from, to, kind, about }: Dependency): string {
  const { name } = words;
  const key = words.key(about);
  const order = orders.order[about];
  const witness = (): string => `${name(orders.witness[about])} read ${showList(orders.found[about])}`;
  if (kind === EDGE.ww) {
    const [earlier, later] = neighbours(words, order, from, to);
    return `${name(to)} appended ${words.value(later)} to ${key} after ${name(from)} had appended ${
      words.value(earlier)
    }: ${witness()}`;
  }
  if (kind === EDGE.wr) {
    const { list, last } = readWith(words, to, about, from);
    return `${name(to)} read ${showList(list)} from ${key}, and ${name(from)} appended ${showValue(last)}`;
  }
  return missedReason(words, orders, { from, to, about });
}

/** What a list lacked that another transaction appended: one of what was read of it, or what nobody read. */
function missedReason(
  words: Words,
  { place }: ListOrders,
  { from, to, about }: Pick<Dependency, "from" | "to" | "about">,
): string {
  const { name, table } = words;
  const reads = lists(words, from, about);
  const appended = stepsOn(words, to, about).flatMap((step) => step.f === "read" ? [] : [step.value]);
  const isOrdered = (value: TransactionValue): boolean => place[table.find(about, value)] >= 0;
  for (const value of [...appended.filter(isOrdered), ...appended.filter((value) => !isOrdered(value))]) {
    const lacks = (one: readonly TransactionValue[]): boolean => !one.includes(value);
    // A list that lacks an element lacks all that came after it. Of what nobody read the last list is the one that counts.
    const list = isOrdered(value) ? reads.find(lacks) : reads.findLast(lacks);
    if (list === undefined) continue;
    return `${name(from)} read ${showList(list)} from ${words.key(about)}, without ${
      showValue(value)
    }, which ${name(to)} appended${isOrdered(value) ? "" : unreadWords(words, { value, writer: to, about })}`;
  }
  return `${name(from)} did not see what ${name(to)} appended to ${words.key(about)}`;
}

/** That nobody read an element is said only if it is so: its own transaction may have, or one that misses what it did itself. */
function unreadWords(
  words: Words,
  { value, writer, about }: {
    readonly value: TransactionValue;
    readonly writer: number;
    readonly about: number;
  },
): string {
  const { history } = words.table;
  const readers = history.flatMap(({ outcome }, t) =>
    outcome.status === "ok" && lists(words, t, about).some((list) => list.includes(value)) ? [t] : []
  );
  if (readers.length === 0) return " and nobody ever read";
  return readers.every((t) => t === writer) ? " and nobody else ever read" : "";
}

/** Two versions that stand side by side, the first by one transaction, the second by the other. */
function neighbours(
  { table: { writer } }: Words,
  order: Int32Array,
  from: number,
  to: number,
): [number, number] {
  const kept = [...order].filter((version) => version >= 0);
  const at = kept.findIndex((version, i) => writer[version] === from && writer[kept[i + 1]] === to);
  return [kept[at], kept[at + 1]];
}

/** The lists that a transaction read. */
function lists(words: Words, t: number, key: number): (readonly TransactionValue[])[] {
  return stepsOn(words, t, key).flatMap((step) => step.f === "read" ? [listOf(step)] : []);
}

/** The first thing that a transaction wrote. */
function writtenBy(words: Words, t: number, key: number): TransactionValue {
  for (const step of stepsOn(words, t, key)) if (step.f !== "read") return step.value;
  return "nothing";
}

/** A list with what `writer` appended, and the last such element. */
function readWith(
  words: Words,
  reader: number,
  key: number,
  writer: number,
): { list: readonly TransactionValue[]; last: TransactionValue } {
  for (const list of lists(words, reader, key)) {
    const last = list.findLast((value) => words.table.writer[words.table.find(key, value)] === writer);
    if (last !== undefined) return { list, last };
  }
  return { list: [], last: writtenBy(words, writer, key) };
}
