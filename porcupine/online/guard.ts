import type { Model, ModelKind } from "../types.ts";
import type { FastWatch } from "./fast_watch.ts";
import { FlagWatch } from "./flag_watch.ts";
import { AnswerLimit } from "./answer_limit.ts";
import { LeapWatch } from "./leap_watch.ts";
import { LockWatch } from "./lock_watch.ts";
import { LogWatch } from "./log_watch.ts";
import { isPriorityKind, PriorityWatch } from "./priority_watch.ts";
import { isQueueKind, QueueWatch } from "./queue_watch.ts";
import { SetWatch } from "./set_watch.ts";
import { Settled } from "./settled.ts";
import { isStackKind, StackWatch } from "./stack_watch.ts";
import type { Patience } from "./patience.ts";
import { TextWatch } from "./text_watch.ts";
import { ValueWatch } from "./value_watch.ts";
import { VersionWatch } from "./version_watch.ts";
import { valueView } from "./views.ts";
import type { CheckerOptions, Standing, Watch, Watched } from "./watched.ts";
import { asOpen, searchAfter } from "./succession.ts";
import { AnyOf } from "./any_of.ts";
import { Window } from "./window.ts";

/** While an object is searched it is looked after so many answers whether its own watch could go on. */
const LEAST_WAIT = 256;

/** What is as new once it is found empty. */
const COLLECTIONS: readonly string[] = ["queue", "stack", "priorityQueue"];

/**
 * Makes the watches for a model's partitions: that of its kind as long as it understands what happens, a search from then on until it
 * is certain what the object holds.
 */
export function guards<State, Input, Output>(
  model: Model<State, Input, Output>,
  limits: CheckerOptions,
): () => Watch<State, Input, Output> {
  const { fencing } = model;
  // It understands whatever happens to such a lock, so that there is nothing to guard.
  if (fencing?.tokens === "consecutive") return () => new LockWatch(fencing);
  const begin = fencing === undefined
    ? (model.kind && watchOf(model, model.kind, limits)) ?? watchOfTwoStates(model, limits)
    : () => new LeapWatch(fencing);
  if (begin === undefined) return () => new Window(model, limits);
  const manner = { model, limits, begin, none: new AnyOf<State, Input, Output>([]) };
  return () => new Guard(manner);
}

/** What the guards of all partitions of a model have in common. */
interface Manner<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly limits: CheckerOptions;
  /** Begins the model's own watch. */
  readonly begin: () => FastWatch<State, Input, Output>;
  /** The search while there is none. */
  readonly none: Watch<State, Input, Output>;
}

/** How a watch for a kind begins, with nothing having happened; `undefined` if there is none. */
function watchOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  kind: ModelKind<Input, Output>,
  limits: CheckerOptions,
): (() => FastWatch<State, Input, Output>) | undefined {
  if (kind.type === "versioned") return () => new VersionWatch(model, kind);
  if (isQueueKind(kind)) return () => new QueueWatch(model, kind);
  if (isStackKind(kind)) return () => new StackWatch(model, kind, limits);
  if (isPriorityKind(kind)) return () => new PriorityWatch(model, kind, limits);
  if (kind.type === "log") return () => new LogWatch(model, kind);
  if (kind.type === "wholeSet") return () => new SetWatch(model, kind, limits);
  if (kind.type === "text" && kind.initial === "") return () => new TextWatch(model, kind);
  const view = valueView(kind);
  return view === undefined ? undefined : () => new ValueWatch(model, view);
}

/** The watch for whatever may have two states only. Where there are several next states, that is not told by asking for one. */
function watchOfTwoStates<State, Input, Output>(
  model: Model<State, Input, Output>,
  limits: CheckerOptions,
): (() => FastWatch<State, Input, Output>) | undefined {
  if ("steps" in model) return undefined;
  const limit = new AnswerLimit(limits);
  return () => new FlagWatch(model, limit);
}

class Guard<State, Input, Output> implements Watch<State, Input, Output> {
  readonly #manner: Manner<State, Input, Output>;
  #fast: FastWatch<State, Input, Output> | undefined;
  #search: Watch<State, Input, Output>;
  #settled: Settled<Input, Output> | undefined;
  /** Answers since it was last changed between watch and search, and how many a search lasts at least. */
  #answers = 0;
  #wait: number;

  constructor(manner: Manner<State, Input, Output>) {
    this.#manner = manner;
    this.#fast = manner.begin();
    this.#search = manner.none;
    this.#wait = this.#leastWait;
  }

  get size(): number {
    return (this.#fast ?? this.#search).size;
  }

  get operations(): readonly Watched<Input, Output>[] {
    return (this.#fast ?? this.#search).operations;
  }

  get states(): readonly State[] {
    return (this.#fast ?? this.#search).states;
  }

  get isUnderway(): boolean {
    // A watch tells the states before everything that it keeps.
    return this.#fast === undefined && this.#search.isUnderway;
  }

  call(watched: Watched<Input, Output>): void {
    if (this.#fast?.call(watched) === true) return;
    if (this.#fast !== undefined) this.#giveUp(this.#fast);
    this.#settled?.called(watched);
    this.#search.call(watched);
  }

  answer(watched: Watched<Input, Output>): Standing {
    this.#answers++;
    if (this.#fast === undefined) return this.#searched(watched);
    const standing = this.#fast.answer(watched);
    if (standing !== undefined) return standing;
    const fast = this.#fast;
    asOpen(watched, () => this.#giveUp(fast));
    return this.#searched(watched);
  }

  lose(watched: Watched<Input, Output>): void {
    if (this.#fast === undefined) this.#settled?.lost();
    (this.#fast ?? this.#search).lose(watched);
  }

  isAsNew(patience: Patience): boolean {
    if (this.#fast === undefined) return this.#search.isAsNew(patience);
    const fast = this.#fast;
    return (fast instanceof FlagWatch || fast instanceof SetWatch) && fast.isAsNew;
  }

  get #leastWait(): number {
    return Math.min(LEAST_WAIT, this.#manner.limits.windowAnswers ?? LEAST_WAIT);
  }

  #searched(watched: Watched<Input, Output>): Standing {
    const standing = this.#search.answer(watched);
    const last = this.#settled?.answered(watched);
    if (standing === "ok" && last !== undefined && this.#answers >= this.#wait) this.#goBack(last);
    return standing;
  }

  #giveUp(fast: FastWatch<State, Input, Output>): void {
    const { model, limits } = this.#manner;
    const unanswered = fast.operations.filter(({ status }) => status !== "returned");
    this.#search = searchAfter(fast, model, limits);
    this.#settled = model.kind && Settled.of(model.kind, unanswered);
    this.#fast = undefined;
    // Where a watch never lasts - five values, say - it is tried ever more seldom.
    this.#wait = this.#answers < this.#wait ? 2 * this.#wait : this.#leastWait;
    this.#answers = 0;
  }

  /** One operation says what the object holds, and nothing before it matters any more: a new watch begins with it. */
  #goBack(last: Watched<Input, Output>): void {
    const { model, begin, none } = this.#manner;
    const fast = begin();
    // A collection found empty is as at the beginning.
    const isEmpty = model.kind !== undefined && COLLECTIONS.includes(model.kind.type);
    if (!isEmpty && (!fast.call(last) || fast.answer(last) !== "ok")) return;
    this.#fast = fast;
    this.#search = none;
    this.#settled = undefined;
    this.#answers = 0;
  }
}
