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

/** A request to a queue. */
export type QueueInput = { readonly f: "enqueue"; readonly value: Item } | { readonly f: "dequeue" };

/** A queue's answer: to a dequeue the value taken out, or `null` if there was none. */
export type QueueOutput = { readonly f: "enqueue" } | { readonly f: "dequeue"; readonly value: Item | null };

/**
 * A first-in, first-out queue, empty at the start.
 *
 * @example
 * ```ts
 * import { checkOperations, queueModel } from "@flotilla/flotilla/porcupine";
 *
 * const put = (value: string, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "enqueue", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "enqueue" } },
 * }) as const;
 * const verdict = checkOperations(queueModel(), [
 *   put("a", 0),
 *   put("b", 2),
 *   { client: 2, callAt: 4, input: { f: "dequeue" }, outcome: { status: "ok", returnAt: 5, output: { f: "dequeue", value: "b" } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function queueModel(): Model<readonly Item[], QueueInput, QueueOutput> {
  return {
    name: "queue",
    source: { module: import.meta.url, name: "queueModel" },
    init: () => [],
    step: stepQueue,
    key: itemsKey,
    effect: effectOf,
    describeOperation,
    describeState: (state) => `[${state.map(show).join(", ")}]`,
    sizeBytes: (state) => 32 + 16 * state.length,
    kind: { type: "queue", view },
  };
}

function stepQueue(
  state: readonly Item[],
  input: QueueInput,
  answer: Answer<QueueOutput>,
): readonly Item[] | Illegal {
  const output = outputOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (input.f === "enqueue") return [...state, input.value];
  if (output !== "unknown" && output.f === "dequeue") {
    const front = state.length === 0 ? null : state[0];
    if (output.value !== front) return ILLEGAL;
  }
  return state.length === 0 ? state : state.slice(1);
}

function effectOf(input: QueueInput, answer: Answer<QueueOutput>): Effect {
  const output = outputOf(input, answer);
  if (output === "foreign") return "update";
  if (input.f === "enqueue" || output === "unknown") return "blind";
  // A dequeue that found nothing is legal only where there is nothing, and leaves it so.
  return output.f === "dequeue" && output.value === null ? "read" : "update";
}

function view(input: QueueInput, answer: Answer<QueueOutput>): CollectionAction | undefined {
  const output = outputOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "enqueue") return { op: "insert", value: input.value };
  if (output === "unknown" || output.f !== "dequeue") return { op: "removeAny" };
  return output.value === null ? { op: "removeEmpty" } : { op: "remove", value: output.value };
}

function describeOperation(input: QueueInput, answer: Answer<QueueOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "enqueue" ? `enqueue(${show(input.value)})` : "dequeue()";
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  return output.f === "enqueue"
    ? asked
    : `${asked} -> ${output.value === null ? "empty" : show(output.value)}`;
}
