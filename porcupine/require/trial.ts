import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import { isPromise } from "./model.ts";
import { type Answer, type Model, type Operation, PorcupineError } from "../types.ts";

/** So many of the first requests are tried. */
export const TRIED = 8;

/**
 * Tries whether a model changes the states it is given, or answers promises: states that were visited are then not what they were,
 * and a promise is possible whatever comes of it. Requests are tried on a first state, and one after the other, since many a step
 * changes only what is not empty (`state.shift()`); each state must be what it was. (Our own models do neither: they declare a kind,
 * or have no need of it.)
 */
export class Trial<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #first: State;
  /** The first state as a text. */
  readonly written: string;
  /** What came of the requests before. */
  #later: State;

  /** Nothing has been tried. */
  constructor(model: Model<State, Input, Output>) {
    this.#model = model;
    this.#first = this.#later = model.init();
    requireHonestKey(model, this.#first);
    this.written = written(model, this.#first);
  }

  /** Tries a request with what is known of its answer; false if there is nothing more to be found out. */
  goesOn(input: Input, answer: Answer<Output>, budget: Budget): boolean {
    if (!budget.mayStep()) return false;
    const model = this.#model;
    const state = this.#first;
    const now = tried(model, state, { input, answer }, budget);
    requireKept(model, now, written(model, state) === this.written);
    // A state without parts nobody changes; but each request may be answered by a promise.
    if (typeof state !== "object" || state === null) return true;
    if (!budget.mayStep()) return false;
    const next = stepKept(model, this.#later, { input, answer }, budget);
    const [one] = "steps" in model && Array.isArray(next) ? next : [next];
    if (typeof one === "object" && one !== null) this.#later = one as State;
    return true;
  }
}

/** What is asked of a step. */
interface Asked<Input, Output> {
  readonly input: Input;
  readonly answer: Answer<Output>;
}

/** What a step answers, which must leave the state that it is given as it was. */
export function stepKept<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  asked: Asked<Input, Output>,
  budget: Budget,
): unknown {
  const before = written(model, state);
  const next = tried(model, state, asked, budget);
  requireKept(model, next, written(model, state) === before);
  return next;
}

/** Tries a few of the first requests of a whole history, before its verdict is told. */
export function requireSound<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, first }: { readonly budget: Budget; readonly first: string | undefined },
): void {
  if (model.kind !== undefined || operations.length === 0) return;
  const trial = new Trial(model);
  requireUnshared(model, trial.written, first);
  for (const { input, outcome } of operations.slice(0, TRIED)) {
    const answer: Answer<Output> = outcome.status === "ok"
      ? { known: true, output: outcome.output }
      : UNKNOWN;
    if (!trial.goesOn(input, answer, budget)) return;
  }
}

/** Refuses an init that answers another state than at first (`undefined`: nobody could have changed that). */
export function requireUnshared(model: Handed, now: string, first: string | undefined): void {
  if (first === undefined || now === first) return;
  throw refused(
    `init of the model ${
      JSON.stringify(model.name)
    } answers another state than before the check; the step changes one that ` +
      "all calls of init share: answer a new one from each, and change none",
  );
}

interface Handed {
  readonly name: unknown;
}

/** Refuses what a step answered, or did to the state it was given. */
function requireKept(model: Handed, next: unknown, isKept: boolean): void {
  const name = `the model ${JSON.stringify(model.name)}`;
  if (isPromise(next) || (Array.isArray(next) && next.some(isPromise))) {
    throw refused(`${name} answers a promise; a model answers at once`);
  }
  if (isKept) return;
  throw refused(`${name} changes the state that it is given; answer a new one, as in { ...state, changed }`);
}

/** The first state as a text, to compare with later; `undefined` where nobody could have changed it. */
export function firstState<State, Input, Output>(model: Model<State, Input, Output>): string | undefined {
  if (model.kind !== undefined) return undefined;
  const state = model.init();
  return typeof state === "object" && state !== null ? written(model, state) : undefined;
}

/** What a step answers; `undefined` if it throws: nobody else may have asked just that of it. */
function tried<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, answer }: Asked<Input, Output>,
  budget: Budget,
): unknown {
  try {
    return "steps" in model
      ? model.steps(state, input, answer, budget)
      : model.step(state, input, answer, budget);
  } catch {
    return undefined;
  }
}

const UNKNOWN = { known: false } as const;

/** A state as a text; of what does not show what it holds, its key; the same for all if there is none. */
function written<State>({ key }: Keyed<State>, state: State): string {
  try {
    return canonical(state);
  } catch (error) {
    if (!(error instanceof PorcupineError)) throw error;
    return key === undefined ? "" : String(key(state));
  }
}

/** A model that may have a key. */
interface Keyed<State> extends Handed {
  readonly key?: (state: State) => unknown;
}

/** Refuses a promise for a key: no two states would have one in common. */
function requireHonestKey<State>(model: Keyed<State>, state: State): void {
  if (!isPromise(model.key?.(state))) return;
  throw refused(
    `key(...) of the model ${JSON.stringify(model.name)} answers a promise; a model answers at once`,
  );
}

function refused(message: string): PorcupineError {
  return new PorcupineError("model-mismatch", message);
}
