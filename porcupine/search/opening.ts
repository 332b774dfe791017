import type { Budget } from "../budget.ts";
import { Narrow, type Patience } from "./narrow.ts";
import type { Problem } from "./problem.ts";
import { replays } from "./replay.ts";
import type { SearchResult } from "./result.ts";
import { Sprint } from "./sprint.ts";

/**
 * Where a sprint got further than this share of the history, or was sure of its way, the depth-first search rests until a late round:
 * what the sprint got that far with is easy, and there is something wrong where it got stuck. Not so where answers were lost: a sprint guesses badly if such
 * operations took effect, and depth-first search is often done soon (5 ms where the other one takes a second). So there it
 * rests only after some rounds in vain, and not in every sixth. (If more than a few are not believed somebody is looking for a core,
 * and asks about histories that are impossible, mostly.)
 */
const FAR = 8;
const LATE_ROUND = 24;
const LOSSY = { most: 1 / 8, rounds: 3, every: 6 };

/**
 * Steps that a sprint may take in vain: at first; at first where it is sure of its way (none of 157 true histories of appends was decided
 * by going back, and each step reads a long text); and in all, in the rounds in which it is gone on with.
 */
const SHORT_SPRINT = { steps: 1_000, sure: 100 };
const LONGER_SPRINTS: ReadonlyMap<number, number> = new Map([[1, 12_000], [6, 100_000]]);
const LAST_SPRINT = Math.max(...LONGER_SPRINTS.keys());

/**
 * How far a narrow search goes. Before a sprint it is for histories that give nobody a choice, of which it takes less time; after
 * one that was in vain, for all that is still easier for it than for the searches.
 */
const LITTLE: Patience = { each: 2, base: 200 };
const MORE: Patience = { each: 8, base: 600 };

interface Rests {
  readonly from: number;
  readonly to: number;
  readonly every: number;
}

/**
 * What is tried before the two searches begin, and between their first rounds, where the model says nothing of its operations: a
 * narrow search, which is exact, and a sprint, which guesses. What the sprint comes to tells which of the two is to begin.
 */
export class Opening<State, Input, Output> {
  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  /** The sprint, as long as it may be gone on with. */
  #sprinter: Sprint<State, Input, Output> | undefined;
  #isSprintOver = false;
  #isOpen = false;
  /** Rounds in which the depth-first search rests, but for those that `every` divides. */
  #rests: Rests = { from: 0, to: 0, every: 1 };

  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
  }

  /** Whether the depth-first search rests in some rounds, so that the other one does most of the work. */
  get hasRests(): boolean {
    return this.#rests.to > 0;
  }

  /** Whether the depth-first search rests in a round. */
  isRest(round: number): boolean {
    const { from, to, every } = this.#rests;
    return round >= from && round < to && (round === 0 || round % every !== 0);
  }

  /** Before a round of the depth-first search: in some there is a sprint, a short one first, and then more of it. */
  run(round: number): SearchResult | undefined {
    if (round === 0) return this.#open();
    const steps = LONGER_SPRINTS.get(round);
    if (steps === undefined || this.#sprinter === undefined) return undefined;
    const order = this.#sprinter.run(steps);
    if (round === LAST_SPRINT) this.#sprinter = undefined;
    return order === undefined ? undefined : this.#finishSprint(order);
  }

  /**
   * What the just-in-time search looks out for the sprint has found out. Where this thread runs no other search that is done for
   * it, and not counted: in one thread it belongs to the other search.
   */
  meet(): void {
    const { work } = this.#budget;
    this.#sprint();
    this.#budget.work = work;
  }

  /** An answer where there is little at once, or an order that a sprint finds, or an answer where there is some more at once. */
  #open(): SearchResult | undefined {
    if (this.#isOpen) return undefined;
    this.#isOpen = true;
    return this.#narrow(LITTLE) ?? this.#sprint() ?? this.#narrow(MORE);
  }

  #narrow(patience: Patience): SearchResult | undefined {
    if (!Narrow.isFor(this.#problem)) return undefined;
    const { scratch } = this.#budget;
    const mark = scratch.mark();
    const narrow = new Narrow(this.#problem, patience, this.#budget);
    narrow.run();
    const order = narrow.end === "crowded" ? [] : narrow.order();
    scratch.backTo(mark);
    if (narrow.end === "crowded") return undefined;
    const verdict = narrow.end === "stuck" ? "illegal" : "ok";
    if (verdict === "ok" && !replays(this.#problem, order, 0, this.#budget)) return undefined;
    return { verdict, order, reached: narrow.returned, start: 0 };
  }

  /** An order that is found without a search, or at least what the search should look out for. */
  #sprint(): SearchResult | undefined {
    if (this.#isSprintOver) return undefined;
    this.#isSprintOver = true;
    const { watches, model, count, returns, starts, met } = this.#problem;
    const [{ spent, free }] = starts;
    if (!watches || "steps" in model || returns.length === 0) return undefined;
    if (starts.length > 1 || spent.length > 0 || free.length > 0) return undefined;
    const sprint = this.#sprinter = new Sprint(this.#problem, this.#budget);
    const order = sprint.run(SHORT_SPRINT.steps, SHORT_SPRINT.sure);
    met.set(sprint.met);
    if (order !== undefined) return this.#finishSprint(order);
    this.#problem.guessed = sprint.guessed();
    if (sprint.furthest > returns.length / FAR || sprint.isSure) {
      this.#rests = returns.length < count && returns.length >= (1 - LOSSY.most) * count
        ? { from: LOSSY.rounds, to: LATE_ROUND, every: LOSSY.every }
        : { from: 0, to: LATE_ROUND, every: Infinity };
    }
    return undefined;
  }

  /** What a sprint found goes by guesses: only if it replays is it an answer. Otherwise the searches decide. */
  #finishSprint(order: readonly number[]): SearchResult | undefined {
    this.#sprinter = undefined;
    if (!replays(this.#problem, order, 0, this.#budget)) return undefined;
    return { verdict: "ok", order, reached: this.#problem.returns.length, start: 0 };
  }
}
