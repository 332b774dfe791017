import {
  type Answer,
  type CollectionAction,
  type Effect,
  ILLEGAL,
  type Illegal,
  type Model,
} from "../types.ts";
import { type Item, itemsKey, outputOf } from "./answers.ts";
import { show } from "./show.ts";

/** A request to a stack. */
export type StackInput = { readonly f: "push"; readonly value: Item } | { readonly f: "pop" };

/** A stack's answer: to a pop the value taken off, or `null` if there was none. */
export type StackOutput = { readonly f: "push" } | { readonly f: "pop"; readonly value: Item | null };

/**
 * A last-in, first-out stack, empty at the start. The last item of a state is the top.
 *
 * @example
 * ```ts
 * import { checkOperations, stackModel } from "@flotilla/flotilla/porcupine";
 *
 * const push = (value: string, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "push", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "push" } },
 * }) as const;
 * const verdict = checkOperations(stackModel(), [
 *   push("a", 0),
 *   push("b", 2),
 *   { client: 2, callAt: 4, input: { f: "pop" }, outcome: { status: "ok", returnAt: 5, output: { f: "pop", value: "b" } } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function stackModel(): Model<readonly Item[], StackInput, StackOutput> {
  return {
    name: "stack",
    source: { module: import.meta.url, name: "stackModel" },
    init: () => [],
    step: stepStack,
    key: itemsKey,
    effect: effectOf,
    describeOperation,
    describeState: (state) => `[${state.map(show).join(", ")}]`,
    sizeBytes: (state) => 32 + 16 * state.length,
    kind: { type: "stack", view },
  };
}

function stepStack(
  state: readonly Item[],
  input: StackInput,
  answer: Answer<StackOutput>,
): readonly Item[] | Illegal {
  const output = outputOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (input.f === "push") return [...state, input.value];
  if (output !== "unknown" && output.f === "pop") {
    const top = state.length === 0 ? null : state[state.length - 1];
    if (output.value !== top) return ILLEGAL;
  }
  return state.length === 0 ? state : state.slice(0, -1);
}

function effectOf(input: StackInput, answer: Answer<StackOutput>): Effect {
  const output = outputOf(input, answer);
  if (output === "foreign") return "update";
  if (input.f === "push" || output === "unknown") return "blind";
  // A pop that found nothing is legal only where there is nothing, and leaves it so.
  return output.f === "pop" && output.value === null ? "read" : "update";
}

function view(input: StackInput, answer: Answer<StackOutput>): CollectionAction | undefined {
  const output = outputOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "push") return { op: "insert", value: input.value };
  if (output === "unknown" || output.f !== "pop") return { op: "removeAny" };
  return output.value === null ? { op: "removeEmpty" } : { op: "remove", value: output.value };
}

function describeOperation(input: StackInput, answer: Answer<StackOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "push" ? `push(${show(input.value)})` : "pop()";
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  return output.f === "push" ? asked : `${asked} -> ${output.value === null ? "empty" : show(output.value)}`;
}
