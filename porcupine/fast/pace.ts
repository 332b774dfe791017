import { type Budget, Expired } from "../budget.ts";
import type { Claims } from "./claims.ts";

/** So many ranks that were looked at take as long as a configuration of a search: a power of two. */
const RANKS = 8;
/** After so many turns, or ranks, the clock is looked at: less than a millisecond. A turn takes about as long as a configuration. */
const TURNS = 256;
const MANY_RANKS = 1 << 18;

/** Counts what is done with claims as work, and looks at the limits: of a long zone a single turn may take as long as thousands of others. */
export class Pace {
  readonly #claims: Claims;
  readonly #budget: Budget;
  #turns = 0;
  /** The claims' work at the last look. */
  #looked = 0;

  constructor(claims: Claims, budget: Budget) {
    this.#claims = claims;
    this.#budget = budget;
    this.#looked = claims.work;
  }

  /** A turn has been taken. Throws `Expired` if a limit has struck. */
  turn(): void {
    if (++this.#turns < TURNS && this.#claims.work - this.#looked < MANY_RANKS) return;
    this.#budget.spend(this.#turns + ((this.#claims.work - this.#looked) >>> RANKS));
    this.#turns = 0;
    this.#looked = this.#claims.work;
    if (this.#budget.expired()) throw new Expired();
  }
}
