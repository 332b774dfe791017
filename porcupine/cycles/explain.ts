import { EDGE } from "./graph.ts";
import type { ListOrders } from "./lists.ts";
import { listOf } from "./reads.ts";
import type { Cycle, Dependency } from "./search.ts";
import { nameCycle } from "./levels.ts";
import type { Anomaly, CycleStep, DependencyKind, MicroOperation, TransactionValue } from "./types.ts";
import { showList, showValue, type Words } from "./words.ts";

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
  const own = (t: number): number[] =>
    [...order].filter((version) => version >= 0 && words.table.writer[version] === t);
  const witness = (): string => `${name(orders.witness[about])} read ${showList(orders.longest[about])}`;
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
  const [first] = own(to);
  if (first === undefined) {
    const missed = showValue(writtenBy(words, to, about));
    const reads = lists(words, from, about);
    return `${name(from)} read ${showList(reads[reads.length - 1])} from ${key}, without ${missed}, which ${
      name(to)
    } appended and nobody ever read`;
  }
  const list = lists(words, from, about).find((found) => !found.includes(words.table.value[first] ?? "")) ??
    [];
  return `${name(from)} read ${showList(list)} from ${key}, without ${words.value(first)}, which ${
    name(to)
  } appended`;
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

function steps(words: Words, t: number, key: number): MicroOperation[] {
  const { start, key: keys, history } = words.table;
  return history[t].operations.filter((_, i) => keys[start[t] + i] === key);
}

/** The lists that a transaction read. */
function lists(words: Words, t: number, key: number): (readonly TransactionValue[])[] {
  return steps(words, t, key).flatMap((step) => step.f === "read" ? [listOf(step)] : []);
}

/** The first thing that a transaction wrote. */
function writtenBy(words: Words, t: number, key: number): TransactionValue {
  for (const step of steps(words, t, key)) if (step.f !== "read") return step.value;
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

function registerReason(words: Words, step: Dependency): string {
  const { from, to, kind, about } = step;
  const { name } = words;
  const key = words.key(about);
  const found = (t: number): string => {
    // The key is a register, so what was found is one value: the table has refused histories that mix the two.
    const read = steps(words, t, about).find((step) => step.f === "read");
    return read === undefined || read.f !== "read" || read.found === null
      ? "nothing"
      : showValue(read.found as TransactionValue);
  };
  const wrote = (t: number): string => {
    const last = steps(words, t, about).findLast((step) => step.f !== "read");
    return last === undefined ? "nothing" : showValue(last.value);
  };
  if (kind === EDGE.wr) return `${name(to)} read ${found(to)} from ${key}, which ${name(from)} wrote`;
  const why = byTime(words, step);
  if (kind === EDGE.rw) {
    return `${name(from)} read ${found(from)} from ${key}, which ${name(to)} replaced by ${wrote(to)}${why}`;
  }
  return why === ""
    ? `${name(to)} read ${found(to)} from ${key}, which ${name(from)} wrote, and then wrote ${wrote(to)}`
    : `${name(to)} replaced ${wrote(from)} in ${key}, which ${name(from)} wrote, by ${wrote(to)}${why}`;
}

/** What of real time says that a register held one value before another; empty if a transaction read the one and wrote the other. */
function byTime(words: Words, { from, to, kind, about }: Dependency): string {
  const { table, name, value } = words;
  if (kind === EDGE.ww && steps(words, to, about)[0]?.f === "read" && readsFrom(words, to, about) === from) {
    return "";
  }
  const first = kind === EDGE.ww
    ? versionBy(words, from, about, "write")
    : versionBy(words, from, about, "read");
  const second = versionBy(words, to, about, "write");
  if (kind === EDGE.rw && (first < table.keys.length || readsVersion(words, to, about) === first)) return "";
  const befores = line(words, first, about, (version) => readsVersion(words, table.writer[version], about));
  const afters = line(words, second, about, (version) => madeFrom(words, version, about));
  const early = best(befores, (version) => touching(words, version).map((t) => [-endOf(words, t), t]));
  const late = best(afters, (version) => touching(words, version).map((t) => [table.history[t].callAt, t]));
  if (early === undefined || late === undefined) return "";
  const which = (version: number, told: number): string =>
    version === told
      ? `which had to do with ${value(version)}`
      : `which had to do with ${value(version)} in the same row`;
  return `: ${name(early.t)}, ${which(early.version, first)}, had ended, at ${endOf(words, early.t)}, when ${
    name(late.t)
  }, ${which(late.version, second)}, was called, at ${table.history[late.t].callAt}`;
}

/** As many values in a row, each made from the one before, are looked at for a sentence. */
const MOST_IN_ROW = 100;

/** A version and those that lead on from it. */
function line({ table }: Words, version: number, about: number, next: (version: number) => number): number[] {
  const all: number[] = [];
  for (let at = version; at >= table.keys.length && at !== about && all.length < MOST_IN_ROW; at = next(at)) {
    if (all.includes(at)) break;
    all.push(at);
  }
  return all;
}

/** The version that a transaction wrote which had read `version`; -1 for none. */
function madeFrom(words: Words, version: number, about: number): number {
  const maker = touching(words, version).find((t) =>
    readsVersion(words, t, about) === version && versionBy(words, t, about, "write") !== about
  );
  return maker === undefined ? -1 : versionBy(words, maker, about, "write");
}

/** The transaction with the greatest number, and the version by which it was found. */
function best(
  versions: readonly number[],
  ranked: (version: number) => readonly (readonly [number, number])[],
): { readonly t: number; readonly version: number } | undefined {
  let found: { readonly t: number; readonly version: number } | undefined;
  let most = -Infinity;
  for (const version of versions) {
    for (const [rank, t] of ranked(version)) {
      if (rank <= most) continue;
      most = rank;
      found = { t, version };
    }
  }
  return found;
}

function endOf({ table: { history } }: Words, t: number): number {
  const { outcome } = history[t];
  return outcome.status === "unknown" ? Infinity : outcome.returnAt;
}

/** The version of a register that a transaction read first, or wrote last. */
function versionBy(
  { table: { start, key, version, history } }: Words,
  t: number,
  about: number,
  how: "read" | "write",
): number {
  let found = about;
  for (let at = start[t]; at < start[t + 1]; at++) {
    if (key[at] !== about || (history[t].operations[at - start[t]].f === "read") !== (how === "read")) {
      continue;
    }
    if (how === "read") return version[at];
    found = version[at];
  }
  return found;
}

/** The version of a register that a transaction read before it wrote there; -1 for none. */
function readsVersion(words: Words, t: number, about: number): number {
  return steps(words, t, about)[0]?.f === "read" ? versionBy(words, t, about, "read") : -1;
}

/** Who wrote that version; -1 for nobody. */
function readsFrom(words: Words, t: number, about: number): number {
  const version = readsVersion(words, t, about);
  return version < 0 ? -1 : words.table.writer[version];
}

/** Who wrote or read a version, and is known to be committed. */
function touching({ table: { history, start, version } }: Words, wanted: number): number[] {
  const found: number[] = [];
  for (let t = 0; t < history.length; t++) {
    if (history[t].outcome.status !== "ok") continue;
    for (let at = start[t]; at < start[t + 1]; at++) {
      if (version[at] !== wanted) continue;
      found.push(t);
      break;
    }
  }
  return found;
}
