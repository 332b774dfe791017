import { NEVER } from "../history.ts";
import type { Problem } from "./problem.ts";

/** For a sprint: where it is among the returns, and what is open there. */
export class Front<State, Input, Output> {
  /** All operations that returned before `returns[level]` have their place. */
  level = 0;
  /** The operation in each slot at this level, or -1. */
  readonly open: Int32Array;
  /** What was gathered last: by call, those without an answer last. */
  readonly waiting: number[] = [];
  readonly #problem: Problem<State, Input, Output>;

  /** At the first level, with nothing called yet. */
  constructor(problem: Problem<State, Input, Output>) {
    this.#problem = problem;
    this.open = new Int32Array(problem.slots).fill(-1);
  }

  /** How many operations are called before the operation returns that is due. */
  get called(): number {
    const { returns, called, count } = this.#problem;
    return this.level < returns.length ? called[this.level] : count;
  }

  /** To the next level: the operation that returned leaves. Answers how many were called by then: the others arrive. */
  forward(): number {
    const { returns, called, slot } = this.#problem;
    const from = called[this.level];
    this.open[slot[returns[this.level]]] = -1;
    this.level++;
    return from;
  }

  /** Operations are called, from this one on. */
  call(from: number): void {
    const { slot } = this.#problem;
    const to = this.called;
    for (let k = from; k < to; k++) if (slot[k] >= 0) this.open[slot[k]] = k;
  }

  /** Back to a level. */
  backTo(level: number): void {
    const { returns, called, slot } = this.#problem;
    while (this.level > level) {
      const to = this.called;
      for (let k = called[--this.level]; k < to; k++) if (slot[k] >= 0) this.open[slot[k]] = -1;
      const due = returns[this.level];
      this.open[slot[due]] = due;
    }
  }

  /** Gathers what is open and has no place yet, but the one that returns. */
  gather(due: number, placed: Uint8Array): void {
    const { ret } = this.#problem;
    const { open, waiting } = this;
    let count = 0;
    for (let s = 0; s < open.length; s++) {
      const k = open[s];
      if (k < 0 || k === due || placed[k] === 1) continue;
      let i = count++;
      const isLost = ret[k] === NEVER;
      for (; i > 0; i--) {
        const other = waiting[i - 1];
        if (isLost === (ret[other] === NEVER) ? other < k : isLost) break;
        waiting[i] = other;
      }
      waiting[i] = k;
    }
    waiting.length = count;
  }
}
