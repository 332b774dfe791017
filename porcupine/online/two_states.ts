import { isDubious, requireState } from "../require/state.ts";
import { type Answer, type DeterministicModel, ILLEGAL, type Illegal } from "../types.ts";
import type { Patience } from "./patience.ts";
import { isSame } from "./steps.ts";
import type { Watched } from "./watched.ts";

/**
 * What an operation may do while its answer is not known. `raise`: after it the object is in its second state, whichever it was in
 * before; `lower`: in its first; `none`: it changes neither. `odd`: anything else.
 */
export type Power = "raise" | "lower" | "none" | "odd";

/**
 * What an operation has done, by its answer. `raised`: it found the object in its first state and left it in the second; `lowered`:
 * the other way round; `foundHigh`, `foundLow`: it found it in the second, or the first, and left it so; `nothing`: it has
 * changed neither, and can be anywhere; `never`: nowhere. `odd`: anything else, such as what may, or may not, have changed it.
 */
export type Deed = "raised" | "lowered" | "foundHigh" | "foundLow" | "nothing" | "never" | "odd";

const UNKNOWN = { known: false } as const;

/**
 * An object as far as it is in one of two states, told by its model's step alone: a mutex, a value of a set. The second state is the
 * first other one that an operation leads to. Until there is one, every operation so far leaves the first state as it is.
 */
export class TwoStates<State, Input, Output> {
  /** The state before everything. */
  readonly first: State;

  readonly #model: DeterministicModel<State, Input, Output>;
  readonly #patience: Patience;
  /** The first state while there is no other. */
  #second: State;
  #isComplete = false;

  /** Steps are asked for as long as the patience lasts; what is said after its end is worth nothing. */
  constructor(model: DeterministicModel<State, Input, Output>, patience: Patience) {
    this.#model = model;
    this.#patience = patience;
    this.first = this.#second = model.init();
  }

  /** Whether the second state is known. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The second state, or the first one while there is no other. */
  get second(): State {
    return this.#second;
  }

  /** What an operation may do; it may be the one that tells what the second state is. */
  powerOf(input: Input): Power {
    const fromFirst = this.#step(this.first, input, UNKNOWN);
    if (fromFirst === ILLEGAL) return "odd";
    const isLow = isSame(this.#model, fromFirst, this.first);
    if (!this.#isComplete) {
      if (isLow) return "none";
      this.#second = fromFirst;
      this.#isComplete = true;
    }
    const second = this.#second;
    if (!isLow && !isSame(this.#model, fromFirst, second)) return "odd";
    const fromSecond = this.#step(second, input, UNKNOWN);
    if (fromSecond === ILLEGAL) return "odd";
    if (isSame(this.#model, fromSecond, second)) return isLow ? "none" : "raise";
    return isLow && isSame(this.#model, fromSecond, this.first) ? "lower" : "odd";
  }

  /** What an operation of some power has done. */
  deedOf({ input, answer }: Watched<Input, Output>, power: Power): Deed {
    const [first, second] = [this.first, this.#second];
    const fromFirst = this.#step(first, input, answer);
    const fromSecond = this.#isComplete ? this.#step(second, input, answer) : fromFirst;
    // As one that failed for certain: whatever it might have done, nobody has noticed, and nobody will.
    if (this.#stays(first, fromFirst) && this.#stays(second, fromSecond)) return "nothing";
    const wanted = power === "raise" ? second : first;
    // An answer only rules out: where it leads elsewhere than without one the model is none to be relied upon here.
    if (fromFirst !== ILLEGAL && !isSame(this.#model, fromFirst, wanted)) return "odd";
    const left = power === "lower" ? first : second;
    if (fromSecond !== ILLEGAL && !isSame(this.#model, fromSecond, left)) return "odd";
    if (fromFirst === ILLEGAL && fromSecond === ILLEGAL) return "never";
    if (fromFirst !== ILLEGAL && fromSecond !== ILLEGAL) return "odd";
    if (fromFirst === ILLEGAL) return power === "lower" ? "lowered" : "foundHigh";
    return power === "raise" ? "raised" : "foundLow";
  }

  #stays(state: State, next: State | Illegal): boolean {
    return next !== ILLEGAL && isSame(this.#model, next, state);
  }

  #step(state: State, input: Input, answer: Answer<Output>): State | Illegal {
    const patience = this.#patience;
    if (!patience.mayStep()) return ILLEGAL;
    const next = this.#model.step(state, input, answer, patience);
    if (isDubious(next)) requireState(this.#model, next as State, state, input, patience);
    return next;
  }
}
