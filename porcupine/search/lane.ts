import { ILLEGAL } from "../types.ts";
import type { Steps } from "./steps.ts";

/**
 * Orders that go along beside one another, and states that are looked at for one answer, from each of them. Beyond that nothing is
 * found out but that there is much: to keep 256, and compare each with all, took ten times as long as the search that had to
 * follow.
 */
const MOST = { ways: 32, looks: 64 };
/** States that are looked at in all, for each operation that has returned and besides. */
const PATIENCE = { each: 3, base: 200 };
/** Operations of a lane open at once: they are bits of a number. */
const MOST_OPEN = 30;

const NONE: number[] = [];

/** An order of some operations of a lane, found step by step. */
interface Way<State> {
  /** What the last step made. */
  state: State;
  /** The open operations that stand in it, as bits; and those that did nothing where they stand: they may be placed again. */
  spent: number;
  idle: number;
  /** Its end among the placements. */
  end: number;
  /** The operation that was asked about last in this state, or -1, and what it would make of it. */
  asked: number;
  next: State | typeof ILLEGAL;
}

/** How far a lane has come: it goes on, it is at an answer that none of its orders explains, or it is not for it. */
export type LaneEnd = "none" | "stuck" | "crowded";

/**
 * One partition, gone along in time with a few orders at once: an operation that does nothing in the state of an order is placed
 * in it as soon as it is called, any other one when it returns, or before that, if another one that returns needs it.
 *
 * **What it holds of an order is true.** Every operation is placed between its call and its return, so that whatever returned
 * before it was called stands before it, and whatever returned stands somewhere; and the state of an order is what the model's
 * own step made of the first state, operation by operation. So an order that has come to the end needs no replay.
 *
 * **A lane that is stuck proves that there is no order.** What did nothing where it was placed may be placed again where it does
 * something, and none is left out but for one that has come to the same state with no more spent and no more owed: what can
 * follow the one can follow the other. Where there are more than it keeps, it ends.
 */
export class Lane<State, Input, Output> {
  /** Why it does not go on. */
  end: LaneEnd = "none";
  /** Operations that were called, and that returned. */
  called = 0;
  returned = 0;
  /** The operation that is open, if there is but one order and nothing else is open; -1 otherwise. It has the place 0. */
  #lone = -1;
  /** When that one returns. */
  #loneUntil = 0;
  /** Places that are taken, as bits. */
  #used = 0;
  /** The only order, if there is but one. */
  #way: Way<State> | undefined;
  readonly #steps: Steps<State, Input, Output>;

  // What is needed only where there is more at once stands behind: of many lanes the processor's caches hold the beginnings.
  /** By place: the open operation, and when it returns. */
  #open: number[] = NONE;
  #until: number[] = NONE;
  /** How many more states may be looked at. */
  #patience = PATIENCE.base;
  #ways: Way<State>[];
  #made: Way<State>[] = [];
  readonly #queue: Way<State>[] = [];

  constructor(steps: Steps<State, Input, Output>) {
    this.#steps = steps;
    this.#way = { state: steps.model.init(), spent: 0, idle: 0, end: -1, asked: -1, next: ILLEGAL };
    this.#ways = [this.#way];
  }

  /** The first of its orders; of a lane that is stuck, one that it had before. */
  get last(): number {
    return (this.#ways.length > 0 ? this.#ways[0] : this.#made[0]).end;
  }

  /** Whatever returns before an instant returns, one after the other. */
  passTo(instant: number): void {
    if (this.#lone >= 0) {
      if (this.#loneUntil < instant) this.#returnAlone();
      return;
    }
    while (this.#used !== 0 && this.end === "none") {
      const first = this.#first();
      if (this.#until[first] >= instant) return;
      this.#return(first);
    }
  }

  /** The place of the open operation that returns first. */
  #first(): number {
    let first = -1;
    for (let left = this.#used; left !== 0; left &= left - 1) {
      const place = 31 - Math.clz32(left & -left);
      if (first < 0 || this.#comesFirst(place, first)) first = place;
    }
    return first;
  }

  /** Of answers at one instant that of the operation comes first which does in the history, as in a history brought into order. */
  #comesFirst(place: number, other: number): boolean {
    const until = this.#until;
    if (until[place] !== until[other]) return until[place] < until[other];
    return this.#open[place] < this.#open[other];
  }

  /** An operation is called; `until`: when it returns. */
  call(operation: number, until: number): void {
    this.called++;
    const way = this.#way;
    if (this.#used === 0 && way !== undefined) {
      this.#lone = operation;
      this.#loneUntil = until;
      this.#used = 1;
      this.#tryIdle(way, operation, 1);
      return;
    }
    if (this.#lone >= 0) this.#takeIn();
    const place = 31 - Math.clz32(~this.#used & (this.#used + 1));
    if (place >= MOST_OPEN) {
      this.end = "crowded";
      return;
    }
    const bit = 1 << place;
    this.#used |= bit;
    this.#open[place] = operation;
    this.#until[place] = until;
    const ways = this.#ways;
    for (let i = 0; i < ways.length; i++) this.#tryIdle(ways[i], operation, bit);
  }

  /** The operation that is open is one of several. */
  #takeIn(): void {
    if (this.#open === NONE) [this.#open, this.#until] = [[], []];
    this.#open[0] = this.#lone;
    this.#until[0] = this.#loneUntil;
    this.#lone = -1;
  }

  /** Places an operation in an order if it does nothing in its state. */
  #tryIdle(way: Way<State>, operation: number, bit: number): void {
    const next = this.#steps.step(way.state, operation);
    if (next === ILLEGAL || !this.#steps.same(next, way.state)) {
      way.asked = operation;
      way.next = next;
      return;
    }
    way.idle |= bit;
    way.end = this.#steps.follow(operation, way.end);
    if (next === way.state) return;
    // That it is equal is the model's word: what the step made is what the next one is given.
    way.state = next;
    way.asked = -1;
  }

  /** An operation returns. */
  #return(place: number): void {
    const bit = 1 << place;
    this.#branch(place);
    if (this.end !== "none") return;
    this.returned++;
    this.#used &= ~bit;
    const ways = this.#ways;
    for (let i = 0; i < ways.length; i++) {
      ways[i].spent &= ~bit;
      ways[i].idle &= ~bit;
    }
  }

  /** The operation that returns was the only one open: it has its place, or gets it now, where nothing can come before it. */
  #returnAlone(): void {
    const way = this.#ways[0];
    if (way.idle === 0 && !this.#last(way, this.#lone)) {
      this.end = "stuck";
      return;
    }
    way.idle = 0;
    this.#used = 0;
    this.#lone = -1;
    this.returned++;
  }

  /** All others have their place: this one is next; false if it cannot be. */
  #last(way: Way<State>, operation: number): boolean {
    const next = way.asked === operation ? way.next : this.#steps.step(way.state, operation);
    if (next === ILLEGAL) return false;
    way.state = next;
    way.end = this.#steps.follow(operation, way.end);
    way.asked = -1;
    return true;
  }

  /** Every order goes on with the operation that returns, and perhaps others before it. */
  #branch(place: number): void {
    const ways = this.#ways;
    const made = this.#made;
    made.length = 0;
    this.#patience += PATIENCE.each;
    const due = 1 << place;
    // Once there is too much the rest is for nothing: a hundred states more, each compared with all that are kept.
    for (let i = 0; i < ways.length && this.end === "none"; i++) {
      const way = ways[i];
      const isIdle = (way.idle & due) !== 0;
      if ((way.spent & due) !== 0 || isIdle) this.#add(way);
      else if ((this.#used & ~way.spent) === due) {
        if (this.#last(way, this.#open[place])) this.#add(way);
        continue;
      }
      if ((way.spent & due) === 0) this.#lead(way, place);
    }
    if (this.#patience < 0) this.end = "crowded";
    // Where an order was left out, that there is none is no proof.
    if (made.length === 0 && this.end === "none") this.end = "stuck";
    this.#made = ways;
    this.#ways = made;
    this.#way = made.length === 1 ? made[0] : undefined;
  }

  /** Takes in an order, unless another one has come to the same state with fewer spent, and owes no more. */
  #add(way: Way<State>): void {
    const made = this.#made;
    const owed = this.#used & ~way.spent & ~way.idle;
    for (let i = 0; i < made.length; i++) {
      const one = made[i];
      if ((one.spent & ~way.spent) !== 0 || (this.#used & ~one.spent & ~one.idle & ~owed) !== 0) continue;
      if (this.#steps.same(one.state, way.state)) return;
    }
    if (made.length < MOST.ways) made.push(way);
    else this.end = "crowded";
  }

  /** Follows an order until it has the operation that returns: that one alone first, then with one before it, and so on. */
  #lead(from: Way<State>, place: number): void {
    const queue = this.#queue;
    queue.length = 0;
    queue.push(from);
    const due = 1 << place;
    for (let at = 0; at < queue.length && this.end === "none" && this.#patience-- >= 0; at++) {
      const way = queue[at];
      const found = this.#after(way, place);
      // Where it has done nothing already it is placed again only to do something.
      const wasIdle = (way.idle & due) !== 0;
      if (found !== undefined && !(wasIdle && this.#steps.same(found.state, way.state))) this.#add(found);
      for (let left = this.#used & ~way.spent & ~due; left !== 0; left &= left - 1) {
        const next = this.#after(way, 31 - Math.clz32(left & -left));
        if (next === undefined || this.#steps.same(next.state, way.state)) continue;
        const isIdle = !wasIdle && (next.idle & due) !== 0;
        if (isIdle) this.#add(next);
        if (queue.length < MOST.looks) queue.push(next);
        else this.end = "crowded";
      }
    }
  }

  /** An order with an operation behind it, and all those that do nothing then; `undefined` if it cannot stand there. */
  #after(way: Way<State>, place: number): Way<State> | undefined {
    const operation = this.#open[place];
    const bit = 1 << place;
    const state = way.asked === operation ? way.next : this.#steps.step(way.state, operation);
    if (state === ILLEGAL) return undefined;
    const next: Way<State> = {
      state,
      spent: way.spent | bit,
      idle: way.idle & ~bit,
      end: this.#steps.follow(operation, way.end),
      asked: -1,
      next: ILLEGAL,
    };
    for (let left = this.#used & ~next.spent & ~next.idle; left !== 0; left &= left - 1) {
      const bit = left & -left;
      this.#tryIdle(next, this.#open[31 - Math.clz32(bit)], bit);
    }
    return next;
  }
}
