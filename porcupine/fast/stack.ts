import { argsort } from "../sort.ts";
import {
  chainOf,
  Clearings,
  type CollectionView,
  operationsOf,
  readTraffic,
  type Traffic,
} from "./collection.ts";
import { decideCollection } from "./copies.ts";
import { Coverage, Lowest } from "./coverage.ts";
import type { FastInput, FastResult } from "./result.ts";

/**
 * Stacks onto which every value is put once at most. O(n log n).
 *
 * A value whose push has not returned when its pop is called can be pushed and popped in one gap, one right after the other.
 * There it disturbs nobody, so it is left out and put back at the end. Any other value is on the stack *for certain* from the
 * return of its push to the call of its pop (or for ever). The time that it is on the stack contains its certain time, and may
 * be longer at both ends. A history is possible exactly if such times can be chosen so that of any two that overlap one
 * contains the other.
 *
 * Take values whose certain times overlap in a chain: a *cluster*, filling the gaps from `first` to `last`.
 *
 * - *One of them, the root, must contain all others*: of two that overlap one contains the other, and so along the chain. It
 *   is pushed before `first`, so its push must be called before that; and popped after `last`, so its pop must return after.
 * - *Any value that can be the root may be it.* Take an arrangement with another root. Cut all times off at the ends of the
 *   cluster: they still contain the certain ones, and of two that overlap one still contains the other. Then take this value
 *   out of its place and put it around the whole cluster.
 *
 * So: choose a root, push it just before `first`, pop it just after `last`, and go on with the clusters into which the rest
 * falls. If no value can be the root the cluster is a contradiction; a chain of its values that fills the same gaps is one
 * already. Clusters that do not overlap do not disturb each other: what one of them needs ends in the gap after its last at
 * most, where the next one needs nothing yet. If a push is called before `first` it is called before the first gap of any part
 * of the cluster, too, and need not be asked again.
 *
 * A pop that found nothing needs a gap in which no value is on the stack for certain: in this arrangement none is there at all.
 *
 * In one gap come first the pops, the inner first; then those pushed and popped there, and the empty pops; then the pushes,
 * the outer first.
 */
export function decideStack<Input, Output>(
  kind: CollectionView<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const traffic = readTraffic(kind, input);
  if (traffic === undefined || "verdict" in traffic) return traffic;
  return decideCollection(traffic, {
    copies: "unknown",
    arrange: (some) => new Nest(some, input).decide(),
    sooner: ({ insertReturn }, v, w) => insertReturn[w] - insertReturn[v],
  }, input.budget);
}

class Nest {
  readonly #traffic: Traffic;
  readonly #budget: FastInput<unknown, unknown>["budget"];
  /** First and last gap in which each value is on the stack for certain; none if the last is before the first. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** The gaps in which it is pushed and popped, and the order in which the roots were found. */
  readonly #pushed: Int32Array;
  readonly #popped: Int32Array;
  readonly #rank: Int32Array;

  constructor(traffic: Traffic, { budget }: FastInput<unknown, unknown>) {
    this.#traffic = traffic;
    this.#budget = budget;
    this.#first = traffic.insertReturn;
    this.#last = traffic.removeCall.map((call) => call - 1);
    this.#pushed = new Int32Array(traffic.count);
    this.#popped = new Int32Array(traffic.count);
    this.#rank = new Int32Array(traffic.count);
  }

  decide(): FastResult {
    const { part, empties } = this.#traffic;
    const clear = new Clearings(part.end, this.#first, this.#last);
    const gapOf = empties.map((k) => clear.from(part.call[k]));
    const failed = gapOf.findIndex((gap, i) => gap >= part.ret[empties[i]]);
    if (failed >= 0) {
      const k = empties[failed];
      const chain = this.#chain(this.#long(), part.call[k], part.ret[k] - 1);
      const reason = "at every instant of it some value was on the stack";
      return { verdict: "illegal", suspects: [k, ...operationsOf(this.#traffic, chain)], reason };
    }
    return this.#nest() ?? { verdict: "ok", order: this.#layOut(gapOf) };
  }

  /** The values that are on the stack for certain at some time. */
  #long(): number[] {
    const values: number[] = [];
    for (let v = 0; v < this.#first.length; v++) if (this.#first[v] <= this.#last[v]) values.push(v);
    return values;
  }

  /** Chooses the roots; or finds a cluster without one. */
  #nest(): FastResult | undefined {
    const { part, insertCall, removeReturn } = this.#traffic;
    const left = new Set(this.#long());
    const coverage = new Coverage(part.end + 1);
    const calls = new Lowest(part.end + 1);
    /** Who is called early enough to be a root, by first gap: the later its pop returns, the lower the number. */
    const eligible = new Lowest(part.end + 1);
    const valueAt = new Int32Array(part.end + 1);
    for (const v of left) {
      coverage.add(this.#first[v], this.#last[v], 1);
      calls.set(this.#first[v], insertCall[v]);
      valueAt[this.#first[v]] = v;
    }
    const clusters: { first: number; last: number }[] = [];
    const split = (from: number, to: number): void => {
      for (let first = coverage.next(from, true); first >= 0 && first <= to;) {
        const end = coverage.next(first, false);
        clusters.push({ first, last: end - 1 });
        first = coverage.next(end, true);
      }
    };
    split(0, part.end);
    let found = 0;
    for (let cluster = clusters.pop(); cluster !== undefined; cluster = clusters.pop()) {
      const { first, last } = cluster;
      this.#budget.tick(found);
      for (let place = calls.below(first, last, first); place >= 0; place = calls.below(place, last, first)) {
        eligible.set(place, -removeReturn[valueAt[place]]);
        calls.set(place, Infinity);
      }
      const place = eligible.least(first, last);
      const root = place < 0 ? -1 : valueAt[place];
      // The pop that is called last in the cluster is called just after the gap `last`.
      if (root < 0 || removeReturn[root] <= last + 1) return this.#blame(left, first, last);
      this.#rank[root] = found++;
      this.#pushed[root] = first - 1;
      this.#popped[root] = last + 1;
      left.delete(root);
      coverage.add(this.#first[root], this.#last[root], -1);
      eligible.set(this.#first[root], Infinity);
      split(first, last);
    }
    return undefined;
  }

  #blame(left: ReadonlySet<number>, first: number, last: number): FastResult {
    const suspects = operationsOf(this.#traffic, this.#chain([...left], first, last));
    return { verdict: "illegal", suspects, reason: "none of them can have been beneath all the others" };
  }

  #chain(values: readonly number[], first: number, last: number): number[] {
    const stretches = values.map((value) => ({ from: this.#first[value], to: this.#last[value], value }));
    return chainOf(stretches, first, last);
  }

  #layOut(gapOf: readonly number[]): Int32Array {
    const { insert, remove, insertCall, removeCall, count, empties } = this.#traffic;
    const operations: number[] = [];
    const keys: number[] = [];
    const width = 2 * count + 2;
    const put = (k: number, gap: number, rank: number): void => {
      operations.push(k);
      keys.push(gap * width + rank);
    };
    for (let v = 0; v < count; v++) {
      if (this.#first[v] > this.#last[v]) {
        const gap = Math.max(insertCall[v], removeCall[v]);
        // Equal keys keep the order in which they are given.
        put(insert[v], gap, count);
        put(remove[v], gap, count);
        continue;
      }
      put(insert[v], this.#pushed[v], count + 1 + this.#rank[v]);
      if (remove[v] >= 0) put(remove[v], this.#popped[v], count - 1 - this.#rank[v]);
    }
    for (let i = 0; i < empties.length; i++) put(empties[i], gapOf[i], count);
    return argsort(Float64Array.from(keys)).map((i) => operations[i]);
  }
}
