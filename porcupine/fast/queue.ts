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
import { Buckets } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";

/**
 * FIFO queues into which every value is put once at most. Linear, but for one sort of numbers.
 *
 * A value is put in before it is taken out, so a dequeue takes effect after its enqueue was called. If it was called earlier,
 * `tighten` counts it as called then. (Needed below: without it, a dequeue of `x` that returned before y's enqueue was called
 * would not show that `x` is before `y`, if y's dequeue was called earlier still.)
 *
 * **Without empty dequeues.** Values come out in the order in which they go in. So `x` must stand before `y` in the order of
 * the values if x's enqueue returned before y's was called, or x's dequeue returned before y's was called. (A value that is
 * never taken out counts as taken out after all others.) An order of the values that respects both is made from the front:
 * `x` may be next if its enqueue is called before any remaining enqueue returns, and its dequeue before any remaining dequeue
 * returns.
 *
 * - *If no value may be next*: among the remaining values let `a` have the first enqueue to return, and `b` the first dequeue.
 *   The enqueue of `a` is called before any enqueue returns, its own being the first; so it is the dequeue of `a` that is
 *   called too late, after b's has returned: `b` must stand before `a`. Likewise b's enqueue is called after a's has returned:
 *   `a` must stand before `b`. These four operations contradict each other.
 * - *If an order is found*: put each enqueue at the latest of its call and the instants of the enqueues before it; each dequeue
 *   likewise among the dequeues, but not before its own enqueue. None has returned by then. An enqueue that had would have
 *   returned before the enqueue of a value in front of it was called. A dequeue that had would have returned before the dequeue
 *   of a value in front of it was called, or before its enqueue was; and then before that dequeue, too, as `tighten` counts.
 *
 * **Empty dequeues.** From the return of its enqueue to the call of its dequeue a value is in the queue for certain: it
 * *covers* these gaps. An empty dequeue needs a gap that no value covers; if it has none, that is a contradiction. Otherwise
 * choose any such gap for each. *Claim*: each value can keep to one side of each chosen gap `t`: behind it, if its enqueue or
 * its dequeue is called after `t`, and in front of it otherwise.
 *
 * - *Each value has the time for that.* If its dequeue is called after `t`, its enqueue has not returned by `t`, as it would
 *   cover `t`: both can take effect behind. If only its enqueue is called after `t`, its dequeue returns later than that. If
 *   both are called by `t`, both can take effect in front.
 * - *No order demanded above is broken.* Let `x` have to stand before `y`, and let `x` be behind `t`. Then so is `y`. Either
 *   x's enqueue returned before y's was called: if x's enqueue was called after `t`, so was y's; and if x's dequeue was, x's
 *   enqueue had not returned by `t`, so that y's was called after `t`. Or x's dequeue returned before y's was called: it
 *   returned after `t` (it was called after `t`, or its enqueue was), so that y's was called after `t`.
 *
 * So the stretches between the chosen gaps are arranged one by one.
 */
export function decideQueue<Input, Output>(
  kind: CollectionView<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const traffic = readTraffic(kind, input);
  if (traffic === undefined || "verdict" in traffic) return traffic;
  return decideCollection(traffic, {
    copies: "asPutIn",
    arrange: (some) => arrange(tighten(some)),
    sooner: ({ insertReturn }, v, w) => insertReturn[v] - insertReturn[w],
  }, input.budget);
}

function tighten(traffic: Traffic): Traffic {
  const { insertCall, removeCall } = traffic;
  return { ...traffic, removeCall: removeCall.map((call, v) => Math.max(call, insertCall[v])) };
}

function arrange(traffic: Traffic): FastResult {
  const cuts = cutAt(traffic);
  if ("verdict" in cuts) return cuts;
  const order = orderValues(traffic, cuts.segment, cuts.gaps.length + 1);
  if ("verdict" in order) return order;
  return { verdict: "ok", order: layOut(traffic, cuts, order) };
}

/** Where the queue is empty, and the stretch between such gaps into which each value falls. */
export interface Cuts {
  /** The chosen gaps, ascending. */
  readonly gaps: readonly number[];
  /** The gap of each empty dequeue. */
  readonly gapOf: readonly number[];
  readonly segment: Int32Array;
}

/** Cuts the history where something was found empty; a contradiction if it never can have been. */
export function cutAt(traffic: Traffic): Cuts | FastResult {
  const { part, count, insertCall, insertReturn, removeCall, empties } = traffic;
  const segment = new Int32Array(count);
  if (empties.length === 0) return { gaps: [], gapOf: [], segment };
  const clear = new Clearings(part.end, insertReturn, removeCall.map((call) => call - 1));
  const gapOf: number[] = [];
  for (const k of empties) {
    const gap = clear.from(part.call[k]);
    if (gap >= part.ret[k]) {
      const stretches = Array.from(
        insertReturn,
        (from, value) => ({ from, to: removeCall[value] - 1, value }),
      );
      const chain = chainOf(stretches, part.call[k], part.ret[k] - 1);
      const reason = "at every instant of it some value was in the queue";
      return { verdict: "illegal", suspects: [k, ...operationsOf(traffic, chain)], reason };
    }
    gapOf.push(gap);
  }
  const gaps = [...new Set(gapOf)].sort((a, b) => a - b);
  // passed[r]: how many of the chosen gaps lie before rank r.
  const passed = new Int32Array(part.end + 1);
  for (const gap of gaps) passed[gap + 1]++;
  for (let rank = 1; rank <= part.end; rank++) passed[rank] += passed[rank - 1];
  for (let v = 0; v < count; v++) segment[v] = passed[Math.max(insertCall[v], removeCall[v])];
  return { gaps, gapOf, segment };
}

/** The order in which the values pass through the queue. */
function orderValues(traffic: Traffic, segment: Int32Array, segments: number): Int32Array | FastResult {
  const { count, insertCall, insertReturn, removeCall, removeReturn } = traffic;
  const sorted = (by: Int32Array): Sorted => new Sorted(by, segment, segments);
  const lists = {
    insertCall: sorted(insertCall),
    insertReturn: sorted(insertReturn),
    removeCall: sorted(removeCall),
    removeReturn: sorted(removeReturn),
  };
  const order = new Int32Array(count);
  const done = new Uint8Array(count);
  const conditions = new Uint8Array(count);
  const ready: number[] = [];
  const allow = (v: number): void => {
    if (++conditions[v] === 2) ready.push(v);
  };
  let filled = 0;
  for (let s = 0; s < segments; s++) {
    for (const list of Object.values(lists)) list.enter(s);
    while (lists.insertReturn.first(done) >= 0) {
      const a = lists.insertReturn.first(done);
      const b = lists.removeReturn.first(done);
      lists.insertCall.takeBelow(insertReturn[a], allow);
      lists.removeCall.takeBelow(removeReturn[b], allow);
      const next = ready.pop();
      if (next === undefined) {
        const reason = "they came out in another order than they went in";
        return { verdict: "illegal", suspects: operationsOf(traffic, [a, b]), reason };
      }
      done[next] = 1;
      order[filled++] = next;
    }
  }
  return order;
}

/** Values by some instant of theirs, segment by segment. */
class Sorted {
  readonly #by: Int32Array;
  readonly #items: Int32Array;
  readonly #buckets: Buckets;
  #at = 0;
  #end = 0;

  constructor(by: Int32Array, segment: Int32Array, segments: number) {
    this.#by = by;
    const order = argsort(Float64Array.from(by));
    this.#buckets = new Buckets(order.map((v) => segment[v]), segments);
    this.#items = this.#buckets.items.map((i) => order[i]);
  }

  /** Turns to a segment. */
  enter(segment: number): void {
    this.#at = this.#buckets.start(segment);
    this.#end = this.#buckets.end(segment);
  }

  /** The first that is not done; -1 if all are. */
  first(done: Uint8Array): number {
    while (this.#at < this.#end && done[this.#items[this.#at]] === 1) this.#at++;
    return this.#at < this.#end ? this.#items[this.#at] : -1;
  }

  /** Passes by all below a bound. */
  takeBelow(bound: number, take: (value: number) => void): void {
    for (; this.#at < this.#end && this.#by[this.#items[this.#at]] < bound; this.#at++) {
      take(this.#items[this.#at]);
    }
  }
}

/** In one gap: what precedes the empty dequeues, those, and what follows them. */
const BEFORE = 0;
const EMPTY = 2;
const AFTER = 3;

function layOut(traffic: Traffic, { gaps, gapOf, segment }: Cuts, order: Int32Array): Int32Array {
  const { insert, remove, insertCall, removeCall, empties } = traffic;
  const operations: number[] = [];
  const keys: number[] = [];
  const put = (k: number, gap: number, phase: number): void => {
    operations.push(k);
    keys.push(5 * gap + phase);
  };
  let inserted = 0;
  let removed = 0;
  for (let i = 0; i < order.length; i++) {
    const v = order[i];
    const start = segment[v] === 0 ? -1 : gaps[segment[v] - 1];
    inserted = Math.max(inserted, insertCall[v], start);
    put(insert[v], inserted, inserted === start ? AFTER : BEFORE);
    if (remove[v] < 0) continue;
    removed = Math.max(removed, removeCall[v], inserted);
    put(remove[v], removed, removed === start ? AFTER + 1 : BEFORE + 1);
  }
  for (let i = 0; i < empties.length; i++) put(empties[i], gapOf[i], EMPTY);
  return argsort(Float64Array.from(keys)).map((i) => operations[i]);
}
