import { type Budget, Expired } from "../budget.ts";
import { NEVER } from "../history.ts";
import type { Arranging, Traffic } from "./collection.ts";
import type { FastResult } from "./result.ts";

/** By value: which of the lost removals, by call, takes it out; -1 if none does. */
type Takers = Int32Array;

const NONE = -1;
/** So many values may be arranged again in all: two hundred times five thousand take half a second. */
const MENDED_VALUES = 1_000_000;
/** And so often, where there are few. */
const MENDED_TIMES = 200;
/** To arrange so many takes at most as long as a configuration of a search. */
const VALUES_A_STEP = 2;

/**
 * Decides with removals that were lost, as far as that is easy; `undefined` is for the search.
 *
 * - If an order exists in which none of them took effect, the history is possible.
 * - So it is if one exists in which each of them took out one of the values left. It is tried with the values likeliest to come
 *   out first, one for each lost removal, by call.
 * - Let *all* values left come out, at any time since the first lost removal was called. If no order exists even so, the history
 *   is impossible. For take an order of the history: what a lost removal took out in it came out since then; a lost removal that
 *   found nothing can be dropped; and what was never taken out can come out in its turn, after everything else.
 */
export function decideTraffic(traffic: Traffic, arranging: Arranging): FastResult | undefined {
  const { lost, remove } = traffic;
  const { arrange } = arranging;
  const result = arrange(traffic);
  if (result.verdict === "ok" || lost.length === 0) return result;
  const left = valuesLeft(traffic, arranging);
  const guessed = new Int32Array(remove.length).fill(NONE);
  for (let i = 0; i < Math.min(left.length, lost.length); i++) guessed[left[i]] = i;
  const guess = arrange(takenBy(traffic, guessed));
  if (guess.verdict === "ok") return guess;
  const relaxed = arrange(takenBy(traffic, remove.map((k) => k < 0 ? 0 : NONE)));
  return relaxed.verdict === "illegal" ? relaxed : undefined;
}

/** The values that nobody is known to have taken out, those first that are likelier to have come out first. */
function valuesLeft(traffic: Traffic, { sooner }: Arranging): number[] {
  const left: number[] = [];
  for (let v = 0; v < traffic.count; v++) if (traffic.remove[v] < 0) left.push(v);
  return left.sort((v, w) => sooner(traffic, v, w));
}

/** The same, with some of the values left taken out by operations that never returned. */
function takenBy(traffic: Traffic, takers: Takers): Traffic {
  const { part, lost } = traffic;
  const remove = traffic.remove.slice();
  const removeCall = traffic.removeCall.slice();
  for (let v = 0; v < takers.length; v++) {
    if (takers[v] === NONE) continue;
    remove[v] = lost[takers[v]];
    removeCall[v] = part.call[lost[takers[v]]];
  }
  return { ...traffic, remove, removeCall };
}

/**
 * An order in which lost removals took out what had to come out, where that is easily found; `undefined` is for the search. To be asked
 * only of what `decideTraffic` left open.
 */
export function mend(traffic: Traffic, arranging: Arranging, budget: Budget): FastResult | undefined {
  return new Mending(traffic, valuesLeft(traffic, arranging)).mend(arranging.arrange, budget);
}

/**
 * Which lost removal took out what, found by way of contradictions. Without any of them something is wrong with a few operations. One
 * of the values left that is among these has to come out, while they last at the latest: it is given to the last lost removal
 * that had been called by then, so that earlier ones stay free for what has to come out earlier. If that was too late there is another
 * contradiction, with this value in it, and it moves on to an earlier one. If none of those is free, it takes one from a value that was
 * put in later, as it cannot be in the way before: that one gets the later one in its place.
 *
 * What is found is an order of the history, since any of them may have taken out anything. That nothing is found means nothing.
 */
class Mending {
  readonly #traffic: Traffic;
  readonly #takers: Takers;
  /** By lost removal: the value that it takes out. */
  readonly #taken: Int32Array;
  /** By operation: the value left that it put in, numbered by how likely they are to come out first. */
  readonly #leftBy = new Map<number, number>();
  readonly #left: readonly number[];

  constructor(traffic: Traffic, left: readonly number[]) {
    this.#traffic = traffic;
    this.#left = left;
    this.#takers = new Int32Array(traffic.count).fill(NONE);
    this.#taken = new Int32Array(traffic.lost.length).fill(NONE);
    left.forEach((v, i) => this.#leftBy.set(traffic.insert[v], i));
  }

  mend(arrange: Arranging["arrange"], budget: Budget): FastResult | undefined {
    const { count } = this.#traffic;
    for (let times = 0; times < MENDED_TIMES && times * count < MENDED_VALUES; times++) {
      const result = arrange(takenBy(this.#traffic, this.#takers));
      if (result.verdict === "ok") return result;
      budget.spend(count / VALUES_A_STEP);
      if (budget.expired()) throw new Expired();
      if (result.verdict !== "illegal" || !this.#give(result.suspects)) return undefined;
    }
    return undefined;
  }

  /** Gives one of the values left among the suspects to a lost removal, or to an earlier one; false if that cannot be done. */
  #give(suspects: readonly number[]): boolean {
    const { part: { call, ret }, lost } = this.#traffic;
    const last = suspects.reduce((most, k) => ret[k] !== NEVER ? Math.max(most, ret[k]) : most, 0);
    const numbers = suspects.flatMap((k) => this.#leftBy.get(k) ?? []).sort((i, j) => i - j);
    const values = numbers.map((i) => this.#left[i]);
    const isGiven = (v: number): boolean => this.#takers[v] !== NONE;
    const inOrder = [...values.filter((v) => !isGiven(v)), ...values.filter(isGiven)];
    for (const isFree of [true, false]) {
      for (const v of inOrder) {
        let taker = isGiven(v) ? this.#takers[v] - 1 : lost.length - 1;
        while (taker >= 0 && (call[lost[taker]] >= last || !this.#mayTake(v, taker, isFree))) taker--;
        if (taker < 0) continue;
        this.#swap(v, taker);
        return true;
      }
    }
    return false;
  }

  /** Whether a lost removal is free, or has a value that was put in later. */
  #mayTake(v: number, taker: number, isFree: boolean): boolean {
    const other = this.#taken[taker];
    const { insertCall } = this.#traffic;
    return isFree ? other === NONE : other !== NONE && insertCall[other] > insertCall[v];
  }

  /** Gives it to `v`; what it had goes to whoever had `v`. */
  #swap(v: number, taker: number): void {
    const other = this.#taken[taker];
    const before = this.#takers[v];
    if (other !== NONE) this.#takers[other] = before;
    if (before !== NONE) this.#taken[before] = other;
    this.#takers[v] = taker;
    this.#taken[taker] = v;
  }
}
