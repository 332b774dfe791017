import { NEVER } from "../history.ts";
import { compareItems, type Item } from "../models/answers.ts";
import { argsort } from "../sort.ts";
import type { Value } from "../types.ts";
import { type CollectionView, operationsOf, readTraffic, type Traffic } from "./collection.ts";
import { decideCollection } from "./copies.ts";
import type { FastInput, FastResult } from "./result.ts";

/**
 * Priority queues into which every value is put once at most. As long as sorting.
 *
 * A value may come out only in a gap in which no better one is in the queue. So it is best for all others if a value is in
 * the queue for as short a time as possible: put in just before its insertion returns (or just before it comes out, if it
 * comes out earlier), and taken out in the first gap in which it may come out. It *covers* the gaps between. Which gap is the
 * first depends on better values only. So go from the best value to the worst: each comes out in the first gap that no better
 * value covers, once its insertion and its extraction have been called. If that gap is after the return of its extraction, no
 * other choices for better values would have helped, since each of them covers as little as it can: a contradiction. Otherwise
 * these choices are an order. A value that is not taken out covers all gaps since the return of its insertion. An empty
 * extraction needs a gap that no value covers.
 *
 * In one gap come first the values that are taken out there, the best first, each put in just before if it was not in yet;
 * then the empty extractions; then the insertions that return next.
 */
export function decidePriorityQueue<Input, Output>(
  kind: CollectionView<Input, Output> & { readonly order: "min" | "max" },
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const traffic = readTraffic(kind, input);
  if (traffic === undefined || "verdict" in traffic) return traffic;
  return decideCollection(traffic, {
    copies: "asPutIn",
    arrange: (some) => new Arrangement(some, kind.order).decide(),
    sooner: ({ values }, v, w) => betterFirst(kind.order, values[v], values[w]),
  }, input.budget);
}

function betterFirst(order: "min" | "max", left: Value, right: Value): number {
  const items: readonly Item[] = [left ?? "", right ?? ""];
  return (order === "min" ? 1 : -1) * compareItems(items[0], items[1]);
}

class Arrangement {
  readonly #traffic: Traffic;
  /** Values from the best to the worst. */
  readonly #ranking: readonly number[];
  /** The gap in which each value comes out. */
  readonly #out: Int32Array;
  /** For each gap the first from it on that nothing covers, or a step on the way there. */
  readonly #clear: Int32Array;
  /** For each gap the value that covered it first; -1 for none. */
  readonly #coveredBy: Int32Array;

  constructor(traffic: Traffic, order: "min" | "max") {
    const { count, part } = traffic;
    this.#traffic = traffic;
    const { values } = traffic;
    this.#ranking = Array.from({ length: count }, (_, v) => v).sort((a, b) =>
      betterFirst(order, values[a], values[b])
    );
    this.#out = new Int32Array(count);
    this.#clear = Int32Array.from({ length: part.end + 1 }, (_, gap) => gap);
    this.#coveredBy = new Int32Array(part.end + 1).fill(-1);
  }

  decide(): FastResult {
    const { insertCall, insertReturn, removeCall, removeReturn, remove, part, empties } = this.#traffic;
    for (const v of this.#ranking) {
      const from = Math.max(insertCall[v], removeCall[v]);
      const out = remove[v] < 0 ? NEVER : this.#firstClear(from);
      if (remove[v] >= 0 && out >= removeReturn[v]) {
        const reason = "at every instant of it a better value was in the queue";
        return { verdict: "illegal", suspects: this.#blame([v], from, removeReturn[v] - 1), reason };
      }
      this.#out[v] = out;
      this.#cover(v, insertReturn[v], Math.min(out - 1, part.end - 1));
    }
    const gapOf = empties.map((k) => this.#firstClear(part.call[k]));
    const failed = gapOf.findIndex((gap, i) => gap >= part.ret[empties[i]]);
    if (failed >= 0) {
      const k = empties[failed];
      const suspects = [k, ...this.#blame([], part.call[k], part.ret[k] - 1)];
      return { verdict: "illegal", suspects, reason: "at every instant of it some value was in the queue" };
    }
    return { verdict: "ok", order: this.#layOut(gapOf) };
  }

  #firstClear(gap: number): number {
    return firstClear(this.#clear, gap);
  }

  #cover(v: number, from: number, to: number): void {
    if (from > to) return;
    for (let gap = this.#firstClear(from); gap <= to; gap = this.#firstClear(gap)) {
      this.#coveredBy[gap] = v;
      this.#clear[gap] = gap + 1;
    }
  }

  /** The operations of the values that cover some gaps, of those that kept these from coming out earlier, and so on. */
  #blame(start: readonly number[], from: number, to: number): number[] {
    const { insertCall, removeCall } = this.#traffic;
    const blamed = new Set(start);
    const stretches = [[from, to]];
    for (
      let stretch = stretches.pop();
      stretch !== undefined && blamed.size < 64;
      stretch = stretches.pop()
    ) {
      for (let gap = stretch[0]; gap <= stretch[1]; gap++) {
        const v = this.#coveredBy[gap];
        if (v < 0 || blamed.has(v)) continue;
        blamed.add(v);
        const ready = Math.max(insertCall[v], removeCall[v]);
        if (this.#out[v] !== NEVER && this.#out[v] > ready) stretches.push([ready, this.#out[v] - 1]);
      }
    }
    return operationsOf(this.#traffic, blamed);
  }

  #layOut(gapOf: readonly number[]): Int32Array {
    const { insert, remove, insertReturn, empties } = this.#traffic;
    const operations: number[] = [];
    const keys: number[] = [];
    const put = (k: number, gap: number, phase: number): void => {
      operations.push(k);
      keys.push(3 * gap + phase);
    };
    // Equal keys keep the order in which they are given: the best value first.
    for (const v of this.#ranking) {
      const late = this.#out[v] < insertReturn[v];
      put(insert[v], late ? this.#out[v] : insertReturn[v] - 1, late ? 0 : 2);
      if (remove[v] >= 0) put(remove[v], this.#out[v], 0);
    }
    for (let i = 0; i < empties.length; i++) put(empties[i], gapOf[i], 1);
    return argsort(Float64Array.from(keys)).map((i) => operations[i]);
  }
}

/**
 * The first gap from one on that nothing covers. Each step on the way there leads straight to it from then on: else the same long ways are
 * gone again and again.
 */
export function firstClear(clear: Int32Array, gap: number): number {
  let root = gap;
  while (clear[root] !== root) root = clear[root];
  for (let at = gap; at !== root;) {
    const next = clear[at];
    clear[at] = root;
    at = next;
  }
  return root;
}
