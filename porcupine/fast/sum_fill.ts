import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { argsort } from "../sort.ts";
import { Selections } from "./selections.ts";
import { openSum } from "./sum_steps.ts";
import type { SumTable } from "./sum_table.ts";

/** So many additions may be looked at: some hundred milliseconds. */
const MOST_LOOKS = 1 << 19;
/** What has worked for so many steps is not given up again. */
const TAKEN_BACK = 256;

/** A step, as it is begun. */
interface Beginning {
  readonly step: number;
  /** The gap in which it begins. */
  readonly begun: number;
  /** The additions at hand, by their places in `adds`: whoever has to be first in front. */
  readonly waiting: readonly number[];
  /** Tells what has been taken by now. */
  readonly mark: number;
}

/** The ways to make it. */
interface Frame extends Beginning {
  /** Those that cannot wait. */
  readonly must: readonly number[];
  readonly may: readonly number[];
  readonly selections: Selections;
}

/**
 * Tries to make the steps of the additions, one after the other and each as early as can be, and answers an order; `undefined` if
 * it comes to no end, which proves nothing: the search goes through the others. Those are preferred whose last step comes first,
 * and then those that returned first; where a later step does not come out even, other choices are made.
 */
export function fillSteps(table: SumTable, budget: Budget): Int32Array | undefined {
  const filling = new Filling(table);
  const order = filling.run(budget);
  budget.spend(filling.looks >>> 4);
  return order;
}

class Filling {
  readonly #table: SumTable;
  readonly #frames: Frame[] = [];
  /** By step: the additions taken. */
  readonly #taken: (readonly number[])[] = [];
  /** By step: its beginnings that led nowhere, or are being tried, told by what had been taken. */
  readonly #met: Set<number>[] = [];
  /** So many additions have been looked at. */
  looks = 0;

  constructor(table: SumTable) {
    this.#table = table;
  }

  run(budget: Budget): Int32Array | undefined {
    const { sums, looks, part } = this.#table;
    const start = this.#begin(0, Math.max(-1, ...looks[0].map((k) => part.call[k])), [], 0);
    if (start !== undefined) this.#frames.push(start);
    for (let round = 0; this.looks < MOST_LOOKS; round++) {
      budget.tick(round);
      const frame = this.#frames.at(-1);
      if (frame === undefined) return undefined;
      const more = frame.selections.next();
      if (more === undefined) {
        this.#frames.pop();
        continue;
      }
      const chosen = [...frame.must, ...more.map((i) => frame.may[i])];
      if (frame.step + 1 === sums.length) return this.#order([...this.#taken.slice(0, frame.step), chosen]);
      const next = this.#after(frame, chosen);
      if (next === undefined) continue;
      if (next.step > frame.step) this.#taken[frame.step] = chosen;
      this.#frames.push(next);
      if (this.#frames.length > TAKEN_BACK) this.#frames.shift();
    }
    return undefined;
  }

  /**
   * The next step, after one that consists of these, or, if somebody would have returned before it begins, this one with him in it;
   * `undefined` if there is none, or if it was met before.
   */
  #after(frame: Frame, chosen: readonly number[]): Frame | undefined {
    const { step, begun, waiting, mark, must } = frame;
    const { part: { call, ret }, adds, told, looks } = this.#table;
    let next = begun;
    let after = mark;
    const gone = new Set(chosen);
    for (const i of chosen) {
      next = Math.max(next, call[adds[i]]);
      after = mixed(after, i);
    }
    if (told[step] >= 0) next = Math.max(next, call[told[step]]);
    const met = this.#met[step + 1] ??= new Set();
    if (met.has(after)) return undefined;
    met.add(after);
    const left = waiting.filter((i) => !gone.has(i));
    for (const k of looks[step + 1]) next = Math.max(next, call[k]);
    const late = left.filter((i) => ret[adds[i]] <= next);
    if (late.length > 0) return this.#frame(frame, [...must, ...late]);
    return this.#begin(step + 1, next, left, after);
  }

  #begin(step: number, begun: number, left: readonly number[], mark: number): Frame | undefined {
    const { part: { ret }, sums, adds, last } = this.#table;
    const isLast = step + 1 === sums.length;
    const waiting = [...left];
    // First steps ascend: who arrives now stands behind those that arrived before.
    const from = this.#arrived(step);
    const to = isLast ? adds.length : this.#arrived(step + 1);
    for (let i = from; i < to; i++) waiting.push(i);
    if (to > from) waiting.sort((a, b) => last[a] - last[b] || ret[adds[a]] - ret[adds[b]] || a - b);
    const mustBe = (i: number): boolean => isLast ? ret[adds[i]] !== NEVER : last[i] <= step;
    return this.#frame({ step, begun, waiting, mark }, waiting.filter(mustBe));
  }

  #frame({ step, begun, waiting, mark }: Beginning, must: readonly number[]): Frame | undefined {
    const { sums, adds, amount } = this.#table;
    const isLast = step + 1 === sums.length;
    const members = new Set(must);
    const may = waiting.filter((i) => !members.has(i));
    this.looks += waiting.length + 64;
    let need = isLast ? 0 : openSum(this.#table, step);
    for (const i of must) if (!isLast) need -= amount[adds[i]];
    if (need < 0) return undefined;
    const selections = new Selections(may.map((i) => amount[adds[i]]), need);
    return { step, begun, waiting, must, may, selections, mark };
  }

  /** How many additions can be part of the steps before this one. */
  #arrived(step: number): number {
    const { first } = this.#table;
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (first[middle] < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #order(taken: readonly (readonly number[])[]): Int32Array {
    const { part: { call }, adds, looks, told } = this.#table;
    const order: number[] = [];
    for (let step = 0; step < taken.length; step++) {
      const members = taken[step].map((i) => adds[i]);
      if (told[step] >= 0) members.push(told[step]);
      order.push(...inOrder(looks[step], call), ...inOrder(members, call));
    }
    return Int32Array.from(order);
  }
}

/** What had been taken, and one more, as a number: the same whatever the order. (That two are alike by chance costs a choice.) */
function mixed(mark: number, i: number): number {
  const high = Math.imul(i + 1, 0x9e3779b1) & 0x1fffff;
  const low = Math.imul((i + 1) ^ ((i + 1) >>> 3), 0x85ebca6b) >>> 0;
  const highOf = Math.floor(mark / 2 ** 32) ^ high;
  return highOf * 2 ** 32 + (((mark % 2 ** 32) ^ low) >>> 0);
}

function inOrder(operations: readonly number[], by: Int32Array): number[] {
  if (operations.length < 2) return [...operations];
  return Array.from(argsort(Float64Array.from(operations, (k) => by[k])), (i) => operations[i]);
}
