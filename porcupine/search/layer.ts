import { doubled } from "../growth.ts";

/** A chain of configurations compared for dominance is not followed further than this: keeping too many is merely slow. */
const LONGEST_CHAIN = 2048;

/** Of a configuration that is added: rule (d) applies to it. */
export const POINTLESS = 1;
const DEAD = 2;
/** Of a configuration that is added: it may leave for the next level. */
export const LEAVING = 4;

/**
 * The configurations of one level, in one typed array, without those that another one dominates (reduction (b), proved in
 * `FrontierSearch`). Each carries the decision it came of and a flag.
 */
export class Layer {
  /** How many were added, the dominated among them included. */
  count = 0;
  /** How many pairs have been compared, since somebody has set it to 0. */
  compared = 0;
  /** The same, for whoever looks at the clock: it is set to 0 at another time. */
  unwatched = 0;
  /** The configurations. */
  nodes: Int32Array<ArrayBuffer>;

  readonly #size: number;
  /** Per configuration: decision, flags, next in the chain of its state, hope. */
  #notes: Int32Array<ArrayBuffer>;
  /** By state: the newest configuration of it, if the stamp is that of the present level. */
  #heads: Int32Array<ArrayBuffer> = new Int32Array(8);
  #stamps: Int32Array<ArrayBuffer> = new Int32Array(8);
  #stamp = 1;

  /** `size`: integers in a configuration. */
  constructor(size: number) {
    this.#size = size;
    this.nodes = new Int32Array(FIRST_NODES * size);
    this.#notes = new Int32Array(FIRST_NODES * NOTES);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.nodes.byteLength + this.#notes.byteLength + 2 * this.#heads.byteLength;
  }

  /** Where configuration `index` begins. */
  at(index: number): number {
    return index * this.#size;
  }

  /** The decision it came of; -1 for the first. */
  decision(index: number): number {
    return this.#notes[index * NOTES];
  }

  /** What it may hope for (see `Hopes`); -1: nothing that is known. */
  hope(index: number): number {
    return this.#notes[index * NOTES + 3];
  }

  /** There is something it may hope for. */
  setHope(index: number, hope: number): void {
    this.#notes[index * NOTES + 3] = hope;
  }

  /** Whether rule (d) applies to it. */
  isPointless(index: number): boolean {
    return (this.#notes[index * NOTES + 1] & POINTLESS) !== 0;
  }

  /** Another one stands for it. */
  drop(index: number): void {
    this.#notes[index * NOTES + 1] |= DEAD;
  }

  /** Whether it has the same operations spent and owed as another one. */
  isLike(index: number, other: number): boolean {
    const a = this.at(index);
    const b = this.at(other);
    for (let i = 1; i < this.#size; i++) if (this.nodes[a + i] !== this.nodes[b + i]) return false;
    return true;
  }

  /** A number that is the same for all that have the same operations spent and owed. */
  hash(index: number): number {
    const at = this.at(index);
    let hash = 0;
    for (let i = 1; i < this.#size; i++) {
      hash = Math.imul(hash ^ this.nodes[at + i], 0x9e3779b1) ^ (hash >>> 15);
    }
    return hash;
  }

  /** Whether a later one dominates it. */
  isDead(index: number): boolean {
    return (this.#notes[index * NOTES + 1] & DEAD) !== 0;
  }

  /** The first from `index` on that leaves for the next level; -1 if there is none. */
  nextLeaving(index: number): number {
    for (let i = index; i < this.count; i++) {
      if ((this.#notes[i * NOTES + 1] & (LEAVING | DEAD)) === LEAVING) return i;
    }
    return -1;
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
    this.#stamp++;
  }

  /**
   * Copies a configuration in; answers false if another one dominates it. The one that dominates leaves for the next level
   * whenever the other would have: it stands for it. `how`: `POINTLESS` and `LEAVING`, as they apply.
   */
  add(source: Int32Array, at: number, decision: number, how: number): boolean {
    const notes = this.#notes;
    const state = source[at];
    while (state >= this.#heads.length) this.#growHeads();
    const head = this.#stamps[state] === this.#stamp ? this.#heads[state] : -1;
    let flags = how;
    let steps = 0;
    for (let i = head; i >= 0 && steps < LONGEST_CHAIN; i = notes[i * NOTES + 2], steps++) {
      const base = i * this.#size;
      if (dominates(this.nodes, base, source, at, this.#size)) {
        notes[i * NOTES + 1] |= flags & LEAVING;
        return false;
      }
      if (!dominates(source, at, this.nodes, base, this.#size)) continue;
      flags |= notes[i * NOTES + 1] & LEAVING;
      notes[i * NOTES + 1] |= DEAD;
    }
    this.compared += steps;
    this.unwatched += steps;
    if ((this.count + 1) * this.#size > this.nodes.length) this.#grow();
    const index = this.count++;
    const base = index * this.#size;
    for (let i = 0; i < this.#size; i++) this.nodes[base + i] = source[at + i];
    const note = index * NOTES;
    this.#notes[note] = decision;
    this.#notes[note + 1] = flags;
    this.#notes[note + 2] = head;
    this.#notes[note + 3] = -1;
    this.#heads[state] = index;
    this.#stamps[state] = this.#stamp;
    return true;
  }

  #growHeads(): void {
    this.#heads = doubled(this.#heads);
    this.#stamps = doubled(this.#stamps);
  }

  #grow(): void {
    this.nodes = doubled(this.nodes);
    this.#notes = doubled(this.#notes);
  }
}

/** Room for so many at first. */
const FIRST_NODES = 5;
const NOTES = 4;

/** Both of the same state: whether the left has spent nothing, and owes nothing, that the right has not or does not. */
function dominates(left: Int32Array, a: number, right: Int32Array, b: number, size: number): boolean {
  for (let i = 1; i < size; i++) if ((left[a + i] & ~right[b + i]) !== 0) return false;
  return true;
}
