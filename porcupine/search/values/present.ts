import { FAILED, READ, WRITE } from "../../fast/register_table.ts";
import type { Memory } from "../../scratch.ts";
import type { ValueOperations } from "./operations.ts";

/** The operations that are open at one level, as masks: what a configuration is changed by, a word at a time. */
export class Present {
  /** 32-bit words in a mask. */
  readonly words: number;
  /** The operation in each slot; -1: none. */
  readonly open: Int32Array;
  /** Those that have just come and will return. */
  readonly arrived: Int32Array;
  /** Writes. */
  readonly writes: Int32Array;
  /** By value: what needs the value to be replaced by it. */
  readonly swaps: Int32Array;
  /** By value: what brings it about. */
  readonly makers: Int32Array;
  /** By slot: the operations that do the same and return earlier. */
  readonly earlier: Int32Array;
  /** The level. */
  level = 0;

  readonly #operations: ValueOperations;
  /** Whether {@linkcode earlier} is kept. */
  readonly #compares: boolean;
  /** By value: reads of it; failed compare-and-sets that asked for it. */
  readonly #reads: Int32Array;
  readonly #failedOf: Int32Array;
  readonly #failed: Int32Array;
  #next = 0;

  /**
   * At level 0. Which operations do the same only a search asks: to compare each with all that are open takes most of the time where tens of
   * thousands of answers were lost, and whoever only writes down what was found may have a limit behind him.
   */
  constructor(operations: ValueOperations, memory: Memory, use: "search" | "retell" = "search") {
    const { slots, values } = operations;
    const words = Math.max(1, (slots + 31) >>> 5);
    this.#operations = operations;
    this.#compares = use === "search";
    this.words = words;
    this.open = memory.int32(slots).fill(-1);
    this.arrived = memory.int32(words);
    this.writes = memory.int32(words);
    this.#failed = memory.int32(words);
    this.swaps = memory.int32(words * values);
    this.makers = memory.int32(words * values);
    this.#reads = memory.int32(words * values);
    this.#failedOf = memory.int32(words * values);
    this.earlier = memory.int32(this.#compares ? words * slots : 0);
    this.#enter();
  }

  /** Bytes held. */
  get bytes(): number {
    return 4 * (this.swaps.length * 4 + this.earlier.length);
  }

  /** Goes on to the next level: the operation that returns leaves, and others come. */
  forward(): void {
    this.#leave(this.#operations.returns[this.level]);
    this.level++;
    this.#enter();
  }

  /** Goes back to the level before: what has come since leaves, and what has returned since is open again. */
  back(): void {
    const { slot, returns } = this.#operations;
    const [first, end] = this.#comers(this.level);
    for (let k = end - 1; k >= first; k--) this.#leave(k);
    this.#next = first;
    this.level--;
    const k = returns[this.level];
    this.open[slot[k]] = k;
    this.#mark(k, slot[k]);
    this.#arrive();
  }

  /** The reads, and failed compare-and-sets, that a value satisfies, in one word of a mask. */
  satisfied(value: number, word: number): number {
    const at = value * this.words + word;
    return this.#reads[at] | (this.#failed[word] & ~this.#failedOf[at]);
  }

  #enter(): void {
    const { called, slot } = this.#operations;
    const end = called[this.level];
    for (; this.#next < end; this.#next++) {
      const k = this.#next;
      this.open[slot[k]] = k;
      this.#mark(k, slot[k]);
    }
    this.#arrive();
  }

  /** Which have just come. */
  #arrive(): void {
    const { ret, slot } = this.#operations;
    this.arrived.fill(0);
    const [first, end] = this.#comers(this.level);
    for (let k = first; k < end; k++) {
      if (ret[k] !== 0x7fffffff) this.arrived[slot[k] >>> 5] |= 1 << (slot[k] & 31);
    }
  }

  /** Those that come at a level: the first one, and one past the last. */
  #comers(level: number): readonly [number, number] {
    const { called } = this.#operations;
    return [level === 0 ? 0 : called[level - 1], called[level]];
  }

  #mark(k: number, slot: number): void {
    const { op, value, from } = this.#operations;
    const word = slot >>> 5;
    const bit = 1 << (slot & 31);
    const of = value[k] * this.words + word;
    const asked = from[k] * this.words + word;
    if (op[k] === READ) this.#reads[of] |= bit;
    else if (op[k] === FAILED) {
      this.#failed[word] |= bit;
      this.#failedOf[asked] |= bit;
    } else {
      this.makers[of] |= bit;
      if (op[k] === WRITE) this.writes[word] |= bit;
      else this.swaps[asked] |= bit;
      if (this.#compares) this.#compare(k, slot);
    }
  }

  /** Finds those that do the same. */
  #compare(k: number, slot: number): void {
    const { op, value, from, ret } = this.#operations;
    for (let s = 0; s < this.open.length; s++) {
      const other = this.open[s];
      if (other < 0 || other === k || op[other] !== op[k] || value[other] !== value[k]) continue;
      if (from[other] !== from[k]) continue;
      // Lost answers count as last, by call.
      if (ret[other] < ret[k] || (ret[other] === ret[k] && other < k)) {
        this.earlier[slot * this.words + (s >>> 5)] |= 1 << (s & 31);
      } else this.earlier[s * this.words + (slot >>> 5)] |= 1 << (slot & 31);
    }
  }

  #leave(k: number): void {
    const { op, value, from, slot } = this.#operations;
    const s = slot[k];
    const word = s >>> 5;
    const keep = ~(1 << (s & 31));
    this.open[s] = -1;
    const of = value[k] * this.words + word;
    const asked = from[k] * this.words + word;
    if (op[k] === READ) {
      this.#reads[of] &= keep;
      return;
    }
    if (op[k] === FAILED) {
      this.#failed[word] &= keep;
      this.#failedOf[asked] &= keep;
      return;
    }
    this.makers[of] &= keep;
    this.writes[word] &= keep;
    this.swaps[asked] &= keep;
    this.earlier.fill(0, s * this.words, (s + 1) * this.words);
    for (let at = word; at < this.earlier.length; at += this.words) this.earlier[at] &= keep;
  }
}
