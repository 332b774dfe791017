import type { Answer, Model, ModelKind } from "../types.ts";

/** A request to one of many independent objects. */
export interface Keyed<Input> {
  /** Which object; the empty string where there is only one. */
  readonly key: string;
  readonly input: Input;
}

/** Many independent objects of one model, each judged by itself (what jepsen calls independent). */
export function keyedModel<State, Input, Output>(
  model: Model<State, Input, Output>,
): Model<State, Keyed<Input>, Output> {
  const { readOnly, effect, describeOperation, kind } = model;
  const base = {
    ...model,
    partitionKey: ({ key }: Keyed<Input>) => key,
    ...(readOnly && { readOnly: ({ input }: Keyed<Input>) => readOnly(input) }),
    ...(effect && { effect: ({ input }: Keyed<Input>, answer: Answer<Output>) => effect(input, answer) }),
    ...(describeOperation && {
      describeOperation: ({ key, input }: Keyed<Input>, answer: Answer<Output>) =>
        key === "" ? describeOperation(input, answer) : `${key}: ${describeOperation(input, answer)}`,
    }),
    ...(kind && { kind: keyedKind(kind) }),
  };
  if ("steps" in model) {
    return {
      ...base,
      steps: (state, { input }, answer, context) => model.steps(state, input, answer, context),
    };
  }
  return { ...base, step: (state, { input }, answer, context) => model.step(state, input, answer, context) };
}

function keyedKind<Input, Output>(kind: ModelKind<Input, Output>): ModelKind<Keyed<Input>, Output> {
  switch (kind.type) {
    case "register":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "text":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "versioned":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    default:
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
  }
}
