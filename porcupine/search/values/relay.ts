import { ASSISTED, type Marks, PIECES } from "./marks.ts";
import type { Rows } from "./rows.ts";
import type { ValueProgress } from "./search.ts";
import type { Lookout, Standing, Widening } from "./widening.ts";

/** So often a search tells how far it has come, and looks whether there is another piece. */
const EVERY_LEVELS = 32;

/** All pieces that there may be; those that a first search may meet. */
const ALL: readonly number[] = Array.from({ length: PIECES + 1 }, (_, piece) => piece);

/** A mark of a piece. */
export interface Place {
  readonly piece: number;
  readonly mark: number;
}

/** Stops a search where it has what a piece before it had. */
class Meeting {
  readonly #marks: Marks;
  /** The pieces that may be met. */
  readonly #pieces: readonly number[];

  constructor(marks: Marks, pieces: readonly number[]) {
    this.#marks = marks;
    this.#pieces = pieces;
  }

  /** The next level, after this one, at which a piece has shown itself, or will. */
  next(level: number): number {
    let next = Infinity;
    for (const piece of this.#pieces) {
      for (let mark = 0;; mark++) {
        const at = this.#marks.levelOf(piece, mark);
        if (at < Infinity && at <= level) continue;
        if (at < next) next = at;
        break;
      }
    }
    return next;
  }

  /** The mark that agrees with what a search has. */
  at(level: number, layer: Rows, search: Standing): Place | undefined {
    for (const piece of this.#pieces) {
      for (let mark = 0;; mark++) {
        const at = this.#marks.levelOf(piece, mark);
        if (at < level) continue;
        if (at === level && this.#marks.agree(piece, mark, layer, search)) return { piece, mark };
        break;
      }
    }
    return undefined;
  }
}

/** What is noted at a mark of one's own: the choices that had led to its configurations, and the work until then. */
interface Note {
  readonly level: number;
  readonly choices: Int32Array;
  readonly work: number;
}

/** In the later search: writes the marks of a piece, and looks whether it has come to an earlier one. */
class Writer implements Lookout {
  next: number;
  met: Place | undefined;
  /** By mark; `undefined` where there is none to be met. */
  readonly notes: (Note | undefined)[] = [];
  readonly #piece: PieceOf;
  readonly #meeting: Meeting;
  readonly #work: () => number;

  constructor(piece: PieceOf, work: () => number) {
    this.#piece = piece;
    this.#work = work;
    this.#meeting = new Meeting(piece.marks, meetable(piece.number));
    this.next = 0;
  }

  get #nextOwn(): number {
    const { marks, number } = this.#piece;
    return marks.levelOf(number, this.notes.length);
  }

  at(level: number, layer: Rows, search: Standing): boolean {
    const { marks, number } = this.#piece;
    // Whoever assists asks where the other one is, and not where it is itself.
    if (number !== ASSISTED) marks.later = { piece: number, level };
    if (level === this.#nextOwn) {
      this.notes.push(search.isCalm ? this.#note(level, layer, search) : undefined);
    }
    this.met = this.#meeting.at(level, layer, search);
    this.next = Math.min(level + EVERY_LEVELS, this.#nextOwn, this.#meeting.next(level));
    return this.met !== undefined;
  }

  #note(level: number, layer: Rows, search: Standing): Note {
    const { marks, number } = this.#piece;
    marks.write(number, this.notes.length, layer, search);
    const choices = Int32Array.from({ length: layer.count }, (_, i) => layer.decision(i));
    return { level, choices, work: this.#work() };
  }

  back(level: number): void {
    const { marks, number } = this.#piece;
    for (const [mark, note] of this.notes.entries()) {
      if (note === undefined || note.level <= level) continue;
      marks.cancel(number, mark);
      this.notes[mark] = undefined;
    }
    this.next = Math.min(this.#nextOwn, this.#meeting.next(level));
  }
}

/** In the first search: stops it where it has what the later one had. */
export class Reader implements Lookout {
  next = Infinity;
  /** The mark that was met last. */
  met: Place | undefined;
  #marks: Marks | undefined;
  #meeting: Meeting | undefined;

  /** There is a later search now. */
  follow(marks: Marks): void {
    this.#marks = marks;
    this.#meeting = new Meeting(marks, ALL);
    this.next = 0;
  }

  at(level: number, layer: Rows, search: Standing): boolean {
    const meeting = this.#meeting;
    if (meeting === undefined || this.#marks === undefined) return false;
    this.#marks.level = level;
    this.met = meeting.at(level, layer, search);
    this.next = Math.min(level + EVERY_LEVELS, meeting.next(level));
    return this.met !== undefined;
  }

  back(level: number): void {
    this.next = Math.min(this.next, level);
  }
}

/** What became of the later search from a mark on. */
export interface Leg {
  /** The configuration of that level that the path leads through, and where in the path it goes on from there. */
  readonly row: number;
  readonly from: number;
  /** Configurations looked at from there on. */
  readonly work: number;
}

/** What a search from the middle has found, to the end. */
export interface Later {
  readonly piece: number;
  readonly progress: ValueProgress;
  /** The level that it has come to. */
  readonly reached: number;
  /** See `ValueSearch.path`. */
  readonly path: Int32Array;
  /** By mark; `undefined` where it cannot be met. */
  readonly legs: readonly (Leg | undefined)[];
}

/** A piece to be searched. */
export interface PieceOf {
  readonly marks: Marks;
  readonly number: number;
  /** Where it begins. */
  readonly begin: number;
  /** What was found of another one, if that is known; may wait for it. */
  found(piece: number): Later | undefined;
}

/** Those that a piece may meet: the ones before it, which are behind it, and the first thread's. */
function meetable(number: number): readonly number[] {
  return number === ASSISTED ? ALL.slice(0, PIECES) : [...ALL.slice(0, number), ASSISTED];
}

/** Searches a piece, and leaves marks; `work` tells how many configurations have been looked at. */
export function searchLater(widening: Widening, piece: PieceOf, work: () => number): Later {
  const { marks, number, begin } = piece;
  const { search } = widening;
  marks.begin(number, begin);
  const writer = new Writer(piece, work);
  search.beginAt(begin);
  let progress = widening.run(writer);
  let afterwards = 0;
  while (progress === "met" && writer.met !== undefined) {
    const later = piece.found(writer.met.piece);
    const leg = later?.legs[writer.met.mark];
    if (later === undefined || leg === undefined) {
      progress = widening.run(writer);
      continue;
    }
    search.join(leg.row, later.reached, later.path.subarray(leg.from));
    progress = later.progress;
    afterwards = leg.work;
  }
  const path = search.path();
  const { choices, root } = search.trail();
  const legs = writer.notes.map((note): Leg | undefined => {
    if (note === undefined) return undefined;
    let i = choices.length;
    while (i > 0 && path[2 * i - 1] >= note.level) i--;
    const row = note.choices.indexOf(i > 0 ? choices[i - 1] : root);
    return { row, from: 2 * i, work: work() - note.work + afterwards };
  });
  return { piece: number, progress, reached: widening.reached, path, legs };
}
