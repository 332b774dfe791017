import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import { INITIAL, type RegisterTable } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import { TOGETHER, WITHIN } from "./zones.ts";

/**
 * Registers without compare-and-sets that swap, in which every value is written once at most. A block is a write and the reads
 * of its value, and its zone can be read off the columns of the table. The rule is that of `lineUp`, and so are the order and
 * the conflict that are found; but no block is put together. This is the most frequent history of all. Most of its time went
 * into branches that the processor mispredicts (does this operation read or write? is this event a call or a return?), so that
 * the loops over operations here have none.
 */
export class Writes {
  readonly #table: RegisterTable;
  readonly #part: Part;
  readonly #memory: Memory;
  /** By value: how many reads there are, one more than the last of them, and `NEVER` less their first return. */
  readonly #reads: Int32Array;
  readonly #lastRead: Int32Array;
  readonly #early: Int32Array;
  /** By block, from 1 on, the one of the initial value first: its value, and where its zone begins and ends. */
  readonly #value: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  #blocks = 0;

  /** For the operations of a part. */
  constructor(table: RegisterTable, part: Part, memory: Memory) {
    const { values } = table;
    this.#table = table;
    this.#part = part;
    this.#memory = memory;
    this.#reads = memory.int32(values);
    this.#lastRead = memory.int32(values);
    this.#early = memory.int32(values);
    this.#value = memory.int32(values + 1);
    this.#from = memory.int32(values + 1);
    this.#to = memory.int32(values + 1);
  }

  /** Decides; `undefined` if some read is of a value that was not written, or returned before the write was called. */
  decide(): FastResult | undefined {
    this.#gatherReads();
    return this.#findZones() ? this.#lineUp(this.#coverage()) : undefined;
  }

  #gatherReads(): void {
    const { reads: all, value } = this.#table;
    const { ret } = this.#part;
    const [reads, lastRead, early] = [this.#reads, this.#lastRead, this.#early];
    for (let i = 0; i < all.length; i++) {
      const k = all[i];
      const v = value[k];
      reads[v]++;
      lastRead[v] = k + 1;
      early[v] = larger(early[v], NEVER - ret[k]);
    }
  }

  #findZones(): boolean {
    const { makers, value, reads: all } = this.#table;
    const { call, ret } = this.#part;
    const [reads, lastRead, early] = [this.#reads, this.#lastRead, this.#early];
    const [values, from, to] = [this.#value, this.#from, this.#to];
    // No block: over before everything, the initial value's zone included, which begins at -1.
    to[0] = -2;
    let blocks = 0;
    let explained = reads[INITIAL];
    if (explained > 0) {
      // It comes before everything.
      from[++blocks] = -1;
      to[blocks] = call[lastRead[INITIAL] - 1];
    }
    let late = 0;
    for (let i = 0; i < makers.length; i++) {
      const k = makers[i];
      const v = value[k];
      // One without an answer that nobody saw is left out.
      if (ret[k] === NEVER && reads[v] === 0) continue;
      explained += reads[v];
      const read = NEVER - early[v];
      values[++blocks] = v;
      from[blocks] = smaller(ret[k], read);
      to[blocks] = call[larger(k, lastRead[v] - 1)];
      // Less than 0 once a read had returned before the write was called.
      late |= read - call[k];
    }
    this.#blocks = blocks;
    return late >= 0 && explained === all.length;
  }

  /** By rank, the second place for "before everything": the last block whose forward zone began before; 0: none. */
  #coverage(): Int32Array {
    const { end } = this.#part;
    const [from, to, blocks] = [this.#from, this.#to, this.#blocks];
    const cover = this.#memory.int32(end + 3);
    for (let b = 1; b <= blocks; b++) {
      // What has a backward zone is written where nobody looks.
      const forward = (from[b] - to[b]) >> 31;
      cover[(from[b] + 2 & forward) | (end + 2 & ~forward)] = b;
    }
    let present = 0;
    for (let i = 0; i < end + 2; i++) {
      const begins = -cover[i] >> 31;
      present = cover[i] | (present & ~begins);
      cover[i] = present;
    }
    return cover;
  }

  /**
   * Gives each block its place: where its zone begins, a backward zone from its last call to its first return; or at the end
   * of the forward zone that covers this. No two forward zones may overlap, and no backward one may lie within one.
   */
  #lineUp(cover: Int32Array): FastResult {
    const [from, to, blocks] = [this.#from, this.#to, this.#blocks];
    // By rank: the block to be placed there; below 0: the complement of the one after whose zone others wait.
    const at = this.#memory.int32(this.#part.end + 1);
    const waiting = this.#memory.int32(blocks + 1);
    const nexts = this.#memory.int32(blocks + 1);
    let together = 0;
    let within = 0;
    for (let b = 1; b <= blocks; b++) {
      const begin = smaller(from[b], to[b]);
      const over = cover[begin + 1];
      if (to[over] < begin) {
        at[begin + 1] = b;
      } else if (begin === from[b]) {
        if (together === 0 || from[b] < from[together]) together = b;
      } else if (from[b] < to[over]) {
        if (within === 0) within = b;
      } else {
        nexts[b] = waiting[over];
        waiting[over] = b;
        at[to[over] + 1] = ~over;
      }
    }
    if (together > 0) return this.#conflict(cover[from[together] + 1], together, TOGETHER);
    if (within > 0) return this.#conflict(cover[to[within] + 1], within, WITHIN);
    return { verdict: "ok", order: this.#inOrder(at, waiting, nexts) };
  }

  #inOrder(at: Int32Array, waiting: Int32Array, nexts: Int32Array): Int32Array {
    const { producers, count, reads: all, value } = this.#table;
    const [valueOf, reads] = [this.#value, this.#reads];
    const order = this.#memory.int32(count);
    // Where the next read of each value goes.
    const next = this.#lastRead;
    let filled = 0;
    let places = 0;
    for (let rank = 0; rank < at.length; rank++) {
      const place = at[rank];
      at[places] = place;
      places += (place | -place) >>> 31;
    }
    for (let i = 0; i < places; i++) {
      const place = at[i];
      // One block, or all that wait for the end of another's zone.
      for (let b = place > 0 ? place : waiting[~place]; b > 0; b = place > 0 ? 0 : nexts[b]) {
        const v = valueOf[b];
        if (v !== INITIAL) order[filled++] = producers[v];
        next[v] = filled;
        filled += reads[v];
      }
    }
    for (let i = 0; i < all.length; i++) order[next[value[all[i]]]++] = all[i];
    return filled === count ? order : order.subarray(0, filled);
  }

  /** Of each of two blocks the operation that returns first, and the one that is called last. */
  #conflict(left: number, right: number, reason: string): FastResult {
    const { producers, reads, value } = this.#table;
    const { ret } = this.#part;
    const suspects = new Set<number>();
    for (const b of [left, right]) {
      const v = this.#value[b];
      let first = producers[v];
      let last = first;
      for (let i = 0; i < reads.length; i++) {
        const k = reads[i];
        if (value[k] !== v) continue;
        if (v !== INITIAL && ret[k] < ret[first]) first = k;
        if (k > last) last = k;
      }
      if (v !== INITIAL) suspects.add(first);
      suspects.add(last);
    }
    return { verdict: "illegal", suspects: [...suspects], reason };
  }
}

/** Of two numbers of 31 bits, without a branch. */
function smaller(left: number, right: number): number {
  const less = left - right;
  return right + (less & (less >> 31));
}

function larger(left: number, right: number): number {
  const less = left - right;
  return left - (less & (less >> 31));
}
