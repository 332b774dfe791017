import { ILLEGAL } from "../types.ts";
import type { Steps } from "./steps.ts";
import { after, append, type Fork, lead, tryIdle, type Way } from "./ways.ts";

/** States that are looked at again, or beside the order, in all: for each operation that has returned, and besides. */
const PATIENCE = { each: 3, base: 128 };
/**
 * Where it may go back to, at most: further back a choice was hardly ever wrong, and each keeps a state, which whoever collects
 * garbage moves.
 */
const MOST_FORKS = 8;
/** Events during an operation, on average, beyond which there are too many orders to try one after the other. */
export const MOST_EVENTS = 4;
/** The same, up to which it is worth it to leave no order out where one is not found. */
export const SPARSE_EVENTS = 2;
/** So many events more, and it seems so before the end. */
const MORE_EVENTS = 32;
/** Operations open at once: they are bits of a number. */
const MOST_OPEN = 30;
/** A record of events that nobody goes back to is cut off from here on. */
const LONG_RECORD = 256;

/**
 * How far a track has come: it goes on, it found no order, there is too much open at once, or it was left before it was known whether
 * it is for it.
 */
export type TrackEnd = "none" | "stuck" | "crowded" | "left";

const NONE: number[] = [];

/**
 * One partition, gone along in time with one order. An operation that does nothing in the state of the order is placed in it as
 * soon as it is called, any other one when it returns, or before that, if another one that returns needs it. Where an answer comes
 * while others are open that could stand before it, they are put behind it at first. If an answer is impossible later, the track goes
 * back to the last such choice, makes another one, and goes along again from there.
 *
 * **What it holds of its order is true.** Every operation is placed between its call and its return, the first time and again, so
 * that whatever returned before it was called stands before it, and whatever returned stands somewhere; and the state of the order
 * is what the model's own step made of the first state, operation by operation. So an order that has come to the end needs no replay.
 * That there is none says nothing: it does not go back for ever, and what did nothing where it was placed is not placed later instead.
 */
export class Track<State, Input, Output> {
  /** Why it does not go on. */
  end: TrackEnd = "none";
  /** Operations that were called, and that returned. */
  called = 0;
  returned = 0;
  readonly number: number;
  /** The operation that is open, if no other one is, and when it returns; -1 otherwise. It has the place 0. */
  #lone = -1;
  #loneUntil = 0;
  /** How far it has passed. */
  #now = 0;
  /** What is open: places that are taken, as bits. */
  used = 0;
  #way: Way<State>;
  readonly #steps: Steps<State, Input, Output>;
  /** Where it may go back to, the last one last. */
  #forks: Fork<State>[] = [];

  // What is needed only where there is more at once stands behind: of many tracks the processor's caches hold the beginnings.
  /** What happened since the first fork: 64 times the operation, twice its place, and one if it returned. */
  #record: number[] = NONE;
  /** How much of it has happened to the order. */
  #at = 0;
  /** By place: the open operation, and when it returns. */
  open: number[] = NONE;
  #until: number[] = NONE;
  /** How many are open, if there are several. */
  #count = 0;
  /** Events of the track during each of its operations, up to here, added up. */
  #events = 0;
  /** How many more states may be looked at. */
  #patience = PATIENCE.base;

  constructor(steps: Steps<State, Input, Output>, number: number) {
    this.#steps = steps;
    this.number = number;
    this.#way = { state: steps.model.init(), spent: 0, idle: 0, end: -1, asked: -1, next: ILLEGAL };
  }

  /** Whether it has the patience to look at one more order. */
  mayLook(): boolean {
    return this.#patience-- >= 0;
  }

  /** Whether it found no order. */
  get isStuck(): boolean {
    return this.end === "stuck";
  }

  /** Whether there is so much going on at once that a search is the better way. */
  get isBusy(): boolean {
    return this.#events > MOST_EVENTS * this.called;
  }

  /** Whether it seems so before its end: that it was not after all the rest would have to show. */
  get seemsBusy(): boolean {
    return this.#events > MOST_EVENTS * this.called + MORE_EVENTS;
  }

  /** Whether it seems to be one of which no order can be left out. */
  get seemsSparse(): boolean {
    return this.#events <= SPARSE_EVENTS * this.called + MORE_EVENTS;
  }

  /** Where its order ends among the placements. */
  get last(): number {
    return this.#way.end;
  }

  /** The instant before which every answer is explained: when the next one returns, or it came to its end. */
  get bound(): number {
    const latest = this.end === "none" ? Infinity : this.#now;
    if (this.used === 0) return latest;
    return Math.min(latest, this.#lone >= 0 ? this.#loneUntil : this.#until[this.#first()]);
  }

  /** Whatever returns before an instant returns, one after the other. */
  passTo(instant: number): void {
    this.#now = instant;
    if (this.#lone >= 0) {
      if (this.#loneUntil < instant) this.#returnAlone();
      return;
    }
    while (this.used !== 0 && this.end === "none") {
      const first = this.#first();
      if (this.#until[first] >= instant) return;
      this.#return(first);
    }
  }

  /** The same, as far as no step is needed for it: once a limit has struck. */
  restAt(instant: number): void {
    if (this.end !== "none") return;
    const { spent, idle, asked, next } = this.#way;
    if (this.#lone >= 0) {
      if (idle !== 0 || (asked === this.#lone && next !== ILLEGAL)) this.passTo(instant);
      return;
    }
    while (this.used !== 0) {
      const first = this.#first();
      if (this.#until[first] >= instant || ((spent | idle) & 1 << first) === 0) return;
      this.#return(first);
    }
  }

  /** An operation is called; `until`: when it returns. */
  call(operation: number, until: number): void {
    this.called++;
    if (this.used === 0) {
      this.#lone = operation;
      this.#loneUntil = until;
      this.used = 1;
      if (this.#forks.length > 0) this.#at = this.#record.push(64 * operation);
      tryIdle(this.#steps, this.#way, operation, 1);
      return;
    }
    if (this.#lone >= 0) this.#takeIn();
    const place = 31 - Math.clz32(~this.used & (this.used + 1));
    if (place >= MOST_OPEN) {
      this.end = "crowded";
      return;
    }
    this.#events += this.#count;
    this.#count++;
    this.used |= 1 << place;
    this.open[place] = operation;
    this.#until[place] = until;
    if (this.#forks.length > 0) this.#at = this.#record.push(64 * operation + 2 * place);
    tryIdle(this.#steps, this.#way, operation, 1 << place);
  }

  /** The operation that is open is one of several. */
  #takeIn(): void {
    if (this.open === NONE) [this.open, this.#until] = [[], []];
    this.open[0] = this.#lone;
    this.#until[0] = this.#loneUntil;
    this.#count = 1;
    this.#lone = -1;
  }

  /** The place of the open operation that returns first; of those at one instant that of which the history tells first. */
  #first(): number {
    const until = this.#until;
    let first = 31 - Math.clz32(this.used);
    for (let left = this.used & ~(1 << first); left !== 0; left &= left - 1) {
      const place = 31 - Math.clz32(left & -left);
      if (until[place] > until[first]) continue;
      if (until[place] < until[first] || this.open[place] < this.open[first]) first = place;
    }
    return first;
  }

  /** The operation that returns was the only one open: it has its place, or gets it now, where nothing can come before it. */
  #returnAlone(): void {
    if (this.#forks.length > 0) this.#at = this.#record.push(64 * this.#lone + 1);
    if (this.#way.idle === 0 && !append(this.#steps, this.#way, this.#lone) && !this.#goBack()) {
      this.#now = this.#loneUntil;
      return;
    }
    this.#way.idle = 0;
    this.used = 0;
    this.#lone = -1;
    this.returned++;
  }

  /** One of several operations returns. */
  #return(place: number): void {
    this.#patience += PATIENCE.each;
    if (this.#forks.length > 0) this.#at = this.#record.push(64 * this.open[place] + 2 * place + 1);
    if (!this.#stands(place) && !this.#goBack()) {
      this.#now = this.#until[place];
      return;
    }
    this.#leave(place);
    this.returned++;
    this.#count--;
    this.#events += this.#count;
  }

  /** Its place is free. */
  #leave(place: number): void {
    const bit = 1 << place;
    this.used &= ~bit;
    this.#way.spent &= ~bit;
    this.#way.idle &= ~bit;
  }

  /** An operation that returns gets its place in the order, if it has none; false if there is none for it. */
  #stands(place: number): boolean {
    const way = this.#way;
    const bit = 1 << place;
    if (((way.spent | way.idle) & bit) !== 0) return true;
    if ((this.used & ~way.spent & ~way.idle) === bit) return append(this.#steps, way, this.open[place]);
    const next = after(this.#steps, way, this, place);
    const rest = next === undefined ? lead(this.#steps, way, this, place).reverse() : undefined;
    const chosen = next ?? rest?.pop();
    if (chosen === undefined) return false;
    if (rest === undefined || rest.length > 0) this.#mark({ way, place, rest });
    this.#way = chosen;
    return true;
  }

  /** It may go back to where it is. */
  #mark({ way, place, rest }: Pick<Fork<State>, "way" | "place" | "rest">): void {
    const forks = this.#forks;
    if (this.#record === NONE) this.#record = [];
    forks.push({ way, place, operation: this.open[place], rest, at: this.#at });
    if (forks.length <= MOST_FORKS) return;
    // Nobody goes back as far as that, and a long history would keep all its states.
    forks.shift();
    const past = forks[0].at;
    if (past < LONG_RECORD) return;
    this.#record = this.#record.slice(past);
    this.#at -= past;
    for (const fork of forks) fork.at -= past;
  }

  /** Makes another choice, the last one first, with which everything that is recorded has its place; false if it finds none. */
  #goBack(): boolean {
    const forks = this.#forks;
    while (forks.length > 0 && this.#patience >= 0) {
      const fork = forks[forks.length - 1];
      this.#backTo(fork);
      // The first of them was tried.
      fork.rest ??= lead(this.#steps, fork.way, this, fork.place).reverse().slice(0, -1);
      const way = fork.rest.pop();
      if (fork.rest.length === 0) forks.pop();
      if (way === undefined) continue;
      this.#way = way;
      this.#leave(fork.place);
      if (!this.#goAlong()) continue;
      if (forks.length === 0) this.#at = this.#record.length = 0;
      return true;
    }
    this.end = "stuck";
    this.used = 0;
    return false;
  }

  /** What is open as it was where it may go back to: what is recorded since is undone, the last event first. */
  #backTo({ at, place, operation }: Fork<State>): void {
    for (let i = this.#at - 1; i >= at; i--) {
      const event = this.#record[i];
      if ((event & 1) === 0) this.used &= ~(1 << ((event >> 1) & 31));
      else this.#open(event);
    }
    this.#at = at;
    this.used |= 1 << place;
    this.open[place] = operation;
  }

  /** The operation of an event is open. */
  #open(event: number): void {
    const place = (event >> 1) & 31;
    this.used |= 1 << place;
    this.open[place] = Math.floor(event / 64);
  }

  /** Goes along what is recorded, up to where the last operation returns. */
  #goAlong(): boolean {
    while (this.#at < this.#record.length) {
      const event = this.#record[this.#at++];
      const place = (event >> 1) & 31;
      const operation = Math.floor(event / 64);
      if (this.#patience-- < 0) return false;
      if ((event & 1) === 0) {
        this.used |= 1 << place;
        this.open[place] = operation;
        tryIdle(this.#steps, this.#way, operation, 1 << place);
      } else {
        if (!this.#stands(place)) return false;
        // Where it comes to an end whoever had it go back does this.
        if (this.#at < this.#record.length) this.#leave(place);
      }
    }
    return true;
  }
}
