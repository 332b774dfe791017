import { NEVER } from "../history.ts";
import type { Problem } from "./problem.ts";
import type { States } from "./states.ts";
import { Walk } from "./walk.ts";

/** One decision of a search: at this level the operation was placed, and led to this state. */
export interface Placement {
  readonly operation: number;
  readonly state: number;
  readonly level: number;
  /** What it absorbed by what was observed (rule (c') of `Absorption`), as a mask of slots; `undefined`: nothing. */
  readonly absorbed: Int32Array | undefined;
}

/** The decisions of a search, and which of the problem's starts they follow. */
export interface Path {
  readonly start: number;
  readonly steps: readonly Placement[];
}

/**
 * Turns the decisions of a search into a whole order. The search does not write down operations that it took as reads, nor
 * those that it absorbed; so its decisions are retold, and whatever ceases to be owed without a decision stands where the
 * rules of `Walk` and `Absorption` say that it may: a read where it was found satisfied, what was absorbed just before the
 * decision that absorbed it, in the order of slots.
 *
 * Operations that had not returned when the path ends, and were not placed, are left out.
 */
export function traceOrder<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  path: Path,
  reached: number,
): number[] {
  const retelling = new Retelling(problem, states, path);
  for (const step of path.steps) if (!retelling.goTo(step.level) || !retelling.place(step)) break;
  retelling.goTo(reached);
  return retelling.order;
}

class Retelling<State, Input, Output> {
  readonly order: number[] = [];

  readonly #problem: Problem<State, Input, Output>;
  readonly #walk: Walk<State, Input, Output>;
  /** The present configuration, and the one that is made of it. */
  readonly #nodes: Int32Array;
  readonly #before: Int32Array;
  /** Operations that have their place: in the order, in a decision to come, or in the past. */
  readonly #placed: Uint8Array;

  constructor(
    problem: Problem<State, Input, Output>,
    states: States<State, Input, Output>,
    { start, steps }: Path,
  ) {
    this.#problem = problem;
    this.#walk = new Walk(problem, states);
    this.#nodes = new Int32Array(2 * this.#walk.size);
    this.#before = new Int32Array(problem.words);
    this.#placed = new Uint8Array(problem.count);
    for (const { operation } of steps) this.#placed[operation] = 1;
    const { spent, free } = problem.starts[start];
    for (const k of spent) this.#placed[k] = 1;
    for (const k of free) this.#placed[k] = 1;
    this.#walk.first(this.#nodes, 0, start);
    this.#takeCalled(0, problem.returns.length === 0 ? problem.count : problem.called[0]);
  }

  /** Moves on to a level; false if an operation that returns before has no place. */
  goTo(level: number): boolean {
    const { called, count, returns } = this.#problem;
    const walk = this.#walk;
    while (walk.level < level) {
      if (walk.due(this.#nodes, 0) === "owed") return false;
      const from = called[walk.level];
      walk.advance(this.#nodes, 0);
      this.#takeCalled(from, walk.level < returns.length ? called[walk.level] : count);
    }
    return true;
  }

  /** Retells one decision. */
  place({ operation, state, absorbed }: Placement): boolean {
    const nodes = this.#nodes;
    const size = this.#walk.size;
    this.#remember();
    this.#walk.put(nodes, 0, { nodes, at: size }, operation, state);
    if (absorbed !== undefined) {
      for (let w = 0; w < absorbed.length; w++) nodes[size + 1 + absorbed.length + w] &= ~absorbed[w];
    }
    this.#takeFreed(size);
    this.order.push(operation);
    nodes.copyWithin(0, size);
    this.#remember();
    this.#walk.takeReads(nodes, 0);
    this.#takeFreed(0);
    return true;
  }

  #remember(): void {
    const { words } = this.#problem;
    for (let w = 0; w < words; w++) this.#before[w] = this.#nodes[1 + words + w];
  }

  /** Writes down those of the operations just called that are owed no more. */
  #takeCalled(from: number, to: number): void {
    const { slot, ret } = this.#problem;
    for (let k = from; k < to; k++) {
      if (slot[k] >= 0 && ret[k] !== NEVER && !this.#walk.isOwed(this.#nodes, 0, k)) this.#take(k);
    }
  }

  /** Writes down what was owed before, and is not owed now. */
  #takeFreed(at: number): void {
    const { words } = this.#problem;
    for (let w = 0; w < words; w++) {
      let bits = this.#before[w] & ~this.#nodes[at + 1 + words + w];
      while (bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        this.#take(this.#walk.open[(w << 5) + 31 - Math.clz32(bit)]);
      }
    }
  }

  #take(operation: number): void {
    if (this.#placed[operation] === 1) return;
    this.#placed[operation] = 1;
    this.order.push(operation);
  }
}
