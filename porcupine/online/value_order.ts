import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Value } from "../types.ts";
import { reorderValues } from "./value_reorder.ts";
import { NOWHERE, valueAfter, type ValueEntry, type ValueSplit } from "./value_entry.ts";

/** A change of the order that is being tried. */
interface Change<Input, Output> {
  /** Put in before the step of this index. */
  readonly at: number;
  readonly inserted: readonly ValueEntry<Input, Output>[];
  /** The step that is taken out; -1: none. */
  readonly gone: number;
}

/** So many operations may be told anew for one answer: what takes more is for a search. */
const EFFORT = 512;
/** Of so many operations, the last of the order, another order is looked for. */
const TAIL = 16;
/** It may be so many where one may stand further back. */
const LONGEST_TAIL = 20;
/** One that stands further back is not looked at. */
const REACH = 64;

/**
 * An order of a register's operations that explains all answers so far, from a value of the past on: `Witness`, but that no model is
 * asked. An answer costs a few comparisons, as a rule.
 *
 * Whatever it accepts is an order that explains everything: after each change the values follow from one another up to where they are
 * what they were before, and nothing is put before an operation that had returned when it was called. What it refuses may
 * be possible all the same.
 */
export class ValueOrder<Input, Output> {
  readonly #start: { value: Value };
  readonly #steps: ValueEntry<Input, Output>[] = [];
  /** The value after each step. */
  readonly #after: Value[] = [];
  /** Those of the steps whose answer is not in. */
  readonly #unanswered = new Set<ValueEntry<Input, Output>>();
  /** Those that the past has dealt with: they have no place in the order. */
  readonly #settled: Set<ValueEntry<Input, Output>>;
  #effort = 0;

  constructor(value: Value, settled: Iterable<ValueEntry<Input, Output>>) {
    this.#start = { value };
    this.#settled = new Set(settled);
  }

  /** How many operations the order has. */
  get length(): number {
    return this.#steps.length;
  }

  /** Takes over an order in place of the steps from `from` on; false if the values do not follow from one another. */
  follow(order: readonly ValueEntry<Input, Output>[], from = 0): boolean {
    const values: Value[] = [];
    let value = this.#before(from);
    for (const entry of order) {
      const next = valueAfter(value, entry);
      if (next === NOWHERE) return false;
      values.push(value = next);
    }
    this.#replace(from, this.#steps.length, order, values);
    return true;
  }

  /** The value before a step, and the operations from there on. */
  tail(from: number): { readonly value: Value; readonly entries: readonly ValueEntry<Input, Output>[] } {
    return { value: this.#before(from), entries: this.#steps.slice(from) };
  }

  /** Whether an operation without an answer could be put into the order. */
  isFree(entry: ValueEntry<Input, Output>): boolean {
    return !this.#unanswered.has(entry) && !this.#settled.has(entry);
  }

  /** The step of an operation whose answer was not in; `Infinity`: it has none. */
  placeOf(entry: ValueEntry<Input, Output>): number {
    return this.#unanswered.has(entry) ? this.#steps.lastIndexOf(entry) : Infinity;
  }

  /** The order at an instant, as far as some operations are concerned. */
  splitAt(instant: number, asked: readonly ValueEntry<Input, Output>[]): ValueSplit<Input, Output> {
    const steps = this.#steps;
    let at = steps.length;
    while (at > 0 && steps[at - 1].watched.ret >= instant) at--;
    const wanted = new Set(asked);
    const [before, after]: ValueEntry<Input, Output>[][] = [[], []];
    for (let k = 0; k < steps.length; k++) if (wanted.has(steps[k])) (k < at ? before : after).push(steps[k]);
    return { value: this.#before(at), before, after };
  }

  /**
   * Takes out the beginning of the order up to the last operation that returned before `call`, the first call of an
   * operation that is still open: nothing to come can stand before it.
   */
  forget(call: number): void {
    let at = this.#steps.length;
    while (at > 0 && this.#steps[at - 1].watched.ret >= call) at--;
    if (at === 0) return;
    this.#start.value = this.#after[at - 1];
    this.#after.splice(0, at);
    for (const entry of this.#steps.splice(0, at)) {
      if (entry.watched.status === "lost") this.#settled.add(entry);
      this.#unanswered.delete(entry);
    }
  }

  /**
   * Whether the answer that has just come fits into the order, which is changed if need be. Whoever was in it without an answer is
   * in it as what he was taken for.
   */
  accept(
    entry: ValueEntry<Input, Output>,
    unanswered: Iterable<ValueEntry<Input, Output>>,
  ): boolean {
    this.#effort = EFFORT;
    if (!this.#unanswered.has(entry)) {
      return this.#insert(entry) || this.#insertAfterAnother(entry, unanswered) ||
        this.#insertAfterMoved(entry) || this.#reorder(entry, unanswered);
    }
    // Where it stands it has done what it now says.
    if (entry.op !== FAILED) return this.#unanswered.delete(entry);
    return (this.#leave(entry, unanswered) && this.#insert(entry)) || this.#reorder(entry, unanswered);
  }

  #before(at: number): Value {
    return at === 0 ? this.#start.value : this.#after[at - 1];
  }

  /** The first place where an operation may stand: not before one that had returned when it was called. */
  #firstPlace({ watched: { call } }: ValueEntry<Input, Output>): number {
    let at = this.#steps.length;
    while (at > 0 && this.#steps[at - 1].watched.ret >= call) at--;
    return at;
  }

  /** The latest place at which it fits: first where it changes nothing, which most answers say, then anywhere. */
  #insert(entry: ValueEntry<Input, Output>): boolean {
    const { op, value, from } = entry;
    const steps = this.#steps;
    let at = steps.length;
    for (;; at--) {
      const found = this.#before(at);
      if (op === FAILED ? found !== from : op !== SWAP && found === value) {
        this.#put(at, entry, found);
        return true;
      }
      if (at === 0 || steps[at - 1].watched.ret < entry.watched.call) break;
    }
    if (op === READ || op === FAILED) return false;
    const first = at;
    for (at = steps.length; at >= first && this.#effort > 0; at--) {
      if (op === SWAP && this.#before(at) !== from) continue;
      if (this.#change({ at, inserted: [entry], gone: -1 })) return true;
    }
    return false;
  }

  /** Perhaps another one, whose answer is not in, took effect just before. */
  #insertAfterAnother(
    entry: ValueEntry<Input, Output>,
    unanswered: Iterable<ValueEntry<Input, Output>>,
  ): boolean {
    const first = this.#firstPlace(entry);
    for (const other of unanswered) {
      if (this.#effort <= 0) return false;
      if (other === entry || valueAfter(other.value, entry) === NOWHERE || !this.isFree(other)) continue;
      const least = Math.max(first, this.#firstPlace(other));
      for (let at = this.#steps.length; at >= least && this.#effort > 0; at--) {
        if (other.op === SWAP && this.#before(at) !== other.from) continue;
        if (this.#change({ at, inserted: [other, entry], gone: -1 })) return true;
      }
    }
    return false;
  }

  /** Perhaps one that stands too early took effect just before: as late as at a return that is after this one's call. */
  #insertAfterMoved(entry: ValueEntry<Input, Output>): boolean {
    const steps = this.#steps;
    const first = this.#firstPlace(entry);
    const { call } = entry.watched;
    for (let gone = first - 1; gone >= 0 && gone >= first - REACH && this.#effort > 0; gone--) {
      const moved = steps[gone];
      if (moved.op < WRITE || valueAfter(moved.value, entry) === NOWHERE || moved.watched.ret < call) {
        continue;
      }
      for (let at = gone + 1; at <= steps.length && this.#effort > 0; at++) {
        if (at >= first && this.#change({ at, inserted: [moved, entry], gone })) return true;
        if (at < steps.length && steps[at].watched.call > moved.watched.ret) break;
      }
    }
    return false;
  }

  /**
   * Takes out a compare-and-set that has not swapped: another one that brings its value about takes its place, or what
   * follows bears with it.
   */
  #leave(entry: ValueEntry<Input, Output>, unanswered: Iterable<ValueEntry<Input, Output>>): boolean {
    const gone = this.#steps.lastIndexOf(entry);
    for (const other of unanswered) {
      if (other.value !== entry.value || (other.op === SWAP && other.from !== entry.from)) continue;
      if (!this.isFree(other) || this.#firstPlace(other) > gone) continue;
      this.#steps[gone] = other;
      this.#unanswered.add(other);
      this.#unanswered.delete(entry);
      return true;
    }
    return this.#change({ at: gone, inserted: [], gone }) || this.#exchange(entry, gone);
  }

  /** The same, where a write of its value that stands later, and is not needed there, can stand in its place. */
  #exchange(entry: ValueEntry<Input, Output>, gone: number): boolean {
    const steps = this.#steps;
    let firstReturn = Infinity;
    for (let at = gone + 1; at < steps.length && at <= gone + REACH; at++) {
      const other = steps[at];
      const { call, ret } = other.watched;
      if (
        other.op === WRITE && other.value === entry.value && call < firstReturn &&
        this.#change({ at, inserted: [], gone: at })
      ) {
        this.#steps[gone] = other;
        this.#unanswered.delete(entry);
        if (other.watched.status !== "returned") this.#unanswered.add(other);
        return true;
      }
      firstReturn = Math.min(firstReturn, ret);
    }
    return false;
  }

  /** Another order of the last operations, and of those without an answer that may stand among them, one of each sort. */
  #reorder(entry: ValueEntry<Input, Output>, unanswered: Iterable<ValueEntry<Input, Output>>): boolean {
    const { length } = this.#steps;
    const from = Math.max(0, length - LONGEST_TAIL, Math.min(length - TAIL, this.#firstPlace(entry)));
    if (this.placeOf(entry) < from) return false;
    const entries = this.#steps.slice(from);
    if (!this.#unanswered.has(entry)) entries.push(entry);
    const others = Array.from(unanswered).filter((other) => this.isFree(other));
    const order = reorderValues(this.#before(from), entries, others);
    return order !== undefined && this.follow(order, from);
  }

  #put(at: number, entry: ValueEntry<Input, Output>, value: Value): void {
    if (at === this.#steps.length) {
      this.#steps.push(entry);
      this.#after.push(value);
    } else {
      this.#steps.splice(at, 0, entry);
      this.#after.splice(at, 0, value);
    }
  }

  /**
   * Changes the order, if what comes after the change bears with it. An operation whose answer is not in need not be in the
   * order: one that stands in the way is left out.
   */
  #change({ at, inserted, gone }: Change<Input, Output>): boolean {
    const steps = this.#steps;
    const from = gone >= 0 && gone < at ? gone : at;
    const made: ValueEntry<Input, Output>[] = [];
    const values: Value[] = [];
    let value = this.#before(from);
    for (let k = from;; k++) {
      if (k === at) {
        for (const entry of inserted) {
          const next = valueAfter(value, entry);
          if (next === NOWHERE) return false;
          made.push(entry);
          values.push(value = next);
        }
      }
      if (k === steps.length || (k >= at && k > gone && value === this.#before(k))) {
        this.#replace(from, k, made, values);
        return true;
      }
      if (k === gone) continue;
      if (--this.#effort < 0) return false;
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
    for (let k = from; k < to && this.#unanswered.size > 0; k++) this.#unanswered.delete(this.#steps[k]);
    for (const entry of made) if (entry.watched.status !== "returned") this.#unanswered.add(entry);
    this.#steps.splice(from, to - from, ...made);
    this.#after.splice(from, to - from, ...values);
  }
}
