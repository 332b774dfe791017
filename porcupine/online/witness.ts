import type { Model } from "../types.ts";
import { reorder } from "./reorder.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import { isSame, nextOf } from "./steps.ts";
import type { Watched } from "./watched.ts";

/** One operation of the order, and the state it leads to. */
interface Step<State, Input, Output> {
  readonly watched: Watched<Input, Output>;
  readonly state: State;
}

/** An order in two parts, and the state between them. */
export interface Split<State, Input, Output> {
  readonly state: State;
  readonly before: readonly Watched<Input, Output>[];
  readonly after: readonly Watched<Input, Output>[];
}

/** A change of the order that is being tried. */
interface Change<Input, Output> {
  /** Put in before the step of this index. */
  readonly at: number;
  readonly inserted: readonly Watched<Input, Output>[];
  /** The step that is taken out; -1: none. */
  readonly gone: number;
}

/** So many steps of the model may be asked for one answer: what takes more is for a search. */
const EFFORT = 512;
/** Of so many operations, the last of the order, another order is looked for. */
const TAIL = 16;

/**
 * An order that explains all answers so far, from one of the states of the past on. Most answers fit into it somewhere, if need
 * be with what comes after them told anew; then nothing need be searched for.
 *
 * Whatever it accepts is an order that explains everything: each change is replayed by the model until the state is the one
 * that was there before, and nothing is put before an operation that had returned when it was called. What it refuses may
 * be possible all the same.
 */
export class Witness<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  #start: State;
  #steps: Step<State, Input, Output>[] = [];
  /** Those of the steps whose answer is not in. */
  readonly #unanswered = new Set<Watched<Input, Output>>();
  /** Those that the past has dealt with: they have no place in the order. */
  readonly #settled: Set<Watched<Input, Output>>;
  #effort = 0;
  #patience = ENDLESS;

  constructor(
    model: Model<State, Input, Output>,
    start: State,
    settled: Iterable<Watched<Input, Output>>,
  ) {
    this.#model = model;
    this.#start = start;
    this.#settled = new Set(settled);
  }

  /** How many operations the order has. */
  get length(): number {
    return this.#steps.length;
  }

  /** Takes over an order that a search found, in place of the steps from `from` on; false if the model does not follow it. */
  follow(order: readonly Watched<Input, Output>[], from = 0): boolean {
    const steps: Step<State, Input, Output>[] = [];
    let state = this.#before(from);
    for (const watched of order) {
      const next = nextOf(this.#model, state, watched, this.#patience);
      if (next === undefined) return false;
      steps.push({ watched, state: next.state });
      state = next.state;
    }
    this.#replace(from, this.#steps.length, steps);
    return true;
  }

  /** The state before a step, and the operations from there on. */
  tail(from: number): { readonly state: State; readonly operations: readonly Watched<Input, Output>[] } {
    return { state: this.#before(from), operations: this.#steps.slice(from).map(({ watched }) => watched) };
  }

  /** Whether an operation without an answer could be put into the order. */
  isFree(watched: Watched<Input, Output>): boolean {
    return !this.#unanswered.has(watched) && !this.#settled.has(watched);
  }

  /** The order up to the last operation that returned before an instant, and what comes after. */
  splitAt(instant: number): Split<State, Input, Output> {
    let at = this.#steps.length;
    while (at > 0 && this.#steps[at - 1].watched.ret >= instant) at--;
    const watched = this.#steps.map((step) => step.watched);
    return { state: this.#before(at), before: watched.slice(0, at), after: watched.slice(at) };
  }

  /** The step of an operation without an answer; `Infinity`: it has none. */
  placeOf(watched: Watched<Input, Output>): number {
    if (!this.#unanswered.has(watched)) return Infinity;
    return this.#steps.findLastIndex((step) => step.watched === watched);
  }

  /** Whether the past has dealt with an operation, so that it has no place in the order. */
  isSettled(watched: Watched<Input, Output>): boolean {
    return this.#settled.has(watched);
  }

  /** Whether the answer that has just come fits into the order, which is changed if need be. */
  accept(
    watched: Watched<Input, Output>,
    unanswered: Iterable<Watched<Input, Output>>,
    patience: Patience,
  ): boolean {
    this.#effort = EFFORT;
    this.#patience = patience;
    const fits = this.#fit(watched, unanswered);
    this.#patience = ENDLESS;
    return fits;
  }

  #fit(watched: Watched<Input, Output>, unanswered: Iterable<Watched<Input, Output>>): boolean {
    if (this.#unanswered.has(watched)) {
      const gone = this.placeOf(watched);
      // Where it stands it may have done what it now says; what came after may have to be told anew.
      const fits = this.#change({ at: gone, inserted: [watched], gone }) || this.#insert(watched, gone) ||
        this.#insertAfterAnother(watched, gone, unanswered) || this.#reorder(watched, unanswered);
      if (fits) this.#unanswered.delete(watched);
      return fits;
    }
    if (this.#settled.has(watched)) return false;
    return this.#insert(watched, -1) || this.#insertAfterAnother(watched, -1, unanswered) ||
      this.#reorder(watched, unanswered);
  }

  /**
   * Takes out the beginning of the order up to the last operation that returned before `call`, the first call of an
   * operation that is still open: nothing to come can stand before it.
   */
  forget(call: number): void {
    let at = this.#steps.length - 1;
    while (at >= 0 && this.#steps[at].watched.ret >= call) at--;
    if (at < 0) return;
    this.#start = this.#steps[at].state;
    for (const { watched } of this.#steps.splice(0, at + 1)) {
      if (watched.status !== "returned") this.#settled.add(watched);
      else this.#settled.delete(watched);
      this.#unanswered.delete(watched);
    }
  }

  #before(at: number): State {
    return at === 0 ? this.#start : this.#steps[at - 1].state;
  }

  /** The first place where an operation may stand: not before one that had returned when it was called. */
  #firstPlace({ call }: Watched<Input, Output>): number {
    let at = this.#steps.length;
    while (at > 0 && this.#steps[at - 1].watched.ret >= call) at--;
    return at;
  }

  /** The latest place at which it fits: first where it changes nothing, which most answers say, then anywhere. */
  #insert(watched: Watched<Input, Output>, gone: number): boolean {
    const first = this.#firstPlace(watched);
    for (let at = this.#steps.length; at >= first && gone < 0; at--) {
      const state = this.#before(at);
      const next = nextOf(this.#model, state, watched, this.#patience);
      if (next === undefined || !isSame(this.#model, next.state, state)) continue;
      this.#steps.splice(at, 0, { watched, state });
      return true;
    }
    for (let at = this.#steps.length; at >= first && this.#effort > 0; at--) {
      if (this.#change({ at, inserted: [watched], gone })) return true;
    }
    return false;
  }

  /** Perhaps another one, whose answer is not in, took effect just before. */
  #insertAfterAnother(
    watched: Watched<Input, Output>,
    gone: number,
    unanswered: Iterable<Watched<Input, Output>>,
  ): boolean {
    const first = this.#firstPlace(watched);
    for (const other of unanswered) {
      if (other === watched || !this.isFree(other) || this.#effort <= 0) continue;
      const least = Math.max(first, this.#firstPlace(other));
      for (let at = this.#steps.length; at >= least && this.#effort > 0; at--) {
        if (this.#change({ at, inserted: [other, watched], gone })) return true;
      }
    }
    return false;
  }

  /** Another order of the last operations, of all that may stand after this one at least. */
  #reorder(watched: Watched<Input, Output>, unanswered: Iterable<Watched<Input, Output>>): boolean {
    const from = Math.max(0, Math.min(this.#firstPlace(watched), this.#steps.length - TAIL));
    const operations = [watched];
    for (let k = from; k < this.#steps.length; k++) {
      if (this.#steps[k].watched !== watched) operations.push(this.#steps[k].watched);
    }
    for (const other of unanswered) if (this.isFree(other)) operations.push(other);
    const order = reorder(this.#model, this.#before(from), operations, this.#patience);
    return order !== undefined && this.follow(order, from);
  }

  /**
   * Changes the order, if what comes after the change bears with it. An operation whose answer is not in need not be in the
   * order: one that stands in the way is left out.
   */
  #change({ at, inserted, gone }: Change<Input, Output>): boolean {
    this.#effort--;
    const steps = this.#steps;
    const from = gone >= 0 && gone < at ? gone : at;
    const settledAt = Math.max(at, gone + 1);
    const made: Step<State, Input, Output>[] = [];
    let state = this.#before(from);
    for (let k = from;; k++) {
      if (k === at) {
        for (const watched of inserted) {
          const next = nextOf(this.#model, state, watched, this.#patience);
          if (next === undefined) return false;
          made.push({ watched, state: state = next.state });
        }
      }
      if (k === steps.length) break;
      if (k >= settledAt && isSame(this.#model, state, this.#before(k))) {
        this.#replace(from, k, made);
        return true;
      }
      if (k === gone) continue;
      const { watched } = steps[k];
      if (--this.#effort < 0) return false;
      const next = nextOf(this.#model, state, watched, this.#patience);
      if (next !== undefined) made.push({ watched, state: state = next.state });
      else if (watched.status === "returned") return false;
    }
    this.#replace(from, steps.length, made);
    return true;
  }

  #replace(from: number, to: number, made: readonly Step<State, Input, Output>[]): void {
    for (let k = from; k < to && this.#unanswered.size > 0; k++) {
      this.#unanswered.delete(this.#steps[k].watched);
    }
    for (const { watched } of made) if (watched.status !== "returned") this.#unanswered.add(watched);
    this.#steps.splice(from, to - from, ...made);
  }
}
