import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type DeterministicModel, ILLEGAL } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import type { Layer } from "./layer.ts";
import type { Problem } from "./problem.ts";
import type { Walk } from "./walk.ts";

/** Configurations of a level among which there may be twins; and how many pairs that are none are tried. */
const CROWD = 6;
const MOST_VAIN = 3;
/** Steps taken for one question: with more it costs more than it saves. */
const MOST_STEPS = 1000;
/** Operations that a look is worth while with. */
const MOST_LEFT = 24;
/** How many operations called next are tried as what makes the two the same. */
const HORIZON = 8;

/**
 * **(m) Twins**, for models that do not say what their operations do (`Problem.watches`), and whose states do not come back: two
 * configurations of a level that differ in their states only, as long as nobody looks. After some appends in any order comes a
 * put: which order it was will never be known, and there are very many.
 *
 * Let `P` be an operation that must be placed yet and has an answer, which came while everything that was called is known
 * (`Walk.until`), and let `Q` be what can come before it: what is open and not spent, and what is called before `P` returns. The
 * step function is asked along every order of operations of `Q` that
 * respects real time, from both states at once. An order is left where both answers are impossible, and where both states have
 * become the same; so it is after `P` at the latest. If it never happens that one answer is possible and the other one is not,
 * both configurations have the same completions: a completion places `P` after some of `Q`, each once, in such an order; step by
 * step, what is possible in the one is possible in the other, until both are in the same state, with the same operations spent
 * and owed; and what follows is the same. So one of the two is enough.
 */
export class Twins<State, Input, Output> {
  readonly #walk: Walk<State, Input, Output>;
  readonly #problem: Problem<State, Input, Output>;
  readonly #model: DeterministicModel<State, Input, Output> | undefined;
  readonly #ahead: Ahead<State, Input, Output>;
  readonly #budget: Budget;
  /** What can come before the operation that makes both the same, and at the end that one; which of them each one waits for. */
  readonly #left: number[] = [];
  readonly #waits: number[] = [];
  /** By depth and number: what the operations make of both states. Made once: there are as many orders as configurations, and more. */
  readonly #nexts: State[][] = [];
  readonly #thens: State[][] = [];
  #steps = 0;
  #depth = 0;

  constructor(walk: Walk<State, Input, Output>, ahead: Ahead<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#problem = walk.problem;
    const { model } = walk.problem;
    this.#model = "steps" in model ? undefined : model;
    this.#ahead = ahead;
    this.#budget = budget;
  }

  /** Drops configurations of the walk's level for which another one stands; gives up where there seem to be none. */
  dropFrom(layer: Layer): void {
    if (layer.count < CROWD) return;
    // One for each set of operations spent and owed, by a hash of it: a list of them all would be gone through for each configuration,
    // and among ten thousand that takes seconds, in which no limit is looked at.
    const kept = new Map<number, number[]>();
    let vain = 0;
    for (let index = 0; index < layer.count && vain < MOST_VAIN; index++) {
      if (layer.isDead(index)) continue;
      const hash = layer.hash(index);
      const alike = kept.get(hash);
      const twin = alike?.find((other) => layer.isLike(index, other));
      if (alike === undefined) kept.set(hash, [index]);
      else if (twin === undefined) alike.push(index);
      else if (this.are(layer.nodes, layer.at(twin), layer.at(index))) layer.drop(index);
      else vain++;
    }
  }

  /** Whether two configurations of the walk's level, with the same operations spent and owed, are twins. */
  are(nodes: Int32Array, one: number, other: number): boolean {
    const { values } = this.#walk.states;
    const left = values[nodes[one]];
    const right = values[nodes[other]];
    const last = this.#unifier(nodes, one, [left, right]);
    if (last < 0 || !this.#list(nodes, one, last)) return false;
    this.#steps = MOST_STEPS;
    // A step that a limit cuts short says that an answer is impossible: that shows nothing.
    this.#depth = 0;
    return this.#from(left, right, 0, 0) && this.#budget.stopped === undefined;
  }

  /** An operation that must be placed, soon, and makes the same of both states; -1 if there is none. */
  #unifier(nodes: Int32Array, at: number, [one, other]: readonly [State, State]): number {
    const { open, until, problem: { ret, count } } = this.#walk;
    let first = -1;
    const tries = (k: number): void => {
      // What is called before it returns must be known: nothing is of what came after the problem was cut off.
      if (ret[k] === NEVER || ret[k] > until || (first >= 0 && ret[k] > ret[first])) return;
      const next = this.#step(one, k);
      if (next === ILLEGAL) return;
      const then = this.#step(other, k);
      if (then !== ILLEGAL && this.#walk.states.same(next, then)) first = k;
    };
    for (const k of open) if (k >= 0 && this.#walk.isOwed(nodes, at, k)) tries(k);
    const called = this.#ahead.called;
    for (let k = called; k < count && k < called + HORIZON; k++) tries(k);
    return first;
  }

  /** Lists what can come before an operation, and that one; false if that is too much. */
  #list(nodes: Int32Array, at: number, last: number): boolean {
    const { problem: { call, ret } } = this.#walk;
    const left = this.#left;
    if (!this.#ahead.list(nodes, at, last, { list: left, most: MOST_LEFT })) return false;
    left.push(last);
    for (let i = 0; i < left.length; i++) {
      let mask = 0;
      for (let j = 0; j < left.length; j++) {
        if (ret[left[j]] < call[left[i]] && this.#ahead.mayBeOwed(nodes, at, left[j])) mask |= 1 << j;
      }
      this.#waits[i] = mask;
    }
    return true;
  }

  /** Goes through all orders from two states: `used` have been placed, for `past` nobody waits any more. */
  #from(one: State, other: State, used: number, past: number): boolean {
    const left = this.#left;
    const nexts = this.#nexts[this.#depth] ??= [];
    const thens = this.#thens[this.#depth] ??= [];
    const waits = this.#waits;
    // There are no more than `MOST_LEFT`, and the last one.
    const unused = ((1 << left.length) - 1) & ~used;
    let apart = 0;
    let settled = past;
    let tried = 0;
    // First those that do nothing to either: what waits for them need not wait, whatever is placed between.
    for (let bits = unused; bits !== 0;) {
      const bit = bits & -bits;
      const i = 31 - Math.clz32(bit);
      bits ^= bit;
      if ((waits[i] & ~settled) !== 0) continue;
      tried |= bit;
      this.#steps -= 2;
      if (this.#steps < 0 || !this.#budget.goOn()) return false;
      const next = this.#step(one, left[i]);
      const then = this.#step(other, left[i]);
      if (next === ILLEGAL && then === ILLEGAL) continue;
      if (next === ILLEGAL || then === ILLEGAL) return false;
      if (next === one && then === other) {
        if ((settled & bit) !== 0) continue;
        settled |= bit;
        bits = unused & ~tried;
      } else if (!this.#walk.states.same(next, then)) {
        // The last one should have made them the same.
        if (i === left.length - 1) return false;
        nexts[i] = next;
        thens[i] = then;
        apart |= bit;
      }
    }
    this.#depth++;
    for (; apart !== 0; apart &= apart - 1) {
      const i = 31 - Math.clz32(apart & -apart);
      if (!this.#from(nexts[i], thens[i], used | (1 << i), settled | (1 << i))) return false;
    }
    this.#depth--;
    return true;
  }

  #step(state: State, operation: number): State | typeof ILLEGAL {
    const { inputs, answers } = this.#problem;
    if (this.#model === undefined || !this.#budget.mayStep()) return ILLEGAL;
    return this.#model.step(state, inputs[operation], answers[operation], this.#budget);
  }
}
