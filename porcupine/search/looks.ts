/** Steps of a look: with more it costs more than it saves, unless there is a crowd of configurations. */
export const FEW_STEPS = 200;
/** So many looks for one target may be cut short before it waits until fewer operations are left. */
const MOST_CUTS = 2;
/** With as many left it is looked for again once a look may take so many times as many steps. */
const GROWTH = 4;
/** So many configurations at one level are a crowd, in which each is worth so many steps of looks ahead. */
const CROWD = 16;
const WORTH = 32;
/** Before so many were made in a crowd looks stay short: most crowds are over by then, and a long look costs more than they do. */
const PATIENCE = 1024;
/** The power of two of steps of a look that count as much as a configuration: one takes a fiftieth of the time, and most looks are short. */
const COST = 8;

/** How many looks for a target were cut short; with how many operations left one is in vain, and with how many steps. */
interface Cuts {
  count: number;
  left: number;
  steps: number;
}

/**
 * What it may cost to look ahead. A look that comes to its end tells as much as all the configurations that would be made along the same
 * orders, and takes a small part of the time. So where a search makes many of them at one level its looks may be longer: by what has been
 * earned with configurations made in a crowd, and with looks that ruled something out, and was not lost on looks that were cut short. So
 * what is wasted is at most as much as was of use, and a share of what the crowd costs anyway.
 */
export class Looks {
  /** Steps that a long look may take. */
  credit = 0;
  /** Configurations made in a crowd. */
  #crowded = 0;
  readonly #patience: number;

  /**
   * By target: what is known of looks that were cut short. Of all targets, and not of the last one only: depth-first, what is to
   * come next changes to and fro, and each of 37,000 configurations had one more look cut short, twenty million steps in all.
   */
  readonly #cuts = new Map<number, Cuts>();

  /** `patience`: looks are short until so many configurations were made in a crowd. */
  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /** A configuration was made at a level that had so many. */
  made(before: number): void {
    if (before < CROWD) return;
    this.#crowded++;
    this.credit += WORTH;
  }

  /** A look was of use: another one may be as long. */
  useful(steps: number): void {
    this.credit += steps;
  }

  /** One was not; a short one costs nothing. */
  useless(steps: number): void {
    if (steps > FEW_STEPS) this.credit -= steps;
  }

  /**
   * Steps that a look for a target may take, with so many operations left to come before it; 0: it is not worth while. `isLossy`: some of
   * them were never answered; these are many, and each may come anywhere, so that long looks are cut short, too.
   */
  steps(target: number, left: number, isLossy: boolean): number {
    const isShort = isLossy || this.#crowded < this.#patience;
    const steps = isShort ? FEW_STEPS : Math.max(FEW_STEPS, this.credit);
    const cuts = this.#cuts.get(target);
    return cuts !== undefined && left >= cuts.left && steps < GROWTH * cuts.steps ? 0 : steps;
  }

  /** What a look of so many steps costs, in configurations; one that is short costs nothing. */
  cost(steps: number): number {
    return steps >>> COST;
  }

  /** A look that was cut short after so many steps says nothing; and where more are left there is more to look at. */
  cutShort(target: number, left: number, steps: number): void {
    this.useless(steps);
    let cuts = this.#cuts.get(target);
    if (cuts === undefined) {
      cuts = { count: 0, left: Infinity, steps };
      this.#cuts.set(target, cuts);
    }
    if (cuts.steps < steps) {
      cuts.steps = steps;
      cuts.left = Infinity;
    }
    if (++cuts.count >= MOST_CUTS) cuts.left = Math.min(cuts.left, left);
  }
}
