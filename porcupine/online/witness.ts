import { ILLEGAL, type Model } from "../types.ts";
import type { Watched } from "./watched.ts";

/** One operation of the order, and the state it leads to. */
interface Step<State, Input, Output> {
  readonly watched: Watched<Input, Output>;
  readonly state: State;
}

const CONTEXT = { expired: () => false };

/**
 * An order that explains all answers so far, from one of the states of the past on. Most answers fit into it somewhere; then
 * nothing need be searched for.
 */
export class Witness<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  #start: State;
  #steps: Step<State, Input, Output>[] = [];
  /** Those that the past has dealt with: they have no place in the order. */
  readonly #settled: Set<Watched<Input, Output>>;

  constructor(
    model: Model<State, Input, Output>,
    start: State,
    settled: Iterable<Watched<Input, Output>>,
  ) {
    this.#model = model;
    this.#start = start;
    this.#settled = new Set(settled);
  }

  /** Takes over an order that a search found; false if the model does not follow it. */
  follow(order: readonly Watched<Input, Output>[]): boolean {
    for (const watched of order) {
      const next = this.#next(this.#end, watched);
      if (next === undefined) return false;
      this.#steps.push({ watched, state: next.state });
    }
    return true;
  }

  /** Whether the answer that has just come fits into the order, which is extended if need be. */
  accept(watched: Watched<Input, Output>, operations: readonly Watched<Input, Output>[]): boolean {
    const at = this.#steps.findIndex((step) => step.watched === watched);
    if (at >= 0) {
      const next = this.#next(this.#before(at), watched);
      return next !== undefined && this.#same(next.state, this.#steps[at].state);
    }
    if (this.#settled.has(watched)) return false;
    return this.#insert(watched) || this.#append(watched) || this.#appendAfterAnother(watched, operations);
  }

  /**
   * Takes out the beginning of the order up to the last operation that returned before `call`, the first call of an
   * operation that is still open: nothing to come can stand before it.
   */
  forget(call: number): void {
    let at = this.#steps.length - 1;
    while (at >= 0 && this.#steps[at].watched.ret >= call) at--;
    if (at < 0) return;
    this.#start = this.#steps[at].state;
    for (const { watched } of this.#steps.splice(0, at + 1)) {
      if (watched.status === "lost") this.#settled.add(watched);
      else this.#settled.delete(watched);
    }
  }

  get #end(): State {
    return this.#before(this.#steps.length);
  }

  #before(at: number): State {
    return at === 0 ? this.#start : this.#steps[at - 1].state;
  }

  /** Where it changes nothing it may stand between any two that real time allows. */
  #insert(watched: Watched<Input, Output>): boolean {
    for (let at = this.#steps.length; at >= 0; at--) {
      const state = this.#before(at);
      const next = this.#next(state, watched);
      if (next !== undefined && this.#same(next.state, state)) {
        this.#steps.splice(at, 0, { watched, state });
        return true;
      }
      // Not before one that had returned when this one was called.
      if (at > 0 && this.#steps[at - 1].watched.ret < watched.call) return false;
    }
    return false;
  }

  #append(watched: Watched<Input, Output>): boolean {
    const next = this.#next(this.#end, watched);
    if (next === undefined) return false;
    this.#steps.push({ watched, state: next.state });
    return true;
  }

  /** Perhaps another one, whose answer is not in, took effect just before. */
  #appendAfterAnother(
    watched: Watched<Input, Output>,
    operations: readonly Watched<Input, Output>[],
  ): boolean {
    for (const other of operations) {
      if (other.status === "returned" || this.#settled.has(other)) continue;
      if (this.#steps.some((step) => step.watched === other)) continue;
      const between = this.#next(this.#end, other);
      const next = between === undefined ? undefined : this.#next(between.state, watched);
      if (between === undefined || next === undefined) continue;
      this.#steps.push({ watched: other, state: between.state }, { watched, state: next.state });
      return true;
    }
    return false;
  }

  #next(state: State, { input, answer }: Watched<Input, Output>): { readonly state: State } | undefined {
    const model = this.#model;
    if ("steps" in model) {
      const nexts = model.steps(state, input, answer, CONTEXT);
      return nexts.length === 1 ? { state: nexts[0] } : undefined;
    }
    const next = model.step(state, input, answer, CONTEXT);
    return next === ILLEGAL ? undefined : { state: next as State };
  }

  #same(left: State, right: State): boolean {
    if (left === right) return true;
    const { key, equal } = this.#model;
    if (key !== undefined) return key(left) === key(right);
    return equal !== undefined && equal(left, right);
  }
}
