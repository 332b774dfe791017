import type { Answer, Model } from "../types.ts";
import type { Patience } from "./patience.ts";
import { isSame, nextOf } from "./steps.ts";
import type { Watched } from "./watched.ts";

/** As many as there are bits in a mask. */
const MOST = 31;
/** So many steps of the model are asked for; what takes more is for a search that knows more rules. */
const EFFORT = 3000;

/**
 * Another order of a few operations from a state on, or `undefined` if none is found soon, which proves nothing. Those with an
 * answer must be in it, the others may; they are tried as they are given, so that what stood in a good order before stands
 * in much the same one again.
 */
export function reorder<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  operations: readonly Watched<Input, Output>[],
  patience: Patience,
): Watched<Input, Output>[] | undefined {
  if (operations.length > MOST) return undefined;
  const attempt = new Attempt(model, operations, patience);
  return attempt.extend(0, state) ? attempt.order.map((k) => operations[k]) : undefined;
}

class Attempt<State, Input, Output> {
  readonly order: number[] = [];

  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Watched<Input, Output>[];
  /** Those with an answer, and for each operation those that returned before it was called, as masks. */
  readonly #owed: number;
  readonly #before: readonly number[];
  readonly #reads: number;
  /** By mask of what is placed: the states from which there is no way on. */
  readonly #dead = new Map<number, State[]>();
  readonly #patience: Patience;
  #effort = EFFORT;

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Watched<Input, Output>[],
    patience: Patience,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#patience = patience;
    this.#owed = maskOf(operations, ({ status }) => status === "returned");
    this.#reads = maskOf(operations, ({ input, answer }) => isRead(model, input, answer));
    this.#before = operations.map(({ call }) => maskOf(operations, ({ ret }) => ret < call));
  }

  extend(placed: number, state: State): boolean {
    if ((this.#owed & ~placed) === 0) return true;
    const dead = this.#dead.get(placed);
    if (dead?.some((one) => isSame(this.#model, one, state)) === true) return false;
    const operations = this.#operations;
    const ways: { readonly k: number; readonly state: State }[] = [];
    for (let k = 0; k < operations.length; k++) {
      if ((placed & (1 << k)) !== 0 || (this.#before[k] & ~placed) !== 0) continue;
      if (--this.#effort < 0) return false;
      const next = nextOf(this.#model, state, operations[k], this.#patience);
      if (next === undefined) continue;
      // A read that is owed is placed at once: that takes no way from the others.
      if ((this.#reads & this.#owed & (1 << k)) !== 0) return this.#place(placed, k, state);
      const isIdle = (this.#owed & (1 << k)) === 0 && isSame(this.#model, next.state, state);
      if (!isIdle) ways.push({ k, state: next.state });
    }
    for (const way of ways) if (this.#place(placed, way.k, way.state)) return true;
    if (dead === undefined) this.#dead.set(placed, [state]);
    else dead.push(state);
    return false;
  }

  #place(placed: number, k: number, state: State): boolean {
    this.order.push(k);
    if (this.extend(placed | (1 << k), state)) return true;
    this.order.pop();
    return false;
  }
}

function maskOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let mask = 0;
  for (let k = 0; k < items.length; k++) if (holds(items[k])) mask |= 1 << k;
  return mask;
}

function isRead<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  answer: Answer<Output>,
): boolean {
  return model.readOnly?.(input) === true || model.effect?.(input, answer) === "read";
}
