import { type Budget, LOOKS } from "../budget.ts";
import { type Part, requireKey } from "../parts.ts";
import type { DeterministicModel, Operation } from "../types.ts";
import { Guilt } from "./guilt.ts";
import { ownPart } from "./own_part.ts";
import { Track } from "./track.ts";
import { Steps } from "./steps.ts";
import type { Swept } from "./stroll.ts";

/** What has come of a glide. */
export type Glided<State, Input, Output> =
  /** All tracks have come to the end. */
  | { readonly end: "all"; readonly course: Course<State, Input, Output> }
  /** Some have not, or one cannot: what a sweep has found, by partition. */
  | { readonly end: "some"; readonly found: (Swept | undefined)[] }
  /** A limit has struck. */
  | { readonly end: "limit"; readonly course: Course<State, Input, Output> };

/** The tracks of a history, as far as it was gone through. */
export interface Course<State, Input, Output> {
  readonly tracks: readonly Track<State, Input, Output>[];
  /** By track: the partition's key. */
  readonly keys: readonly string[];
  /** By operation: its track. */
  readonly trackOf: Int32Array;
  /** So many operations have been called. */
  readonly called: number;
  readonly steps: Steps<State, Input, Output>;
  /** What stuck tracks' partitions were settled to be. */
  readonly guilt: Guilt<State, Input, Output>;
}

/** Of so many stuck tracks the partitions are looked for one by one. */
const MOST_OWN_PARTS = 4;

/**
 * A sweep through a history that was recorded in order of calls, before that has been brought into order or dealt out to partitions:
 * each operation is looked at once, as it lies in memory. Its partition's track lets return what returns before its call, so that in
 * each track the events are those of its part, in their order, and it finds what it finds there. The partitions come in the order of
 * their first calls, as they do there.
 *
 * `undefined` if the history is not like that, or a time is bad. `partsOf` brings it into order: it is asked for only where a track
 * has no order; `undefined` if a limit strikes meanwhile.
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
  readonly #keys: string[] = [];
  readonly #trackOf: Int32Array;
  #called = 0;
  readonly #guilt: Guilt<State, Input, Output>;
  /** Tracks that were stuck. */
  #stuck = 0;
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
    this.#trackOf = budget.scratch.int32(operations.length);
  }

  /** False if the history is not in order, or bad. */
  run(): boolean {
    const operations = this.#operations;
    const trackOf = this.#trackOf;
    const budget = this.#budget;
    const byKey = new Map<string, Track<State, Input, Output>>();
    let now = -Infinity;
    for (let i = 0; i < operations.length && budget.stopped === undefined; i++) {
      if ((i & LOOKS) === LOOKS && budget.expired()) break;
      const { callAt, outcome, input } = operations[i];
      const until = outcome.status === "ok" ? outcome.returnAt : Infinity;
      // What is not finite is bad, but that nothing was answered.
      if (typeof callAt !== "number" || typeof until !== "number") return false;
      if (!(callAt >= now && callAt < Infinity && until >= callAt)) return false;
      if (until === Infinity && outcome.status !== "unknown") return false;
      if (callAt > this.#end) break;
      now = callAt;
      const key = this.#model.partitionKey?.(input) ?? "";
      let track = byKey.get(key);
      if (track === undefined) byKey.set(key, track = this.#begin(key));
      trackOf[i] = track.number;
      this.#called = i + 1;
      this.#advance(track, i, until);
    }
    if (budget.stopped === undefined) this.#finish();
    else for (const track of this.#tracks) track.restAt(now);
    return true;
  }

  #begin(key: string): Track<State, Input, Output> {
    requireKey(key);
    const track = new Track(this.#steps, this.#keys.push(key) - 1);
    this.#tracks.push(track);
    return track;
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
    const part = this.#partOf(track);
    if (part === undefined) return;
    guilt.judge(track.number, part);
    if (guilt.operation < 0) return;
    const { outcome } = this.#operations[guilt.operation];
    // Others may return at the same instant, and come first.
    if (outcome.status === "ok") this.#end = after(outcome.returnAt);
  }

  /** To look for the rest of a partition takes a tenth of what it takes to deal out all of them. */
  #partOf({ number }: Track<State, Input, Output>): Part | undefined {
    if (++this.#stuck > MOST_OWN_PARTS) return this.#partsOf()?.[number];
    const known: number[] = [];
    const trackOf = this.#trackOf;
    for (let i = 0; i < this.#called; i++) if (trackOf[i] === number) known.push(i);
    const own = { key: this.#keys[number], known, from: this.#called };
    return ownPart(this.#model, this.#operations, own) ?? this.#partsOf()?.[number];
  }

  result(): Glided<State, Input, Output> | undefined {
    const course = {
      tracks: this.#tracks,
      keys: this.#keys,
      trackOf: this.#trackOf,
      called: this.#called,
      steps: this.#steps,
      guilt: this.#guilt,
    };
    // What is impossible stays so, whatever strikes then.
    const isIllegal = this.#guilt.operation >= 0;
    if (this.#budget.stopped !== undefined && !isIllegal) return { end: "limit", course };
    const isKnown = ({ end, isBusy, number }: Track<State, Input, Output>): boolean =>
      end === "none" ? !isBusy : this.#guilt.settled(number) !== undefined;
    if (!isIllegal && this.#tracks.every(isKnown)) return { end: "all", course };
    const parts = this.#partsOf();
    return parts && { end: "some", found: this.#guilt.foundBy(this.#tracks, this.#steps, parts) };
  }
}

/** An instant that is hardly later. */
function after(instant: number): number {
  return instant + Math.max(Math.abs(instant) * Number.EPSILON, Number.MIN_VALUE);
}
