import { EDGE, type Edges } from "./graph.ts";
import type { SeenReads } from "./reads.ts";
import { writesKey } from "./registers.ts";
import { COMMITTED, type TransactionTable } from "./table.ts";

/** Where the edges go. */
export interface KeyTimePlan {
  readonly table: TransactionTable;
  readonly reads: SeenReads;
  readonly edges: Edges;
  /** The first node that is free. */
  readonly first: number;
  /** 0 if the caller says that registers are linearizable, 3 if only strict serializability does. */
  readonly scope: 0 | 3;
}

/** So many values of one register are looked at one by one where a long one covers them; more of them is a cycle anyway. */
const MOST_COVERED = 64;

/**
 * Orders the values of each register by real time (the zones of Gibbons and Korach, SIAM J. Comput. 1997): if somebody who
 * had to do with value u had ended before somebody who had to do with v was called, then the register held u before v. That is
 * so if the first end among those of u lies before the last call among those of v. As in real time as a whole a row of nodes
 * keeps the edges few: one for each value, in the order of the first ends. Answers how many nodes there are.
 */
export function addKeyTimeEdges(plan: KeyTimePlan): number {
  const { table, edges, first, scope } = plan;
  const { firstEnd, lastCall, readers } = zonesOf(plan);
  const { writer } = table;
  const through = { kind: EDGE.through, scope, about: -1 } as const;
  let nodes = 0;
  for (const [key, versions] of registersOf(table)) {
    versions.sort((a, b) => firstEnd[a] - firstEnd[b] || a - b);
    const row = first + nodes;
    const from = (version: number, to: number): void => {
      edges.add(writer[version], to, { kind: EDGE.ww, scope, about: key });
      for (const t of readers[version]) edges.add(t, to, { kind: EDGE.rw, scope, about: key });
    };
    for (let i = 0; i < versions.length; i++) {
      if (firstEnd[versions[i]] === Infinity) break;
      from(versions[i], row + i);
      if (i > 0) edges.add(row + i - 1, row + i, through);
    }
    for (let i = 0; i < versions.length; i++) {
      const call = lastCall[versions[i]];
      // A value must not come before itself: what lies behind it in the row, and ends before its last call, one by one.
      const before = countBefore(versions, firstEnd, call);
      if (Math.min(before, i) > 0) edges.add(row + Math.min(before, i) - 1, writer[versions[i]], through);
      for (let j = i + 1; j < Math.min(before, i + 1 + MOST_COVERED); j++) {
        from(versions[j], writer[versions[i]]);
      }
    }
    nodes += versions.length;
  }
  return nodes;
}

/** How many of the versions, which are in the order of their first ends, ended before `time`. */
function countBefore(versions: readonly number[], firstEnd: Float64Array, time: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstEnd[versions[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The registers with two values or more, and the last that each committed transaction wrote to them. */
function registersOf(table: TransactionTable): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let version = table.keys.length; version < table.writer.length; version++) {
    const key = table.keyOf[version];
    if (table.isList[key] === 1 || table.isLast[version] === 0) continue;
    if (table.state[table.writer[version]] !== COMMITTED) continue;
    const versions = found.get(key);
    if (versions === undefined) found.set(key, [version]);
    else versions.push(version);
  }
  for (const [key, versions] of found) if (versions.length < 2) found.delete(key);
  return found;
}

interface Zones {
  /** By version: the first end among those who wrote or read it. */
  readonly firstEnd: Float64Array;
  /** By version: the last call among them. */
  readonly lastCall: Float64Array;
  /** By version: who read it and left it as it was. Who replaced it has an edge already, and would come before himself. */
  readonly readers: readonly (readonly number[])[];
}

function zonesOf({ table, reads: { base } }: KeyTimePlan): Zones {
  const { history, start, key, isList, writer, isLast } = table;
  const firstEnd = new Float64Array(writer.length).fill(Infinity);
  const lastCall = new Float64Array(writer.length).fill(-Infinity);
  const readers: number[][] = Array.from(writer, () => NOBODY);
  const touch = (version: number, t: number): void => {
    const { callAt, outcome } = history[t];
    if (outcome.status === "ok") firstEnd[version] = Math.min(firstEnd[version], outcome.returnAt);
    lastCall[version] = Math.max(lastCall[version], callAt);
  };
  for (let version = table.keys.length; version < writer.length; version++) {
    if (isLast[version] === 1 && isList[table.keyOf[version]] === 0) touch(version, writer[version]);
  }
  for (let t = 0; t < history.length; t++) {
    const { operations, outcome } = history[t];
    if (outcome.status !== "ok") continue;
    for (let i = 0; i < operations.length; i++) {
      const at = start[t] + i;
      const version = base[at];
      if (operations[i].f !== "read" || isList[key[at]] === 1 || version < table.keys.length) continue;
      touch(version, t);
      if (writesKey(table, t, key[at])) continue;
      if (readers[version] === NOBODY) readers[version] = [t];
      else readers[version].push(t);
    }
  }
  return { firstEnd, lastCall, readers };
}

const NOBODY: number[] = [];
