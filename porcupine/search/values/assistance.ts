import type { Later, Leg } from "./relay.ts";
import type { ValueProgress } from "./search.ts";

/** What has become of it. */
const BEGUN = 1;
const FOUND = 2;
const GIVEN_UP = 3;

/** Integers at the beginning: the above; how it ended, as a place in this list; the level it came to; how many marks, and decisions. */
const HEAD = 5;
const ENDS: readonly ValueProgress[] = ["ok", "illegal", "narrow", "met", "stopped"];

/** For each mark: the configuration, where in the path it goes on from there, and the work, in two halves. */
const LEG = 4;
const NO_ROW = -1;
const HALF = 2 ** 30;

/**
 * What the first thread finds of a piece while it waits for the other one (see `Marks`), in shared memory: whoever is in the middle of
 * a search hears no message. The other one may come to the piece before it is searched, and waits.
 */
export class Assistance {
  readonly #cells: Int32Array;

  /** `cells`: as many as `room` says, shared. */
  constructor(cells: Int32Array) {
    this.#cells = cells;
  }

  /** How many integers are needed for a piece of so many operations, with so many marks. */
  static room(operations: number, marks: number): number {
    return HEAD + LEG * marks + 2 * operations;
  }

  /** A piece is being searched. */
  begin(): void {
    Atomics.store(this.#cells, 0, BEGUN);
  }

  /** It has been, up to its end, and this was found. */
  end({ progress, reached, path, legs }: Later): void {
    const cells = this.#cells;
    cells[1] = ENDS.indexOf(progress);
    cells[2] = reached;
    cells[3] = legs.length;
    cells[4] = path.length;
    for (const [mark, leg] of legs.entries()) {
      const at = HEAD + LEG * mark;
      cells[at] = leg?.row ?? NO_ROW;
      if (leg === undefined) continue;
      cells[at + 1] = leg.from;
      cells[at + 2] = Math.floor(leg.work / HALF);
      cells[at + 3] = leg.work % HALF;
    }
    cells.set(path, HEAD + LEG * legs.length);
    this.#tell(progress === "stopped" ? GIVEN_UP : FOUND);
  }

  /** If it has not come to an end nothing will be found of it: whoever waits goes on by itself. */
  giveUp(): void {
    if (Atomics.load(this.#cells, 0) === BEGUN) this.#tell(GIVEN_UP);
  }

  /**
   * In the other thread: waits for what is found of the piece; `undefined` if that is nothing, or is not needed any more. `isNeeded` may
   * sleep while the first of these numbers is the second one.
   */
  wait(piece: number, isNeeded: (cells: Int32Array, state: number) => boolean): Later | undefined {
    while (Atomics.load(this.#cells, 0) === BEGUN && isNeeded(this.#cells, BEGUN));
    return Atomics.load(this.#cells, 0) === FOUND ? this.#read(piece) : undefined;
  }

  #read(piece: number): Later {
    const cells = this.#cells;
    const legs = Array.from({ length: cells[3] }, (_, mark): Leg | undefined => {
      const at = HEAD + LEG * mark;
      if (cells[at] === NO_ROW) return undefined;
      return { row: cells[at], from: cells[at + 1], work: cells[at + 2] * HALF + cells[at + 3] };
    });
    const from = HEAD + LEG * legs.length;
    return {
      piece,
      progress: ENDS[cells[1]],
      reached: cells[2],
      path: cells.slice(from, from + cells[4]),
      legs,
    };
  }

  #tell(state: number): void {
    Atomics.store(this.#cells, 0, state);
    Atomics.notify(this.#cells, 0);
  }
}
