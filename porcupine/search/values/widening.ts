import type { Budget } from "../../budget.ts";
import type { Rows } from "./rows.ts";
import type { Point, Stops, ValueProgress, ValueSearch } from "./search.ts";

/** So many configurations are kept from level to level where nothing is in the way; and at most. */
export const NARROW = 8;
const WIDEST = 16384;
/** At one place it tries so many times as many of them each time, from so many times as far back; and at first from here. */
const WIDER = 2;
const FARTHER = 1.3;
const BACK = 64;
/** So many levels behind a place it keeps as many as it took there. */
const PAST = 32;
/** Where it keeps so many it asks whether anything leads past the place at all. */
const ASKED = 1024;
/** So much it may look at, beside what it has just looked at in vain, to show that nothing leads past a place. */
const LEAST_REFUTATION = 16384;
/** So many levels lie between the last points that it may go back to; before so many of them only every second is kept, and so on. */
const SPACING = 8;
const KEPT = 16;

/** Who wants to see the configurations of some levels, and how the search stands there. */
export interface Lookout {
  /** The next such level. */
  readonly next: number;
  /** Shows them, before anything is done at that level; true if the search is to stop. */
  at(level: number, layer: Rows, search: Standing): boolean;
  /** What it has been shown behind this level did not lead on. */
  back(level: number): void;
}

/** How a search stands at a level: that, its configurations and the levels to come are all that what it does depends on. */
export interface Standing {
  /** Whether it keeps as few configurations as it can, with no failure before it. */
  readonly isCalm: boolean;
  /** Whether some were thrown away on the way here. */
  readonly isThinned: boolean;
}

/**
 * A search that keeps few configurations, and more only where these come to nothing.
 *
 * The few that owe least are nearly always enough. Where they are not, what would have been was thrown away some tens of levels
 * before, as a rule: so the search goes back for so many, keeps more of them up to a little behind the place, and then few again.
 * If that is not enough it goes back farther, and keeps more. What a long history takes goes by its length, and not by its worst
 * place: of fifty clients on three values, mostly swapped, a twentieth of what as many from the beginning on take.
 *
 * An order that it comes to is one: going back only chooses anew. There is none if nothing is left where nothing was thrown away
 * since the beginning, or since a point at which it took for possible whatever there may be. In between lies "narrow": as many as may
 * be, from the beginning on, were not enough.
 */
export class Widening implements Standing {
  readonly search: ValueSearch;
  #width = NARROW;
  /** How often it has failed at one place, and the last level of that. */
  #failures = 0;
  #failedAt = -Infinity;
  /** Whether it went back to the beginning with as many as may be. */
  #isLast = false;
  /** Ascending. The first one is where it began. */
  readonly #points: Point[] = [];
  #nextPoint = -1;
  /** What had been looked at when it last went back. */
  #workAt = 0;
  readonly #budget: Budget;

  constructor(search: ValueSearch, budget: Budget) {
    this.search = search;
    this.#budget = budget;
  }

  get isCalm(): boolean {
    return this.#failures === 0;
  }

  get isThinned(): boolean {
    return this.search.isThinned;
  }

  /** The last level that it has come to: every operation that returned before it can be explained. */
  get reached(): number {
    return Math.max(this.#failedAt, this.search.level);
  }

  /** Works to the end, or until it is to stop. `mayWiden`: false if it is to answer "narrow" where the fewest come to nothing. */
  run(lookout: Lookout, mayWiden = true): ValueProgress {
    for (;;) {
      // It stops itself, to go on with fewer.
      let isTurning = false;
      const stops: Stops = {
        next: -1,
        at: (level, layer) => {
          if (level >= this.#nextPoint) this.#keep(level);
          isTurning = this.#settle(level);
          return isTurning || (level >= lookout.next && lookout.at(level, layer, this));
        },
      };
      const progress = this.search.run(this.#width, stops);
      if (isTurning) continue;
      if (progress !== "narrow" || !mayWiden) return progress;
      const end = this.#goBack(lookout);
      if (end !== undefined) return end;
    }
  }

  /** It may go back to here. */
  #keep(level: number): void {
    const points = this.#points;
    let kept = Math.min(1, points.length);
    for (let i = kept; i < points.length; i++) {
      const number = points[i].level / SPACING;
      // The more often two divides its number the longer it is kept: so there are some at any distance, and few in all.
      const apart = SPACING * (number & -number);
      if (level - points[i].level <= KEPT * apart) points[kept++] = points[i];
    }
    points.length = kept;
    points.push(this.search.point());
    this.#nextPoint = pointAfter(level);
  }

  /** Behind a place where it failed it keeps fewer again, step by step; true if that is from here on. */
  #settle(level: number): boolean {
    if (this.#failures === 0 || level <= this.#failedAt + PAST) return false;
    this.#width = Math.max(NARROW, this.#width / WIDER);
    if (this.#width === NARROW) {
      this.#failures = 0;
      this.#isLast = false;
    }
    return true;
  }

  /** Goes back, and keeps more from there on; or says what it has come to. */
  #goBack(lookout: Lookout): "narrow" | "illegal" | undefined {
    if (this.#isLast) return "narrow";
    const { level } = this.search;
    const points = this.#points;
    this.#failedAt = Math.max(this.#failedAt, level);
    const distance = BACK * FARTHER ** this.#failures++;
    this.#width = Math.min(WIDEST, NARROW * WIDER ** this.#failures);
    while (points.length > 1 && points[points.length - 1].level > level - distance) points.pop();
    const point = points[points.length - 1];
    lookout.back(point.level);
    this.#isLast = this.#width === WIDEST && points.length === 1;
    const isRefuted = this.#width >= ASKED && !this.#isLast && this.#isRefuted(point);
    this.search.backTo(point);
    this.#nextPoint = pointAfter(point.level);
    this.#workAt = this.#budget.work;
    return isRefuted ? "illegal" : undefined;
  }

  /**
   * Whether nothing leads past where it has failed, whatever there may have been at a point. Where answers were lost there may have been
   * so much that it would take longer than all the rest: it may take as long as what has just been in vain.
   */
  #isRefuted(point: Point): boolean {
    const { work } = this.#budget;
    const end = 2 * work - this.#workAt + LEAST_REFUTATION;
    this.search.backTo(point);
    this.search.assumeAnything();
    const at = (level: number) => level > this.#failedAt || this.#budget.work >= end;
    return this.search.run(WIDEST, { next: 0, at }) === "illegal";
  }
}

function pointAfter(level: number): number {
  return (Math.floor(level / SPACING) + 1) * SPACING;
}
