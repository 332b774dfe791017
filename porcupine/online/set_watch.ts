import { NEVER } from "../history.ts";
import type { Model, ModelKind, Value, WholeSetAction } from "../types.ts";
import { AnswerLimit } from "./answer_limit.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { OpenCalls } from "./open_calls.ts";
import { SetRow } from "./set_row.ts";
import { Unanswered } from "./set_unanswered.ts";
import { SetValue } from "./set_values.ts";
import { stateAfter } from "./steps.ts";
import { byCall, type CheckerOptions, type Standing, type Watched } from "./watched.ts";

type SetKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "wholeSet" }>;

/** A value that was in the set before everything that is kept. */
interface PastValue<Input> {
  readonly input: Input;
  readAt: number;
}

type Change = "add" | "remove";

const UNKNOWN = { known: false } as const;

/** So many answers lie between two looks at what is past, at most. */
const SWEEP = 8;
/** So many members of a read are gone through between two looks at the clock. */
const PACE = 4096;

/**
 * A set that is read as a whole, while it happens. Each value comes once: what an answer says of one bounds when (`SetValue`), and what
 * a read says of all of them puts them into a row (`SetRow`).
 *
 * *What goes.* A value that is in the set for certain may be taken out. That it is out is a value like any other, which comes once: a
 * read has found it if it has not found the value itself. What is still to be answered was done when the value was in, or out after
 * that; so such a set grows, too. Only a value that may come while it may also go is not to be understood here.
 *
 * *What is forgotten.* With `m` the first call among the open operations: a value that must have come before `m` is found by
 * whoever is answered from now on, and nobody is told any more that he put it in. That is all that is left of it, and of those that
 * stood in front of it in the row; and nothing of what is out by then. What stands behind and may have come before `m` may as well have
 * come at `m`: so it makes no difference what was before.
 */
export class SetWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #kind: SetKind<Input, Output>;
  readonly #limit: AnswerLimit;
  readonly #open = new OpenCalls<Input, Output>();
  /** Lost adds and removals, also of values that are past: the search may have to know of them. */
  readonly #lost = new Set<Watched<Input, Output>>();
  readonly #past = new Map<Value, PastValue<Input>>();
  readonly #values = new Map<Value, SetValue<Input, Output>>();
  /** By value that is past: that it is out. */
  readonly #leaving = new Map<Value, SetValue<Input, Output>>();
  readonly #adds = new Unanswered();
  readonly #removes = new Unanswered();
  readonly #row = new SetRow<Input, Output>();
  readonly #sweep: number;
  #dueIn: number;
  #sweptUntil = -1;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: SetKind<Input, Output>, limits: CheckerOptions) {
    this.#model = model;
    this.#kind = kind;
    this.#limit = new AnswerLimit(limits);
    this.#dueIn = this.#sweep = Math.min(SWEEP, limits.windowAnswers ?? SWEEP);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#open.all, ...this.#lost, ...this.#row.operations()]);
    for (const value of [...this.#values.values(), ...this.#leaving.values()]) {
      for (const watched of value.operations()) kept.add(watched);
    }
    return [...kept].sort(byCall);
  }

  /** The set before everything that is kept. */
  get states(): readonly State[] {
    return [stateAfter(this.#model, Array.from(this.#past.values(), ({ input }) => input))];
  }

  /** Whether nothing is open or lost, and nothing in the set. */
  get isAsNew(): boolean {
    return this.#past.size + this.#values.size + this.#lost.size + this.#open.all.length === 0;
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || !isRequest(action)) return false;
    if (action.op === "add" || action.op === "remove") {
      const { value, op } = action;
      if (this.#isOpposed(op, value)) this.#forget();
      // It may come, and go, and come again: in which order?
      if (this.#isOpposed(op, value)) return false;
      this.#unanswered(op).add(value);
      const isNews = this.#past.has(value) === (op === "remove");
      if (isNews) this.#recordOf(op, value, watched).addCalled(watched);
    }
    this.#open.add(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    this.#limit.begin();
    const action = this.#kind.view(watched.input, watched.answer);
    const asked = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || asked === undefined || !isAnswerTo(asked, action)) return undefined;
    this.#open.ended();
    if (asked.op === "add" || asked.op === "remove") {
      this.#unanswered(asked.op).end(asked.value);
      if (action.op !== asked.op && !this.#withdraw(watched, asked)) return "illegal";
    }
    const fits = this.#learn(watched, action);
    if (this.#limit.struck !== undefined) return this.#limit.struck;
    if (!fits) return "illegal";
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** No answer will come: it may have taken effect, or do so some day. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action?.op !== "add" && action?.op !== "remove") return;
    this.#lost.add(watched);
    this.#changes(action.op).get(action.value)?.addStays(watched);
  }

  /** What is kept, from the set before it. */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.states[0]), operations: this.operations }];
  }

  /** Whether the opposite may be about to be done. */
  #isOpposed(op: Change, value: Value): boolean {
    return op === "add"
      ? this.#leaving.has(value) || this.#removes.has(value)
      : this.#values.has(value) || this.#adds.has(value);
  }

  #unanswered(op: Change): Unanswered {
    return op === "add" ? this.#adds : this.#removes;
  }

  #changes(op: Change): Map<Value, SetValue<Input, Output>> {
    return op === "add" ? this.#values : this.#leaving;
  }

  #recordOf(op: Change, value: Value, { input }: Watched<Input, Output>): SetValue<Input, Output> {
    const changes = this.#changes(op);
    let change = changes.get(value);
    if (change === undefined) changes.set(value, change = new SetValue(value, input, this.#row.last));
    return change;
  }

  /** One that has changed nothing; false if somebody has found that it did, and nobody else can have done so then. */
  #withdraw(watched: Watched<Input, Output>, { op, value }: { op: Change; value: Value }): boolean {
    const change = this.#changes(op).get(value);
    if (change === undefined) return true;
    change.addFailed(watched);
    if (change.hasMaker) return this.#row.canCome(change);
    this.#changes(op).delete(value);
    return change.place === this.#row.last && change.high === NEVER;
  }

  #learn(watched: Watched<Input, Output>, action: WholeSetAction): boolean {
    switch (action.op) {
      case "members":
        return this.#read(watched, action.values);
      case "contains":
        return this.#sees(watched, action);
      case "add":
      case "remove":
        return this.#changed(watched, action);
      case "nothing":
        return true;
    }
  }

  /** Somebody has found one value, or not. */
  #sees(watched: Watched<Input, Output>, { value, present }: { value: Value; present: boolean }): boolean {
    const leaving = this.#leaving.get(value);
    if (leaving !== undefined) return this.#finds(watched, leaving, !present);
    if (this.#past.has(value)) return present;
    const change = this.#values.get(value);
    return change === undefined ? !present : this.#finds(watched, change, present);
  }

  #finds(watched: Watched<Input, Output>, change: SetValue<Input, Output>, isDone: boolean): boolean {
    if (isDone) this.#thereBy(watched, change);
    else change.notBefore(watched);
    return this.#row.canCome(change);
  }

  /** Somebody has put a value in, or taken it out; not the first, unless he was told so. */
  #changed(
    watched: Watched<Input, Output>,
    { op, value, changed = false }: Extract<WholeSetAction, { op: Change }>,
  ): boolean {
    const change = this.#changes(op).get(value);
    if (change === undefined || (changed && change.isTold)) return !changed;
    if (changed) change.tell(watched);
    change.addStays(watched);
    this.#thereBy(watched, change);
    return this.#row.canCome(change);
  }

  #thereBy(watched: Watched<Input, Output>, change: SetValue<Input, Output>): void {
    const isNews = change.high === NEVER;
    change.thereBy(watched);
    if (isNews && change.place === this.#row.last) this.#row.thereByNow(change);
  }

  /** Somebody has found just these. */
  #read(watched: Watched<Input, Output>, members: readonly Value[]): boolean {
    let [past, others] = [0, 0];
    for (let k = 0; k < members.length; k++) {
      if (k % PACE === PACE - 1 && this.#limit.expired()) return false;
      const value = this.#past.get(members[k]) ?? this.#values.get(members[k]);
      if (value === undefined) return false;
      if (value.readAt === watched.ret) continue;
      value.readAt = watched.ret;
      if (value instanceof SetValue) {
        others++;
        value.place.found.push(value);
      } else past++;
    }
    for (const [value, leaving] of this.#leaving) {
      if (this.#past.get(value)?.readAt === watched.ret) continue;
      past++;
      others++;
      leaving.place.found.push(leaving);
    }
    return past === this.#past.size && this.#row.place(watched, others);
  }

  #forget(): void {
    this.#dueIn = this.#sweep;
    const { oldest } = this.#open;
    // Beside the same open call nothing more is over than was before.
    if (oldest === this.#sweptUntil && oldest !== NEVER) return;
    this.#sweptUntil = oldest;
    for (const { value: change, by } of this.#row.settle(oldest)) {
      const { value, input } = change;
      const op = this.#leaving.get(value) === change ? "remove" : "add";
      const used = change.usedUp(by);
      if (used !== undefined) {
        this.#lost.delete(used);
        this.#unanswered(op).end(value);
      }
      this.#changes(op).delete(value);
      if (op === "add") this.#past.set(value, { input, readAt: -1 });
      else this.#past.delete(value);
    }
  }
}

/** Whether it is a request that is understood here: for what is looked for the answer is needed. */
function isRequest(action: WholeSetAction): boolean {
  if (action.op !== "add" && action.op !== "remove") return action.op === "nothing";
  return action.changed !== true && !Number.isNaN(action.value);
}

/** Whether an answer is one to what was asked: it may say that nothing was done, or only what was seen then. */
function isAnswerTo(asked: WholeSetAction, action: WholeSetAction): boolean {
  switch (action.op) {
    case "nothing":
      return true;
    case "remove":
      return asked.op === "remove" && action.value === asked.value && action.changed !== undefined;
    case "add":
      return asked.op === "add" && action.value === asked.value;
    case "contains":
      return asked.op === "nothing" ||
        (asked.op !== "members" && asked.op !== "contains" && action.value === asked.value);
    case "members":
      return asked.op === "nothing" && Array.isArray(action.values);
  }
}
