import type { Answer, Model, Operation } from "./types.ts";

/** Longer texts are cut in the middle: a sentence is no place for a megabyte. */
const MAX_CHARS = 160;

/** An operation in a few words. */
export function tellOperation<State, Input, Output>(
  model: Model<State, Input, Output>,
  { input, outcome }: Pick<Operation<Input, Output>, "input" | "outcome">,
): string {
  return tellRequest(
    model,
    input,
    outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false },
  );
}

/** A request and its answer: in the model's words, else as they stand. */
export function tellRequest<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  answer: Answer<Output>,
): string {
  return model.describeOperation?.(input, answer) ??
    `${plainly(input)} -> ${answer.known ? plainly(answer.output) : "?"}`;
}

/** Who asked. From plain JavaScript it may be anything: of a symbol, or an object without a text, the host makes none by itself, and throws. */
export function tellClient(client: unknown): string {
  return typeof client === "object" ? plainly(client) : String(client);
}

/** A partition's key as a text of bounded length. */
export function tellKey(key: string): string {
  return JSON.stringify(key.length <= MAX_CHARS ? key : `${key.slice(0, MAX_CHARS / 4)}...${key.slice(-8)}`);
}

/** A state in a few words. */
export function tellState<State, Input, Output>(model: Model<State, Input, Output>, state: State): string {
  return model.describeState?.(state) ?? plainly(state);
}

/** Any value as a text of bounded length. */
export function plainly(value: unknown): string {
  const text = worded(value);
  if (text.length <= MAX_CHARS) return text;
  return `${text.slice(0, MAX_CHARS / 2)}...${text.slice(-MAX_CHARS / 4)}`;
}

/** Any value as a text. What JSON has no word for must not throw: a verdict, or a page, would be lost over its wording. */
export function worded(value: unknown): string {
  try {
    return JSON.stringify(value, (_name, part) => sayable(part)) ?? String(value);
  } catch {
    return outlined(value);
  }
}

/** What goes round in a circle, by its fields, without what they hold: the host has no text for it, or throws. */
function outlined(value: unknown): string {
  const fields = Object.keys(Object(value)).map((name) => `${JSON.stringify(name)}:${fieldOf(value, name)}`);
  return `{${fields.length === 0 ? "..." : fields.join(",")}}`;
}

/** A field that throws when it is read must not take the verdict with it. */
function fieldOf(value: unknown, name: string): string {
  try {
    const part: unknown = Reflect.get(Object(value), name);
    return typeof part === "object" && part !== null ? "..." : plainly(part);
  } catch {
    return "...";
  }
}

function sayable(part: unknown): unknown {
  if (typeof part === "bigint") return `${part}n`;
  if (typeof part === "number" && !Number.isFinite(part)) return String(part);
  if (part instanceof Map || part instanceof Set) return [...part];
  return part;
}
