import { Budget } from "../budget.ts";
import { FAILED } from "../fast/register_table.ts";
import type { Model, Value } from "../types.ts";
import type { Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { type Cut, cutOf } from "./value_cut.ts";
import { byReturn, deedOf, entryOf, NOTHING, type RegisterKind, type ValueEntry } from "./value_entry.ts";
import { findOrder, mendOrder, type Sought } from "./value_found.ts";
import { orderWithout, ValueMemory, type ValueStart } from "./value_memory.ts";
import { ValueOrder } from "./value_order.ts";
import { WIDTHS } from "./value_run.ts";
import type { CheckerOptions, Standing, Watched } from "./watched.ts";

/** So many answers are looked at once more before the past is summed up, or so many for each open operation. */
const [WINDOW, WINDOW_FOR_EACH] = [1024, 64];

/** What a window of a register begins with; operations are by call. */
export interface ValuePast<State, Input, Output> {
  readonly value: Value;
  readonly state: State;
  readonly operations: readonly Watched<Input, Output>[];
}

/**
 * A register whose values repeat, or are compared and set, while it happens. As in `Window` there are an order that explains
 * everything so far, and the configurations that the past may have ended in; but all of it is values and masks (`ValueOrder`,
 * `ValueRun`), and no model is asked.
 */
export class ValueWindow<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #kind: RegisterKind<Input, Output>;
  readonly #limits: CheckerOptions;
  readonly #longest: number;
  /** By call. */
  #entries: ValueEntry<Input, Output>[] = [];
  /** By return. */
  #returns: ValueEntry<Input, Output>[] = [];
  #starts: readonly ValueStart<State, Input, Output>[];
  #order: ValueOrder<Input, Output>;
  readonly #memory: ValueMemory<State, Input, Output>;
  readonly #open = new Map<Watched<Input, Output>, ValueEntry<Input, Output>>();
  /** Those without an answer, open or lost, that may change the value: by call. */
  readonly #unanswered = new Set<ValueEntry<Input, Output>>();
  /** Answers after which the past may be summed up again. */
  #dueAt: number;
  /** Of the answer that is being looked at, once something is searched for. */
  #budget: Budget | undefined;

  private constructor(
    model: Model<State, Input, Output>,
    kind: RegisterKind<Input, Output>,
    limits: CheckerOptions,
    { value, state }: ValuePast<State, Input, Output>,
  ) {
    this.#memory = new ValueMemory(model);
    this.#kind = kind;
    this.#limits = limits;
    this.#longest = this.#dueAt = limits.windowAnswers ?? WINDOW;
    this.#starts = [{ value, state, spent: [], free: [] }];
    this.#order = new ValueOrder(value, []);
  }

  /** Goes on from a past; `undefined` if it is not to be understood, or a limit struck. */
  static of<State, Input, Output>(
    model: Model<State, Input, Output>,
    kind: RegisterKind<Input, Output>,
    limits: CheckerOptions,
    past: ValuePast<State, Input, Output>,
  ): ValueWindow<State, Input, Output> | undefined {
    const window = new ValueWindow(model, kind, limits, past);
    return window.#take(past.operations) ? window : undefined;
  }

  /** How many operations are kept. */
  get size(): number {
    return this.#entries.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    return this.#entries.map(({ watched }) => watched);
  }

  /** The states in which the past may have ended. */
  get states(): readonly State[] {
    return this.#starts.map(({ state }) => state);
  }

  /** Whether some of the operations that are kept may have taken effect by then. */
  get isUnderway(): boolean {
    return this.#starts.some(({ spent }) => spent.length > 0);
  }

  /** Whether nothing is open or lost, and whatever was last left the initial value behind. */
  get isAsNew(): boolean {
    if (this.#open.size + this.#unanswered.size > 0) return false;
    // What took effect before the past was summed up is not the last that did, though it may have returned last.
    if (this.#starts.some(({ spent, free }) => spent.length + free.length > 0)) return false;
    const { initial } = this.#kind;
    const lastCall = this.#entries.at(-1)?.watched.call ?? -1;
    const last = this.#entries.filter(({ watched }) => watched.ret > lastCall);
    if (last.length === 0) return this.#starts.every(({ value }) => value === initial);
    return last.every(({ op, value }) => op !== FAILED && value === initial);
  }

  /** An operation is called; false if that is not to be understood. */
  call(watched: Watched<Input, Output>): boolean {
    const entry = entryOf(this.#kind, watched);
    if (entry === undefined) return false;
    this.#entries.push(entry);
    this.#open.set(watched, entry);
    if (entry.op !== NOTHING) this.#unanswered.add(entry);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood, or for a search that knows more rules: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const entry = this.#open.get(watched);
    const deed = entry && deedOf(this.#kind, entry);
    if (entry === undefined || deed === undefined) return undefined;
    const { op, value } = entry;
    const starts = this.#starts;
    this.#open.delete(watched);
    this.#unanswered.delete(entry);
    entry.op = deed.op;
    entry.value = deed.value;
    const believed = this.#memory.isEmpty ? undefined : this.#memory.believe(entry, starts);
    if (believed !== undefined) {
      // Each of them has it done, and it says that it did nothing.
      if (believed.starts.length === 0) return "illegal";
      this.#starts = believed.starts;
    }
    const isUndone = entry.op === NOTHING;
    if ((isUndone || believed?.isTold) && this.#order.isFree(entry)) {
      this.#drop(entry);
      return "ok";
    }
    if (!isUndone) this.#returns.push(entry);
    // An order of everything with this answer; `undefined`: that is for another search.
    let standing = isUndone ? this.#without(entry) : this.#standing(entry);
    if (standing === undefined) {
      if (!isUndone) this.#returns.pop();
      entry.op = op;
      entry.value = value;
      this.#starts = starts;
      this.#open.set(watched, entry);
    } else {
      if (isUndone) this.#drop(entry);
      else if (!this.#memory.isEmpty) this.#memory.forget(entry);
      if (standing === "ok" && this.#returns.length >= this.#dueAt) standing = this.#sumUp();
    }
    this.#budget?.scratch.giveBack();
    this.#budget = undefined;
    return standing;
  }

  /** An operation will never be answered. */
  lose(watched: Watched<Input, Output>): void {
    const entry = this.#open.get(watched);
    if (entry === undefined) return;
    this.#open.delete(watched);
    this.#starts = this.#memory.believe(entry, this.#starts).starts;
    // A read that nobody heard of says nothing, now or later.
    if (entry.op === NOTHING) this.#drop(entry);
    else this.#memory.forget(entry);
  }

  /** What is known, as pasts to begin searches with. */
  past(): readonly Past<State, Input, Output>[] {
    const { operations } = this;
    const numbers = new Map(this.#entries.map((entry, k) => [entry, k]));
    const numberOf = (entry: ValueEntry<Input, Output>): number => numbers.get(entry) ?? -1;
    return this.#starts.map((start) => {
      const { state, spent, free } = start;
      const known = free.filter((entry) => numbers.has(entry));
      const placed = { spent: spent.map(numberOf), free: known.map(numberOf) };
      return { start: { state, ...placed, ...this.#memory.beginning(start) }, operations };
    });
  }

  /** Nothing that is kept has to do with it. */
  #drop(entry: ValueEntry<Input, Output>): void {
    this.#memory.forget(entry);
    this.#entries.splice(this.#entries.lastIndexOf(entry), 1);
    const isOther = (one: ValueEntry<Input, Output>): boolean => one.watched !== entry.watched;
    this.#starts = this.#starts.map((start) =>
      start.free.every(isOther) ? start : { ...start, free: start.free.filter(isOther) }
    );
  }

  /** Whether all answers are possible, with the last one to come. */
  #standing(entry: ValueEntry<Input, Output>): Standing | undefined {
    // The beginning of the order has used it up, which it now confirms, or denies.
    if (this.#order.isSettled(entry)) return entry.op === FAILED ? this.#search() : "ok";
    if (this.#order.accept(entry, this.#unanswered)) return "ok";
    return mendOrder(this.#order, entry, this.#unanswered, this.#limit) ? "ok" : this.#search();
  }

  /** The same, where the order has something done that says now that it did nothing. */
  #without(entry: ValueEntry<Input, Output>): Standing | undefined {
    const isLeft = !this.#order.isSettled(entry) && this.#order.leaveOut(new Set([entry]), this.#unanswered);
    return isLeft ? "ok" : this.#search();
  }

  get #limit(): Budget {
    return this.#budget ??= new Budget(this.#limits);
  }

  /** Operations of another watch, of which an order is not known. */
  #take(operations: readonly Watched<Input, Output>[]): boolean {
    for (const watched of operations) {
      const entry = entryOf(this.#kind, watched);
      if (entry === undefined) return false;
      if (watched.status === "returned") {
        const deed = deedOf(this.#kind, entry);
        if (deed === undefined) return false;
        Object.assign(entry, deed);
        if (entry.op === NOTHING) continue;
        this.#returns.push(entry);
      } else {
        if (watched.status === "open") this.#open.set(watched, entry);
        else if (entry.op === NOTHING) continue;
        if (entry.op !== NOTHING) this.#unanswered.add(entry);
      }
      this.#entries.push(entry);
    }
    this.#returns.sort(byReturn);
    const isExplained = this.#returns.length === 0 || this.#search() === "ok";
    this.#budget?.scratch.giveBack();
    this.#budget = undefined;
    return isExplained;
  }

  /** Looks for an order of the window, and keeps it; `undefined`: there are too many configurations to be looked through here. */
  #search(): Standing | undefined {
    const found = findOrder(this.#sought(), WIDTHS);
    if (found === "stopped") return this.#struck();
    if (typeof found === "string") return found === "narrow" ? undefined : found;
    this.#order = found;
    return "ok";
  }

  #sought(): Sought<Input, Output> {
    return { entries: this.#entries, returns: this.#returns, starts: this.#starts, budget: this.#limit };
  }

  #struck(): Exclude<Standing, "ok" | "illegal"> {
    const { stopped } = this.#limit;
    return stopped === "memory" || stopped === "aborted" ? stopped : "time";
  }

  /** Moves the beginning of the window as far as all answers are in, or beside those that hang. */
  #sumUp(): Standing {
    const cut = cutOf(this.#returns, this.#open.values(), this.#longest);
    const starts = cut && this.#startsAt(cut);
    if (starts === "illegal") return "illegal";
    if (starts === "stopped") return this.#struck();
    if (cut !== undefined && starts !== undefined) {
      this.#rebase(cut.level, starts);
      this.#order.forget(cut.firstOpen);
    }
    this.#dueAt = this.#due();
    return "ok";
  }

  #startsAt(cut: Cut<Input, Output>): ReturnType<ValueMemory<State, Input, Output>["sumUp"]> {
    const [unanswered, open, longest] = [this.#unanswered, this.#open.size, this.#longest];
    const sought = { ...this.#sought(), starts: this.#starts, unanswered };
    const isUncertain = (entry: ValueEntry<Input, Output>): boolean =>
      entry.watched.status === "lost" || cut.hanging.includes(entry);
    this.#order = orderWithout(sought, this.#order, new Set([...unanswered].filter(isUncertain)));
    return this.#memory.sumUp({ ...sought, order: this.#order, open, longest }, cut);
  }

  /** With a crowd a run-up is longer: so is a window, twice so where nothing was lost, as a short cut is likely then. */
  #due(): number {
    const { windowAnswers } = this.#limits;
    const share = Array.from(this.#unanswered).some(({ watched }) => watched.status === "lost") ? 1 : 2;
    const wanted = windowAnswers === undefined ? share * WINDOW_FOR_EACH * this.#open.size : 0;
    return Math.max(this.#longest, wanted, 2 * this.#returns.length);
  }

  #rebase(level: number, starts: readonly ValueStart<State, Input, Output>[]): void {
    const edge = this.#returns[level].watched.ret;
    const isOver = (entry: ValueEntry<Input, Output>): boolean =>
      entry.watched.ret < edge ||
      (entry.watched.status === "lost" && starts.every(({ spent }) => spent.includes(entry)));
    const kept: ValueEntry<Input, Output>[] = [];
    for (const entry of this.#entries) {
      if (isOver(entry)) this.#unanswered.delete(entry);
      else kept.push(entry);
    }
    this.#entries = kept;
    this.#returns = this.#returns.slice(level);
    this.#starts = starts.map((one) => ({ ...one, spent: one.spent.filter((entry) => !isOver(entry)) }));
  }
}
