import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";

/** Where a zone would lie, and whose rivals are not looked for. */
export interface Question {
  readonly from: number;
  readonly to: number;
  /** Zones that would be parts of it. */
  readonly own: number;
  readonly joined: number;
  /** The one of its own, a forward one, lies in it and has no rivals, or they are known. */
  readonly isGrown: boolean;
  /** So many rivals are looked for at most. */
  readonly most: number;
}

/**
 * Zones by rank (see `lineUp` of `zones.ts`): each from the first return to the last call, backward where that call comes first. Two zones
 * are *rivals* if they cannot both be: forward ones that overlap, and a backward one within a forward one. Whether a zone has one takes no
 * longer to find out than it is long.
 */
export class ZoneField {
  /** By zone: where it begins and ends, as ranks; a backward one ends before it begins. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By rank, the second place for the first one, since the initial value was there before: how many forward zones cover it. */
  readonly #cover: Int32Array;
  /** By rank: one more than the zone that begins there, if it is a forward one; whose backward one does, by its last call and first return. */
  readonly #forward: Int32Array;
  readonly #backCall: Int32Array;
  readonly #backReturn: Int32Array;
  readonly #end: number;
  /** How many ranks were looked at. */
  work = 0;

  /** No zones, of so many at most. */
  constructor(zones: number, part: Part, memory: Memory) {
    this.#end = part.end;
    this.from = memory.int32(zones);
    this.to = memory.int32(zones);
    this.#cover = memory.int32(part.end + 2);
    this.#forward = memory.int32(part.end + 2);
    this.#backCall = memory.int32(part.end + 2);
    this.#backReturn = memory.int32(part.end + 2);
  }

  /** Adds the first zones, whose ends are known; answers two that are rivals, if there are any: then nothing is covered yet. */
  begin(zones: readonly number[]): readonly [number, number] | undefined {
    const { from, to } = this;
    for (const zone of zones) this.#name(zone, zone + 1);
    // Before anything is marked as covered: thousands of zones may lie one over the other, each of them long.
    let present = -1;
    for (let rank = -1; rank < this.#end; rank++) {
      const forward = this.#forward[rank + 1] - 1;
      if (forward >= 0) {
        if (present >= 0 && rank < to[present]) return [present, forward];
        present = forward;
      }
      const backward = this.#backCall[rank + 1] - 1;
      if (backward >= 0 && present >= 0 && from[backward] < to[present]) return [present, backward];
    }
    for (const zone of zones) this.#coverMore(from[zone], to[zone], 1);
    return undefined;
  }

  /** Adds a zone. */
  add(zone: number, from: number, to: number): void {
    this.from[zone] = from;
    this.to[zone] = to;
    this.#name(zone, zone + 1);
    this.#coverMore(from, to, 1);
  }

  /** Takes a zone away. */
  remove(zone: number): void {
    this.#name(zone, 0);
    this.#coverMore(this.from[zone], this.to[zone], -1);
  }

  /** Gives a zone other ends: it grows, or it shrinks. */
  move(zone: number, from: number, to: number): void {
    const [before, until] = [this.from[zone], this.to[zone]];
    this.#name(zone, 0);
    this.from[zone] = from;
    this.to[zone] = to;
    this.#name(zone, zone + 1);
    if (before >= until) return this.#coverMore(from, to, 1);
    if (from >= to) return this.#coverMore(before, until, -1);
    // One of the two lies within the other: of a long zone that grows at an end all the rest stays covered.
    this.#coverMore(from, before, 1);
    this.#coverMore(until, to, 1);
    this.#coverMore(before, from, -1);
    this.#coverMore(to, until, -1);
  }

  /** Whether two zones cannot both be. */
  areRivals(left: number, right: number): boolean {
    const { from, to } = this;
    const isForward = from[left] < to[left];
    if (isForward && from[right] < to[right]) return from[left] < to[right] && from[right] < to[left];
    const [outer, inner] = isForward ? [left, right] : [right, left];
    return from[outer] < to[outer] && from[outer] < to[inner] && from[inner] < to[outer];
  }

  /** The rivals that a zone would have. */
  rivals({ from, to, own, joined, isGrown, most }: Question): number[] {
    const rivals: number[] = [];
    const add = (zone: number): void => {
      if (zone !== own && zone !== joined && !rivals.includes(zone)) rivals.push(zone);
    };
    if (from >= to) {
      this.#covering(to, (zone) => this.to[zone] > from && add(zone));
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
      within(from, this.from[own]);
      within(this.to[own], to);
    }
    return rivals;
  }

  #name(zone: number, name: number): void {
    const [from, to] = [this.from[zone], this.to[zone]];
    if (from < to) {
      this.#forward[from + 1] = name;
      return;
    }
    this.#backCall[to + 1] = name;
    // One without an answer has no end.
    if (from < this.#end) this.#backReturn[from + 1] = name;
  }

  #coverMore(from: number, to: number, by: number): void {
    for (let rank = from; rank < to; rank++) this.#cover[rank + 1] += by;
    this.work += Math.max(0, to - from);
  }

  /** The forward zones that cover a rank. */
  #covering(rank: number, tell: (zone: number) => void): void {
    let left = this.#cover[rank + 1];
    for (let at = rank; left > 0; at--) {
      this.work++;
      const zone = this.#forward[at + 1] - 1;
      if (zone < 0 || this.to[zone] <= rank) continue;
      left--;
      tell(zone);
    }
  }
}
