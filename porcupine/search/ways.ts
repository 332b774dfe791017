import { ILLEGAL } from "../types.ts";
import type { Steps } from "./steps.ts";

/** Orders that are looked at for one answer. */
const MOST_LOOKS = 64;

/** An order of some operations, found step by step. */
export interface Way<State> {
  /** What the last step made. */
  state: State;
  /** The open operations that stand in it, as bits: those that did something, and those that did nothing where they stand. */
  spent: number;
  idle: number;
  /** Its end among the placements. */
  end: number;
  /** The operation that was asked about last in this state, or -1, and what it would make of it. */
  asked: number;
  next: State | typeof ILLEGAL;
}

/** An answer at which there was a choice. */
export interface Fork<State> {
  /** The order before it, and the operation that returned, and its place. */
  readonly way: Way<State>;
  readonly place: number;
  readonly operation: number;
  /** How many events had been recorded, that one included. */
  at: number;
  /** The orders that are left to be tried, the next one last; `undefined` until it is known which. */
  rest: Way<State>[] | undefined;
}

/** What is open: places as bits, and by place the operation. */
export interface Now {
  readonly used: number;
  readonly open: readonly number[];
  /** Whether one more order may be looked at; counts it. */
  mayLook(): boolean;
}

/** Places an operation in an order if it does nothing in its state. */
export function tryIdle<State, Input, Output>(
  steps: Steps<State, Input, Output>,
  way: Way<State>,
  operation: number,
  bit: number,
): void {
  const next = steps.step(way.state, operation);
  if (next === ILLEGAL || !steps.same(next, way.state)) {
    way.asked = operation;
    way.next = next;
    return;
  }
  way.idle |= bit;
  way.end = steps.follow(operation, way.end);
  if (next === way.state) return;
  // That it is equal is the model's word: what the step made is what the next one is given.
  way.state = next;
  way.asked = -1;
}

/** All others have their place: this one is next; false if it cannot be. */
export function append<State, Input, Output>(
  steps: Steps<State, Input, Output>,
  way: Way<State>,
  operation: number,
): boolean {
  const next = way.asked === operation ? way.next : steps.step(way.state, operation);
  if (next === ILLEGAL) return false;
  way.state = next;
  way.end = steps.follow(operation, way.end);
  way.asked = -1;
  return true;
}

/** Orders that have the operation that returns: that one alone first, then with one before it, and so on. */
export function lead<State, Input, Output>(
  steps: Steps<State, Input, Output>,
  from: Way<State>,
  now: Now,
  place: number,
): Way<State>[] {
  const made: Way<State>[] = [];
  const queue = [from];
  const due = 1 << place;
  for (let at = 0; at < queue.length && now.mayLook(); at++) {
    const way = queue[at];
    const found = after(steps, way, now, place);
    if (found !== undefined) made.push(found);
    for (let left = now.used & ~way.spent & ~way.idle & ~due; left !== 0; left &= left - 1) {
      const next = after(steps, way, now, 31 - Math.clz32(left & -left));
      if (next === undefined || steps.same(next.state, way.state)) continue;
      if ((next.idle & due) !== 0) made.push(next);
      else if (queue.length < MOST_LOOKS) queue.push(next);
    }
  }
  return made;
}

/** An order with an operation behind it, and all those that do nothing then; `undefined` if it cannot stand there. */
export function after<State, Input, Output>(
  steps: Steps<State, Input, Output>,
  way: Way<State>,
  { used, open }: Now,
  place: number,
): Way<State> | undefined {
  const operation = open[place];
  const bit = 1 << place;
  const state = way.asked === operation ? way.next : steps.step(way.state, operation);
  if (state === ILLEGAL) return undefined;
  const next: Way<State> = {
    state,
    spent: way.spent | bit,
    idle: way.idle & ~bit,
    end: steps.follow(operation, way.end),
    asked: -1,
    next: ILLEGAL,
  };
  for (let left = used & ~next.spent & ~next.idle; left !== 0; left &= left - 1) {
    const bit = left & -left;
    tryIdle(steps, next, open[31 - Math.clz32(bit)], bit);
  }
  return next;
}
