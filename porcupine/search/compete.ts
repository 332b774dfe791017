import type { Budget } from "../budget.ts";
import { DepthSearch } from "./depth.ts";
import type { Progress } from "./frames.ts";
import { FrontierSearch } from "./frontier.ts";
import { doomFor } from "./doom.ts";
import type { Doom } from "./walk.ts";
import { Opening } from "./opening.ts";
import { classify, type Problem, unhinted } from "./problem.ts";
import { type Explorer, type Finish, resultOf, type SearchResult } from "./result.ts";
import { orderSoFar } from "./so_far.ts";
import { States } from "./states.ts";
import { Walk } from "./walk.ts";

/** Which of the two searches to run; `both` lets them compete. */
export type Contest = "both" | "depth" | "frontier";

/** The first turn of each search, in configurations without progress, and the longest. */
const FIRST_TURN = 64;
const LONGEST_TURN = 1 << 14;

/**
 * Configurations for each level by which a turn of the just-in-time search gets longer, where the other search begins late, and
 * where both take turns.
 */
const EASY = { alone: 10, beside: 5 };

/**
 * Where operations have to be watched, turns of both searches should take about the same time: then one thread has spent half of its
 * time on whichever wins, and of two threads neither waits for the other. A configuration takes longer depth-first, so its turns are
 * shorter by this factor. A turn also ends, although it makes progress, where it needs more than this many configurations for each
 * level: so hard a history is often easy for the other search.
 *
 * What is looked at ahead does not count in a turn, though it may take most of the steps. Counted depth-first, eight steps as one
 * configuration, 22 histories with lost appends took 0.86 of the steps; but of true histories of queues, stacks and texts with lost answers,
 * which depth-first search decides in its first rounds, 35 took 2.3 times as many, and two of them more than ten times.
 */
const WATCHED = { share: 0.7, easy: 5 };

/**
 * From this round on each turn is followed by one of the same search as if the model said nothing of its operations. To watch them
 * costs more, but it finds orders in crowds (300 operations of 50 clients in 7 ms) that hints alone do not lead to in seconds. Most
 * histories are decided before this round.
 */
const DOUBT_ROUND = 4;

/** What a search holds besides what it counts: tables of one size, and for each operation of its problem, or of its sprint. */
const UNCOUNTED_BYTES = { base: 1 << 18, each: 256 };

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
  readonly #opening: Opening<State, Input, Output>;
  /** What a search needs and a sprint does not: made when it is needed. */
  #means: { readonly states: States<State, Input, Output>; readonly doomed: Doom } | undefined;
  #depth: DepthSearch<State, Input, Output> | undefined;
  #frontier: FrontierSearch<State, Input, Output> | undefined;
  #depthWalk: Walk<State, Input, Output> | undefined;
  #frontierWalk: Walk<State, Input, Output> | undefined;
  /** Rounds that each search has completed without an answer. */
  #depthRounds = 0;
  #frontierRounds = 0;
  /** See `DOUBT_ROUND`; `undefined` before that, and where there is nothing to be gained. */
  #doubter: Competition<State, Input, Output> | undefined;

  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.#opening = new Opening(problem, budget);
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
      const found = this.#opening.run(this.#depthRounds);
      if (found !== undefined) return { round: this.#depthRounds, result: found };
      if (this.#opening.isRest(this.#depthRounds)) {
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

  /** The competition that heeds no hints, once it is time for it. Its turns belong to those of this one. */
  #unhinted(round: number): Competition<State, Input, Output> | undefined {
    if (round < DOUBT_ROUND || this.#problem.watches) return undefined;
    if (this.#doubter === undefined) {
      this.#doubter = new Competition(unhinted(this.#problem), this.#budget);
    }
    return this.#doubter;
  }

  #classify(walk: Walk<State, Input, Output>): void {
    if (walk.knowsEquals) return;
    if (this.#problem.classes === 0 && !classify(this.#problem, this.#budget)) return;
    walk.knowsEquals = true;
  }

  /** The next turn of the just-in-time search; one without end if `alone`. */
  frontierTurn(alone = false): Finish | undefined {
    if (!alone && this.#frontierRounds === 0) this.#opening.meet();
    const { states, doomed } = this.#begin();
    this.#frontierWalk ??= new Walk(this.#problem, states);
    this.#frontier ??= new FrontierSearch(this.#frontierWalk, this.#budget, doomed);
    if (alone || !this.#problem.watches || this.#frontier.isLaborious) this.#classify(this.#frontierWalk);
    const easy = this.#opening.hasRests ? EASY.alone : EASY.beside;
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

  #finish(round: number, progress: Progress, winner: Explorer): Finish {
    const reached = Math.max(this.#depth?.furthest ?? 0, this.#frontier?.furthest ?? 0);
    const about = { winner, progress, reached, budget: this.#budget };
    return { round, result: resultOf(this.#problem, this.#begin().states, about) };
  }
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
