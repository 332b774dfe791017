import type { Budget } from "../budget.ts";
import { DepthSearch, type Progress } from "./depth.ts";
import { FrontierSearch } from "./frontier.ts";
import { doomFor } from "./doom.ts";
import { classify, type Problem } from "./problem.ts";
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

/**
 * Lets the two searches compete. They take turns by counted configurations, never by the clock, so that the same history
 * gives the same certificate on every machine. Depth-first begins, and keeps its turn as long as it makes way; the longer
 * it has not, the longer the turns of both.
 */
export function compete<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  budget: Budget,
  contest: Contest = "both",
): SearchResult {
  const states = new States(problem, budget);
  const doomed = doomFor(problem, states);
  const depth = contest === "frontier"
    ? undefined
    : new DepthSearch(new Walk(problem, states), budget, doomed);
  let frontier: FrontierSearch<State, Input, Output> | undefined;
  let turn = 64;
  for (;;) {
    if (depth !== undefined) {
      const progress = depth.run(contest === "depth" ? Infinity : turn);
      if (progress !== "running") return conclude(problem, states, progress, depth, [depth, frontier]);
    }
    if (frontier === undefined) {
      classify(problem);
      frontier = new FrontierSearch(new Walk(problem, states), budget, doomed);
    }
    const progress = frontier.run(contest === "frontier" ? Infinity : turn);
    if (progress !== "running") return conclude(problem, states, progress, frontier, [depth, frontier]);
    turn = Math.min(turn * 2, 1 << 14);
  }
}

interface Explorer {
  readonly furthest: number;
  path(): Path;
}

function conclude<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  progress: Progress,
  winner: Explorer,
  explorers: readonly (Explorer | undefined)[],
): SearchResult {
  const reached = explorers.reduce((most, explorer) => Math.max(most, explorer?.furthest ?? 0), 0);
  const verdict = progress === "ok" ? "ok" : progress === "illegal" ? "illegal" : "unknown";
  const end = verdict === "ok" ? problem.returns.length : winner.furthest;
  const path = winner.path();
  return { verdict, order: traceOrder(problem, states, path, end), reached, start: path.start };
}
