import type { Items, Passed } from "./queue_items.ts";
import type { Watched } from "./watched.ts";

/** A dequeue that found nothing, and the gaps in which the queue may have been empty for it, one of each stretch; ascending. */
interface Empty<Input, Output> {
  readonly watched: Watched<Input, Output>;
  gaps: number[];
}

/** What there is beside the empty dequeues. */
interface Contents<Input, Output> {
  readonly items: Items<Input, Output>;
  /** Those that may have taken something out, and whose answers are not in; by call. */
  readonly takers: readonly Watched<Input, Output>[];
}

/**
 * The dequeues that found nothing. Each needs a gap within it at which all values are out: one that came out did so by a
 * dequeue called before the gap, and of the others that were in there are no more than operations called before it may have
 * taken out. What one of them needs the others do not mind: see `QueueWatch`.
 *
 * A gap that will not do never will again. Between calls of dequeues the first gap of a stretch is as good as any.
 */
export class Empties<Input, Output> {
  #alive: Empty<Input, Output>[] = [];

  /** The operations that are kept for their sake. */
  get operations(): readonly Watched<Input, Output>[] {
    return this.#alive.map(({ watched }) => watched);
  }

  /** The first call of one of them; `otherwise` if there is none. */
  oldest(otherwise: number): number {
    let oldest = otherwise;
    for (const { watched } of this.#alive) oldest = Math.min(oldest, watched.call);
    return oldest;
  }

  /** One more; false if it cannot be. */
  add(
    watched: Watched<Input, Output>,
    passed: readonly Passed<Input, Output>[],
    { items, takers }: Contents<Input, Output>,
  ): boolean {
    const { call, ret } = watched;
    const candidates = [call];
    const consider = (gap: number): void => {
      if (gap > call && gap < ret && !candidates.includes(gap)) candidates.push(gap);
    };
    for (const taker of takers) consider(taker.call);
    for (const { last } of passed) consider(last + 1);
    const gaps = candidates.filter((gap) =>
      !passed.some(({ first, last }) => first <= gap && gap <= last) && items.canBeEmptyAt(gap, takers)
    );
    if (gaps.length === 0) return false;
    this.#alive.push({ watched, gaps: gaps.sort((left, right) => left - right) });
    return true;
  }

  /** Something came out, or who might have taken something out did not: false if one of them cannot be any more. */
  recheck(
    { call }: Watched<Input, Output>,
    passed: Passed<Input, Output> | undefined,
    { items, takers }: Contents<Input, Output>,
  ): boolean {
    return this.#alive.every((empty) => {
      empty.gaps = empty.gaps.filter((gap) => {
        if (passed !== undefined && passed.first <= gap) return gap > passed.last;
        return gap < call || items.canBeEmptyAt(gap, takers);
      });
      return empty.gaps.length > 0;
    });
  }

  /**
   * Forgets those that nothing to come can contradict: whatever will yet be answered was called at `oldest` or later. Of gaps
   * before that the first is the best. If nobody is in there, that is for good. If somebody is, lost operations have taken
   * him out, and nobody else will.
   */
  settle(oldest: number, items: Items<Input, Output>): void {
    if (this.#alive.length === 0) return;
    this.#alive = this.#alive.filter(({ watched, gaps }) => {
      if (gaps[0] >= oldest) return true;
      const isNobodyIn = items.head === undefined || items.head.from > gaps[0];
      if (!isNobodyIn && gaps[gaps.length - 1] >= oldest) return true;
      items.giveUp(gaps[0], [watched]);
      return false;
    });
  }
}
