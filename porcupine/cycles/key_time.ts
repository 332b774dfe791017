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
 * Values of a register of which each was written by a transaction that had read the one before: nothing comes between. Under
 * strict serializability they move as one.
 */
interface Block {
  readonly first: number;
  readonly last: number;
  /** The first end among those who wrote or read one of them. */
  readonly firstEnd: number;
  /** The last call among them. */
  readonly lastCall: number;
}

/**
 * Orders the values of each register by real time (the zones of Gibbons and Korach, SIAM J. Comput. 1997): if somebody who
 * had to do with value u had ended before somebody who had to do with v was called, then the register held u before v. That is
 * so if the first end among those of u lies before the last call among those of v. As in real time as a whole a row of nodes
 * keeps the edges few: one for each block of values, in the order of the first ends. Answers how many nodes there are.
 */
export function addKeyTimeEdges(plan: KeyTimePlan): number {
  const { table, edges, first, scope } = plan;
  const registers = registersOf(table);
  if (registers.size === 0) return 0;
  const zones = zonesOf(plan);
  const { writer } = table;
  const through = { kind: EDGE.through, scope, about: -1 } as const;
  let nodes = 0;
  for (const [key, versions] of registers) {
    const blocks = blocksOf(plan, zones, { key, versions }).sort((a, b) =>
      a.firstEnd - b.firstEnd || a.first - b.first
    );
    const row = first + nodes;
    const from = ({ last }: Block, to: number): void => {
      edges.add(writer[last], to, { kind: EDGE.ww, scope, about: key });
      for (const t of zones.readers[last]) edges.add(t, to, { kind: EDGE.rw, scope, about: key });
    };
    for (let i = 0; i < blocks.length; i++) {
      if (blocks[i].firstEnd === Infinity) break;
      from(blocks[i], row + i);
      if (i > 0) edges.add(row + i - 1, row + i, through);
    }
    for (let i = 0; i < blocks.length; i++) {
      table.patience();
      const to = writer[blocks[i].first];
      // A block must not come before itself: what lies behind it in the row, and ends before its last call, one by one.
      const before = countBefore(blocks, blocks[i].lastCall);
      if (Math.min(before, i) > 0) edges.add(row + Math.min(before, i) - 1, to, through);
      for (let j = i + 1; j < Math.min(before, i + 1 + MOST_COVERED); j++) from(blocks[j], to);
    }
    nodes += blocks.length;
  }
  return nodes;
}

/** The blocks of a register. That each register is linearizable says nothing of two steps of one transaction: then each is alone. */
function blocksOf(
  { table, reads: { updater }, scope }: KeyTimePlan,
  { firstEnd, lastCall }: Zones,
  { key, versions }: { readonly key: number; readonly versions: readonly number[] },
): Block[] {
  const next = new Map<number, number>();
  const written = new Map<number, number>();
  for (const version of versions) written.set(table.writer[version], version);
  for (const version of scope === 0 ? [] : [key, ...versions]) {
    const after = written.get(updater[version]);
    if (after !== undefined) next.set(version, after);
  }
  const behind = new Set(next.values());
  behind.delete(next.get(key) ?? -1);
  const blocks: Block[] = [];
  for (const first of versions) {
    // A ring of values, each made from the one before, has no first one: it is a cycle of data.
    if (behind.has(first)) continue;
    let block = { first, last: first, firstEnd: firstEnd[first], lastCall: lastCall[first] };
    for (let version = next.get(first); version !== undefined; version = next.get(version)) {
      block = {
        first,
        last: version,
        firstEnd: Math.min(block.firstEnd, firstEnd[version]),
        lastCall: Math.max(block.lastCall, lastCall[version]),
      };
    }
    blocks.push(block);
  }
  return blocks;
}

/** How many of the blocks, which are in the order of their first ends, ended before `time`. */
function countBefore(blocks: readonly Block[], time: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle].firstEnd < time) low = middle + 1;
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
    table.patience();
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
