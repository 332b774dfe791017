import type { Decision } from "../decision.ts";
import { type Edge, edgesAt, stretchFrom } from "./past.ts";
import { NEVER } from "../history.ts";
import type { Inquiry } from "./inquiry.ts";
import type { Part } from "../parts.ts";
import { weighed } from "./priced.ts";
import { compete } from "../search/compete.ts";

/** So many returns before the one at which the search gave out the past ends. */
const BACK = 48;
/** And so many more an earlier one, from which a core is looked for. */
const FURTHER = 256;

/**
 * To go once through a past that is not to be gone through again for each question. It has half of what the verdict took besides, so
 * that there is still time to ask about the whole if that is in vain.
 */
const NEAR_WORK = 80_000;

/** A verdict on all that was answered before some return, without an order. */
type Judgement = Pick<Decision, "suspects" | "areCore" | "reason"> & {
  readonly verdict: "ok" | "illegal";
  readonly order: undefined;
};

/**
 * Whether all that was answered before some return is possible, asked from an edge shortly before that return (see `Edge`): the past
 * is gone through once, and not again for each question, of which there are ten.
 *
 * What the past can have ended in does not depend on the question. *Proof*: the edge lies before the call of whatever was open at
 * `reached` and returned after it. So all that was called before the edge has returned before `reached`, or never returned; and
 * each question is about a later return, so that it believes of these the same answers.
 */
export class Near<State, Input, Output> {
  readonly #inquiry: Inquiry<State, Input, Output>;
  readonly #edge: Edge<State>;
  /** An earlier edge of which the same is true. */
  readonly further: Edge<State>;

  private constructor(
    inquiry: Inquiry<State, Input, Output>,
    { edge, further }: { readonly edge: Edge<State>; readonly further: Edge<State> },
  ) {
    this.#inquiry = inquiry;
    this.#edge = edge;
    this.further = further;
  }

  /** For questions about returns after `reached`; `undefined` if there is little past, or what it can have ended in is too much. */
  static of<State, Input, Output>(
    inquiry: Inquiry<State, Input, Output>,
    reached: number,
    back = BACK,
  ): Near<State, Input, Output> | undefined {
    const { part, part: { returns, ret }, budget: { scratch } } = inquiry;
    const place = edgeBefore(part, reached, back);
    if (place < back) return undefined;
    const mark = scratch.mark();
    const places = [Math.max(0, place - FURTHER), place];
    const [further, edge] = edgesAt(inquiry, places, ret[returns[reached]] - 1);
    scratch.backTo(mark);
    return edge === undefined ? undefined : new Near(inquiry, { edge, further });
  }

  /** Judges what came before the return `at`; `undefined` if that is not to be had so. */
  before(at: number): Judgement | undefined {
    const { part: { returns, ret }, budget, budget: { scratch } } = this.#inquiry;
    if (!budget.goOn()) return undefined;
    const end = ret[returns[at]];
    const mark = scratch.mark();
    const { problem } = stretchFrom(this.#inquiry, this.#edge, {
      end,
      last: end - 1,
      isBelieved: () => true,
    });
    const { verdict } = compete(problem, budget);
    scratch.backTo(mark);
    if (verdict === "unknown") return undefined;
    return { verdict, order: undefined, suspects: [], areCore: false, reason: "" };
  }
}

/**
 * What is asked from shortly before the return where a search gave out. Of a register there are other ways to do that (see `Onward`);
 * and where somebody is suspected the first impossible answer is not far from his.
 */
export function nearTo<State, Input, Output>(
  given: Inquiry<State, Input, Output>,
  { suspects, reached }: Decision,
): Near<State, Input, Output> | undefined {
  const { model, part: { returns } } = given;
  if (model.kind?.type === "register" || suspects.length > 0 || reached >= returns.length) return undefined;
  const budget = given.budget.within(NEAR_WORK + (given.budget.work >>> 1));
  const weighty = model.kind === undefined ? weighed(model, budget) : model;
  return Near.of({ ...given, model: weighty, budget }, reached);
}

/** The place, among the returns, of the last edge before which nothing was called that is open at `reached` and returns later. */
function edgeBefore({ returns, call, ret }: Part, reached: number, back: number): number {
  const rank = ret[returns[reached]];
  let first = rank;
  for (let k = 0; k < call.length && call[k] < rank; k++) {
    if (ret[k] >= rank && ret[k] !== NEVER && call[k] < first) first = call[k];
  }
  let place = reached - back;
  while (place >= 0 && ret[returns[place]] > first) place--;
  return place;
}
