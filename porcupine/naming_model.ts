import { plainly, tellClient, tellRequest, tellState } from "./tell.ts";
import type { Fencing } from "./fencing.ts";
import type {
  Answer,
  ClientId,
  Model,
  ModelBase,
  ModelKind,
  Operation,
  StateKey,
  StepContext,
} from "./types.ts";
import { PorcupineError } from "./types.ts";

/** An operation, as its caller knows it. */
export interface Known {
  /** Its index in the history; on line the number that it was given. */
  readonly index: number;
  /** Who asked. */
  readonly client: ClientId;
}

/** Finds the operation that a function of the model was asked about; `answer` is `undefined` where only the request was given. */
export type Find<Input, Output> = (input: Input, answer: Answer<Output> | undefined) => Known | undefined;

/**
 * The same model, but that each of its functions says what it was asked about if it throws. On line each question goes this way, so
 * that nothing is made for it before something is thrown.
 */
export function namingModel<State, Input, Output>(
  model: Model<State, Input, Output>,
  find: Find<Input, Output>,
): Model<State, Input, Output> {
  const teller = new Teller(model, find);
  const base = baseOf(model, teller);
  if ("steps" in model && model.steps !== undefined) {
    return {
      ...base,
      steps: (state, input, answer, context) => {
        try {
          return model.steps(state, input, answer, context);
        } catch (error) {
          throw teller.tell("steps", error, operation(input, answer));
        }
      },
    };
  }
  if (!("step" in model)) return model;
  return {
    ...base,
    step: (state, input, answer, context) => {
      try {
        return model.step(state, input, answer, context);
      } catch (error) {
        throw teller.tell("step", error, operation(input, answer));
      }
    },
  };
}

function baseOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  teller: Teller<State, Input, Output>,
): ModelBase<State, Input, Output> {
  const ofState = <Result>(name: string, asked: ((state: State) => Result) | undefined) =>
    asked && {
      [name]: (state: State): Result => {
        try {
          return asked.call(model, state);
        } catch (error) {
          throw teller.tell(name, error, { about: "state", state });
        }
      },
    };
  const ofInput = <Result>(name: string, asked: ((input: Input) => Result) | undefined) =>
    asked && {
      [name]: (input: Input): Result => {
        try {
          return asked.call(model, input);
        } catch (error) {
          throw teller.tell(name, error, operation(input, undefined));
        }
      },
    };
  const ofAnswer = <Result>(
    name: string,
    asked: ((input: Input, answer: Answer<Output>) => Result) | undefined,
  ) =>
    asked && {
      [name]: (input: Input, answer: Answer<Output>): Result => {
        try {
          return asked.call(model, input, answer);
        } catch (error) {
          throw teller.tell(name, error, operation(input, answer));
        }
      },
    };
  const ofAll = <Result>(
    name: string,
    asked: ((operations: readonly Operation<Input, Output>[], context: StepContext) => Result) | undefined,
  ) =>
    asked && {
      [name]: (operations: readonly Operation<Input, Output>[], context: StepContext): Result => {
        try {
          return asked.call(model, operations, context);
        } catch (error) {
          throw teller.tell(name, error, { about: "nothing" });
        }
      },
    };
  const { equal, kind, tells } = model;
  return {
    name: model.name,
    ...(model.source && { source: model.source }),
    init: () => {
      try {
        return model.init();
      } catch (error) {
        throw teller.tell("init", error, { about: "nothing" });
      }
    },
    ...(equal && {
      equal: (left: State, right: State): boolean => {
        try {
          return equal.call(model, left, right);
        } catch (error) {
          throw teller.tell("equal", error, { about: "state", state: right });
        }
      },
    }),
    ...(tells && {
      tells: (state: State, input: Input): StateKey => {
        try {
          return tells.call(model, state, input);
        } catch (error) {
          throw teller.tell("tells", error, operation(input, undefined));
        }
      },
    }),
    ...ofAll("suggest", model.suggest),
    ...ofAll("contradiction", model.contradiction),
    ...ofState("key", model.key),
    ...ofState("hash", model.hash),
    ...ofState("describeState", model.describeState),
    ...ofState("sizeBytes", model.sizeBytes),
    ...ofInput("partitionKey", model.partitionKey),
    ...ofInput("readOnly", model.readOnly),
    ...ofAnswer("effect", model.effect),
    ...ofAnswer("describeOperation", model.describeOperation),
    ...(kind && { kind: kindOf(kind, teller) }),
    ...(model.fencing && { fencing: fencingOf(model.fencing, teller) }),
  };
}

function fencingOf<State, Input, Output>(
  fencing: Fencing<State, Input, Answer<Output>>,
  teller: Teller<State, Input, Output>,
): Fencing<State, Input, Answer<Output>> {
  return {
    view: (input, answer) => {
      try {
        return fencing.view(input, answer);
      } catch (error) {
        throw teller.tell("the lock's view", error, operation(input, answer));
      }
    },
    tokens: fencing.tokens,
    stateAfter: (token, isHeld) => {
      try {
        return fencing.stateAfter(token, isHeld);
      } catch (error) {
        throw teller.tell("stateAfter", error, { about: "nothing" });
      }
    },
  };
}

function kindOf<State, Input, Output>(
  kind: ModelKind<Input, Output>,
  teller: Teller<State, Input, Output>,
): ModelKind<Input, Output> {
  const view = <Action>(look: (input: Input, answer: Answer<Output>) => Action) =>
  (
    input: Input,
    answer: Answer<Output>,
  ): Action => {
    try {
      return look.call(kind, input, answer);
    } catch (error) {
      throw teller.tell("the kind's view", error, operation(input, answer));
    }
  };
  switch (kind.type) {
    case "register":
      return { ...kind, view: view(kind.view) };
    case "text":
      return { ...kind, view: view(kind.view) };
    case "versioned":
      return { ...kind, view: view(kind.view) };
    case "wholeSet":
      return { ...kind, view: view(kind.view) };
    case "log":
      return { ...kind, view: view(kind.view) };
    default:
      return { ...kind, view: view(kind.view) };
  }
}

/** What a function of a model was asked about; `answer` is `undefined` where only the request was given. */
type Subject<State, Input, Output> =
  | { readonly about: "operation"; readonly input: Input; readonly answer: Answer<Output> | undefined }
  | { readonly about: "state"; readonly state: State }
  | { readonly about: "nothing" };

function operation<Input, Output>(input: Input, answer: Answer<Output> | undefined) {
  return { about: "operation", input, answer } as const;
}

class Teller<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #find: Find<Input, Output>;

  constructor(model: Model<State, Input, Output>, find: Find<Input, Output>) {
    this.#model = model;
    this.#find = find;
  }

  /** The error that says it all. What our own models refuse is told as it is: it names the operation already. */
  tell(name: string, error: unknown, subject: Subject<State, Input, Output>): unknown {
    if (error instanceof PorcupineError) return error;
    const known = subject.about === "operation" ? this.#find(subject.input, subject.answer) : undefined;
    const message = `${name} of the model ${JSON.stringify(this.#model.name)} threw${
      this.#place(subject, known)
    }: ${describeError(error)}`;
    return new PorcupineError("model-threw", message, known?.index ?? -1, { cause: error });
  }

  #place(subject: Subject<State, Input, Output>, known: Known | undefined): string {
    if (subject.about === "nothing") return "";
    if (subject.about === "state") {
      return `, asked about the state ${this.#words((model) => tellState(model, subject.state))}`;
    }
    const { input, answer = NO_ANSWER } = subject;
    const request = this.#words((model) => tellRequest(model, input, answer));
    return known === undefined
      ? `, asked about ${request}`
      : ` at operation ${known.index}, client ${tellClient(known.client)}'s ${request}`;
  }

  /** In the model's words, unless it throws at that, too. */
  #words(tell: (model: Model<State, Input, Output>) => string): string {
    const model = this.#model;
    try {
      return tell(model);
    } catch {
      return tell({ name: model.name, init: () => model.init(), step: (state) => state });
    }
  }
}

const NO_ANSWER = { known: false } as const;

/** What was thrown, in a few words: mostly an error, but anything can be. */
export function describeError(error: unknown): string {
  return error instanceof Error ? String(error) : plainly(error);
}
