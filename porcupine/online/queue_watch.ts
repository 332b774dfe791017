import type { CollectionAction, Model, ModelKind, Value } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import { CollectionCalls } from "./collection_calls.ts";
import type { FastWatch } from "./fast_watch.ts";
import { Empties } from "./queue_empties.ts";
import { Item, Items, type Passed } from "./queue_items.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";

type QueueKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "set" | "queue" | "stack" }>;

/** So many values that came out, at least, before those of the past are looked for again. */
const LEAST_SWEEP = 32;

/**
 * A queue into which every value is put once at most, while it happens.
 *
 * `fast/queue.ts` proves that the dequeues with a value are possible exactly if there are no two values `x` and `y` such that
 * x's enqueue returned before y's was called, and y's dequeue before x's; and that an empty dequeue needs nothing but a gap
 * in which no value is in the queue for certain. Here it comes on top that an operation whose answer is not in may have taken
 * out anything (a *taker*). So a value that nobody is known to have taken out is *due* once a later one has come out: a taker
 * has taken it out that was called before that one's dequeue returned. All that are in at the gap of an empty dequeue are due
 * then, too. Who is due at one instant is always who was put in before some other instant; so takers can be found for all of
 * them exactly if at each instant no more are due than takers were called by then (Hall's theorem), which is the same as
 * saying so of each instant that demands it by itself. For a taker no time of return forbids anything; and if it takes out
 * who is due, whoever must come out before him is due as early.
 *
 * When an answer comes its operation is a taker no more; if it brings a value, that must not have been due before it was called.
 *
 * *What is forgotten.* A value that came out before `m`, the first call among the open operations, and before the call of
 * every empty dequeue that is kept. Dequeues to come are called at `m` or later: none of them returned before its dequeue
 * was called; and whom it made due is known to be. It covers no gap that is still asked for. How many values are kept is
 * bounded by what is open at once, and by how many are in the queue.
 */
export class QueueWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #calls: CollectionCalls<Input, Output, Item<Input, Output>>;
  readonly #items = new Items<Input, Output>();
  readonly #empties = new Empties<Input, Output>();
  /** By call. */
  readonly #takers: Watched<Input, Output>[] = [];
  #passed: Passed<Input, Output>[] = [];
  #sweepAt = LEAST_SWEEP;
  /** The last call among the insertions of values that came out. */
  #lastIn = -1;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: QueueKind<Input, Output>) {
    this.#model = model;
    this.#calls = new CollectionCalls(kind, (value, insert) => new Item(value, insert));
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#calls.open, ...this.#takers, ...this.#empties.operations]);
    for (const { insert, dueBy } of this.#calls.items) {
      kept.add(insert);
      for (const watched of dueBy) kept.add(watched);
    }
    for (const { insert, remove } of this.#passed) kept.add(insert).add(remove);
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
      case "takenOut":
        return this.#take(watched, told.action) ? "ok" : "illegal";
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

  /** A dequeue has returned; false if that cannot be. */
  #take(watched: Watched<Input, Output>, action: CollectionAction): boolean {
    this.#takers.splice(this.#takers.indexOf(watched), 1);
    const passed = action.op === "remove" ? this.#pass(watched, action.value) : undefined;
    if (action.op === "remove" && passed === undefined) return false;
    const contents = { items: this.#items, takers: this.#takers };
    if (!this.#items.canBeTaken(this.#takers)) return false;
    if (!this.#empties.recheck(watched, passed, contents)) return false;
    if (action.op === "removeEmpty" && !this.#empties.add(watched, this.#passed, contents)) return false;
    this.#empties.settle(this.#calls.oldest, this.#items);
    return true;
  }

  /** Takes a value out; `undefined` if it cannot have come out now. */
  #pass(watched: Watched<Input, Output>, value: Value): Passed<Input, Output> | undefined {
    const item = this.#calls.find(value);
    if (item === undefined || watched.call >= item.due) return undefined;
    const { insert, from } = item;
    this.#calls.takeOut(item);
    this.#items.remove(item);
    const passed = { insert, remove: watched, first: from, last: watched.call - 1 };
    this.#passed.push(passed);
    if (insert.call > this.#lastIn) {
      this.#lastIn = insert.call;
      this.#items.demand(insert.call, watched.ret, [insert, watched]);
    }
    if (this.#passed.length >= this.#sweepAt) this.#forget();
    return passed;
  }

  #forget(): void {
    const oldest = this.#empties.oldest(this.#calls.oldest);
    this.#passed = this.#passed.filter(({ remove }) => remove.ret >= oldest);
    this.#sweepAt = Math.max(LEAST_SWEEP, 2 * this.#passed.length);
  }
}

/** Whether a kind is that of a queue. */
export function isQueueKind<Input, Output>(
  kind: ModelKind<Input, Output>,
): kind is QueueKind<Input, Output> {
  return kind.type === "queue";
}
