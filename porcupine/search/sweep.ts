import type { Budget } from "../budget.ts";
import type { Decision } from "../decision.ts";
import type { OrderedHistory } from "../history.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Model, Operation } from "../types.ts";
import { Lane } from "./lane.ts";
import { Steps } from "./steps.ts";

/** What is known of a partition, and what that has cost. */
export interface Swept {
  readonly decision: Decision;
  readonly work: number;
}

/** A history in order and in parts. */
export interface Field {
  readonly history: OrderedHistory;
  readonly parts: readonly Part[];
}

/**
 * Whether a model's partitions are tried by lanes: it has parts, and says nothing about what its operations do. Where it does
 * there are better ways - but not for the single values of a set: of these there are tens of thousands, each with a few operations,
 * and to prepare a search for each takes five times as long as a lane.
 */
export function isSwept<State, Input, Output>(
  model: Model<State, Input, Output>,
): model is DeterministicModel<State, Input, Output> {
  if ("steps" in model || model.partitionKey === undefined) return false;
  return model.kind?.type === "set" || (model.effect === undefined && model.kind === undefined);
}

/**
 * Goes through a history once, in time, with a lane for each partition. A history lies in memory as it was recorded: partition by
 * partition its operations would be fetched from all over it, again for each.
 *
 * The answers are those that the partitions have one by one (see `stroll`); for what is left `undefined` a lane has none. Where a
 * lane is stuck its partition is settled at once: if it is illegal, that is the one answer, and no other matters. So it is
 * the contradiction that comes first in time.
 */
export function sweep<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { history: { events, ret }, parts }: Field,
  budget: Budget,
): (Swept | undefined)[] {
  if (!isSwept(model)) return [];
  const found: (Swept | undefined)[] = new Array(parts.length).fill(undefined);
  const { work } = budget;
  const steps = new Steps(model, operations, operations.length, budget);
  const lanes: Lane<State, Input, Output>[] = [];
  for (let p = 0; p < parts.length; p++) {
    // To lay fifty thousand lanes takes a tenth of a second.
    if ((p & 1023) === 1023 && budget.expired()) return found;
    lanes.push(new Lane(steps, parts[p]));
  }
  const { laneOf, numbers } = whereabouts(parts, operations.length, budget);
  let guilty = -1;
  let end = events.length;
  for (let at = 0; at < end && budget.stopped === undefined; at++) {
    const id = events[at] >>> 1;
    const p = laneOf[id];
    const lane = lanes[p];
    if (lane.end !== "none") continue;
    if ((events[at] & 1) === 0) lane.call(numbers[id]);
    else lane.return(numbers[id]);
    if (!lane.isStuck || budget.stopped !== undefined) continue;
    const settled = found[p] = settle(model, operations, parts[p], budget);
    if (settled?.decision.verdict !== "illegal") continue;
    // A lane that leaves nothing out may get further.
    const { ids, returns } = parts[p];
    const rank = ret[ids[returns[settled.decision.reached]]];
    if (rank < end) [guilty, end] = [p, rank];
  }
  budget.work = work;
  if (guilty >= 0) return found.fill(undefined, 0, guilty).fill(undefined, guilty + 1);
  for (let p = 0; p < parts.length; p++) found[p] ??= resultOf(lanes[p], parts[p], budget);
  return found;
}

/** By index in the history: the partition, and the number there. */
function whereabouts(parts: readonly Part[], count: number, { scratch }: Budget) {
  const laneOf = scratch.int32(count);
  const numbers = scratch.int32(count);
  for (let p = 0; p < parts.length; p++) {
    const { ids } = parts[p];
    for (let k = 0; k < ids.length; k++) {
      laneOf[ids[k]] = p;
      numbers[ids[k]] = k;
    }
  }
  return { laneOf, numbers };
}

/** What has come of a lane: an order of all, or, if a limit has struck, of as many as it has come to. */
function resultOf<State, Input, Output>(
  lane: Lane<State, Input, Output>,
  { ids, returns }: Part,
  { stopped }: Budget,
): Swept | undefined {
  if (lane.end !== "none" || (stopped === undefined && lane.returned < returns.length)) return undefined;
  const verdict = stopped === undefined ? "ok" : "unknown";
  return { decision: found(lane, verdict), work: ids.length };
}

function found<State, Input, Output>(
  lane: Lane<State, Input, Output>,
  verdict: Decision["verdict"],
): Decision {
  return { verdict, order: lane.order(), reached: lane.returned, suspects: [], areCore: false, reason: "" };
}

/** The same for one partition; `undefined` if its lane has no answer. */
export function stroll<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
): Swept | undefined {
  if (part.returns.length < part.ids.length) return undefined;
  const { work } = budget;
  const steps = new Steps(model, operations, part.ids.length, budget);
  const lane = alone(new Lane(steps, part), part, budget);
  budget.work = work;
  return lane.isStuck ? settle(model, operations, part, budget) : resultOf(lane, part, budget);
}

/** Decides a partition by a lane that leaves nothing out; `undefined` if that becomes too much. */
export function settle<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  budget: Budget,
): Swept | undefined {
  const { work } = budget;
  const steps = new Steps(model, operations, part.ids.length, budget);
  const lane = alone(new Lane(steps, part, true), part, budget);
  budget.work = work;
  if (!lane.isStuck || budget.stopped !== undefined) return resultOf(lane, part, budget);
  return { decision: found(lane, "illegal"), work: steps.taken };
}

/** A lane goes along its part by itself. */
function alone<State, Input, Output>(
  lane: Lane<State, Input, Output>,
  { ids, call, ret, returns }: Part,
  budget: Budget,
): Lane<State, Input, Output> {
  for (let p = 0, k = 0; p < returns.length; p++) {
    for (; k < ids.length && call[k] < ret[returns[p]] && lane.end === "none"; k++) lane.call(k);
    if (lane.end !== "none" || budget.stopped !== undefined) break;
    lane.return(returns[p]);
  }
  return lane;
}
