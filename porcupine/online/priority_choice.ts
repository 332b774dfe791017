import type { Patience } from "./patience.ts";
import type { Extraction } from "./priority_extractions.ts";
import type { PriorityItems, Rank, Ranking } from "./priority_items.ts";
import type { Watched } from "./watched.ts";

/** What is the matter between two gaps. */
interface Room {
  /** So many takers, at most, may be needed by what happened before. */
  readonly most: number;
  /** The worst extraction in between, and its gap; none if there is none. */
  readonly worst: number;
  readonly gap: number;
}

const EMPTY: Room = { most: Infinity, worst: -1, gap: -1 };

/**
 * Chooses a gap for each extraction such that at each gap no more values have to be out by then than takers were called by then;
 * false if there is no such choice. (If the patience ends: whatever.)
 *
 * The worst of all extractions comes first. Whatever gap it is given, all better values that were in by then must be out by then. So
 * an extraction that may have been in that same gap is possible there and asks for nothing more; and what happened between that
 * gap and the next one chosen so concerns only the values that came in since then: whoever came in before has to be out anyway, if
 * he is better than any of those that are left to be placed there. So both sides can be looked at by themselves, and all that one
 * side has to know of the other is how many takers are needed before it begins. Of two choices the one is better with which it
 * may be more of them (`most`).
 *
 * There are as many stretches as pairs of gaps, so that the work is bounded by a power of what is open and lost.
 */
export function chooseGaps<Input, Output>(
  ranking: Ranking,
  extracts: readonly Extraction<Input, Output>[],
  { items, takers }: {
    readonly items: PriorityItems<Input, Output>;
    readonly takers: readonly Watched<Input, Output>[];
  },
  patience: Patience,
): boolean {
  if (extracts.length === 0) return true;
  const worstFirst = [...extracts].sort((left, right) => ranking.compare(right.rank, left.rank));
  const last = worstFirst.reduce((most, { until }) => Math.max(most, until), 0);
  const concerned = items.inAt(last, worstFirst[0].rank);
  const better = (rank: Rank): number => {
    const at = concerned.findIndex(({ value }) => !ranking.isBetter(value, rank));
    return at < 0 ? concerned.length : at;
  };
  const choice = new Choice(
    worstFirst,
    concerned.map(({ from }) => from),
    worstFirst.map(({ rank }) => better(rank)),
    takers.map(({ call }) => call),
    patience,
  );
  return choice.take();
}

class Choice {
  readonly #extracts: readonly Extraction<unknown, unknown>[];
  /** When the values came in, from the best on. */
  readonly #from: readonly number[];
  /** By extraction: so many of them are better. */
  readonly #better: readonly number[];
  readonly #calls: readonly number[];
  readonly #patience: Patience;
  /** By the gap before, and the one after. */
  readonly #rooms = new Map<number, Map<number, Room>>();

  constructor(
    extracts: readonly Extraction<unknown, unknown>[],
    from: readonly number[],
    better: readonly number[],
    calls: readonly number[],
    patience: Patience,
  ) {
    this.#extracts = extracts;
    this.#from = from;
    this.#better = better;
    this.#calls = calls;
    this.#patience = patience;
  }

  take(): boolean {
    if (this.#room(-1, Infinity).most < 0) return false;
    for (const extract of this.#extracts) extract.gap = -1;
    this.#place(-1, Infinity);
    return true;
  }

  #place(after: number, before: number): void {
    const { worst, gap } = this.#room(after, before);
    if (worst < 0) return;
    for (const extract of this.#extracts) {
      if (extract.gap < 0 && extract.from <= gap && gap < extract.until) extract.gap = gap;
    }
    this.#place(after, gap);
    this.#place(gap, before);
  }

  #room(after: number, before: number): Room {
    let rooms = this.#rooms.get(after);
    if (rooms === undefined) this.#rooms.set(after, rooms = new Map());
    let room = rooms.get(before);
    if (room === undefined) rooms.set(before, room = this.#look(after, before));
    return room;
  }

  #look(after: number, before: number): Room {
    const worst = this.#extracts.findIndex(({ from, until }) => from > after && until <= before);
    if (worst < 0 || !this.#patience.mayStep()) return EMPTY;
    let best: Room = { most: -1, worst, gap: -1 };
    for (const gap of this.#extracts[worst].gaps) {
      const needed = this.#needed(after, gap, worst);
      const called = this.#called(gap) - needed;
      if (called <= best.most) continue;
      const right = this.#room(gap, before).most - needed;
      if (right <= best.most) continue;
      const most = Math.min(called, right, this.#room(after, gap).most);
      if (most > best.most) best = { most, worst, gap };
    }
    return best;
  }

  #needed(after: number, gap: number, extract: number): number {
    let count = 0;
    for (let v = 0; v < this.#better[extract]; v++) {
      if (this.#from[v] > after && this.#from[v] <= gap) count++;
    }
    return count;
  }

  #called(gap: number): number {
    let called = 0;
    while (called < this.#calls.length && this.#calls[called] <= gap) called++;
    return called;
  }
}
