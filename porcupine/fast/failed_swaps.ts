import { NEVER } from "../history.ts";
import type { Memory } from "../scratch.ts";
import type { Part } from "../parts.ts";
import { placeReads } from "./insert.ts";
import { FAILED, INITIAL, READ, type RegisterTable, SWAP } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import type { Blocks } from "./zones.ts";

/** What is moved for one may be in the way of another: so often what is moved is looked at anew. */
const ROUNDS = 8;
/** So many blocks are tried, one after the other, to make room for one. */
const MOST_TRIED = 8;
/** Of more that find no place than one of so many, and a few, it is not to be expected that moving helps. */
const MOST_HOMELESS = { few: 64, oneOf: 256 };

/** Blocks that can be put in line, and the table that they were made of. */
export interface Line {
  readonly table: RegisterTable;
  readonly blocks: Blocks;
  readonly part: Part;
  readonly memory: Memory;
}

/**
 * Puts blocks in line so that failed compare-and-sets find a place, too: each where another value is than the one it asked for.
 *
 * - A block without a forward zone may stand at any instant of its backward zone that lies in no forward zone (see `lineUp`): for
 *   the other blocks it is all the same where. So if one finds only its own value, another block is moved to an instant of its, or
 *   made to begin earlier than it must. The order that comes of that is looked at as a whole.
 * - If its value must have been there all the time, it is impossible. A value that is written once is there without a gap from
 *   the first return of what wrote or read it to the last call of what read or replaced it.
 *
 * If neither settles it, that proves nothing, and the search decides.
 */
export function settleFailed(line: Line): FastResult | undefined {
  const { table, part } = line;
  const places = new Places(line);
  for (let round = 0; round < ROUNDS; round++) {
    const order = places.order();
    const placed = placeReads(order, table.failed, part, replayOf(table));
    // Blocks have been moved: it is not taken for granted that they were moved well.
    if (placed.homeless.length === 0) {
      return keepsTime(order, part) ? { verdict: "ok", order: placed.order } : undefined;
    }
    const limit = MOST_HOMELESS.few + table.failed.length / MOST_HOMELESS.oneOf;
    if (placed.homeless.length > limit) return undefined;
    const impossible = round > 0 ? undefined : heldThroughout(table, part, placed.homeless);
    if (impossible !== undefined) return impossible;
    // What is moved for one often helps the next, too: so not all need be helped at once.
    let helped = 0;
    for (const k of placed.homeless) if (places.makeRoom(k)) helped++;
    if (helped === 0) return undefined;
  }
  return undefined;
}

/** How what stands in an order changes the value, and where what failed may stand. */
export function replayOf({ op, value, from }: RegisterTable) {
  return {
    initial: INITIAL,
    next: (now: number, k: number): number => (op[k] === READ || op[k] === FAILED ? now : value[k]),
    allows: (now: number, k: number): boolean => now !== from[k],
  };
}

/** Whether nothing in an order had returned before what stands earlier was called. */
function keepsTime(order: Int32Array, { call, ret }: Part): boolean {
  let first = NEVER;
  for (let i = order.length - 1; i >= 0; i--) {
    if (call[order[i]] > first) return false;
    first = Math.min(first, ret[order[i]]);
  }
  return true;
}

/** One that failed although its value was there from before its call until after its return. */
function heldThroughout(
  table: RegisterTable,
  part: Part,
  homeless: readonly number[],
): FastResult | undefined {
  const { count, op, value, from } = table;
  const { call, ret } = part;
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const wanted = new Set(homeless.map((k) => from[k]));
  for (let k = 0; k < count; k++) {
    if (op[k] === 0 || op[k] === FAILED) continue;
    if (wanted.has(value[k])) {
      const known = first.get(value[k]);
      if (known === undefined || ret[k] < ret[known]) first.set(value[k], k);
    }
    // A compare-and-set without an answer may not have found it.
    const seen = op[k] === READ ? value[k] : op[k] === SWAP && ret[k] !== NEVER ? from[k] : -1;
    if (wanted.has(seen)) last.set(seen, k);
  }
  for (const k of homeless) {
    const before = first.get(from[k]);
    const after = last.get(from[k]);
    if (after === undefined || call[after] < ret[k]) continue;
    const isInitial = from[k] === INITIAL;
    if (!isInitial && (before === undefined || ret[before] > call[k])) continue;
    const suspects = isInitial || before === undefined ? [k, after] : [before, k, after];
    return { verdict: "illegal", suspects, reason: "the value that it did not find was there all the time" };
  }
  return undefined;
}

/** Where each block stands: just after which event. */
class Places {
  readonly #line: Line;
  /** Per block: where its zone begins and ends; one without a forward zone may stand from `#to` until before `#from`. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #at: Int32Array;
  /** Per block: whether it was moved; what makes room for one is not to be taken away for another. */
  readonly #moved: Uint8Array;
  /** By event, and one for "before everything": the forward block that began last; -1: none. */
  readonly #cover: Int32Array;
  /** By value: the block in which it is. */
  readonly #blockOf: Int32Array;

  constructor(line: Line) {
    const { table, blocks, part, memory } = line;
    const { count, firsts, lasts, initial, starts, operations } = blocks;
    this.#line = line;
    this.#from = memory.int32(count);
    this.#to = memory.int32(count);
    this.#at = memory.int32(count);
    this.#moved = memory.uint8(count);
    this.#cover = memory.int32(part.end + 1).fill(-1);
    this.#blockOf = memory.int32(table.values).fill(-1);
    for (let b = 0; b < count; b++) {
      this.#from[b] = b === initial ? -1 : part.ret[firsts[b]];
      this.#to[b] = part.call[lasts[b]];
      if (this.#from[b] < this.#to[b]) this.#cover[this.#from[b] + 1] = b;
      for (let i = starts[b]; i < starts[b + 1]; i++) this.#blockOf[table.value[operations[i]]] = b;
    }
    for (let i = 1; i < this.#cover.length; i++) if (this.#cover[i] < 0) this.#cover[i] = this.#cover[i - 1];
    for (let b = 0; b < count; b++) {
      this.#at[b] = this.#isForward(b) ? this.#from[b] : this.#free(this.#to[b]);
    }
  }

  #isForward(b: number): boolean {
    return this.#from[b] < this.#to[b];
  }

  /** The first place from this one on that is in no forward zone. */
  #free(at: number): number {
    const cover = this.#cover[at + 1];
    return cover < 0 ? at : Math.max(at, this.#to[cover]);
  }

  /** All operations, block by block; at one place those without a forward zone come first. */
  order(): Int32Array {
    const { blocks: { count, starts, operations, size }, part, memory } = this.#line;
    const heads = memory.int32(part.end + 1).fill(-1);
    const next = memory.int32(count);
    for (const isForward of [true, false]) {
      for (let b = count - 1; b >= 0; b--) {
        if (this.#isForward(b) !== isForward) continue;
        next[b] = heads[this.#at[b] + 1];
        heads[this.#at[b] + 1] = b;
      }
    }
    const order = memory.int32(size);
    let filled = 0;
    for (const head of heads) {
      for (let b = head; b >= 0; b = next[b]) {
        for (let i = starts[b]; i < starts[b + 1]; i++) order[filled++] = operations[i];
      }
    }
    return order;
  }

  /** Moves a block so that another value is there at some time between the call and the return of `k`; false if there is none. */
  makeRoom(k: number): boolean {
    const { blocks: { count, operations, starts }, table: { from }, part: { call, ret } } = this.#line;
    const own = this.#blockOf[from[k]];
    const early: number[] = [];
    // The last ones first: those called earlier may be what made room before.
    for (let b = count - 1; b >= 0; b--) {
      if (b === own || this.#isForward(b) || this.#moved[b] === 1 || this.#from[b] <= call[k]) continue;
      if (this.#to[b] < ret[k]) {
        if (this.#move(b, call[k], Math.min(this.#from[b], ret[k]))) return true;
      } else if (call[operations[starts[b]]] < ret[k] && early.length < MOST_TRIED) early.push(b);
    }
    const next = this.#nextForward(call[k]);
    if (next >= 0 && next !== own) early.push(next);
    return early.some((b) => this.#reachBack(b, call[k], ret[k]));
  }

  /** The block whose forward zone is the first to begin after an event; -1: none does. */
  #nextForward(after: number): number {
    const cover = this.#cover;
    const before = cover[after + 1];
    let rank = after + 2;
    while (rank < cover.length && cover[rank] === before) rank++;
    return rank < cover.length ? cover[rank] : -1;
  }

  /**
   * Lets a block begin earlier, between two events, and hold the object until its last call, longer than it must: from then on that is
   * its forward zone. What stood there comes before it or after it. False if that is not possible.
   */
  #reachBack(b: number, after: number, end: number): boolean {
    const { blocks: { count, operations, starts }, part: { call } } = this.#line;
    const cover = this.#cover;
    const before = cover[after + 1];
    const at = Math.max(after, before < 0 ? after : this.#to[before], call[operations[starts[b]]]);
    const last = cover[this.#to[b] + 1];
    // Two forward zones do not overlap.
    if (at >= end || at >= this.#from[b] || (last !== before && last !== b)) return false;
    const inTheWay: number[] = [];
    for (let other = 0; other < count; other++) {
      if (other !== b && this.#at[other] > at && this.#at[other] < this.#to[b]) inTheWay.push(other);
    }
    if (inTheWay.some((other) => this.#to[other] > at && this.#from[other] <= this.#to[b])) return false;
    for (const other of inTheWay) this.#at[other] = this.#to[other] <= at ? at : this.#to[b];
    for (let rank = at + 1; rank < cover.length && cover[rank] === before; rank++) cover[rank] = b;
    this.#from[b] = this.#at[b] = at;
    return true;
  }

  /** Moves a block to the first place after both events that is free; false if that is not before `end`. */
  #move(b: number, after: number, end: number): boolean {
    const at = this.#free(Math.max(this.#to[b], after));
    if (at >= end || at === this.#at[b]) return false;
    this.#at[b] = at;
    this.#moved[b] = 1;
    return true;
  }
}
