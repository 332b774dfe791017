import { type Answer, PorcupineError, type Value } from "../types.ts";
import { show } from "./show.ts";

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
  const { output } = answer;
  return isThere(output) && answersTo(input, output) ? output : foreign(input, output);
}

/**
 * Refuses a request that a model does not know. The types do so already; but plain JavaScript has none, and an operation that
 * is passed over is judged to be possible whatever it answered. `known` are the model's requests.
 */
export function unknownRequest(input: Named | null | undefined, model: string, known: string): never {
  throw new PorcupineError(
    "model-mismatch",
    `operation ${tell(input)} is unknown; the model ${model} has ${known}`,
  );
}

/**
 * Refuses a request that has its name, but not what belongs to it. Compared as it is, it would be judged by what it happens to
 * be: a text added to a counter makes a text, and two objects of the same fields are two values.
 */
export function badRequest(input: unknown, expected: string): never {
  throw new PorcupineError("model-mismatch", `operation ${tell(input)} is no request; expected ${expected}`);
}

/** Refuses what is no request at all; the rest of a model may then ask for its name. */
export function requireRequest(input: Named | null | undefined, model: string, known: string): void {
  if (input === null || input === undefined) unknownRequest(input, model, known);
}

/** Whether a collection can hold it: it is compared by `===`, and is not "nothing". */
export function isItem(value: unknown): value is Item {
  return value !== null && isValue(value);
}

/** The same, or `null`. */
export function isValue(value: unknown): value is Value {
  return value !== undefined && (typeof value !== "object" || value === null) && typeof value !== "function";
}

/** What an item is, for messages. */
export const AN_ITEM = "a number, a string, a bigint or a boolean";

/** Whether there is an answer to look at: this is asked for each operation, the rest only where something is wrong. */
function isThere<Output>(output: Output): boolean {
  return output !== undefined && output !== null;
}

/** What an answer is that does not name its request. Refuses what names none at all, as plain JavaScript may hand it in. */
export function foreign(input: Named, output: unknown): "foreign" {
  if (typeof output === "object" && output !== null && "f" in output) return "foreign";
  return noAnswer(input, output, `an output that names the request, as in { f: ${show(input.f)}, ... }`);
}

/** Refuses what is no answer. */
export function noAnswer(input: Named, output: unknown, expected: string): never {
  const message = `operation ${tell(input)} is answered ${tell(output)}; expected ${expected}, ` +
    `or the outcome "unknown" if it never returned`;
  throw new PorcupineError("model-mismatch", message);
}

function tell(object: unknown): string {
  if (object === undefined) return "undefined";
  if (typeof object !== "object" || object === null || Array.isArray(object)) return show(object);
  // What goes round in a circle cannot be written down.
  const told = (value: unknown): string => typeof value === "object" && value !== null ? "..." : show(value);
  return `{ ${Object.entries(object).map(([name, value]) => `${name}: ${told(value)}`).join(", ")} }`;
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
