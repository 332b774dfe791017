import type { Answer, Value } from "../types.ts";

/** What collections hold: anything that is compared by `===`, except `null`, which stands for "nothing". */
export type Item = Exclude<Value, null>;

/** A request or an answer: `f` says of what kind. */
interface Named {
  readonly f: string;
}

/**
 * The answer, if it is known and answers this request; `"unknown"` if no answer came, `"foreign"` if it is the answer to a
 * request of another kind, which no object gives.
 */
export function outputOf<Input extends Named, Output extends Named>(
  input: Input,
  answer: Answer<Output>,
): Extract<Output, { f: Input["f"] }> | "unknown" | "foreign" {
  if (!answer.known) return "unknown";
  return answersTo(input, answer.output) ? answer.output : "foreign";
}

function answersTo<Input extends Named, Output extends Named>(
  input: Input,
  output: Output,
): output is Extract<Output, { f: Input["f"] }> {
  return output.f === input.f;
}

/** Items in ascending order: numbers and strings each among themselves, kinds by their names. */
export function compareItems(left: Item, right: Item): number {
  if (left === right) return 0;
  if (typeof left !== typeof right) return typeof left < typeof right ? -1 : 1;
  return left < right ? -1 : 1;
}

/** A text that differs for different items: `1` and `"1"` are not the same. */
export function itemKey(item: Value): string {
  return typeof item === "string"
    ? JSON.stringify(item)
    : typeof item === "bigint"
    ? `${item}n`
    : String(item);
}

/** The same for a row of items. */
export function itemsKey(items: readonly Value[]): string {
  return items.map(itemKey).join(",");
}
