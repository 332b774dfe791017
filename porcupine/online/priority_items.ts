import { NEVER } from "../history.ts";
import { compareItems } from "../models/answers.ts";
import type { Value } from "../types.ts";
import type { PutIn } from "./collection_calls.ts";
import type { Watched } from "./watched.ts";

/** Where a value stands; `LAST`: behind all of them. */
export type Rank = Value | typeof LAST;

/** Behind all values: where an extraction stands that found nothing. */
export const LAST = Symbol("last");

/** A value that was put in, and that no answer says came out. */
export interface PriorityItem<Input, Output> extends PutIn<Input, Output> {
  /** The return of its insertion; `NEVER` if there is none. */
  from: number;
  /** It is supposed to have been taken out by this gap, by somebody whose answer is not in; `NEVER` if it need not have been. */
  due: number;
  /** The same, whatever is supposed. */
  dueAtLatest: number;
}

/** One that has just been called. */
export function priorityItem<Input, Output>(
  value: Value,
  insert: Watched<Input, Output>,
): PriorityItem<Input, Output> {
  return { value, insert, isOut: false, from: NEVER, due: NEVER, dueAtLatest: NEVER };
}

/** Which of two values comes out first. */
export class Ranking {
  readonly #sign: number;

  constructor(order: "min" | "max") {
    this.#sign = order === "min" ? 1 : -1;
  }

  /** Less than nothing: the left one is better. */
  compare(left: Rank, right: Rank): number {
    if (left === right) return 0;
    if (left === LAST) return 1;
    if (right === LAST) return -1;
    // Nothing at all is no item, and stands where the whole-history monitor puts it.
    return this.#sign * compareItems(left ?? "", right ?? "");
  }

  /** Whether one value comes out before another. */
  isBetter(left: Rank, right: Rank): boolean {
    return this.compare(left, right) < 0;
  }
}

/** No more stand in one block, so that it does not take long to put one in between. */
const LARGEST_BLOCK = 512;

/** The values that are in for certain, unless somebody whose answer is not in has taken them out. */
export class PriorityItems<Input, Output> {
  readonly #ranking: Ranking;
  /** From the worst to the best, which come and go most. None of the blocks is empty. */
  readonly #blocks: PriorityItem<Input, Output>[][] = [];

  constructor(ranking: Ranking) {
    this.#ranking = ranking;
  }

  /** An insertion has returned. */
  add(item: PriorityItem<Input, Output>, from: number): void {
    item.from = from;
    if (this.#blocks.length === 0) {
      this.#blocks.push([item]);
      return;
    }
    const at = Math.min(this.#blockOf(item.value), this.#blocks.length - 1);
    const block = this.#blocks[at];
    block.splice(this.#placeIn(block, item.value), 0, item);
    if (block.length > LARGEST_BLOCK) this.#blocks.splice(at + 1, 0, block.splice(block.length >>> 1));
  }

  /** A value has come out. */
  remove(item: PriorityItem<Input, Output>): void {
    if (item.from === NEVER) return;
    const at = this.#blockOf(item.value);
    const block = this.#blocks[at];
    block.splice(this.#placeIn(block, item.value), 1);
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** Those better than a value that were in at a gap for certain, if nobody has taken them out; the best first. */
  inAt(gap: number, worse: Rank): PriorityItem<Input, Output>[] {
    const found: PriorityItem<Input, Output>[] = [];
    for (let b = this.#blocks.length - 1; b >= 0; b--) {
      const block = this.#blocks[b];
      for (let at = block.length - 1; at >= 0; at--) {
        if (!this.#ranking.isBetter(block[at].value, worse)) return found;
        if (block[at].from <= gap) found.push(block[at]);
      }
    }
    return found;
  }

  /** The first block with one that is not worse. */
  #blockOf(value: Value): number {
    const blocks = this.#blocks;
    return firstOf(
      blocks.length,
      (b) => !this.#ranking.isBetter(value, blocks[b][blocks[b].length - 1].value),
    );
  }

  /** The first place of one that is not worse. */
  #placeIn(block: readonly PriorityItem<Input, Output>[], value: Value): number {
    return firstOf(block.length, (at) => !this.#ranking.isBetter(value, block[at].value));
  }
}

/** The first number for which something holds that holds for all after it, too; `count` if there is none. */
function firstOf(count: number, holds: (number: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
