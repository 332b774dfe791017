import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { CollectionAction, Value } from "../types.ts";
import { ValueNumbers } from "./numbers.ts";
import type { FastInput, FastResult } from "./result.ts";

type Illegal = Extract<FastResult, { verdict: "illegal" }>;

/** The view of a collection's kind. */
export interface CollectionView<Input, Output> {
  /** See `ModelKind`. */
  view: (
    input: Input,
    answer: { readonly known: true; readonly output: Output } | { readonly known: false },
  ) => CollectionAction | undefined;
}

/**
 * What went into a collection and came out of it, each value once at most. A value whose insertion has no answer, and which
 * nobody took out, is left out: a request whose answer was lost need never take effect, and without it nothing else becomes
 * impossible.
 *
 * Instants are *gaps*: gap `g` lies between the events of rank `g` and `g + 1`. An operation can take effect in the gaps from
 * its call to just before its return. Arrays go by value.
 */
export interface Traffic {
  readonly part: Part;
  readonly count: number;
  /** The operation that put a value in. */
  readonly insert: Int32Array;
  /** The one that took it out; -1 if none did. */
  readonly remove: Int32Array;
  readonly insertCall: Int32Array;
  /** `NEVER` if the answer was lost. */
  readonly insertReturn: Int32Array;
  /** One past the last rank if it was not taken out. */
  readonly removeCall: Int32Array;
  /** `NEVER` if it was not taken out. */
  readonly removeReturn: Int32Array;
  /** The values themselves. */
  readonly values: readonly Value[];
  /** Operations that found the collection empty, by call. */
  readonly empties: readonly number[];
  /** The removals whose answer was lost, by call: any of them may have taken out anything, or nothing. */
  readonly lost: readonly number[];
}

/** Reads the traffic; `undefined` if anything was done but putting in and taking out. */
export function readTraffic<Input, Output>(
  { view }: CollectionView<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): Traffic | Repeated | Illegal | undefined {
  const { count, part } = questions;
  const numbers = new ValueNumbers(count);
  const values: Value[] = [];
  const inserts: number[] = [];
  const removes: number[] = [];
  const empties: number[] = [];
  const lost: number[] = [];
  let twice: Illegal | undefined;
  const numberOf = (value: Value): number => {
    const number = numbers.of(value);
    if (number < values.length) return number;
    values.push(value);
    inserts.push(-1);
    removes.push(-1);
    return number;
  };
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = movement(view, questions, k);
    if (action === undefined) return undefined;
    if (action.op === "removeAny") lost.push(k);
    else if (action.op === "removeEmpty") empties.push(k);
    else if (action.op !== "nothing") {
      if (Number.isNaN(action.value)) return undefined;
      const v = numberOf(action.value);
      const side = action.op === "insert" ? inserts : removes;
      if (side[v] >= 0) {
        if (action.op === "insert") return readRepeated({ view }, { questions, budget });
        twice ??= { verdict: "illegal", suspects: [side[v], k], reason: "one value was taken out twice" };
      }
      side[v] = k;
    }
  }
  // Only now: a value that was taken out twice may have been put in twice.
  return twice ?? settle({ part, values, inserts, removes, empties, lost });
}

/** What an operation put in or took out; `undefined` if that is not to be understood here. */
function movement<Input, Output>(
  view: CollectionView<Input, Output>["view"],
  questions: FastInput<Input, Output>["questions"],
  k: number,
): Exclude<CollectionAction, { readonly op: "contains" }> | undefined {
  const action = view(questions.input(k), questions.answer(k));
  if (action === undefined || action.op === "contains") return undefined;
  // Answered, it has taken out by its return what it does not name: what is lost may do so later, or never.
  if (action.op === "removeAny" && questions.part.ret[k] !== NEVER) return undefined;
  return action;
}

/**
 * What was done, where some value was put in more than once; or a contradiction, whatever the collection: a value was taken out
 * more often than requests to put it in had been called by then.
 */
function readRepeated<Input, Output>(
  { view }: CollectionView<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): Repeated | Illegal | undefined {
  const { count, part } = questions;
  const numbers = new ValueNumbers(count);
  const values: Value[] = [];
  const inserts: number[][] = [];
  const removes: number[][] = [];
  const empties: number[] = [];
  const lost: number[] = [];
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    const action = movement(view, questions, k);
    if (action === undefined) return undefined;
    if (action.op === "removeAny") lost.push(k);
    else if (action.op === "removeEmpty") empties.push(k);
    else if (action.op !== "nothing") {
      if (Number.isNaN(action.value)) return undefined;
      const v = numbers.of(action.value);
      if (v === values.length) {
        values.push(action.value);
        inserts.push([]);
        removes.push([]);
      }
      (action.op === "insert" ? inserts : removes)[v].push(k);
    }
  }
  const repeated = { part, values, inserts, removes, empties, lost };
  return overdrawn(repeated) ?? repeated;
}

function overdrawn({ part: { call, ret }, inserts, removes }: Repeated): Illegal | undefined {
  let first: Illegal | undefined;
  let firstReturn = NEVER;
  for (let v = 0; v < inserts.length; v++) {
    const byReturn = [...removes[v]].sort((a, b) => ret[a] - ret[b]);
    for (let i = 0; i < byReturn.length && ret[byReturn[i]] < firstReturn; i++) {
      // Insertions stand in order of call: so many had been called by then.
      if (i < inserts[v].length && call[inserts[v][i]] < ret[byReturn[i]]) continue;
      const suspects = byReturn.slice(0, i + 1);
      first = { verdict: "illegal", suspects, reason: "so often it had not been put in by then" };
      firstReturn = ret[byReturn[i]];
    }
  }
  return first;
}

interface Draft {
  readonly part: Part;
  readonly values: readonly Value[];
  readonly inserts: readonly number[];
  readonly removes: readonly number[];
  readonly empties: readonly number[];
  readonly lost: readonly number[];
}

function settle({ part, values, inserts, removes, empties, lost }: Draft): Traffic | Illegal {
  const kept: number[] = [];
  for (let v = 0; v < values.length; v++) {
    const insert = inserts[v];
    const remove = removes[v];
    if (remove < 0) {
      if (part.ret[insert] !== NEVER) kept.push(v);
      continue;
    }
    if (insert < 0 || part.call[insert] > part.ret[remove]) {
      return {
        verdict: "illegal",
        suspects: [remove],
        reason: "no operation called before its return can have put that value in",
      };
    }
    kept.push(v);
  }
  const pick = (of: (v: number) => number): Int32Array => Int32Array.from(kept, of);
  return {
    part,
    count: kept.length,
    insert: pick((v) => inserts[v]),
    remove: pick((v) => removes[v]),
    insertCall: pick((v) => part.call[inserts[v]]),
    insertReturn: pick((v) => part.ret[inserts[v]]),
    removeCall: pick((v) => removes[v] < 0 ? part.end : part.call[removes[v]]),
    removeReturn: pick((v) => removes[v] < 0 ? NEVER : part.ret[removes[v]]),
    values: kept.map((v) => values[v]),
    empties,
    lost,
  };
}

/** What was done to a collection, where values were put in more often than once. */
export interface Repeated {
  readonly part: Part;
  readonly values: readonly Value[];
  /** By value: the operations that put it in, and those that took it out, by call. */
  readonly inserts: readonly (readonly number[])[];
  readonly removes: readonly (readonly number[])[];
  readonly empties: readonly number[];
  readonly lost: readonly number[];
}

/**
 * How copies of a value leave: `asPutIn`: it may be held that the first one put in is the first one taken out (a queue's is; of a
 * priority queue's nobody knows which it was). `unknown`: a stack's may leave in any order.
 */
export type Copies = "asPutIn" | "unknown";

/** How a kind of collection is arranged. */
export interface Arranging {
  /** How copies of one value leave it. */
  readonly copies: Copies;
  /** Exactly, where no removal was lost. */
  readonly arrange: (traffic: Traffic) => FastResult;
  /** Of two values that nobody is known to have taken out: less than 0 if the first one is likelier to have come out first. */
  readonly sooner: (traffic: Traffic, v: number, w: number) => number;
}

/** The operations of some values. */
export function operationsOf({ insert, remove }: Traffic, values: Iterable<number>): number[] {
  const operations: number[] = [];
  for (const v of values) {
    operations.push(insert[v]);
    if (remove[v] >= 0) operations.push(remove[v]);
  }
  return operations;
}

/** Stretches of gaps, both ends included, in each of which some value is in the collection for certain. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/**
 * Of stretches that cover all gaps from `from` to `to` together, a few that do: from the left, always the one that reaches
 * furthest. What they cover they cover without the others.
 */
export function chainOf(stretches: readonly Stretch[], from: number, to: number): number[] {
  const sorted = [...stretches].sort((a, b) => a.from - b.from);
  const chain: number[] = [];
  let next = 0;
  for (let reached = from - 1; reached < to;) {
    let best: Stretch | undefined;
    for (; next < sorted.length && sorted[next].from <= reached + 1; next++) {
      if (best === undefined || sorted[next].to > best.to) best = sorted[next];
    }
    if (best === undefined || best.to <= reached) break;
    chain.push(best.value);
    reached = best.to;
  }
  return chain;
}

/** The gaps that no stretch covers. */
export class Clearings {
  /** For each gap the next clear one from it on. */
  readonly #next: Int32Array;

  /** `gaps`: how many gaps there are; stretches may reach beyond. */
  constructor(gaps: number, from: Int32Array, to: Int32Array) {
    const change = new Int32Array(gaps + 2);
    for (let i = 0; i < from.length; i++) {
      if (from[i] > to[i]) continue;
      change[Math.min(from[i], gaps)]++;
      change[Math.min(to[i] + 1, gaps + 1)]--;
    }
    this.#next = new Int32Array(gaps + 1).fill(gaps);
    for (let g = 0, covered = 0; g < gaps; g++) {
      covered += change[g];
      this.#next[g] = covered === 0 ? g : -1;
    }
    for (let g = gaps - 1, clear = gaps; g >= 0; g--) this.#next[g] = clear = this.#next[g] < 0 ? clear : g;
  }

  /** The first clear gap from `gap` on. */
  from(gap: number): number {
    return this.#next[gap];
  }
}
