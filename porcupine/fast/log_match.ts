import { NEVER } from "../history.ts";
import { type Refused, TOO_MANY } from "./log_answers.ts";
import type { LogTable } from "./log_draft.ts";

/** Where appends can stand whose place is not known: entries nobody read, and then the places behind all that are known. */
export class Openings {
  /** How many of them are entries that were there for certain. */
  readonly holes: number;
  readonly #table: LogTable;
  readonly #places: readonly number[];

  constructor(table: LogTable) {
    this.#table = table;
    const places: number[] = [];
    for (let p = 0; p < table.length; p++) if (table.maker[p] < 0) places.push(p);
    this.holes = places.length;
    this.#places = places;
  }

  /** The place of an opening. */
  place(i: number): number {
    return i < this.holes ? this.#places[i] : this.#table.length + i - this.holes;
  }

  /** The first gap in which an entry can have come there. */
  low(i: number): number {
    return this.#table.low[this.place(i)];
  }

  /** The last one. */
  high(i: number): number {
    return i < this.holes ? this.#table.high[this.#places[i]] : NEVER;
  }
}

/**
 * Gives openings to appends, each its own: each hole gets one, and so does each append that has returned. Answers the append
 * of each opening, with none left out.
 *
 * An append fits an opening if it was called by its upper bound and returned after its lower one. We go through the openings
 * in order, and take always the append that returned first of those that fit; one without an answer if there is no other.
 * (Glover 1967: as bounds ascend with the places, who fits this opening and a later one fits those between.)
 *
 * - *If none fits a hole*, all that were called by its upper bound stand in front of it - who returned too early was found
 *   out before -, so that there are fewer of them than openings up to here, and no other fits any of these.
 * - *If one returned before its turn*, take the openings in front of this one, back to the last that was given to an append
 *   that returned later. They were given to appends that returned no later than this one, so that none of these fits this opening
 *   or one behind it; nor that last one, or one in front of it: they were called after its upper bound, else it had been given
 *   to them. So they and the one that returned are more than the openings that they fit.
 */
export function matchOpenings(table: LogTable, openings: Openings): Int32Array | Refused {
  const waiting = new Waiting(table);
  const appendAt: number[] = [];
  for (let i = 0; i < openings.holes || waiting.isOwing; i++) {
    const late = waiting.pass(openings.low(i), openings.high(i));
    if (late >= 0) return forgotten(table, openings, appendAt, late);
    const append = waiting.take();
    if (append < 0) return lacking(table, openings.place(i));
    appendAt.push(append);
  }
  return Int32Array.from(appendAt);
}

/** The appends of which nobody knows the place, as they are called and given away. */
class Waiting {
  readonly #unplaced: readonly number[];
  readonly #call: Int32Array;
  readonly #ret: Int32Array;
  /** Those that have been called, as a heap: who returned first is in front. */
  readonly #heap: number[] = [];
  #called = 0;
  /** How many that have returned are still without an opening. */
  #owed = 0;

  constructor({ unplaced, part: { call, ret } }: LogTable) {
    this.#unplaced = unplaced;
    this.#call = call;
    this.#ret = ret;
    for (const k of unplaced) if (ret[k] !== NEVER) this.#owed++;
  }

  /** Whether one that has returned is without an opening. */
  get isOwing(): boolean {
    return this.#owed > 0;
  }

  /** Turns to an opening with these bounds; answers one that had returned too early for it, -1 if there is none. */
  pass(low: number, high: number): number {
    const unplaced = this.#unplaced;
    while (this.#called < unplaced.length && this.#call[unplaced[this.#called]] <= high) {
      this.#add(unplaced[this.#called++]);
    }
    const [first] = this.#heap;
    return first !== undefined && this.#ret[first] <= low ? first : -1;
  }

  /** The one that returned first, which waits no longer; -1 if there is none. */
  take(): number {
    if (this.#heap.length === 0) return -1;
    const first = this.#removeFirst();
    if (this.#ret[first] !== NEVER) this.#owed--;
    return first;
  }

  #add(append: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0 && this.#ret[heap[(at - 1) >> 1]] > this.#ret[append]) {
      heap[at] = heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heap[at] = append;
  }

  #removeFirst(): number {
    const heap = this.#heap;
    const first = heap[0];
    const moved = heap.pop() ?? first;
    const { length } = heap;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && this.#ret[heap[child + 1]] < this.#ret[heap[child]]) child++;
      if (this.#ret[heap[child]] >= this.#ret[moved]) break;
      heap[at] = heap[child];
      at = child;
    }
    if (length > 0) heap[at] = moved;
    return first;
  }
}

/** No append is left for a hole: those that were told a place behind it cannot be it. */
function lacking(table: LogTable, place: number): Refused {
  const { maker, highBy, length } = table;
  return refuse(table, [highBy[place], ...maker.subarray(place + 1, length)], TOO_MANY);
}

/** An append returned before the first opening that was left for it. */
function forgotten(
  table: LogTable,
  openings: Openings,
  appendAt: readonly number[],
  late: number,
): Refused {
  const { part: { ret }, length, maker, lowBy, highBy } = table;
  const opening = appendAt.length;
  const suspects = [late, lowBy[openings.place(opening)]];
  let i = opening - 1;
  for (; i >= 0 && ret[appendAt[i]] <= ret[late]; i--) suspects.push(appendAt[i]);
  const from = i < 0 ? 0 : openings.place(i);
  if (i >= 0 && i < openings.holes) suspects.push(highBy[from]);
  // Whoever is known to stand between them takes up no opening.
  for (let p = from; p < Math.min(openings.place(opening), length); p++) suspects.push(maker[p]);
  return refuse(table, suspects, "what had been added by then must be counted");
}

function refuse({ seenBy }: LogTable, operations: readonly number[], reason: string): Refused {
  const known = operations.filter((k) => k >= 0);
  const suspects = new Set([...known, ...known.map((k) => seenBy[k]).filter((k) => k >= 0)]);
  return { verdict: "illegal", suspects: [...suspects], reason };
}
