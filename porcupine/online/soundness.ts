import { Budget } from "../budget.ts";
import { requireUnshared, stepKept, Trial, TRIED } from "../require/trial.ts";
import type { Model } from "../types.ts";
import type { CheckerOptions, Watched } from "./watched.ts";

/** A part of what is watched. */
interface HasStates<State> {
  /** Some states that it may have been in. */
  readonly states: readonly State[];
}

/**
 * Refuses a model that changes the states it is given, or answers promises, while a history goes on: states that are kept would not
 * be what they were, and what is impossible would be called possible. The first requests are tried as those of a whole history are;
 * after that the second of all, the fourth, the eighth and so on, on a state of what watches it: a step may change only what is full.
 * That is two steps for each of the first answers, and one for each doubling of them.
 */
export class Soundness<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #options: CheckerOptions;
  #trial: Trial<State, Input, Output> | undefined;
  #isTrying = true;
  #ended = 0;
  #lookAt = 2 * TRIED;

  constructor(model: Model<State, Input, Output>, options: CheckerOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** An operation ends: answers how to try the model once that is judged, within the limit that begins here; as a rule not at all. */
  due(): ((watched: Watched<Input, Output>, part: HasStates<State>) => void) | undefined {
    if (this.#model.kind !== undefined) return undefined;
    const ended = ++this.#ended;
    if (ended > TRIED && ended < this.#lookAt) return undefined;
    const budget = this.#budget();
    return (watched, part) => this.#try(ended, watched, part, budget);
  }

  #try(ended: number, watched: Watched<Input, Output>, part: HasStates<State>, budget: Budget): void {
    const trial = this.#trial ??= new Trial(this.#model);
    if (ended <= TRIED) {
      this.#isTrying &&= trial.goesOn(watched.input, watched.answer, budget);
      return;
    }
    this.#lookAt *= 2;
    requireUnshared(this.#model, new Trial(this.#model).written, trial.written);
    for (const state of part.states.slice(0, 1)) {
      if (budget.mayStep()) stepKept(this.#model, state, watched, budget);
    }
  }

  #budget(): Budget {
    const { timeLimitMs, signal, now } = this.#options;
    return new Budget({
      ...(timeLimitMs !== undefined && { timeLimitMs }),
      ...(signal !== undefined && { signal }),
      ...(now !== undefined && { now }),
    });
  }
}
