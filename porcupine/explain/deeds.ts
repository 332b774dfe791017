import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import { ValueNumbers } from "../fast/numbers.ts";
import type { Questions } from "../parts.ts";
import type { ModelKind, RegisterAction } from "../types.ts";

/** Operations on a register, by number; 0: it does nothing that could be seen. Values are numbers, the initial one `INITIAL`. */
export interface Deed {
  readonly op: Uint8Array;
  /** What was read, or is brought about. */
  readonly value: Int32Array;
  /** What a compare-and-set asked for. */
  readonly from: Int32Array;
}

/** What the operations of a partition that were called first did, if they are believed, and can have done if they are not. */
export interface Deeds {
  readonly count: number;
  readonly told: Deed;
  readonly open: Deed;
  readonly values: number;
}

/** Looks at the first `count` operations; `undefined` if it is not said of each what it did. */
export function deedsOf<Input, Output>(
  kind: Extract<ModelKind<Input, Output>, { type: "register" }>,
  questions: Questions<Input, Output>,
  count: number,
): Deeds | undefined {
  const numbers = new ValueNumbers(count);
  numbers.of(kind.initial);
  const told = noDeeds(count);
  const open = noDeeds(count);
  for (let k = 0; k < count; k++) {
    const answer = questions.answer(k);
    const action = kind.view(questions.input(k), answer);
    // Answered, but not whether it swapped.
    if (answer.known && action?.op === "cas" && action.swapped === "unknown") return undefined;
    const asked = kind.view(questions.input(k), { known: false });
    if (action === undefined || asked === undefined) return undefined;
    if (!note(told, k, action, numbers) || !note(open, k, asked, numbers)) return undefined;
  }
  return { count, told, open, values: numbers.count };
}

function noDeeds(count: number): Deed {
  return { op: new Uint8Array(count), value: new Int32Array(count), from: new Int32Array(count) };
}

/** Writes down what an operation does; false if a value is unequal to itself: then it has no number. */
function note({ op, value, from }: Deed, k: number, action: RegisterAction, numbers: ValueNumbers): boolean {
  if (action.op === "nothing") return true;
  if (action.op === "cas") {
    if (Number.isNaN(action.from) || Number.isNaN(action.to)) return false;
    op[k] = action.swapped === false ? FAILED : SWAP;
    from[k] = numbers.of(action.from);
    value[k] = numbers.of(action.to);
    return true;
  }
  if (Number.isNaN(action.value)) return false;
  op[k] = action.op === "read" ? READ : WRITE;
  value[k] = numbers.of(action.value);
  return true;
}

/** Whether an operation can be placed where the register holds a value. */
export function fits({ op, value, from }: Deed, k: number, now: number): boolean {
  if (op[k] === READ) return now === value[k];
  if (op[k] === SWAP) return now === from[k];
  return op[k] !== FAILED || now !== from[k];
}

/** What the register holds after it. */
export function after({ op, value }: Deed, k: number, now: number): number {
  return op[k] === WRITE || op[k] === SWAP ? value[k] : now;
}

/** Whether it changes the register. */
export function changes({ op }: Deed, k: number): boolean {
  return op[k] === WRITE || op[k] === SWAP;
}
