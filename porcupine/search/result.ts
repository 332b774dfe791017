import type { Budget } from "../budget.ts";
import type { Progress } from "./frames.ts";
import type { Problem } from "./problem.ts";
import { replays } from "./replay.ts";
import type { States } from "./states.ts";
import { type Path, traceOrder } from "./trace.ts";

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

/** What was found, and in which round. */
export interface Finish {
  readonly round: number;
  readonly result: SearchResult;
}

/** A search that has come to its end, or was stopped. */
export interface Explorer {
  readonly furthest: number;
  /** The whole order, if it was written down; and which of the starts it follows. */
  readonly order: readonly number[] | undefined;
  readonly start: number;
  path(): Path;
}

/**
 * What a search shows that has ended with `progress`. An order that it wrote down is an answer if it replays; otherwise its
 * decisions are retold. `reached`: how far any search of the problem has come, for whoever is told that there is no answer.
 */
export function resultOf<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  { winner, progress, reached, budget }: {
    readonly winner: Explorer;
    readonly progress: Progress;
    readonly reached: number;
    readonly budget: Budget;
  },
): SearchResult {
  const verdict = progress === "ok" ? "ok" : progress === "illegal" ? "illegal" : "unknown";
  const end = verdict === "ok" ? problem.returns.length : winner.furthest;
  const { order: written, start } = winner;
  if (verdict === "ok" && written !== undefined && replays(problem, written, start, budget)) {
    return { verdict, order: written, reached: end, start };
  }
  const path = winner.path();
  const order = traceOrder(problem, states, path, end);
  // A step that a limit cuts short while the order is retold leaves it incomplete: then it shows nothing.
  const shows = verdict !== "ok" || budget.stopped === undefined || isWhole(problem, order, path.start);
  return { verdict: shows ? verdict : "unknown", order, reached, start: path.start };
}

/** Whether every operation that returned, and that the past has not dealt with, is in an order. */
function isWhole<State, Input, Output>(
  { returns, starts }: Problem<State, Input, Output>,
  order: readonly number[],
  start: number,
): boolean {
  const present = new Set([...order, ...starts[start].spent, ...starts[start].free]);
  return returns.every((k) => present.has(k));
}
