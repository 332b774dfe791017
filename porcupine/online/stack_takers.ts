import { NEVER } from "../history.ts";
import type { Patience } from "./patience.ts";
import type { StackItem, StackItems } from "./stack_items.ts";
import { canNest, type StackStays, type Stay } from "./stack_stays.ts";
import { insertByCall, type Watched } from "./watched.ts";

/**
 * Who has popped what, among the operations whose answers are not in: *takers*, any of which may have popped anything, or
 * nothing, at any time since it was called.
 *
 * A value that no answer says was popped may have stayed at the bottom for ever, beneath all that came and went, if there is a
 * gap within its push in which nothing is on the stack for certain; and it must have been popped if there is none, since then
 * something was beneath it that came out. So only those are given to takers that must be, each to another one, and each for as
 * short as that taker allows: from the return of its push to the taker's call. It comes out when it likes after that. With
 * these stays more values may have to come out, and all stays together have to nest.
 *
 * Of the takers called before a push returned only the last one is tried: it can pop the value at once, and whoever else gets
 * an earlier one instead is on the stack for a shorter time. Those called later are tried from the first on. That is all there
 * is to try, so what fails is impossible.
 */
export class StackTakers<Input, Output> {
  readonly #past: StackStays<Input, Output>;
  readonly #items: StackItems<Input, Output>;
  /** By call. */
  readonly #takers: Watched<Input, Output>[] = [];
  readonly #taking = new Map<Watched<Input, Output>, StackItem<Input, Output>>();
  /** Pops that found nothing, and that may still be contradicted. */
  #empties: Watched<Input, Output>[] = [];
  #patience: Patience;

  constructor(past: StackStays<Input, Output>, items: StackItems<Input, Output>, patience: Patience) {
    this.#past = past;
    this.#items = items;
    this.#patience = patience;
  }

  /** By call. */
  get takers(): readonly Watched<Input, Output>[] {
    return this.#takers;
  }

  get empties(): readonly Watched<Input, Output>[] {
    return this.#empties;
  }

  /** A pop was called. */
  add(taker: Watched<Input, Output>): void {
    insertByCall(this.#takers, taker);
  }

  /** It is a taker no more. Answers whom it was taken to have popped. */
  end(taker: Watched<Input, Output>): StackItem<Input, Output> | undefined {
    this.#takers.splice(this.#takers.indexOf(taker), 1);
    const item = this.#taking.get(taker);
    if (item !== undefined) this.release(item);
    return item;
  }

  /** Nobody is taken to have popped it any more. */
  release(item: StackItem<Input, Output>): void {
    if (item.taker !== undefined) this.#taking.delete(item.taker);
    item.taker = item.stay = undefined;
  }

  /** A pop found nothing. */
  addEmpty(watched: Watched<Input, Output>): void {
    this.#empties.push(watched);
  }

  /** Whether all is possible, where some items may have to come out that had not, and nothing else has changed. */
  canBe(suspects: readonly StackItem<Input, Output>[]): boolean {
    if (this.#extend(suspects)) return true;
    const taken = [...this.#taking.values()];
    for (const item of taken) this.release(item);
    return this.#extend([...suspects, ...taken]);
  }

  #extend(suspects: readonly StackItem<Input, Output>[]): boolean {
    if (!this.#patience.mayStep() || !this.#nests()) return false;
    const left = new Set(suspects.filter(({ taker }) => taker === undefined));
    const leaving = [...left].filter((item) => this.#mustLeave(item));
    if (leaving.length === 0) return this.#emptyOut();
    if (this.#taking.size + leaving.length > this.#takers.length) return false;
    // Who came last is on top, and leaves first.
    const item = leaving.reduce((top, one) => one.insert.ret > top.insert.ret ? one : top);
    const others = leaving.filter((one) => one !== item);
    for (const taker of this.#choices(item)) {
      if (!this.#give(item, taker)) break;
      const above = item.stay === undefined ? [] : this.#items.above(item.stay);
      if (this.#extend([...others, ...above])) return true;
      this.release(item);
    }
    return false;
  }

  #nests(): boolean {
    const stays = [...this.#past.stays, ...this.#given()];
    return canNest(stays.sort((left, right) => left.first - right.first));
  }

  *#given(): Generator<Stay<Input, Output>> {
    for (const { stay } of this.#taking.values()) if (stay !== undefined) yield stay;
  }

  #mustLeave({ insert, due }: StackItem<Input, Output>): boolean {
    return due !== NEVER || this.#past.lastClear(insert.ret - 1, [...this.#given()]) < insert.call;
  }

  #choices({ insert, due }: StackItem<Input, Output>): Watched<Input, Output>[] {
    const free = this.#takers.filter((taker) => !this.#taking.has(taker) && taker.call < due);
    const later = free.findIndex(({ call }) => call > insert.ret);
    return later === 0 ? free : free.slice((later < 0 ? free.length : later) - 1);
  }

  #give(item: StackItem<Input, Output>, taker: Watched<Input, Output>): boolean {
    const { insert } = item;
    if (taker.call > insert.ret) {
      item.stay = this.#past.stayOf(insert, taker);
      if (item.stay === undefined) return false;
    }
    item.taker = taker;
    this.#taking.set(taker, item);
    return true;
  }

  /** Finds a gap for each empty pop: whoever is in there has to come out before. */
  #emptyOut(): boolean {
    for (const empty of this.#empties) {
      const gaps = this.#gapsOf(empty, [...this.#given()]);
      if (gaps.some((gap) => !this.#items.hasLeftAt(gap))) continue;
      return gaps.some((gap) => {
        const left = this.#items.leftAt(gap);
        const dues = left.map(({ due }) => due);
        for (const item of left) item.due = Math.min(item.due, gap + 1);
        const isDone = this.#extend(left);
        left.forEach((item, i) => item.due = dues[i]);
        return isDone;
      });
    }
    return true;
  }

  /** The gaps in which the stack may have been empty for a pop, one between any two calls of takers: the first is the best. */
  #gapsOf({ call, ret }: Watched<Input, Output>, given: readonly Stay<Input, Output>[]): number[] {
    const gaps = new Set<number>();
    const consider = (from: number): void => {
      const gap = this.#past.nextClear(from, given);
      if (gap < ret) gaps.add(gap);
    };
    consider(call);
    for (const taker of this.#takers) if (taker.call > call && taker.call < ret) consider(taker.call);
    return [...gaps];
  }

  /**
   * Forgets the empty pops that nothing to come can contradict: whatever will yet be answered was called at `oldest` or later. If
   * nobody is in at a gap of it, that is for good. If somebody is, lost operations have popped him before it.
   */
  settle(oldest: number): void {
    if (this.#empties.length === 0) return;
    const { all } = this.#items;
    this.#empties = this.#empties.filter((empty) => {
      const gaps = this.#gapsOf(empty, []);
      if (gaps.some((gap) => all.length === 0 || all[0].insert.ret > gap)) return false;
      if (gaps.length > 1 || empty.ret > oldest) return true;
      for (const item of all) {
        if (item.insert.ret > gaps[0]) break;
        if (item.due <= gaps[0] + 1) continue;
        item.due = gaps[0] + 1;
        item.dueBy = empty;
      }
      return false;
    });
  }
}
