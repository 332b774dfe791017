import type { Fencing } from "../fencing.ts";
import { requireObject } from "../require/model.ts";
import type { Answer, Model, ModelBase, ModelKind, Operation } from "../types.ts";

/** A request to one of many independent objects. */
export interface Keyed<Input> {
  /** Which object; the empty string where there is only one. */
  readonly key: string;
  /** What is asked of it. */
  readonly input: Input;
}

/**
 * Many independent objects of one model, each judged by itself (what jepsen calls independent).
 *
 * @example
 * ```ts
 * import { checkOperations, keyedModel, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(keyedModel(registerModel()), [{
 *   client: 1,
 *   callAt: 0,
 *   input: { key: "x", input: { f: "read" } },
 *   outcome: { status: "ok", returnAt: 1, output: { f: "read", value: null } },
 * }]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function keyedModel<State, Input, Output>(
  model: Model<State, Input, Output>,
): Model<State, Keyed<Input>, Output> {
  requireObject(model);
  const base = keyedBase(model);
  if ("steps" in model) {
    return {
      ...base,
      steps: (state, { input }, answer, context) => model.steps(state, input, answer, context),
    };
  }
  return { ...base, step: (state, { input }, answer, context) => model.step(state, input, answer, context) };
}

function keyedBase<State, Input, Output>(
  model: ModelBase<State, Input, Output>,
): ModelBase<State, Keyed<Input>, Output> {
  const readOnly = model.readOnly?.bind(model);
  const tells = model.tells?.bind(model);
  const suggest = model.suggest?.bind(model);
  const contradiction = model.contradiction?.bind(model);
  const effect = model.effect?.bind(model);
  const describe = model.describeOperation?.bind(model);
  const partitionKey = model.partitionKey?.bind(model);
  return {
    name: model.name,
    ...(model.source && { source: { module: import.meta.url, name: "keyedModel", models: [model.source] } }),
    init: () => model.init(),
    ...(model.key && { key: model.key.bind(model) }),
    ...(model.equal && { equal: model.equal.bind(model) }),
    ...(model.hash && { hash: model.hash.bind(model) }),
    // A model that has parts of its own, such as the values of a set, keeps them under each key.
    partitionKey: partitionKey === undefined
      ? ({ key }) => key
      : ({ key, input }) => partUnder(key, partitionKey(input)),
    ...(tells && { tells: (state, { input }) => tells(state, input) }),
    ...(suggest && { suggest: (operations, context) => suggest(operations.map(withoutKey), context) }),
    ...(contradiction && {
      contradiction: (operations, context) => contradiction(operations.map(withoutKey), context),
    }),
    ...(readOnly && { readOnly: ({ input }) => readOnly(input) }),
    ...(effect && { effect: ({ input }, answer) => effect(input, answer) }),
    ...(describe && { describeOperation: describeKeyed(describe) }),
    ...(model.describeState && { describeState: model.describeState.bind(model) }),
    ...(model.sizeBytes && { sizeBytes: model.sizeBytes.bind(model) }),
    ...(model.kind && { kind: keyedKind(model.kind) }),
    ...(model.fencing && { fencing: keyedFencing(model.fencing) }),
  };
}

/**
 * The name of an object's part under the object's key. No two parts have one name, or what happened to both would be judged as
 * if it had happened to one: a key in which the end of another could be seen is quoted, and so is that of an object
 * without one, if its part could be taken for a part under a key.
 */
function partUnder(key: string, part: string): string {
  if (key === "" && !part.includes(": ")) return part;
  const isPlain = key !== "" && !key.startsWith('"') && !key.includes(": ");
  return `${isPlain ? key : JSON.stringify(key)}: ${part}`;
}

function withoutKey<Input, Output>(operation: Operation<Keyed<Input>, Output>): Operation<Input, Output> {
  return { ...operation, input: operation.input.input };
}

function describeKeyed<Input, Output>(
  describe: (input: Input, answer: Answer<Output>) => string,
): (input: Keyed<Input>, answer: Answer<Output>) => string {
  return ({ key, input }, answer) =>
    key === "" ? describe(input, answer) : `${key}: ${describe(input, answer)}`;
}

function keyedFencing<State, Input, Output>(
  fencing: Fencing<State, Input, Answer<Output>>,
): Fencing<State, Keyed<Input>, Answer<Output>> {
  return {
    view: ({ input }, answer) => fencing.view(input, answer),
    tokens: fencing.tokens,
    stateAfter: (token, isHeld) => fencing.stateAfter(token, isHeld),
  };
}

function keyedKind<Input, Output>(kind: ModelKind<Input, Output>): ModelKind<Keyed<Input>, Output> {
  switch (kind.type) {
    case "register":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "text":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "versioned":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "wholeSet":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    case "log":
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
    default:
      return { ...kind, view: ({ input }, answer) => kind.view(input, answer) };
  }
}
