/**
 * The states visited so far, in the order they were first reached: at once the memory of the search and its queue.
 *
 * A state is a row of numbers: its nodes, its history, the set of messages in the network, and what the scope still allows.
 * Of two rows with equal nodes and history, the one with more messages and a larger budget *covers* the other: a message
 * that is never delivered is a lost one, and nobody has to crash, so whatever can happen in the smaller can happen in the
 * larger. Only rows that no other covers are looked into.
 * @module
 */

import { mix } from "../../runtime/random.ts";
import { allows } from "./budget.ts";

/** One state by numbers. `letters` is sorted, of which the first `count` belong to the state. */
export interface Row {
  readonly nodes: Int32Array;
  history: number;
  budget: number;
  readonly letters: Int32Array;
  count: number;
}

/** A row with room for `nodes` nodes and some thousand letters. */
export function createRow(nodes: number): Row {
  return { nodes: new Int32Array(nodes), history: 0, budget: 0, letters: new Int32Array(4096), count: 0 };
}

const COLUMNS = 8;
const START = 0;
const COUNT = 1;
const SEEN_LOW = 2;
const NEXT = 3;
const PARENT = 4;
const CODE = 5;
const BUDGET = 6;
const DEPTH = 7;

/** All rows. */
export class StateStore {
  readonly #width: number;
  readonly #covering: boolean;
  /** Nodes and history of each row. */
  #tuples: Int32Array;
  #columns = new Int32Array(COLUMNS << 12);
  #letters = new Uint16Array(1 << 16);
  #lettersUsed = 0;
  #size = 0;
  #dropped = 0;
  /** Heads of chains of rows with equal nodes and history, as row + 1. */
  #heads = new Int32Array(1 << 12);
  #chains = 0;

  /** `covering`: whether a row is dropped for one with more messages, or for an equal one only. */
  constructor(nodes: number, covering: boolean) {
    this.#width = nodes + 1;
    this.#covering = covering;
    this.#tuples = new Int32Array(this.#width << 12);
  }

  /** Rows ever added. */
  get size(): number {
    return this.#size;
  }

  /** Rows that a later one covers. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How row `row` was first reached: from which row, and by which move. */
  originOf(row: number): { readonly parent: number; readonly code: number } {
    return { parent: this.#columns[row * COLUMNS + PARENT], code: this.#columns[row * COLUMNS + CODE] };
  }

  /** How many moves it took to reach row `row`. */
  depthOf(row: number): number {
    return this.#columns[row * COLUMNS + DEPTH];
  }

  /** Remembers how many moves it took to reach row `row`. */
  setDepth(row: number, depth: number): void {
    this.#columns[row * COLUMNS + DEPTH] = depth;
  }

  /** Whether a row that was added later covers this one: then nothing new can come of it. */
  isDropped(row: number): boolean {
    return this.#columns[row * COLUMNS + NEXT] === DROPPED;
  }

  /** Reads row `row`. */
  load(row: number, into: Row): void {
    const at = row * this.#width;
    for (let node = 0; node < this.#width - 1; node++) into.nodes[node] = this.#tuples[at + node];
    into.history = this.#tuples[at + this.#width - 1];
    const start = this.#columns[row * COLUMNS + START];
    into.budget = this.#columns[row * COLUMNS + BUDGET];
    into.count = this.#columns[row * COLUMNS + COUNT];
    for (let letter = 0; letter < into.count; letter++) into.letters[letter] = this.#letters[start + letter];
  }

  /** Adds `row`; -1 if a known row covers it, otherwise its number. */
  add(row: Row, parent: number, code: number): number {
    const seen = bloom(row);
    const slot = this.#slotOf(row);
    let head = this.#heads[slot] - 1;
    let before = -1;
    for (let at = head; at !== -1;) {
      const next = this.#columns[at * COLUMNS + NEXT];
      if (this.#covers(at, row, seen)) return -1;
      if (this.#covering && this.#isCoveredBy(at, row, seen)) {
        if (before === -1) head = next;
        else this.#columns[before * COLUMNS + NEXT] = next;
        this.#columns[at * COLUMNS + NEXT] = DROPPED;
        this.#dropped++;
      } else before = at;
      at = next;
    }
    const number = this.#append(row, parent, code, seen, head);
    if (this.#heads[slot] === 0) this.#chains++;
    this.#heads[slot] = number + 1;
    if (this.#chains * 2 > this.#heads.length) this.#rehash();
    return number;
  }

  #covers(known: number, row: Row, seen: number): boolean {
    const at = known * COLUMNS;
    const count = this.#columns[at + COUNT];
    const budget = this.#columns[at + BUDGET];
    if (!this.#covering && (count !== row.count || budget !== row.budget)) return false;
    if (count < row.count || !allows(budget, row.budget)) return false;
    if ((seen & ~this.#columns[at + SEEN_LOW]) !== 0) return false;
    let mine = this.#columns[at + START];
    const end = mine + count;
    for (let letter = 0; letter < row.count; letter++) {
      const wanted = row.letters[letter];
      while (mine < end && this.#letters[mine] < wanted) mine++;
      if (mine === end || this.#letters[mine] !== wanted) return false;
      mine++;
    }
    return true;
  }

  #isCoveredBy(known: number, row: Row, seen: number): boolean {
    const at = known * COLUMNS;
    const count = this.#columns[at + COUNT];
    if (count > row.count || !allows(row.budget, this.#columns[at + BUDGET])) return false;
    if ((this.#columns[at + SEEN_LOW] & ~seen) !== 0) return false;
    const start = this.#columns[at + START];
    let theirs = 0;
    for (let mine = start; mine < start + count; mine++) {
      const wanted = this.#letters[mine];
      while (theirs < row.count && row.letters[theirs] < wanted) theirs++;
      if (theirs === row.count || row.letters[theirs] !== wanted) return false;
      theirs++;
    }
    return true;
  }

  #slotOf(row: Row): number {
    const mask = this.#heads.length - 1;
    let hash = row.history;
    for (let node = 0; node < this.#width - 1; node++) hash = mix(hash, row.nodes[node]);
    let slot = hash & mask;
    for (;;) {
      const head = this.#heads[slot] - 1;
      if (head === -1 || this.#isSameTuple(head, row)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isSameTuple(known: number, row: Row): boolean {
    const at = known * this.#width;
    for (let node = 0; node < this.#width - 1; node++) {
      if (this.#tuples[at + node] !== row.nodes[node]) return false;
    }
    return this.#tuples[at + this.#width - 1] === row.history;
  }

  #append(row: Row, parent: number, code: number, seen: number, next: number): number {
    const number = this.#size++;
    if (number * COLUMNS + COLUMNS > this.#columns.length) {
      this.#columns = grown(this.#columns, Int32Array);
      this.#tuples = grown(this.#tuples, Int32Array);
    }
    while (this.#lettersUsed + row.count > this.#letters.length) {
      this.#letters = grown(this.#letters, Uint16Array);
    }
    this.#tuples.set(row.nodes, number * this.#width);
    this.#tuples[number * this.#width + this.#width - 1] = row.history;
    const at = number * COLUMNS;
    this.#columns[at + START] = this.#lettersUsed;
    this.#columns[at + COUNT] = row.count;
    this.#columns[at + SEEN_LOW] = seen;
    this.#columns[at + BUDGET] = row.budget;
    this.#columns[at + NEXT] = next;
    this.#columns[at + PARENT] = parent;
    this.#columns[at + CODE] = code;
    for (let letter = 0; letter < row.count; letter++) {
      this.#letters[this.#lettersUsed++] = row.letters[letter];
    }
    return number;
  }

  #rehash(): void {
    const old = this.#heads;
    this.#heads = new Int32Array(old.length * 2);
    const mask = this.#heads.length - 1;
    for (const head of old) {
      if (head === 0) continue;
      const at = (head - 1) * this.#width;
      let hash = this.#tuples[at + this.#width - 1];
      for (let node = 0; node < this.#width - 1; node++) hash = mix(hash, this.#tuples[at + node]);
      let slot = hash & mask;
      while (this.#heads[slot] !== 0) slot = (slot + 1) & mask;
      this.#heads[slot] = head;
    }
  }
}

const DROPPED = -2;

/** One bit per letter, hashed: a set whose bits are not all in another's is no part of it. */
function bloom(row: Row): number {
  let bits = 0;
  for (let letter = 0; letter < row.count; letter++) {
    bits |= 1 << (Math.imul(row.letters[letter], 0x9e3779b1) >>> 27);
  }
  return bits;
}

function grown<T extends Int32Array | Uint16Array>(old: T, kind: new (length: number) => T): T {
  const larger = new kind(old.length * 2);
  larger.set(old);
  return larger;
}
