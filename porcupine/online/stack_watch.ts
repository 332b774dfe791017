import { NEVER } from "../history.ts";
import type { CollectionAction, Model, ModelKind, Value } from "../types.ts";
import { AnswerLimit } from "./answer_limit.ts";
import { beginningIn, type Past } from "./beginning.ts";
import { CollectionCalls } from "./collection_calls.ts";
import type { FastWatch } from "./fast_watch.ts";
import { type StackItem, stackItem, StackItems } from "./stack_items.ts";
import { type Interest, StackStays } from "./stack_stays.ts";
import { StackTakers } from "./stack_takers.ts";
import { byCall, type CheckerOptions, type Standing, type Watched } from "./watched.ts";

type StackKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "set" | "queue" | "stack" }>;

/** So many values that came out, at least, before those of the past are looked for again. */
const LEAST_SWEEP = 32;

/**
 * A stack onto which every value is put once at most, while it happens.
 *
 * `fast/stack.ts` proves that a history without lost operations is possible exactly if the stays of its values nest. Here it
 * comes on top that operations whose answers are not in may have popped something: see `StackTakers`. What they are taken to have
 * popped is kept from answer to answer. If an answer says what was supposed there is nothing to do.
 *
 * *What is forgotten*: see `StackStays`. A value that was popped before its push returned is not even kept, once that
 * has returned: it can be pushed and popped in one gap, where it disturbs nobody.
 */
export class StackWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #limit: AnswerLimit;
  readonly #calls: CollectionCalls<Input, Output, StackItem<Input, Output>>;
  /** By push, which is open: the pop that took off what it brings. */
  readonly #early = new Map<Watched<Input, Output>, Watched<Input, Output>>();
  readonly #items = new StackItems<Input, Output>();
  readonly #past = new StackStays<Input, Output>();
  readonly #takers: StackTakers<Input, Output>;
  readonly #leastSweep: number;
  #sweepAt: number;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: StackKind<Input, Output>, limits: CheckerOptions) {
    this.#model = model;
    this.#calls = new CollectionCalls(kind, stackItem);
    this.#limit = new AnswerLimit(limits);
    this.#takers = new StackTakers(this.#past, this.#items, this.#limit);
    this.#sweepAt = this.#leastSweep = Math.min(LEAST_SWEEP, limits.windowAnswers ?? LEAST_SWEEP);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const { takers, empties } = this.#takers;
    const kept = new Set([...this.#calls.open, ...takers, ...empties, ...this.#past.operations]);
    for (const { insert, dueBy } of this.#calls.items) {
      kept.add(insert);
      if (dueBy !== undefined) kept.add(dueBy);
    }
    for (const remove of this.#early.values()) kept.add(remove);
    return [...kept].sort(byCall);
  }

  /** The empty stack: what is kept fills it. */
  get states(): readonly State[] {
    return [this.#model.init()];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const asked = this.#calls.call(watched);
    if (asked === "removeAny") this.#takers.add(watched);
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
        this.#put(told.item);
        return "ok";
      case "takenOut": {
        this.#limit.begin();
        const isPossible = this.#take(watched, told.action);
        return this.#limit.struck ?? (isPossible ? "ok" : "illegal");
      }
    }
  }

  /** No answer will come: who pops something may have done so for ever after. */
  lose(watched: Watched<Input, Output>): void {
    this.#calls.lose(watched);
    this.#early.delete(watched);
  }

  /** What is kept, from the empty stack on. */
  past(): Past<State, Input, Output>[] {
    return [{
      start: beginningIn(this.#model.init()),
      operations: this.operations,
    }];
  }

  /** A push has returned. */
  #put(item: StackItem<Input, Output>): void {
    this.#early.delete(item.insert);
    // In the last gap of its push nothing is on the stack for certain that has come out: it may be at the bottom.
    if (!item.isOut) this.#items.add(item);
  }

  /** A pop has returned; false if that cannot be. */
  #take(watched: Watched<Input, Output>, action: CollectionAction): boolean {
    if (action.op === "remove") return this.#pass(watched, action.value);
    const supposed = this.#takers.end(watched);
    if (action.op === "removeEmpty") this.#takers.addEmpty(watched);
    return this.#canBe(supposed === undefined ? [] : [supposed]);
  }

  /** A value was popped; false if it cannot have been. */
  #pass(watched: Watched<Input, Output>, value: Value): boolean {
    const item = this.#calls.find(value);
    if (item === undefined || watched.call >= item.due) return false;
    const { insert } = item;
    this.#calls.takeOut(item);
    const isAsSupposed = item.taker === watched;
    const supposed = this.#takers.end(watched);
    this.#takers.release(item);
    this.#items.remove(item);
    const suspects = supposed === undefined || isAsSupposed ? [] : [supposed];
    if (insert.status === "open") this.#early.set(insert, watched);
    if (watched.call > insert.ret) {
      const stay = this.#past.stayOf(insert, watched);
      if (stay === undefined) return false;
      this.#past.add(stay);
      suspects.push(...this.#items.above(stay));
    }
    return isAsSupposed ? this.#settle() : this.#canBe(suspects);
  }

  #canBe(suspects: readonly StackItem<Input, Output>[]): boolean {
    return this.#takers.canBe(suspects) && this.#settle();
  }

  #settle(): true {
    this.#takers.settle(this.#calls.oldest);
    if (this.#past.size >= this.#sweepAt) this.#forget();
    return true;
  }

  #forget(): void {
    const interests: Interest[] = [];
    let earliest = NEVER;
    for (const { insert } of this.#items.all) {
      interests.push({ from: insert.call, to: insert.ret });
      earliest = Math.min(earliest, insert.call);
    }
    for (const { call } of this.#calls.inserting) {
      interests.push({ from: call, to: NEVER });
      earliest = Math.min(earliest, call);
    }
    for (const { call, ret } of this.#takers.empties) interests.push({ from: call, to: ret });
    // Whoever was lost before all that may yet be found to have come out was called can pop any of it at once.
    const calls = this.#takers.takers.filter(({ status, call }) => status === "open" || call > earliest)
      .map(({ call }) => call);
    for (const call of calls) interests.push({ from: call - 1, to: call });
    this.#past.forget(calls, interests);
    this.#sweepAt = Math.max(this.#leastSweep, 2 * this.#past.size);
  }
}

/** Whether a kind is that of a stack. */
export function isStackKind<Input, Output>(
  kind: ModelKind<Input, Output>,
): kind is StackKind<Input, Output> {
  return kind.type === "stack";
}
