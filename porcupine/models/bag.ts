import type { Answer, CollectionAction, Effect, Model } from "../types.ts";
import {
  AN_ITEM,
  badRequest,
  compareItems,
  isItem,
  isValue,
  type Item,
  noAnswer,
  outputOf,
  unknownRequest,
} from "./answers.ts";
import { itemsKey } from "./items_key.ts";
import { show } from "./show.ts";

/** A request to a bag. */
export type BagInput = { readonly f: "enqueue"; readonly value: Item } | { readonly f: "dequeue" };

/** A bag's answer: to a dequeue the value taken out, or `null` if there was none. */
export type BagOutput = { readonly f: "enqueue" } | { readonly f: "dequeue"; readonly value: Item | null };

/** What a bag holds: every value with how many there are of it, the values in ascending order. */
export type BagState = readonly (readonly [value: Item, count: number])[];

/**
 * A queue that keeps no order, empty at the start: a dequeue takes out any of the values (knossos' `unordered-queue`).
 *
 * A whole history is decided without a search where every value is put in once, or nobody finds the bag empty; most others, too. On
 * line (`Checker`) it is searched: with more than a few clients that are never idle an answer may take very long.
 *
 * @example
 * ```ts
 * import { bagModel, checkOperations } from "@flotilla/flotilla/porcupine";
 *
 * const take = (value: string, at: number) => ({
 *   client: 2,
 *   callAt: at,
 *   input: { f: "dequeue" },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "dequeue", value } },
 * }) as const;
 * const put = (value: string, at: number) => ({
 *   client: 1,
 *   callAt: at,
 *   input: { f: "enqueue", value },
 *   outcome: { status: "ok", returnAt: at + 1, output: { f: "enqueue" } },
 * }) as const;
 * const history = [put("a", 0), put("b", 2), take("b", 4), take("a", 6)];
 * if (checkOperations(bagModel(), history).kind !== "ok") throw new Error("the order does not matter");
 * if (checkOperations(bagModel(), [...history, take("a", 8)]).kind !== "illegal") throw new Error("taken out twice");
 * ```
 */
export function bagModel(): Model<BagState, BagInput, BagOutput> {
  return {
    name: "bag",
    source: { module: import.meta.url, name: "bagModel" },
    init: () => [],
    steps: stepsOf,
    key: (state) => itemsKey(state.flat()),
    effect: effectOf,
    describeOperation,
    describeState: (state) => `{${state.map(([value, count]) => told(value, count)).join(", ")}}`,
    sizeBytes: (state) => 32 + 72 * state.length,
    kind: { type: "bag", view: actionOf },
  };
}

/** The answer, as `outputOf` has it; refuses what is no item. */
function answerOf(input: BagInput, answer: Answer<BagOutput>): BagOutput | "unknown" | "foreign" {
  if (input?.f !== "enqueue" && input?.f !== "dequeue") {
    return unknownRequest(input, "bag", "enqueue, dequeue");
  }
  if (input.f === "enqueue" && !isItem(input.value)) badRequest(input, `value: ${AN_ITEM}`);
  const output = outputOf(input, answer);
  if (typeof output === "string" || output.f === "enqueue" || isValue(output.value)) return output;
  return noAnswer(input, output, `value: ${AN_ITEM}, or null`);
}

function stepsOf(state: BagState, input: BagInput, answer: Answer<BagOutput>): readonly BagState[] {
  const output = answerOf(input, answer);
  if (output === "foreign") return [];
  if (input.f === "enqueue") return [withOne(state, input.value)];
  if (output === "unknown" || output.f !== "dequeue") {
    return state.length === 0 ? [state] : state.map(([value]) => without(state, value));
  }
  if (output.value === null) return state.length === 0 ? [state] : [];
  const { value } = output;
  return state.some(([held]) => held === value) ? [without(state, value)] : [];
}

function actionOf(input: BagInput, answer: Answer<BagOutput>): CollectionAction | undefined {
  const output = answerOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "enqueue") return { op: "insert", value: input.value };
  if (output === "unknown" || output.f !== "dequeue") return { op: "removeAny" };
  return output.value === null ? { op: "removeEmpty" } : { op: "remove", value: output.value };
}

function withOne(state: BagState, value: Item): BagState {
  const at = state.findIndex(([held]) => compareItems(held, value) >= 0);
  if (at < 0) return [...state, [value, 1]];
  const [held, count] = state[at];
  if (held !== value) return [...state.slice(0, at), [value, 1], ...state.slice(at)];
  return [...state.slice(0, at), [value, count + 1], ...state.slice(at + 1)];
}

function without(state: BagState, value: Item): BagState {
  return state.flatMap(([held, count]): BagState =>
    held !== value ? [[held, count]] : count > 1 ? [[held, count - 1]] : []
  );
}

function effectOf(input: BagInput, answer: Answer<BagOutput>): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  if (input.f === "enqueue") return "blind";
  // Who found nothing was there where there is nothing, and leaves it so.
  return output !== "unknown" && output.f === "dequeue" && output.value === null ? "read" : "update";
}

function describeOperation(input: BagInput, answer: Answer<BagOutput>): string {
  const asked = input.f === "enqueue" ? `enqueue(${show(input.value)})` : "dequeue()";
  const output = answerOf(input, answer);
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  if (output.f === "enqueue") return asked;
  return `${asked} -> ${output.value === null ? "empty" : show(output.value)}`;
}

function told(value: Item, count: number): string {
  return count === 1 ? show(value) : `${count} x ${show(value)}`;
}
