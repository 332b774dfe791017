/**
 * Keyed chance: every decision is a hash of (seed, domain, who, n-th time, which question), never the next draw of a stream.
 *
 * So taking one fault out of a plan re-rolls nothing else, and a failing plan can be made smaller step by step.
 * @module
 */

import { hashLabel, mix } from "../../runtime/mod.ts";

/** Decisions of one domain (`network`, `disk` ...); allocation-free. */
export class Chance {
  readonly #high: number;
  readonly #low: number;

  /** Equal seeds and domains give equal decisions. `seed` is a safe integer. */
  constructor(seed: number, domain: string) {
    const magnitude = Math.abs(seed);
    const label = hashLabel(domain);
    this.#low = mix(magnitude >>> 0, label);
    this.#high = mix(Math.floor(magnitude / 4294967296) ^ (seed < 0 ? 0x80000000 : 0), label ^ 0x5bd1e995);
  }

  /** 32 random bits for the `nth` decision of `who`; `question` separates several decisions at one occasion. */
  bits(who: number, nth: number, question: number): number {
    return mix(
      mix(this.#low ^ Math.imul(who, 0x9e3779b1), nth),
      this.#high ^ Math.imul(question, 0x7feb352d),
    );
  }

  /** A number in [0, 1). */
  unit(who: number, nth: number, question: number): number {
    return this.bits(who, nth, question) / 4294967296;
  }

  /** An integer in [0, bound); `bound` at most 2^32. */
  below(bound: number, who: number, nth: number, question: number): number {
    return Math.floor(this.unit(who, nth, question) * bound);
  }
}
