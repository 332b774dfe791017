import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { Ahead } from "./ahead.ts";
import { Glimpse } from "./glimpse.ts";
import type { Walk } from "./walk.ts";

/** States looked at for one question: with more it costs more than it saves. */
const MOST_STATES = 64;
/** Steps taken for one question. */
const MOST_STEPS = 600;
/** After so many sets of states that had no end, orders are looked at instead of states. */
const PATIENCE = 8;
/** After so many that had one, it is taken for settled that states come back. */
const CONVINCED = 32;
/** Answers kept. */
const MOST_KEPT = 4096;

/** What the open operations make of one state. */
interface View {
  /** All states that those with an answer lead to from it, used as often as one likes. */
  readonly reach: readonly number[];
  /** Those of them that are legal in every one of these states. */
  readonly legal: Int32Array;
}

/**
 * What is to be expected of a state, for models that do not say what their operations do (`Problem.watches`): the step
 * function itself is asked. Where states come back, all states are gathered that some operations `Q` lead to from the present
 * one, each used as often as one likes: a set `R` closed under `Q`, if it is not too large. Otherwise all orders of `Q` are
 * looked at (`Glimpse`), if they are not too many. Three rules follow.
 *
 * **(e') Looking ahead.** `Q`: all that is left and can come before an owed operation `T`: what is open and not spent, and
 * what is called before `T` returns. Any completion places `T` after some of them, each once, in an order that respects real
 * time. If `T` is impossible after every such order there is no completion.
 *
 * **(i) Idle.** `Q`: what is open and not spent. If the operation that returns is optional, and changes no state that `Q` leads
 * to, it need not be placed: it would be placed in such a state, where it does nothing, and leaving it out is the same.
 *
 * **(c') Absorption, as observed.** `Q`: the open operations with an answer. Let `W` be legal in every state of `R` and lead
 * from each of them to the same state. When it is placed, every owed operation that is legal in every state of `R` becomes
 * optional. *Nothing is lost*: optional allows more than owed. *Nothing is gained wrongly*: those that are never placed later
 * go just before `W`, in any order: they are open there, each finds a state of `R`, where it is legal, and leads to one of
 * `R`, from which `W` leads where it did.
 */
export class Outlook<State, Input, Output> {
  /** After `isDoomed` said no: an operation that is worth placing first, because it leads to the target; or -1. */
  guide = -1;

  /** What can still come. */
  readonly ahead: Ahead<State, Input, Output>;

  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  /** By level and state; `undefined`: nothing is known. */
  readonly #views = new Map<number, View | undefined>();
  readonly #reach: number[] = [];
  readonly #seen = new Set<number>();
  readonly #left: number[] = [];
  readonly #glimpse: Glimpse<State, Input, Output>;
  #failures = 0;
  #successes = 0;

  constructor(walk: Walk<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#budget = budget;
    this.ahead = new Ahead(walk);
    this.#glimpse = new Glimpse(walk, this.ahead, budget);
  }

  /** Whether it is not settled yet what the states of this model are like. */
  get isUndecided(): boolean {
    return this.#failures < PATIENCE && this.#successes < CONVINCED;
  }

  /** Whether orders are looked at, because states do not come back. */
  get seesOrders(): boolean {
    return this.#failures >= PATIENCE;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#views.size * 512;
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
    this.guide = this.#glimpse.first;
    return false;
  }

  /** Whether the operation that returns changes no state that what is left can lead to; false if that is not known. */
  #neverActs(nodes: Int32Array, at: number, due: number): boolean {
    const { states } = this.#walk;
    const left = this.#left;
    if (!this.ahead.list(nodes, at, due, { list: left, most: MOST_STATES })) return false;
    const reach = this.#reach;
    this.#restart(states.known(nodes[at]));
    let steps = MOST_STEPS;
    for (let i = 0; i < reach.length; i++) {
      // One of several results may be the state itself: that it can do nothing does not make it idle.
      const count = states.apply(reach[i], due);
      for (let b = 0; b < count; b++) if (states.results[b] !== reach[i]) return false;
      steps -= left.length;
      if (!this.#budget.goOn() || steps < 0) return false;
      for (const operation of left) this.#reached(states.apply(reach[i], operation));
      if (reach.length > MOST_STATES) return false;
    }
    return true;
  }

  /** Rule (c') for an operation placed in a state, on the configuration that it led to; answers whether it did anything. */
  absorb(before: number, operation: number, nodes: Int32Array, at: number): boolean {
    const { words } = this.#walk.problem;
    const owed = at + 1 + words;
    let owing = 0;
    for (let w = 0; w < words; w++) owing |= nodes[owed + w];
    if (owing === 0 || this.#failures >= PATIENCE) return false;
    const view = this.#view(this.#walk.states.known(before));
    if (view === undefined || !this.#isConstant(view.reach, operation)) return false;
    let absorbed = 0;
    for (let w = 0; w < words; w++) {
      const bits = nodes[owed + w] & view.legal[w];
      absorbed |= bits;
      nodes[owed + w] &= ~bits;
    }
    return absorbed !== 0;
  }

  /** Whether an operation is legal in some states and leads from all of them to the same. */
  #isConstant(reach: readonly number[], operation: number): boolean {
    const { states } = this.#walk;
    let lead = -1;
    for (const state of reach) {
      if (states.apply(state, operation) !== 1) return false;
      if (lead >= 0 && states.results[0] !== lead) return false;
      lead = states.results[0];
    }
    return true;
  }

  #view(state: number): View | undefined {
    const key = this.#walk.level * 2 ** 26 + state;
    const known = this.#views.get(key);
    if (known !== undefined || this.#views.has(key)) return known;
    const view = this.#explore(state);
    if (view === undefined) this.#failures++;
    else this.#successes++;
    if (this.#views.size >= MOST_KEPT) this.#views.clear();
    this.#views.set(key, view);
    return view;
  }

  #explore(state: number): View | undefined {
    const { open, states, problem: { words, ret } } = this.#walk;
    const reach = this.#reach;
    const legal = new Int32Array(words);
    for (let s = 0; s < open.length; s++) {
      if (open[s] >= 0 && ret[open[s]] !== NEVER) legal[s >>> 5] |= 1 << (s & 31);
    }
    this.#restart(state);
    for (let i = 0; i < reach.length; i++) {
      if (!this.#budget.goOn()) return undefined;
      for (let s = 0; s < open.length; s++) {
        if (open[s] < 0 || ret[open[s]] === NEVER) continue;
        const count = states.apply(reach[i], open[s]);
        if (count === 0) legal[s >>> 5] &= ~(1 << (s & 31));
        this.#reached(count);
      }
      if (reach.length > MOST_STATES) return undefined;
    }
    return { reach: reach.slice(), legal };
  }

  #restart(state: number): void {
    this.#reach.length = 0;
    this.#reach.push(state);
    this.#seen.clear();
    this.#seen.add(state);
  }

  /** Takes in the results of an application. */
  #reached(count: number): void {
    const { results } = this.#walk.states;
    for (let b = 0; b < count; b++) {
      if (this.#seen.has(results[b])) continue;
      this.#seen.add(results[b]);
      this.#reach.push(results[b]);
    }
  }
}
