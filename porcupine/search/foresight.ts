import { ILLEGAL } from "../types.ts";
import { Hopes } from "./hopes.ts";
import type { Layer } from "./layer.ts";
import type { Outlook } from "./outlook.ts";
import type { Walk } from "./walk.ts";

/** In place of a hope: there is none at all. */
export const VAIN = -2;

/** Configurations of a level with which looking ahead pays. */
const WIDE = 2;

/**
 * What the configurations of a level are to make possible next, and whether they can: rules (e') and (e'') of `Outlook`, where orders
 * are looked at. What a look has found is kept as a hope, so that whoever is on its way is not looked at again.
 */
export class Foresight<State, Input, Output> {
  /** Orders that were found. */
  readonly hopes = new Hopes();
  readonly #walk: Walk<State, Input, Output>;
  readonly #outlook: Outlook<State, Input, Output>;

  constructor(walk: Walk<State, Input, Output>, outlook: Outlook<State, Input, Output>) {
    this.#walk = walk;
    this.#outlook = outlook;
  }

  /** The answer that a configuration has to make possible next; -1 if that is not known, or it does not pay to ask. */
  target(layer: Layer, index: number, isOwed: boolean): number {
    if (!this.#outlook.seesOrders || layer.count < WIDE) return -1;
    const walk = this.#walk;
    const at = layer.at(index);
    const isStuck = isOwed && walk.isStuck(layer.nodes, at);
    return isStuck ? walk.problem.returns[walk.level] : this.#outlook.ahead.next(layer.nodes, at);
  }

  /** Rule (e') for the answer to be given next; what is on the way to it already is not asked again. */
  isDoomed(layer: Layer, index: number, target: number): boolean {
    if (this.hopes.target(layer.hope(index)) === target) return false;
    if (this.#outlook.isDoomed(layer.nodes, layer.at(index), target)) return true;
    const { order } = this.#outlook;
    if (order !== undefined) layer.setHope(index, this.hopes.keep(order, target));
    return false;
  }

  /**
   * The hope of what an operation leads to, or `VAIN` by rule (e''), for which the outlook has been prepared (`beginVain`); only where
   * the operation that returns is owed, and for others than that one: what they lead to is developed at this level, so that it
   * would be looked at anyway.
   */
  hopeAfter(layer: Layer, index: number, operation: number, target: number): number {
    const { states, problem, level } = this.#walk;
    const hope = this.hopes.after(layer.hope(index), operation);
    if (hope >= 0 || operation === problem.returns[level]) return hope;
    const state = layer.nodes[layer.at(index)];
    const next = states.peek(state, operation);
    if (next === ILLEGAL || states.same(next, states.values[state])) return hope;
    if (this.#outlook.isVain(operation, next)) return VAIN;
    const { order } = this.#outlook;
    return order === undefined ? hope : this.hopes.keep(order, target);
  }
}
