import { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { compete } from "../search/compete.ts";
import type { Model } from "../types.ts";
import { endsIn } from "./finite.ts";
import { byCall, type CheckerOptions, type Standing, type Watch, type Watched } from "./watched.ts";
import { type Beginning, beginningIn, type Past } from "./beginning.ts";
import { WindowPast, type WindowView } from "./past.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import { concerns, redeemed, released } from "./redeem.ts";
import { compileWindow } from "./window_problem.ts";
import { Witness } from "./witness.ts";

/** So many answers are looked at once more before the past is summed up. */
const WINDOW = 256;
/** Where answers have to be searched for it is done sooner: what is summed up need not be searched again. */
const SEARCHING = 24;
/** For an object with few states the past is quickly summed up, and seldom: a window is so many times as long. */
const FINITE = 4;
/**
 * An answer that does not fit into the order is searched for among the last so many operations of it, with what came before as
 * it is; each time with so many configurations for each of them. Only then in the whole window.
 */
const TAILS = [24, 96];
const TAIL_WORK = 16;

/**
 * One partition, watched while it happens.
 *
 * The past is summed up as the configurations in which it may have ended (`starts`): those of the just-in-time search at a
 * return before which only operations were called whose answers are in. What came after is the window. Each answer asks
 * whether the prefix it completes is linearizable, with open operations as ones that may have taken effect or not: an order
 * found before is extended where that is possible, otherwise the window is searched, from every configuration of the past.
 * Both are exact, so that the first answer that makes the prefix impossible is the one that is reported.
 */
export class Window<State, Input, Output> implements Watch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #limits: CheckerOptions;
  readonly #longest: number;
  #patience: Patience | Budget = ENDLESS;
  #begunAt = 0;
  /** By call. */
  #operations: Watched<Input, Output>[] = [];
  /** By return. */
  #returns: Watched<Input, Output>[] = [];
  #starts: Beginning<State>[];
  /** `undefined`: none has been looked for yet. */
  #witness: Witness<State, Input, Output> | undefined;
  /** Those whose answer is not in, by call. */
  readonly #unanswered = new Set<Watched<Input, Output>>();
  /** Answers after which the past may be summed up again. */
  #dueAt: number;

  /** Without a past nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, limits: CheckerOptions, past?: Past<State, Input, Output>) {
    this.#model = model;
    this.#limits = limits;
    this.#longest = this.#dueAt = limits.windowAnswers ?? WINDOW;
    if (past === undefined) {
      this.#starts = [beginningIn(model.init())];
      this.#witness = new Witness(model, this.#starts[0].state, []);
      return;
    }
    this.#starts = [past.start];
    this.#operations = [...past.operations];
    this.#returns = past.operations.filter(({ status }) => status === "returned");
    this.#returns.sort((left, right) => left.ret - right.ret);
    for (const watched of past.operations) if (watched.status !== "returned") this.#unanswered.add(watched);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.#operations.length;
  }

  /** How many configurations the past is summed up in. */
  get configurations(): number {
    return this.#starts.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    return this.#operations;
  }

  /** The states in which the past may have ended. */
  get states(): readonly State[] {
    return this.#starts.map(({ state }) => state);
  }

  /** Whether some of the operations that are kept may have taken effect by then. */
  get isUnderway(): boolean {
    return this.#starts.some(({ spent }) => spent.length > 0);
  }

  /** An operation is called. */
  call(watched: Watched<Input, Output>): void {
    this.#operations.push(watched);
    this.#unanswered.add(watched);
  }

  /** An operation will never be answered. */
  lose(watched: Watched<Input, Output>): void {
    // A read that nobody heard of says nothing, now or later.
    const isRead = this.#model.readOnly?.(watched.input) === true;
    this.#starts = this.#starts.map((start) => released(start, watched));
    if (isRead) this.#forget(this.#operations.indexOf(watched));
  }

  /** Whether nothing is open and the object is in its first state for certain. */
  isAsNew(patience: Patience): boolean {
    if (this.#unanswered.size > 0) return false;
    // What took effect before the past was summed up is not the last that did, though it may have returned last.
    if (this.#starts.some(({ spent, free }) => spent.length + free.length > 0)) return false;
    const { states } = this;
    return endsIn(this.#model, this.#model.init(), { from: states, operations: this.#operations, patience });
  }

  /** An operation is answered. */
  answer(watched: Watched<Input, Output>): Standing {
    this.#returns.push(watched);
    this.#unanswered.delete(watched);
    this.#begin();
    const promised = this.#redeem(watched);
    if (promised !== "ok") return promised;
    if (this.#witness?.accept(watched, this.#unanswered, this.#patience) !== true && !this.#mend(watched)) {
      this.#dueAt = Math.min(this.#dueAt, Math.max(this.#impatience, this.#returns.length));
      const standing = this.#search();
      if (standing !== "ok") return standing;
    }
    return this.#returns.length >= this.#dueAt ? this.#sumUp() : "ok";
  }

  /** Each answer is a check of its own: all that is done for it has one limit. */
  #begin(): void {
    const { timeLimitMs, signal, now } = this.#limits;
    if (timeLimitMs === undefined && signal === undefined) return;
    const budget = new Budget({
      ...(timeLimitMs !== undefined && { timeLimitMs }),
      ...(signal !== undefined && { signal }),
      ...(now !== undefined && { now }),
    });
    this.#patience = budget;
    this.#begunAt = budget.time;
  }

  /** For a search: the limits, as far as they are not used up. */
  #budget(): Budget {
    const { timeLimitMs } = this.#limits;
    if (!(this.#patience instanceof Budget) || timeLimitMs === undefined) return new Budget(this.#limits);
    const leftMs = Math.max(0, timeLimitMs - (this.#patience.time - this.#begunAt));
    return new Budget({ ...this.#limits, timeLimitMs: leftMs });
  }

  /** Answers that the past is summed up after where they had to be searched for. */
  get #impatience(): number {
    return Math.min(SEARCHING, this.#longest);
  }

  /** Drops the configurations of the past in which an operation was placed where its answer, now known, is impossible. */
  #redeem(watched: Watched<Input, Output>): Standing {
    if (!this.#starts.some((start) => concerns(start, watched))) return "ok";
    const patience = this.#patience;
    const number = this.#operations.indexOf(watched);
    const kept = redeemed(this.#model, this.#starts, { watched, number }, patience);
    if (patience instanceof Budget && patience.expired()) {
      return patience.stopped === "aborted" ? "aborted" : "time";
    }
    if (kept.length === 0) return "illegal";
    // An order that begins with one that was dropped has no place for it (`isSettled`), so that another one is searched for.
    this.#starts = kept;
    return "ok";
  }

  #forget(at: number): void {
    this.#unanswered.delete(this.#operations[at]);
    const shift = (k: number): number => (k > at ? k - 1 : k);
    this.#operations.splice(at, 1);
    const others = (some: readonly number[]) => some.filter((k) => k !== at).map(shift);
    this.#starts = this.#starts.map((start) => ({
      ...start,
      spent: others(start.spent),
      free: others(start.free),
    }));
  }

  /**
   * Looks for another order of the last operations of the witness and the answer that has just come: most often there is one,
   * and the search is short. What is found explains everything; that nothing is found proves nothing.
   */
  #mend(watched: Watched<Input, Output>): boolean {
    const witness = this.#witness;
    if (witness === undefined || witness.isSettled(watched)) return false;
    for (const length of TAILS) {
      // Where it stands already, though its answer was not in, it may have to leave.
      const from = Math.max(0, Math.min(witness.length - length, witness.placeOf(watched)));
      const tail = witness.tail(from);
      const operations = new Set(tail.operations).add(watched);
      for (const other of this.#unanswered) if (witness.isFree(other)) operations.add(other);
      const byCalls = [...operations].sort(byCall);
      const returns = byCalls.filter(({ status }) => status === "returned").sort((a, b) => a.ret - b.ret);
      const problem = compileWindow(this.#model, byCalls, returns, [{
        state: tail.state,
        spent: [],
        free: [],
      }]);
      const budget = this.#budget().within(TAIL_WORK * byCalls.length);
      const { verdict, order } = compete(problem, budget);
      if (verdict === "ok" && witness.follow(order.map((k) => byCalls[k]), from)) return true;
      if (from === 0 || verdict === "unknown") return false;
    }
    return false;
  }

  /** Looks for an order of the window; leaves it as the witness. */
  #search(): Standing {
    const problem = compileWindow(this.#model, this.#operations, this.#returns, this.#starts);
    const budget = this.#budget();
    const { verdict, order, start } = compete(problem, budget);
    if (verdict === "illegal") return "illegal";
    if (verdict === "unknown") {
      return budget.stopped === "memory" || budget.stopped === "aborted" ? budget.stopped : "time";
    }
    const { state, spent, free } = this.#starts[start];
    const witness = new Witness(this.#model, state, [...spent, ...free].map((k) => this.#operations[k]));
    // Where a step may lead to several states the order does not say to which: it is good all the same.
    this.#witness = witness.follow(order.map((k) => this.#operations[k])) ? witness : undefined;
    return "ok";
  }

  /** Moves the beginning of the window as far as all answers are in. */
  #sumUp(): Standing {
    const firstOpen = this.#operations.find(({ status }) => status === "open")?.call ?? NEVER;
    // Before the return of `returns[level]` only operations were called whose answers are in.
    let level = this.#returns.length - 1;
    while (level >= 0 && this.#returns[level].ret > firstOpen) level--;
    const past = new WindowPast(this.#view());
    if (level < this.#impatience / 2) {
      const summary = past.beside();
      if (summary !== undefined) {
        this.#witness?.forget(this.#returns[summary.level].ret);
        this.#rebase(summary.starts, summary.level);
      }
      this.#dueAt = Math.max(this.#longest, 2 * this.#returns.length);
      return "ok";
    }
    const short = past.shortCut(level, this.#witness);
    const starts = short ?? past.advance(0, level, this.#starts, this.#operations);
    if (typeof starts === "string") return starts;
    this.#witness?.forget(firstOpen);
    // None of them promises anything: whoever is promised something is open, was called before the window, and no level would do.
    this.#rebase(starts.map((start) => ({ ...start, promises: [], seen: [] })), level);
    const least = this.#longest * (short === undefined ? 1 : FINITE);
    this.#dueAt = Math.max(least, 2 * this.#returns.length);
    return "ok";
  }

  #view(): WindowView<State, Input, Output> {
    return {
      model: this.#model,
      operations: this.#operations,
      returns: this.#returns,
      starts: this.#starts,
      longest: this.#longest,
      patience: this.#patience,
      budget: () => this.#budget(),
    };
  }

  /** The window begins at a level. */
  #rebase(starts: readonly Beginning<State>[], level: number): void {
    const edge = this.#returns[level].ret;
    const past = this.#operations.map((watched, k) =>
      watched.ret < edge || (watched.status === "lost" && starts.every(({ spent }) => spent.includes(k)))
    );
    const renumbered = new Map<number, number>();
    const kept: Watched<Input, Output>[] = [];
    for (let k = 0; k < this.#operations.length; k++) {
      if (past[k]) continue;
      renumbered.set(k, kept.length);
      kept.push(this.#operations[k]);
    }
    const renumber = (k: number): number => renumbered.get(k) ?? -1;
    for (let k = 0; k < past.length; k++) if (past[k]) this.#unanswered.delete(this.#operations[k]);
    this.#operations = kept;
    this.#returns = this.#returns.slice(level);
    this.#starts = starts.map((start) => ({
      ...start,
      spent: start.spent.filter((k) => !past[k]).map(renumber),
      free: start.free.map(renumber),
    }));
  }
}
