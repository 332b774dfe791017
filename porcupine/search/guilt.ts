import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Operation } from "../types.ts";
import type { Steps } from "./steps.ts";
import { decisionOf, isSparse, settle, stroll, type Swept } from "./stroll.ts";
import type { Track } from "./track.ts";

/** What has come of the partitions whose tracks were stuck, and the contradiction that comes first in time. */
export class Guilt<State, Input, Output> {
  /** The answer that is impossible, by index in the history, and when it came; -1 as long as there is none. */
  operation = -1;
  #returnAt = Infinity;
  #guilty = -1;
  readonly #model: DeterministicModel<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #budget: Budget;
  /** By partition: what it was settled to be; `undefined` if it could not be settled. */
  readonly #settled = new Map<number, Swept | undefined>();

  constructor(
    model: DeterministicModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: Budget,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
  }

  /** The track of a partition is stuck. */
  judge(p: number, part: Part): void {
    // A step that a limit has kept from answering made no track stuck.
    if (this.#budget.stopped !== undefined) return;
    this.#note(
      p,
      part,
      !isSparse(part) ? undefined : settle(this.#model, this.#operations, part, this.#budget),
    );
  }

  /** What the partition of a stuck track was settled to be, if it was. */
  settled(p: number): Swept | undefined {
    return this.#settled.get(p);
  }

  #note(p: number, { ids, returns }: Part, settled: Swept | undefined): void {
    this.#settled.set(p, settled);
    if (settled === undefined) return;
    const { verdict, reached } = settled.decision;
    if (verdict !== "illegal") return;
    // A lane that leaves nothing out may get further than the track did.
    const id = ids[returns[reached]];
    const { outcome } = this.#operations[id];
    if (outcome.status === "unknown" || outcome.returnAt > this.#returnAt) return;
    if (outcome.returnAt === this.#returnAt && id > this.operation) return;
    [this.operation, this.#returnAt, this.#guilty] = [id, outcome.returnAt, p];
  }

  /** The illegal partition whose contradiction comes first in time, of those that were settled; `undefined` if none is illegal. */
  get guilty(): { readonly partition: number; readonly swept: Swept } | undefined {
    const swept = this.#settled.get(this.#guilty);
    return swept === undefined ? undefined : { partition: this.#guilty, swept };
  }

  /**
   * Settles, as far as it can be, what a track has left open: partitions that have not been settled when their tracks were stuck, or
   * were left. False if one of them is not to be had.
   */
  settleRest(
    tracks: readonly Track<State, Input, Output>[],
    partOf: (p: number) => Part | undefined,
  ): boolean {
    for (const { number, end, isStuck } of tracks) {
      if (!(isStuck || end === "left") || this.#settled.has(number)) continue;
      const part = partOf(number);
      if (part === undefined) return false;
      if (isStuck) this.judge(number, part);
      // It seemed busy, or has lost an answer: if it is neither, it has to be gone along after all.
      if (end === "left") this.#note(number, part, this.#alone(part));
    }
    return true;
  }

  /** What is known of each partition in the end: where one is illegal, of that one only. */
  foundBy(
    tracks: readonly Track<State, Input, Output>[],
    steps: Steps<State, Input, Output>,
    parts: readonly Part[],
  ): (Swept | undefined)[] {
    this.settleRest(tracks, (p) => parts[p]);
    const { guilty } = this;
    if (guilty !== undefined) return parts.map((_, p) => p === guilty.partition ? guilty.swept : undefined);
    const { stopped, scratch } = this.#budget;
    const numbers = scratch.int32(this.#operations.length);
    return parts.map(({ ids }, p) => {
      const settled = this.#settled.get(p);
      if (settled !== undefined || tracks[p].end !== "none" || tracks[p].isBusy) return settled;
      const decision = decisionOf(tracks[p], steps, stopped === undefined ? "ok" : "unknown");
      for (let k = 0; k < ids.length; k++) numbers[ids[k]] = k;
      const { order } = decision;
      for (let j = 0; j < order.length; j++) order[j] = numbers[order[j]];
      return { decision, work: ids.length };
    });
  }

  #alone(part: Part): Swept | undefined {
    return stroll(this.#model, this.#operations, part, this.#budget);
  }
}
