import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type DeterministicModel, ILLEGAL } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import type { Problem } from "./problem.ts";
import type { Walk } from "./walk.ts";

/** Steps taken for one glimpse: with more it costs more than it saves. */
const MOST_STEPS = 200;
/** Operations that a glimpse is worth while with. */
const MOST_LEFT = 30;
/** So many glimpses for one target may be cut short before it waits until fewer operations are left. */
const MOST_CUTS = 2;

/** How many glimpses for a target were cut short, and with how many operations left one is in vain. */
interface Cuts {
  count: number;
  length: number;
}

/**
 * Can an operation, the *target*, still do what it must: be placed anywhere, or change a state? For models whose states never come
 * back (texts, logs). Every order of the operations that can come before the target is followed, without numbers for states.
 *
 * The answer "no" must be right, so more orders are followed than there are. An operation waits for those that are owed and returned
 * before its call: until they are placed, or did nothing in some state on the way, where they could have been placed. Such an operation
 * may be placed later all the same. If there are too many orders the answer is "it may". (Once a limit has struck the answer means
 * nothing: the search that asked then stops before it draws a conclusion.)
 */
export class Glimpse<State, Input, Output> {
  /** After it said yes: an order that was found, backwards; whether one was found, or it is only not known that there is none. */
  readonly order: number[] = [];
  isFound = false;

  readonly #walk: Walk<State, Input, Output>;
  readonly #problem: Problem<State, Input, Output>;
  readonly #model: DeterministicModel<State, Input, Output> | undefined;
  readonly #ahead: Ahead<State, Input, Output>;
  readonly #budget: Budget;
  /** What can come before the target, seen from a level; whether that is little enough; which of them each one waits for. */
  readonly #left: number[] = [];
  readonly #waits: number[] = [];
  /** By depth: what each of them makes of a state. */
  readonly #nexts: (State | typeof ILLEGAL)[][] = [];
  /** How many of them, the first ones, have an answer. */
  #answered = 0;
  #target = -1;
  #level = -1;
  #isShort = false;
  /** Of the present configuration: which of them are spent, which nobody waits for, how many are left, and how many of these lost. */
  #used = 0;
  #past = 0;
  #unused = 0;
  #unusedLost = 0;
  #targetWaits = 0;
  /** So many operations without an answer may still be placed. */
  #lost = 0;
  #mustAct = false;
  #steps = 0;
  /**
   * By target: what is known of glimpses that were cut short. Of all targets, and not of the last one only: depth-first, what is to
   * come next changes to and fro, and each of 37,000 configurations had one more glimpse cut short, twenty million steps in all.
   */
  readonly #cuts = new Map<number, Cuts>();

  constructor(walk: Walk<State, Input, Output>, ahead: Ahead<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#problem = walk.problem;
    const { model } = walk.problem;
    this.#model = "steps" in model ? undefined : model;
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
    this.order.length = 0;
    this.isFound = false;
    if (!this.#plan(target)) return true;
    this.#mustAct = mustAct;
    this.#stand(nodes, at);
    return this.#search(states.values[nodes[at]], this.#used, this.#past, this.#unusedLost);
  }

  /**
   * The same for the orders that begin with an operation that is open and not spent, and leads to `next`. `begin` has been told of
   * the configuration that it would be placed in.
   */
  mayReturnAfter(operation: number, next: State): boolean {
    this.order.length = 0;
    this.isFound = false;
    const i = this.#left.indexOf(operation);
    if (i < 0 || !this.#budget.goOn()) return true;
    const bit = 1 << i;
    this.#mustAct = false;
    this.#unused--;
    const lost = this.#unusedLost - (i >= this.#answered ? 1 : 0);
    const mayReturn = this.#search(next, this.#used | bit, this.#past | bit, lost);
    this.#unused++;
    return mayReturn;
  }

  /** Prepares for `mayReturnAfter`; false if there is too much to look at. */
  begin(nodes: Int32Array, at: number, target: number): boolean {
    if ("steps" in this.#problem.model || !this.#plan(target)) return false;
    this.#stand(nodes, at);
    return true;
  }

  #search(state: State, used: number, past: number, lost: number): boolean {
    const cuts = this.#cuts.get(this.#target);
    if (cuts !== undefined && this.#unused >= cuts.length) return true;
    // Those without an answer are many, and few of them matter at one time.
    for (let allowed = 0;; allowed = allowed === 0 ? 1 : lost) {
      this.#lost = allowed;
      this.#steps = MOST_STEPS;
      if (this.#from(state, used, past, 0)) return this.isFound = true;
      if (this.#steps < 0) return this.#cutShort();
      if (allowed >= lost) return false;
    }
  }

  /** Cut short, it says nothing; and where more are allowed, or left, there is more to look at. */
  #cutShort(): true {
    let cuts = this.#cuts.get(this.#target);
    if (cuts === undefined) {
      cuts = { count: 0, length: MOST_LEFT + 1 };
      this.#cuts.set(this.#target, cuts);
    }
    if (++cuts.count >= MOST_CUTS) cuts.length = Math.min(cuts.length, this.#unused);
    return true;
  }

  /** Lists what can come before a target, seen from the walk's level, and what waits for what; false if that is too much. */
  #plan(target: number): boolean {
    const { level, problem: { call, ret } } = this.#walk;
    if (target === this.#target && level === this.#level) return this.#isShort;
    const left = this.#left;
    const waits = this.#waits;
    this.#target = target;
    this.#level = level;
    this.#isShort = this.#ahead.all(target, { list: left, most: MOST_LEFT });
    if (!this.#isShort) return false;
    left.sort((a, b) => (ret[a] === NEVER ? 1 : 0) - (ret[b] === NEVER ? 1 : 0) || a - b);
    this.#answered = left.length;
    while (this.#answered > 0 && ret[left[this.#answered - 1]] === NEVER) this.#answered--;
    for (let i = 0; i <= left.length; i++) {
      const from = call[i < left.length ? left[i] : target];
      waits[i] = 0;
      for (let j = 0; j < this.#answered; j++) if (ret[left[j]] < from) waits[i] |= 1 << j;
    }
    this.#targetWaits = waits[left.length];
    return true;
  }

  /** How what was listed stands in a configuration: what is spent, and what nobody waits for. */
  #stand(nodes: Int32Array, at: number): void {
    const left = this.#left;
    let used = 0;
    let past = 0;
    let unused = 0;
    for (let i = 0; i < left.length; i++) {
      if (this.#ahead.isSpent(nodes, at, left[i])) used |= 1 << i;
      else unused++;
      if (!this.#ahead.mayBeOwed(nodes, at, left[i])) past |= 1 << i;
      if (i + 1 === this.#answered) this.#unusedLost = unused;
    }
    this.#used = used;
    this.#past = past | used;
    this.#unused = unused;
    this.#unusedLost = this.#answered === 0 ? unused : unused - this.#unusedLost;
  }

  /** Tries all orders from a state: `used` have been placed, `past` have been placed or need not be. */
  #from(state: State, used: number, past: number, depth: number): boolean {
    const left = this.#left;
    const waits = this.#waits;
    const nexts = this.#nexts[depth] ??= [];
    // There are no more than `MOST_LEFT`.
    const unused = ((1 << (this.#lost === 0 ? this.#answered : left.length)) - 1) & ~used;
    // First those that do nothing here: nobody waits for them any more, and they can still be placed elsewhere.
    let settled = past;
    let tried = 0;
    let leading = 0;
    for (let bits = unused; bits !== 0;) {
      const bit = bits & -bits;
      const i = 31 - Math.clz32(bit);
      bits ^= bit;
      if ((waits[i] & ~settled) !== 0) continue;
      if (--this.#steps < 0) return false;
      tried |= bit;
      const next = nexts[i] = this.#step(state, left[i]);
      if (next !== state) {
        if (next !== ILLEGAL) leading |= bit;
        continue;
      }
      if ((settled & bit) !== 0) continue;
      settled |= bit;
      bits = unused & ~tried;
    }
    if ((this.#targetWaits & ~settled) === 0 && this.#serves(state)) return true;
    for (let bits = leading; bits !== 0; bits &= bits - 1) {
      const i = 31 - Math.clz32(bits & -bits);
      // Only what leads to another state is there.
      const next = nexts[i] as State;
      const isLost = i >= this.#answered;
      if (isLost) this.#lost--;
      const isFound = this.#from(next, used | (1 << i), settled | (1 << i), depth + 1);
      if (isLost) this.#lost++;
      if (isFound) this.order.push(left[i]);
      if (isFound || this.#steps < 0) return isFound;
    }
    return false;
  }

  #serves(state: State): boolean {
    const next = this.#step(state, this.#target);
    return next !== ILLEGAL && (!this.#mustAct || next !== state);
  }

  #step(state: State, operation: number): State | typeof ILLEGAL {
    const { inputs, answers } = this.#problem;
    if (this.#model === undefined || !this.#budget.mayStep()) return ILLEGAL;
    return this.#model.step(state, inputs[operation], answers[operation], this.#budget);
  }
}
