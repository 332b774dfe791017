import type { Budget } from "../budget.ts";
import { ILLEGAL } from "../types.ts";
import type { Walk } from "./walk.ts";

/** Pairs of operations that are remembered: what did not join once is not asked again soon. */
const VAIN_PAIRS = 256;

/** What `X` does is seen after `W`: in place of a number of states. */
const SEEN = -2;

/** States gathered for one question: with more it costs more than it saves. */
const MOST_STATES = 24;

/**
 * **(c') Absorption, as observed**, for models that do not say what their operations do (`Problem.watches`): the step function
 * itself is asked.
 *
 * Let `W` be an operation that leads from the state `s` to `w`. A list `A` of owed operations is gathered, in the order of their
 * slots, together with the set `R` of all states that some of `A`, each used once at most and in that order, lead to from `s`.
 * At first `A` is empty and `R` is `{s}`. The next operation `X` joins `A` if it is legal in every state of `R`, and `W` leads to
 * `w` from each state that `X` makes of them; these states join `R`. When `W` is placed, all of `A` become optional.
 *
 * *Nothing is lost*: optional allows more than owed. *Nothing is gained wrongly*: those of `A` that are never placed later are
 * inserted just before `W`, in the order of their slots. They are open there. Whichever they are, each finds a state of `R`,
 * where it is legal, and the last one leaves a state of `R`, from which `W` leads to `w` as before.
 */
export class Absorption<State, Input, Output> {
  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  /** After `absorb` said yes: the slots of what was absorbed, as a mask. */
  readonly mask: Int32Array;

  readonly #reach: State[] = [];
  /** Pairs that were tried in vain: which operation was placed, which did not join; in a table where a newer one replaces an older. */
  readonly #vain: Int32Array;

  constructor(walk: Walk<State, Input, Output>, budget: Budget) {
    this.#walk = walk;
    this.#budget = budget;
    this.mask = new Int32Array(walk.problem.words);
    this.#vain = new Int32Array(2 * VAIN_PAIRS).fill(-1);
  }

  /** For an operation placed in a state, on the configuration that it led to; answers whether it absorbed anything. */
  absorb(before: number, operation: number, nodes: Int32Array, at: number): boolean {
    const { states, open, problem: { words } } = this.#walk;
    const lead = states.values[nodes[at]];
    this.#reach[0] = states.values[before];
    let known = 1;
    let isAny = false;
    for (let w = 0; w < words; w++) {
      const index = at + 1 + words + w;
      let absorbed = 0;
      for (let bits = nodes[index]; bits !== 0 && known <= MOST_STATES; bits &= bits - 1) {
        const bit = bits & -bits;
        const joining = open[(w << 5) + 31 - Math.clz32(bit)];
        const pair = 2 * ((Math.imul(operation, 31) + joining) & (VAIN_PAIRS - 1));
        if (this.#vain[pair] === operation && this.#vain[pair + 1] === joining) continue;
        const more = this.#join(joining, operation, known, lead);
        if (more === SEEN) {
          this.#vain[pair] = operation;
          this.#vain[pair + 1] = joining;
        }
        if (more < 0) continue;
        known = more;
        absorbed |= bit;
      }
      this.mask[w] = absorbed;
      nodes[index] &= ~absorbed;
      isAny ||= absorbed !== 0;
    }
    return isAny;
  }

  /** Whether `X` joins: the number of states then reached, of which `known` are known; below 0 if it does not. */
  #join(joining: number, operation: number, known: number, lead: State): number {
    const { states } = this.#walk;
    const reach = this.#reach;
    let count = known;
    for (let i = 0; i < known; i++) {
      if (!this.#budget.goOn()) return -1;
      const next = states.only(reach[i], joining, this.#budget);
      if (next === ILLEGAL) return -1;
      if (next === reach[i]) continue;
      const end = states.only(next, operation, this.#budget);
      if (end === ILLEGAL || !states.same(end, lead)) return SEEN;
      if (!this.#has(next, count)) reach[count++] = next;
    }
    return count;
  }

  #has(state: State, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.#reach[i] === state) return true;
    return false;
  }
}
