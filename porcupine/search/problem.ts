import type { Budget } from "../budget.ts";
import { type Answer, type Effect, type Model, PorcupineError } from "../types.ts";
import { NEVER } from "../history.ts";
import type { Part, Questions } from "../parts.ts";

/** Effects as small numbers, for typed arrays. */
export const READ = 0;
/** See {@linkcode Effect}. */
export const OVERWRITE = 1;
/** See {@linkcode Effect}. */
export const BLIND = 2;
/** See {@linkcode Effect}. */
export const UPDATE = 3;

const EFFECT_CODES: Readonly<Record<Effect, number>> = {
  read: READ,
  overwrite: OVERWRITE,
  blind: BLIND,
  update: UPDATE,
};

/**
 * One partition, compiled for the search. Operations are numbered by call. Each is given a slot, reused after its return,
 * so that a set of open operations is a mask of as many bits as operations were ever open at once - never of the length
 * of the history (reduction (g)).
 */
export interface Problem<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  /** The configurations to begin with, of which one must lead to the end; the model's first state, usually. */
  readonly starts: readonly Start<State>[];
  readonly questions: Questions<Input, Output>;
  readonly count: number;
  readonly inputs: readonly Input[];
  readonly answers: readonly Answer<Output>[];
  readonly call: Int32Array;
  readonly ret: Int32Array;
  readonly effect: Uint8Array;
  /** Whether the model leaves open what its operations do, so that the search watches them (rule (n) of `Walk`). */
  readonly watches: boolean;
  /** Finished operations by return: level `p` of the search is "everything before `returns[p]` has returned". */
  readonly returns: Int32Array;
  /** `called[p]`: how many operations are called before `returns[p]` returns. */
  readonly called: Int32Array;
  /** Slot of each operation; -1 for reads without an answer, which constrain nothing and are left out. */
  readonly slot: Int32Array;
  readonly slots: number;
  /** Words of 32 bits in a mask. */
  readonly words: number;
  /** Operations of one class have equal inputs and answers; each its own class until {@linkcode classify}. */
  readonly cls: Int32Array;
  /** Number of classes; 0 until {@linkcode classify}. */
  classes: number;
  /**
   * By operation, where the search watches: whether it was met by whoever looked at the problem before (see `Slots.active`), so
   * that it is known in advance which answers are worth looking out for.
   */
  readonly met: Uint8Array;
  /**
   * By operation: its place in the order of whoever looked at the problem before and did not come to the end, counted from 1; 0: it has
   * none. Empty if nobody did.
   */
  guessed: Int32Array;
}

/** A configuration to begin with, when the past is not part of the problem. */
export interface Start<State> {
  readonly state: State;
  /** Operations that were placed in the past. */
  readonly spent: readonly number[];
  /** Operations that need not be placed any more, but may. */
  readonly free: readonly number[];
}

/** Compiles a partition for the search. */
export function compile<State, Input, Output>(
  model: Model<State, Input, Output>,
  questions: Questions<Input, Output>,
  starts: readonly Start<State>[] = [{ state: model.init(), spent: [], free: [] }],
): Problem<State, Input, Output> {
  const { count, part } = questions;
  const effect = new Uint8Array(count);
  const cls = new Int32Array(count);
  const inputs: Input[] = new Array(count);
  const answers: Answer<Output>[] = new Array(count);
  for (let k = 0; k < count; k++) {
    inputs[k] = questions.input(k);
    answers[k] = questions.answer(k);
    effect[k] = effectOf(model, inputs[k], answers[k]);
    cls[k] = k;
  }
  const { call, ret, returns } = part;
  const slots = assignSlots(part, effect);
  return {
    model,
    starts,
    questions,
    count,
    inputs,
    answers,
    call,
    ret,
    effect,
    watches: model.effect === undefined,
    returns,
    ...slots,
    cls,
    classes: 0,
    met: new Uint8Array(model.effect === undefined ? count : 0),
    guessed: NOTHING_GUESSED,
  };
}

const NOTHING_GUESSED = new Int32Array(0);

/** What a model says of its operations: nothing. */
const NO_HINTS = { effect: undefined, readOnly: undefined, kind: undefined };

/** The same problem, of a model that says nothing of its operations. They are numbered alike; slots may differ. */
export function unhinted<State, Input, Output>(
  { model, questions, starts }: Problem<State, Input, Output>,
): Problem<State, Input, Output> {
  // What it inherits, its step perhaps, it keeps: a copy of its own properties would have none.
  const bare: Model<State, Input, Output> = Object.create(model, Object.getOwnPropertyDescriptors(NO_HINTS));
  return compile(bare, questions, starts);
}

function effectOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  answer: Answer<Output>,
): number {
  if (model.effect !== undefined) {
    const effect = model.effect(input, answer);
    const code = EFFECT_CODES[effect];
    // A word that nobody knows would be no number, which an array of bytes takes for 0: a read.
    if (typeof code === "number") return code;
    throw new PorcupineError(
      "model-mismatch",
      `effect(...) of the model ${JSON.stringify(model.name)} answers ${
        JSON.stringify(effect)
      }; answer read, overwrite, ` +
        "blind or update, which is always right",
    );
  }
  return model.readOnly?.(input) === true ? READ : UPDATE;
}

function assignSlots(part: Part, effect: Uint8Array) {
  const { returns } = part;
  const count = part.ids.length;
  const slot = new Int32Array(count).fill(-1);
  const called = new Int32Array(returns.length);
  const free: number[] = [];
  let slots = 0;
  let next = 0;
  for (let p = 0; p <= returns.length; p++) {
    const limit = p < returns.length ? part.ret[returns[p]] : NEVER;
    for (; next < count && part.call[next] < limit; next++) {
      if (part.ret[next] === NEVER && effect[next] === READ) continue;
      slot[next] = free.pop() ?? slots++;
    }
    if (p === returns.length) break;
    called[p] = next;
    free.push(slot[returns[p]]);
  }
  return { slot, called, slots, words: Math.max(1, (slots + 31) >>> 5) };
}

/**
 * Finds the operations that are equal in input and answer. Costs a name for each operation, so it waits until a search has
 * shown itself hard. False if a limit has struck meanwhile: then nothing is known of them.
 */
export function classify<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  budget: Budget,
): boolean {
  const found = problem.questions.classes(() => budget.mayStep());
  if (found === undefined) return false;
  problem.cls.set(found.of);
  problem.classes = found.count;
  return true;
}
