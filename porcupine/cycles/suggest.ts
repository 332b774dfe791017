import { graphOf } from "./dependencies.ts";
import type { Graph } from "./graph.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import { sightOf } from "./sight.ts";
import { COMMITTED, type TransactionTable } from "./table.ts";
import type { Transaction } from "./types.ts";

/**
 * An order of transactions that keeps to all dependencies there are between them: of what may come next what returned first does. For
 * lists that is an order of the history if there is any; of registers whose values do not follow one from the other it is a guess. What
 * was not committed is left out. `undefined` if something must come before itself, or cannot be judged so. Throws `CutShort`.
 */
export function suggestOrder(
  history: readonly Transaction[],
  patience: Patience = ENDLESS,
): readonly number[] | undefined {
  const sight = sightOf(history, patience);
  return sight && inOrder(sight.words.table, graphOf({ ...sight, linearizableKeys: true }));
}

function inOrder(
  { history, state, patience }: TransactionTable,
  graph: Graph,
): readonly number[] | undefined {
  const { nodes, edges: { to, count }, start, out } = graph;
  const before = new Int32Array(nodes);
  for (let e = 0; e < count; e++) before[to[e]]++;
  const due = new Float64Array(nodes);
  history.forEach(({ outcome }, t) => due[t] = outcome.status === "unknown" ? Infinity : outcome.returnAt);
  // What stands for many others holds up nobody.
  due.fill(-Infinity, history.length);
  const ready = new Ready(due);
  for (let node = 0; node < nodes; node++) if (before[node] === 0) ready.add(node);
  const order: number[] = [];
  let taken = 0;
  for (let node = ready.take(); node !== undefined; node = ready.take()) {
    patience();
    taken++;
    if (node < history.length && state[node] === COMMITTED) order.push(node);
    for (let i = start[node]; i < start[node + 1]; i++) {
      const next = to[out[i]];
      if (--before[next] === 0) ready.add(next);
    }
  }
  return taken === nodes ? order : undefined;
}

/** What may come next: a heap, what is due first on top. */
class Ready {
  readonly #due: Float64Array;
  readonly #heap: number[] = [];

  constructor(due: Float64Array) {
    this.#due = due;
  }

  add(node: number): void {
    const heap = this.#heap;
    let at = heap.push(node) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(node, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = node;
  }

  take(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1], heap[child])) child++;
      if (!this.#isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }

  #isBefore(left: number, right: number): boolean {
    const sooner = this.#due[left] - this.#due[right];
    // Two that are due at infinity differ by NaN.
    return sooner < 0 || (!(sooner > 0) && left < right);
  }
}
