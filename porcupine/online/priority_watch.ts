import type { CollectionAction, Model, ModelKind, Value } from "../types.ts";
import { AnswerLimit } from "./answer_limit.ts";
import { beginningIn, type Past } from "./beginning.ts";
import { CollectionCalls } from "./collection_calls.ts";
import type { FastWatch } from "./fast_watch.ts";
import { type Extraction, gapsWorthATry, type Passed } from "./priority_extractions.ts";
import {
  LAST,
  type PriorityItem,
  priorityItem,
  PriorityItems,
  type Rank,
  Ranking,
} from "./priority_items.ts";
import { PrioritySupposed } from "./priority_supposed.ts";
import { byCall, type CheckerOptions, type Standing, type Watched } from "./watched.ts";

type PriorityKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "priorityQueue" }>;

/** So many values that came out, at least, before those of the past are looked for again. */
const LEAST_SWEEP = 32;

/**
 * A priority queue into which every value is put once at most, while it happens.
 *
 * *What is possible.* An extraction of `x` takes effect in one of its gaps, after the call of x's insertion, in which
 * - none of the better values that are known to have come out is in for certain, that is from the return of its insertion to the call
 *   of its extraction;
 * - every other better value that has been put in is out: somebody whose answer is not in has taken it out (a *taker*). Each taker
 *   takes out one value at most, at any time since he was called.
 * One that found nothing is the extraction of something behind all values, and needs the same.
 *
 * All that is possible exactly if one gap can be chosen for each extraction such that at each gap no more values must be out by
 * then than takers were called by then. For an order there must be such gaps: those of the order. And from such gaps an order
 * is made so: a value comes out in its own gap, or in an earlier one of a worse value (or of an extraction that found nothing)
 * by which it was put in; that is not before its extraction was called, as it would be in there for certain. Who is due is taken out
 * by a taker of his own in the first gap by which he must be out (Hall's theorem: of some deadlines, it is enough to count). So
 * in each gap in which something comes out all that is better and was put in is out, or comes out in that gap, too: the best first.
 *
 * *Which gaps are worth a try.* Later gaps have more values in the way, and more takers only after the call of one. So of the gaps
 * between two such calls the first is the best, for all extractions at a time. If a value is found later to have been in for
 * certain, that was up to the call of a taker of then; the next gap that is left to who is worse is the first one after that call,
 * which was worth a try already. So gaps are only ever struck out.
 *
 * *Which of them to choose*: see `chooseGaps`. It is exact, and takes polynomial time. Most answers are explained without it: see
 * `PrioritySupposed`, which also says which extractions are forgotten.
 *
 * *What else is forgotten.* A value that came out before the oldest open operation was called is in the way of no extraction to come.
 * It is kept for the search, should that have to take over, as long as it is in the way of an extraction that is kept. Values
 * that lost extractions have certainly taken out are forgotten together with these (`settle`).
 */
export class PriorityWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #limit: AnswerLimit;
  readonly #calls: CollectionCalls<Input, Output, PriorityItem<Input, Output>>;
  readonly #ranking: Ranking;
  readonly #items: PriorityItems<Input, Output>;
  /** By call. */
  readonly #takers: Watched<Input, Output>[] = [];
  readonly #supposed: PrioritySupposed<Input, Output>;
  #passed: Passed<Input, Output>[] = [];
  readonly #leastSweep: number;
  #sweepAt: number;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: PriorityKind<Input, Output>, limits: CheckerOptions) {
    this.#model = model;
    this.#limit = new AnswerLimit(limits);
    this.#calls = new CollectionCalls(kind, priorityItem);
    this.#ranking = new Ranking(kind.order);
    this.#items = new PriorityItems(this.#ranking);
    const contents = { ranking: this.#ranking, items: this.#items, takers: this.#takers };
    this.#supposed = new PrioritySupposed(contents, this.#limit);
    this.#sweepAt = this.#leastSweep = Math.min(LEAST_SWEEP, limits.windowAnswers ?? LEAST_SWEEP);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#calls.open, ...this.#takers]);
    for (const { insert } of this.#calls.items) kept.add(insert);
    for (const { insert, remove } of this.#passed) kept.add(insert).add(remove);
    for (const { operations } of this.#supposed.extracts) for (const one of operations) kept.add(one);
    return [...kept].sort(byCall);
  }

  /** The empty queue: what is kept fills it. */
  get states(): readonly State[] {
    return [this.#model.init()];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const asked = this.#calls.call(watched);
    if (asked === "removeAny") this.#takers.push(watched);
    return asked !== undefined;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const told = this.#calls.answer(watched);
    switch (told?.what) {
      case undefined:
        return undefined;
      case "nothing":
        return "ok";
      case "illegal":
        return "illegal";
      case "putIn":
        if (!told.item.isOut) this.#items.add(told.item, watched.ret);
        return "ok";
      case "takenOut": {
        this.#limit.begin();
        const isPossible = this.#take(watched, told.action);
        return this.#limit.struck ?? (isPossible ? "ok" : "illegal");
      }
    }
  }

  /** No answer will come: who takes something out may have done so for ever after. */
  lose(watched: Watched<Input, Output>): void {
    this.#calls.lose(watched);
  }

  /** What is kept, from the empty queue on. */
  past(): Past<State, Input, Output>[] {
    return [{
      start: beginningIn(this.#model.init()),
      operations: this.operations,
    }];
  }

  /** An extraction has returned; false if that cannot be. */
  #take(watched: Watched<Input, Output>, action: CollectionAction): boolean {
    this.#takers.splice(this.#takers.indexOf(watched), 1);
    if (action.op === "remove") return this.#pass(watched, action.value);
    return action.op === "removeEmpty"
      ? this.#extract(LAST, [watched], watched.call)
      : this.#supposed.canBe(undefined);
  }

  /** A value has come out; false if it cannot have. */
  #pass(watched: Watched<Input, Output>, value: Value): boolean {
    const item = this.#calls.find(value);
    if (item === undefined) return false;
    const { insert, from } = item;
    this.#calls.takeOut(item);
    this.#items.remove(item);
    const passed = { value, insert, remove: watched, first: from, last: watched.call - 1 };
    this.#passed.push(passed);
    return this.#supposed.pass(item, passed) &&
      this.#extract(value, [insert, watched], Math.max(insert.call, watched.call));
  }

  #extract(rank: Rank, operations: readonly Watched<Input, Output>[], from: number): boolean {
    const until = operations[operations.length - 1].ret;
    const gaps = gapsWorthATry(this.#ranking, { rank, from, until }, this.#passed, this.#takers);
    if (gaps.length === 0) return false;
    if (!this.#supposed.canBe({ rank, operations, from, until, gaps, gap: -1 })) return false;
    if (this.#passed.length + this.#supposed.extracts.length >= this.#sweepAt) this.#forget();
    return true;
  }

  #forget(): void {
    const { oldest } = this.#calls;
    this.#supposed.forget();
    const gone = this.#supposed.settle(oldest);
    for (const item of gone) {
      this.#calls.takeOut(item);
      this.#items.remove(item);
    }
    this.#takers.splice(0, gone.length);
    const { extracts } = this.#supposed;
    this.#passed = this.#passed.filter((passed) =>
      passed.remove.ret >= oldest || extracts.some((extract) => this.#isInWay(passed, extract))
    );
    this.#sweepAt = Math.max(this.#leastSweep, 2 * (this.#passed.length + extracts.length));
  }

  #isInWay(
    { value, first, last }: Passed<Input, Output>,
    { rank, from, until }: Extraction<Input, Output>,
  ): boolean {
    return first < until && last >= from && this.#ranking.isBetter(value, rank);
  }
}

/** Whether a kind is that of a priority queue. */
export function isPriorityKind<Input, Output>(
  kind: ModelKind<Input, Output>,
): kind is PriorityKind<Input, Output> {
  return kind.type === "priorityQueue";
}
