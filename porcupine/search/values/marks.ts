import type { ValueOperations } from "./operations.ts";
import type { Rows } from "./rows.ts";
import { NARROW, type Standing } from "./widening.ts";

/**
 * So many levels after its beginning a search shows itself for the first time; each time it has come twice as far, and after some
 * hundreds, when it has what another one has wherever both are calm, an eighth farther: in a crowd it is calm at half of the places.
 */
const MARKS = { first: 16, doubledTo: 256, growth: 9 / 8 };
/** Numbers at the beginning of a mark: what it is, how many configurations there are, whether some were thrown away before. */
const HEAD = 3;
/** What a mark may be. */
const WRITTEN = 1;
const VOID = 2;

/** The later search may begin so often: in the middle, and then nearer and nearer to the first one. */
export const PIECES = 5;
/** The piece that the first thread searches where it would have to wait: see `Assistance`. */
export const ASSISTED = PIECES;
/** The numbers in front of the marks: the level that the first search has come to, the piece that the later one is at, and its level. */
const FRONT = 3;
const LATER_PIECE = 1;
const LATER_LEVEL = 2;

/** Where marks are written, and what they are marks of. */
export interface MarkPlan {
  /** The level at which the later search begins, and the last one. */
  readonly begin: number;
  readonly end: number;
  /** Integers in a row that are compared, and different values. */
  readonly compared: number;
  readonly values: number;
}

/**
 * Two searches of one history, the later one from its middle on.
 *
 * What a `Widening` does from a level on depends on the configurations it has at its start, their order, how it stands there, and
 * nothing else, unless it goes back to before. So if two searches that are calm have the same ones at a level, and either both have
 * thrown some away or neither has, then they do the same behind it. One that begins in the middle does not know what was there: it
 * begins with every value, with nothing owed of what was called before, and with nothing used up - more than could be true. But
 * operations return, reads say what was there, and those are kept that owe least; after some tens of returns what is left is, as a
 * rule, exactly what a search from the beginning has there. If so, the first search is joined to what the other one has already found,
 * and has found the same, step by step, as it would have alone. If not, nothing is lost: it goes on.
 *
 * Where the later search goes back to before a mark, that is void: the first one has something else there to go on with.
 *
 * Whoever has searched from the middle to the end begins again between where the first search is and that middle, and is joined
 * to itself there: a piece. So both are busy until they meet, however long each of them was held up.
 *
 * Where the first one has come to a piece that the later one is still at, it does not wait: it searches a piece itself, from the
 * middle of what is left of that one.
 *
 * `Marks` are where the later search leaves its configurations for the first one, and for its own next piece, to compare, in
 * shared memory.
 */
export class Marks {
  readonly plan: MarkPlan;
  readonly #cells: Int32Array;
  /** By mark: so many levels after its beginning a piece shows itself. */
  readonly #lags: readonly number[];

  constructor(plan: MarkPlan, cells: Int32Array) {
    this.plan = plan;
    this.#cells = cells;
    this.#lags = lagsOf(plan);
  }

  /** How many integers are needed for them. */
  static room(plan: MarkPlan): number {
    return FRONT + (PIECES + 1) * (1 + lagsOf(plan).length * roomOf(plan));
  }

  /** How many each piece may have. */
  get count(): number {
    return this.#lags.length;
  }

  /** The level that the first search has come to, or a little less. */
  set level(level: number) {
    Atomics.store(this.#cells, 0, level);
  }

  /** See above. */
  get level(): number {
    return Atomics.load(this.#cells, 0);
  }

  /** Where the later search is, or was a little before. */
  get later(): { readonly piece: number; readonly level: number } {
    return { piece: Atomics.load(this.#cells, LATER_PIECE), level: Atomics.load(this.#cells, LATER_LEVEL) };
  }

  /** See above. */
  set later({ piece, level }: { readonly piece: number; readonly level: number }) {
    Atomics.store(this.#cells, LATER_LEVEL, level);
    Atomics.store(this.#cells, LATER_PIECE, piece);
  }

  /** The level at which a piece begins; -1 if it has not. The first one needs not be told. */
  beginOf(piece: number): number {
    if (piece === 0) return this.plan.begin;
    return Atomics.load(this.#cells, FRONT + piece) - 1;
  }

  /** A piece begins. */
  begin(piece: number, level: number): void {
    if (piece > 0) Atomics.store(this.#cells, FRONT + piece, level + 1);
  }

  /** The level of a piece's mark; `Infinity` if there is none. */
  levelOf(piece: number, mark: number): number {
    const begin = this.beginOf(piece);
    const level = begin + this.#lags[mark];
    return begin < 0 || mark >= this.#lags.length || level >= this.plan.end ? Infinity : level;
  }

  /** The later search shows what it has. */
  write(piece: number, mark: number, layer: Rows, { isThinned }: Standing): void {
    const { count } = layer;
    const at = this.#placeOf(piece, mark);
    // More are there only before the first ones have been thrown away.
    if (HEAD + count * layer.compared > roomOf(this.plan)) return;
    this.#cells[at + 1] = count;
    this.#cells[at + 2] = Number(isThinned);
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) this.#cells[to++] = layer.rows[from + comparedAt(layer, j)];
    }
    Atomics.store(this.#cells, at, WRITTEN);
  }

  /** The later search has gone back to before it. */
  cancel(piece: number, mark: number): void {
    Atomics.store(this.#cells, this.#placeOf(piece, mark), VOID);
  }

  /** Whether the later search had, at this mark of a piece, what another one has now. */
  agree(piece: number, mark: number, layer: Rows, { isCalm, isThinned }: Standing): boolean {
    const { count } = layer;
    const at = this.#placeOf(piece, mark);
    if (!isCalm || Atomics.load(this.#cells, at) !== WRITTEN) return false;
    if (this.#cells[at + 1] !== count || this.#cells[at + 2] !== Number(isThinned)) return false;
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) {
        if (this.#cells[to++] !== layer.rows[from + comparedAt(layer, j)]) return false;
      }
    }
    return true;
  }

  #placeOf(piece: number, mark: number): number {
    return FRONT + PIECES + 1 + (piece * this.#lags.length + mark) * roomOf(this.plan);
  }
}

/** The configuration itself, then its flags; the decision that it came of has another number in another search. */
function comparedAt(layer: Rows, j: number): number {
  return j < layer.compared - 1 ? j : layer.flagsAt;
}

/** A piece that begins before the middle may not meet the one behind it until the end. */
function lagsOf({ end }: MarkPlan): readonly number[] {
  const lags: number[] = [];
  for (
    let lag = MARKS.first;
    lag < end;
    lag = lag < MARKS.doubledTo ? 2 * lag : Math.ceil(lag * MARKS.growth)
  ) {
    lags.push(lag);
  }
  return lags;
}

function roomOf({ compared, values }: MarkPlan): number {
  return HEAD + Math.max(NARROW, values) * compared;
}

/** A later search that begins at a level. */
export function planOf({ slots, values, returns }: ValueOperations, begin: number): MarkPlan {
  const words = Math.max(1, (slots + 31) >>> 5);
  return { begin, end: returns.length, compared: 2 + 2 * words, values };
}
