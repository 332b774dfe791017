import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type DeterministicModel, ILLEGAL } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import type { Looks } from "./looks.ts";
import type { Layer } from "./layer.ts";
import type { Problem } from "./problem.ts";
import type { Walk } from "./walk.ts";

/** Configurations of a level among which there may be twins; and how many pairs that are none are tried. */
const CROWD = 6;
const MOST_VAIN = 3;
/** Steps taken for one question: with more it costs more than it saves, unless as many were earned (`Looks`), divided by a power of two. */
const MOST_STEPS = 1000;
const SHARE = 2;
/** The power of two of steps that count as much as a configuration. */
const COST = 4;
/** Operations that a look is worth while with. */
const MOST_LEFT = 24;
/** How many operations called next are tried as what makes the two the same. */
const HORIZON = 8;

/**
 * **(m) Twins**, for models that do not say what their operations do (`Problem.watches`), and whose states do not come back:
 * two configurations of one level that differ in nothing but their states, and whose states become the same before any answer
 * tells them apart. An example: some appends in any of very many orders, and then a put. Nobody will ever know which order it
 * was.
 *
 * Let `P` be an operation that is not placed yet and must be. (So it has an answer; and the answer must have come before
 * `Walk.until`, so that everything called before it is known.) Let `Q` be what can be placed before `P`: what is open and not
 * spent, and what is called before `P` returns. The step function is asked along every order of operations of `Q` and `P` that
 * respects real time, from both states at once. An order is not followed further where the next answer is impossible in both
 * states, or where both states have become the same; `P` makes them the same, if nothing before it has. *Claim*: if no order
 * comes to an answer that is possible in one of the states and impossible in the other, both configurations have the same
 * completions. *Proof*: a completion of either places `P` after some of `Q`, each once, in such an order. Step by step, what is
 * possible in one state is possible in the other, until both are the same, with the same operations spent and owed; and what
 * follows is the same. So one of the two configurations is enough.
 *
 * More orders are followed than there are (`#from`): that only makes it harder to pass the test. (But none is followed in which an
 * operation comes after one that was called after its return: no completion places it there, whether it is owed or not.)
 */
export class Twins<State, Input, Output> {
  readonly #walk: Walk<State, Input, Output>;
  readonly #problem: Problem<State, Input, Output>;
  readonly #model: DeterministicModel<State, Input, Output> | undefined;
  readonly #ahead: Ahead<State, Input, Output>;
  readonly #budget: Budget;
  readonly #looks: Looks;
  /** What can come before `P`, and at the end `P` itself. By its place in that list: the ones that it waits for, as a mask. */
  readonly #left: number[] = [];
  readonly #waits: number[] = [];
  /** The same for what cannot come after it, because it returned before its call. */
  readonly #before: number[] = [];
  /** By depth, and place in the list: what an operation makes of each state. Kept, as new ones for each order would be garbage. */
  readonly #nexts: State[][] = [];
  readonly #thens: State[][] = [];
  #steps = 0;
  #depth = 0;

  constructor(
    walk: Walk<State, Input, Output>,
    ahead: Ahead<State, Input, Output>,
    looks: Looks,
    budget: Budget,
  ) {
    this.#looks = looks;
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
    // By a hash of what is spent and owed: the first configuration of each such set. If they stood in one list, ten thousand
    // configurations would be compared with thousands each: seconds in which no limit is looked at.
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
    const steps = this.#steps = Math.max(MOST_STEPS, this.#looks.credit >> SHARE);
    // A step that a limit cuts short says that an answer is impossible: that shows nothing.
    this.#depth = 0;
    const are = this.#from(left, right, 0, 0);
    const taken = steps - this.#steps;
    this.#budget.spend(taken >>> COST);
    if (!are && taken > MOST_STEPS) this.#looks.useless(taken);
    return are && this.#budget.stopped === undefined;
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
      let before = 0;
      for (let j = 0; j < left.length; j++) {
        if (ret[left[j]] >= call[left[i]]) continue;
        before |= 1 << j;
        if (this.#ahead.mayBeOwed(nodes, at, left[j])) mask |= 1 << j;
      }
      this.#waits[i] = mask;
      this.#before[i] = before;
    }
    return true;
  }

  /** Follows all orders from two states: `used` have been placed, and nobody waits any more for those in `past`. */
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
    // First those that do nothing to either state. An order that places one here goes on as it would without it: so it is not
    // followed, but from here on nobody waits for that operation any more.
    for (let bits = unused; bits !== 0;) {
      const bit = bits & -bits;
      const i = 31 - Math.clz32(bit);
      bits ^= bit;
      if ((waits[i] & ~settled) !== 0) continue;
      tried |= bit;
      this.#steps -= 2;
      if (this.#steps < 0 || this.#budget.stopped !== undefined) return false;
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
      if (!this.#from(nexts[i], thens[i], used | (1 << i) | this.#before[i], settled | (1 << i))) {
        return false;
      }
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
