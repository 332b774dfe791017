import { doubled } from "../growth.ts";
import type { Path, Placement } from "./trace.ts";

/** Integers that a decision is written in: its parent (-1 - start for the first), operation, state, level, place of its mask. */
const DECISION = 5;

/** The decisions of a just-in-time search: all that is kept of levels that are past, a tree in one typed array. */
export class Decisions {
  readonly #words: number;
  #decisions: Int32Array<ArrayBuffer> = new Int32Array(256 * DECISION);
  #decided = 0;
  /** What decisions absorbed by rule (c'). */
  #masks: Int32Array<ArrayBuffer> = new Int32Array(8);
  #masked = 0;

  /** `words`: of a mask. */
  constructor(words: number) {
    this.#words = words;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#decisions.byteLength + this.#masks.byteLength;
  }

  /** The number that the next decision will have. */
  get next(): number {
    return this.#decided;
  }

  /** At a level, after another decision, an operation was placed and led to a state; `absorbed`: -1, or see `keepMask`. */
  add(parent: number, operation: number, state: number, level: number, absorbed: number): void {
    if ((this.#decided + 1) * DECISION > this.#decisions.length) this.#decisions = doubled(this.#decisions);
    const base = this.#decided++ * DECISION;
    this.#decisions[base] = parent;
    this.#decisions[base + 1] = operation;
    this.#decisions[base + 2] = state;
    this.#decisions[base + 3] = level;
    this.#decisions[base + 4] = absorbed;
  }

  /** Keeps what a decision absorbed, as a mask of slots. */
  keepMask(mask: Int32Array): number {
    while (this.#masked + mask.length > this.#masks.length) this.#masks = doubled(this.#masks);
    this.#masks.set(mask, this.#masked);
    return (this.#masked += mask.length) - mask.length;
  }

  /** The decisions that lead to one, and that one. */
  pathTo(decision: number): Path {
    const path: Placement[] = [];
    let at = decision;
    for (; at >= 0; at = this.#decisions[at * DECISION]) {
      const base = at * DECISION;
      path.push({
        operation: this.#decisions[base + 1],
        state: this.#decisions[base + 2],
        level: this.#decisions[base + 3],
        absorbed: this.#maskAt(this.#decisions[base + 4]),
      });
    }
    return { start: -1 - at, steps: path.reverse() };
  }

  #maskAt(at: number): Int32Array | undefined {
    return at < 0 ? undefined : this.#masks.slice(at, at + this.#words);
  }
}
