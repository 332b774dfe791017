import type { Memory } from "../../scratch.ts";
import { ENTRY, Lists } from "./lists.ts";

/** Places in the notes that follow a configuration. */
const DECISION = 0;
const FLAGS = 1;
const NOTES = 2;

/** It came of a write that satisfied no read: rule (d). */
export const POINTLESS = 1;
/** A later one dominates it. */
const DEAD = 2;
/** It goes on to the next level. */
export const LEAVING = 4;

/** A configuration is not compared with more others than this: keeping too many is merely slow. */
const MOST_COMPARED = 512;
/** So many others (a power of two) it is compared with in the time that one takes where there are few. */
const COMPARED_A_STEP = 6;

/**
 * The configurations of one level: `[value, spent words, owed words]` and notes, row by row in one typed array, without
 * those that another one dominates (reduction (b), proved in `FrontierSearch`).
 */
export class Rows {
  /** How many were added, the dominated among them included. */
  count = 0;
  /** Rows. */
  rows: Int32Array;
  /** Integers in a row. */
  readonly stride: number;

  readonly #size: number;
  readonly #lists: Lists;

  constructor(words: number, values: number, memory: Memory) {
    this.#size = 1 + 2 * words;
    this.stride = this.#size + NOTES;
    this.rows = memory.int32(16 * this.stride);
    this.#lists = new Lists(values, memory);
  }

  /** Integers in a row that say what it is: a configuration and its flags. */
  get compared(): number {
    return this.#size + 1;
  }

  /** Where in a row the flags are. */
  get flagsAt(): number {
    return this.#size + FLAGS;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.rows.byteLength + this.#lists.bytes;
  }

  /** Comparisons since they were last paid for. */
  #unpaid = 0;

  /** What they come to, in configurations of which there are few: to be counted as work. */
  pay(): number {
    const work = this.#unpaid >>> COMPARED_A_STEP;
    this.#unpaid = 0;
    return work;
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
    this.#lists.clear();
  }

  /** A copy of all that is here. */
  copy(): Int32Array {
    return this.rows.slice(0, this.count * this.stride);
  }

  /** Has what a copy has, instead of all that is here. */
  restore(copy: Int32Array): void {
    this.clear();
    while (this.rows.length < copy.length) this.rows = new Int32Array(2 * this.rows.length);
    this.rows.set(copy);
    this.count = copy.length / this.stride;
    for (let i = 0, at = 0; i < this.count; i++, at += this.stride) {
      this.#lists.add(copy[at], copy[at + 1], copy[at + 1 + (this.#size >>> 1)], i);
    }
  }

  /** The decision a configuration came of. */
  decision(index: number): number {
    return this.rows[index * this.stride + this.#size + DECISION];
  }

  /** Its flags. */
  flags(index: number): number {
    return this.rows[index * this.stride + this.#size + FLAGS];
  }

  /** Whether it goes on to the next level. */
  leaves(index: number): boolean {
    return (this.flags(index) & (LEAVING | DEAD)) === LEAVING;
  }

  /** Whether a later one dominates it. */
  isDead(index: number): boolean {
    return (this.flags(index) & DEAD) !== 0;
  }

  /** Takes a configuration in; false if another one dominates it, which then leaves if this one would have. */
  add(source: Int32Array, decision: number, given: number): boolean {
    const size = this.#size;
    const stride = this.stride;
    const value = source[0];
    const spent = source[1];
    const owed = source[1 + (size >>> 1)];
    const { words } = this.#lists;
    const end = this.#lists.endOf(value);
    const last = Math.max(this.#lists.startOf(value), end - MOST_COMPARED * ENTRY);
    let rows = this.rows;
    let flags = given;
    for (let at = end - ENTRY; at >= last; at -= ENTRY) {
      // Of nearly all others this is enough to tell that neither dominates the other one.
      let over = (words[at] & ~spent) | (words[at + 1] & ~owed);
      let under = (spent & ~words[at]) | (owed & ~words[at + 1]);
      if (over !== 0 && under !== 0) continue;
      const base = words[at + 2] * stride;
      if ((rows[base + size + FLAGS] & DEAD) !== 0) continue;
      for (let j = 1; j < size; j++) {
        over |= rows[base + j] & ~source[j];
        under |= source[j] & ~rows[base + j];
      }
      if (over === 0) {
        rows[base + size + FLAGS] |= flags & LEAVING;
        this.#unpaid += (end - at) / ENTRY;
        return false;
      }
      if (under !== 0) continue;
      flags |= rows[base + size + FLAGS] & LEAVING;
      rows[base + size + FLAGS] |= DEAD;
    }
    this.#unpaid += (end - last) / ENTRY;
    const base = this.count * stride;
    if (base + stride > rows.length) {
      rows = new Int32Array(this.rows.length * 2);
      rows.set(this.rows);
      this.rows = rows;
    }
    for (let j = 0; j < size; j++) rows[base + j] = source[j];
    rows[base + size + DECISION] = decision;
    rows[base + size + FLAGS] = flags;
    this.#lists.add(value, spent, owed, this.count++);
    return true;
  }

  /** Of those that leave, the `width` that owe and have spent least stay; the others are taken for dead. */
  thin(width: number): void {
    const size = this.#size;
    const words = (size - 1) >>> 1;
    const weights = new Int32Array(this.count).fill(-1);
    const counts = new Int32Array(96 * words + 1);
    for (let i = 0; i < this.count; i++) {
      if (!this.leaves(i)) continue;
      let weight = 0;
      for (let w = 0; w < words; w++) {
        const at = i * this.stride + 1 + w;
        weight += bitsIn(this.rows[at]) + 2 * bitsIn(this.rows[at + words]);
      }
      weights[i] = weight;
      counts[weight]++;
    }
    let room = width;
    let limit = 0;
    while (limit < counts.length && counts[limit] <= room) room -= counts[limit++];
    for (let i = 0; i < this.count; i++) {
      if (weights[i] < limit || (weights[i] === limit && room-- > 0)) continue;
      this.rows[i * this.stride + size + FLAGS] |= DEAD;
    }
  }
}

function bitsIn(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
