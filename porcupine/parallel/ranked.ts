import { Budget, LOOKS } from "../budget.ts";
import { type OrderedHistory, type Places, rankByPlace } from "../history.ts";
import { deal } from "../deal.ts";
import { SHARED_ARRAYS } from "../scratch.ts";
import type { Arranged } from "./messages.ts";

/** In a helper: a history that is to be dealt out, as soon as it is known which operations have which key. */
export class Ranked {
  /** `undefined` if two events have the same place. */
  readonly #history: OrderedHistory | undefined;
  readonly #budget: Budget = new Budget({});

  /** Brings it into order. */
  constructor(places: Places) {
    this.#history = rankByPlace(places, this.#budget, SHARED_ARRAYS);
  }

  /** Deals it out, once; null if it could not be brought into order. */
  deal(partOf: Int32Array, size: number): Arranged | null {
    const history = this.#history;
    const budget = this.#budget;
    if (history === undefined) return null;
    // What it costs in `partition` to look at the keys.
    for (let at = LOOKS; at < history.events.length; at += LOOKS + 1) budget.tick(at);
    const dealt = deal({ partOf, size, history, budget }, SHARED_ARRAYS);
    budget.scratch.giveBack();
    return { history, dealt, work: budget.work };
  }
}
