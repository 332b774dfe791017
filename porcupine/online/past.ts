import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { doomFor } from "../search/doom.ts";
import { FrontierSearch } from "../search/frontier.ts";
import { type Start, unhinted } from "../search/problem.ts";
import { States } from "../search/states.ts";
import { Walk } from "../search/walk.ts";
import type { Model } from "../types.ts";
import type { Beginning } from "./beginning.ts";
import { Beside, type Summary } from "./beside.ts";
import { areDominated, reachable } from "./finite.ts";
import type { Patience } from "./patience.ts";
import type { Standing, Watched } from "./watched.ts";
import { compileWindow } from "./window_problem.ts";
import type { Witness } from "./witness.ts";

/** Of an object with few states only this share of a window is gone through: after so many levels it is forgotten which it was in. */
const RUN_UP = 1 / 4;

/** A window as it is now. */
export interface WindowView<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  /** By call. */
  readonly operations: readonly Watched<Input, Output>[];
  /** By return; a level is a place among these. */
  readonly returns: readonly Watched<Input, Output>[];
  /** The configurations that it begins with. */
  readonly starts: readonly Beginning<State>[];
  /** So many answers are looked at once more before the past is summed up. */
  readonly longest: number;
  readonly patience: Patience;
  /** The limits, as far as they are not used up. */
  budget(): Budget;
}

/** In which configurations the past of a window may have ended, up to one of its returns. */
export class WindowPast<State, Input, Output> {
  readonly #window: WindowView<State, Input, Output>;

  constructor(window: WindowView<State, Input, Output>) {
    this.#window = window;
  }

  /** The configurations at a level in the window's second half, though calls hang open; `undefined` if there are none to be had. */
  beside(): Summary<State> | undefined {
    const { model, starts, returns: all, operations: watched } = this.#window;
    // Without an answer a lock's token is one that is not known, which leads to none of the states that its answer leads to.
    if (model.fencing !== undefined) return undefined;
    const half = all.length >>> 1;
    const open = watched.filter(({ status }) => status === "open").map(({ call }) => call);
    // All that hang are called in the past; what was called a short while ago is not yet.
    let to = all.length - 1;
    for (let young = open.length - 1; young >= 0; young--) {
      let level = to;
      while (level >= 0 && all[level].ret > open[young]) level--;
      if (level < half) break;
      to = level;
    }
    if (to < half) return undefined;
    const edge = all[to].ret;
    const operations = watched.filter(({ call }) => call < edge);
    const returns = all.filter(({ call }) => call < edge);
    const isRead = operations.map(({ input, answer }) =>
      model.readOnly?.(input) === true || model.effect?.(input, answer) === "read"
    );
    const hangs = operations.flatMap(({ status, input }, k) =>
      status === "open" && model.readOnly?.(input) === true ? [k] : []
    );
    const looking = hangs.length === 1 ? hangs[0] : -1;
    // Of several who only look it is not known what they can have seen on one way.
    if (starts.some(({ seen }) => seen.some((one) => one.watched !== operations[looking]))) return undefined;
    const problem = unhinted(compileWindow(model, operations, returns, starts));
    return new Beside(problem, this.#window.budget(), operations, { isRead, looking }).sumUp(
      starts,
      half,
      to,
    );
  }

  /**
   * The configurations at a level, from those at a level before, where `operations` are all that matter. Their answers are all
   * in, those that came after the edge, too: what is open at the edge is open with its answer.
   */
  advance(
    from: number,
    level: number,
    starts: readonly Start<State>[],
    operations: readonly Watched<Input, Output>[],
  ): readonly Start<State>[] | Exclude<Standing, "ok"> {
    const edge = this.#window.returns[level].ret;
    const settled = operations.filter(({ call }) => call < edge);
    const returns = this.#window.returns.slice(from).filter(({ call }) => call < edge);
    const problem = compileWindow(this.#window.model, settled, returns, starts);
    const budget = this.#window.budget();
    const states = new States(problem, budget);
    // A get that was answered after the edge may have seen a put that was called after it.
    const until = problem.ret[problem.returns[level - from]];
    const search = new FrontierSearch(
      new Walk(problem, states, until),
      budget,
      doomFor(problem, states, until),
    );
    const progress = search.advanceTo(level - from);
    if (progress === "illegal") return "illegal";
    if (progress === "running") return search.present();
    return budget.stopped === "memory" || budget.stopped === "aborted" ? budget.stopped : "time";
  }

  /**
   * The same without going through all of the window, for an object that has few states; `undefined` if it cannot be done. Two
   * searches begin some levels before: one from the configuration of the witness, which is possible; one from every state
   * that the object can be in at all, with nothing spent and nothing owed, so that for each possible configuration there is one
   * that dominates it, and stays so level by level. Where each that the second one comes to is dominated by one that the first
   * comes to, whatever is possible is: the first has found all that are worth keeping.
   */
  shortCut(
    level: number,
    witness: Witness<State, Input, Output> | undefined,
  ): readonly Start<State>[] | undefined {
    const from = level - Math.ceil(this.#window.longest * RUN_UP);
    const { model, starts: beginnings, patience } = this.#window;
    if (from <= 0 || witness === undefined) return undefined;
    const edge = this.#window.returns[from].ret;
    const operations = this.#window.operations.filter(({ ret }) => ret >= edge);
    const open = operations.flatMap(({ call, ret }, k) => (call < edge && ret !== NEVER ? [k] : []));
    const { state, before, after } = witness.splitAt(edge);
    const [placed, still] = [new Set(before), new Set(after)];
    // What the past has dealt with has no place in the witness.
    if (!open.every((k) => placed.has(operations[k]) || still.has(operations[k]))) return undefined;
    const called = this.#window.operations.filter(({ call }) => call < edge);
    const states = reachable(model, beginnings.map((one) => one.state), called, patience);
    if (states === undefined) return undefined;
    // What was lost may have been used up in the part of the witness that is forgotten: it is not there to be used again.
    const isSpent = (watched: Watched<Input, Output>): boolean =>
      placed.has(watched) || (watched.status !== "returned" && witness.isSettled(watched));
    const spent = operations.flatMap((watched, k) => (isSpent(watched) ? [k] : []));
    const exact = this.advance(from, level, [{ state, spent, free: [] }], operations);
    if (typeof exact === "string") return undefined;
    const loose = states.map((one) => ({ state: one, spent: [], free: open }));
    const all = this.advance(from, level, loose, operations);
    if (typeof all === "string" || !areDominated(model, all, exact, operations)) return undefined;
    // Numbered as in the whole window.
    const numbers = new Map(this.#window.operations.map((watched, k) => [watched, k]));
    const renumber = (k: number): number => numbers.get(operations[k]) ?? -1;
    return exact.map((one) => ({
      state: one.state,
      spent: one.spent.map(renumber),
      free: one.free.map(renumber),
    }));
  }
}
