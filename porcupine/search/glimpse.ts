import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { ILLEGAL } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import type { Walk } from "./walk.ts";

/** Steps taken for one glimpse: with more it costs more than it saves. */
const MOST_STEPS = 200;
/** Operations that a glimpse is worth while with. */
const MOST_LEFT = 30;

/**
 * Looks at every order of the operations that can still come before one of the open ones, for models whose states never come
 * back (texts, logs), without giving numbers to states: can that one still do what it must? An operation waits for those
 * that are owed and returned before its call, until they were placed or did nothing. Where there are too many orders the
 * answer is that it may.
 */
export class Glimpse<State, Input, Output> {
  /** After it said yes: the operation with which an order begins that was found; -1 if none was found, or an empty one. */
  first = -1;

  readonly #walk: Walk<State, Input, Output>;
  readonly #ahead: Ahead<State, Input, Output>;
  readonly #budget: Budget;
  /** What can still come before the target; which of them each one waits for. */
  readonly #left: number[] = [];
  readonly #waits: number[] = [];
  /** How many of them, the first ones, have an answer. */
  #answered = 0;
  #target = 0;
  #targetWaits = 0;
  /** So many operations without an answer may still be placed. */
  #lost = 0;
  #mustAct = false;
  #steps = 0;

  constructor(walk: Walk<State, Input, Output>, ahead: Ahead<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#ahead = ahead;
    this.#budget = budget;
  }

  /** Whether an open operation can be placed anywhere. */
  mayReturn(nodes: Int32Array, at: number, target: number): boolean {
    return this.#look(nodes, at, target, false);
  }

  /** Whether it can change a state. */
  mayAct(nodes: Int32Array, at: number, target: number): boolean {
    return this.#look(nodes, at, target, true);
  }

  #look(nodes: Int32Array, at: number, target: number, mustAct: boolean): boolean {
    const { states, problem: { model } } = this.#walk;
    if ("steps" in model || !this.#budget.goOn()) return true;
    this.#target = target;
    this.#mustAct = mustAct;
    this.first = -1;
    if (!this.#gather(nodes, at)) return true;
    const lost = this.#left.length - this.#answered;
    // Those without an answer are many, and few of them matter at one time.
    for (let allowed = 0;; allowed = allowed === 0 ? 1 : lost) {
      this.#lost = allowed;
      this.#steps = MOST_STEPS;
      const isFound = this.#from(states.values[nodes[at]], 0, 0);
      if (isFound) return true;
      // Cut short, it says nothing.
      if (allowed >= lost) return this.#steps < 0;
    }
  }

  /** Lists what can still come before the target; false if that is too much. */
  #gather(nodes: Int32Array, at: number): boolean {
    const { problem: { call, ret } } = this.#walk;
    const left = this.#left;
    const waits = this.#waits;
    if (!this.#ahead.list(nodes, at, this.#target, { list: left, most: MOST_LEFT })) return false;
    left.sort((a, b) => (ret[a] === NEVER ? 1 : 0) - (ret[b] === NEVER ? 1 : 0) || a - b);
    this.#answered = left.length;
    while (this.#answered > 0 && ret[left[this.#answered - 1]] === NEVER) this.#answered--;
    for (let i = 0; i <= left.length; i++) {
      const from = call[i < left.length ? left[i] : this.#target];
      let mask = 0;
      for (let j = 0; j < left.length; j++) {
        if (ret[left[j]] < from && this.#ahead.mayBeOwed(nodes, at, left[j])) mask |= 1 << j;
      }
      waits[i] = mask;
    }
    this.#targetWaits = waits[left.length];
    return true;
  }

  /** Tries all orders from a state: `used` have been placed, `past` have been placed or need not be. */
  #from(state: State, used: number, past: number): boolean {
    const left = this.#left;
    const nexts: (State | typeof ILLEGAL)[] = [];
    // First those that do nothing here: nobody waits for them any more, and they can still be placed elsewhere.
    let settled = past;
    let tried = used;
    for (let i = 0; i < left.length; i++) {
      if ((tried & (1 << i)) !== 0 || (this.#waits[i] & ~settled) !== 0) continue;
      if (i >= this.#answered && this.#lost === 0) break;
      if (--this.#steps < 0) return false;
      tried |= 1 << i;
      nexts[i] = this.#step(state, left[i]);
      if (nexts[i] !== state || (settled & (1 << i)) !== 0) continue;
      settled |= 1 << i;
      i = -1;
    }
    if ((this.#targetWaits & ~settled) === 0 && this.#serves(state)) return true;
    for (let i = 0; i < left.length; i++) {
      if ((tried & ~used & (1 << i)) === 0) continue;
      const next = nexts[i];
      if (next === ILLEGAL || next === state) continue;
      if (i >= this.#answered) this.#lost--;
      const isFound = this.#from(next, used | (1 << i), settled | (1 << i));
      if (i >= this.#answered) this.#lost++;
      if (!isFound) continue;
      this.first = left[i];
      return true;
    }
    return false;
  }

  #serves(state: State): boolean {
    const next = this.#step(state, this.#target);
    return next !== ILLEGAL && (!this.#mustAct || next !== state);
  }

  #step(state: State, operation: number): State | typeof ILLEGAL {
    const { model, inputs, answers } = this.#walk.problem;
    if ("steps" in model) return ILLEGAL;
    return model.step(state, inputs[operation], answers[operation], this.#budget);
  }
}
