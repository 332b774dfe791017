import { checkUnnamed } from "../check.ts";
import { type DeterministicModel, ILLEGAL, type Illegal, type Operation } from "../types.ts";
import type { Effort } from "./effort.ts";
import { answerOf, isReadOnly, type Sessions } from "./session.ts";

/** More stale reads than this are for the search. */
const MAX_PEELED = 64;

/**
 * A `k` for which the history is surely k-atomic: takes out impossible reads, one after the other, until the rest is linearizable; then
 * puts each back as early as real time allows, and counts how many updates have passed there since a state that allows it.
 * `undefined` if what is impossible is no read, or the effort is spent.
 */
export function peelStaleReads<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  effort: Effort,
): number | undefined {
  const { model, operations } = sessions;
  // Where one answer may lead to several states, two reads that are put back may each need another of them.
  if ("steps" in model) return undefined;
  let ids = [...sessions.ids];
  const peeled: number[] = [];
  while (peeled.length <= MAX_PEELED) {
    const verdict = checkUnnamed(model, ids.map((id) => operations[id]), {
      timeLimitMs: effort.remainingMs,
      ...effort.heeded,
      explain: "verdict",
    });
    if (verdict.kind === "unknown") return undefined;
    if (verdict.kind === "ok") {
      const order = verdict.linearization.map((at) => operations[ids[at]]);
      return new Replay(model, order).stalest(peeled.map((id) => operations[id]));
    }
    const suspects = [verdict.firstImpossible, ...[...verdict.core].reverse()].map((at) => ids[at]);
    const next = suspects.find((id) => isReadOnly(model, operations[id].input));
    if (next === undefined) return undefined;
    peeled.push(next);
    ids = ids.filter((id) => id !== next);
  }
  return undefined;
}

/** The states along an order, for reads to be put into it. */
class Replay<State, Input, Output> {
  readonly #model: DeterministicModel<State, Input, Output>;
  /** The states after each update, the initial one first. */
  readonly #states: State[];
  /** How many updates there are before each place of the order. */
  readonly #updates: number[] = [0];
  /** By place: the order's operations sorted by return, with the latest place up to each. */
  readonly #returns: { readonly at: number; readonly place: number }[];

  constructor(
    model: DeterministicModel<State, Input, Output>,
    order: readonly Operation<Input, Output>[],
  ) {
    this.#model = model;
    this.#states = [model.init()];
    for (const operation of order) this.#take(operation);
    const returns = order.flatMap(({ outcome }, i) =>
      outcome.status === "ok" ? [{ at: outcome.returnAt, place: i + 1 }] : []
    ).sort((a, b) => a.at - b.at);
    let latest = 0;
    this.#returns = returns.map(({ at, place }) => ({ at, place: latest = Math.max(latest, place) }));
  }

  /** The `k` that the stalest of these reads needs; `undefined` if no state at all allows one of them. */
  stalest(reads: readonly Operation<Input, Output>[]): number | undefined {
    let most = 1;
    for (const read of reads) {
      const newest = this.#updates[this.#earliest(read.callAt)];
      let at = newest;
      while (at >= 0 && this.#next(this.#states[at], read) === ILLEGAL) at--;
      if (at < 0) return undefined;
      most = Math.max(most, 1 + newest - at);
    }
    return most;
  }

  #take(operation: Operation<Input, Output>): void {
    const model = this.#model;
    const updates = this.#updates[this.#updates.length - 1];
    const keeps = isReadOnly(model, operation.input) ||
      model.effect?.(operation.input, answerOf(operation)) === "read";
    if (!keeps) {
      const next = this.#next(this.#states[updates], operation);
      if (next === ILLEGAL) throw new TypeError("a linearization replays");
      this.#states.push(next as State);
    }
    this.#updates.push(keeps ? updates : updates + 1);
  }

  /** The first place of the order before which everything stands that had returned at an instant. */
  #earliest(callAt: number): number {
    let low = 0;
    let high = this.#returns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#returns[middle].at < callAt) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.#returns[low - 1].place;
  }

  #next(state: State, operation: Operation<Input, Output>): State | Illegal {
    return this.#model.step(state, operation.input, answerOf(operation), { expired: () => false });
  }
}
