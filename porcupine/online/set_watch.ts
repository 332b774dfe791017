import { NEVER } from "../history.ts";
import type { Model, ModelKind, Value, WholeSetAction } from "../types.ts";
import { AnswerLimit } from "./answer_limit.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { OpenCalls } from "./open_calls.ts";
import { SetRow } from "./set_row.ts";
import { SetValue } from "./set_values.ts";
import { stateAfter } from "./steps.ts";
import { byCall, type CheckerOptions, type Standing, type Watched } from "./watched.ts";

type SetKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "wholeSet" }>;

/** A value that was in the set before everything that is kept. */
interface PastValue<Input> {
  readonly input: Input;
  readAt: number;
}

const UNKNOWN = { known: false } as const;

/** So many answers lie between two looks at what is past, at most. */
const SWEEP = 8;
/** So many members of a read are gone through between two looks at the clock. */
const PACE = 4096;

/**
 * A set that is read as a whole and from which nothing is taken out, while it happens. Each value comes once: what an answer says of
 * one bounds when (`SetValue`), and what a read says of all of them puts them into a row (`SetRow`).
 *
 * *What is forgotten.* With `m` the first call among the open operations: a value that must have come before `m` is found by
 * whoever is answered from now on, and nobody is told any more that he put it in. That is all that is left of it, and of those that
 * stood in front of it in the row. What stands behind and may have come before `m` may as well have come at `m`: so it makes no
 * difference what was before.
 */
export class SetWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #kind: SetKind<Input, Output>;
  readonly #limit: AnswerLimit;
  readonly #open = new OpenCalls<Input, Output>();
  /** Lost adds, also of values that are past: one of them may put its value in again, should it ever be taken out. */
  readonly #lost = new Set<Watched<Input, Output>>();
  readonly #past = new Map<Value, PastValue<Input>>();
  readonly #values = new Map<Value, SetValue<Input, Output>>();
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
    for (const value of this.#values.values()) for (const watched of value.operations()) kept.add(watched);
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
    this.#open.add(watched);
    if (action.op === "add" && !this.#past.has(action.value)) {
      let value = this.#values.get(action.value);
      if (value === undefined) {
        this.#values.set(action.value, value = new SetValue(action.value, watched.input, this.#row.last));
      }
      value.addCalled(watched);
    }
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    this.#limit.begin();
    const action = this.#kind.view(watched.input, watched.answer);
    const asked = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || asked === undefined || !isAnswerTo(asked, action)) return undefined;
    this.#open.ended();
    if (asked.op === "add" && action.op !== "add" && !this.#withdraw(watched, asked.value)) return "illegal";
    const fits = this.#learn(watched, action);
    if (this.#limit.struck !== undefined) return this.#limit.struck;
    if (!fits) return "illegal";
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** No answer will come: it may have been added, or be so some day. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action?.op !== "add") return;
    this.#lost.add(watched);
    this.#values.get(action.value)?.addStays(watched);
  }

  /** What is kept, from the set before it. */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.states[0]), operations: this.operations }];
  }

  /** An add that did not put its value in; false if somebody has found that, and nobody else can have put it in then. */
  #withdraw(watched: Watched<Input, Output>, of: Value): boolean {
    const value = this.#values.get(of);
    if (value === undefined) return true;
    value.addFailed(watched);
    if (value.hasMaker) return this.#row.canCome(value);
    this.#values.delete(of);
    return value.place === this.#row.last && value.high === NEVER;
  }

  #learn(watched: Watched<Input, Output>, action: WholeSetAction): boolean {
    switch (action.op) {
      case "members":
        return this.#read(watched, action.values);
      case "add":
      case "contains":
        return this.#learnOf(action.value, watched, action);
      case "remove":
      case "nothing":
        return true;
    }
  }

  /** An answer speaks of one value. */
  #learnOf(
    of: Value,
    watched: Watched<Input, Output>,
    action: Extract<WholeSetAction, { op: "add" | "contains" }>,
  ): boolean {
    const isMaker = action.op === "add" && action.changed;
    const isAbsent = action.op === "contains" && !action.present;
    if (this.#past.has(of)) return !isMaker && !isAbsent;
    const value = this.#values.get(of);
    if (value === undefined) return isAbsent;
    if (isAbsent) value.notBefore(watched);
    else {
      if (isMaker && value.isTold) return false;
      if (isMaker) value.tell(watched);
      if (action.op === "add") value.addStays(watched);
      const isNews = value.high === NEVER;
      value.thereBy(watched);
      if (isNews && value.place === this.#row.last) this.#row.thereByNow(value);
    }
    return this.#row.canCome(value);
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
    return past === this.#past.size && this.#row.place(watched, others);
  }

  #forget(): void {
    this.#dueIn = this.#sweep;
    const { oldest } = this.#open;
    // Beside the same open call nothing more is over than was before.
    if (oldest === this.#sweptUntil && oldest !== NEVER) return;
    this.#sweptUntil = oldest;
    for (const { value, by } of this.#row.settle(oldest)) {
      const used = value.usedUp(by);
      if (used !== undefined) this.#lost.delete(used);
      this.#values.delete(value.value);
      this.#past.set(value.value, { input: value.input, readAt: -1 });
    }
  }
}

/** Whether it is a request that is understood here: for what is looked for the answer is needed. */
function isRequest(action: WholeSetAction): boolean {
  return action.op === "nothing" || (action.op === "add" && !action.changed && !Number.isNaN(action.value));
}

/** Whether an answer is one to what was asked: it may say that nothing was done, or only what an add has seen. */
function isAnswerTo(asked: WholeSetAction, action: WholeSetAction): boolean {
  switch (action.op) {
    case "nothing":
      return true;
    case "remove":
      return false;
    case "add":
      return asked.op === "add" && action.value === asked.value;
    case "contains":
      return asked.op === "nothing" || (asked.op === "add" && action.value === asked.value);
    case "members":
      return asked.op === "nothing" && Array.isArray(action.values);
  }
}
