import { attempt } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import type { Decision } from "./decision.ts";
import type { Part, Recorded } from "./parts.ts";
import type { Swept } from "./search/stroll.ts";
import { isSwept } from "./search/sweep.ts";
import { Shelf } from "./shelf.ts";
import type { Model } from "./types.ts";

/**
 * What a partition may cost in the first round, in configurations: more than almost any takes, and at most a tenth of a second. In
 * masks (registers whose values repeat) a configuration takes a tenth of the time, and an honest history some 70 for each operation.
 */
const FIRST = { base: 8192, each: 8, eachInMasks: 128 };
/** And so many times as much in each round as in the one before. */
const GROWTH = 4;

/** A history's partitions, and what a sweep has found of them. */
export interface Field {
  readonly model: Pick<Model<never, never, never>, "kind">;
  readonly parts: readonly Part[];
  /** By partition; empty if there was no sweep. */
  readonly swept: readonly (Swept | undefined)[];
  readonly strategy: "auto" | "search";
}

/**
 * What the decision of each partition that is open when a round begins may cost in it. A partition is decided in the first round that
 * allows what its decision costs. The cost is counted work, so it is the same round on every machine and in any number of threads.
 */
export function allowances(
  { model, parts, swept, strategy }: Field,
  open: readonly number[],
  round: number,
): (p: number) => number {
  // The last one holds up nobody.
  const isLast = open.filter((p) => swept[p] === undefined).length < 2;
  return (p) =>
    isLast || swept[p] !== undefined ? Infinity : firstRation(model, strategy, parts[p]) * GROWTH ** round;
}

/** What the decision of a partition may cost in the first round. */
export function firstRation({ kind }: Field["model"], strategy: Field["strategy"], { ids }: Part): number {
  const each = strategy === "auto" && kind?.type === "register" ? FIRST.eachInMasks : FIRST.each;
  return FIRST.base + each * ids.length;
}

/** What has to be decided. */
export interface Open<State, Input, Output> extends Field {
  readonly model: Model<State, Input, Output>;
  readonly recorded: Recorded<Input, Output>;
  readonly budget: Budget;
}

/** Whether a partition is left to the next round: what its decision has cost, or would cost, is more than it may in this one. */
export function isPutOff(
  { work, stopped }: { readonly work: number; readonly stopped: string | null | undefined },
  most: number,
): boolean {
  // Without a ration none is used up: a search that was given up for another reason would be begun again for ever.
  return work > most || (stopped === "effort" && most < Infinity);
}

/**
 * Decides the partitions in rounds, in each of them in order, up to the first illegal one: what that leaves open remains
 * `undefined`. Without rounds a partition that is hard, or never decided, would hold up the contradiction in a later one.
 *
 * A search that is put off is gone on with in the next round, as long as there is room to keep it; what is not in turns is begun again.
 */
export function decideInRounds<State, Input, Output>(
  given: Open<State, Input, Output>,
): (Decision | undefined)[] {
  const { model, recorded, parts, swept, budget } = given;
  const decisions: (Decision | undefined)[] = new Array(parts.length).fill(undefined);
  const shelf = new Shelf<State, Input, Output>(budget);
  // What a sweep has left undecided its lanes have no answer for: they are not asked again. Fast paths may have one.
  const strategy = swept.length > 0 && isSwept(model) ? "search" : given.strategy;
  let open = Array.from(parts.keys());
  for (let round = 0; open.length > 0; round++) {
    const most = allowances(given, open, round);
    const putOff: number[] = [];
    for (const p of open) {
      const found = swept[p];
      if (found !== undefined) {
        budget.spend(found.work);
        decisions[p] = found.decision;
        continue;
      }
      const { work } = budget;
      // Once a limit has struck nothing is put off: what has been found is told.
      const ration = budget.stopped === undefined ? most(p) : Infinity;
      const { decision, pending } = attempt(
        { model, recorded, part: parts[p], budget, strategy },
        ration,
        shelf.take(p),
      );
      const isOver = isPutOff({ work: budget.work - work, stopped: budget.stopped }, ration);
      budget.ration(Infinity);
      if (isOver) {
        budget.work = work;
        putOff.push(p);
        shelf.put(p, pending);
      }
      const isKnown = !isOver && decision.verdict !== "unknown";
      decisions[p] = isKnown ? decision : furthest(decisions[p], decision);
      if (!isKnown || decision.verdict !== "illegal") continue;
      shelf.clear();
      // Others may have been put off in this round: what is known of them by now differs from thread to thread.
      return decisions.map((one) => one?.verdict === "unknown" ? undefined : one);
    }
    open = putOff;
  }
  return decisions;
}

/** What two tries at a partition that have not decided it say together: that is told of it if a limit strikes. */
export function furthest(before: Decision | undefined, after: Decision): Decision {
  if (before === undefined) return { ...after, verdict: "unknown" };
  const order = before.order.length > after.order.length ? before.order : after.order;
  return { ...after, verdict: "unknown", order, reached: Math.max(before.reached, after.reached) };
}
