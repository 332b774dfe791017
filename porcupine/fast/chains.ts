import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import { ZoneField } from "./zone_field.ts";
import { TOGETHER, WITHIN } from "./zones.ts";

/** Why what is settled cannot all be: the writers whose chains say so. */
export interface Clash {
  readonly writers: readonly number[];
  readonly reason: string;
}

/** What would be a zone of a chain, if others were joined to it. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * Writers in chains: a compare-and-set that swapped directly follows the write, or the swap, whose value it replaced. A writer with all
 * who read what it wrote is a *segment*; a chain is a block of segments, and has a zone (see `lineUp` of `zones.ts`). It is called
 * after its first writer.
 *
 * Within a chain real time must not go the other way: nothing returns before something in an earlier segment is called.
 */
export class Chains {
  /** By writer, the ends of its segment as ranks: the first return, and the last call. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By writer: the one that it follows and the one that follows it, or -1. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** By writer: whether what it follows is settled. */
  readonly isSettled: Uint8Array;
  /** By writer the first one of its chain. */
  readonly head: Int32Array;
  readonly field: ZoneField;

  /** Each writer a chain of its own, whose segments have no ends yet. */
  constructor(writers: number, part: Part, memory: Memory) {
    this.field = new ZoneField(writers, part, memory);
    this.from = memory.int32(writers);
    this.to = memory.int32(writers);
    this.before = memory.int32(writers).fill(-1);
    this.after = memory.int32(writers).fill(-1);
    this.isSettled = memory.uint8(writers);
    this.head = memory.int32(writers);
  }

  /** Before the beginning: what follows a writer, since it is settled. Answers two that would follow one. */
  settle(swap: number, writer: number): Clash | undefined {
    const rival = this.after[writer];
    if (rival >= 0) return { writers: [rival, swap], reason: "what was written once was replaced twice" };
    this.isSettled[swap] = 1;
    this.before[swap] = writer;
    this.after[writer] = swap;
    return undefined;
  }

  /** The ends of all segments are known; answers why what is settled cannot all be, if it cannot. */
  begin(): Clash | undefined {
    const { before, field: { from, to } } = this;
    const heads: number[] = [];
    for (let w = 0; w < before.length; w++) if (before[w] < 0) heads.push(w);
    const clash = this.#enlist(heads);
    if (clash !== undefined) return clash;
    for (const head of heads) ({ from: from[head], to: to[head] } = this.#extent(head));
    const rivals = this.field.begin(heads);
    if (rivals === undefined) return undefined;
    const areForward = rivals.every((head) => from[head] < to[head]);
    return { writers: rivals, reason: areForward ? TOGETHER : WITHIN };
  }

  /** Says of each writer who heads its chain; answers where real time goes the other way, or a chain without a first one. */
  #enlist(heads: readonly number[]): Clash | undefined {
    const { from, to, after, head } = this;
    head.fill(-1);
    for (const first of heads) {
      let last = first;
      for (let w = first; w >= 0; w = after[w]) {
        head[w] = first;
        if (w !== last && from[w] < to[last]) return { writers: [last, w], reason: TURNED };
        if (to[w] > to[last]) last = w;
      }
    }
    const lost = head.indexOf(-1);
    return lost < 0 ? undefined : { writers: [lost], reason: CYCLE };
  }

  /** The writers of the chain that one stands in, in order; in a cycle each once. */
  membersWith(writer: number): number[] {
    const { before, after } = this;
    let head = writer;
    while (before[head] >= 0 && before[head] !== writer) head = before[head];
    const members = [head];
    for (let w = after[head]; w >= 0 && w !== head; w = after[w]) members.push(w);
    return members;
  }

  /** A segment grows, and its chain's zone. */
  grow(writer: number, from: number, to: number): void {
    const { field, head } = this;
    const chain = head[writer];
    this.from[writer] = Math.min(this.from[writer], from);
    this.to[writer] = Math.max(this.to[writer], to);
    field.move(chain, Math.min(field.from[chain], from), Math.max(field.to[chain], to));
  }

  /** A segment has other ends. */
  resize(writer: number, from: number, to: number): void {
    this.from[writer] = from;
    this.to[writer] = to;
    this.#measure(this.head[writer]);
  }

  /** The first of a chain follows the last of another, from now on. */
  join(swap: number, writer: number): void {
    const { field, after, head } = this;
    const { from, to } = this.extentWith(writer, swap);
    field.remove(swap);
    this.before[swap] = writer;
    after[writer] = swap;
    for (let w = swap; w >= 0; w = after[w]) this.#enter(w, head[writer]);
    field.move(head[writer], from, to);
  }

  /** A writer no longer follows another. */
  cut(swap: number): void {
    const { before, after } = this;
    const writer = before[swap];
    before[swap] = after[writer] = -1;
    for (let w = swap; w >= 0; w = after[w]) this.#enter(w, swap);
    this.#measure(this.head[writer]);
    const { from, to } = this.#extent(swap);
    this.field.add(swap, from, to);
  }

  /** The zone of a writer's chain, if another chain was joined to it. */
  extentWith(writer: number, chain: number): Extent {
    const { field: { from, to }, head } = this;
    const own = head[writer];
    return { from: Math.min(from[own], from[chain]), to: Math.max(to[own], to[chain]) };
  }

  #enter(writer: number, chain: number): void {
    this.field.work++;
    this.head[writer] = chain;
  }

  #measure(chain: number): void {
    const { from, to } = this.#extent(chain);
    this.field.move(chain, from, to);
  }

  #extent(chain: number): Extent {
    let [from, to] = [this.from[chain], this.to[chain]];
    for (let w = this.after[chain]; w >= 0; w = this.after[w]) {
      this.field.work++;
      from = Math.min(from, this.from[w]);
      to = Math.max(to, this.to[w]);
    }
    return { from, to };
  }
}

const TURNED = "what was seen puts them in one order, real time in the other";
const CYCLE = "each of them replaced what another one wrote, in a cycle";
