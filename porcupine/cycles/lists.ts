import { EDGE, type Edges } from "./graph.ts";
import type { Findings } from "./findings.ts";
import { noteAborted, noteBackwards, noteBuiltUpon, noteGarbage, noteTwice } from "./notes.ts";
import { listOf, type SeenReads } from "./reads.ts";
import { ABORTED, COMMITTED, GONE, type TransactionTable } from "./table.ts";
import type { TransactionValue } from "./types.ts";
import { showList, type Words } from "./words.ts";

/** What the reads of lists say about the order of what was appended. */
export interface ListOrders {
  /** By key: the transaction that read the longest list; -1 if nobody read it. */
  readonly witness: Int32Array;
  /** By key: that list, as far as others appended it. */
  readonly longest: readonly (readonly TransactionValue[])[];
  /** By key: all of what was found there, with what the transaction appended itself. */
  readonly found: readonly (readonly TransactionValue[])[];
  /** By key: what each of its elements is; -1 for one that was not committed, or that was there already. */
  readonly order: readonly Int32Array[];
  /** By version: where it stands in that list; -1 if it does not. */
  readonly place: Int32Array;
  /** By key: 1 if two lists contradict each other. */
  readonly broken: Uint8Array;
}

/**
 * Finds the longest list of each key, and compares all others with it. What a transaction appended itself does not count in
 * what it read: until it is committed, others may come between.
 */
export function orderLists(words: Words, reads: SeenReads, findings: Findings): ListOrders {
  const { table } = words;
  const count = table.keys.length;
  const witness = new Int32Array(count).fill(-1);
  const longest = new Array<readonly TransactionValue[]>(count).fill([]);
  const found = new Array<readonly TransactionValue[]>(count).fill([]);
  eachRead(table, (t, key, list, at) => {
    const length = reads.base[at];
    if (length < 0 || (witness[key] >= 0 && length <= longest[key].length)) return;
    witness[key] = t;
    found[key] = list;
    longest[key] = length === list.length ? list : list.slice(0, length);
  });
  const place = new Int32Array(table.writer.length).fill(-1);
  const order = longest.map((list, key) =>
    elements(words, findings, { reader: witness[key], key, list, place })
  );
  const broken = new Uint8Array(count);
  eachRead(table, (t, key, list, at) => {
    const whole = longest[key];
    const length = reads.base[at];
    let same = 0;
    while (same < length && list[same] === whole[same]) same++;
    if (same >= length) return;
    broken[key] = 1;
    findings.note(
      "incompatible-order",
      [witness[key], t],
      () =>
        `${words.name(t)} read ${showList(list)} from ${words.key(key)} and ${
          words.name(witness[key])
        } read ${showList(found[key])}: neither is the beginning of the other`,
    );
    elements(words, findings, { reader: t, key, list, place: new Int32Array(0) });
  });
  return { witness, longest, found, order, place, broken };
}

/** Every list that a committed transaction read. */
function eachRead(
  table: TransactionTable,
  visit: (t: number, key: number, list: readonly TransactionValue[], at: number) => void,
): void {
  const { history, start, key, isList } = table;
  for (let t = 0; t < history.length; t++) {
    table.patience();
    const { operations, outcome } = history[t];
    if (outcome.status !== "ok") continue;
    for (let i = 0; i < operations.length; i++) {
      const step = operations[i];
      const at = start[t] + i;
      if (step.f === "read" && isList[key[at]] === 1) visit(t, key[at], listOf(step), at);
    }
  }
}

interface OneList {
  readonly reader: number;
  readonly key: number;
  readonly list: readonly TransactionValue[];
  /** Filled in, if it has room. */
  readonly place: Int32Array;
}

/** What the elements of a list are. Whoever wrote one of them was committed, whether anybody told him or not. */
function elements(words: Words, findings: Findings, { reader, key, list, place }: OneList): Int32Array {
  const { writer, state, find, patience } = words.table;
  const versions = new Int32Array(list.length);
  const seen = new Set<number>();
  /** The element before, of those that were committed. */
  let before = -1;
  for (let i = 0; i < list.length; i++) {
    patience();
    const version = find(key, list[i]);
    versions[i] = -1;
    if (version < 0) noteGarbage(words, findings, { reader, key, found: list[i] });
    else if (seen.has(version)) {
      noteTwice(words, findings, { reader, key, found: list[i] });
    } else {
      seen.add(version);
      if (state[writer[version]] === GONE) state[writer[version]] = COMMITTED;
      if (state[writer[version]] === ABORTED) {
        noteAborted(words, findings, { reader, key, version });
        lookBehind(words, findings, { key, version, next: list[i + 1] });
      } else {
        versions[i] = version;
        if (before >= 0) {
          // Versions are numbered in the order in which they were appended.
          if (writer[before] === writer[version] && before > version) {
            noteBackwards(words, findings, { reader, key, before, version });
          }
        }
        before = version;
        if (place.length > 0) place[version] = i;
      }
    }
  }
  return versions;
}

/** Who appended something right after what was never committed has built upon it. */
function lookBehind(
  words: Words,
  findings: Findings,
  what: { readonly key: number; readonly version: number; readonly next: TransactionValue | undefined },
): void {
  const { writer, state, find } = words.table;
  const next = what.next === undefined ? -1 : find(what.key, what.next);
  if (next < 0 || state[writer[next]] === ABORTED) return;
  noteBuiltUpon(words, findings, { ...what, by: writer[next] });
}

/** Where the edges of lists go. */
export interface ListPlan {
  readonly words: Words;
  readonly orders: ListOrders;
  readonly reads: SeenReads;
  readonly edges: Edges;
}

/**
 * The edges of lists. What somebody appended, was told so, and nobody ever read comes after the longest list that was read:
 * that list was the whole list once. It is an `rw` edge from whoever read that list, since a store that loses updates may have
 * put it elsewhere.
 */
export function addListEdges(plan: ListPlan): void {
  const { words: { table }, orders, edges } = plan;
  const { writer } = table;
  for (let key = 0; key < table.keys.length; key++) {
    if (table.isList[key] === 0) continue;
    let before = -1;
    for (const version of orders.order[key]) {
      if (version < 0) continue;
      if (before >= 0) edges.add(before, writer[version], { kind: EDGE.ww, scope: 0, about: key });
      before = writer[version];
    }
  }
  addReads(plan, addUnread(plan));
}

/** Who appended what nobody read, by key. */
function addUnread({ words: { table }, orders, edges }: ListPlan): readonly (readonly number[])[] {
  const unread: number[][] = table.keys.map(() => []);
  for (let version = table.keys.length; version < table.writer.length; version++) {
    const key = table.keyOf[version];
    const t = table.writer[version];
    if (table.isList[key] === 0 || orders.place[version] >= 0 || orders.broken[key] === 1) continue;
    if (table.state[t] === COMMITTED && unread[key].at(-1) !== t) unread[key].push(t);
  }
  for (let key = 0; key < table.keys.length; key++) {
    if (unread[key].length === 0) continue;
    const hub = table.history.length + key;
    for (const t of unread[key]) edges.add(hub, t, { kind: EDGE.through, scope: 0, about: key });
  }
  return unread;
}

function addReads(
  { words: { table }, orders, reads, edges }: ListPlan,
  unread: readonly (readonly number[])[],
): void {
  const { writer, history } = table;
  const own = ownWriters(unread);
  /** By key: a reader of the whole list who appended what nobody read has his edges. */
  const done = new Uint8Array(table.keys.length);
  eachRead(table, (t, key, list, at) => {
    const seen = reads.base[at];
    if (seen < 0) return;
    const order = orders.order[key];
    if (orders.broken[key] === 1 && !isStart(list, seen, orders.longest[key])) return;
    let from = seen - 1;
    while (from >= 0 && order[from] < 0) from--;
    if (from >= 0) edges.add(writer[order[from]], t, { kind: EDGE.wr, scope: 0, about: key });
    let next = seen;
    while (next < order.length && order[next] < 0) next++;
    const edge = { kind: EDGE.rw, scope: 0, about: key } as const;
    if (next < order.length) edges.add(t, writer[order[next]], edge);
    else if (unread[key].length > 0) {
      if (!own[key].has(t)) edges.add(t, history.length + key, edge);
      else if (done[key] === 0) {
        // By way of the common node it would come before itself. A second one of its kind has lost an update.
        done[key] = 1;
        for (const other of unread[key]) edges.add(t, other, edge);
      }
    }
  });
}

function ownWriters(unread: readonly (readonly number[])[]): readonly ReadonlySet<number>[] {
  return unread.map((writers) => writers.length === 0 ? NOBODY : new Set(writers));
}

const NOBODY: ReadonlySet<number> = new Set();

function isStart(
  list: readonly TransactionValue[],
  length: number,
  whole: readonly TransactionValue[],
): boolean {
  for (let i = 0; i < length; i++) if (list[i] !== whole[i]) return false;
  return true;
}
