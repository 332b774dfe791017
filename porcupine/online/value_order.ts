import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Value } from "../types.ts";
import { orderInChains } from "./value_chains.ts";
import { reorderValues } from "./value_reorder.ts";
import { NOWHERE, valueAfter, type ValueEntry, type ValueSplit } from "./value_entry.ts";
import { ValueLine } from "./value_line.ts";

/** So many operations may be told anew for one answer: what takes more is for a search. */
const EFFORT = 512;
/** Of so many operations, the last of the order, another order is looked for. */
const TAIL = 16;
/** It may be so many where one may stand further back. */
const LONGEST_TAIL = 20;
/** With more without an answer than this it is seldom found by trying. */
const FEW = 8;
/** So many of them, few at first, are put in another order where the values say what stands together. */
const CHAINED = [24, 72];
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
  readonly #line: ValueLine<Input, Output>;
  /** Those that the past has dealt with: they have no place in the order. */
  readonly #settled: Set<ValueEntry<Input, Output>>;

  constructor(value: Value, settled: Iterable<ValueEntry<Input, Output>>) {
    this.#line = new ValueLine(value);
    this.#settled = new Set(settled);
  }

  /** How many operations the order has. */
  get length(): number {
    return this.#line.steps.length;
  }

  /** Takes over an order in place of the steps from `from` on; false if the values do not follow from one another. */
  follow(order: readonly ValueEntry<Input, Output>[], from = 0): boolean {
    return this.#line.follow(order, from);
  }

  /** The value before a step, and the operations from there on. */
  tail(from: number): { readonly value: Value; readonly entries: readonly ValueEntry<Input, Output>[] } {
    return { value: this.#line.before(from), entries: this.#line.steps.slice(from) };
  }

  /** Whether the past has dealt with an operation, as far as the order says. */
  isSettled(entry: ValueEntry<Input, Output>): boolean {
    return this.#settled.has(entry);
  }

  /** Whether an operation without an answer could be put into the order. */
  isFree(entry: ValueEntry<Input, Output>): boolean {
    return !this.#line.unanswered.has(entry) && !this.#settled.has(entry);
  }

  /** The step of an operation whose answer was not in; `Infinity`: it has none. */
  placeOf(entry: ValueEntry<Input, Output>): number {
    return this.#line.unanswered.has(entry) ? this.#line.steps.lastIndexOf(entry) : Infinity;
  }

  /** The order at an instant, as far as some operations are concerned. */
  splitAt(instant: number, asked: readonly ValueEntry<Input, Output>[]): ValueSplit<Input, Output> {
    const steps = this.#line.steps;
    let at = steps.length;
    while (at > 0 && steps[at - 1].watched.ret >= instant) at--;
    const wanted = new Set(asked);
    // What was lost, or hangs, may have been used up in the part of the order that is forgotten: it is not there to be used again.
    const before = asked.filter((one) => one.watched.status !== "returned" && this.#settled.has(one));
    const after: ValueEntry<Input, Output>[] = [];
    for (let k = 0; k < steps.length; k++) if (wanted.has(steps[k])) (k < at ? before : after).push(steps[k]);
    return { value: this.#line.before(at), before, after };
  }

  /** Whether it changes nothing where the order comes to its place by an instant, as far as that is still known. */
  shows(entry: ValueEntry<Input, Output>, instant: number): boolean {
    const { steps } = this.#line;
    let at = steps.length;
    while (at > 0 && steps[at - 1].watched.ret >= instant) at--;
    const first = this.#line.firstPlace(entry);
    while (at >= first && valueAfter(this.#line.before(at), entry) === NOWHERE) at--;
    return at >= first;
  }

  /**
   * Takes out the beginning of the order up to the last operation that returned before `call`, the first call of an
   * operation that is still open and does not hang: nothing else to come can stand before it.
   */
  forget(call: number): void {
    let at = this.#line.steps.length;
    while (at > 0 && this.#line.steps[at - 1].watched.ret >= call) at--;
    for (const entry of this.#line.forget(at)) {
      if (entry.watched.status !== "returned") this.#settled.add(entry);
    }
  }

  /** Takes some out, as far as others that are open take their place or what follows bears with it; true if none is left. */
  leaveOut(
    some: ReadonlySet<ValueEntry<Input, Output>>,
    unanswered: ReadonlySet<ValueEntry<Input, Output>>,
  ): boolean {
    const lost = [...this.#line.unanswered].filter((entry) => some.has(entry));
    if (lost.length === 0) return true;
    const open = new Set([...unanswered].filter((entry) => !some.has(entry)));
    for (const entry of lost) {
      this.#line.effort = EFFORT;
      // The order may have been changed without it by now.
      if (this.#line.unanswered.has(entry)) this.#leave(entry, open);
    }
    return !lost.some((entry) => this.#line.unanswered.has(entry));
  }

  /**
   * Whether the answer that has just come fits into the order, which is changed if need be. Whoever was in it without an answer is
   * in it as what he was taken for.
   */
  accept(
    entry: ValueEntry<Input, Output>,
    unanswered: ReadonlySet<ValueEntry<Input, Output>>,
  ): boolean {
    this.#line.effort = EFFORT;
    if (!this.#line.unanswered.has(entry)) {
      return this.#insert(entry) || this.#insertAfterAnother(entry, unanswered) ||
        this.#insertAfterMoved(entry) || this.#rearrange(entry, unanswered);
    }
    // Where it stands it has done what it now says.
    if (entry.op !== FAILED) return this.#line.unanswered.delete(entry);
    return (this.#leave(entry, unanswered) && this.#insert(entry)) || this.#rearrange(entry, unanswered);
  }

  /** The latest place at which it fits: first where it changes nothing, which most answers say, then anywhere. */
  #insert(entry: ValueEntry<Input, Output>): boolean {
    const { op, value, from } = entry;
    const steps = this.#line.steps;
    let at = steps.length;
    for (;; at--) {
      const found = this.#line.before(at);
      if (op === FAILED ? found !== from : op !== SWAP && found === value) {
        this.#line.put(at, entry, found);
        return true;
      }
      if (at === 0 || steps[at - 1].watched.ret < entry.watched.call) break;
    }
    if (op === READ || op === FAILED) return false;
    const first = at;
    for (at = steps.length; at >= first && this.#line.effort > 0; at--) {
      if (op === SWAP && this.#line.before(at) !== from) continue;
      if (this.#line.change({ at, inserted: [entry], gone: -1 })) return true;
    }
    return false;
  }

  /** Perhaps another one, whose answer is not in, took effect just before: one that was lost if no other. */
  #insertAfterAnother(
    entry: ValueEntry<Input, Output>,
    unanswered: ReadonlySet<ValueEntry<Input, Output>>,
  ): boolean {
    const first = this.#line.firstPlace(entry);
    for (const status of ["open", "lost"]) {
      for (const other of unanswered) {
        if (this.#line.effort <= 0) return false;
        if (other === entry || other.watched.status !== status || !this.isFree(other)) continue;
        if (valueAfter(other.value, entry) === NOWHERE) continue;
        const least = Math.max(first, this.#line.firstPlace(other));
        for (let at = this.#line.steps.length; at >= least && this.#line.effort > 0; at--) {
          if (other.op === SWAP && this.#line.before(at) !== other.from) continue;
          if (this.#line.change({ at, inserted: [other, entry], gone: -1 })) return true;
        }
      }
    }
    return false;
  }

  /** Perhaps one that stands too early took effect just before: as late as at a return that is after this one's call. */
  #insertAfterMoved(entry: ValueEntry<Input, Output>): boolean {
    const steps = this.#line.steps;
    const first = this.#line.firstPlace(entry);
    const { call } = entry.watched;
    for (let gone = first - 1; gone >= 0 && gone >= first - REACH && this.#line.effort > 0; gone--) {
      const moved = steps[gone];
      if (moved.op < WRITE || valueAfter(moved.value, entry) === NOWHERE || moved.watched.ret < call) {
        continue;
      }
      for (let at = gone + 1; at <= steps.length && this.#line.effort > 0; at++) {
        if (at >= first && this.#line.change({ at, inserted: [moved, entry], gone })) return true;
        if (at < steps.length && steps[at].watched.call > moved.watched.ret) break;
      }
    }
    return false;
  }

  /**
   * Takes out a compare-and-set that has not swapped, or what was lost: another one that brings its value about takes its
   * place, or what follows bears with it.
   */
  #leave(entry: ValueEntry<Input, Output>, unanswered: ReadonlySet<ValueEntry<Input, Output>>): boolean {
    const gone = this.#line.steps.lastIndexOf(entry);
    for (const other of unanswered) {
      if (other.value !== entry.value || (other.op === SWAP && other.from !== entry.from)) continue;
      if (!this.isFree(other) || this.#line.firstPlace(other) > gone) continue;
      this.#line.steps[gone] = other;
      this.#line.unanswered.add(other);
      this.#line.unanswered.delete(entry);
      return true;
    }
    return this.#line.change({ at: gone, inserted: [], gone }) || this.#exchange(entry, gone) ||
      this.#delay(entry, gone);
  }

  /** The same, where a write of its value that stands later, and is not needed there, can stand in its place. */
  #exchange(entry: ValueEntry<Input, Output>, gone: number): boolean {
    const steps = this.#line.steps;
    let firstReturn = Infinity;
    for (let at = gone + 1; at < steps.length && at <= gone + REACH; at++) {
      const other = steps[at];
      const { call, ret } = other.watched;
      if (
        other.op === WRITE && other.value === entry.value && call < firstReturn &&
        this.#line.change({ at, inserted: [], gone: at })
      ) {
        this.#line.steps[gone] = other;
        this.#line.unanswered.delete(entry);
        if (other.watched.status !== "returned") this.#line.unanswered.add(other);
        return true;
      }
      firstReturn = Math.min(firstReturn, ret);
    }
    return false;
  }

  /**
   * The same, where a write of its value that stands earlier, and changes nothing or was overwritten at once, can wait until then: all
   * that stand between were called before it returned.
   */
  #delay(entry: ValueEntry<Input, Output>, gone: number): boolean {
    const { steps } = this.#line;
    let lastCall = -1;
    for (let at = gone - 1; at >= 0 && at >= gone - REACH; at--) {
      const other = steps[at];
      const { call, ret } = other.watched;
      if (other.op === WRITE && other.value === entry.value && ret > lastCall) {
        const isOverwritten = at + 1 < gone && steps[at + 1].op === WRITE;
        if (isOverwritten || this.#line.before(at) === other.value) {
          this.#line.take(at);
          steps[gone - 1] = other;
          this.#line.unanswered.delete(entry);
          return true;
        }
      }
      if (call > lastCall) lastCall = call;
    }
    return false;
  }

  /** Another order of the last operations: where few have no answer that is tried out, else and failing that what the values say. */
  #rearrange(
    entry: ValueEntry<Input, Output>,
    unanswered: ReadonlySet<ValueEntry<Input, Output>>,
  ): boolean {
    return unanswered.size <= FEW
      ? this.#reorder(entry, unanswered) || this.#chain(entry, unanswered)
      : this.#chain(entry, unanswered) || this.#reorder(entry, unanswered);
  }

  /** Another order of the last operations, where the values say what stands together. */
  #chain(entry: ValueEntry<Input, Output>, unanswered: ReadonlySet<ValueEntry<Input, Output>>): boolean {
    const place = this.placeOf(entry);
    const others = Array.from(unanswered).filter((other) => this.isFree(other));
    if (place === Infinity) others.push(entry);
    for (const length of CHAINED) {
      const from = Math.max(0, this.#line.steps.length - length);
      if (place < from) continue;
      const order = orderInChains(this.#line.before(from), [...this.#line.steps.slice(from), ...others]);
      if (order !== undefined && this.#line.follow(order, from)) return true;
    }
    return false;
  }

  /** Another order of the last operations, and of those without an answer that may stand among them, one of each sort. */
  #reorder(entry: ValueEntry<Input, Output>, unanswered: ReadonlySet<ValueEntry<Input, Output>>): boolean {
    const { length } = this.#line.steps;
    const from = Math.max(0, length - LONGEST_TAIL, Math.min(length - TAIL, this.#line.firstPlace(entry)));
    if (this.placeOf(entry) < from) return false;
    const entries = this.#line.steps.slice(from);
    if (!this.#line.unanswered.has(entry)) entries.push(entry);
    const others = Array.from(unanswered).filter((other) => this.isFree(other));
    const order = reorderValues(this.#line.before(from), entries, others);
    return order !== undefined && this.#line.follow(order, from);
  }
}
