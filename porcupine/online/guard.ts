import { NEVER } from "../history.ts";
import type { Model } from "../types.ts";
import type { FastWatch } from "./fast_watch.ts";
import { LogWatch } from "./log_watch.ts";
import { isQueueKind, QueueWatch } from "./queue_watch.ts";
import { TextWatch } from "./text_watch.ts";
import { ValueWatch } from "./value_watch.ts";
import { VersionWatch } from "./version_watch.ts";
import { valueView } from "./views.ts";
import type { CheckerOptions, Standing, Watch, Watched } from "./watched.ts";
import { Window } from "./window.ts";

/** The watch for a model's partitions: that of its kind as long as it understands what happens, a search from then on. */
export function guard<State, Input, Output>(
  model: Model<State, Input, Output>,
  limits: CheckerOptions,
): Watch<State, Input, Output> {
  if (model.kind?.type === "versioned") {
    return new Guard(model, limits, new VersionWatch(model, model.kind));
  }
  if (model.kind !== undefined && isQueueKind(model.kind)) {
    return new Guard(model, limits, new QueueWatch(model, model.kind));
  }
  if (model.kind?.type === "log") return new Guard(model, limits, new LogWatch(model, model.kind));
  if (model.kind?.type === "text" && model.kind.initial === "") {
    return new Guard(model, limits, new TextWatch(model, model.kind));
  }
  const view = valueView(model.kind);
  if (view !== undefined) return new Guard(model, limits, new ValueWatch(model, view));
  return new Window(model, limits);
}

class Guard<State, Input, Output> implements Watch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #limits: CheckerOptions;
  #fast: FastWatch<State, Input, Output> | undefined;
  #search: Watch<State, Input, Output>;

  constructor(
    model: Model<State, Input, Output>,
    limits: CheckerOptions,
    fast: FastWatch<State, Input, Output>,
  ) {
    this.#model = model;
    this.#limits = limits;
    this.#fast = fast;
    this.#search = new AnyOf([]);
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

  call(watched: Watched<Input, Output>): void {
    if (this.#fast?.call(watched) === true) return;
    if (this.#fast !== undefined) this.#giveUp(this.#fast);
    this.#search.call(watched);
  }

  answer(watched: Watched<Input, Output>): Standing {
    if (this.#fast === undefined) return this.#search.answer(watched);
    if (this.#limits.signal?.aborted === true) return "aborted";
    const standing = this.#fast.answer(watched);
    if (standing !== undefined) return standing;
    // For what is known until now it is still open.
    const { ret, answer } = watched;
    Object.assign(watched, { status: "open", ret: NEVER, answer: { known: false } });
    this.#giveUp(this.#fast);
    Object.assign(watched, { status: "returned", ret, answer });
    return this.#search.answer(watched);
  }

  lose(watched: Watched<Input, Output>): void {
    (this.#fast ?? this.#search).lose(watched);
  }

  isAsNew(): boolean {
    return this.#fast === undefined && this.#search.isAsNew();
  }

  #giveUp(fast: FastWatch<State, Input, Output>): void {
    const windows = fast.past().map((past) => new Window(this.#model, this.#limits, past));
    this.#search = windows.length === 1 ? windows[0] : new AnyOf(windows);
    this.#fast = undefined;
  }
}

/** Several pasts, one of which is the true one: all is well as long as it is for one of them. */
class AnyOf<State, Input, Output> implements Watch<State, Input, Output> {
  #windows: readonly Window<State, Input, Output>[];

  constructor(windows: readonly Window<State, Input, Output>[]) {
    this.#windows = windows;
  }

  get size(): number {
    return this.operations.length;
  }

  get operations(): readonly Watched<Input, Output>[] {
    return this.#windows[0]?.operations ?? [];
  }

  get states(): readonly State[] {
    return this.#windows.flatMap(({ states }) => states);
  }

  call(watched: Watched<Input, Output>): void {
    for (const window of this.#windows) window.call(watched);
  }

  answer(watched: Watched<Input, Output>): Standing {
    const standings = this.#windows.map((window) => window.answer(watched));
    const alive = this.#windows.filter((_, i) => standings[i] !== "illegal");
    // Nobody is left, or a limit struck: then the windows stay, for whoever tells about it.
    if (alive.length === 0) return "illegal";
    this.#windows = alive;
    return standings.find((standing) => standing !== "illegal" && standing !== "ok") ?? "ok";
  }

  lose(watched: Watched<Input, Output>): void {
    for (const window of this.#windows) window.lose(watched);
  }

  isAsNew(): boolean {
    return this.#windows.every((window) => window.isAsNew());
  }
}
