import { checkOperations } from "../check.ts";
import { ILLEGAL, type Operation } from "../types.ts";
import type { Effort } from "./effort.ts";
import { answerOf, type Sessions } from "./session.ts";

/** More stale reads than this are for the search. */
const MAX_PEELED = 64;

/**
 * A `k` that will surely do: takes out impossible reads, one after the other, until the rest is linearizable, and puts each
 * back as early as real time allows; how many updates have passed there since a state that allows it can be counted.
 * `undefined` if what is impossible is no read, or the effort is spent.
 */
export function peelStaleReads<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  effort: Effort,
): number | undefined {
  const { model, operations } = sessions;
  let ids = [...sessions.ids];
  const peeled: number[] = [];
  while (peeled.length <= MAX_PEELED) {
    const verdict = checkOperations(model, ids.map((id) => operations[id]), {
      timeLimitMs: effort.remainingMs,
      now: effort.now,
      explain: "verdict",
    });
    if (verdict.kind === "unknown") return undefined;
    if (verdict.kind === "ok") {
      return new Replay(sessions, verdict.linearization.map((at) => operations[ids[at]])).stalest(
        peeled.map((id) => operations[id]),
      );
    }
    const suspects = [verdict.firstImpossible, ...[...verdict.core].reverse()].map((at) => ids[at]);
    const next = suspects.find((id) => model.readOnly?.(operations[id].input) === true);
    if (next === undefined) return undefined;
    peeled.push(next);
    ids = ids.filter((id) => id !== next);
  }
  return undefined;
}

/** The states along an order, for reads to be put into it. */
class Replay<State, Input, Output> {
  readonly #sessions: Sessions<State, Input, Output>;
  /** The states after each update, the initial one first; a nondeterministic model may have several. */
  readonly #states: (readonly State[])[];
  /** How many updates there are before each place of the order. */
  readonly #updates: number[] = [0];
  /** By place: the order's operations sorted by return, with the latest place up to each. */
  readonly #returns: { readonly at: number; readonly place: number }[];

  constructor(sessions: Sessions<State, Input, Output>, order: readonly Operation<Input, Output>[]) {
    this.#sessions = sessions;
    this.#states = [[sessions.model.init()]];
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
      while (at >= 0 && !this.#allows(this.#states[at], read)) at--;
      if (at < 0) return undefined;
      most = Math.max(most, 1 + newest - at);
    }
    return most;
  }

  #take(operation: Operation<Input, Output>): void {
    const { model } = this.#sessions;
    const updates = this.#updates[this.#updates.length - 1];
    const keeps = model.readOnly?.(operation.input) === true ||
      model.effect?.(operation.input, answerOf(operation)) === "read";
    if (!keeps) this.#states.push(this.#states[updates].flatMap((state) => this.#nexts(state, operation)));
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

  #allows(states: readonly State[], read: Operation<Input, Output>): boolean {
    return states.some((state) => this.#nexts(state, read).length > 0);
  }

  #nexts(state: State, operation: Operation<Input, Output>): readonly State[] {
    const { model } = this.#sessions;
    const context = { expired: () => false };
    const answer = answerOf(operation);
    if ("steps" in model) return model.steps(state, operation.input, answer, context);
    const next = model.step(state, operation.input, answer, context);
    return next === ILLEGAL ? [] : [next as State];
  }
}
