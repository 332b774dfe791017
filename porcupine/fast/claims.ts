import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";

const NONE: readonly number[] = [];

/** Whose rivals are looked for. */
interface Question {
  readonly from: number;
  readonly to: number;
  /** The writer's zone as it is, a forward one, lies in it and has no rivals, or they are known. */
  readonly isGrown: boolean;
  readonly most: number;
}

/**
 * Writes with the reads that they are held to be the writers of, and the zones that these make (see `lineUp` of `zones.ts`): each from
 * the first return to the last call, backward where that call comes first. Two zones are *rivals* if they cannot both be: forward ones that
 * overlap, and a backward one within a forward one.
 *
 * A read is *settled* if only one writer comes into question; other reads are given to one of theirs, and may be taken away again. The
 * zones lie by rank, so that whether one has a rival takes no longer than it is long.
 */
export class Claims {
  /** By writer: where its zone begins and ends, as ranks; a backward one ends before it begins. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Of the write and its settled reads alone: who returns first, and who is called last; -1 for the initial value without reads. */
  readonly #first: Int32Array;
  readonly #lastCalled: Int32Array;
  /** By rank, the second place for the first one, since the initial value was there before: how many forward zones cover it. */
  readonly #cover: Int32Array;
  /** By rank: one more than the writer whose forward zone begins there; whose backward one does, by its last call and first return. */
  readonly #forward: Int32Array;
  readonly #backCall: Int32Array;
  readonly #backReturn: Int32Array;
  /** By writer the last read it was given, and by read the one given before; one more than the read. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;
  readonly #writers: Int32Array;
  readonly #part: Part;
  #hasBegun = false;
  /** How many ranks were looked at. */
  work = 0;

  /** Writes without reads; the initial value is the last of them, and came before everything. */
  constructor(writers: Int32Array, part: Part, memory: Memory) {
    const count = writers.length + 1;
    this.#writers = writers;
    this.#part = part;
    this.from = memory.int32(count);
    this.to = memory.int32(count);
    this.#first = memory.int32(count);
    this.#lastCalled = memory.int32(count);
    this.#cover = memory.int32(part.end + 2);
    this.#forward = memory.int32(part.end + 2);
    this.#backCall = memory.int32(part.end + 2);
    this.#backReturn = memory.int32(part.end + 2);
    this.#last = memory.int32(count);
    this.#before = memory.int32(part.ids.length);
    this.#first.set(writers);
    this.#lastCalled.set(writers);
    this.#first[count - 1] = this.#lastCalled[count - 1] = -1;
  }

  /** Adds a settled read, before any is given. */
  settle(read: number, writer: number): void {
    [this.#first[writer], this.#lastCalled[writer]] = this.#endsWith(writer, read);
    if (this.#hasBegun) this.#move(writer, this.#baseFrom(writer), this.#baseTo(writer));
  }

  /** Those have been added of which it was known at once; answers two writers that are rivals, if there are any. */
  begin(): readonly [number, number] | undefined {
    const { from, to } = this;
    this.#hasBegun = true;
    for (let w = 0; w < from.length; w++) {
      from[w] = this.#baseFrom(w);
      to[w] = this.#baseTo(w);
      this.#name(w, w + 1);
    }
    // Before anything is marked as covered: thousands of zones may lie one over the other, each of them long.
    let present = -1;
    for (let rank = -1; rank < this.#part.end; rank++) {
      const forward = this.#forward[rank + 1] - 1;
      if (forward >= 0) {
        if (present >= 0 && rank < to[present]) return [present, forward];
        present = forward;
      }
      const backward = this.#backCall[rank + 1] - 1;
      if (backward >= 0 && present >= 0 && from[backward] < to[present]) return [present, backward];
    }
    for (let w = 0; w < from.length; w++) this.#coverMore(from[w], to[w], 1);
    return undefined;
  }

  /** A write and, of it, its settled reads and perhaps one more, who returns first and who is called last: who marks the ends of its zone. */
  blockOf(writer: number, read?: number): number[] {
    const ends = read === undefined
      ? [this.#first[writer], this.#lastCalled[writer]]
      : this.#endsWith(writer, read);
    return [...this.#writers.subarray(writer, writer + 1), ...ends.filter((k) => k >= 0)];
  }

  #endsWith(writer: number, read: number): [first: number, last: number] {
    const { ret } = this.#part;
    const [first, last] = [this.#first[writer], this.#lastCalled[writer]];
    // The initial value was there before anything returned. Operations are numbered by call.
    return [first >= 0 && ret[read] < ret[first] ? read : first, Math.max(read, last)];
  }

  #baseFrom(writer: number): number {
    return this.#first[writer] < 0 ? -1 : this.#part.ret[this.#first[writer]];
  }

  #baseTo(writer: number): number {
    return this.#lastCalled[writer] < 0 ? -1 : this.#part.call[this.#lastCalled[writer]];
  }

  /** The rivals that a writer's zone would have with one more read; no more than so many are looked for. */
  rivalsWith(writer: number, read: number, most = Infinity): readonly number[] {
    const { call, ret } = this.#part;
    const from = Math.min(this.from[writer], ret[read]);
    const to = Math.max(this.to[writer], call[read]);
    // It lies in the zone as it is.
    if (from === this.from[writer] && to === this.to[writer]) return NONE;
    const isGrown = this.from[writer] < this.to[writer];
    return this.#rivals(writer, { from, to, isGrown, most });
  }

  /** By how much a writer's zone would grow: less than 0 if it stayed a backward one, so much was left of it. */
  growthWith(writer: number, read: number): number {
    const { call, ret } = this.#part;
    const [from, to] = [this.from[writer], this.to[writer]];
    const length = Math.max(to, call[read]) - Math.min(from, ret[read]);
    return length < 0 ? length : length - Math.max(0, to - from);
  }

  /** Gives a read to a writer. */
  give(read: number, writer: number): void {
    const { call, ret } = this.#part;
    this.#before[read] = this.#last[writer];
    this.#last[writer] = read + 1;
    this.#move(writer, Math.min(this.from[writer], ret[read]), Math.max(this.to[writer], call[read]));
  }

  /** Whether two zones cannot both be. */
  areRivals(left: number, right: number): boolean {
    const { from, to } = this;
    const isForward = from[left] < to[left];
    if (isForward && from[right] < to[right]) return from[left] < to[right] && from[right] < to[left];
    const [outer, inner] = isForward ? [left, right] : [right, left];
    return from[outer] < to[outer] && from[outer] < to[inner] && from[inner] < to[outer];
  }

  /** The reads that were given to a writer and mark an end of its zone. */
  endsOf(writer: number): number[] {
    const { call, ret } = this.#part;
    const ends: number[] = [];
    for (let k = this.#last[writer] - 1; k >= 0; k = this.#before[k] - 1) {
      this.work++;
      if (ret[k] === this.from[writer] || call[k] === this.to[writer]) ends.push(k);
    }
    return ends;
  }

  /** Takes a read away from the writer it was given to. */
  take(read: number, writer: number): void {
    if (this.#last[writer] === read + 1) this.#last[writer] = this.#before[read];
    else {
      let after = this.#last[writer] - 1;
      while (this.#before[after] !== read + 1) after = this.#before[after] - 1;
      this.#before[after] = this.#before[read];
    }
    this.#shrink(writer);
  }

  #shrink(writer: number): void {
    const { call, ret } = this.#part;
    let from = this.#baseFrom(writer);
    let to = this.#baseTo(writer);
    for (let k = this.#last[writer] - 1; k >= 0; k = this.#before[k] - 1) {
      this.work++;
      from = Math.min(from, ret[k]);
      to = Math.max(to, call[k]);
    }
    this.#move(writer, from, to);
  }

  #move(writer: number, from: number, to: number): void {
    const [before, until] = [this.from[writer], this.to[writer]];
    this.#name(writer, 0);
    this.from[writer] = from;
    this.to[writer] = to;
    this.#name(writer, writer + 1);
    if (before >= until) return this.#coverMore(from, to, 1);
    if (from >= to) return this.#coverMore(before, until, -1);
    // One of the two lies within the other: of a long zone that grows at an end all the rest stays covered.
    this.#coverMore(from, before, 1);
    this.#coverMore(until, to, 1);
    this.#coverMore(before, from, -1);
    this.#coverMore(to, until, -1);
  }

  #name(writer: number, name: number): void {
    const [from, to] = [this.from[writer], this.to[writer]];
    if (from < to) {
      this.#forward[from + 1] = name;
      return;
    }
    this.#backCall[to + 1] = name;
    // One without an answer has no end.
    if (from < this.#part.end) this.#backReturn[from + 1] = name;
  }

  #coverMore(from: number, to: number, by: number): void {
    for (let rank = from; rank < to; rank++) this.#cover[rank + 1] += by;
    this.work += Math.max(0, to - from);
  }

  #rivals(writer: number, { from, to, isGrown, most }: Question): number[] {
    const rivals: number[] = [];
    const add = (w: number): void => {
      if (w !== writer && !rivals.includes(w)) rivals.push(w);
    };
    if (from >= to) {
      this.#covering(to, (w) => this.to[w] > from && add(w));
      return rivals;
    }
    this.#covering(from, add);
    const within = (low: number, high: number): void => {
      let rank = low;
      for (; rank < high && rivals.length < most; rank++) {
        if (this.#forward[rank + 1] > 0) add(this.#forward[rank + 1] - 1);
        const begins = this.#backCall[rank + 1] - 1;
        if (begins >= 0 && this.from[begins] < to) add(begins);
        const ends = this.#backReturn[rank + 1] - 1;
        if (ends >= 0 && this.to[ends] > from) add(ends);
      }
      this.work += Math.max(0, rank - low);
    };
    if (!isGrown) within(from, to);
    else {
      within(from, this.from[writer]);
      within(this.to[writer], to);
    }
    return rivals;
  }

  /** The forward zones that cover a rank. */
  #covering(rank: number, tell: (writer: number) => void): void {
    let left = this.#cover[rank + 1];
    for (let at = rank; left > 0; at--) {
      this.work++;
      const w = this.#forward[at + 1] - 1;
      if (w < 0 || this.to[w] <= rank) continue;
      left--;
      tell(w);
    }
  }
}
