import type { Fencing } from "../fencing.ts";
import { requireObject } from "../require/model.ts";
import {
  type Answer,
  ILLEGAL,
  type Model,
  type ModelBase,
  type ModelKind,
  type ModelSource,
  PorcupineError,
} from "../types.ts";

/** How operations in one vocabulary are said in the one of a model. */
export interface Translation<Input, Output, InnerInput, InnerOutput> {
  /** The name of the model in the new vocabulary. */
  readonly name: string;
  /** Where another thread finds the model in this vocabulary; see `ModelBase.source`. */
  readonly source?: ModelSource;
  /** The request. */
  input(input: Input): InnerInput;
  /**
   * The answer. `didNothing`: the operation surely did not take place, and says nothing of the state; `impossible`: no
   * object answers so.
   */
  answer(input: Input, answer: Answer<Output>): Translated<InnerOutput>;
}

/** See {@linkcode Translation.answer}. */
export type Translated<InnerOutput> = Answer<InnerOutput> | "didNothing" | "impossible";

/**
 * A model in another vocabulary: for a history recorded in words of its own.
 *
 * @example
 * ```ts
 * import { adaptModel, checkOperations, counterModel, type Translation } from "@flotilla/flotilla/porcupine";
 * import type { CounterInput, CounterOutput } from "@flotilla/flotilla/porcupine";
 *
 * // A counter whose requests are numbers to add, and whose answers are the sums.
 * const sums: Translation<number, number, CounterInput, CounterOutput> = {
 *   name: "sums",
 *   input: (amount) => ({ f: "addAndGet", amount }),
 *   answer: (_amount, answer) =>
 *     answer.known ? { known: true, output: { f: "addAndGet", value: answer.output } } : answer,
 * };
 * const verdict = checkOperations(adaptModel(counterModel(), sums), [
 *   { client: 1, callAt: 0, input: 2, outcome: { status: "ok", returnAt: 1, output: 2 } },
 *   { client: 1, callAt: 2, input: 3, outcome: { status: "ok", returnAt: 3, output: 5 } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function adaptModel<State, Input, Output, InnerInput, InnerOutput>(
  model: Model<State, InnerInput, InnerOutput>,
  translation: Translation<Input, Output, InnerInput, InnerOutput>,
): Model<State, Input, Output> {
  requireObject(model);
  requireTranslation(translation);
  const base = adaptBase(model, translation);
  if ("steps" in model) {
    return {
      ...base,
      steps: (state, input, answer, context) => {
        const inner = translation.answer(input, answer);
        if (inner === "impossible") return [];
        return inner === "didNothing"
          ? [state]
          : model.steps(state, translation.input(input), inner, context);
      },
    };
  }
  return {
    ...base,
    step: (state, input, answer, context) => {
      const inner = translation.answer(input, answer);
      if (inner === "impossible") return ILLEGAL;
      return inner === "didNothing" ? state : model.step(state, translation.input(input), inner, context);
    },
  };
}

function requireTranslation(translation: unknown): void {
  if (typeof translation === "object" && translation !== null) {
    if (["input", "answer"].every((part) => typeof Reflect.get(translation, part) === "function")) return;
  }
  const message =
    "the translation lacks input(input) or answer(input, answer); give both functions, and a name";
  throw new PorcupineError("model-mismatch", message);
}

function adaptBase<State, Input, Output, InnerInput, InnerOutput>(
  model: ModelBase<State, InnerInput, InnerOutput>,
  translation: Translation<Input, Output, InnerInput, InnerOutput>,
): ModelBase<State, Input, Output> {
  const effect = model.effect?.bind(model);
  const partitionKey = model.partitionKey?.bind(model);
  const readOnly = model.readOnly?.bind(model);
  const describe = model.describeOperation?.bind(model);
  return {
    name: translation.name,
    ...(translation.source && { source: translation.source }),
    init: () => model.init(),
    ...(model.key && { key: model.key.bind(model) }),
    ...(model.equal && { equal: model.equal.bind(model) }),
    ...(model.hash && { hash: model.hash.bind(model) }),
    ...(model.sizeBytes && { sizeBytes: model.sizeBytes.bind(model) }),
    ...(model.describeState && { describeState: model.describeState.bind(model) }),
    ...(partitionKey && { partitionKey: (input) => partitionKey(translation.input(input)) }),
    ...(readOnly && { readOnly: (input) => readOnly(translation.input(input)) }),
    ...(effect && {
      effect: (input, answer) => {
        const inner = translation.answer(input, answer);
        if (inner === "impossible") return "update";
        // What surely did not take place leaves every state as it is, and is legal in each.
        return inner === "didNothing" ? "read" : effect(translation.input(input), inner);
      },
    }),
    ...(describe && {
      describeOperation: (input, answer) => {
        const inner = translation.answer(input, answer);
        const request = translation.input(input);
        if (inner === "impossible") return `${describe(request, { known: false })} (an impossible answer)`;
        return inner === "didNothing"
          ? `${describe(request, { known: false })} (did not take place)`
          : describe(request, inner);
      },
    }),
    ...(model.kind && { kind: adaptKind(model.kind, translation) }),
    ...(model.fencing && { fencing: adaptFencing(model.fencing, translation) }),
  };
}

function adaptFencing<State, Input, Output, InnerInput, InnerOutput>(
  fencing: Fencing<State, InnerInput, Answer<InnerOutput>>,
  translation: Translation<Input, Output, InnerInput, InnerOutput>,
): Fencing<State, Input, Answer<Output>> {
  return {
    view: (input, answer) => {
      const inner = translation.answer(input, answer);
      if (inner === "impossible") return { op: "never" };
      return inner === "didNothing" ? { op: "nothing" } : fencing.view(translation.input(input), inner);
    },
    tokens: fencing.tokens,
    stateAfter: (token, isHeld) => fencing.stateAfter(token, isHeld),
  };
}

/** A view through the translation. */
type Adapt<Input, Output, InnerInput, InnerOutput> = <Action>(
  view: (input: InnerInput, answer: Answer<InnerOutput>) => Action | undefined,
) => (input: Input, answer: Answer<Output>) => Action | { readonly op: "nothing" } | undefined;

function adaptKind<Input, Output, InnerInput, InnerOutput>(
  kind: ModelKind<InnerInput, InnerOutput>,
  translation: Translation<Input, Output, InnerInput, InnerOutput>,
): ModelKind<Input, Output> {
  const through: Adapt<Input, Output, InnerInput, InnerOutput> = (view) => (input, answer) => {
    const inner = translation.answer(input, answer);
    if (inner === "impossible") return undefined;
    return inner === "didNothing" ? { op: "nothing" } : view(translation.input(input), inner);
  };
  switch (kind.type) {
    case "register":
      return { type: kind.type, initial: kind.initial, view: through(kind.view.bind(kind)) };
    case "text":
      return { type: kind.type, initial: kind.initial, view: through(kind.view.bind(kind)) };
    case "versioned":
      return { type: kind.type, initial: kind.initial, view: through(kind.view.bind(kind)) };
    case "priorityQueue":
      return { type: kind.type, order: kind.order, view: through(kind.view.bind(kind)) };
    case "wholeSet":
      return { type: kind.type, view: through(kind.view.bind(kind)) };
    case "log":
      return { type: kind.type, entries: kind.entries, view: through(kind.view.bind(kind)) };
    default:
      return { type: kind.type, view: through(kind.view.bind(kind)) };
  }
}
