import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { ILLEGAL } from "../types.ts";
import { Ahead } from "./ahead.ts";
import { Glimpse } from "./glimpse.ts";
import { Looks } from "./looks.ts";
import type { Walk } from "./walk.ts";

/** States looked at for one question: with more it costs more than it saves. */
const MOST_STATES = 64;
/** Steps taken for one question. */
const MOST_STEPS = 600;
/** After so many sets of states that had no end, orders are looked at instead of states. */
const PATIENCE = 3;
/** After so many that had one, it is taken for settled that states come back. */
const CONVINCED = 8;

/**
 * What can still come of a state, for models that do not say what their operations do (`Problem.watches`): the step function
 * itself is asked what some operations `Q` lead to. Where states do not come back (`seesOrders`), every order of `Q` is looked
 * at (`Glimpse`), if there are not too many. Where they do, a set `R` is gathered: all states that `Q` leads to, each used as
 * often as one likes; it holds every state that an order of `Q` can lead to. Three rules follow, of which (i) uses either way,
 * and the others only orders. (A look that is too long, or cut short by a limit, proves nothing and prunes nothing.)
 *
 * **(e') Looking ahead.** Let `T` be an operation that must be placed yet, and `Q` all that can be placed before it: what is
 * open and not spent, and what is called before `T` returns. Any completion places `T` after some of `Q`, each once, in an
 * order that respects real time. If `T` is impossible after every such order there is no completion.
 *
 * **(e'') Before it is made.** Let `C` be a configuration, and `X` an operation that could be placed in it. If `T` is
 * impossible after every such order that begins with `X`, no completion of `C` begins with `X`, and what `X` leads to is not
 * made. *Is anything lost* because `X` would have made operations optional (c')? No. A completion of `C` in which one of them
 * goes just before `X` begins, as an order, with that operation and not with `X`. That operation is placed in `C`, too, and
 * the completion is found that way, step by step. (Nothing was dropped in favour of what was not made.)
 *
 * **(i) Idle.** `Q`: what is open and not spent. If the operation that returns is optional, and changes no state that `Q` leads
 * to, it need not be placed: a completion that places it does so in such a state, where it does nothing, and is one without it.
 */
export class Outlook<State, Input, Output> {
  /** After `isDoomed` said no: an open operation that is worth placing first, because it leads to the target; or -1. */
  guide = -1;

  /** What looks may cost. */
  readonly looks = new Looks();
  /** What can still come. */
  readonly ahead: Ahead<State, Input, Output>;

  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  /** States that were reached: the first `#reached` ones. */
  readonly #reach: number[] = [];
  #reached = 0;
  readonly #left: number[] = [];
  /** Of the list in `#left`. */
  readonly #list = { list: this.#left, most: MOST_STATES };
  readonly #glimpse: Glimpse<State, Input, Output>;
  #failures = 0;
  #successes = 0;

  constructor(walk: Walk<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#budget = budget;
    this.ahead = new Ahead(walk);
    this.#glimpse = new Glimpse(walk, this.ahead, this.looks, budget);
  }

  /** Whether orders are looked at, because states do not come back. */
  get seesOrders(): boolean {
    return this.#failures >= PATIENCE;
  }

  /** Rule (i), for the operation that returns at the walk's level. */
  isIdle(nodes: Int32Array, at: number): boolean {
    const { problem, level, isDueActive } = this.#walk;
    if (isDueActive) return false;
    const due = problem.returns[level];
    return this.seesOrders ? !this.#glimpse.mayAct(nodes, at, due) : this.#neverActs(nodes, at, due);
  }

  /** Rule (e') for an owed operation that is open, or will be; only where orders are looked at. */
  isDoomed(nodes: Int32Array, at: number, target: number): boolean {
    this.guide = -1;
    if (!this.seesOrders) return false;
    if (!this.#glimpse.mayReturn(nodes, at, target)) return true;
    const { order } = this.#glimpse;
    if (order.length === 0) return false;
    const first = order[order.length - 1];
    const { open, problem: { slot } } = this.#walk;
    // An order may begin with one that is called later: placed now it would come before its call.
    if (open[slot[first]] === first) this.guide = first;
    return false;
  }

  /** Prepares for `isVain`, where orders are looked at: the target is as in `isDoomed`. False if nothing can be told. */
  beginVain(nodes: Int32Array, at: number, target: number): boolean {
    return this.seesOrders && this.#glimpse.begin(nodes, at, target);
  }

  /**
   * Rule (e'') for an operation `X` that is open and not spent, and leads to `next`: true if after that no order of what is left
   * makes the target possible. (In these orders what `X` would absorb is still owed, as they are orders of the configuration `C`.)
   */
  isVain(operation: number, next: State): boolean {
    return !this.#glimpse.mayReturnAfter(operation, next);
  }

  /** After `isDoomed`, or `isVain`, said no: the order that was found, backwards; `undefined` if the look was cut short. */
  get order(): readonly number[] | undefined {
    return this.#glimpse.isFound ? this.#glimpse.order : undefined;
  }

  /** Whether the operation that returns changes no state that what is left can lead to; false if that is not known. */
  #neverActs(nodes: Int32Array, at: number, due: number): boolean {
    const { states } = this.#walk;
    const left = this.#left;
    if (!this.ahead.list(nodes, at, due, this.#list)) return false;
    const reach = this.#reach;
    reach[0] = states.known(nodes[at]);
    this.#reached = 1;
    let steps = MOST_STEPS;
    for (let i = 0; i < this.#reached; i++) {
      // Every result must be the state itself: an operation that may do nothing, but may do something else, is not idle.
      const count = states.apply(reach[i], due);
      for (let b = 0; b < count; b++) if (states.results[b] !== reach[i]) return false;
      steps -= left.length;
      if (!this.#budget.goOn() || steps < 0) return false;
      for (let j = 0; j < left.length; j++) this.#take(states.apply(reach[i], left[j]));
      if (this.#reached > MOST_STATES) return false;
    }
    return true;
  }

  /**
   * As long as it is not settled whether states come back: tries the open operations on a state, each as often as one likes,
   * and counts whether the states that they lead to come to an end soon.
   */
  sense(before: number): void {
    if (this.#failures >= PATIENCE || this.#successes >= CONVINCED) return;
    const { open, states, problem: { ret } } = this.#walk;
    const sensed: State[] = [states.values[before]];
    let count = 0;
    for (let s = 0; s < open.length; s++) if (open[s] >= 0 && ret[open[s]] !== NEVER) count++;
    const most = 8 + 4 * count;
    for (let i = 0; i < sensed.length; i++) {
      if (!this.#budget.goOn()) return;
      for (let s = 0; s < open.length; s++) {
        if (open[s] < 0 || ret[open[s]] === NEVER) continue;
        const next = states.only(sensed[i], open[s], this.#budget);
        if (next === ILLEGAL || this.#isAmong(sensed, next)) continue;
        if (sensed.push(next) <= most) continue;
        this.#failures++;
        return;
      }
    }
    this.#successes++;
  }

  #isAmong(states: readonly State[], state: State): boolean {
    for (let i = 0; i < states.length; i++) if (this.#walk.states.same(states[i], state)) return true;
    return false;
  }

  /** Takes in the results of an application. */
  #take(count: number): void {
    const { results } = this.#walk.states;
    for (let b = 0; b < count; b++) {
      // They are a few most often, never many.
      let i = 0;
      while (i < this.#reached && this.#reach[i] !== results[b]) i++;
      if (i === this.#reached) this.#reach[this.#reached++] = results[b];
    }
  }
}
