import { FAILED, READ, WRITE } from "../fast/register_table.ts";
import type { Value } from "../types.ts";
import type { ValueEntry } from "./value_entry.ts";

/** As many as there are bits in a mask. */
const MOST_REORDERED = 31;
/** So many operations are tried; what takes more is for a search that knows more rules. */
const EFFORT = 600;

/**
 * Another order of a few operations of a register from a value on; `undefined` if none is found soon, which proves nothing. Those
 * chosen that have an answer must be in it; the other chosen ones may, and of `others`, none of which has an answer, one of each
 * sort. They are tried as they are given, so that what stood in a good order before stands in much the same one again.
 */
export function reorderValues<Input, Output>(
  value: Value,
  chosen: readonly ValueEntry<Input, Output>[],
  others: readonly ValueEntry<Input, Output>[],
): readonly ValueEntry<Input, Output>[] | undefined {
  const entries = [...chosen];
  for (const other of others) {
    if (entries.length === MOST_REORDERED) break;
    if (!hasEqual(entries, chosen.length, other)) entries.push(other);
  }
  if (entries.length > MOST_REORDERED) return undefined;
  const attempt = new Attempt(value, entries);
  return attempt.extend(0, 0) ? attempt.order.map((k) => entries[k]) : undefined;
}

class Attempt {
  readonly order: number[] = [];

  readonly #entries: readonly ValueEntry<unknown, unknown>[];
  /** The first value, and those that are brought about; each operation's, by its number, or -1 if nobody brings it about. */
  readonly #values: Value[];
  readonly #made: number[] = [];
  readonly #asked: number[] = [];
  /** Those with an answer, those that change nothing, and for each operation those that returned before it was called. */
  readonly #owed: number;
  readonly #looks: number;
  readonly #before: number[] = [];
  /** By mask of what is placed: the values, as a mask, from which there is no way on. */
  readonly #dead = new Map<number, number>();
  #effort = EFFORT;

  constructor(value: Value, entries: readonly ValueEntry<unknown, unknown>[]) {
    this.#entries = entries;
    this.#values = [value];
    const values = this.#values;
    let [owed, looks] = [0, 0];
    for (let k = 0; k < entries.length; k++) {
      const { op, value: made, watched: { call, status } } = entries[k];
      if (op >= WRITE && !values.includes(made)) values.push(made);
      if (status === "returned") owed |= 1 << k;
      if (op === READ || op === FAILED) looks |= 1 << k;
      let before = 0;
      for (let j = 0; j < entries.length; j++) if (entries[j].watched.ret < call) before |= 1 << j;
      this.#before.push(before);
    }
    for (const { value: made, from } of entries) {
      this.#made.push(values.indexOf(made));
      this.#asked.push(values.indexOf(from));
    }
    this.#owed = owed;
    this.#looks = looks;
  }

  /** Whether those that are owed can be put after some that are placed, where the value of this number is. */
  extend(placed: number, value: number): boolean {
    const { length } = this.order;
    const now = this.#look(placed, value);
    if ((this.#owed & ~now) === 0 || this.#goOn(now, value)) return true;
    this.order.length = length;
    return false;
  }

  /** Reads that are owed are placed at once: that takes no way from the others. */
  #look(placed: number, value: number): number {
    let now = placed;
    for (let rest = this.#owed & this.#looks & ~now; rest !== 0;) {
      const bit = rest & -rest;
      rest ^= bit;
      const k = 31 - Math.clz32(bit);
      const isMet = this.#entries[k].op === READ ? this.#made[k] === value : this.#asked[k] !== value;
      if (!isMet || (this.#before[k] & ~now) !== 0) continue;
      this.order.push(k);
      now |= bit;
      // Others may have waited for that.
      rest = this.#owed & this.#looks & ~now;
    }
    return now;
  }

  #goOn(placed: number, value: number): boolean {
    const dead = this.#dead.get(placed) ?? 0;
    if ((dead & (1 << value)) !== 0) return false;
    for (let rest = ((2 << (this.#made.length - 1)) - 1) & ~this.#looks & ~placed; rest !== 0;) {
      const bit = rest & -rest;
      rest ^= bit;
      const k = 31 - Math.clz32(bit);
      if ((this.#before[k] & ~placed) !== 0) continue;
      if (--this.#effort < 0) return false;
      if (this.#entries[k].op !== WRITE && this.#asked[k] !== value) continue;
      // Who has no answer is of use only where something changes.
      if ((this.#owed & bit) === 0 && this.#made[k] === value) continue;
      this.order.push(k);
      if (this.extend(placed | bit, this.#made[k])) return true;
      this.order.pop();
    }
    this.#dead.set(placed, (this.#dead.get(placed) ?? 0) | (1 << value));
    return false;
  }
}

function hasEqual<Input, Output>(
  entries: readonly ValueEntry<Input, Output>[],
  from: number,
  { op, value, from: asked }: ValueEntry<Input, Output>,
): boolean {
  for (let k = from; k < entries.length; k++) {
    const one = entries[k];
    if (one.op === op && one.value === value && one.from === asked) return true;
  }
  return false;
}
