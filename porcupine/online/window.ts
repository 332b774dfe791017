import { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { type Part, Questions, recorded } from "../parts.ts";
import { compete } from "../search/compete.ts";
import { doomFor } from "../search/doom.ts";
import { FrontierSearch } from "../search/frontier.ts";
import { compile, type Problem, type Start } from "../search/problem.ts";
import { States } from "../search/states.ts";
import { Walk } from "../search/walk.ts";
import type { CheckOptions, Model, Operation } from "../types.ts";
import type { Past, Standing, Watch, Watched } from "./watched.ts";
import { Witness } from "./witness.ts";

/** So many answers are looked at once more, at least, before the past is summed up: that costs something each time. */
const LEAST_WINDOW = 24;

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
  readonly #limits: CheckOptions;
  /** By call. */
  #operations: Watched<Input, Output>[] = [];
  /** By return. */
  #returns: Watched<Input, Output>[] = [];
  #starts: Start<State>[];
  /** `undefined`: none has been looked for yet. */
  #witness: Witness<State, Input, Output> | undefined;
  /** Answers after which the past may be summed up again. */
  #dueAt = LEAST_WINDOW;

  /** Without a past nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, limits: CheckOptions, past?: Past<State, Input, Output>) {
    this.#model = model;
    this.#limits = limits;
    if (past === undefined) {
      this.#starts = [{ state: model.init(), spent: [], free: [] }];
      this.#witness = new Witness(model, this.#starts[0].state, []);
      return;
    }
    this.#starts = [past.start];
    this.#operations = [...past.operations];
    this.#returns = past.operations.filter(({ status }) => status === "returned");
    this.#returns.sort((left, right) => left.ret - right.ret);
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

  /** An operation is called. */
  call(watched: Watched<Input, Output>): void {
    this.#operations.push(watched);
  }

  /** An operation will never be answered. */
  lose(watched: Watched<Input, Output>): void {
    // A read that nobody heard of says nothing, now or later.
    if (this.#model.readOnly?.(watched.input) === true && !this.#isInStarts(watched)) {
      this.#forget(this.#operations.indexOf(watched));
    }
  }

  /** An operation is answered. */
  answer(watched: Watched<Input, Output>): Standing {
    this.#returns.push(watched);
    if (this.#witness?.accept(watched, this.#operations) !== true) {
      const standing = this.#search();
      if (standing !== "ok") return standing;
    }
    return this.#returns.length >= this.#dueAt ? this.#sumUp() : "ok";
  }

  #isInStarts(watched: Watched<Input, Output>): boolean {
    const at = this.#operations.indexOf(watched);
    return this.#starts.some(({ spent, free }) => spent.includes(at) || free.includes(at));
  }

  #forget(at: number): void {
    const shift = (k: number): number => (k > at ? k - 1 : k);
    this.#operations.splice(at, 1);
    this.#starts = this.#starts.map(({ state, spent, free }) => ({
      state,
      spent: spent.map(shift),
      free: free.map(shift),
    }));
  }

  /** Looks for an order of the window; leaves it as the witness. */
  #search(): Standing {
    const problem = this.#compile(this.#operations, this.#returns);
    const budget = new Budget(this.#limits);
    const { verdict, order, start } = compete(problem, budget);
    if (verdict === "illegal") return "illegal";
    if (verdict === "unknown") {
      return budget.stopped === "memory" || budget.stopped === "aborted" ? budget.stopped : "time";
    }
    const { state, spent, free } = this.#starts[start];
    this.#witness = new Witness(this.#model, state, [...spent, ...free].map((k) => this.#operations[k]));
    return this.#witness.follow(order.map((k) => this.#operations[k])) ? "ok" : "illegal";
  }

  /** Moves the beginning of the window as far as all answers are in. */
  #sumUp(): Standing {
    const firstOpen = this.#operations.find(({ status }) => status === "open")?.call ?? NEVER;
    // Before the return of `returns[level]` only operations were called whose answers are in.
    this.#witness?.forget(firstOpen);
    let level = this.#returns.length - 1;
    while (level >= 0 && this.#returns[level].ret > firstOpen) level--;
    this.#dueAt = Math.max(LEAST_WINDOW, 2 * (this.#returns.length - Math.max(0, level)));
    if (level < LEAST_WINDOW / 2) return "ok";
    const edge = this.#returns[level].ret;
    const settled = this.#operations.filter(({ call }) => call < edge);
    // Their answers are all in, those that came after the edge, too: what is open at the edge is open with its answer.
    const problem = this.#compile(settled, this.#returns.filter(({ call }) => call < edge));
    const budget = new Budget(this.#limits);
    const states = new States(problem, budget);
    // A get that was answered after the edge may have seen a put that was called after it.
    const doomed = doomFor(problem, states, problem.ret[problem.returns[level]]);
    const walk = new Walk(problem, states, problem.ret[problem.returns[level]]);
    const search = new FrontierSearch(walk, budget, doomed);
    const progress = search.advanceTo(level);
    if (progress === "illegal") return "illegal";
    if (progress !== "running") {
      return budget.stopped === "memory" || budget.stopped === "aborted" ? budget.stopped : "time";
    }
    this.#rebase(search.present(), level);
    return "ok";
  }

  #rebase(starts: readonly Start<State>[], level: number): void {
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
    this.#operations = kept;
    this.#returns = this.#returns.slice(level);
    this.#starts = starts.map(({ state, spent, free }) => ({
      state,
      spent: spent.filter((k) => !past[k]).map(renumber),
      free: free.map(renumber),
    }));
  }

  #compile(
    operations: readonly Watched<Input, Output>[],
    returns: readonly Watched<Input, Output>[],
  ): Problem<State, Input, Output> {
    const history = operations.map(({ client, input, answer }): Operation<Input, Output> => ({
      client,
      input,
      callAt: 0,
      outcome: answer.known ? { status: "ok", output: answer.output, returnAt: 0 } : { status: "unknown" },
    }));
    return compile(this.#model, new Questions(recorded(history), partOf(operations, returns)), this.#starts);
  }
}

function partOf(
  operations: readonly Watched<unknown, unknown>[],
  returns: readonly Watched<unknown, unknown>[],
): Part {
  const count = operations.length;
  const numbers = new Map(operations.map((watched, k) => [watched, k]));
  const call = new Int32Array(count);
  const ret = new Int32Array(count).fill(NEVER);
  let end = 0;
  let c = 0;
  const order = Int32Array.from(returns, (watched) => numbers.get(watched) ?? -1);
  for (let r = 0; r <= returns.length; r++) {
    const limit = r < returns.length ? returns[r].ret : NEVER;
    while (c < count && operations[c].call < limit) call[c++] = end++;
    if (r < returns.length) ret[order[r]] = end++;
  }
  return { key: "", ids: Int32Array.from({ length: count }, (_, k) => k), call, ret, returns: order, end };
}
