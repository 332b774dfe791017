import type { Budget } from "../budget.ts";
import { doubled } from "../growth.ts";
import { Columns, NO_ROOM } from "./columns.ts";
import type { Problem } from "./problem.ts";

/** Slots of operations: they are bits of a number. */
const MOST_SLOTS = 30;
/** Configurations that are kept of a level, and looked at for one answer. */
const MOST_WAYS = 128;
const MOST_LOOKS = 512;

/** How many configurations may be looked at before the search gives up; more are allowed for each answer that it has reached. */
export interface Patience {
  /** For each answer. */
  readonly each: number;
  /** Besides. */
  readonly base: number;
}

/** A configuration: the number of its state, the open operations that are spent, those that are idle, its end among the placements. */
const SIZE = 4;
const SPENT = 1;
const IDLE = 2;
const END = 3;

/** Integers of placements after which the part that all configurations have in common is written down, and forgotten. */
const MANY_PLACEMENTS = 1 << 11;

/** How far it has come: it goes on, it is at an answer that nothing explains, or there is too much at once. */
export type NarrowEnd = "none" | "stuck" | "crowded";

/**
 * A just-in-time search (Lowe 2017) for histories with little open at once, of models that do not say what their operations do: masks
 * of one word, few states, few configurations. Either it comes to an answer, in a fraction of the time of the other searches; or it
 * finds out soon that too much is open at once, and leaves the history to them.
 *
 * A configuration has an order behind it. It consists of the state that the order ends in, and two sets of open operations: those that
 * are *spent* (they stand in the order, and changed the state there) and those that are *idle* (they stand in it, and did nothing
 * there; each may be placed again later instead, once). The other open operations are *owed*.
 *
 * **Each order is right**: an operation is placed between its call and its return, in a state in which the model's step took it; and
 * every operation that returned is placed. Only that equal states do the same is taken on the model's word, as a step is asked once
 * for all of them; so an order is an answer only if it replays.
 *
 * **No order is left out** but by these rules, so that it is a proof if no configuration is left:
 *
 * 1. An owed operation that does nothing in the state becomes idle at once. *Nothing is lost*: all that could follow can still follow,
 *    and the operation may still be placed later, where another order has it.
 * 2. Operations are placed only before the return of an operation that is owed, or idle. *Nothing is lost*: before the return of a spent
 *    operation nothing has to be placed; what an order places there can stand just after that return.
 * 3. An operation that is idle when it returns is not placed again if it does nothing, or is impossible, in every state that the other
 *    open operations lead to, each used as often as one likes (`Columns.mayAct`). *Nothing is lost*: an order uses each once at most,
 *    so its states are among these; and where the operation does nothing it can be left out.
 * 4. Of two configurations in one state, the one whose spent operations and whose owed ones are among the other's is enough. Step by
 *    step it can do what the other does; and it never owes anything that the other does not owe.
 */
export class Narrow<State, Input, Output> {
  /** Why it does not go on. */
  end: NarrowEnd = "none";
  /** Operations that returned. */
  returned = 0;

  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  readonly #columns: Columns<State, Input, Output>;
  /** By slot: the open operation. */
  readonly #open: Int32Array;
  /** Slots that are taken. */
  #used = 0;
  readonly #patience: Patience;
  /** How many more configurations may be looked at. */
  #left: number;
  /** The configurations of the level, those of the next one, and those that are looked at on the way there. */
  #ways: Int32Array;
  #length = SIZE;
  #made: Int32Array;
  #madeLength = 0;
  readonly #queue: Int32Array;
  #queued = 0;
  /** By placement: the operation, and the placement before it, or -1. */
  #placed: Int32Array<ArrayBuffer>;
  #placements = 0;
  #fullAt = MANY_PLACEMENTS;
  /** What all configurations have in common, in order. */
  #common: Int32Array<ArrayBuffer>;
  #commonLength = 0;

  /** At the beginning. */
  constructor(problem: Problem<State, Input, Output>, patience: Patience, budget: Budget) {
    const { slots, model, count } = problem;
    if ("steps" in model) throw new TypeError("a narrow search asks for the one state that a step makes");
    const { scratch } = budget;
    this.#problem = problem;
    this.#budget = budget;
    this.#patience = patience;
    this.#left = patience.base;
    this.#open = scratch.int32(slots);
    this.#columns = new Columns(model, problem, this.#open, budget);
    this.#ways = scratch.int32(MOST_WAYS * SIZE);
    this.#made = scratch.int32(MOST_WAYS * SIZE);
    this.#queue = scratch.int32(MOST_LOOKS * SIZE);
    this.#placed = new Int32Array(2 * MANY_PLACEMENTS);
    this.#common = new Int32Array(count + 64);
    this.#ways[END] = -1;
  }

  /** Whether it is of use for a problem: one that begins at the beginning, with an answer to each operation. */
  static isFor<State, Input, Output>(problem: Problem<State, Input, Output>): boolean {
    const { watches, model, slots, starts, count, returns } = problem;
    const [{ spent, free }] = starts;
    return watches && !("steps" in model) && slots <= MOST_SLOTS && returns.length === count &&
      starts.length === 1 &&
      spent.length === 0 && free.length === 0;
  }

  /** Goes along the answers. */
  run(): void {
    const { returns, called } = this.#problem;
    let k = 0;
    for (let p = 0; p < returns.length && this.end === "none"; p++) {
      for (const to = called[p]; k < to; k++) this.#call(k);
      if (this.#budget.stopped !== undefined) this.end = "crowded";
      else this.#return(returns[p]);
    }
  }

  /** The first of its orders; of a search that is stuck, the one that it had before. */
  order(): number[] {
    this.#length = SIZE;
    this.#writeDown();
    const { count } = this.#problem;
    const isIn = this.#budget.scratch.uint8(count);
    const order: number[] = new Array(count);
    let from = count;
    for (let i = this.#commonLength - 1; i >= 0; i--) {
      const operation = this.#common[i];
      // What did nothing and was placed again, later, has its place there.
      if (isIn[operation] === 1) continue;
      isIn[operation] = 1;
      order[--from] = operation;
    }
    return from === 0 ? order : order.slice(from);
  }

  /** Writes down what the orders of all configurations begin with. */
  #writeDown(): void {
    const placed = this.#placed;
    const last = this.#meeting();
    let length = 0;
    for (let at = last; at >= 0; at = placed[at + 1]) length++;
    while (this.#commonLength + length > this.#common.length) this.#common = doubled(this.#common);
    let to = this.#commonLength += length;
    for (let at = last; at >= 0; at = placed[at + 1]) this.#common[--to] = placed[at];
    // Nothing is common yet. (Moved by the one integer that -1 would make it, links stand where operations stood, and go in circles.)
    if (last < 0) return;
    // What comes behind moves to the front. Whatever it follows that is below 0 then is written down, or nobody's.
    const shift = last + 2;
    placed.copyWithin(0, shift, this.#placements);
    this.#placements -= shift;
    for (let at = 1; at < this.#placements; at += 2) placed[at] -= shift;
    for (let at = END; at < this.#length; at += SIZE) this.#ways[at] -= shift;
  }

  /** The last placement that all configurations have; below 0 if there is none. */
  #meeting(): number {
    const ends: number[] = [];
    for (let at = END; at < this.#length; at += SIZE) ends.push(this.#ways[at]);
    for (;;) {
      // A placement is behind the one that it follows: the last one is not common to all, unless it is the only one.
      const last = Math.max(...ends);
      let isOne = true;
      for (let i = 0; i < ends.length; i++) {
        if (ends[i] !== last) isOne = false;
      }
      if (isOne || last < 0) return last;
      for (let i = 0; i < ends.length; i++) if (ends[i] === last) ends[i] = this.#placed[last + 1];
    }
  }

  /** Places an operation behind an order, which ends with `before`; answers the end of the new one. */
  #follow(operation: number, before: number): number {
    if (this.#placements === this.#placed.length) this.#placed = doubled(this.#placed);
    const at = this.#placements;
    this.#placements += 2;
    this.#placed[at] = operation;
    this.#placed[at + 1] = before;
    return at;
  }

  /** An operation is called. */
  #call(operation: number): void {
    const slot = this.#problem.slot[operation];
    const bit = 1 << slot;
    const columns = this.#columns;
    const ways = this.#ways;
    this.#used |= bit;
    this.#open[slot] = operation;
    columns.forget(slot);
    for (let at = 0; at < this.#length; at += SIZE) {
      const state = ways[at];
      columns.ask(state, bit);
      if ((columns.idle[state] & bit) === 0) continue;
      ways[at + IDLE] |= bit;
      ways[at + END] = this.#follow(operation, ways[at + END]);
    }
  }

  /** An operation returns. */
  #return(operation: number): void {
    const slot = this.#problem.slot[operation];
    const due = 1 << slot;
    const ways = this.#ways;
    this.#madeLength = 0;
    this.#queued = 0;
    this.#left += this.#patience.each;
    for (let at = 0; at < this.#length; at += SIZE) {
      const isSpent = (ways[at + SPENT] & due) !== 0;
      const isIdle = (ways[at + IDLE] & due) !== 0;
      if (isSpent || isIdle) this.#add(ways, at, due);
      if (!isSpent && !(isIdle && this.#isSettled(ways, at, slot))) this.#enqueue(ways, at);
    }
    for (let at = 0; at < this.#queued && this.end === "none"; at += SIZE) this.#expand(at, slot);
    if (this.#left < 0 || this.#budget.stopped !== undefined) this.end = "crowded";
    if (this.end !== "none") return;
    if (this.#madeLength === 0) {
      this.end = "stuck";
      return;
    }
    this.returned++;
    this.#used &= ~due;
    this.#ways = this.#made;
    this.#length = this.#madeLength;
    this.#made = ways;
    if (this.#placements > this.#fullAt) {
      this.#writeDown();
      this.#fullAt = 2 * this.#placements + MANY_PLACEMENTS;
    }
    this.#columns.keep(this.#ways, this.#length, SIZE);
  }

  /** Whether an operation that does nothing in a configuration does nothing before it returns, whatever is placed until then. */
  #isSettled(nodes: Int32Array, at: number, slot: number): boolean {
    return !this.#columns.mayAct(nodes[at], slot, this.#used & ~nodes[at + SPENT] & ~(1 << slot));
  }

  /** Looks at what can be placed next in a configuration of the queue: the operation that returns, or another one before it. */
  #expand(at: number, slot: number): void {
    const queue = this.#queue;
    const columns = this.#columns;
    const due = 1 << slot;
    const state = queue[at];
    const open = this.#used & ~queue[at + SPENT];
    const isOptional = (queue[at + IDLE] & due) !== 0;
    if (--this.#left < 0) return;
    columns.ask(state, open);
    const lead = columns.lead[state] & open;
    if ((lead & due) !== 0 && this.#child(at, slot)) this.#add(queue, this.#queued, due);
    for (let left = lead & ~due; left !== 0 && this.end === "none"; left &= left - 1) {
      if (!this.#child(at, 31 - Math.clz32(left & -left))) return;
      const child = this.#queued;
      const isIdle = (queue[child + IDLE] & due) !== 0;
      if (isIdle && !isOptional) this.#add(queue, child, due);
      if (!(isIdle && this.#isSettled(queue, child, slot)) && !this.#isKnown(child)) this.#queued += SIZE;
    }
  }

  /** Writes the configuration that an operation makes of one in the queue behind the others; false if there is no room. */
  #child(at: number, slot: number): boolean {
    const queue = this.#queue;
    const columns = this.#columns;
    const child = this.#queued;
    const next = columns.next(queue[at], slot);
    if (next === NO_ROOM || child === queue.length) {
      this.end = "crowded";
      return false;
    }
    const bit = 1 << slot;
    const spent = queue[at + SPENT] | bit;
    const before = queue[at + IDLE] & ~bit;
    const free = this.#used & ~spent & ~before;
    let end = this.#follow(this.#open[slot], queue[at + END]);
    columns.ask(next, free);
    const idle = columns.idle[next] & free;
    for (let left = idle; left !== 0; left &= left - 1) {
      end = this.#follow(this.#open[31 - Math.clz32(left & -left)], end);
    }
    queue[child] = next;
    queue[child + SPENT] = spent;
    queue[child + IDLE] = before | idle;
    queue[child + END] = end;
    return true;
  }

  /** Takes a configuration of the level into the queue. */
  #enqueue(ways: Int32Array, from: number): void {
    const queue = this.#queue;
    const at = this.#queued;
    queue[at] = ways[from];
    queue[at + SPENT] = ways[from + SPENT];
    queue[at + IDLE] = ways[from + IDLE];
    queue[at + END] = ways[from + END];
    this.#queued = at + SIZE;
  }

  /** Whether one in the queue can do all that a configuration can. */
  #isKnown(child: number): boolean {
    const queue = this.#queue;
    const used = this.#used;
    const state = queue[child];
    const spent = queue[child + SPENT];
    const owed = used & ~spent & ~queue[child + IDLE];
    for (let at = 0; at < child; at += SIZE) {
      if (queue[at] !== state || (queue[at + SPENT] & ~spent) !== 0) continue;
      if ((used & ~queue[at + SPENT] & ~queue[at + IDLE] & ~owed) === 0) return true;
    }
    return false;
  }

  /** Takes a configuration into the next level, unless another one there can do all that it can. */
  #add(from: Int32Array, at: number, due: number): void {
    const made = this.#made;
    const used = this.#used & ~due;
    const state = from[at];
    const spent = from[at + SPENT] & ~due;
    const idle = from[at + IDLE] & ~due;
    const owed = used & ~spent & ~idle;
    let kept = 0;
    for (let i = 0; i < this.#madeLength; i += SIZE) {
      if (made[i] === state) {
        const other = made[i + SPENT];
        const owes = used & ~other & ~made[i + IDLE];
        if ((other & ~spent) === 0 && (owes & ~owed) === 0) return;
        if ((spent & ~other) === 0 && (owed & ~owes) === 0) continue;
      }
      if (kept < i) made.copyWithin(kept, i, i + SIZE);
      kept += SIZE;
    }
    if (kept === made.length) {
      this.end = "crowded";
      return;
    }
    made[kept] = state;
    made[kept + SPENT] = spent;
    made[kept + IDLE] = idle;
    made[kept + END] = from[at + END];
    this.#madeLength = kept + SIZE;
  }
}
