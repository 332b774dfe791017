import type { Budget } from "../budget.ts";
import { DepthSearch } from "./depth.ts";
import type { Progress } from "./frames.ts";
import { FrontierSearch } from "./frontier.ts";
import { doomFor } from "./doom.ts";
import type { Doom } from "./walk.ts";
import { Narrow, type Patience } from "./narrow.ts";
import { classify, type Problem, unhinted } from "./problem.ts";
import { replays } from "./replay.ts";
import { orderSoFar } from "./so_far.ts";
import { Sprint } from "./sprint.ts";
import { States } from "./states.ts";
import { type Path, traceOrder } from "./trace.ts";
import { Walk } from "./walk.ts";

/** What a search found out about one partition. Operations are numbered as in the problem. */
export interface SearchResult {
  readonly verdict: "ok" | "illegal" | "unknown";
  /** An order of the whole partition if `ok`, otherwise of a part of it. */
  readonly order: readonly number[];
  /** Every operation that returned before `returns[reached]` can be explained. */
  readonly reached: number;
  /** Which of the problem's starts the order follows. */
  readonly start: number;
}

/** Which of the two searches to run; `both` lets them compete. */
export type Contest = "both" | "depth" | "frontier";

/** The first turn of each search, in configurations without progress, and the longest. */
const FIRST_TURN = 64;
const LONGEST_TURN = 1 << 14;

/**
 * Where a sprint got further than this share of the history, the depth-first search rests until a late round: what the sprint got that
 * far with is easy, and there is something wrong where it got stuck. Not so where answers were lost: a sprint guesses badly if such
 * operations took effect, and depth-first search is often done soon (5 ms where the other one takes a second). So there it
 * rests only after some rounds in vain, and not in every sixth. (If more than a few are not believed somebody is looking for a core,
 * and asks about histories that are impossible, mostly.)
 */
const FAR = 8;
const LATE_ROUND = 24;
const LOSSY = { most: 1 / 8, rounds: 3, every: 6 };

/**
 * Configurations for each level by which a turn of the just-in-time search gets longer, where the other search begins late, and
 * where both take turns.
 */
const EASY = { alone: 10, beside: 5 };

/**
 * Where operations have to be watched both searches are to take about as long for a turn: whichever wins, one thread has spent
 * half of its time on it, and of two threads neither waits for the other. So a turn of the depth-first search is shorter by so
 * much, because what it visits takes longer; and it ends although it makes way where that is hard, with more than so many
 * configurations for each level: so hard a history is often easy for the other one.
 */
const WATCHED = { share: 0.7, easy: 5 };

/** Steps that a sprint may take in vain: at first; and in all, in the rounds in which it is gone on with. */
const SHORT_SPRINT = 1_000;
const LONGER_SPRINTS: ReadonlyMap<number, number> = new Map([[1, 12_000], [6, 100_000]]);
const LAST_SPRINT = Math.max(...LONGER_SPRINTS.keys());

/**
 * How far a narrow search goes. Before a sprint it is for histories that give nobody a choice, of which it takes less time; after
 * one that was in vain, for all that is still easier for it than for the searches.
 */
const LITTLE: Patience = { each: 2, base: 200 };
const MORE: Patience = { each: 8, base: 600 };

/**
 * From this round on each turn is followed by one of the same search as if the model said nothing of its operations: watching them
 * costs more, and sees orders in crowds (300 operations, 50 clients, 7 ms) that the hints alone do not lead to in seconds. Before that
 * most histories are decided.
 */
const DOUBT_ROUND = 4;

/** What a search holds besides what it counts: tables of one size, and for each operation of its problem, or of its sprint. */
const UNCOUNTED_BYTES = { base: 1 << 18, each: 256 };

interface Rests {
  readonly from: number;
  readonly to: number;
  readonly every: number;
}

/** What was found, and in which round. */
export interface Finish {
  readonly round: number;
  readonly result: SearchResult;
}

/**
 * Lets the two searches compete. They take turns by counted configurations, never by the clock, so that the same history
 * gives the same certificate on every machine. Depth-first begins, and keeps its turn as long as it makes way; the longer
 * it has not, the longer the turns of both.
 *
 * The turns may be taken in two threads, each with a competition of its own: the search that finishes in the lower round
 * wins, depth-first if both finish in one. So the winner is the same as in one thread.
 */
export class Competition<State, Input, Output> {
  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  /** What a search needs and a sprint does not: made when it is needed. */
  #means: { readonly states: States<State, Input, Output>; readonly doomed: Doom } | undefined;
  #depth: DepthSearch<State, Input, Output> | undefined;
  #frontier: FrontierSearch<State, Input, Output> | undefined;
  #depthWalk: Walk<State, Input, Output> | undefined;
  #frontierWalk: Walk<State, Input, Output> | undefined;
  /** The sprint, as long as it may be gone on with. */
  #sprinter: Sprint<State, Input, Output> | undefined;
  #isSprintOver = false;
  #isOpen = false;
  /** Rounds in which the depth-first search rests, but for those that `every` divides. */
  #rests: Rests = { from: 0, to: 0, every: 1 };
  /** Rounds that each search has completed without an answer. */
  #depthRounds = 0;
  #frontierRounds = 0;
  /** See `DOUBT_ROUND`; `undefined` before that, and where there is nothing to be gained. */
  #doubter: Competition<State, Input, Output> | undefined;

  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
  }

  #begin(): { readonly states: States<State, Input, Output>; readonly doomed: Doom } {
    if (this.#means === undefined) {
      const states = new States(this.#problem, this.#budget);
      this.#means = { states, doomed: doomFor(this.#problem, states) };
    }
    return this.#means;
  }

  /** Completed turns of each search. */
  get rounds(): { readonly depth: number; readonly frontier: number } {
    return { depth: this.#depthRounds, frontier: this.#frontierRounds };
  }

  /** The next turn of the depth-first search; one without end if `alone`. */
  depthTurn(alone = false): Finish | undefined {
    if (!alone) {
      const found = this.#sprintTurn();
      if (found !== undefined) return found;
      if (this.#isResting(this.#depthRounds)) {
        this.#depthRounds++;
        return undefined;
      }
    }
    const { states, doomed } = this.#begin();
    this.#depthWalk ??= new Walk(this.#problem, states);
    this.#depth ??= new DepthSearch(this.#depthWalk, this.#budget, doomed);
    // To find out which operations are equal takes longer than a first turn.
    if (this.#depthRounds > 0) this.#classify(this.#depthWalk);
    const turn = alone ? Infinity : this.#turn(this.#depthRounds);
    const progress = this.#problem.watches && !alone
      ? this.#depth.run(WATCHED.share * turn, WATCHED.easy)
      : this.#depth.run(turn);
    if (progress !== "running") return this.#finish(this.#depthRounds, progress, this.#depth);
    const found = alone ? undefined : this.#unhinted(this.#depthRounds)?.depthTurn();
    if (found !== undefined) return { ...found, round: this.#depthRounds };
    this.#depthRounds++;
    return undefined;
  }

  #isResting(round: number): boolean {
    const { from, to, every } = this.#rests;
    return round >= from && round < to && (round === 0 || round % every !== 0);
  }

  /** The competition that heeds no hints, once it is time for it. Its turns belong to those of this one. */
  #unhinted(round: number): Competition<State, Input, Output> | undefined {
    if (round < DOUBT_ROUND || this.#problem.watches) return undefined;
    if (this.#doubter === undefined) {
      this.#doubter = new Competition(unhinted(this.#problem), this.#budget);
    }
    return this.#doubter;
  }

  /** In some rounds the depth-first search is preceded by a sprint: a short one, and more of it. */
  #sprintTurn(): Finish | undefined {
    const round = this.#depthRounds;
    if (round === 0) return this.#open();
    const steps = LONGER_SPRINTS.get(round);
    if (steps === undefined || this.#sprinter === undefined) return undefined;
    const order = this.#sprinter.run(steps);
    if (round === LAST_SPRINT) this.#sprinter = undefined;
    return order === undefined ? undefined : this.#finishSprint(order);
  }

  /** An answer where there is little at once, or an order that a sprint finds, or an answer where there is some more at once. */
  #open(): Finish | undefined {
    if (this.#isOpen) return undefined;
    this.#isOpen = true;
    return this.#narrow(LITTLE) ?? this.#sprint() ?? this.#narrow(MORE);
  }

  #narrow(patience: Patience): Finish | undefined {
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
    return { round: 0, result: { verdict, order, reached: narrow.returned, start: 0 } };
  }

  /** An order that is found without a search, or at least what the search should look out for. */
  #sprint(): Finish | undefined {
    if (this.#isSprintOver) return undefined;
    this.#isSprintOver = true;
    const { watches, model, count, returns, starts, met } = this.#problem;
    const [{ spent, free }] = starts;
    if (!watches || "steps" in model || returns.length === 0) return undefined;
    if (starts.length > 1 || spent.length > 0 || free.length > 0) return undefined;
    const sprint = this.#sprinter = new Sprint(this.#problem, this.#budget);
    const order = sprint.run(SHORT_SPRINT);
    met.set(sprint.met);
    if (order !== undefined) return this.#finishSprint(order);
    if (sprint.furthest > returns.length / FAR) {
      this.#rests = returns.length < count && returns.length >= (1 - LOSSY.most) * count
        ? { from: LOSSY.rounds, to: LATE_ROUND, every: LOSSY.every }
        : { from: 0, to: LATE_ROUND, every: Infinity };
    }
    return undefined;
  }

  /** What a sprint found goes by guesses: only if it replays is it an answer. Otherwise the searches decide. */
  #finishSprint(order: readonly number[]): Finish | undefined {
    this.#sprinter = undefined;
    if (!replays(this.#problem, order, 0, this.#budget)) return undefined;
    const result = { verdict: "ok", order, reached: this.#problem.returns.length, start: 0 } as const;
    return { round: this.#depthRounds, result };
  }

  /**
   * What the just-in-time search looks out for the sprint has found out. Where this thread runs no other search that is done for
   * it, and not counted: in one thread it belongs to the other search.
   */
  #meet(): void {
    const { work } = this.#budget;
    this.#sprint();
    this.#budget.work = work;
  }

  #classify(walk: Walk<State, Input, Output>): void {
    if (walk.knowsEquals) return;
    if (this.#problem.classes === 0) classify(this.#problem);
    walk.knowsEquals = true;
  }

  /** The next turn of the just-in-time search; one without end if `alone`. */
  frontierTurn(alone = false): Finish | undefined {
    if (!alone && this.#frontierRounds === 0) this.#meet();
    const { states, doomed } = this.#begin();
    this.#frontierWalk ??= new Walk(this.#problem, states);
    this.#frontier ??= new FrontierSearch(this.#frontierWalk, this.#budget, doomed);
    if (alone || !this.#problem.watches || this.#frontier.isLaborious) this.#classify(this.#frontierWalk);
    const easy = this.#rests.to > 0 ? EASY.alone : EASY.beside;
    const progress = this.#frontier.run(alone ? Infinity : this.#turn(this.#frontierRounds), easy);
    if (progress !== "running") return this.#finish(this.#frontierRounds, progress, this.#frontier);
    const found = alone ? undefined : this.#unhinted(this.#frontierRounds)?.frontierTurn();
    if (found !== undefined) return { ...found, round: this.#frontierRounds };
    this.#frontierRounds++;
    return undefined;
  }

  /** The turn of whoever's it is. */
  turn(): Finish | undefined {
    return this.#depthRounds > this.#frontierRounds ? this.frontierTurn() : this.depthTurn();
  }

  /** Bytes held between two turns: more rather than less. */
  get bytes(): number {
    return UNCOUNTED_BYTES.base + UNCOUNTED_BYTES.each * this.#problem.count +
      (this.#means?.states.bytes ?? 0) + (this.#depth?.bytes ?? 0) + (this.#frontier?.bytes ?? 0) +
      (this.#doubter?.bytes ?? 0);
  }

  /** What is known between two turns; the searches stay as they are. */
  soFar(): SearchResult {
    const [depth, frontier] = [this.#depth, this.#frontier];
    const best = (frontier?.furthest ?? -1) > (depth?.furthest ?? -1) ? frontier : depth;
    if (best === undefined || this.#means === undefined) {
      return { verdict: "unknown", order: [], reached: 0, start: 0 };
    }
    const path = best.path();
    const reached = best.furthest;
    const order = orderSoFar(this.#problem, this.#means.states, path, { reached, budget: this.#budget });
    return { verdict: "unknown", order, reached, start: path.start };
  }

  /**
   * Where operations have to be watched the first turn is longer: to find out which of them are equal, which the other search
   * begins with, costs as much as many configurations.
   */
  #turn(round: number): number {
    const { watches, count } = this.#problem;
    const first = watches ? Math.max(FIRST_TURN, count >>> 5) : FIRST_TURN;
    return Math.min(first * 2 ** round, LONGEST_TURN);
  }

  /** Whether every operation that returned, and that the past has not dealt with, is in an order. */
  #isWhole(order: readonly number[], start: number): boolean {
    const { returns, starts } = this.#problem;
    const present = new Set([...order, ...starts[start].spent, ...starts[start].free]);
    return returns.every((k) => present.has(k));
  }

  #finish(round: number, progress: Progress, winner: Explorer): Finish {
    const reached = Math.max(this.#depth?.furthest ?? 0, this.#frontier?.furthest ?? 0);
    const verdict = progress === "ok" ? "ok" : progress === "illegal" ? "illegal" : "unknown";
    const end = verdict === "ok" ? this.#problem.returns.length : winner.furthest;
    const { order: written, start } = winner;
    if (verdict === "ok" && written !== undefined && replays(this.#problem, written, start, this.#budget)) {
      return { round, result: { verdict, order: written, reached: end, start } };
    }
    const path = winner.path();
    const order = traceOrder(this.#problem, this.#begin().states, path, end);
    // A step that a limit cuts short while the order is retold leaves it incomplete: then it shows nothing.
    const isWhole = verdict !== "ok" || this.#budget.stopped === undefined ||
      this.#isWhole(order, path.start);
    return { round, result: { verdict: isWhole ? verdict : "unknown", order, reached, start: path.start } };
  }
}

interface Explorer {
  readonly furthest: number;
  /** The whole order, if it was written down; and which of the starts it follows. */
  readonly order: readonly number[] | undefined;
  readonly start: number;
  path(): Path;
}

/** Runs a competition, or one search alone, to its end. */
export function compete<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  budget: Budget,
  contest: Contest = "both",
): SearchResult {
  return toEnd(new Competition(problem, budget), contest);
}

/** The same for one that is begun. */
export function toEnd<State, Input, Output>(
  competition: Competition<State, Input, Output>,
  contest: Contest,
): SearchResult {
  for (;;) {
    const finish = contest === "depth"
      ? competition.depthTurn(true)
      : contest === "frontier"
      ? competition.frontierTurn(true)
      : competition.turn();
    if (finish !== undefined) return finish.result;
  }
}
