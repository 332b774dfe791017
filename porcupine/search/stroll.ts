import type { Budget } from "../budget.ts";
import type { Decision } from "../decision.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Operation } from "../types.ts";
import { Lane } from "./lane.ts";
import { Steps } from "./steps.ts";
import { MOST_EVENTS, SPARSE_EVENTS, Track } from "./track.ts";

/** What is known of a partition, and what that has cost. */
export interface Swept {
  readonly decision: Decision;
  readonly work: number;
}

/** Decides a partition by a lane, without any other; `undefined` if that has no answer. */
export function stroll<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
): Swept | undefined {
  if (!isForLanes(part) || isBusy(part)) return undefined;
  const { work } = budget;
  const own = operationsOf(part, operations);
  const steps = new Steps(model, own, budget);
  const track = alone(new Track(steps, 0), part, budget);
  budget.work = work;
  if (!track.isStuck) return resultOf(track, steps, budget);
  return isSparse(part) && budget.stopped === undefined ? settle(model, operations, part, budget) : undefined;
}

/** Decides a partition by a lane that leaves nothing out; `undefined` if that becomes too much. */
export function settle<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
): Swept | undefined {
  if (!isForLanes(part)) return undefined;
  const { work } = budget;
  const own = operationsOf(part, operations);
  const steps = new Steps(model, own, budget);
  const lane = alone(new Lane(steps), part, budget);
  budget.work = work;
  if (lane.end !== "stuck" || budget.stopped !== undefined) return resultOf(lane, steps, budget);
  return { decision: decisionOf(lane, steps, "illegal"), work: steps.taken };
}

/** What is never answered stays open to the end, and may come at any time: that is for a search. */
export function isForLanes({ ids, returns }: Part): boolean {
  return returns.length === ids.length;
}

/** Whether there is so much going on at once in a partition, all of whose operations returned, that a search is the better way. */
export function isBusy(part: Part): boolean {
  return eventsIn(part) > MOST_EVENTS * part.ids.length;
}

/**
 * Whether a partition that a track found no order for is one for a lane that leaves nothing out: where more goes on at once that takes
 * up to a hundred steps for each operation, mostly in vain.
 */
export function isSparse(part: Part): boolean {
  return isForLanes(part) && eventsIn(part) <= SPARSE_EVENTS * part.ids.length;
}

/** How many events there are during each operation, added up. */
function eventsIn({ call, ret }: Part): number {
  let events = 0;
  for (let k = 0; k < call.length; k++) events += ret[k] - call[k] - 1;
  return events;
}

/** By number in the part. */
function operationsOf<Input, Output>(
  { ids }: Part,
  operations: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  return Array.from(ids, (id) => operations[id]);
}

/** A lane, or a track: what goes along a part. */
type Goer = Pick<Track<unknown, unknown, unknown>, "called" | "returned" | "last" | "call" | "passTo"> & {
  readonly end: string;
};

/** It goes along its part by itself. */
function alone<One extends Goer>(lane: One, { ids, call, ret, end }: Part, budget: Budget): One {
  for (let k = 0; k < ids.length && lane.end === "none" && budget.stopped === undefined; k++) {
    lane.passTo(call[k]);
    if (lane.end === "none") lane.call(k, ret[k]);
  }
  if (lane.end === "none" && budget.stopped === undefined) lane.passTo(end);
  return lane;
}

/** What has come of a lane by itself: an order of all, or, if a limit has struck, of as many as it has come to. */
function resultOf<State, Input, Output>(
  lane: Goer,
  steps: Steps<State, Input, Output>,
  budget: Budget,
): Swept | undefined {
  const { stopped } = budget;
  if (lane.end !== "none") return undefined;
  return { decision: decisionOf(lane, steps, stopped === undefined ? "ok" : "unknown"), work: lane.called };
}

/** What a lane has found. */
export function decisionOf<State, Input, Output>(
  lane: Goer,
  steps: Steps<State, Input, Output>,
  verdict: Decision["verdict"],
): Decision {
  const order = new Int32Array(lane.called);
  const from = steps.order(lane.last, order, lane.called);
  return {
    verdict,
    order: order.subarray(from),
    reached: lane.returned,
    suspects: [],
    areCore: false,
    reason: "",
  };
}
