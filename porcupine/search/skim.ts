import { type Budget, LOOKS } from "../budget.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Model, Operation } from "../types.ts";
import { Allotment } from "./allotment.ts";
import type { Course } from "./glide.ts";
import { Guilt } from "./guilt.ts";
import { Steps } from "./steps.ts";
import { decisionOf, type Swept } from "./stroll.ts";
import { isSwept } from "./sweep.ts";
import { Track } from "./track.ts";

/** Partitions of at most so many operations each, on average, are small. */
const SMALL = 64;
/** In a history of fewer operations there is no time to be lost. */
const LEAST_OPERATIONS = 4096;
/** If no new key turns up for as many operations as it took to meet all so far, and for so many more, there are no others to be met. */
const LEAST_LOOK = 512;
/** If less than half as many keys as there must be are met in this share of a history, the rest is not looked at. */
const FIRST_SHARE = 1 / 8;
/** So many tracks may come to no end, and this share of all of them: if it is more, the others are not worth it. */
const IN_VAIN = { base: 8, share: 1 / 3 };
/** And so many steps for each operation, and for each partition: where more is tried, there is a crowd. */
const MOST_STEPS = { base: 256, each: 1.25, eachPart: 4 };
/** That is looked at once in so many operations. */
const LOOK_EVERY = 256;

/** What has come of a skim. */
export type Skimmed<State, Input, Output> =
  /** Each partition has an order. */
  | { readonly end: "all"; readonly course: Course<State, Input, Output> }
  /** A limit has struck. */
  | { readonly end: "limit"; readonly course: Course<State, Input, Output> }
  /** Some have one: of the others nothing is known. */
  | { readonly end: "some"; found(parts: readonly Part[]): (Swept | undefined)[] };

/**
 * Whether a history falls into thousands of small partitions, of a model that says what its operations do. A fast path takes little for
 * each operation, and much to begin: some thirty arrays. For 50,000 partitions of two operations that is ten times what their steps take.
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
    if (i > 2 * foundAt + LEAST_LOOK) return false;
    if ((i & LOOKS) === LOOKS && i >= length * FIRST_SHARE && 2 * SMALL * found < i) return false;
  }
  return false;
}

/**
 * Goes through a history in order of calls as a glide does, with a track for each partition, but only to find orders: what has none here
 * is left to the fast paths, and so is every contradiction.
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
): Skimmed<State, Input, Output> | undefined {
  if (!Array.isArray(operations)) return undefined;
  const { work } = budget;
  const steps = new Steps(model, operations, budget);
  const allotment = new Allotment(model, operations, budget);
  const tracks: Track<State, Input, Output>[] = [];
  const called = goAlong(tracks, { operations, budget, steps, allotment });
  budget.work = work;
  if (called < 0) return undefined;
  const course = { tracks, allotment, called, steps, guilt: new Guilt(model, operations, budget) };
  if (budget.stopped !== undefined) return { end: "limit", course };
  if (tracks.every(({ end }) => end === "none")) return { end: "all", course };
  return { end: "some", found: (parts) => foundIn(parts, { tracks, steps, budget }) };
}

/** How many operations were called; -1 if it was given up. */
function goAlong<State, Input, Output>(
  tracks: Track<State, Input, Output>[],
  { operations, budget, steps, allotment }: {
    readonly operations: readonly Operation<Input, Output>[];
    readonly budget: Budget;
    readonly steps: Steps<State, Input, Output>;
    readonly allotment: Allotment<State, Input, Output>;
  },
): number {
  const { partOf } = allotment;
  let inVain = 0;
  let i = 0;
  for (; i < operations.length && budget.stopped === undefined; i++) {
    if ((i & LOOKS) === LOOKS && budget.expired()) break;
    if (i === allotment.count && !allotment.take()) return -1;
    if (i % LOOK_EVERY === 0 && steps.taken > mostSteps(i, tracks.length)) return -1;
    const number = partOf[i];
    if (number === tracks.length) tracks.push(new Track(steps, number));
    const track = tracks[number];
    const { callAt, outcome } = operations[i];
    if (track.end !== "none" || outcome.status === "unknown") continue;
    track.passTo(callAt);
    if (track.end === "none") track.call(i, outcome.returnAt);
    if (track.end === "none") continue;
    inVain++;
    if (inVain > IN_VAIN.base + IN_VAIN.share * tracks.length) return -1;
  }
  for (const track of tracks) {
    if (track.end !== "none") continue;
    if (budget.stopped === undefined) track.passTo(Infinity);
    else track.restAt(operations[Math.max(0, i - 1)].callAt);
  }
  return i;
}

function mostSteps(operations: number, partitions: number): number {
  return MOST_STEPS.base + MOST_STEPS.each * operations + MOST_STEPS.eachPart * partitions;
}

function foundIn<State, Input, Output>(
  parts: readonly Part[],
  { tracks, steps, budget }: {
    readonly tracks: readonly Track<State, Input, Output>[];
    readonly steps: Steps<State, Input, Output>;
    readonly budget: Budget;
  },
): (Swept | undefined)[] {
  const count = parts.reduce((sum, { ids }) => sum + ids.length, 0);
  const numbers = budget.scratch.int32(count);
  return parts.map(({ ids }, p) => {
    if (tracks[p].end !== "none") return undefined;
    for (let k = 0; k < ids.length; k++) numbers[ids[k]] = k;
    const decision = decisionOf(tracks[p], steps, "ok");
    const { order } = decision;
    for (let j = 0; j < order.length; j++) order[j] = numbers[order[j]];
    return { decision, work: ids.length };
  });
}
