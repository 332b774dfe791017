import type { Part } from "../parts.ts";
import { NEVER } from "../history.ts";
import { type Memory, OWN_ARRAYS } from "../scratch.ts";
import type { FastResult } from "./result.ts";

/**
 * Runs of operations that must stand together, in this order: a write and the reads of it, a chain of compare-and-sets with
 * the reads between them, a put and the appends seen after it. A block consists of groups; operations of one group may stand
 * in any order among themselves, and are added by call.
 */
export class Blocks {
  /** The operations of all blocks, one block after the other. */
  readonly operations: Int32Array;
  /** The group, within its block, of each of them. */
  readonly groups: Int32Array;
  /** How many operations there are in all. */
  size = 0;
  /** How many blocks there are. */
  count = 0;
  /** The block of the initial value, which comes before everything; -1 if there is none. */
  initial = -1;

  readonly #starts: Int32Array;
  #group = 0;
  #filled = false;

  /** `capacity`: operations at most. */
  constructor(capacity: number, memory: Memory = OWN_ARRAYS) {
    this.operations = memory.int32(capacity);
    this.groups = memory.int32(capacity);
    this.#starts = memory.int32(capacity + 2);
  }

  /** Where a block begins in `operations`; the one after the last says where the last ends. */
  start(block: number): number {
    return this.#starts[block];
  }

  /** Adds an operation to the present group. */
  add(operation: number): void {
    this.operations[this.size] = operation;
    this.groups[this.size++] = this.#group;
    this.#filled = true;
  }

  /** Begins the next group, unless the present one is empty. */
  nextGroup(): void {
    if (this.#filled) this.#group++;
    this.#filled = false;
  }

  /** Ends the present block; one without operations is none. */
  close(initial: boolean): void {
    this.#group = 0;
    this.#filled = false;
    if (this.size === this.#starts[this.count]) return;
    if (initial) this.initial = this.count;
    this.#starts[++this.count] = this.size;
  }
}

/**
 * Decides whether blocks can be put in line (Gibbons and Korach 1997; zones as in Golab, Li and Shah 2011), in linear time,
 * since instants are ranks.
 *
 * Within a block an operation may not return before one of an earlier group is called. Let `f` be the first return and `s`
 * the last call in a block. If `f < s` the block holds the object at least from `f` to `s` (its *forward zone*): one of its
 * operations takes effect by `f` and one not before `s`. Otherwise all its operations have the instants from `s` to `f` in
 * common (*backward zone*), and it can happen at any one of them at once. In both cases it need hold the object no longer:
 * place each operation at the latest of `f`, its call and its predecessor's instant; it has not returned by then, because
 * no operation of the block returns before `f`, nor before an earlier one is called.
 *
 * So the blocks can be put in line exactly if no two forward zones overlap, and no backward zone lies within a forward
 * one: then each backward block has an instant that no forward zone covers.
 */
export function lineUp(blocks: Blocks, part: Part, memory: Memory = OWN_ARRAYS): FastResult {
  const zones = new Zones(blocks, part, memory);
  const fault = zones.measure();
  if (fault !== undefined) return fault;
  return zones.forwardConflict() ?? zones.place();
}

class Zones {
  readonly #blocks: Blocks;
  readonly #part: Part;
  readonly #memory: Memory;
  /** Per block: the operation that returns first, and the one called last; where the zone begins and ends. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** By rank, and one for "before everything": the block whose forward zone begins there, later: the last that began. */
  readonly #cover: Int32Array;

  constructor(blocks: Blocks, part: Part, memory: Memory) {
    this.#blocks = blocks;
    this.#part = part;
    this.#memory = memory;
    this.#first = memory.int32(blocks.count);
    this.#last = memory.int32(blocks.count);
    this.#from = memory.int32(blocks.count);
    this.#to = memory.int32(blocks.count);
    this.#cover = memory.int32(part.end + 1).fill(-1);
  }

  /** Finds each block's zone, or an operation that returns before one of an earlier group is called. */
  measure(): FastResult | undefined {
    const { operations, groups, count, initial } = this.#blocks;
    const { call, ret } = this.#part;
    for (let b = 0; b < count; b++) {
      const end = this.#blocks.start(b + 1);
      let at = this.#blocks.start(b);
      let first = operations[at];
      let last = first;
      // The one called last among the groups before the present one.
      let before = -1;
      for (let group = 0; at < end; at++) {
        const k = operations[at];
        if (groups[at] !== group) {
          group = groups[at];
          before = last;
        }
        if (before >= 0 && ret[k] < call[before]) {
          const reason = "what was seen puts them in one order, real time in the other";
          return { verdict: "illegal", suspects: [before, k], reason };
        }
        if (ret[k] < ret[first]) first = k;
        if (call[k] > call[last]) last = k;
      }
      this.#first[b] = first;
      this.#last[b] = last;
      this.#from[b] = b === initial ? -1 : ret[first];
      this.#to[b] = call[last];
    }
    return undefined;
  }

  /** Two forward zones that overlap. */
  forwardConflict(): FastResult | undefined {
    const cover = this.#cover;
    for (let b = 0; b < this.#blocks.count; b++) {
      if (this.#from[b] < this.#to[b]) cover[this.#from[b] + 1] = b;
    }
    let present = -1;
    for (let i = 0; i < cover.length; i++) {
      const b = cover[i];
      if (b >= 0) {
        if (present >= 0 && this.#from[b] < this.#to[present]) {
          return this.#conflict(present, b, "two of their values must have been there at the same time");
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
        return this.#conflict(cover, b, "one value must have been there during the whole time of another");
      }
      nexts[b] = waiting[cover];
      waiting[cover] = b;
      at[this.#to[cover] + 1] = -2 - cover;
    }
    return { verdict: "ok", order: this.#inOrder(at, waiting, nexts) };
  }

  #inOrder(at: Int32Array, waiting: Int32Array, nexts: Int32Array): Int32Array {
    const { operations, size } = this.#blocks;
    const order = this.#memory.int32(size);
    let filled = 0;
    const put = (b: number): void => {
      const end = this.#blocks.start(b + 1);
      for (let i = this.#blocks.start(b); i < end; i++) order[filled++] = operations[i];
    };
    for (let rank = 0; rank < at.length; rank++) {
      const b = at[rank];
      if (b >= 0) put(b);
      else if (b < -1) { for (let w = waiting[-2 - b]; w >= 0; w = nexts[w]) put(w); }
    }
    return order;
  }

  #conflict(left: number, right: number, reason: string): FastResult {
    const suspects = new Set<number>();
    for (const b of [left, right]) {
      if (b !== this.#blocks.initial) suspects.add(this.#first[b]);
      suspects.add(this.#last[b]);
    }
    return { verdict: "illegal", suspects: [...suspects], reason };
  }
}

/** Whether an operation returned. */
export function returned(part: Part, k: number): boolean {
  return part.ret[k] !== NEVER;
}
