import { registerOf } from "../fast/text_register.ts";
import { NEVER } from "../history.ts";
import type { Model, ModelKind, Value } from "../types.ts";
import { AnyOf } from "./any_of.ts";
import type { FastWatch } from "./fast_watch.ts";
import type { Patience } from "./patience.ts";
import { TextWatch } from "./text_watch.ts";
import type { RegisterKind } from "./value_entry.ts";
import { ValueWatch } from "./value_watch.ts";
import { ValueWindow } from "./value_window.ts";
import type { CheckerOptions, Standing, Watch, Watched } from "./watched.ts";
import { Window } from "./window.ts";

/** The search that goes on from what a watch knows when it gives up. */
export function searchAfter<State, Input, Output>(
  fast: FastWatch<State, Input, Output>,
  model: Model<State, Input, Output>,
  limits: CheckerOptions,
): Watch<State, Input, Output> {
  const register = registerIn(fast, model.kind);
  if (register !== undefined) {
    const [{ start: { state }, operations }] = fast.past();
    const window = ValueWindow.of(model, register.kind, limits, { value: register.value, state, operations });
    if (window !== undefined) return new ValueSearchWatch(window, model, limits);
  }
  const windows = fast.past().map((past) => new Window(model, limits, past));
  return windows.length === 1 ? windows[0] : new AnyOf(windows);
}

/** What a watch has watched as a register, and the value it begins with. A text to which nothing was appended is one. */
function registerIn<State, Input, Output>(
  fast: FastWatch<State, Input, Output>,
  kind: ModelKind<Input, Output> | undefined,
): { readonly kind: RegisterKind<Input, Output>; readonly value: Value } | undefined {
  if (fast instanceof TextWatch) {
    if (kind?.type !== "text" || fast.hasAppends) return undefined;
    return { kind: registerOf(kind), value: fast.beginning };
  }
  if (!(fast instanceof ValueWatch)) return undefined;
  if (kind?.type === "register") return { kind, value: fast.beginning };
  return kind?.type === "text" ? { kind: registerOf(kind), value: fast.beginning } : undefined;
}

/** Does something while it is not known yet that an operation has been answered. */
export function asOpen<Input, Output>(watched: Watched<Input, Output>, act: () => void): void {
  const { ret, answer } = watched;
  Object.assign(watched, { status: "open", ret: NEVER, answer: { known: false } });
  act();
  Object.assign(watched, { status: "returned", ret, answer });
}

/** A search in values and masks for as long as it understands what happens, then one that asks the model. */
class ValueSearchWatch<State, Input, Output> implements Watch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #limits: CheckerOptions;
  #now: ValueWindow<State, Input, Output> | Watch<State, Input, Output>;

  constructor(
    window: ValueWindow<State, Input, Output>,
    model: Model<State, Input, Output>,
    limits: CheckerOptions,
  ) {
    this.#now = window;
    this.#model = model;
    this.#limits = limits;
  }

  get size(): number {
    return this.#now.size;
  }

  get operations(): readonly Watched<Input, Output>[] {
    return this.#now.operations;
  }

  get states(): readonly State[] {
    return this.#now.states;
  }

  get isUnderway(): boolean {
    return this.#now.isUnderway;
  }

  call(watched: Watched<Input, Output>): void {
    const now = this.#now;
    if (now instanceof ValueWindow) {
      if (!now.call(watched)) this.#giveUp(now).call(watched);
    } else now.call(watched);
  }

  answer(watched: Watched<Input, Output>): Standing {
    const now = this.#now;
    if (!(now instanceof ValueWindow)) return now.answer(watched);
    const standing = now.answer(watched);
    if (standing !== undefined) return standing;
    asOpen(watched, () => this.#giveUp(now));
    return this.answer(watched);
  }

  lose(watched: Watched<Input, Output>): void {
    this.#now.lose(watched);
  }

  isAsNew(patience: Patience): boolean {
    return this.#now instanceof ValueWindow ? this.#now.isAsNew : this.#now.isAsNew(patience);
  }

  #giveUp(window: ValueWindow<State, Input, Output>): Watch<State, Input, Output> {
    return this.#now = searchAfter(window, this.#model, this.#limits);
  }
}
