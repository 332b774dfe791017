import { EDGE, type Edges } from "./graph.ts";
import type { SeenReads } from "./reads.ts";
import { COMMITTED, type TransactionTable } from "./table.ts";

/** Where the edges of registers go. */
export interface RegisterPlan {
  readonly table: TransactionTable;
  readonly reads: SeenReads;
  readonly edges: Edges;
}

/**
 * The edges of registers, as far as their values follow one from the other: whoever read a value and then wrote replaced that
 * value, and what was there before anybody wrote was replaced by everybody who wrote.
 */
export function addRegisterEdges({ table, reads: { base, updater }, edges }: RegisterPlan): void {
  const { history, start, key, isList, writer } = table;
  const writers = writersOf(table);
  for (let k = 0; k < writers.length; k++) {
    for (const t of writers[k]) edges.add(history.length + k, t, { kind: EDGE.through, scope: 0, about: k });
    // One that read nothing and wrote was the first to write; by way of the common node it would come before itself.
    const first = updater[k];
    if (first < 0) continue;
    for (const t of writers[k]) edges.add(first, t, { kind: EDGE.rw, scope: 0, about: k });
  }
  for (let t = 0; t < history.length; t++) {
    table.patience();
    // Who was not committed has no base: `readAll` walks through the others alone.
    for (let at = start[t]; at < start[t + 1]; at++) {
      const version = base[at];
      if (version < 0 || isList[key[at]] === 1) continue;
      const from = writer[version];
      const about = key[at];
      if (history[t].operations[at - start[t]].f !== "read") {
        if (from >= 0) edges.add(from, t, { kind: EDGE.ww, scope: 0, about });
        continue;
      }
      if (from >= 0) edges.add(from, t, { kind: EDGE.wr, scope: 0, about });
      const edge = { kind: EDGE.rw, scope: 0, about } as const;
      const next = updater[version];
      if (next >= 0) edges.add(t, next, edge);
      if (from < 0 && !writesKey(table, t, about)) edges.add(t, history.length + about, edge);
    }
  }
}

/** By key: who wrote a register and was committed. */
function writersOf(table: TransactionTable): readonly (readonly number[])[] {
  const writers: number[][] = table.keys.map(() => []);
  for (let version = table.keys.length; version < table.writer.length; version++) {
    const key = table.keyOf[version];
    const t = table.writer[version];
    if (table.isList[key] === 1 || table.isLast[version] === 0 || table.state[t] !== COMMITTED) continue;
    writers[key].push(t);
  }
  return writers;
}

/** Whether a transaction wrote a key. */
export function writesKey({ start, key, history }: TransactionTable, t: number, about: number): boolean {
  const { operations } = history[t];
  for (let i = 0; i < operations.length; i++) {
    if (key[start[t] + i] === about && operations[i].f !== "read") return true;
  }
  return false;
}

/** Registers whose values do not follow one from the other, all of them: two that were written without a read, say. */
export function unorderedRegisters(
  { table, reads: { base } }: Pick<RegisterPlan, "table" | "reads">,
): number[] {
  const committed = new Int32Array(table.keys.length);
  for (let version = table.keys.length; version < table.writer.length; version++) {
    const { isLast, state, writer, keyOf } = table;
    if (isLast[version] === 1 && state[writer[version]] === COMMITTED) committed[keyOf[version]]++;
  }
  const following = new Int32Array(table.keys.length);
  for (let t = 0; t < table.history.length; t++) {
    const { operations } = table.history[t];
    for (let i = 0; i < operations.length; i++) {
      const at = table.start[t] + i;
      if (operations[i].f !== "read" && base[at] >= 0) following[table.key[at]]++;
    }
  }
  const unordered: number[] = [];
  for (let key = 0; key < table.keys.length; key++) {
    const known = table.isList[key] === 1 || committed[key] <= 1 || following[key] === committed[key];
    if (!known) unordered.push(key);
  }
  return unordered;
}
