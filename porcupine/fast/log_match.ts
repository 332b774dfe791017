import type { LogTable } from "./log_table.ts";
import { type Refused, TOO_MANY } from "./log_answers.ts";
import { NEVER } from "../history.ts";

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
 * Gives openings to appends, each its own: those before `holes` all get one, and so do all appends that have returned. Answers
 * the append of each opening, with none left out.
 *
 * There is such a matching if there is one for the holes and one for the appends that have returned (Mendelsohn and Dulmage
 * 1958), and `join` makes it of these two. As bounds ascend with the places, an append fits a run of openings, and each of the two
 * is found by going through the openings in order and taking always the append that returned first (Glover 1967); so one that
 * finds none shows that there is no matching.
 */
export function matchOpenings(table: LogTable, openings: Openings): Int32Array | Refused {
  const { unplaced, part: { ret } } = table;
  const filling = new Matching(table, openings, unplaced);
  for (let i = 0; i < openings.holes; i++) {
    filling.pass(i);
    if (filling.take(i) < 0) return lacking(table, openings, i);
  }
  const placing = new Matching(table, openings, unplaced.filter((k) => ret[k] !== NEVER));
  for (let i = 0; i < openings.holes || !placing.isDone; i++) {
    const late = placing.pass(i);
    if (late >= 0) return forgotten(table, openings, { late, opening: i, appendAt: placing.appendAt });
    placing.take(i);
  }
  return join(filling, placing);
}

/** One matching, made from the first opening on. */
class Matching {
  /** The append of each opening so far; -1: none. */
  readonly appendAt: number[] = [];
  /** The opening of each append. */
  readonly openingOf = new Map<number, number>();
  readonly #appends: readonly number[];
  readonly #openings: Openings;
  readonly #call: Int32Array;
  readonly #ret: Int32Array;
  /** Those that fit the opening at hand, as a heap: the one that returned first in front. */
  readonly #fitting: number[] = [];
  #called = 0;

  constructor({ part: { call, ret } }: LogTable, openings: Openings, appends: readonly number[]) {
    this.#appends = appends;
    this.#openings = openings;
    this.#call = call;
    this.#ret = ret;
  }

  /** Whether all appends have an opening, or had returned before one was found. */
  get isDone(): boolean {
    return this.#called === this.#appends.length && this.#fitting.length === 0;
  }

  /** Turns to an opening; answers one of the appends that had returned before it, -1 if there is none. */
  pass(opening: number): number {
    const high = this.#openings.high(opening);
    const low = this.#openings.low(opening);
    for (
      ;
      this.#called < this.#appends.length && this.#call[this.#appends[this.#called]] <= high;
      this.#called++
    ) {
      this.#add(this.#appends[this.#called]);
    }
    let late = -1;
    while (this.#fitting.length > 0 && this.#ret[this.#fitting[0]] <= low) late = this.#removeFirst();
    return late;
  }

  /** Gives it to the append that returned first; answers that, -1 if there is none. */
  take(opening: number): number {
    const append = this.#fitting.length === 0 ? -1 : this.#removeFirst();
    this.appendAt[opening] = append;
    if (append >= 0) this.openingOf.set(append, opening);
    return append;
  }

  #add(append: number): void {
    const heap = this.#fitting;
    let at = heap.length;
    while (at > 0 && this.#ret[heap[(at - 1) >> 1]] > this.#ret[append]) {
      heap[at] = heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heap[at] = append;
  }

  #removeFirst(): number {
    const heap = this.#fitting;
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

/**
 * Of a matching that serves all holes and one that serves all appends that have returned, one that serves both: each of those
 * that the first one leaves out takes its opening of the second; whom that drives out does the same, unless the second has none
 * for him: then nobody waits for him.
 */
function join(filling: Matching, placing: Matching): Int32Array {
  const appendAt = [...filling.appendAt];
  for (const first of placing.openingOf.keys()) {
    if (filling.openingOf.has(first)) continue;
    let append = first;
    for (
      let opening = placing.openingOf.get(append);
      opening !== undefined;
      opening = placing.openingOf.get(append)
    ) {
      const driven = appendAt[opening] ?? -1;
      appendAt[opening] = append;
      if (driven < 0) break;
      append = driven;
    }
  }
  // Behind the holes places move up: they have no upper bounds, and their lower ones ascend.
  return Int32Array.from(appendAt.filter((append) => append !== undefined && append >= 0));
}

/** No append is left for a hole. */
function lacking(table: LogTable, openings: Openings, opening: number): Refused {
  const { unplaced, part: { ret } } = table;
  const place = openings.place(opening);
  const { lowBy, highBy } = table;
  // Those that had returned before it came cannot be it.
  const gone = unplaced.filter((k) => ret[k] <= openings.low(opening));
  return refuse(table, [lowBy[place], highBy[place], ...gone], TOO_MANY);
}

/** An append returned before the first opening that was left for it. */
function forgotten(
  table: LogTable,
  openings: Openings,
  { late, opening, appendAt }: {
    readonly late: number;
    readonly opening: number;
    readonly appendAt: readonly number[];
  },
): Refused {
  const { ret } = table.part;
  const suspects = [late, table.lowBy[openings.place(opening)]];
  // The openings before that fit it belong to others that could not wait, back to one that none of them could have.
  let i = opening - 1;
  for (; i >= 0 && appendAt[i] >= 0 && ret[appendAt[i]] <= ret[late]; i--) suspects.push(appendAt[i]);
  const from = i < 0 ? 0 : openings.place(i);
  if (i >= 0 && i < openings.holes) suspects.push(table.highBy[from]);
  for (let p = from; p < Math.min(openings.place(opening), table.length); p++) suspects.push(table.maker[p]);
  return refuse(table, suspects, "what had been added by then must be counted");
}

function refuse({ seenBy }: LogTable, operations: readonly number[], reason: string): Refused {
  const known = operations.filter((k) => k >= 0);
  const suspects = new Set([...known, ...known.map((k) => seenBy[k]).filter((k) => k >= 0)]);
  return { verdict: "illegal", suspects: [...suspects], reason };
}
