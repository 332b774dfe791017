import type { Budget } from "../budget.ts";
import type { OrderedHistory } from "../history.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Model, Operation } from "../types.ts";
import { Guilt } from "./guilt.ts";
import { Track } from "./track.ts";
import { Steps } from "./steps.ts";
import { isBusy, isForLanes, type Swept } from "./stroll.ts";

/** A history in order and in parts. */
export interface Field {
  readonly history: OrderedHistory;
  readonly parts: readonly Part[];
}

/**
 * Whether a model's partitions are tried by tracks: it has parts, and says nothing about what its operations do. Where it does
 * there are better ways - but not for the single values of a set: of these there are tens of thousands, each with a few operations,
 * and to prepare a search for each takes five times as long as a track.
 */
export function isSwept<State, Input, Output>(
  model: Model<State, Input, Output>,
): model is DeterministicModel<State, Input, Output> {
  if ("steps" in model || model.partitionKey === undefined) return false;
  // One that knows of an order, or that there is none, is asked for that.
  if (model.suggest !== undefined || model.contradiction !== undefined) return false;
  return model.kind?.type === "set" || (model.effect === undefined && model.kind === undefined);
}

/**
 * Goes through a history once, in time, with a track for each partition. A history lies in memory as it was recorded: partition by
 * partition its operations would be fetched from all over it, again for each.
 *
 * The answers are those that the partitions have one by one (see `stroll`); for what is left `undefined` a track has none. Where a
 * track is stuck its partition is settled at once: if it is illegal, that is the one answer, and no other matters. So it is
 * the contradiction that comes first in time.
 */
export function sweep<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  field: Field,
  budget: Budget,
): (Swept | undefined)[] {
  if (!isSwept(model)) return [];
  const { history: { events, call, ret }, parts } = field;
  const { work } = budget;
  const steps = new Steps(model, operations, budget);
  const tracks: Track<State, Input, Output>[] = [];
  for (let p = 0; p < parts.length; p++) {
    // To lay fifty thousand tracks takes a tenth of a second.
    if ((p & 1023) === 1023 && budget.expired()) return new Array(parts.length).fill(undefined);
    const track = new Track(steps, p);
    // What is never answered stays open to the end, and may come at any time: that is for a search.
    if (!isForLanes(parts[p]) || isBusy(parts[p])) track.end = "crowded";
    tracks.push(track);
  }
  const trackOf = tracksOf(parts, operations.length, budget);
  const guilt = new Guilt(model, operations, budget);
  let at = 0;
  let end = events.length;
  const judge = (p: number): void => {
    guilt.judge(p, parts[p]);
    if (guilt.operation >= 0) end = ret[guilt.operation];
  };
  for (; at < end && budget.stopped === undefined; at++) {
    if ((events[at] & 1) === 1) continue;
    const id = events[at] >>> 1;
    const track = tracks[trackOf[id]];
    if (track.end !== "none") continue;
    track.passTo(call[id]);
    if (track.end === "none") track.call(id, ret[id]);
    else if (track.isStuck) judge(track.number);
  }
  for (const track of tracks) {
    if (track.end !== "none") continue;
    if (budget.stopped === undefined) track.passTo(end);
    else track.restAt(at);
    if (track.isStuck) judge(track.number);
  }
  budget.work = work;
  return guilt.foundBy(tracks, steps, parts);
}

/** By index in the history: the partition. */
function tracksOf(parts: readonly Part[], count: number, { scratch }: Budget): Int32Array {
  const trackOf = scratch.int32(count);
  for (let p = 0; p < parts.length; p++) for (const id of parts[p].ids) trackOf[id] = p;
  return trackOf;
}
