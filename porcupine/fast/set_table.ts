import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { ModelKind, Value } from "../types.ts";
import { ValueNumbers } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";

type SetKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "wholeSet" }>;

/** A fast path's finding that a history is impossible. */
export type Refused = Extract<FastResult, { verdict: "illegal" }>;

/** Codes of what was done; 0 is nothing. */
export const ADD = 1;
/** The value was there. */
export const PRESENT = 2;
/** It was not. */
export const ABSENT = 3;
/** All members were read. */
export const MEMBERS = 4;

/**
 * What was done to a set from which nothing was taken out. Instants are gaps: gap `g` lies between the events of rank `g` and `g + 1`,
 * and an operation can take effect in the gaps from its call to just before its return. Arrays of values go by their numbers.
 */
export interface SetTable {
  readonly part: Part;
  /** By operation: the codes above, and the number of its value. */
  readonly op: Uint8Array;
  readonly value: Int32Array;
  readonly values: number;
  /** Who read all members, by call; and what each read, every value once. */
  readonly reads: readonly number[];
  readonly sets: readonly Int32Array[];
  /** The add that can have put a value in first of all: the one that did so, if somebody was told; -1: none. */
  readonly maker: Int32Array;
  /** The first gap in which a value can have come, and the last one (`NEVER`: at any time, or not at all). */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The operations whose answers these bounds come from; -1: none. */
  readonly lowBy: Int32Array;
  readonly highBy: Int32Array;
}

/**
 * Draws what can be drawn from each answer alone; `undefined` if something was taken out, or is not to be understood here.
 *
 * A value comes once, with the first add of it to take effect, and stays. It comes no sooner than the first of its adds is called -
 * nor than the one that was told that it changed something - or somebody who did not find it; and no later than somebody returns who
 * found it, or who added it: whether another had done so before or not, it is there by then.
 */
export function tabulateSet<Input, Output>(
  kind: SetKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): SetTable | Refused | undefined {
  const { count, part } = questions;
  const op = new Uint8Array(count);
  const value = new Int32Array(count).fill(-1);
  const told = new Uint8Array(count);
  const numbers = new ValueNumbers(count);
  const members = new Members(numbers, budget);
  const reads: number[] = [];
  const sets: Int32Array[] = [];
  let grows = true;
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = kind.view(questions.input(k), questions.answer(k));
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    // Who has no answer saw nothing.
    const isLost = part.ret[k] === NEVER;
    if (action.op === "members") {
      const found = isLost ? undefined : members.of(action.values);
      if (found === undefined) return undefined;
      op[k] = MEMBERS;
      reads.push(k);
      sets.push(found);
      continue;
    }
    // Values are found again by `===`.
    if (Number.isNaN(action.value)) return undefined;
    value[k] = numbers.of(action.value);
    if (action.op === "remove") grows = false;
    else if (action.op === "contains") {
      if (isLost) return undefined;
      op[k] = action.present ? PRESENT : ABSENT;
    } else {
      if (isLost && action.changed) return undefined;
      op[k] = ADD;
      told[k] = action.changed ? 1 : 0;
    }
  }
  const rows = { part, op, value, values: numbers.count, reads, sets };
  const bounds = boundsOf(rows, told);
  // Whatever was taken out: nobody finds what nobody added.
  const stranger = findStranger(rows, bounds.maker, budget);
  if (stranger !== undefined) return stranger;
  if (!grows) return undefined;
  return "verdict" in bounds ? bounds : { ...rows, ...bounds };
}

/** Numbers the members that were read, each once, and looks at the clock meanwhile: of ten thousand reads there are millions. */
class Members {
  readonly #numbers: ValueNumbers;
  readonly #budget: Budget;
  /** By number: the last read that had it. */
  readonly #seen: number[] = [];
  #reads = 0;
  #looked = 0;

  constructor(numbers: ValueNumbers, budget: Budget) {
    this.#numbers = numbers;
    this.#budget = budget;
  }

  /** `undefined` if something is no value that is found again by `===`. */
  of(values: readonly Value[]): Int32Array | undefined {
    if (!Array.isArray(values)) return undefined;
    const read = ++this.#reads;
    const found = new Int32Array(values.length);
    let length = 0;
    for (const value of values) {
      this.#budget.tick(this.#looked++);
      // Who adds NaN, or asks for it, has left all this to the search already: so nobody added it, and the answer is impossible. The
      // search says so, too; here NaN would be found by its number, unlike everywhere else.
      if (Number.isNaN(value)) return undefined;
      const number = this.#numbers.of(value);
      while (this.#seen.length <= number) this.#seen.push(0);
      if (this.#seen[number] === read) continue;
      this.#seen[number] = read;
      found[length++] = number;
    }
    return length === values.length ? found : found.slice(0, length);
  }
}

type Rows = Pick<SetTable, "part" | "op" | "value" | "values" | "reads" | "sets">;

type SetBounds = Pick<SetTable, "maker" | "low" | "high" | "lowBy" | "highBy">;

/** `told`: by add, whether it was told that it changed something. If two were told so of one value, that is refused. */
function boundsOf(
  { part: { call, ret }, op, value, values }: Rows,
  told: Uint8Array,
): SetBounds | (Refused & Pick<SetBounds, "maker">) {
  const maker = new Int32Array(values).fill(-1);
  const low = new Int32Array(values).fill(-1);
  const high = new Int32Array(values).fill(NEVER);
  const lowBy = new Int32Array(values).fill(-1);
  const highBy = new Int32Array(values).fill(-1);
  let both: readonly number[] = [];
  // By call, so that the first add of a value is its maker unless another one was told so.
  for (let k = 0; k < op.length; k++) {
    const v = value[k];
    if (op[k] !== ADD) continue;
    const isKnown = maker[v] >= 0 && told[maker[v]] === 1;
    if (isKnown && told[k] === 1) both = [maker[v], k];
    if (maker[v] >= 0 && (isKnown || told[k] === 0)) continue;
    maker[v] = k;
    low[v] = call[k];
    lowBy[v] = told[k] === 1 ? k : -1;
  }
  for (let k = 0; k < op.length; k++) {
    const v = value[k];
    if (op[k] === ABSENT && call[k] > low[v]) [low[v], lowBy[v]] = [call[k], k];
    if (op[k] !== ADD && op[k] !== PRESENT || ret[k] === NEVER) continue;
    if (ret[k] - 1 < high[v]) [high[v], highBy[v]] = [ret[k] - 1, k];
  }
  if (both.length === 0) return { maker, low, high, lowBy, highBy };
  return { verdict: "illegal", suspects: both, reason: "what stays in the set is added once", maker };
}

/** Who found a value that nobody added. */
function findStranger(
  { op, value, reads, sets }: Rows,
  maker: Int32Array,
  budget: Budget,
): Refused | undefined {
  const refuse = (k: number): Refused => ({
    verdict: "illegal",
    suspects: [k],
    reason: "nobody else added that",
  });
  for (let k = 0; k < op.length; k++) if (op[k] === PRESENT && maker[value[k]] < 0) return refuse(k);
  let looked = 0;
  for (let i = 0; i < reads.length; i++) {
    for (const v of sets[i]) {
      budget.tick(looked++);
      if (maker[v] < 0) return refuse(reads[i]);
    }
  }
  return undefined;
}
