import type { Value } from "../types.ts";
import { NOWHERE, valueAfter, type ValueEntry } from "./value_entry.ts";

/** A change of the order that is being tried. */
export interface Change<Input, Output> {
  /** Put in before the step of this index. */
  readonly at: number;
  readonly inserted: readonly ValueEntry<Input, Output>[];
  /** The step that is taken out; -1: none. */
  readonly gone: number;
}

/** Operations of a register in an order, with the value after each, from a value on. */
export class ValueLine<Input, Output> {
  readonly steps: ValueEntry<Input, Output>[] = [];
  /** Those of the steps whose answer is not in. */
  readonly unanswered = new Set<ValueEntry<Input, Output>>();
  /** So many operations may still be told anew for the answer at hand. */
  effort = 0;

  #start: Value;
  /** The value after each step. */
  readonly #after: Value[] = [];

  /** An order without operations. */
  constructor(value: Value) {
    this.#start = value;
  }

  /** The value before a step. */
  before(at: number): Value {
    return at === 0 ? this.#start : this.#after[at - 1];
  }

  /** The first place where an operation may stand: not before one that had returned when it was called. */
  firstPlace({ watched: { call } }: ValueEntry<Input, Output>): number {
    let at = this.steps.length;
    while (at > 0 && this.steps[at - 1].watched.ret >= call) at--;
    return at;
  }

  /** Takes over an order in place of the steps from `from` on; false if the values do not follow from one another. */
  follow(order: readonly ValueEntry<Input, Output>[], from = 0): boolean {
    const values: Value[] = [];
    let value = this.before(from);
    for (const entry of order) {
      const next = valueAfter(value, entry);
      if (next === NOWHERE) return false;
      values.push(value = next);
    }
    this.#replace(from, this.steps.length, order, values);
    return true;
  }

  /** Takes out the first steps. */
  forget(count: number): readonly ValueEntry<Input, Output>[] {
    if (count === 0) return [];
    this.#start = this.#after[count - 1];
    this.#after.splice(0, count);
    const gone = this.steps.splice(0, count);
    for (const entry of gone) this.unanswered.delete(entry);
    return gone;
  }

  /** Takes out a step that changes nothing, or is overwritten by the next one. */
  take(at: number): void {
    this.steps.splice(at, 1);
    this.#after.splice(at, 1);
  }

  /** Puts an operation before a step, where it changes nothing. */
  put(at: number, entry: ValueEntry<Input, Output>, value: Value): void {
    if (at === this.steps.length) {
      this.steps.push(entry);
      this.#after.push(value);
    } else {
      this.steps.splice(at, 0, entry);
      this.#after.splice(at, 0, value);
    }
  }

  /**
   * Changes the order, if what comes after the change bears with it. An operation whose answer is not in need not be in the
   * order: one that stands in the way is left out.
   */
  change({ at, inserted, gone }: Change<Input, Output>): boolean {
    const steps = this.steps;
    const from = gone >= 0 && gone < at ? gone : at;
    const made: ValueEntry<Input, Output>[] = [];
    const values: Value[] = [];
    let value = this.before(from);
    for (let k = from;; k++) {
      if (k === at) {
        for (const entry of inserted) {
          const next = valueAfter(value, entry);
          if (next === NOWHERE) return false;
          made.push(entry);
          values.push(value = next);
        }
      }
      if (k === steps.length || (k >= at && k > gone && value === this.before(k))) {
        this.#replace(from, k, made, values);
        return true;
      }
      if (k === gone) continue;
      if (--this.effort < 0) return false;
      const next = valueAfter(value, steps[k]);
      if (next !== NOWHERE) {
        made.push(steps[k]);
        values.push(value = next);
      } else if (steps[k].watched.status === "returned") return false;
    }
  }

  #replace(
    from: number,
    to: number,
    made: readonly ValueEntry<Input, Output>[],
    values: readonly Value[],
  ): void {
    for (let k = from; k < to && this.unanswered.size > 0; k++) this.unanswered.delete(this.steps[k]);
    for (const entry of made) if (entry.watched.status !== "returned") this.unanswered.add(entry);
    this.steps.splice(from, to - from, ...made);
    this.#after.splice(from, to - from, ...values);
  }
}
