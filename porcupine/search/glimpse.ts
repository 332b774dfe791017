import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type Answer, type DeterministicModel, ILLEGAL } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import { DeadEnds } from "./dead_ends.ts";
import { FEW_STEPS, type Looks } from "./looks.ts";
import type { Problem } from "./problem.ts";
import type { Walk } from "./walk.ts";

/** Operations that a glimpse is worth while with. */
const MOST_LEFT = 30;

/**
 * Can an operation, the *target*, still do what it must: be placed anywhere, or change a state? For models whose states never come
 * back (texts, logs). Every order of the operations that can come before the target is followed, without numbers for states.
 *
 * The answer "no" must be right, so more orders are followed than there are. An operation waits for those that are owed and returned
 * before its call: until they are placed, or did nothing in some state on the way, where they could have been placed. Such an operation
 * may be placed later all the same, but not after one that was called after its return. If there are too many orders the answer is "it
 * may". (Once a limit has struck the answer means nothing: the search that asked then stops before it draws a conclusion.)
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
  readonly #isBounded: boolean;
  /** What can come before the target, seen from a level; whether that is little enough; which of them each one waits for. */
  readonly #left: number[] = [];
  readonly #waits: number[] = [];
  /** Once it is asked for: places in that list of what stands before the target in the order that was guessed, in that order. */
  #inGuess: readonly number[] | undefined;
  /** By depth: what each of them makes of a state. */
  readonly #nexts: State[][] = [];
  /** By place in the list, and of the target next to the last one: what was asked, and answered. */
  readonly #inputs: Input[] = [];
  readonly #answers: Answer<Output>[] = [];
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
  readonly #looks: Looks;
  /**
   * Where a long look has been in vain: of this target, seen from this level, and where none without an answer may be placed any more. What
   * comes of a place depends on nothing else than the state, what has been placed, and what nobody waits for.
   */
  #deadEnds: DeadEnds<State> | undefined;
  #isLong = false;

  /** `looks`: what a look may cost. */
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
    this.#isBounded = budget.isBounded;
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
    this.#be(mustAct);
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
    this.#be(false);
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

  /** What is known of one question says nothing of the other. */
  #be(mustAct: boolean): void {
    if (this.#mustAct !== mustAct) this.#deadEnds?.clear();
    this.#mustAct = mustAct;
  }

  #search(state: State, used: number, past: number, lost: number): boolean {
    const steps = this.#looks.steps(this.#target, this.#unused, lost > 0);
    if (steps === 0) return true;
    this.#isLong = steps > FEW_STEPS;
    if (this.#isLong) this.#deadEnds ??= new DeadEnds();
    if (this.#isLong && this.#isGuessed(state, used)) return this.isFound = true;
    // Those without an answer are many, and few of them matter at one time.
    for (let allowed = 0;; allowed = allowed === 0 ? 1 : lost) {
      this.#lost = allowed;
      this.#steps = steps;
      this.isFound = this.#from(state, used, past, 0);
      const taken = steps - this.#steps;
      this.#budget.spend(this.#looks.cost(taken));
      if (this.isFound) this.#looks.useless(taken);
      else if (this.#steps < 0) this.#looks.cutShort(this.#target, this.#unused, taken);
      if (this.isFound || this.#steps < 0) return true;
      if (allowed < lost) continue;
      this.#looks.useful(taken);
      return false;
    }
  }

  /** Whether the target serves in the order that was guessed, of which some have been placed. */
  #isGuessed(begin: State, used: number): boolean {
    const { guessed } = this.#problem;
    const left = this.#left;
    if (guessed.length === 0 || guessed[this.#target] === 0) return false;
    const end = guessed[this.#target];
    this.#inGuess ??= left.map((_, i) => i).filter((i) => guessed[left[i]] > 0 && guessed[left[i]] < end)
      .sort((a, b) => guessed[left[a]] - guessed[left[b]]);
    let state = begin;
    for (const i of this.#inGuess) {
      if ((used & (1 << i)) !== 0) continue;
      const next = this.#step(state, i);
      if (next === ILLEGAL) break;
      if (next === state) continue;
      state = next;
      this.order.push(left[i]);
    }
    if (this.#serves(state)) {
      this.order.reverse();
      return true;
    }
    this.order.length = 0;
    return false;
  }

  /** Lists what can come before a target, seen from the walk's level, and what waits for what; false if that is too much. */
  #plan(target: number): boolean {
    const { level, problem: { call, ret, inputs, answers } } = this.#walk;
    if (target === this.#target && level === this.#level) return this.#isShort;
    const left = this.#left;
    const waits = this.#waits;
    this.#target = target;
    this.#level = level;
    this.#deadEnds?.clear();
    this.#inGuess = undefined;
    this.#isShort = this.#ahead.all(target, { list: left, most: MOST_LEFT });
    if (!this.#isShort) return false;
    left.sort((a, b) => (ret[a] === NEVER ? 1 : 0) - (ret[b] === NEVER ? 1 : 0) || a - b);
    this.#answered = left.length;
    while (this.#answered > 0 && ret[left[this.#answered - 1]] === NEVER) this.#answered--;
    for (let i = 0; i <= left.length; i++) {
      const operation = i < left.length ? left[i] : target;
      const from = call[operation];
      this.#inputs[i] = inputs[operation];
      this.#answers[i] = answers[operation];
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
    const waits = this.#waits;
    const nexts = this.#nexts[depth] ??= [];
    // There are no more than `MOST_LEFT`.
    const unused = ((1 << (this.#lost === 0 ? this.#answered : this.#left.length)) - 1) & ~used;
    // First those that do nothing here: nobody waits for them any more, and they can still be placed elsewhere.
    let settled = past;
    let tried = 0;
    let leading = 0;
    let steps = this.#steps;
    for (let bits = unused; bits !== 0;) {
      const i = 31 - Math.clz32(bits);
      const bit = 1 << i;
      bits ^= bit;
      if ((waits[i] & ~settled) !== 0) continue;
      steps--;
      tried |= bit;
      const next = this.#step(state, i);
      if (next === ILLEGAL) continue;
      if (next !== state) {
        nexts[i] = next;
        leading |= bit;
        continue;
      }
      if ((settled & bit) !== 0) continue;
      settled |= bit;
      bits = unused & ~tried;
    }
    this.#steps = steps;
    if (steps < 0) return false;
    if ((this.#targetWaits & ~settled) === 0 && this.#serves(state)) return true;
    const deadEnds = this.#isLong && this.#lost === 0 ? this.#deadEnds : undefined;
    for (let bits = leading; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      const i = 31 - Math.clz32(bit);
      const next = nexts[i];
      // What returned before its call cannot come after it.
      const placed = used | bit | waits[i];
      const isWorth = deadEnds !== undefined && deadEnds.isWorth(i);
      if (isWorth && deadEnds.has(next, i, placed, settled | bit)) continue;
      const isLost = i >= this.#answered;
      if (isLost) this.#lost--;
      const isFound = this.#from(next, placed, settled | bit, depth + 1);
      if (isLost) this.#lost++;
      if (isFound) this.order.push(this.#left[i]);
      // A look that was cut short has not found out.
      if (isFound || this.#steps < 0) return isFound;
      if (isWorth) deadEnds.add(next, placed, settled | bit);
    }
    return false;
  }

  #serves(state: State): boolean {
    const next = this.#step(state, this.#left.length);
    return next !== ILLEGAL && (!this.#mustAct || next !== state);
  }

  /** What one of those listed makes of a state; the target is next to the last of them. */
  #step(state: State, place: number): State | typeof ILLEGAL {
    if (this.#model === undefined || (this.#isBounded && !this.#budget.mayStep())) return ILLEGAL;
    return this.#model.step(state, this.#inputs[place], this.#answers[place], this.#budget);
  }
}
