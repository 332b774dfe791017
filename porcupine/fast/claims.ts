import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import { Chains, type Clash } from "./chains.ts";

const NONE: readonly number[] = [];

/**
 * Writes with the operations that are held to have found what they wrote: reads, and compare-and-sets that swapped it, which are writers
 * themselves (`Chains`). A claim is *settled* if only one writer comes into question; other operations are given to one of theirs, and
 * may be taken away again.
 */
export class Claims {
  /** The blocks that the claims make. */
  readonly chains: Chains;
  readonly #part: Part;
  readonly #makers: Int32Array;
  /** By operation: its number among the writers; -1: it is none. */
  readonly #writerOf: Int32Array;
  /** By writer, of the write and its settled reads alone: who returns first, and who is called last; -1 for the initial value without reads. */
  readonly #first: Int32Array;
  readonly #lastCalled: Int32Array;
  /** By writer the last read it was given, and by read the one given before; one more than the read. */
  readonly #last: Int32Array;
  readonly #previous: Int32Array;
  #hasBegun = false;
  #clash: Clash | undefined = undefined;

  /** Writes that nobody found; the initial value is the last of them, and came before everything. */
  constructor(makers: Int32Array, part: Part, memory: Memory) {
    const count = makers.length + 1;
    this.#makers = makers;
    this.#part = part;
    this.chains = new Chains(count, part, memory);
    this.#writerOf = memory.int32(part.ids.length).fill(-1);
    for (let w = 0; w < makers.length; w++) this.#writerOf[makers[w]] = w;
    this.#first = memory.int32(count);
    this.#lastCalled = memory.int32(count);
    this.#last = memory.int32(count);
    this.#previous = memory.int32(part.ids.length);
    this.#first.set(makers);
    this.#lastCalled.set(makers);
    this.#first[count - 1] = this.#lastCalled[count - 1] = -1;
  }

  /** How much was looked at. */
  get work(): number {
    return this.chains.field.work;
  }

  /** Adds a settled claim, before any is given: nothing is in its way. */
  settle(k: number, writer: number): void {
    const swap = this.#writerOf[k];
    if (swap < 0) {
      const { ret } = this.#part;
      const first = this.#first[writer];
      // The initial value was there before anything returned. Operations are numbered by call.
      if (first >= 0 && ret[k] < ret[first]) this.#first[writer] = k;
      this.#lastCalled[writer] = Math.max(k, this.#lastCalled[writer]);
      if (this.#hasBegun) this.#shrink(writer);
    } else if (this.#hasBegun) {
      this.chains.isSettled[swap] = 1;
      this.chains.join(swap, writer);
    } else this.#clash ??= this.chains.settle(swap, writer);
  }

  /** Those have been added of which it was known at once; answers why they cannot all be, if they cannot. */
  begin(): Clash | undefined {
    const { from, to } = this.chains;
    this.#hasBegun = true;
    for (let w = 0; w < from.length; w++) {
      from[w] = this.#baseFrom(w);
      to[w] = this.#baseTo(w);
    }
    return this.#clash ?? this.chains.begin();
  }

  /** Of the chain of a writer, and perhaps of one more operation in it: the writers, and who marks the ends of what is settled. */
  blockOf(writer: number, k?: number): number[] {
    const block = this.chains.membersWith(writer).flatMap((w) => [
      ...this.#makers.subarray(w, w + 1),
      ...[this.#first[w], this.#lastCalled[w]].filter((end) => end >= 0),
    ]);
    if (k === undefined) return block;
    const swap = this.#writerOf[k];
    return swap < 0 ? [...block, k] : [...block, ...this.blockOf(swap)];
  }

  #baseFrom(writer: number): number {
    return this.#first[writer] < 0 ? -1 : this.#part.ret[this.#first[writer]];
  }

  #baseTo(writer: number): number {
    return this.#lastCalled[writer] < 0 ? -1 : this.#part.call[this.#lastCalled[writer]];
  }

  /** The rivals that the chain of a writer would have with one more operation; no more than so many are looked for. */
  rivalsWith(writer: number, k: number, most = Infinity): readonly number[] {
    const { field, head } = this.chains;
    const own = head[writer];
    const { from, to } = this.#extentWith(writer, k);
    // It lies in the zone as it is.
    if (from === field.from[own] && to === field.to[own]) return NONE;
    const isGrown = field.from[own] < field.to[own];
    return field.rivals({ from, to, own, joined: this.#writerOf[k], isGrown, most });
  }

  #extentWith(writer: number, k: number): { readonly from: number; readonly to: number } {
    if (this.#writerOf[k] >= 0) return this.chains.extentWith(writer, this.#writerOf[k]);
    const { call, ret } = this.#part;
    const { field: { from, to }, head } = this.chains;
    const own = head[writer];
    return { from: Math.min(from[own], ret[k]), to: Math.max(to[own], call[k]) };
  }

  /** Why an operation cannot have found what a writer wrote as long as all claims stand: who says so; `undefined` if it can. */
  against(k: number, writer: number): readonly number[] | undefined {
    const inTheWay = this.inTheWay(k, writer);
    if (inTheWay === undefined || inTheWay.length > 0) return this.blockOf(writer, k);
    const [rival] = this.rivalsWith(writer, k, 1);
    return rival === undefined ? undefined : [...this.blockOf(writer, k), ...this.blockOf(rival)];
  }

  /** A rival of a writer's chain, if there is one. */
  rivalOf(writer: number): number | undefined {
    const { field, head } = this.chains;
    const own = head[writer];
    const zone = { from: field.from[own], to: field.to[own] };
    return field.rivals({ ...zone, own, joined: own, isGrown: false, most: 1 }).at(0);
  }

  /** By how much the zone of a writer's chain would grow: less than 0 if it stayed a backward one, so much was left of it. */
  growthWith(writer: number, k: number): number {
    const { call, ret } = this.#part;
    const { field, head } = this.chains;
    const [from, to] = [field.from[head[writer]], field.to[head[writer]]];
    const length = Math.max(to, call[k]) - Math.min(from, ret[k]);
    return length < 0 ? length : length - Math.max(0, to - from);
  }

  /** Gives an operation to a writer; nothing is in its way. */
  give(k: number, writer: number): void {
    if (this.#writerOf[k] >= 0) return this.chains.join(this.#writerOf[k], writer);
    const { call, ret } = this.#part;
    this.#previous[k] = this.#last[writer];
    this.#last[writer] = k + 1;
    this.chains.grow(writer, ret[k], call[k]);
  }

  /** Takes an operation away from the writer it was given to. */
  take(k: number, writer: number): void {
    if (this.#writerOf[k] >= 0) return this.chains.cut(this.#writerOf[k]);
    if (this.#last[writer] === k + 1) this.#last[writer] = this.#previous[k];
    else {
      let after = this.#last[writer] - 1;
      while (this.#previous[after] !== k + 1) after = this.#previous[after] - 1;
      this.#previous[after] = this.#previous[k];
    }
    this.#shrink(writer);
  }

  #shrink(writer: number): void {
    const { call, ret } = this.#part;
    let from = this.#baseFrom(writer);
    let to = this.#baseTo(writer);
    this.#given(writer, (k) => {
      from = Math.min(from, ret[k]);
      to = Math.max(to, call[k]);
    });
    this.chains.resize(writer, from, to);
  }

  /** The operations that mark an end of a chain's zone, and may be taken away; swaps for which part of the chain would leave it. */
  endsOf(chain: number): number[] {
    const { call, ret } = this.#part;
    const { from, to, before, after, isSettled, field } = this.chains;
    const [begin, end] = [field.from[chain], field.to[chain]];
    const ends: number[] = [];
    // The last writer that may leave the chain together with all that follow it.
    let leaving = -1;
    let isMarked = false;
    for (let w = chain; w >= 0; w = after[w]) {
      field.work++;
      if (before[w] >= 0 && isSettled[w] === 0) {
        // What a mark stands before may leave, too.
        if (isMarked) ends.push(this.#makers[w]);
        isMarked = false;
        leaving = w;
      }
      if (from[w] !== begin && to[w] !== end) continue;
      const reads = ends.length;
      this.#given(w, (k) => (ret[k] === begin || call[k] === end) && ends.push(k));
      if (ends.length > reads) continue;
      isMarked = true;
      if (leaving >= 0) ends.push(this.#makers[leaving]);
    }
    return [...new Set(ends)];
  }

  /**
   * What is to be taken away before an operation can follow a writer, since real time is in its way within the chain, or another
   * one follows already; `undefined` if it cannot as long as what is settled stands.
   */
  inTheWay(k: number, writer: number): readonly number[] | undefined {
    const swap = this.#writerOf[k];
    const { before, after } = this.chains;
    if (swap < 0) {
      if (before[writer] < 0 && after[writer] < 0) return NONE;
      const { call, ret } = this.#part;
      const taken: number[] = [];
      const fits = this.#clearBefore(writer, ret[k], taken) &&
        this.#clearAfter(writer, call[k], taken) !== undefined;
      return fits ? taken : undefined;
    }
    return this.#inTheWayOfSwap(swap, writer);
  }

  #inTheWayOfSwap(swap: number, writer: number): readonly number[] | undefined {
    const { call, ret } = this.#part;
    const { from, to, before, after, isSettled, head } = this.chains;
    const next = after[writer];
    if ((next >= 0 && isSettled[next] === 1) || this.#baseTo(writer) > this.#baseFrom(swap)) return undefined;
    const taken = next < 0 ? [] : [this.#makers[next]];
    if (head[writer] === swap) {
      // It would follow itself.
      let leaving = writer;
      while (leaving !== swap && isSettled[leaving] === 1) leaving = before[leaving];
      if (leaving === swap) return undefined;
      taken.push(this.#makers[leaving]);
    }
    this.#given(writer, (k) => call[k] > from[swap] && taken.push(k));
    this.#given(swap, (k) => ret[k] < to[writer] && taken.push(k));
    const first = this.#clearAfter(swap, to[writer], taken);
    if (first === undefined) return undefined;
    const fits = this.#clearBefore(writer, Math.min(first, from[swap]), taken);
    return fits ? [...new Set(taken)] : undefined;
  }

  /** Nothing may be called after a rank that stands before a writer: what is to be taken away, as near as can be. False if that is not enough. */
  #clearBefore(writer: number, rank: number, taken: number[]): boolean {
    const { call } = this.#part;
    const { from, to, before, isSettled, field } = this.chains;
    let leaving = -1;
    for (let w = writer; before[w] >= 0; w = before[w]) {
      field.work++;
      // What stands before it was called before this.
      if (from[w] <= rank) return true;
      if (leaving < 0 && isSettled[w] === 0) leaving = w;
      if (to[before[w]] <= rank) continue;
      if (leaving >= 0) {
        taken.push(this.#makers[leaving]);
        return true;
      }
      if (this.#baseTo(before[w]) > rank) return false;
      this.#given(before[w], (k) => call[k] > rank && taken.push(k));
    }
    return true;
  }

  /** Nothing may return before a rank that stands after a writer: likewise. Answers what returns first of those that stay. */
  #clearAfter(writer: number, rank: number, taken: number[]): number | undefined {
    const { ret, end } = this.#part;
    const { from, to, after, isSettled, field } = this.chains;
    let leaving = -1;
    let first = end;
    let firstStaying = end;
    for (let w = after[writer]; w >= 0; w = after[w]) {
      field.work++;
      if (leaving < 0 && isSettled[w] === 0) {
        leaving = w;
        firstStaying = first;
      }
      if (from[w] < rank) {
        if (leaving >= 0) {
          taken.push(this.#makers[leaving]);
          return firstStaying;
        }
        if (this.#baseFrom(w) < rank) return undefined;
        this.#given(w, (k) => ret[k] < rank && taken.push(k));
      }
      first = Math.min(first, Math.max(from[w], rank));
      // What stands after it returned after that was called.
      if (to[w] >= first) return first;
    }
    return first;
  }

  #given(writer: number, tell: (read: number) => void): void {
    for (let k = this.#last[writer] - 1; k >= 0; k = this.#previous[k] - 1) {
      this.chains.field.work++;
      tell(k);
    }
  }
}
