import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import type { Problem } from "../search/problem.ts";
import { States } from "../search/states.ts";
import type { Beginning } from "./beginning.ts";
import { type Configuration, merge } from "./configuration.ts";
import { PromiseBook, type Promises } from "./promise_book.ts";
import { isForeseen, outcomes } from "./promises.ts";
import type { Watched } from "./watched.ts";

/** A past that is summed up in more configurations is as well kept: each of them would be searched from at every answer. */
const MOST_KEPT = 256;
/** With more of them at a level it gives up, and after so many steps: then the window is left to grow to twice its length. */
const MOST = 4096;
const MOST_MADE = 1 << 15;
/** Open operations are bits of one word. */
const MOST_SLOTS = 31;

/** Who changes nothing. */
export interface Looks {
  /** By operation: whether it changes nothing, as it was answered or whatever it is. */
  readonly isRead: readonly boolean[];
  /** The only one that hangs and changes nothing, whatever it is answered; -1: there is none, or several. */
  readonly looking: number;
}

/** The configurations before the return of a level. */
export interface Summary<State> {
  readonly level: number;
  readonly starts: readonly Beginning<State>[];
}

/**
 * The configurations in which a past may have ended beside calls that hang: called in it, without an answer yet.
 *
 * An operation that hangs may have taken effect, in a state that is then forgotten, and its answer must have been possible
 * there. So whoever places it promises that: the state before and the state after are kept with the configuration
 * (`promises`). When its answer comes, the configuration stays exactly if the answer leads from the one to the other.
 *
 * *No order is left out.* Take any order of what has happened, and of the answers to come, that explains all of it. Cut it
 * after each operation that returns, at its return: what stands before it in the order and was not taken yet is taken at
 * that level, up to itself; at a level whose operation was taken before, nothing is. Each of these runs is made here, as all
 * that is called and not spent is tried in every sequence that ends with the one that returns. What is taken of those that
 * hang is taken with its answer left open, which leads to the state that it leads to with the answer (of several states each
 * is tried). *No order is gained.* What is made is a sequence of steps that keeps real time, and in which all that returned
 * has its place, or had it in the past (`free`); it explains the past if each promise is kept, which is looked at when the
 * answer is in; an operation that is never answered is promised nothing more.
 *
 * *What is taken for one.* Configurations are one if state, spent, free and promises are: of two equal ones what follows is the
 * same (`PromiseBook` says which promises are equal). A read whose answer is in is taken as soon as it
 * is possible: the proof of rule (a) of `Walk` moves it past steps that stay as they are, and so do the promises made in them.
 *
 * *Who only looks.* A call that changes nothing, whatever it is answered (`readOnly`), is promised nothing, if it is the only one that
 * hangs: a configuration knows of all states that there were since that call on any of the ways that lead to it (`seen`). An
 * answer that is possible in one of them is the end of such a way, on which the call stands there, and on which everything else is
 * as the configuration says; one that is possible in none of them stands on no such way. (Of two such calls each could be answered
 * on a way of its own; so that is for one only.) What all configurations of a level have seen, all that come of them have.
 *
 * Nothing else is pruned: the rules of the search would have to be proved for answers that are not there yet. Where there are
 * many configurations it gives up (`undefined`), and at a limit: then nothing is known.
 */
export class Beside<State, Input, Output> {
  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  readonly #states: States<State, Input, Output>;
  readonly #watched: readonly Watched<Input, Output>[];
  readonly #isRead: readonly boolean[];
  /** By operation: whether it was looked whether its request leads to what its answer led to. */
  readonly #isTried: boolean[] = [];
  /** What was asked already, by state and operation: configurations have states in common. */
  readonly #known = new Map<number, readonly number[] | undefined>();
  readonly #book: PromiseBook<State, Input, Output>;
  /** Called and not returned at this level. */
  #open: number[] = [];
  #layer = new Map<string, Configuration<State>>();
  #next = new Map<string, Configuration<State>>();
  #made = 0;
  /** The one who only looks; -1: nobody does. */
  readonly #looking: number;
  /** States that it has seen in each configuration. */
  readonly #told = new Set<number>();

  /** `problem`: of a model without hints, so that each operation has a slot; `watched`: its operations. */
  constructor(
    problem: Problem<State, Input, Output>,
    budget: Budget,
    watched: readonly Watched<Input, Output>[],
    { isRead, looking }: Looks,
  ) {
    this.#problem = problem;
    this.#budget = budget;
    this.#states = new States(problem, budget);
    this.#book = new PromiseBook(problem, this.#states);
    this.#watched = watched;
    this.#isRead = isRead;
    this.#looking = looking;
  }

  /** The level from `from` up to `to` at which there are fewest configurations, the last of them; else one not long before. */
  sumUp(beginnings: readonly Beginning<State>[], from: number, to: number): Summary<State> | undefined {
    const { returns, called, slots } = this.#problem;
    if (slots > MOST_SLOTS) return undefined;
    this.#call(0, called[0]);
    for (const beginning of beginnings) this.#arrive(this.#first(beginning));
    this.#tell();
    let summary: Summary<State> | undefined;
    for (let level = 0; level <= to; level++) {
      [this.#layer, this.#next] = [this.#next, new Map()];
      const { size } = this.#layer;
      const least = summary === undefined || summary.level < from ? MOST_KEPT : summary.starts.length;
      if (level >= from >>> 1 && size <= least) {
        summary = { level, starts: this.#present() };
      }
      if (level === to || !this.#develop(returns[level])) break;
      this.#open = this.#open.filter((k) => k !== returns[level]);
      this.#call(called[level], called[level + 1]);
      const arrived = [...this.#next.values()];
      this.#next = new Map();
      for (const one of arrived) this.#arrive(one);
      this.#tell();
    }
    // A step that was cut short has answered nothing: what was made without it is not all.
    return this.#budget.stopped === undefined && !this.#budget.expired() ? summary : undefined;
  }

  #call(from: number, to: number): void {
    for (let k = from; k < to; k++) this.#open.push(k);
  }

  #bit(operation: number): number {
    return 1 << this.#problem.slot[operation];
  }

  #first({ state, spent, free, promises, seen }: Beginning<State>): Configuration<State> {
    const bits = (some: readonly number[]): number => some.reduce((mask, k) => mask | this.#bit(k), 0);
    let all = this.#book.none;
    for (const promised of promises) {
      all = this.#book.add(all, this.#watched.indexOf(promised.watched as Watched<Input, Output>), promised);
    }
    const states = seen.flatMap((one) => one.states.map((each) => this.#states.intern(each)));
    return {
      state: this.#states.intern(state),
      spent: bits(spent),
      free: bits(free),
      promises: all,
      seen: new Set(states),
    };
  }

  /** Takes the reads that are possible, and keeps what it has come to for the next level. */
  #arrive(one: Configuration<State>): void {
    const settled = this.#takeReads(one);
    this.#look(settled);
    merge(this.#next, settled);
  }

  /** The one who only looks may be answered here. */
  #look({ state, seen }: Configuration<State>): void {
    if (this.#looking >= 0 && this.#open.includes(this.#looking) && !this.#told.has(state)) seen.add(state);
  }

  /** What each configuration that has come to a level has seen is told from then on. */
  #tell(): void {
    if (this.#looking < 0) return;
    const [first, ...others] = this.#next.values();
    for (const state of first?.seen ?? []) {
      if (!others.every(({ seen }) => seen.has(state))) continue;
      this.#told.add(state);
    }
    for (const { seen } of this.#next.values()) {
      for (const state of [...seen]) if (this.#told.has(state)) seen.delete(state);
    }
  }

  #takeReads(one: Configuration<State>): Configuration<State> {
    let { spent, free } = one;
    for (const k of this.#open) {
      if (!this.#isRead[k] || (spent & this.#bit(k)) !== 0 || this.#problem.ret[k] === NEVER) continue;
      const results = this.#results(one.state, k);
      if (results?.length === 1 && results[0] === one.state) {
        spent |= this.#bit(k);
        free &= ~this.#bit(k);
      }
    }
    return spent === one.spent ? one : { ...one, spent, free };
  }

  /** Tries all that is open, in every sequence that ends with the operation that returns. False: there is too much of it. */
  #develop(returned: number): boolean {
    const last = this.#bit(returned);
    const stack = [...this.#layer.values()];
    const made = new Map(this.#layer);
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      if (!this.#budget.goOn()) return false;
      const { spent, free, promises } = one;
      const isSpent = (spent & last) !== 0;
      if (isSpent || (free & last) !== 0) this.#leave(one, last);
      if (isSpent) continue;
      for (const k of this.#open) {
        const bit = this.#bit(k);
        if ((spent & bit) !== 0 || k === this.#looking) continue;
        const results = this.#results(one.state, k);
        if (results === undefined) return false;
        for (const state of results) {
          if (++this.#made > MOST_MADE) return false;
          const next = this.#takeReads({
            state,
            spent: spent | bit,
            free: free & ~bit,
            promises: this.#watched[k].status === "open"
              ? this.#promised(promises, k, one.state, state)
              : promises,
            seen: new Set(one.seen),
          });
          this.#look(next);
          if (k === returned) this.#leave(next, last);
          else {
            const merged = merge(made, next);
            if (merged !== undefined) stack.push(merged);
          }
        }
      }
    }
    return this.#next.size > 0 && this.#next.size <= MOST;
  }

  /** The states that an operation leads to; `undefined` if its answer has led to one that its request does not lead to. */
  #results(state: number, operation: number): readonly number[] | undefined {
    const question = state * this.#problem.count + operation;
    if (this.#known.has(question)) return this.#known.get(question);
    const results = this.#ask(state, operation);
    this.#known.set(question, results);
    return results;
  }

  #ask(state: number, operation: number): readonly number[] | undefined {
    const { model, inputs } = this.#problem;
    const { values } = this.#states;
    if (this.#watched[operation].status === "open") {
      return outcomes(model, values[state], inputs[operation], this.#budget).map((one) =>
        this.#states.intern(one)
      );
    }
    const results = this.#states.results.slice(0, this.#states.apply(state, operation));
    if (this.#isTried[operation] || results.length === 0) return results;
    this.#isTried[operation] = true;
    const isHonest = results.every((next) =>
      isForeseen(model, { before: values[state], after: values[next] }, inputs[operation], this.#budget)
    );
    return isHonest ? results : undefined;
  }

  #promised(all: Promises<State>, operation: number, before: number, after: number): Promises<State> {
    const { values } = this.#states;
    const watched = this.#watched[operation];
    return this.#book.add(all, operation, { watched, before: values[before], after: values[after] });
  }

  /** A configuration in which the operation that returns is placed, or need not be: it goes on to the next level. */
  #leave(one: Configuration<State>, bit: number): void {
    const seen = new Set(one.seen);
    merge(this.#next, { ...one, spent: one.spent & ~bit, free: one.free & ~bit, seen });
  }

  #present(): readonly Beginning<State>[] {
    const { values } = this.#states;
    return [...this.#layer.values()].map(({ state, spent, free, promises, seen }) => ({
      state: this.#states.values[state],
      spent: this.#open.filter((k) => (spent & this.#bit(k)) !== 0),
      free: this.#open.filter((k) => (free & this.#bit(k)) !== 0),
      promises: promises.list.map(({ watched, before, after }) => ({ watched, before, after })),
      seen: this.#looking < 0 ? [] : [{
        watched: this.#watched[this.#looking],
        states: Array.from([...this.#told, ...seen], (number) => values[number]),
      }],
    }));
  }
}
