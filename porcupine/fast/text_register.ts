import { Questions, type Recorded } from "../parts.ts";
import type { Part } from "../parts.ts";
import type { Memory } from "../scratch.ts";
import type { Model, ModelKind, RegisterAction } from "../types.ts";
import { GET, PUT, Tokens } from "./tokens.ts";

type TextKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "text" }>;
type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/** A text as a register, which it is for as long as nothing is appended to it: of an append nothing is said. */
export function registerOf<Input, Output>(
  { initial, view }: TextKind<Input, Output>,
): RegisterKind<Input, Output> {
  return {
    type: "register",
    initial,
    view(input, answer): RegisterAction | undefined {
      const action = view(input, answer);
      switch (action?.op) {
        case "get":
          return { op: "read", value: action.value };
        case "put":
          return { op: "write", value: action.value };
        case "append":
          return undefined;
        default:
          return action;
      }
    },
  };
}

/**
 * The model by which it is explained why a partition is impossible. Texts that are only put are those of a register; where one
 * begins another ("1" and "12"), or is put twice, nothing is known of them as texts, and much as values.
 *
 * It goes by what was asked alone, so that it is the same whatever answers are believed.
 */
export function explainedAs<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: Recorded<Input, Output>,
  { part, memory }: { readonly part: Part; readonly memory: Memory },
): Model<State, Input, Output> {
  const { kind } = model;
  if (kind?.type !== "text") return model;
  const questions = new Questions(history, part);
  const op = memory.uint8(questions.count);
  const value: string[] = new Array(questions.count).fill("");
  for (let k = 0; k < questions.count; k++) {
    const action = kind.view(questions.input(k), UNKNOWN);
    if (action === undefined || action.op === "append") return model;
    if (action.op === "nothing") continue;
    op[k] = action.op === "get" ? GET : PUT;
    value[k] = action.value;
  }
  if (kind.initial === "" && Tokens.of({ op, value }, memory)?.unique === true) return model;
  return Object.create(model, { kind: { value: registerOf(kind), enumerable: true } });
}

const UNKNOWN = { known: false } as const;
