import { type Budget, LOOKS } from "../budget.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Model, Operation } from "../types.ts";
import { Allotment } from "./allotment.ts";
import type { Glided } from "./glide.ts";
import { Steps } from "./steps.ts";
import { decisionOf, type Swept } from "./stroll.ts";
import { isSwept } from "./sweep.ts";
import { Track } from "./track.ts";

/**
 * Partitions of at most so many operations each, on average, are small: the larger they are the more of them have a moment at which a
 * track comes to no end. (Versioned kv, 20 clients, 100,000 operations: with 1000 each it takes 0.9 of what fast paths take, with 2000 1.5.)
 */
const SMALL = 1024;
/** In a history of fewer operations there is no time to be lost. */
const LEAST_OPERATIONS = 4096;
/** If no new key turns up for as many operations as it took to meet all so far, and for so many more, there are no others to be met. */
const LEAST_LOOK = 512;
/** If less than half as many keys as there must be are met in this share of a history, the rest is not looked at. */
const FIRST_SHARE = 1 / 8;
/**
 * So many tracks may come to no end, and this share of all of them: if it is more, the others are not worth it. Once all keys have been
 * met, the share is one of the whole history, and by now there may be only as much of it as of that.
 */
const IN_VAIN = { base: 8, share: 1 / 3, shareOfAll: 1 / 4 };
/** So many of them are put to a fast path at once, so that what is impossible is soon found; the others in the end, if it is not given up. */
const ASKED_AT_ONCE = 4;
/**
 * And so many steps for each operation, and for each partition: where more is tried, there is a crowd. (200 keys, kv: with 1.4 it takes
 * half of what fast paths take, with 2.3 three quarters, with 2.7 as much; but what is given up late has cost all of it.)
 */
const MOST_STEPS = { base: 256, each: 1.75, eachPart: 4 };
/** That is looked at once in so many operations. */
const LOOK_EVERY = 256;

/**
 * Decides one partition by what the model says of its operations, if that is soon done: its verdict is "ok" or "illegal". Counts no work
 * with the budget.
 */
export type Ask = (part: Part) => Swept | undefined;

/**
 * Whether a history falls into many small partitions, of a model that says what its operations do. A fast path takes little for each
 * operation, and much to begin: some thirty arrays. For 50,000 partitions of two operations that is ten times what their steps take. And
 * it has to have the history in order and dealt out: for 200 partitions of 500 operations that and itself take twice what steps take.
 */
export function isSkimmed<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): model is DeterministicModel<State, Input, Output> {
  if ("steps" in model || !(operations.length >= LEAST_OPERATIONS)) return false;
  return model.partitionKey !== undefined && !isSwept(model) && hasSmallParts(model, operations);
}

/** Looks at few operations where that is soon plain. */
function hasSmallParts<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const { length } = operations;
  const keys = new Set<unknown>();
  let [found, foundAt] = [0, 0];
  for (let i = 0; i < length; i++) {
    keys.add(model.partitionKey?.(operations[i].input));
    if (keys.size > found) [found, foundAt] = [keys.size, i];
    if (found * SMALL >= length) return true;
    if (haveAllTurnedUp(foundAt, i)) return false;
    if ((i & LOOKS) === LOOKS && i >= length * FIRST_SHARE && 2 * SMALL * found < i) return false;
  }
  return false;
}

/** Whether there are no other keys to be met than those that were, the newest one a while ago. */
function haveAllTurnedUp(newestAt: number, now: number): boolean {
  return now > 2 * newestAt + LEAST_LOOK;
}

/**
 * Goes through a history in order of calls as a glide does, with a track for each partition, but with tracks only to find orders: what
 * has none there is put to the model's fast path at once, and so are all contradictions. The first partition that is found to be
 * illegal so is told, and nothing further is looked at but times and keys.
 *
 * An order that a track has come to is one of the partition: the model's own step has taken every step of it (see `Track`). It leaves out
 * whatever was never answered, as if that had not taken effect, which nobody can rule out.
 *
 * `undefined` if the history is not in that order, a time is bad, or too many tracks come to no end.
 */
export function skim<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
  { partsOf, ask }: {
    /** All partitions, dealt out; `undefined` if a limit strikes meanwhile. */
    readonly partsOf: () => readonly Part[] | undefined;
    readonly ask: Ask;
  },
): Glided<State, Input, Output> | undefined {
  if (!Array.isArray(operations)) return undefined;
  const { work } = budget;
  const skimmer = new Skimmer(model, operations, budget, ask);
  const isWorthIt = skimmer.run();
  budget.work = work;
  return isWorthIt ? skimmer.result(partsOf) : undefined;
}

class Skimmer<State, Input, Output> {
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #budget: Budget;
  readonly #ask: Ask;
  readonly #steps: Steps<State, Input, Output>;
  readonly #allotment: Allotment<State, Input, Output>;
  readonly #tracks: Track<State, Input, Output>[] = [];
  /** By partition that was put to its fast path, because its track has come to no end: what that said. */
  readonly #asked = new Map<number, Swept | undefined>();
  #guilty = -1;
  #called = 0;
  /** When a key turned up last that had not been met before. */
  #newestAt = 0;
  /** Tracks that have come to no end. */
  #inVain = 0;

  constructor(
    model: DeterministicModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
    ask: Ask,
  ) {
    this.#operations = operations;
    this.#budget = budget;
    this.#ask = ask;
    this.#steps = new Steps(model, operations, budget);
    this.#allotment = new Allotment(model, operations, budget);
  }

  /** False if it is given up. */
  run(): boolean {
    const operations = this.#operations;
    const allotment = this.#allotment;
    const { partOf } = allotment;
    const budget = this.#budget;
    const tracks = this.#tracks;
    const steps = this.#steps;
    for (let i = 0; i < operations.length && budget.stopped === undefined; i++) {
      if ((i & LOOKS) === LOOKS && budget.expired()) break;
      if (i === allotment.count && !allotment.take()) return false;
      if (i % LOOK_EVERY === 0 && steps.taken > mostSteps(i, tracks.length)) return false;
      const number = partOf[i];
      if (number === tracks.length) {
        tracks.push(new Track(steps, number));
        this.#newestAt = i;
      }
      this.#called = i + 1;
      const track = tracks[number];
      const { callAt, outcome } = operations[i];
      if (track.end !== "none" || outcome.status === "unknown") continue;
      track.passTo(callAt);
      if (track.end === "none") track.call(i, outcome.returnAt);
      if (track.end === "none") continue;
      if (++this.#inVain > this.#mostInVain()) return false;
      if (this.#inVain <= ASKED_AT_ONCE && !this.#settle(number)) return false;
      if (this.#guilty >= 0) return true;
    }
    return this.#finish();
  }

  #mostInVain(): number {
    const { length } = this.#tracks;
    const { base, share, shareOfAll } = IN_VAIN;
    const isAll = haveAllTurnedUp(this.#newestAt, this.#called);
    return base + length * (isAll ? shareOfAll * this.#called / this.#operations.length : share);
  }

  #finish(): boolean {
    const { stopped } = this.#budget;
    for (const track of this.#tracks) {
      if (track.end === "none") {
        if (stopped === undefined) track.passTo(Infinity);
        else track.restAt(this.#operations[Math.max(0, this.#called - 1)].callAt);
      }
      if (track.end === "none" || this.#asked.has(track.number)) continue;
      if (!this.#settle(track.number)) return false;
      if (this.#guilty >= 0) break;
    }
    return true;
  }

  /**
   * The track of a partition has come to no end. False if the history is not in order further on: a contradiction is told only once all of
   * it has been found to be, since partitions are numbered by that.
   */
  #settle(number: number): boolean {
    const budget = this.#budget;
    const allotment = this.#allotment;
    // A step that a limit has kept from answering brought no track to an end.
    if (budget.stopped !== undefined) return true;
    if (!allotment.takeAll()) return budget.stopped !== undefined;
    const settled = this.#ask(allotment.part(number));
    this.#asked.set(number, settled);
    if (settled?.decision.verdict === "illegal") this.#guilty = number;
    return true;
  }

  /** What has come of it; `partsOf` is asked only where something is left for others. */
  result(partsOf: () => readonly Part[] | undefined): Glided<State, Input, Output> | undefined {
    const tracks = this.#tracks;
    const allotment = this.#allotment;
    const settled = (p: number): Swept | undefined => this.#asked.get(p);
    const course = {
      tracks,
      allotment,
      called: this.#called,
      steps: this.#steps,
      guilt: { settled },
    };
    const guilty = settled(this.#guilty);
    if (guilty !== undefined) {
      // What was gone through until then counts: how long it is explained goes by that.
      const swept = { decision: guilty.decision, work: this.#called + guilty.work };
      return { end: "illegal", course, partition: this.#guilty, part: allotment.part(this.#guilty), swept };
    }
    if (this.#budget.stopped !== undefined) return { end: "limit", course };
    if (tracks.every(({ end, number }) => end === "none" || settled(number) !== undefined)) {
      return { end: "all", course };
    }
    const parts = partsOf();
    return parts && { end: "some", found: this.#foundIn(parts) };
  }

  #foundIn(parts: readonly Part[]): (Swept | undefined)[] {
    const numbers = this.#budget.scratch.int32(this.#operations.length);
    return parts.map(({ ids }, p) => {
      if (this.#tracks[p].end !== "none") return this.#asked.get(p);
      for (let k = 0; k < ids.length; k++) numbers[ids[k]] = k;
      const decision = decisionOf(this.#tracks[p], this.#steps, "ok");
      const { order } = decision;
      for (let j = 0; j < order.length; j++) order[j] = numbers[order[j]];
      return { decision, work: ids.length };
    });
  }
}

function mostSteps(operations: number, partitions: number): number {
  return MOST_STEPS.base + MOST_STEPS.each * operations + MOST_STEPS.eachPart * partitions;
}
