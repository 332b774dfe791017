import type { Budget } from "../budget.ts";
import { doubled } from "../growth.ts";
import { firstAtLeast, type Part } from "../parts.ts";
import { NEVER } from "../history.ts";
import type { Memory } from "../scratch.ts";
import { INITIAL, READ, type RegisterTable, SWAP, WRITE } from "./register_table.ts";

/** So many writes may come into question for each reader, on average; where there are more, what is found out of each helps little. */
const MOST_EACH = 64;

/**
 * Who can have written what was found in a register whose values repeat. Writers are numbered as the table's makers are, and the
 * initial value has the number after them.
 */
export interface Sources {
  /** Who found a value, by call: reads, and compare-and-sets that swapped it. One that never returned need not have. */
  readonly readers: Int32Array;
  /** By reader: where its writers begin in `writers`; and one more, where the last ones end. */
  readonly starts: Int32Array;
  /** How many of them have not been ruled out: these stand first. */
  readonly counts: Int32Array;
  /** The writers of each reader, by call. */
  readonly writers: Int32Array;
}

/**
 * The writers that come into question for each reader: of its value, called before it returned, and not certainly gone by its call. A
 * value is gone once something has both begun and ended since the write returned that is a write itself, or a read of another
 * value: whatever took place in between, what is found later was written later.
 *
 * `undefined` if they are too many. A reader may have none: then its answer is impossible. A swap that brings about what it asks for
 * is one of its own; that nothing follows itself is for the chains.
 */
export function sourcesOf(table: RegisterTable, part: Part, budget: Budget): Sources | undefined {
  const memory = budget.scratch;
  const { makers, value, values } = table;
  const { call, ret } = part;
  const gone = goneBy(table, part, memory);
  const initial = makers.length;
  const first = memory.int32(values).fill(-1);
  const next = memory.int32(initial + 1);
  for (let w = initial - 1; w >= 0; w--) {
    next[w] = first[value[makers[w]]];
    first[value[makers[w]]] = w;
  }
  next[initial] = first[INITIAL];
  first[INITIAL] = initial;
  const readers = table.swaps ? readersOf(table, memory) : table.reads;
  const starts = memory.int32(readers.length + 1);
  const counts = memory.int32(readers.length);
  const most = MOST_EACH * readers.length;
  let writers = new Int32Array(2 * readers.length + 64);
  let size = 0;
  let looked = 0;
  for (let i = 0; i < readers.length; i++) {
    const k = readers[i];
    const sought = foundBy(table, k);
    let before = -1;
    budget.tick(looked++);
    for (let w = first[sought]; w >= 0 && (w === initial || call[makers[w]] < ret[k]); w = next[w]) {
      if (gone[w] >= call[k]) {
        if (size === most) return undefined;
        budget.tick(looked++);
        if (size === writers.length) writers = doubled(writers);
        writers[size++] = w;
        before = w;
      } else if (before < 0) first[sought] = next[w];
      // Gone for this read, it is gone for all that are called later: nobody looks at it again.
      else next[before] = next[w];
    }
    starts[i + 1] = size;
    counts[i] = size - starts[i];
  }
  return { readers, starts, counts, writers: writers.subarray(0, size) };
}

/**
 * Compare-and-sets that failed as readers, too, after the others: each found a value that is not the one it asked for, and so one of the
 * writers of those. Since these are many, that is only asked of the few that find no place otherwise. `failed` ascends.
 */
export function withFailed(
  sources: Sources,
  failed: readonly number[],
  { table, part, budget }: { readonly table: RegisterTable; readonly part: Part; readonly budget: Budget },
): Sources {
  const { makers, value, from } = table;
  const { call, ret } = part;
  const gone = goneBy(table, part, budget.scratch);
  const initial = makers.length;
  const starts: number[] = [];
  const counts: number[] = [];
  const writers: number[] = [];
  const before = sources.writers.length;
  // By writer, the next one that may not be gone; that of `initial` is the first.
  const next = budget.scratch.int32(initial + 1);
  for (let w = 0; w < initial; w++) next[w] = w + 1;
  next[initial] = 0;
  let looked = 0;
  for (const k of failed) {
    starts.push(before + writers.length);
    let last = initial;
    for (let w = next[initial]; w < initial && call[makers[w]] < ret[k]; w = next[w]) {
      budget.tick(looked++);
      // Gone for this one, it is gone for all that are called later: were it looked at again, a million operations would take a minute.
      if (gone[w] < call[k]) next[last] = next[w];
      else {
        if (value[makers[w]] !== from[k]) writers.push(w);
        last = w;
      }
    }
    if (INITIAL !== from[k] && gone[initial] >= call[k]) writers.push(initial);
    counts.push(before + writers.length - starts[starts.length - 1]);
  }
  starts.push(before + writers.length);
  return {
    readers: joined(sources.readers, failed),
    starts: joined(sources.starts.subarray(0, sources.readers.length), starts),
    counts: joined(sources.counts, counts),
    writers: joined(sources.writers, writers),
  };
}

function joined(left: Int32Array, right: readonly number[]): Int32Array {
  const both = new Int32Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

/** The value that a read or a compare-and-set found. */
export function foundBy({ op, value, from }: RegisterTable, k: number): number {
  return op[k] === SWAP ? from[k] : value[k];
}

function readersOf({ count, op }: RegisterTable, memory: Memory): Int32Array {
  const readers = memory.int32(count);
  let size = 0;
  for (let k = 0; k < count; k++) if (op[k] === READ || op[k] === SWAP) readers[size++] = k;
  return readers.subarray(0, size);
}

/** By writer: the rank by which its value is certainly gone; `NEVER` if it may last. */
function goneBy(
  { count, op, value, makers }: RegisterTable,
  { call, ret }: Part,
  memory: Memory,
): Int32Array {
  // From each operation on, of those called then: the first return of a write; that of a read, with what it found, and that of
  // one that found something else.
  const write = memory.int32(count + 1);
  const read = memory.int32(count + 1);
  const found = memory.int32(count + 1);
  const other = memory.int32(count + 1);
  write[count] = read[count] = other[count] = NEVER;
  found[count] = -1;
  for (let k = count - 1; k >= 0; k--) {
    write[k] = op[k] === WRITE || op[k] === SWAP ? Math.min(write[k + 1], ret[k]) : write[k + 1];
    read[k] = read[k + 1];
    found[k] = found[k + 1];
    other[k] = other[k + 1];
    if (op[k] !== READ) continue;
    if (value[k] === found[k]) read[k] = Math.min(read[k], ret[k]);
    else if (ret[k] < read[k]) {
      other[k] = read[k];
      read[k] = ret[k];
      found[k] = value[k];
    } else other[k] = Math.min(other[k], ret[k]);
  }
  const gone = memory.int32(makers.length + 1);
  const after = (k: number, written: number): number =>
    Math.min(write[k], found[k] === written ? other[k] : read[k]);
  for (let w = 0; w < makers.length; w++) {
    // Nothing is called after one that never returned.
    gone[w] = after(firstAtLeast(call, ret[makers[w]]), value[makers[w]]);
  }
  gone[makers.length] = after(0, INITIAL);
  return gone;
}
