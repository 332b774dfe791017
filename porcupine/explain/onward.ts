import type { Decision } from "../decision.ts";
import { withIdlers } from "../decide.ts";
import { after, changes, type Deeds, deedsOf, fits } from "./deeds.ts";
import { rankIn } from "./window.ts";
import { INITIAL } from "../fast/register_table.ts";
import type { Inquiry } from "./inquiry.ts";
import { firstAtLeast, partBefore, partOfSome, Questions } from "../parts.ts";
import { askValues, type ValueAnswer, type ValueStart } from "../search/values/question.ts";

/** Of more values than these the masks of a question are large. */
const MOST_VALUES = 64;
/** From so many returns before an answer on it is asked about, then from further back. */
const BACK: readonly number[] = [48, 192, 768];
/** So many configurations are kept in turn. */
const WIDTHS: readonly number[] = [16, 128, 1024];

/** What is known already. */
export interface KnownOrder {
  /** It gives the answers of so many returns. */
  readonly returns: number;
  readonly order: Int32Array;
}

/** Where an order stands at an instant. */
interface Standing {
  /** What comes first in it: all that had returned by then, and nothing that had not been called. */
  readonly past: readonly number[];
  readonly value: number;
}

/**
 * Whether all that was answered before some return of a register whose values repeat is possible, asked near that return only: the
 * history before it is as long as it likes.
 *
 * - It is if an order that is known, cut off at an instant, can be gone on with to the return. What was placed by then all had been
 *   called by then, so that it may come before all that had not returned.
 * - It is not if what happened since an instant is impossible whatever the register held then (see `Window`).
 *
 * Between the two nothing is known: there may be an order that stands elsewhere at that instant. Then it is tried from further back.
 */
export class Onward<State, Input, Output> {
  readonly #inquiry: Inquiry<State, Input, Output>;
  readonly #deeds: Deeds;

  private constructor(inquiry: Inquiry<State, Input, Output>, deeds: Deeds) {
    this.#inquiry = inquiry;
    this.#deeds = deeds;
  }

  /** `undefined` if it is no such register. */
  static of<State, Input, Output>(
    inquiry: Inquiry<State, Input, Output>,
  ): Onward<State, Input, Output> | undefined {
    const { model: { kind }, recorded, part } = inquiry;
    if (kind?.type !== "register") return undefined;
    const deeds = deedsOf(kind, new Questions(recorded, part), part.ids.length);
    return deeds === undefined || deeds.values > MOST_VALUES ? undefined : new Onward(inquiry, deeds);
  }

  /** Judges what came before the return `at`; `undefined` if that is not to be had so. */
  before(at: number, known: KnownOrder): Decision | undefined {
    const { part, part: { returns, ret }, budget } = this.#inquiry;
    const rank = ret[returns[at]];
    for (const back of BACK) {
      if (!budget.goOn()) return undefined;
      const isWhole = known.returns <= back;
      const since = isWhole ? 0 : ret[returns[known.returns - back]];
      const standing = this.#standing(known, since, rank);
      if (standing === undefined) return undefined;
      const rest = this.#ask(since, rank, standing);
      if (typeof rest !== "string") {
        const order = withIdlers(Int32Array.from([...standing.past, ...rest]), partBefore(part, rank));
        return { ...NOTHING_SAID, verdict: "ok", order, reached: at };
      }
      if (rest === "impossible" && isWhole) return { ...NOTHING_SAID, verdict: "illegal" };
      if (at > back && this.#ask(ret[returns[at - back]], rank, "any") === "impossible") {
        return { ...NOTHING_SAID, verdict: "illegal" };
      }
      if (isWhole) return undefined;
    }
    return undefined;
  }

  /** Where an order stands at an instant, if what has not returned before `rank` is not believed; `undefined` if it is none. */
  #standing({ order }: KnownOrder, since: number, rank: number): Standing | undefined {
    const { ret, returns } = this.#inquiry.part;
    const { told, open } = this.#deeds;
    /** What has returned, did something, and is still to come. */
    let missing = 0;
    for (let i = 0; ret[returns[i]] < since; i++) if (told.op[returns[i]] !== 0) missing++;
    let end = order.length;
    while (end > 0 && ret[order[end - 1]] >= since) end--;
    const past: number[] = [];
    let value = INITIAL;
    for (let i = 0; i < end; i++) {
      const k = order[i];
      const isBelieved = ret[k] < rank;
      if (!isBelieved && !changes(told, k)) continue;
      const deed = isBelieved ? told : open;
      if (!fits(deed, k, value)) return undefined;
      value = after(deed, k, value);
      past.push(k);
      if (ret[k] < since && told.op[k] !== 0) missing--;
    }
    return missing > 0 ? undefined : { past, value };
  }

  #ask(since: number, rank: number, standing: Standing | "any"): ValueAnswer {
    const { part, part: { call, ret }, budget } = this.#inquiry;
    const { told, open, values } = this.#deeds;
    const called = firstAtLeast(call, rank);
    budget.spend(called >>> 5);
    const chosen: number[] = [];
    for (let k = 0; k < called; k++) if (ret[k] >= since) chosen.push(k);
    const ids = Int32Array.from(chosen);
    const some = partOfSome(part, ids, (k) => ret[k] < rank);
    const deedOf = (k: number) => ret[k] < rank ? told : open;
    const table = {
      count: ids.length,
      op: Uint8Array.from(chosen, (k) => deedOf(k).op[k]),
      value: ids.map((k) => deedOf(k).value[k]),
      from: ids.map((k) => deedOf(k).from[k]),
      values,
      settled: true,
    };
    const start = standing === "any" ? standing : startOf(standing, ids);
    const rankOfSince = rankIn(some, ids, part, since);
    const question = { table, part: some, since: rankOfSince, start, endless: [], widths: WIDTHS };
    const answer = askValues(question, budget);
    return typeof answer === "string" ? answer : answer.map((i) => ids[i]);
  }
}

const NOTHING_SAID = {
  order: new Int32Array(0),
  reached: 0,
  suspects: [],
  areCore: false,
  reason: "",
} as const;

/** The same of some operations. */
function startOf({ past, value }: Standing, ids: Int32Array): ValueStart {
  const placed = new Set(past);
  return { value, placed: new Set(Array.from(ids.keys()).filter((i) => placed.has(ids[i]))) };
}
