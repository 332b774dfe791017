import type { Marks } from "./marks.ts";
import type { Rows } from "./rows.ts";
import type { End, Stops, ValueProgress, ValueSearch } from "./search.ts";

/** In the first search: so often it tells how far it has come, and looks whether there is another piece. */
const EVERY_LEVELS = 32;

/** A mark of a piece. */
export interface Place {
  readonly piece: number;
  readonly mark: number;
}

/** Stops a search where it has what a piece before it had. */
class Meeting {
  readonly #marks: Marks;
  readonly #widthIndex: number;
  /** One past the pieces that may be met. */
  readonly #end: number;

  constructor(marks: Marks, widthIndex: number, end: number) {
    this.#marks = marks;
    this.#widthIndex = widthIndex;
    this.#end = end;
  }

  /** The next level, after this one, at which a piece has shown itself, or will. */
  next(level: number): number {
    let next = Infinity;
    for (let piece = 0; piece < this.#end; piece++) {
      for (let mark = 0;; mark++) {
        const at = this.#marks.levelOf(this.#widthIndex, piece, mark);
        if (at < Infinity && at <= level) continue;
        if (at < next) next = at;
        break;
      }
    }
    return next;
  }

  /** The mark that agrees with what a search has. */
  at(level: number, layer: Rows): Place | undefined {
    for (let piece = this.#end - 1; piece >= 0; piece--) {
      for (let mark = 0;; mark++) {
        const at = this.#marks.levelOf(this.#widthIndex, piece, mark);
        if (at < level) continue;
        if (at === level && this.#marks.agree(this.#widthIndex, piece, mark, layer)) return { piece, mark };
        break;
      }
    }
    return undefined;
  }
}

/** In the later search: writes the marks of a piece, and looks whether it has come to an earlier one. */
class Writer implements Stops {
  next: number;
  met: Place | undefined;
  readonly notes: { readonly level: number; readonly decisions: Int32Array; readonly work: number }[] = [];
  readonly #piece: PieceOf;
  readonly #meeting: Meeting;
  readonly #work: () => number;

  constructor(piece: PieceOf, work: () => number) {
    this.#piece = piece;
    this.#work = work;
    this.#meeting = new Meeting(piece.marks, piece.widthIndex, piece.number);
    this.next = Math.min(this.#nextOwn, this.#meeting.next(0));
  }

  get #nextOwn(): number {
    const { marks, widthIndex, number } = this.#piece;
    return marks.levelOf(widthIndex, number, this.notes.length);
  }

  at(level: number, layer: Rows): boolean {
    const { marks, widthIndex, number } = this.#piece;
    if (level === this.#nextOwn) {
      marks.write(widthIndex, number, this.notes.length, layer);
      const decisions = Int32Array.from({ length: layer.count }, (_, i) => layer.decision(i));
      this.notes.push({ level, decisions, work: this.#work() });
    }
    this.met = this.#meeting.at(level, layer);
    this.next = Math.min(this.#nextOwn, this.#meeting.next(level));
    return this.met !== undefined;
  }
}

/** In the first search: stops it where it has what the later one had. */
export class Reader implements Stops {
  next = Infinity;
  /** The mark that was met last. */
  met: Place | undefined;
  #marks: Marks | undefined;
  #widthIndex = 0;
  #meeting: Meeting | undefined;

  /** There is a later search now. */
  follow(marks: Marks): void {
    this.#marks = marks;
    this.turnTo(this.#widthIndex);
  }

  /** This search begins with another width. */
  turnTo(widthIndex: number): void {
    this.#widthIndex = widthIndex;
    const marks = this.#marks;
    if (marks === undefined) return;
    marks.widthIndex = widthIndex;
    const isMarked = widthIndex < marks.plan.widths.length;
    this.#meeting = isMarked ? new Meeting(marks, widthIndex, marks.pieces(widthIndex)) : undefined;
    this.next = isMarked ? 0 : Infinity;
  }

  at(level: number, layer: Rows): boolean {
    const meeting = this.#meeting;
    if (meeting === undefined || this.#marks === undefined) return false;
    this.#marks.level = level;
    this.met = meeting.at(level, layer);
    this.next = Math.min(level + EVERY_LEVELS, meeting.next(level));
    return this.met !== undefined;
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

/** What a search from the middle has found with one width, to the end. */
export interface Later {
  readonly widthIndex: number;
  readonly piece: number;
  readonly progress: ValueProgress;
  readonly end: End;
  /** See `ValueSearch.path`. */
  readonly path: Int32Array;
  /** By mark. */
  readonly legs: readonly Leg[];
}

/** A piece to be searched. */
export interface PieceOf {
  readonly marks: Marks;
  readonly widthIndex: number;
  readonly number: number;
  /** Where it begins. */
  readonly begin: number;
  /** What was found of those before. */
  readonly found: readonly Later[];
}

/** Searches a piece, and leaves marks; `work` tells how many configurations have been looked at. */
export function searchLater(search: ValueSearch, piece: PieceOf, work: () => number): Later {
  const { marks, widthIndex, number, begin, found } = piece;
  marks.begin(widthIndex, number, begin);
  const writer = new Writer(piece, work);
  search.beginAt(begin);
  let progress = search.run(marks.plan.widths[widthIndex], writer);
  const { met } = writer;
  let afterwards = 0;
  if (progress === "met" && met !== undefined) {
    const later = found[met.piece];
    const leg = later.legs[met.mark];
    search.join(leg.row, later.end, later.path.subarray(leg.from));
    progress = later.progress;
    afterwards = leg.work;
  }
  const path = search.path();
  const { decisions, root } = search.trail();
  const legs = writer.notes.map((note): Leg => {
    let i = decisions.length;
    while (i > 0 && path[2 * i - 1] >= note.level) i--;
    const row = note.decisions.indexOf(i > 0 ? decisions[i - 1] : root);
    return { row, from: 2 * i, work: work() - note.work + afterwards };
  });
  return { widthIndex, piece: number, progress, end: search.end, path, legs };
}
