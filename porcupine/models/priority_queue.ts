import {
  type Answer,
  type CollectionAction,
  type Effect,
  ILLEGAL,
  type Illegal,
  type Model,
} from "../types.ts";
import { compareItems, type Item, itemsKey, outputOf } from "./answers.ts";
import { show } from "./show.ts";

/** A request to a priority queue. A value is its own priority. */
export type PriorityQueueInput = { readonly f: "insert"; readonly value: Item } | { readonly f: "extract" };

/** The answer: to an extraction the foremost value, or `null` if there was none. */
export type PriorityQueueOutput =
  | { readonly f: "insert" }
  | { readonly f: "extract"; readonly value: Item | null };

/** Which value is the foremost. */
export interface PriorityQueueOptions {
  /** `min` (default): the least value is extracted first; `max`: the greatest. */
  readonly order?: "min" | "max";
}

/**
 * A priority queue, empty at the start. Numbers, strings and bigints are compared by `<`, different kinds by the names of
 * their types.
 *
 * @example
 * ```ts
 * import { checkOperations, priorityQueueModel } from "@flotilla/flotilla/porcupine";
 *
 * const insert = (value: number, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "insert", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "insert" } },
 * }) as const;
 * const verdict = checkOperations(priorityQueueModel(), [
 *   insert(5, 0),
 *   insert(3, 2),
 *   { client: 2, callAt: 4, input: { f: "extract" }, outcome: { status: "ok", returnAt: 5, output: { f: "extract", value: 5 } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function priorityQueueModel(
  options: PriorityQueueOptions = {},
): Model<readonly Item[], PriorityQueueInput, PriorityQueueOutput> {
  const order = options.order ?? "min";
  const compare = order === "min" ? compareItems : (left: Item, right: Item) => compareItems(right, left);
  return {
    name: "priority queue",
    source: { module: import.meta.url, name: "priorityQueueModel", arguments: [options] },
    init: () => [],
    step: (state, input, answer) => stepQueue(state, input, answer, compare),
    key: itemsKey,
    effect: effectOf,
    describeOperation,
    describeState: (state) => `[${state.map(show).join(", ")}]`,
    sizeBytes: (state) => 32 + 16 * state.length,
    kind: { type: "priorityQueue", order, view },
  };
}

function stepQueue(
  state: readonly Item[],
  input: PriorityQueueInput,
  answer: Answer<PriorityQueueOutput>,
  compare: (left: Item, right: Item) => number,
): readonly Item[] | Illegal {
  const output = outputOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (input.f === "insert") {
    const after = state.findIndex((item) => compare(item, input.value) > 0);
    const at = after < 0 ? state.length : after;
    return [...state.slice(0, at), input.value, ...state.slice(at)];
  }
  if (output !== "unknown" && output.f === "extract") {
    const first = state.length === 0 ? null : state[0];
    if (output.value !== first) return ILLEGAL;
  }
  return state.length === 0 ? state : state.slice(1);
}

function effectOf(input: PriorityQueueInput, answer: Answer<PriorityQueueOutput>): Effect {
  const output = outputOf(input, answer);
  if (output === "foreign") return "update";
  if (input.f === "insert" || output === "unknown") return "blind";
  // An extraction that found nothing is legal only where there is nothing, and leaves it so.
  return output.f === "extract" && output.value === null ? "read" : "update";
}

function view(input: PriorityQueueInput, answer: Answer<PriorityQueueOutput>): CollectionAction | undefined {
  const output = outputOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "insert") return { op: "insert", value: input.value };
  if (output === "unknown" || output.f !== "extract") return { op: "removeAny" };
  return output.value === null ? { op: "removeEmpty" } : { op: "remove", value: output.value };
}

function describeOperation(input: PriorityQueueInput, answer: Answer<PriorityQueueOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "insert" ? `insert(${show(input.value)})` : "extract()";
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  return output.f === "insert"
    ? asked
    : `${asked} -> ${output.value === null ? "empty" : show(output.value)}`;
}
