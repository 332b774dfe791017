import { type Answer, type CollectionAction, ILLEGAL, type Model, type ModelSource } from "../types.ts";
import {
  AN_ITEM,
  badRequest,
  foreign,
  isItem,
  isValue,
  type Item,
  noAnswer,
  unknownRequest,
} from "./answers.ts";
import { itemsKey } from "./items_key.ts";
import { show } from "./show.ts";

/** A request to a row of items: to put one in, or to take one out. */
type RowInput<Put extends string, Take extends string> =
  | { readonly f: Put; readonly value: Item }
  | { readonly f: Take };

type RowOutput<Put extends string, Take extends string> =
  | { readonly f: Put }
  | { readonly f: Take; readonly value: Item | null };

/** What makes a row of items a queue, a stack or a priority queue. */
export interface Row<Put extends string, Take extends string> {
  /** The model's name. */
  readonly name: string;
  /** See `ModelBase.source`. */
  readonly source: ModelSource;
  /** The word for putting an item in. */
  readonly put: Put;
  /** The word for taking one out. */
  readonly take: Take;
  /** The row with one item more. */
  readonly insert: (row: readonly Item[], item: Item) => readonly Item[];
  /** At which end items are taken out. */
  readonly takenFrom: "front" | "back";
  /** The well-known type that it is. */
  readonly kind: { readonly type: "queue" | "stack" } | {
    readonly type: "priorityQueue";
    readonly order: "min" | "max";
  };
}

/** What an operation says: of an answer to another request (`foreign`) nothing is known but that no object gives it. */
type Said =
  | { readonly op: "put"; readonly value: Item }
  | { readonly op: "took"; readonly value: Item | null }
  | { readonly op: "takeLost" }
  | { readonly op: "foreign" };

/** The model of such a row, empty at the start. */
export function rowModel<Put extends string, Take extends string>(
  row: Row<Put, Take>,
): Model<readonly Item[], RowInput<Put, Take>, RowOutput<Put, Take>> {
  const { name, source, takenFrom } = row;
  const puts = (input: RowInput<Put, Take>): input is { f: Put; value: Item } => input.f === row.put;
  const took = (output: RowOutput<Put, Take>): output is { f: Take; value: Item | null } =>
    output.f === row.take;
  const said = (input: RowInput<Put, Take>, answer: Answer<RowOutput<Put, Take>>): Said => {
    if (input?.f !== row.put && input?.f !== row.take) {
      return unknownRequest(input, name, `${row.put}, ${row.take}`);
    }
    if (answer.known && answer.output?.f !== input.f) return { op: foreign(input, answer.output) };
    if (puts(input)) {
      return isItem(input.value) ? { op: "put", value: input.value } : badRequest(input, `value: ${AN_ITEM}`);
    }
    if (!answer.known || !took(answer.output)) return { op: "takeLost" };
    const { value } = answer.output;
    return isValue(value)
      ? { op: "took", value }
      : noAnswer(input, answer.output, `value: ${AN_ITEM}, or null`);
  };
  return {
    name,
    source,
    init: () => [],
    step: (state, input, answer) => {
      const what = said(input, answer);
      if (what.op === "foreign") return ILLEGAL;
      if (what.op === "put") return row.insert(state, what.value);
      const next = state.length === 0 ? null : state[takenFrom === "front" ? 0 : state.length - 1];
      if (what.op === "took" && what.value !== next) return ILLEGAL;
      if (state.length === 0) return state;
      return takenFrom === "front" ? state.slice(1) : state.slice(0, -1);
    },
    key: itemsKey,
    tells: (state, input) => puts(input) ? undefined : state.at(takenFrom === "front" ? 0 : -1) ?? null,
    effect: (input, answer) => {
      const what = said(input, answer);
      if (what.op === "put" || what.op === "takeLost") return "blind";
      // Who found nothing was there where there is nothing, and leaves it so.
      return what.op === "took" && what.value === null ? "read" : "update";
    },
    describeOperation: (input, answer) => {
      const what = said(input, answer);
      const asked = puts(input) ? `${input.f}(${show(input.value)})` : `${input.f}()`;
      if (!answer.known || what.op === "foreign") return `${asked} -> ?`;
      return what.op === "took" ? `${asked} -> ${what.value === null ? "empty" : show(what.value)}` : asked;
    },
    describeState: (state) => `[${state.map(show).join(", ")}]`,
    sizeBytes: (state) => 32 + 16 * state.length,
    kind: { ...row.kind, view: (input, answer) => actionOf(said(input, answer)) },
  };
}

function actionOf(what: Said): CollectionAction | undefined {
  switch (what.op) {
    case "foreign":
      return undefined;
    case "put":
      return { op: "insert", value: what.value };
    case "takeLost":
      return { op: "removeAny" };
    case "took":
      return what.value === null ? { op: "removeEmpty" } : { op: "remove", value: what.value };
  }
}
