import type { Budget } from "../budget.ts";
import type { Inquiry } from "./inquiry.ts";
import { firstAtLeast, partOfSome, Questions } from "../parts.ts";
import { doomFor } from "../search/doom.ts";
import { FrontierSearch } from "../search/frontier.ts";
import { compile, type Problem, type Start } from "../search/problem.ts";
import { States } from "../search/states.ts";
import { Walk } from "../search/walk.ts";

/** With more ways for a past to have ended each question about what came after takes too long. */
const MOST_STARTS = 512;

/** Where a past ends: the answers to all that was called before it are believed. */
export interface Edge<State> {
  readonly rank: number;
  /** In what it may have ended: for each order of it one of them can do all that the order can. Operations are numbered as in the part. */
  readonly starts: readonly Start<State>[];
}

/** Some operations from an edge on, and what a search is asked about them. */
export interface Stretch<State, Input, Output> {
  /** By number in the problem: the number in the part. */
  readonly ids: Int32Array;
  readonly problem: Problem<State, Input, Output>;
}

/** What was called before `end`, from an edge on; all others of these count as never answered. `last`: later answers have not come. */
export function stretchFrom<State, Input, Output>(
  { model, recorded, part }: Pick<Inquiry<State, Input, Output>, "model" | "recorded" | "part">,
  { rank, starts }: Edge<State>,
  { end, last, isBelieved }: {
    readonly end: number;
    readonly last: number;
    isBelieved(k: number): boolean;
  },
): Stretch<State, Input, Output> {
  const count = firstAtLeast(part.call, end);
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) if (part.ret[k] >= rank) chosen.push(k);
  const ids = Int32Array.from(chosen);
  const numbers = new Map(chosen.map((k, i) => [k, i]));
  // What had returned by then has no number: nobody asks about it any more.
  const renumber = (some: readonly number[]): number[] =>
    some.map((k) => numbers.get(k) ?? -1).filter((i) => i >= 0);
  const own = starts.map(({ state, spent, free }): Start<State> => {
    return { state, spent: renumber(spent), free: renumber(free) };
  });
  const some = partOfSome(part, ids, (k) => part.ret[k] <= last && isBelieved(k));
  return { ids, problem: compile(model, new Questions(recorded, some), own) };
}

/**
 * In what the history up to some of its returns may have ended, if all answers up to `last` are believed. The returns are given by
 * their place, in order, each after the call of what returns there; what is answered is as long as it was not too much. `from`: an
 * edge that is known, before all of them.
 */
export function edgesAt<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  places: readonly number[],
  last: number,
  from: Edge<State> = { rank: 0, starts: [{ state: inquiry.model.init(), spent: [], free: [] }] },
): Edge<State>[] {
  const { part: { returns, ret } } = inquiry;
  const edges: Edge<State>[] = [];
  let edge: Edge<State> | undefined = from;
  for (const place of places) {
    edge = advance(inquiry, edge, ret[returns[place]], last);
    if (edge === undefined) break;
    edges.push(edge);
  }
  return edges;
}

/**
 * Goes on to a return, by the just-in-time search. What is called after it is not part of the question, so that answers that come
 * later rule out nothing: they may have seen that.
 */
function advance<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  edge: Edge<State>,
  rank: number,
  last: number,
): Edge<State> | undefined {
  const { budget, part: { ret } } = inquiry;
  const { ids, problem } = stretchFrom(inquiry, edge, { end: rank, last, isBelieved: () => true });
  const level = problem.returns.findIndex((i) => ret[ids[i]] >= rank);
  const search = frontierOf(problem, problem.ret[problem.returns[level]], budget);
  if (search.advanceTo(level) !== "running") return undefined;
  const starts = search.present().map(({ state, spent, free }): Start<State> => {
    return { state, spent: spent.map((i) => ids[i]), free: free.map((i) => ids[i]) };
  });
  return starts.length > MOST_STARTS ? undefined : { rank, starts };
}

function frontierOf<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  until: number,
  budget: Budget,
): FrontierSearch<State, Input, Output> {
  const states = new States(problem, budget);
  return new FrontierSearch(new Walk(problem, states, until), budget, doomFor(problem, states, until));
}
