import type { Part } from "../parts.ts";
import { NEVER } from "../history.ts";
import type { Memory } from "../scratch.ts";
import type { FastResult } from "./result.ts";

/**
 * Runs of operations that must stand together, in this order: a write and the reads of it, a chain of compare-and-sets with
 * the reads between them, a put and the appends seen after it. A block consists of groups; operations of one group may stand
 * in any order among themselves, and are added by call.
 */
export class Blocks {
  /** The operations of all blocks, one block after the other. */
  readonly operations: Int32Array;
  /** Where each block begins in `operations`; the one after the last says where the last ends. */
  readonly starts: Int32Array;
  /** Of each block the operation that returns first, and the one that is called last. */
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  /** How many operations there are in all. */
  size = 0;
  /** How many blocks there are. */
  count = 0;
  /** The block of the initial value, which comes before everything; -1 if there is none. */
  initial = -1;
  /** An operation that returns before one of an earlier group of its block is called. */
  fault: FastResult | undefined = undefined;

  readonly #part: Part;
  /** In the present block; -1: none yet. */
  #first = -1;
  #last = -1;
  /** The one called last among the groups before the present one. */
  #before = -1;

  /** For operations of a part. */
  constructor(part: Part, memory: Memory) {
    const capacity = part.ids.length;
    this.#part = part;
    this.operations = memory.int32(capacity);
    this.starts = memory.int32(capacity + 2);
    this.firsts = memory.int32(capacity + 1);
    this.lasts = memory.int32(capacity + 1);
  }

  /** Adds an operation to the present group. */
  add(k: number): void {
    const { ret, call } = this.#part;
    if (this.#before >= 0 && ret[k] < call[this.#before]) this.#complain(k);
    if (this.#first < 0 || ret[k] < ret[this.#first]) this.#first = k;
    // Operations are numbered by call.
    if (k > this.#last) this.#last = k;
    this.operations[this.size++] = k;
  }

  /** Adds a list to the present group: `head`, then `next` of each, up to -1. */
  addList(head: number, next: Int32Array): void {
    const { ret, call } = this.#part;
    const { operations } = this;
    const bound = this.#before < 0 ? -1 : call[this.#before];
    let first = this.#first;
    let size = this.size;
    for (let k = head; k >= 0; k = next[k]) {
      if (ret[k] < bound) this.#complain(k);
      if (first < 0 || ret[k] < ret[first]) first = k;
      if (k > this.#last) this.#last = k;
      operations[size++] = k;
    }
    this.#first = first;
    this.size = size;
  }

  /** Begins the next group. */
  nextGroup(): void {
    this.#before = this.#last;
  }

  /** Ends the present block; one without operations is none. */
  close(initial: boolean): void {
    if (this.size === this.starts[this.count]) return;
    if (initial) this.initial = this.count;
    this.firsts[this.count] = this.#first;
    this.lasts[this.count] = this.#last;
    this.starts[++this.count] = this.size;
    this.#first = this.#last = this.#before = -1;
  }

  #complain(k: number): void {
    const reason = "what was seen puts them in one order, real time in the other";
    this.fault ??= { verdict: "illegal", suspects: [this.#before, k], reason };
  }
}

/** Why two forward zones cannot overlap. */
export const TOGETHER = "two of their values must have been there at the same time";
/** Why no backward zone can lie within a forward one. */
export const WITHIN = "one value must have been there during the whole time of another";

/**
 * Decides whether blocks can be put in line, one after the other (Gibbons and Korach 1997; zones as in Golab, Li and Shah
 * 2011). In linear time, since instants are ranks.
 *
 * Assumed: within a block no operation returns before one of an earlier group is called (else it is a `fault`). Let `f` be
 * the first return and `s` the last call in a block.
 *
 * - If `f < s`, the stretch from `f` to `s` is the block's *forward zone*. The block holds the object during all of it: one
 *   of its operations takes effect by `f`, one not before `s`, and nothing may come between. It need hold it no longer: place
 *   each operation at the latest of `f`, its own call, and its predecessor's instant. It has not returned by then, because no
 *   operation of the block returns before `f`, nor before an operation of an earlier group is called; and within a group they
 *   stand by call.
 * - Otherwise all its operations are open from `s` to `f`, its *backward zone*, and all can be placed at any one instant of it.
 *
 * *Claim*: the blocks can be put in line exactly if no two forward zones overlap and no backward zone lies within a forward
 * one. It is necessary, since during a forward zone nothing else has the object. It is sufficient: forward zones that do not
 * overlap have an instant between them, so that a backward zone which lies in none of them has an instant that none covers.
 */
export function lineUp(blocks: Blocks, part: Part, memory: Memory): FastResult {
  if (blocks.fault !== undefined) return blocks.fault;
  const zones = new Zones(blocks, part, memory);
  return zones.forwardConflict() ?? zones.place();
}

class Zones {
  readonly #blocks: Blocks;
  readonly #part: Part;
  readonly #memory: Memory;
  /** Per block: where its zone begins and ends. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** By rank, and one for "before everything": the block whose forward zone begins there, later: the last that began. */
  readonly #cover: Int32Array;

  constructor(blocks: Blocks, part: Part, memory: Memory) {
    const { count, firsts, lasts, initial } = blocks;
    this.#blocks = blocks;
    this.#part = part;
    this.#memory = memory;
    this.#from = memory.int32(count);
    this.#to = memory.int32(count);
    this.#cover = memory.int32(part.end + 1).fill(-1);
    for (let b = 0; b < count; b++) {
      this.#from[b] = b === initial ? -1 : part.ret[firsts[b]];
      this.#to[b] = part.call[lasts[b]];
      if (this.#from[b] < this.#to[b]) this.#cover[this.#from[b] + 1] = b;
    }
  }

  /** Two forward zones that overlap. */
  forwardConflict(): FastResult | undefined {
    const cover = this.#cover;
    let present = -1;
    for (let i = 0; i < cover.length; i++) {
      const b = cover[i];
      if (b >= 0) {
        if (present >= 0 && this.#from[b] < this.#to[present]) {
          return this.#conflict(present, b, TOGETHER);
        }
        present = b;
      }
      cover[i] = present;
    }
    return undefined;
  }

  /** Gives each block its place among the others, unless a backward zone lies within a forward one. */
  place(): FastResult {
    const { count } = this.#blocks;
    // By rank, from "before everything" on: the block to be placed there; or, less than -1, the forward block after whose
    // zone others wait.
    const at = this.#memory.int32(this.#part.end + 1).fill(-1);
    const waiting = this.#memory.int32(count).fill(-1);
    const nexts = this.#memory.int32(count);
    for (let b = 0; b < count; b++) {
      const from = this.#from[b];
      const to = this.#to[b];
      if (from < to) {
        at[from + 1] = b;
        continue;
      }
      // A backward zone reaches from the last call to the first return.
      const cover = this.#cover[to + 1];
      if (cover < 0 || this.#to[cover] < to) {
        at[to + 1] = b;
        continue;
      }
      if (from < this.#to[cover]) {
        return this.#conflict(cover, b, WITHIN);
      }
      nexts[b] = waiting[cover];
      waiting[cover] = b;
      at[this.#to[cover] + 1] = -2 - cover;
    }
    return { verdict: "ok", order: this.#inOrder(at, waiting, nexts) };
  }

  #inOrder(at: Int32Array, waiting: Int32Array, nexts: Int32Array): Int32Array {
    const { operations, starts, size } = this.#blocks;
    const order = this.#memory.int32(size);
    let filled = 0;
    for (let rank = 0; rank < at.length; rank++) {
      if (at[rank] === -1) continue;
      const waits = at[rank] < 0;
      // One block, or all that wait for the end of another's zone.
      let b = waits ? waiting[-2 - at[rank]] : at[rank];
      while (b >= 0) {
        const end = starts[b + 1];
        for (let i = starts[b]; i < end; i++) order[filled++] = operations[i];
        b = waits ? nexts[b] : -1;
      }
    }
    return order;
  }

  #conflict(left: number, right: number, reason: string): FastResult {
    const suspects = new Set<number>();
    for (const b of [left, right]) {
      if (b !== this.#blocks.initial) suspects.add(this.#blocks.firsts[b]);
      suspects.add(this.#blocks.lasts[b]);
    }
    return { verdict: "illegal", suspects: [...suspects], reason };
  }
}

/** Whether an operation returned. */
export function returned(part: Part, k: number): boolean {
  return part.ret[k] !== NEVER;
}
