import type { ValueOperations } from "./operations.ts";
import type { Rows } from "./rows.ts";

/** Marks take no more memory than this many integers: of the last, widest search they are left out. */
const MOST_ROOM = 1 << 22;

/** So many levels after its beginning a search shows itself for the first time; each time it has come twice as far. */
const FIRST_MARK = 16;
/** Numbers at the beginning of a mark: whether it is written, how many configurations there are. */
const HEAD = 2;

/** With each width the later search may begin so often: in the middle, and then nearer and nearer to the first one. */
export const PIECES = 5;
/** Searches of more configurations begin in the middle only. */
const WIDEST = 1024;
/** Numbers in front of the marks: the width and the level that the first search has come to. */
const FRONT = 2;

/** Where marks are written, and what they are marks of. */
export interface MarkPlan {
  /** The level at which the later search begins, and the last one. */
  readonly begin: number;
  readonly end: number;
  /** How many configurations are kept, in turn. */
  readonly widths: readonly number[];
  /** Integers in a row that are compared, and different values. */
  readonly compared: number;
  readonly values: number;
}

/**
 * Two searches of one history, the later one from its middle on.
 *
 * What `ValueSearch` does from a level on depends on the configurations it has at its start, their order, and nothing else. So if
 * two searches of the same width ever have the same ones at a level, then the same ones at all later levels. One that
 * begins in the middle does not know what was there: it begins with every value, with nothing owed of what was called before,
 * and with nothing used up - more than could be true. But operations return, reads say what was there, and the width
 * leaves those that owe least; after some tens of returns what is left is, as a rule, exactly what a search from the beginning
 * has there. If so, the first search is joined to what the other one has already found, and has found the same, step by step,
 * as it would have alone. If not, nothing is lost: it goes on.
 *
 * Whoever has searched from the middle to the end begins again between where the first search is and that middle, and is joined
 * to itself there: a piece. So both are busy until they meet, however long each of them was held up.
 *
 * `Marks` are where the later search leaves its configurations for the first one, and for its own next piece, to compare, in
 * shared memory.
 */
export class Marks {
  readonly plan: MarkPlan;
  readonly #cells: Int32Array;
  /** By width: where its pieces are. */
  readonly #places: readonly number[];

  constructor(plan: MarkPlan, cells: Int32Array) {
    this.plan = plan;
    this.#cells = cells;
    this.#places = placesOf(plan);
  }

  /** How many integers are needed for them. */
  static room(plan: MarkPlan): number {
    return placesOf(plan)[plan.widths.length];
  }

  /** The first search has come to this width: before, none is of use. */
  set widthIndex(index: number) {
    this.level = 0;
    Atomics.store(this.#cells, 0, index);
  }

  /** See above. */
  get widthIndex(): number {
    return Atomics.load(this.#cells, 0);
  }

  /** The level that the first search has come to, or a little less. */
  set level(level: number) {
    Atomics.store(this.#cells, 1, level);
  }

  /** See above. */
  get level(): number {
    return Atomics.load(this.#cells, 1);
  }

  /** How many pieces there may be. */
  pieces(widthIndex: number): number {
    return piecesOf(this.plan, widthIndex);
  }

  /** The level at which a piece begins; -1 if it has not. The first one needs not be told. */
  beginOf(widthIndex: number, piece: number): number {
    if (piece === 0) return this.plan.begin;
    return Atomics.load(this.#cells, this.#places[widthIndex] + piece) - 1;
  }

  /** A piece begins. */
  begin(widthIndex: number, piece: number, level: number): void {
    if (piece > 0) Atomics.store(this.#cells, this.#places[widthIndex] + piece, level + 1);
  }

  /** The level of a piece's mark; `Infinity` if there is none. */
  levelOf(widthIndex: number, piece: number, mark: number): number {
    const begin = this.beginOf(widthIndex, piece);
    const level = begin + FIRST_MARK * 2 ** mark;
    return begin < 0 || mark >= marksOf(this.plan) || level >= this.plan.end ? Infinity : level;
  }

  /** The later search shows what it has. */
  write(widthIndex: number, piece: number, mark: number, layer: Rows): void {
    const { count } = layer;
    const at = this.#placeOf(widthIndex, piece, mark);
    // More are there only before the first ones have been thrown away.
    if (HEAD + count * layer.compared > roomOf(this.plan, widthIndex)) return;
    this.#cells[at + 1] = count;
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) this.#cells[to++] = layer.rows[from + comparedAt(layer, j)];
    }
    Atomics.store(this.#cells, at, 1);
  }

  /** Whether the later search had, at this mark of a piece, what another one has now. */
  agree(widthIndex: number, piece: number, mark: number, layer: Rows): boolean {
    const { count } = layer;
    const at = this.#placeOf(widthIndex, piece, mark);
    if (Atomics.load(this.#cells, at) === 0 || this.#cells[at + 1] !== count) return false;
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) {
        if (this.#cells[to++] !== layer.rows[from + comparedAt(layer, j)]) return false;
      }
    }
    return true;
  }

  #placeOf(widthIndex: number, piece: number, mark: number): number {
    const { plan } = this;
    const first = this.#places[widthIndex] + piecesOf(plan, widthIndex);
    return first + (piece * marksOf(plan) + mark) * roomOf(plan, widthIndex);
  }
}

/** The configuration itself, then its flags; the decision that it came of has another number in another search. */
function comparedAt(layer: Rows, j: number): number {
  return j < layer.compared - 1 ? j : layer.flagsAt;
}

function placesOf(plan: MarkPlan): number[] {
  const places = [FRONT];
  for (let i = 0; i < plan.widths.length; i++) {
    const pieces = piecesOf(plan, i);
    places.push(places[i] + pieces + pieces * marksOf(plan) * roomOf(plan, i));
  }
  return places;
}

function piecesOf({ widths }: MarkPlan, widthIndex: number): number {
  return widths[widthIndex] > WIDEST ? 1 : PIECES;
}

/** Pieces that begin before the middle need no more: they end there, as a rule. */
function marksOf({ begin, end }: MarkPlan): number {
  let marks = 0;
  while (begin + FIRST_MARK * 2 ** marks < end) marks++;
  return marks;
}

function roomOf({ widths, compared, values }: MarkPlan, widthIndex: number): number {
  return HEAD + Math.max(widths[widthIndex], values) * compared;
}

/** A later search that begins at a level, with as many of the widths as there is room for. */
export function planOf(operations: ValueOperations, begin: number, widths: readonly number[]): MarkPlan {
  const words = Math.max(1, (operations.slots + 31) >>> 5);
  const { values, returns } = operations;
  const plan = { begin, end: returns.length, widths, compared: 2 + 2 * words, values };
  return widths.length > 1 && Marks.room(plan) > MOST_ROOM
    ? planOf(operations, begin, widths.slice(0, -1))
    : plan;
}
