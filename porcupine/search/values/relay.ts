import type { ValueOperations } from "./operations.ts";
import type { Rows } from "./rows.ts";
import type { End, Stops, ValueProgress, ValueSearch } from "./search.ts";

/** Marks take no more memory than this many integers: of the last, widest search they are left out. */
const MOST_ROOM = 1 << 22;

/** So many levels after its beginning a search shows itself for the first time; each time it has come twice as far. */
const FIRST_MARK = 16;
/** Numbers at the beginning of a mark: whether it is written, how many configurations there are. */
const HEAD = 2;

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
 * `Marks` are where the later search leaves its configurations for the first one to compare, in shared memory.
 */
export class Marks {
  readonly plan: MarkPlan;
  readonly #cells: Int32Array;

  constructor(plan: MarkPlan, cells: Int32Array) {
    this.plan = plan;
    this.#cells = cells;
  }

  /** How many integers are needed for them. */
  static room(plan: MarkPlan): number {
    return plan.widths.reduce((sum, _, i) => sum + marksOf(plan) * roomOf(plan, i), 1);
  }

  /** The first search has come to this width: before, none is of use. */
  set widthIndex(index: number) {
    Atomics.store(this.#cells, 0, index);
  }

  /** See above. */
  get widthIndex(): number {
    return Atomics.load(this.#cells, 0);
  }

  /** The later search shows what it has. */
  write(widthIndex: number, mark: number, layer: Rows): void {
    const { count } = layer;
    const at = this.#placeOf(widthIndex, mark);
    // More are there only before the first ones have been thrown away.
    if (HEAD + count * layer.compared > roomOf(this.plan, widthIndex)) return;
    this.#cells[at + 1] = count;
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) this.#cells[to++] = layer.rows[from + comparedAt(layer, j)];
    }
    Atomics.store(this.#cells, at, 1);
  }

  /** Whether the later search had, at its `mark`-th mark, what this one has now. */
  agree(widthIndex: number, mark: number, layer: Rows): boolean {
    return this.#isSame(this.#placeOf(widthIndex, mark), layer);
  }

  #placeOf(widthIndex: number, mark: number): number {
    let at = 1;
    for (let i = 0; i < widthIndex; i++) at += marksOf(this.plan) * roomOf(this.plan, i);
    return at + mark * roomOf(this.plan, widthIndex);
  }

  #isSame(at: number, layer: Rows): boolean {
    const { count } = layer;
    if (Atomics.load(this.#cells, at) === 0 || this.#cells[at + 1] !== count) return false;
    for (let i = 0, to = at + HEAD; i < count; i++) {
      const from = i * layer.stride;
      for (let j = 0; j < layer.compared; j++) {
        if (this.#cells[to++] !== layer.rows[from + comparedAt(layer, j)]) return false;
      }
    }
    return true;
  }
}

/** The configuration itself, then its flags; the decision that it came of has another number in another search. */
function comparedAt(layer: Rows, j: number): number {
  return j < layer.compared - 1 ? j : layer.flagsAt;
}

/** In the later search: writes its marks. */
class Writer implements Stops {
  next: number;
  readonly notes: { readonly level: number; readonly decisions: Int32Array; readonly work: number }[] = [];
  readonly #marks: Marks;
  readonly #widthIndex: number;
  readonly #levels: readonly number[];
  readonly #work: () => number;

  constructor(marks: Marks, widthIndex: number, work: () => number) {
    this.#marks = marks;
    this.#widthIndex = widthIndex;
    this.#work = work;
    this.#levels = levelsOf(marks.plan);
    this.next = widthIndex < this.#marks.plan.widths.length ? this.#levels[0] ?? Infinity : Infinity;
  }

  at(level: number, layer: Rows): boolean {
    this.#marks.write(this.#widthIndex, this.notes.length, layer);
    const decisions = Int32Array.from({ length: layer.count }, (_, i) => layer.decision(i));
    this.notes.push({ level, decisions, work: this.#work() });
    this.next = this.#levels[this.notes.length] ?? Infinity;
    return false;
  }
}

/** In the first search: stops it where it has what the later one had. */
export class Reader implements Stops {
  next = Infinity;
  /** The mark that was met last. */
  met = -1;
  #marks: Marks | undefined;
  #levels: readonly number[] = [];
  #widthIndex = 0;
  #mark = 0;

  /** There is a later search now. */
  follow(marks: Marks): void {
    this.#marks = marks;
    this.#levels = levelsOf(marks.plan);
    this.turnTo(this.#widthIndex);
  }

  /** This search begins with another width. */
  turnTo(widthIndex: number): void {
    this.#widthIndex = widthIndex;
    this.#mark = 0;
    if (this.#marks === undefined) return;
    this.#marks.widthIndex = widthIndex;
    this.next = widthIndex < this.#marks.plan.widths.length ? this.#levels[0] ?? Infinity : Infinity;
  }

  at(level: number, layer: Rows): boolean {
    const mark = this.#levels.indexOf(level, this.#mark);
    const isMet = mark >= 0 && this.#marks?.agree(this.#widthIndex, mark, layer) === true;
    this.met = isMet ? mark : -1;
    while (this.#mark < this.#levels.length && this.#levels[this.#mark] <= level) this.#mark++;
    this.next = this.#levels[this.#mark] ?? Infinity;
    return isMet;
  }
}

/** The levels at which the later search shows itself. */
function levelsOf({ begin, end }: MarkPlan): number[] {
  const levels: number[] = [];
  for (let after = FIRST_MARK; begin + after < end; after *= 2) levels.push(begin + after);
  return levels;
}

function marksOf(plan: MarkPlan): number {
  return levelsOf(plan).length;
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

/** What became of the later search from a mark on. */
export interface Leg {
  /** The configuration of that level that the path leads through, and where in the path it goes on from there. */
  readonly row: number;
  readonly from: number;
  /** Configurations looked at from there on. */
  readonly work: number;
}

/** What a search from the middle has found with one width. */
export interface Later {
  readonly widthIndex: number;
  readonly progress: ValueProgress;
  readonly end: End;
  /** See `ValueSearch.path`. */
  readonly path: Int32Array;
  /** By mark. */
  readonly legs: readonly Leg[];
}

/** Searches from the middle on, and leaves marks; `work` tells how many configurations have been looked at. */
export function searchLater(
  search: ValueSearch,
  marks: Marks,
  widthIndex: number,
  work: () => number,
): Later {
  const writer = new Writer(marks, widthIndex, work);
  search.beginAt(marks.plan.begin);
  const progress = search.run(marks.plan.widths[widthIndex], writer);
  const path = search.path();
  const { decisions, root } = search.trail();
  const legs = writer.notes.map((note): Leg => {
    let i = decisions.length;
    while (i > 0 && path[2 * i - 1] >= note.level) i--;
    const row = note.decisions.indexOf(i > 0 ? decisions[i - 1] : root);
    return { row, from: 2 * i, work: work() - note.work };
  });
  return { widthIndex, progress, end: search.end, path, legs };
}
