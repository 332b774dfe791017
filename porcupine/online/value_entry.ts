import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Answer, ModelKind, RegisterAction, Value } from "../types.ts";
import type { Watched } from "./watched.ts";

/** The kind of a register. */
export type RegisterKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "register" }>;

/** An operation that does nothing, as far as is known: a read without an answer. */
export const NOTHING = 0;

/** An operation on a register, as long as it is kept. */
export interface ValueEntry<Input, Output> {
  readonly watched: Watched<Input, Output>;
  /** What the view said at the call. */
  readonly asked: RegisterAction["op"];
  /** One of `register_table`, or `NOTHING`. */
  op: number;
  /** What it read, or brings about. */
  value: Value;
  /** What a compare-and-set asks for. */
  readonly from: Value;
}

/** What an operation has done. */
export type Deed = Pick<ValueEntry<unknown, unknown>, "op" | "value">;

/** In place of a value: an operation is impossible there. */
export const NOWHERE: unique symbol = Symbol("nowhere");

const UNKNOWN: Answer<never> = { known: false };
const NOTHING_DONE: Deed = { op: NOTHING, value: null };

/** An operation that has been called; `undefined` if that is not to be understood. */
export function entryOf<Input, Output>(
  kind: RegisterKind<Input, Output>,
  watched: Watched<Input, Output>,
): ValueEntry<Input, Output> | undefined {
  const action = kind.view(watched.input, UNKNOWN);
  switch (action?.op) {
    case "nothing":
      return { watched, asked: "nothing", op: NOTHING, value: null, from: null };
    case "write":
      // A value unequal to itself: who read which?
      return Number.isNaN(action.value)
        ? undefined
        : { watched, asked: "write", op: WRITE, value: action.value, from: null };
    case "cas": {
      const { from, to, swapped } = action;
      if (Number.isNaN(from) || Number.isNaN(to) || swapped !== "unknown") return undefined;
      // What replaces a value by itself changes nothing.
      return { watched, asked: "cas", op: from === to ? NOTHING : SWAP, value: to, from };
    }
    default:
      return undefined;
  }
}

/** What an operation has done, now that it is answered; `undefined` if that is not to be understood, or does not go with the call. */
export function deedOf<Input, Output>(
  kind: RegisterKind<Input, Output>,
  { watched: { input, answer }, asked, value, from }: ValueEntry<Input, Output>,
): Deed | undefined {
  const action = kind.view(input, answer);
  switch (action?.op) {
    case "nothing":
      return NOTHING_DONE;
    case "read":
      return asked !== "nothing" || Number.isNaN(action.value)
        ? undefined
        : { op: READ, value: action.value };
    case "write":
      return asked === "write" && action.value === value ? { op: WRITE, value } : undefined;
    case "cas":
      if (asked !== "cas" || action.from !== from || action.to !== value) return undefined;
      if (action.swapped === "unknown") return undefined;
      return { op: !action.swapped ? FAILED : from === value ? READ : SWAP, value };
    default:
      return undefined;
  }
}

/** The value that an operation leaves behind where it finds another, or the same. */
export function valueAfter(
  found: Value,
  { op, value, from }: Pick<ValueEntry<unknown, unknown>, "op" | "value" | "from">,
): Value | typeof NOWHERE {
  switch (op) {
    case WRITE:
      return value;
    case READ:
      return found === value ? found : NOWHERE;
    case FAILED:
      return found === from ? NOWHERE : found;
    default:
      return found === from ? value : NOWHERE;
  }
}

/** How an order stands at an instant: the value after the last operation that returned before it, and what comes until then. */
export interface ValueSplit<Input, Output> {
  readonly value: Value;
  /** Of the operations asked about those that come until then, and those that come later. */
  readonly before: readonly ValueEntry<Input, Output>[];
  readonly after: readonly ValueEntry<Input, Output>[];
}

/** By call. */
export function byCall(
  { watched: left }: ValueEntry<unknown, unknown>,
  { watched: right }: ValueEntry<unknown, unknown>,
): number {
  return left.call - right.call;
}

/** By return. */
export function byReturn(
  { watched: left }: ValueEntry<unknown, unknown>,
  { watched: right }: ValueEntry<unknown, unknown>,
): number {
  return left.ret - right.ret;
}
