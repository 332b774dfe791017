import type { Budget } from "../../budget.ts";
import { FAILED, INITIAL, READ, WRITE } from "../../fast/register_table.ts";
import { Choices } from "./choices.ts";
import type { ValueOperations } from "./operations.ts";
import { Present } from "./present.ts";
import { LEAVING, POINTLESS, Rows } from "./rows.ts";

/**
 * What came of it; `narrow`: nothing was found among the configurations that were kept, and others were not; `met`: the search
 * has come to where another one has been, and can be joined to it.
 */
export type ValueProgress = "ok" | "illegal" | "narrow" | "stopped" | "met";

/** A configuration to begin with. The masks are by slot, of the operations called before the first return. */
export interface ValueBeginning {
  /** The number of the value. */
  readonly value: number;
  /** Those that were placed. */
  readonly spent: Int32Array;
  /** Those that need not be placed any more, the spent ones among them. */
  readonly done: Int32Array;
}

/** Who wants to see the configurations of some levels. */
export interface Stops {
  /** The next such level. */
  readonly next: number;
  /** Shows them, before anything is done at that level; true if the search is to stop. */
  at(level: number, layer: Rows): boolean;
}

/** Where a search has been, to go on from there again. */
export interface Point {
  readonly level: number;
  /** Its configurations, before anything was done at that level. */
  readonly layer: Int32Array;
  readonly thinnedAt: number;
  readonly choices: number;
}

/** There are none. */
export const NO_STOPS: Stops = { next: Infinity, at: () => false };

/** So many times as many configurations as leave a level are looked at within it. */
const DEVELOPED = 8;

/** So many words of masks (a power of two) are looked at in the time of a configuration. */
const LOOKS_A_STEP = 10;

/**
 * The just-in-time search of `FrontierSearch` for a register: the same rules, proved in `Walk` and there, on configurations
 * that are a value and two masks. What a value satisfies, what may follow it and what does the same are masks as well, so
 * that a step is a few machine instructions, and no model is asked.
 *
 * At most `width` configurations are kept from level to level: those that owe least and have spent least. So an honest history
 * of any length is explained in linear time, since what an honest object did is rarely far from these. If no configuration is
 * left although some were thrown away, that proves nothing.
 *
 * Two more rules hold here:
 *
 * - **(e)** If the read that returns next is owed, its value is not there, and no unspent open operation writes that value, the
 *   configuration has no completion: whatever can still be placed before that return is open now.
 * - A compare-and-set whose answer was lost is placed only where it finds the value that it asks for. Elsewhere it would change
 *   nothing, and nobody saw that: a completion that places it there is one without it, too.
 */
export class ValueSearch {
  /** Every operation that returned before this level can be explained. */
  level = 0;

  readonly #operations: ValueOperations;
  readonly #budget: Budget;
  readonly #present: Present;
  readonly #words: number;
  readonly #made: Int32Array;
  /** By slot: what stands for as many of the same as are needed is never spent. */
  readonly #endless: Int32Array;
  #layer: Rows;
  #old: Rows;
  #hasBegun = false;
  /** The level at which configurations were last thrown away; -1: none were. */
  #thinnedAt = -1;
  readonly #choices: Choices;
  #final: number | undefined = undefined;
  #tail: Int32Array = new Int32Array(0);

  constructor(operations: ValueOperations, budget: Budget) {
    this.#operations = operations;
    this.#budget = budget;
    const { scratch } = budget;
    this.#present = new Present(operations, scratch);
    this.#words = this.#present.words;
    this.#made = scratch.int32(1 + 2 * this.#words);
    this.#endless = scratch.int32(this.#words);
    this.#layer = new Rows(this.#words, operations.values, scratch);
    this.#old = new Rows(this.#words, operations.values, scratch);
    this.#choices = new Choices(scratch.int32(768));
  }

  /** Works to the end, keeping `width` configurations from level to level, or until `stops` says so at the start of a level. */
  run(width: number, stops: Stops = NO_STOPS): ValueProgress {
    const { returns } = this.#operations;
    if (returns.length === 0) return "ok";
    this.#begin();
    for (;;) {
      if (this.level >= stops.next && stops.at(this.level, this.#layer)) return "met";
      for (let next = 0; next < this.#layer.count; next++) {
        if (!this.#budget.goOn() || !this.#budget.allow(this.#bytes)) return "stopped";
        if (next > DEVELOPED * width) {
          this.#thinnedAt = this.level;
          break;
        }
        this.#develop(next);
      }
      if (!this.#goOn(width)) return this.#thinnedAt >= 0 ? "narrow" : "illegal";
      if (this.level === returns.length) return "ok";
    }
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#made.fill(0);
    this.#made[0] = INITIAL;
    this.#arrive(-1);
  }

  /** Begins at a level in the middle: with anything. See `Relay`. */
  beginAt(level: number): void {
    this.#hasBegun = true;
    while (this.level < level) {
      this.#present.forward();
      this.level++;
    }
    this.assumeAnything();
  }

  /** Goes on with every value, and nothing owed of what was called before this level: with whatever is possible here, and more. */
  assumeAnything(): void {
    this.#layer.clear();
    this.#thinnedAt = -1;
    for (let value = 0; value < this.#operations.values; value++) {
      this.#made.fill(0);
      this.#made[0] = value;
      this.#arrive(-1 - value);
    }
  }

  /** Begins with what a past may have ended in, in place of the initial value; the root of a trail is -1 - i for the i-th. */
  beginWith(beginnings: readonly ValueBeginning[]): void {
    this.#hasBegun = true;
    const words = this.#words;
    for (let i = 0; i < beginnings.length; i++) {
      const { value, spent, done } = beginnings[i];
      this.#made[0] = value;
      for (let w = 0; w < words; w++) {
        this.#made[1 + w] = spent[w];
        this.#made[1 + words + w] = this.#present.arrived[w] & ~done[w];
      }
      this.#enter(-1 - i);
    }
  }

  /** One without an answer stands for as many of the same as are ever needed: it can be placed again and again. */
  multiply(operation: number): void {
    const slot = this.#operations.slot[operation];
    this.#endless[slot >>> 5] |= 1 << (slot & 31);
  }

  /** Goes on from a configuration of this level as another search did, which was here; `tail`: its decisions from here on. */
  join(row: number, level: number, tail: Int32Array): void {
    this.#final = this.#layer.decision(row);
    this.#tail = tail;
    this.level = level;
  }

  /** Whether configurations were thrown away on the way here. */
  get isThinned(): boolean {
    return this.#thinnedAt >= 0;
  }

  /** The decisions on the way to the end, or to the level it came to: operation and level of each, in turn. */
  path(): Int32Array {
    return this.#choices.path(this.trail().choices, this.#tail);
  }

  /** The same as numbers of choices, without what another search has added; `root`: what they begin with. */
  trail(): { readonly choices: readonly number[]; readonly root: number } {
    return this.#choices.trail(this.#final ?? (this.#old.count === 0 ? -1 : this.#layer.decision(0)));
  }

  /** Where it is: to be asked for at the start of a level. */
  point(): Point {
    return {
      level: this.level,
      layer: this.#layer.copy(),
      thinnedAt: this.#thinnedAt,
      choices: this.#choices.count,
    };
  }

  /** Goes back to where it has been, and forgets what it has done since. */
  backTo({ level, layer, thinnedAt, choices }: Point): void {
    this.#budget.spend(this.#layer.pay() + this.level - level);
    while (this.level > level) {
      this.#present.back();
      this.level--;
    }
    this.#layer.restore(layer);
    this.#thinnedAt = thinnedAt;
    this.#choices.count = choices;
  }

  get #bytes(): number {
    return this.#layer.bytes + this.#old.bytes + this.#choices.bytes + this.#present.bytes;
  }

  /** Brings the configurations that leave to the next level; false if there are none. */
  #goOn(width: number): boolean {
    const from = this.#layer;
    let leaving = 0;
    let first = -1;
    for (let i = from.count - 1; i >= 0; i--) {
      if (!from.leaves(i)) continue;
      leaving++;
      first = i;
    }
    if (first < 0) return false;
    this.level++;
    if (this.level === this.#operations.returns.length) {
      this.#final = from.decision(first);
      return true;
    }
    if (leaving > width) {
      from.thin(width);
      this.#thinnedAt = this.level - 1;
    }
    const { slot, returns } = this.#operations;
    const gone = slot[returns[this.level - 1]];
    this.#present.forward();
    this.#layer = this.#old;
    this.#old = from;
    this.#layer.clear();
    const made = this.#made;
    for (let i = first; i < from.count; i++) {
      if (!from.leaves(i)) continue;
      const at = i * from.stride;
      for (let j = 0; j < made.length; j++) made[j] = from.rows[at + j];
      made[1 + (gone >>> 5)] &= ~(1 << (gone & 31));
      this.#arrive(from.decision(i));
    }
    // Here, so that a search that is joined to another one at a level has the same cost as one alone.
    this.#budget.spend(this.#layer.pay());
    return true;
  }

  /** Takes in the configuration in `#made`, just come to this level: what has been called is owed, reads are taken (a). */
  #arrive(decision: number): void {
    const made = this.#made;
    const words = this.#words;
    for (let w = 0; w < words; w++) made[1 + words + w] |= this.#present.arrived[w];
    this.#enter(decision);
  }

  #enter(decision: number): void {
    const made = this.#made;
    const words = this.#words;
    for (let w = 0; w < words; w++) made[1 + words + w] &= ~this.#present.satisfied(made[0], w);
    const slot = this.#operations.slot[this.#operations.returns[this.level]];
    const isOwed = (made[1 + words + (slot >>> 5)] & (1 << (slot & 31))) !== 0;
    this.#layer.add(made, decision, isOwed ? 0 : LEAVING);
  }

  /** Makes the configurations that one leads to, unless the operation that returns is settled in it. */
  #develop(index: number): void {
    const layer = this.#layer;
    if (layer.isDead(index)) return;
    const words = this.#words;
    const { op, value, slot, returns } = this.#operations;
    const { makers, writes, swaps } = this.#present;
    const due = returns[this.level];
    const dueWord = slot[due] >>> 5;
    const dueBit = 1 << (slot[due] & 31);
    const at = index * layer.stride;
    const isOwed = (layer.rows[at + 1 + words + dueWord] & dueBit) !== 0;
    const isRead = op[due] === READ || op[due] === FAILED;
    if (!isOwed && (isRead || (layer.rows[at + 1 + dueWord] & dueBit) !== 0)) return;
    const state = layer.rows[at];
    if (op[due] === READ) {
      let able = 0;
      for (let w = 0; w < words; w++) able |= makers[value[due] * words + w] & ~layer.rows[at + 1 + w];
      if (able === 0) return;
    }
    const pointless = (layer.flags(index) & POINTLESS) !== 0;
    let looks = 0;
    for (let w = 0; w < words; w++) {
      const able = swaps[state * words + w] | (pointless ? 0 : writes[w]);
      let bits = able & ~layer.rows[at + 1 + w];
      while (bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        looks += words;
        const place = (w << 5) + 31 - Math.clz32(bit);
        if (this.#isFirst(at, place)) this.#place(index, place, isOwed);
      }
    }
    // Of a side question thousands of operations may be open, each compared with all: two thousand configurations took three seconds.
    this.#budget.spend(looks >>> LOOKS_A_STEP);
    // In a crowd on many values each new one is compared with hundreds: to explain one wrong answer took a second, and not a tenth.
    this.#budget.spend(layer.pay());
  }

  /**
   * Rule (h): of operations that do the same the one that returns first comes first. Of writes that is so even if the earlier one
   * is optional and the later one owed: placing the earlier one absorbs the later one, which may then stand where the earlier one
   * stood, or nowhere. A swap absorbs nothing: an optional one does not come before one that is owed.
   */
  #isFirst(at: number, place: number): boolean {
    const rows = this.#layer.rows;
    const { earlier, writes, words } = this.#present;
    const owed = at + 1 + words;
    const bit = 1 << (place & 31);
    const isOwedSwap = (rows[owed + (place >>> 5)] & ~writes[place >>> 5] & bit) !== 0;
    for (let w = 0, from = place * words; w < words; w++) {
      const others = earlier[from + w] & ~rows[at + 1 + w];
      if ((isOwedSwap ? others & rows[owed + w] : others) !== 0) return false;
    }
    return true;
  }

  #place(index: number, place: number, wasOwed: boolean): void {
    const layer = this.#layer;
    const words = this.#words;
    const made = this.#made;
    const { op, value, slot, returns } = this.#operations;
    const { open, writes } = this.#present;
    const operation = open[place];
    const at = index * layer.stride;
    for (let j = 0; j < made.length; j++) made[j] = layer.rows[at + j];
    made[0] = value[operation];
    const bit = 1 << (place & 31);
    made[1 + (place >>> 5)] |= bit & ~this.#endless[place >>> 5];
    made[1 + words + (place >>> 5)] &= ~bit;
    const isWrite = op[operation] === WRITE;
    let taken = 0;
    for (let w = 0; w < words; w++) {
      // (c): what a write overwrites may have come just before it.
      const owed = made[1 + words + w] & ~(isWrite ? writes[w] : 0);
      const reads = owed & this.#present.satisfied(made[0], w);
      taken |= reads;
      made[1 + words + w] = owed & ~reads;
    }
    const due = returns[this.level];
    const dueWord = slot[due] >>> 5;
    const dueBit = 1 << (slot[due] & 31);
    const isOwed = (made[1 + words + dueWord] & dueBit) !== 0;
    const isSettled = !isOwed &&
      (op[due] === READ || op[due] === FAILED || (made[1 + dueWord] & dueBit) !== 0);
    const leaving = isSettled || (!isOwed && wasOwed) ? LEAVING : 0;
    const flags = leaving | (isWrite && taken === 0 ? POINTLESS : 0);
    const choices = this.#choices;
    if (layer.add(made, choices.count, flags)) choices.add(layer.decision(index), operation, this.level);
  }
}
