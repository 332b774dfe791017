import { LARGE_CORE } from "./core.ts";
import { type Edge, edgesAt, stretchFrom } from "./past.ts";
import { reduce } from "./reduce.ts";
import type { Core, Inquiry } from "./inquiry.ts";
import { priced, weighed } from "./priced.ts";
import { compete } from "../search/compete.ts";

/** How far back it is looked, and what that may cost. */
export interface Patience {
  /** So many returns before the call of the impossible answer the past ends; the latest first. */
  readonly back: readonly number[];
  /** What may be spent on what came after the latest past. */
  readonly latest: number;
  /** And on what came after any other one. */
  readonly earlier: number;
}

/** How it is looked for, and from which edge on. */
interface Search<State> {
  readonly patience?: Patience;
  /** One that is known, if any: what comes before it is not gone through again. */
  readonly from?: Edge<State> | undefined;
}

/** Some 30 milliseconds at first, and then 10 each. */
const USUAL: Patience = { back: [0, 8, 24, 72, 216], latest: 20_000, earlier: 6_000 };

/**
 * A minimal core of what was asked lately, given the answers to all that was called before it: `x`, the first impossible answer, and what
 * contradicts it. `undefined` if that is not to be had.
 *
 * Many histories have no small core that stands alone, and none is found in any time. An answer that is not believed may take effect
 * at any time after its call: so of a lock that is released five hundred times each of these releases has to be believed, and of a
 * bank each transfer. But whatever the order of what was called before an instant, it has led to few states; and of what came
 * after it little matters.
 *
 * The past is the longest at first. As long as the core stays small an earlier one is better: more is said, and less is taken for granted.
 */
export function coreSince<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  { patience = USUAL, from }: Search<State> = {},
): Core | undefined {
  const { budget: { scratch }, part: { call } } = inquiry;
  const mark = scratch.mark();
  let found: { readonly edge: Edge<State>; readonly members: readonly number[] } | undefined;
  for (const edge of pastsOf(inquiry, x, patience.back, from)) {
    const pool = answeredSince(inquiry, x, edge.rank);
    const work = found === undefined ? patience.latest : patience.earlier;
    const members = reduced(inquiry, x, { edge, rank: edge.rank, pool, work });
    if (members === undefined || (found !== undefined && members.length > LARGE_CORE)) break;
    found = { edge, members };
  }
  const members = found && closedUp(inquiry, x, { ...found, work: patience.latest });
  scratch.backTo(mark);
  if (members === undefined) return undefined;
  const sorted = [...members].sort((a, b) => call[a] - call[b]);
  return { members: sorted, minimal: true, reason: "", impossible: x, telling: [], standsAlone: false };
}

/** Pasts that end before the call of `x`, the latest first. */
function pastsOf<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  back: readonly number[],
  from: Edge<State> | undefined,
): readonly Edge<State>[] {
  const { returns, ret, call } = inquiry.part;
  let latest = -1;
  while (ret[returns[latest + 1]] < call[x]) latest++;
  const isAfter = (place: number): boolean => place >= 0 && ret[returns[place]] > (from?.rank ?? 0);
  const places = back.map((returns) => latest - returns).filter(isAfter).reverse();
  const { model, budget } = inquiry;
  const about = { ...inquiry, model: model.kind === undefined ? weighed(model, budget) : model };
  return edgesAt(about, places, ret[x], from).reverse();
}

/** What was called since, and answered before `x`; the latest answer first. */
function answeredSince(
  { part: { returns, call } }: Pick<Inquiry<unknown, unknown, unknown>, "part">,
  x: number,
  rank: number,
): readonly number[] {
  return Array.from(returns.subarray(0, returns.indexOf(x)).filter((k) => call[k] >= rank)).reverse();
}

/** What is looked for: a core out of `pool` and `x`, given all that was called before `rank`, which is not before the edge. */
interface Wanted<State> {
  readonly edge: Edge<State>;
  readonly rank: number;
  readonly pool: readonly number[];
  readonly work: number;
}

/** A core that is minimal; `undefined` if a question was too hard. */
function reduced<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  { edge, rank, pool, work }: Wanted<State>,
): readonly number[] | undefined {
  const { part: { call, ret }, model } = inquiry;
  const budget = inquiry.budget.within(work);
  const about = { ...inquiry, model: model.kind === undefined ? priced(model, budget) : model };
  let isSure = true;
  const asker = {
    impossible: (some: readonly number[]): boolean => {
      const believed = new Set(some);
      const isBelieved = (k: number): boolean => call[k] < rank || believed.has(k);
      const { problem } = stretchFrom(about, edge, { end: ret[x], last: ret[x], isBelieved });
      budget.spend(problem.count >>> 3);
      const { verdict } = compete(problem, budget);
      isSure &&= verdict !== "unknown";
      return verdict === "illegal";
    },
    get isSpent(): boolean {
      return !isSure;
    },
  };
  const members = asker.impossible([x]) ? [x] : [x, ...reduce(asker, [x], pool, false)];
  inquiry.budget.spend(budget.work);
  return isSure ? members : undefined;
}

/**
 * What was called before the first member is all believed as well: a reader sees where the past ends. Of the others some may not be
 * needed then.
 */
function closedUp<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  { edge, members, work }: {
    readonly edge: Edge<State>;
    readonly members: readonly number[];
    readonly work: number;
  },
): readonly number[] | undefined {
  const { call } = inquiry.part;
  let left: readonly number[] | undefined = members;
  for (let rank = edge.rank, first = -1; left !== undefined; rank = first) {
    first = left.reduce((least, k) => Math.min(least, call[k]), Infinity);
    if (first === rank) return left;
    const pool = [...left].filter((k) => k !== x).sort((a, b) => call[b] - call[a]);
    left = reduced(inquiry, x, { edge, rank: first, pool, work });
  }
  return undefined;
}
