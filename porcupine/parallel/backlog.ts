import type { Part } from "../parts.ts";

/** Sizes are told apart in steps of this share of the largest. */
const STEP = 1 / 4;

/** The partitions of a check that nobody has yet, and somebody needs: in the order in which they are given away. */
export class Backlog {
  readonly #parts: readonly Part[];
  /** The partitions, the largest first (see `largestFirst`); those before `#next` have been given away, or need not be. */
  readonly #bySize: Int32Array;
  #next = 0;
  /** By partition: whether somebody has it, or nobody needs it. */
  readonly #isGone: Uint8Array;
  #operations: number;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.#bySize = largestFirst(parts.map(({ ids }) => ids.length));
    this.#isGone = new Uint8Array(parts.length);
    this.#operations = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  }

  /** Operations of the partitions that are left, together. */
  get operations(): number {
    return this.#operations;
  }

  /** Somebody has a partition, or nobody needs it. */
  remove(task: number): void {
    if (this.#isGone[task] === 1) return;
    this.#isGone[task] = 1;
    this.#operations -= this.#parts[task].ids.length;
  }

  /** Removes some of the largest, of so many operations together, and answers which; none are left if it is empty. */
  parcel(operations: number): number[] {
    const tasks: number[] = [];
    for (let due = operations; due > 0 && this.#next < this.#bySize.length;) {
      const task = this.#bySize[this.#next++];
      if (this.#isGone[task] === 1) continue;
      tasks.push(task);
      this.remove(task);
      due -= this.#parts[task].ids.length;
    }
    return tasks;
  }
}

/**
 * In which order partitions of these sizes are given away: the large ones first, so that nobody has to wait for one in the end.
 * Of those that are about as large the last come first, because whoever gives them away begins with the first: what lies ready
 * for a helper would otherwise be what this thread comes to next, and takes back.
 */
export function largestFirst(sizes: readonly number[]): Int32Array {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 1);
  const steps = sizes.map((size) => Math.round(size / (STEP * largest)));
  return Int32Array.from(sizes.keys()).sort((a, b) => steps[b] - steps[a] || b - a);
}
