import type { CollectionAction, Model, ModelKind, Value } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { OpenCalls } from "./open_calls.ts";
import { Empties } from "./queue_empties.ts";
import { Item, Items, type Passed } from "./queue_items.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";

type QueueKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "set" | "queue" | "stack" }>;

const UNKNOWN = { known: false } as const;

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
  readonly #kind: QueueKind<Input, Output>;
  readonly #open = new OpenCalls<Input, Output>();
  /** What is in, and whose insertion is open or lost. */
  readonly #byValue = new Map<Value, Item<Input, Output>>();
  readonly #inserting = new Map<Watched<Input, Output>, Item<Input, Output>>();
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
    this.#kind = kind;
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#open.all, ...this.#takers, ...this.#empties.operations]);
    for (const { insert, dueBy } of this.#byValue.values()) {
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
    const action = this.#kind.view(watched.input, UNKNOWN);
    switch (action?.op) {
      case "insert": {
        const { value } = action;
        // Two of one value, or a value that is unequal to itself: who took out which?
        if (this.#byValue.has(value) || Number.isNaN(value)) return false;
        const item = new Item(value, watched);
        this.#byValue.set(value, item);
        this.#inserting.set(watched, item);
        break;
      }
      case "removeAny":
        this.#takers.push(watched);
        break;
      case "nothing":
        break;
      default:
        return false;
    }
    this.#open.add(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#kind.view(watched.input, watched.answer);
    const item = this.#inserting.get(watched);
    const asked = item !== undefined ? "insert" : this.#kind.view(watched.input, UNKNOWN)?.op;
    if (action === undefined || !isAnswerTo(asked, item?.value, action)) return undefined;
    this.#open.ended();
    if (item !== undefined) {
      this.#inserting.delete(watched);
      return this.#put(item, action, watched.ret) ? "ok" : "illegal";
    }
    return asked === "nothing" || this.#take(watched, action) ? "ok" : "illegal";
  }

  /** No answer will come: who takes something out may have done so for ever after. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    this.#inserting.delete(watched);
  }

  /** What is kept, from the empty queue on. */
  past(): Past<State, Input, Output>[] {
    return [{
      start: beginningIn(this.#model.init()),
      operations: this.operations,
    }];
  }

  /** An insertion has returned; false if it did not take place, though its value came out. */
  #put(item: Item<Input, Output>, { op }: CollectionAction, ret: number): boolean {
    if (op === "nothing") return !item.isOut && this.#byValue.delete(item.value);
    if (!item.isOut) this.#items.add(item, ret);
    return true;
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
    this.#empties.settle(this.#open.oldest, this.#items);
    return true;
  }

  /** Takes a value out; `undefined` if it cannot have come out now. */
  #pass(watched: Watched<Input, Output>, value: Value): Passed<Input, Output> | undefined {
    const item = this.#byValue.get(value);
    if (item === undefined || watched.call >= item.due) return undefined;
    const { insert, from } = item;
    item.isOut = true;
    this.#byValue.delete(value);
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
    const oldest = this.#empties.oldest(this.#open.oldest);
    this.#passed = this.#passed.filter(({ remove }) => remove.ret >= oldest);
    this.#sweepAt = Math.max(LEAST_SWEEP, 2 * this.#passed.length);
  }
}

/** Whether an answer is one to what was asked: it may say that nothing was done. */
export function isAnswerTo(
  asked: string | undefined,
  value: Value | undefined,
  action: CollectionAction,
): boolean {
  if (action.op === "nothing") return asked !== undefined;
  if (asked === "insert") return action.op === "insert" && action.value === value;
  return asked === "removeAny" && (action.op === "remove" || action.op === "removeEmpty");
}

/** Whether a kind is that of a queue. */
export function isQueueKind<Input, Output>(
  kind: ModelKind<Input, Output>,
): kind is QueueKind<Input, Output> {
  return kind.type === "queue";
}
