import { isDubious, requireState } from "../require/state.ts";
import type { Budget } from "../budget.ts";
import { type DeterministicModel, ILLEGAL } from "../types.ts";
import type { Problem } from "./problem.ts";
import { sameState } from "./states.ts";

/** States that have numbers at a time: they are bits of a number. With more of them than the half, some are forgotten. */
export const MOST_STATES = 32;
/** Slots of open operations, which are bits of a number, too. */
const SLOTS = 32;
/** Steps that count as one of work, less one. */
const LOOKS = 7;
/** In place of the number of a state: it was not looked for yet. */
const UNNUMBERED = -1;
/** In place of the number of a state: there is no room for it. */
export const NO_ROOM = -2;

/**
 * The few states that configurations are in at present, numbered, and what each open operation does to each of them. The step is
 * asked once for a state, however many configurations are in it. Operations are known by their slots.
 */
export class Columns<State, Input, Output> {
  /** By number: slots of the open operations that do nothing to the state, as far as that was asked. */
  readonly idle: Int32Array;
  /** By number: slots of those that make another state of it. */
  readonly lead: Int32Array;
  /** Numbers given. */
  count = 0;

  readonly #model: DeterministicModel<State, Input, Output>;
  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  readonly #states: State[] = [];
  /** By number: slots of those that were asked. */
  readonly #asked: Int32Array;
  /** By number and slot: the state that the operation makes, and its number. */
  readonly #nexts: (State | undefined)[];
  readonly #numbers: Int32Array;
  /** By slot: the operation. */
  readonly #open: Int32Array;
  #steps = 0;

  /** `open`: by slot, the operation that is open. */
  constructor(
    model: DeterministicModel<State, Input, Output>,
    problem: Problem<State, Input, Output>,
    open: Int32Array,
    budget: Budget,
  ) {
    const { scratch } = budget;
    this.#model = model;
    this.#problem = problem;
    this.#budget = budget;
    this.#open = open;
    this.idle = scratch.int32(MOST_STATES);
    this.lead = scratch.int32(MOST_STATES);
    this.#asked = scratch.int32(MOST_STATES);
    this.#numbers = scratch.int32(MOST_STATES * SLOTS);
    this.#nexts = new Array(MOST_STATES * SLOTS).fill(undefined);
    this.#number(problem.starts[0].state);
  }

  /** Another operation has a slot: nothing is known of it. */
  forget(slot: number): void {
    const others = ~(1 << slot);
    for (let s = 0; s < this.count; s++) this.#asked[s] &= others;
  }

  /** Asks what some open operations, given as a mask of slots, do to a state, as far as that is not known. */
  ask(state: number, slots: number): void {
    const unknown = slots & ~this.#asked[state];
    if (unknown === 0) return;
    this.#asked[state] |= unknown;
    const before = this.#states[state];
    let idle = this.idle[state] & ~unknown;
    let lead = this.lead[state] & ~unknown;
    for (let left = unknown; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const slot = 31 - Math.clz32(bit);
      const next = this.#step(before, this.#open[slot]);
      if (next === ILLEGAL) continue;
      if (next === before || sameState(this.#model, next, before)) {
        idle |= bit;
        continue;
      }
      lead |= bit;
      this.#nexts[state * SLOTS + slot] = next;
      this.#numbers[state * SLOTS + slot] = UNNUMBERED;
    }
    this.idle[state] = idle;
    this.lead[state] = lead;
  }

  #step(state: State, operation: number): State | typeof ILLEGAL {
    const budget = this.#budget;
    if ((++this.#steps & LOOKS) === 0) budget.goOn();
    if (budget.isBounded && !budget.mayStep()) return ILLEGAL;
    const { inputs, answers } = this.#problem;
    const next = this.#model.step(state, inputs[operation], answers[operation], budget);
    if (isDubious(next)) requireState(this.#model, next, state, inputs[operation], budget);
    return next;
  }

  /** The number of the state that an operation makes of another one, of which it was asked and found to do so; or `NO_ROOM`. */
  next(state: number, slot: number): number {
    const at = state * SLOTS + slot;
    const known = this.#numbers[at];
    return known === UNNUMBERED ? this.#numbers[at] = this.#number(this.#nexts[at] as State) : known;
  }

  #number(state: State): number {
    const states = this.#states;
    for (let s = this.count - 1; s >= 0; s--) if (states[s] === state) return s;
    if (typeof state === "object") {
      for (let s = this.count - 1; s >= 0; s--) if (sameState(this.#model, states[s], state)) return s;
    }
    if (this.count === MOST_STATES) return NO_ROOM;
    const number = this.count++;
    states[number] = state;
    this.#asked[number] = this.idle[number] = this.lead[number] = 0;
    return number;
  }

  /**
   * Whether an operation changes a state, or one of those that other operations, given as a mask, lead to from it, each used as often
   * as one likes. Also true if there are too many such states to know.
   */
  mayAct(state: number, slot: number, others: number): boolean {
    const bit = 1 << slot;
    const { lead } = this;
    let reached = 1 << state;
    for (let left = reached; left !== 0;) {
      const from = 31 - Math.clz32(left);
      left ^= 1 << from;
      this.ask(from, others | bit);
      if ((lead[from] & bit) !== 0) return true;
      for (let ways = lead[from] & others; ways !== 0; ways &= ways - 1) {
        const next = this.next(from, 31 - Math.clz32(ways & -ways));
        if (next === NO_ROOM) return true;
        if ((reached & (1 << next)) !== 0) continue;
        reached |= 1 << next;
        left |= 1 << next;
      }
    }
    return false;
  }

  /**
   * Forgets the states that no configuration is in, if they have become many. The configurations are of so many integers each, of
   * which the first is the number of the state: it is put right.
   */
  keep(nodes: Int32Array, length: number, size: number): void {
    if (this.count <= MOST_STATES >>> 1) return;
    let used = 0;
    for (let at = 0; at < length; at += size) used |= 1 << nodes[at];
    for (let at = 0; at < length; at += size) nodes[at] = bitsBelow(used, nodes[at]);
    let kept = 0;
    for (let left = used; left !== 0; left &= left - 1) {
      this.#states[kept] = this.#states[31 - Math.clz32(left & -left)];
      // The states that it leads to have lost their numbers.
      this.#asked[kept++] = 0;
    }
    this.count = kept;
  }
}

/** How many bits of a mask are below one of them. */
function bitsBelow(mask: number, bit: number): number {
  let count = 0;
  for (let left = mask & ((1 << bit) - 1); left !== 0; left &= left - 1) count++;
  return count;
}
