import { NEVER } from "../history.ts";
import type { Value } from "../types.ts";
import type { Watched } from "./watched.ts";

/** A value that was put in and came out. */
export interface Passed<Input, Output> {
  readonly insert: Watched<Input, Output>;
  readonly remove: Watched<Input, Output>;
  /** The gaps in which it was in the queue for certain; none if the last comes before the first. */
  readonly first: number;
  readonly last: number;
}

/** A value that was put in, and that no answer says came out. */
export class Item<Input, Output> {
  readonly value: Value;
  readonly insert: Watched<Input, Output>;
  /** The return of its insertion. */
  from = NEVER;
  /**
   * `NEVER`, unless it must have been taken out by now: then by an operation called before this instant. Whoever took it out
   * has no answer yet.
   */
  due = NEVER;
  /** The operations that say so. */
  dueBy: readonly Watched<Input, Output>[] = [];
  isOut = false;
  before: Item<Input, Output> | undefined = undefined;
  after: Item<Input, Output> | undefined = undefined;

  constructor(value: Value, insert: Watched<Input, Output>) {
    this.value = value;
    this.insert = insert;
  }
}

/** The values that are in for certain unless somebody whose answer is not in has taken them out, by the return of their insertions. */
export class Items<Input, Output> {
  head: Item<Input, Output> | undefined = undefined;
  /** The last of those that are due: the others are so from here on. */
  lastDue: Item<Input, Output> | undefined = undefined;
  #tail: Item<Input, Output> | undefined = undefined;

  /** An insertion has returned. */
  add(item: Item<Input, Output>, from: number): void {
    item.from = from;
    item.before = this.#tail;
    if (this.#tail === undefined) this.head = item;
    else this.#tail.after = item;
    this.#tail = item;
  }

  /** A value has come out. */
  remove(item: Item<Input, Output>): void {
    if (item.from === NEVER) return;
    const { before, after } = item;
    if (before === undefined) this.head = after;
    else before.after = after;
    if (after === undefined) this.#tail = before;
    else after.before = before;
    if (this.lastDue === item) this.lastDue = before;
  }

  /** Those put in before an instant must have been taken out by an operation that was called before another. */
  demand(putBefore: number, due: number, dueBy: readonly Watched<Input, Output>[]): void {
    let item = this.lastDue === undefined ? this.head : this.lastDue.after;
    for (; item !== undefined && item.from < putBefore; item = item.after) {
      item.due = due;
      item.dueBy = dueBy;
      this.lastDue = item;
    }
  }

  /** Those that are in at a gap have been taken out by then, by operations whose answers were lost. */
  giveUp(gap: number, dueBy: readonly Watched<Input, Output>[]): void {
    for (let item = this.head; item !== undefined && item.from <= gap; item = item.after) {
      if (item.due === NEVER) this.lastDue = item;
      if (item.due <= gap + 1) continue;
      item.due = gap + 1;
      item.dueBy = dueBy;
    }
  }

  /**
   * Whether everybody who must have been taken out can have been: each by another of `takers`, which are given by call. As who
   * was put in earlier is due earlier, it is enough to count (Hall).
   */
  canBeTaken(takers: readonly Watched<Input, Output>[]): boolean {
    if (this.lastDue === undefined) return true;
    let called = 0;
    let count = 0;
    for (let item = this.head; item !== undefined && item.due !== NEVER; item = item.after) {
      count++;
      while (called < takers.length && takers[called].call < item.due) called++;
      if (called < count) return false;
    }
    return true;
  }

  /** Whether all that were in at a gap can have been taken out by then. */
  canBeEmptyAt(gap: number, takers: readonly Watched<Input, Output>[]): boolean {
    let called = 0;
    while (called < takers.length && takers[called].call <= gap) called++;
    let item = this.head;
    for (; item !== undefined && item.from <= gap; item = item.after) if (--called < 0) return false;
    return true;
  }
}
