import { NEVER } from "../history.ts";
import type { SetValue, Standpoint } from "./set_values.ts";
import type { Watched } from "./watched.ts";

/** Values, and the reads that found just them and what stands in front of them. */
export class Step<Input, Output> implements Standpoint<Input, Output> {
  /** In the last step, which nobody has read, only those that are there for certain, in the order in which that was known. */
  values: SetValue<Input, Output>[] = [];
  /** By which event one of the values must have come, at the earliest. */
  valuesHigh = NEVER;
  /** Of the reads the one called last, and the one that returned first. */
  lastCalled: Watched<Input, Output> | undefined = undefined;
  firstReturned: Watched<Input, Output> | undefined = undefined;
  next: Step<Input, Output> | undefined = undefined;
  /** What the read found here that is just being placed. */
  found: SetValue<Input, Output>[] = [];

  /** By which event one of the reads has taken place, at the earliest. */
  get readsHigh(): number {
    return this.firstReturned?.ret ?? NEVER;
  }

  /** One more read, which returns now. */
  addRead(watched: Watched<Input, Output>): void {
    if (watched.call > (this.lastCalled?.call ?? -1)) this.lastCalled = watched;
    this.firstReturned ??= watched;
  }

  /** Values that are there for certain, each by its own event. */
  setValues(values: SetValue<Input, Output>[]): void {
    this.values = values;
    this.valuesHigh = NEVER;
    for (const value of values) this.valuesHigh = Math.min(this.valuesHigh, value.high);
  }
}

/** A value, and an event before which it must have come. */
interface Settled<Input, Output> {
  readonly value: SetValue<Input, Output>;
  readonly by: number;
}

/**
 * The reads of a set that grows, and its values, in the order in which they came (see `decideSet`): what a read found is in front
 * of it, everything else behind. Of two reads one has found all that the other has found. So answers are possible exactly if the
 * reads form such a row, and whatever stands in it behind something else has not come for certain before that can have come.
 * Who returns now comes by now at the latest, which contradicts nobody who was called before. So nothing is looked at but who comes
 * no sooner than was known, or stands now in front of others: those behind that must come early enough to contradict it have returned
 * while it was open.
 */
export class SetRow<Input, Output> {
  /** Reads that found what is past, and nothing else. */
  #first = new Step<Input, Output>();
  /** What nobody has read. */
  readonly last = new Step<Input, Output>();

  constructor() {
    this.#first.next = this.last;
  }

  /** A value that nobody has read yet is there for certain by now. */
  thereByNow(value: SetValue<Input, Output>): void {
    if (this.last.values.length === 0) this.last.valuesHigh = value.high;
    this.last.values.push(value);
  }

  /** Whether a value can have come no sooner than it is known now. */
  canCome({ low, high, place }: SetValue<Input, Output>): boolean {
    return low < high && low < place.readsHigh && isBefore(low, place.next);
  }

  /**
   * A read returns that found all that is past, and of the values here some in `found` of their steps, so many together. False if that
   * cannot be.
   */
  place(watched: Watched<Input, Output>, count: number): boolean {
    let before = this.#first;
    let [next, left] = [before.next as Step<Input, Output>, count];
    while (next !== this.last && next.found.length === next.values.length) {
      left -= next.found.length;
      next.found = [];
      [before, next] = [next, next.next as Step<Input, Output>];
    }
    const { found } = next;
    // It did not find something that stands in front of what it found.
    if (found.length !== left) return false;
    next.found = [];
    if (found.length === 0) {
      before.addRead(watched);
      return isBefore(watched.call, next);
    }
    const step = new Step<Input, Output>();
    const low = found.reduce((latest, value) => Math.max(latest, value.low), watched.call);
    for (const value of found) value.place = step;
    step.setValues(found);
    next.setValues(next.values.filter(({ place }) => place !== step));
    step.addRead(watched);
    step.next = next;
    before.next = step;
    return isBefore(low, next);
  }

  /**
   * Takes leave of what must have come before an instant before which nobody was called whose answer may still come. Whoever is
   * answered from now on comes later, and finds these values.
   */
  settle(oldest: number): Settled<Input, Output>[] {
    const steps: Step<Input, Output>[] = [];
    for (let step = this.#first; step !== this.last; step = step.next as Step<Input, Output>) {
      steps.push(step);
    }
    const past: Settled<Input, Output>[] = [];
    let by = this.last.valuesHigh;
    let first: Step<Input, Output> | undefined;
    for (const step of steps.reverse()) {
      by = Math.min(by, step.readsHigh);
      if (by < oldest) {
        first ??= step;
        for (const value of step.values) past.push({ value, by: Math.min(by, value.high) });
      }
      by = Math.min(by, step.valuesHigh);
    }
    if (first === undefined) return past;
    // Its reads were before whatever is still to be told of: nothing is asked of them any more.
    this.#first = new Step();
    this.#first.next = first.next;
    if (first.next === this.last) past.push(...this.#settleLast(oldest));
    return past;
  }

  #settleLast(oldest: number): Settled<Input, Output>[] {
    const { values } = this.last;
    let known = 0;
    while (known < values.length && values[known].high < oldest) known++;
    this.last.setValues(values.slice(known));
    return values.slice(0, known).map((value) => ({ value, by: value.high }));
  }

  /** The reads that matter. */
  *operations(): Generator<Watched<Input, Output>> {
    for (let step = this.#first; step !== this.last; step = step.next as Step<Input, Output>) {
      if (step.lastCalled !== undefined) yield step.lastCalled;
      if (step.firstReturned !== undefined) yield step.firstReturned;
    }
  }
}

/** Whether what comes no sooner than after an event can stand in front of a step and all behind it. */
function isBefore<Input, Output>(low: number, from: Standpoint<Input, Output> | undefined): boolean {
  for (let step = from; step !== undefined; step = step.next) {
    if (step.valuesHigh <= low || step.readsHigh <= low) return false;
  }
  return true;
}
