import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Value } from "../types.ts";
import type { Budget } from "../budget.ts";
import type { Arranging, Copies, Repeated, Traffic } from "./collection.ts";
import { decideTraffic, mend } from "./lost_removals.ts";
import type { FastResult } from "./result.ts";

/** Decides what is easily decided; `undefined` is for the search. */
export function decideCollection(
  traffic: Traffic | Repeated,
  arranging: Arranging,
  budget: Budget,
): FastResult | undefined {
  return "inserts" in traffic
    ? decideCopies(traffic, arranging)
    : decideTraffic(traffic, arranging) ?? mend(traffic, arranging, budget);
}

/**
 * For values that repeat: finds many contradictions without a search, and most orders where copies follow one another.
 *
 * **Which copy is which.** Let copies of a value leave in the order in which they are put in. In any order of the history the `i`-th
 * insertion of the value takes effect when `i` of them have been called, so not before the `i`-th call; and at that instant fewer
 * than `i` have taken effect before it, so not after the `i`-th return. The same holds for its removals. So if the history is
 * possible, it is possible, too, with the `i`-th copy as a value of its own, put in between the `i`-th call and the `i`-th return,
 * and taken out likewise, no matter by whom. If it is impossible with such values, each put in once, it is impossible.
 *
 * **Removals whose answer was lost**, `l` of them, may have taken out copies in between. Then the `i`-th copy known to be taken out is
 * one of the `i`-th to the `(i + l)`-th put in: only the latter's return bounds it. Of a value that repeats, the copies that lost
 * removals took, and those never taken out, are left out: without them the others come out in the same order.
 *
 * **Stacks.** Values that repeat are left out altogether: without them the others come out in the same order.
 *
 * **An order** of such copies is one of the history if the operations of a value can be dealt out to its instants: each instant gets,
 * of the operations called by then, the one that returns first. That always works if no insertion of a value lies within the time
 * of another insertion of it, and no removal within that of another removal.
 */
function decideCopies(repeated: Repeated, arranging: Arranging): FastResult | undefined {
  const { copies } = arranging;
  const { traffic, before } = copiesOf(repeated, copies);
  const result = decideTraffic(traffic, arranging);
  if (result?.verdict === "illegal") {
    const suspects = new Set(result.suspects);
    for (const k of result.suspects) for (const other of before.get(k) ?? []) suspects.add(other);
    return { ...result, suspects: [...suspects] };
  }
  if (result?.verdict !== "ok" || copies === "unknown" || repeated.lost.length > 0) return undefined;
  const order = dealOut(repeated, result.order);
  return order === undefined ? undefined : { verdict: "ok", order };
}

interface Split {
  readonly traffic: Traffic;
  /** By operation that stands for a copy's bound: those of the same value and kind that returned before it. */
  readonly before: ReadonlyMap<number, readonly number[]>;
}

function copiesOf({ part, values, inserts, removes, empties, lost }: Repeated, copies: Copies): Split {
  const before = new Map<number, readonly number[]>();
  const rows: Row[] = [];
  for (let v = 0; v < values.length; v++) {
    const isRepeated = inserts[v].length > 1;
    if (isRepeated && copies === "unknown") continue;
    const into = new Sorted(part, inserts[v], before);
    const out = new Sorted(part, removes[v], before);
    const lag = isRepeated ? lost.length : 0;
    for (let i = 0; i < inserts[v].length; i++) {
      const isTaken = i < removes[v].length;
      const insertReturn = into.ret(i + lag);
      if (!isTaken && (insertReturn === NEVER || lag > 0)) continue;
      rows.push({
        value: values[v],
        insert: into.at(i + lag),
        insertCall: into.call(i),
        insertReturn,
        remove: isTaken ? out.at(i) : -1,
        removeCall: isTaken ? out.call(i) : part.end,
        removeReturn: isTaken ? out.ret(i) : NEVER,
      });
    }
  }
  const pick = (of: (row: Row) => number): Int32Array => Int32Array.from(rows, of);
  const traffic = {
    part,
    count: rows.length,
    insert: pick((row) => row.insert),
    remove: pick((row) => row.remove),
    insertCall: pick((row) => row.insertCall),
    insertReturn: pick((row) => row.insertReturn),
    removeCall: pick((row) => row.removeCall),
    removeReturn: pick((row) => row.removeReturn),
    values: rows.map((row) => row.value),
    empties,
    lost,
  };
  return { traffic, before };
}

/** One copy of a value. */
interface Row {
  readonly value: Value;
  readonly insert: number;
  readonly insertCall: number;
  readonly insertReturn: number;
  readonly remove: number;
  readonly removeCall: number;
  readonly removeReturn: number;
}

/** Operations of one kind on one value, by call, and by return. */
class Sorted {
  readonly #part: Part;
  readonly #byCall: readonly number[];
  readonly #byReturn: readonly number[];

  constructor(part: Part, operations: readonly number[], before: Map<number, readonly number[]>) {
    this.#part = part;
    this.#byCall = operations;
    const byReturn = [...operations].sort((a, b) => part.ret[a] - part.ret[b] || a - b);
    this.#byReturn = byReturn;
    if (byReturn.length > 1) {
      byReturn.forEach((k, i) => before.set(k, byReturn.slice(Math.max(0, i - MOST), i)));
    }
  }

  /** Who stands for the `i`-th. */
  at(i: number): number {
    return this.#byReturn[Math.min(i, this.#byReturn.length - 1)];
  }

  call(i: number): number {
    return this.#part.call[this.#byCall[i]];
  }

  ret(i: number): number {
    return i < this.#byReturn.length ? this.#part.ret[this.#byReturn[i]] : NEVER;
  }
}

/** How many of those that returned before are suspected at first. */
const MOST = 64;

/** Deals out the operations of each value to the places of its copies in an order; `undefined` if that does not come out even. */
function dealOut(
  { part: { call, ret }, inserts, removes }: Repeated,
  order: Int32Array,
): Int32Array | undefined {
  const pools = new Map<number, Pool>();
  for (const group of [...inserts, ...removes]) {
    if (group.length < 2) continue;
    const pool = new Pool(group, call, ret);
    for (const k of group) pools.set(k, pool);
  }
  // By place: when it has to come at the latest, with what follows it.
  const until = order.map((k) => ret[k] - 1);
  for (let i = until.length - 2; i >= 0; i--) until[i] = Math.min(until[i], until[i + 1]);
  const dealt = order.slice();
  let latest = -1;
  for (let i = 0; i < dealt.length; i++) {
    const k = pools.get(dealt[i])?.next(until[i]) ?? dealt[i];
    if (ret[k] <= latest) return undefined;
    dealt[i] = k;
    latest = Math.max(latest, call[k]);
  }
  for (const pool of new Set(pools.values())) if (pool.owes) return undefined;
  return dealt;
}

/** Operations that are alike. */
class Pool {
  readonly #byCall: readonly number[];
  readonly #call: Int32Array;
  readonly #ret: Int32Array;
  /** Those that have been called, and have no place yet. */
  readonly #ready: number[] = [];
  #called = 0;

  constructor(operations: readonly number[], call: Int32Array, ret: Int32Array) {
    this.#byCall = operations;
    this.#call = call;
    this.#ret = ret;
  }

  /** Whether one that has returned has no place. */
  get owes(): boolean {
    return [...this.#ready, ...this.#byCall.slice(this.#called)].some((k) => this.#ret[k] !== NEVER);
  }

  /** Of those called by a gap the one that returns first. */
  next(gap: number): number | undefined {
    const byCall = this.#byCall;
    while (this.#called < byCall.length && this.#call[byCall[this.#called]] <= gap) this.#add();
    return this.#ready.pop();
  }

  /** Whoever returns first stands last. */
  #add(): void {
    const k = this.#byCall[this.#called++];
    let at = this.#ready.length;
    while (at > 0 && this.#ret[this.#ready[at - 1]] < this.#ret[k]) at--;
    this.#ready.splice(at, 0, k);
  }
}
