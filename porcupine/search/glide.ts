import { type Budget, LOOKS } from "../budget.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Operation } from "../types.ts";
import { Allotment } from "./allotment.ts";
import { Guilt } from "./guilt.ts";
import { Track } from "./track.ts";
import { Steps } from "./steps.ts";
import type { Swept } from "./stroll.ts";

/** What has come of a glide. */
export type Glided<State, Input, Output> =
  /** All tracks have come to the end. */
  | { readonly end: "all"; readonly course: Course<State, Input, Output> }
  /** One partition has no order: the others do not matter. All operations have been allotted. */
  | {
    readonly end: "illegal";
    readonly course: Course<State, Input, Output>;
    readonly partition: number;
    readonly part: Part;
    readonly swept: Swept;
  }
  /** Some have not come to the end, and none is known to be illegal: what a sweep has found, by partition. */
  | { readonly end: "some"; readonly found: (Swept | undefined)[] }
  /** A limit has struck. */
  | { readonly end: "limit"; readonly course: Course<State, Input, Output> };

/** The tracks of a history, as far as it was gone through. */
export interface Course<State, Input, Output> {
  readonly tracks: readonly Track<State, Input, Output>[];
  /** Whose the operations are; a track has the number of its partition. There may be more partitions than tracks. */
  readonly allotment: Allotment<State, Input, Output>;
  /** So many operations have been called. */
  readonly called: number;
  readonly steps: Steps<State, Input, Output>;
  /** What the partitions of tracks that came to no end were settled to be. */
  readonly guilt: Pick<Guilt<State, Input, Output>, "settled">;
}

/** So many partitions are made one by one, where it is not the guilty one that is asked for. */
const MOST_OWN_PARTS = 4;

/**
 * A sweep through a history that was recorded in order of calls, before that has been brought into order or dealt out to partitions:
 * each operation is looked at as it lies in memory. Its partition's track lets return what returns before its call, so that in
 * each track the events are those of its part, in their order, and it finds what it finds there. The partitions come in the order of
 * their first calls, as they do there.
 *
 * `undefined` if the history is not like that, or a time is bad, wherever in it: a contradiction is told only once all of it has been
 * found to be in order, since partitions are numbered by that. `partsOf` brings it into order: it is asked for only where something is
 * left for a search; `undefined` if a limit strikes meanwhile.
 */
export function glide<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
  partsOf: () => readonly Part[] | undefined,
): Glided<State, Input, Output> | undefined {
  if (!Array.isArray(operations)) return undefined;
  const { work } = budget;
  const glider = new Glider(model, operations, budget, partsOf);
  const isInOrder = glider.run();
  budget.work = work;
  return isInOrder ? glider.result() : undefined;
}

class Glider<State, Input, Output> {
  readonly #model: DeterministicModel<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #budget: Budget;
  readonly #partsOf: () => readonly Part[] | undefined;
  readonly #steps: Steps<State, Input, Output>;
  readonly #tracks: Track<State, Input, Output>[] = [];
  readonly #allotment: Allotment<State, Input, Output>;
  #called = 0;
  readonly #guilt: Guilt<State, Input, Output>;
  /** Partitions that were made one by one. */
  #made = 0;
  /** What is later than this instant does not matter. */
  #end = Infinity;

  constructor(
    model: DeterministicModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
    partsOf: () => readonly Part[] | undefined,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
    this.#partsOf = partsOf;
    this.#steps = new Steps(model, operations, budget);
    this.#guilt = new Guilt(model, operations, budget);
    this.#allotment = new Allotment(model, operations, budget);
  }

  /** False if the history is not in order, or bad. */
  run(): boolean {
    const operations = this.#operations;
    const allotment = this.#allotment;
    const { partOf } = allotment;
    const budget = this.#budget;
    const tracks = this.#tracks;
    let now = -Infinity;
    for (let i = 0; i < operations.length && budget.stopped === undefined; i++) {
      if ((i & LOOKS) === LOOKS && budget.expired()) break;
      if (i === allotment.count && !allotment.take()) return false;
      const { callAt, outcome } = operations[i];
      if (callAt > this.#end) break;
      now = callAt;
      const number = partOf[i];
      if (number === tracks.length) tracks.push(new Track(this.#steps, number));
      this.#called = i + 1;
      this.#advance(tracks[number], i, outcome.status === "ok" ? outcome.returnAt : Infinity);
    }
    if (budget.stopped === undefined) this.#finish();
    else for (const track of tracks) track.restAt(now);
    return true;
  }

  #advance(track: Track<State, Input, Output>, operation: number, until: number): void {
    if (track.end === "none") {
      track.passTo(this.#operations[operation].callAt);
      if (track.end === "none") {
        // What is never answered may come at any time: that is for a search.
        if (until === Infinity || track.seemsBusy) track.end = "left";
        track.call(operation, until);
        return;
      }
      if (track.isStuck) this.#judge(track);
    }
    track.called++;
  }

  #finish(): void {
    for (const track of this.#tracks) {
      if (track.end !== "none") continue;
      track.passTo(this.#end);
      if (track.isStuck) this.#judge(track);
    }
  }

  #judge(track: Track<State, Input, Output>): void {
    // Whether others are, all of its partition must show: that is looked for in the end.
    if (this.#budget.stopped !== undefined || !track.seemsSparse) return;
    const guilt = this.#guilt;
    const part = this.#partOf(track.number);
    if (part === undefined) return;
    guilt.judge(track.number, part);
    if (guilt.operation < 0) return;
    const { outcome } = this.#operations[guilt.operation];
    // Others may return at the same instant, and come first.
    if (outcome.status === "ok") this.#end = after(outcome.returnAt);
  }

  /**
   * The partition of a track: its own operations in order, which takes a tenth of what it takes to deal out all of them. `undefined` if
   * a limit strikes, or the history is not in order further on: then there is nothing to be said of it.
   */
  #partOf(number: number): Part | undefined {
    if (!this.#allotment.takeAll()) return undefined;
    return ++this.#made > MOST_OWN_PARTS ? this.#partsOf()?.[number] : this.#allotment.part(number);
  }

  result(): Glided<State, Input, Output> | undefined {
    const guilt = this.#guilt;
    const tracks = this.#tracks;
    const allotment = this.#allotment;
    const course = { tracks, allotment, called: this.#called, steps: this.#steps, guilt };
    // What is impossible stays so, whatever strikes then.
    if (this.#budget.stopped !== undefined && guilt.guilty === undefined) return { end: "limit", course };
    const isKnown = ({ end, isBusy, number }: Track<State, Input, Output>): boolean =>
      end === "none" ? !isBusy : guilt.settled(number) !== undefined;
    if (guilt.guilty === undefined && tracks.every(isKnown)) return { end: "all", course };
    const isSettled = this.#budget.stopped === undefined && guilt.settleRest(tracks, (p) => this.#partOf(p));
    const { guilty } = guilt;
    if (guilty !== undefined) {
      const { partition, swept } = guilty;
      return { end: "illegal", course, partition, swept, part: allotment.part(partition) };
    }
    if (!isSettled) return this.#budget.stopped === undefined ? undefined : { end: "limit", course };
    const parts = this.#partsOf();
    return parts && { end: "some", found: guilt.foundBy(tracks, this.#steps, parts) };
  }
}

/** An instant that is hardly later. */
function after(instant: number): number {
  return instant + Math.max(Math.abs(instant) * Number.EPSILON, Number.MIN_VALUE);
}
