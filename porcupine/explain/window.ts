import { changes, type Deeds } from "./deeds.ts";
import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import { NEVER } from "../history.ts";
import type { Inquiry } from "./inquiry.ts";
import { type Part, partOfSome } from "../parts.ts";
import { askValues, type ValueQuestion } from "../search/values/question.ts";

/** So many configurations are kept in turn: most answers are settled with few, and of those that are not each takes its time. */
const WIDTHS: readonly number[] = [16, 128];

/** If it takes more to leave something out, it is better kept, and what is left spent on others. */
const QUESTION_WORK = 6_000;

/** A register whose values repeat, up to an answer that is impossible. */
export class Scene<State, Input, Output> {
  readonly inquiry: Inquiry<State, Input, Output>;
  /** The answer. */
  readonly x: number;
  readonly deeds: Deeds;
  /** By value: the writes, and the compare-and-sets, that can bring it about if they are not believed; by call. */
  readonly writes: readonly (readonly number[])[];
  /** By value, and then by the value that they ask for. */
  readonly swaps: readonly ReadonlyMap<number, readonly number[]>[];
  /** All answers before `x`, the last one first. */
  readonly #before: readonly number[];

  constructor(inquiry: Inquiry<State, Input, Output>, x: number, deeds: Deeds) {
    const { returns } = inquiry.part;
    this.inquiry = inquiry;
    this.x = x;
    this.deeds = deeds;
    this.#before = Array.from(returns.subarray(0, returns.indexOf(x))).reverse();
    const writes: number[][] = Array.from({ length: deeds.values }, () => []);
    const swaps = Array.from({ length: deeds.values }, () => new Map<number, number[]>());
    for (let k = 0; k < deeds.count; k++) {
      if (k === x) continue;
      if (deeds.open.op[k] === WRITE) writes[deeds.open.value[k]].push(k);
      if (deeds.open.op[k] !== SWAP) continue;
      const from = deeds.open.from[k];
      const alike = swaps[deeds.open.value[k]].get(from);
      if (alike === undefined) swaps[deeds.open.value[k]].set(from, [k]);
      else alike.push(k);
    }
    this.writes = writes;
    this.swaps = swaps;
  }

  /** The last `size` answers before `x`, and all that can bring about these values; `undefined` if there are not so many. */
  before(size: number, values: readonly number[]): Window<State, Input, Output> | undefined {
    if (size >= this.#before.length) return undefined;
    const { part: { call, ret } } = this.inquiry;
    const last = this.#before.slice(0, size);
    const since = [this.x, ...last].reduce((first, k) => Math.min(first, call[k]), NEVER);
    const groups = new Map<string, number[]>();
    const pool = [...last];
    for (const k of this.#before.slice(size)) {
      const { op, value, from } = this.deeds.open;
      if (!changes(this.deeds.open, k) || !values.includes(value[k])) continue;
      if (ret[k] > since) {
        pool.push(k);
        continue;
      }
      const request = `${op[k]} ${from[k]} ${value[k]}`;
      const group = groups.get(request);
      if (group === undefined) groups.set(request, [k]);
      else group.push(k);
    }
    return new Window(this, since, pool, [...groups.values()]);
  }
}

/**
 * Whether answers are possible, asked only of what happens from an instant on. It is asked of items: an operation, or -1 - g for the
 * g-th of some groups of operations that asked for the same, and had all returned by that instant. What is no group
 * returns after it.
 *
 * *Claim*: if no order of what is asked exists from there on, there is none at all. *Proof*: take an order of all, and leave out
 * its beginning, up to the last operation that had returned by the instant. In that place the register holds some value. What is
 * left is an order from that value on. What is called later is all in it, as it comes later than what had returned; what was open
 * at the instant may have been in the beginning, and so need not be placed. Of a group that is believed nothing is left.
 *
 * Of what is not believed some can be left out. Call an answer *demanding* if it needs the register to hold something. Between two
 * demanding answers no value need be brought about twice, as what comes between can be left out, unless it is believed; and
 * just before a believed write nothing need be brought about. So of the writes of one value as many as there are demanding answers
 * are enough, those called first; and as many of the compare-and-sets from one value to another. If so many writes of a value
 * were called before the instant, compare-and-sets to it are not needed: a write can take the place of each.
 *
 * If so many of the same were called before the instant, one of them stands for them all, and can be placed again and again: an
 * order in which it is placed more often than there are of them is one in which that was not needed. So the search need not
 * remember how many have been used; to tell a hundred lost writes of five values by that took all the work there was.
 */
export class Window<State, Input, Output> {
  /** All there is to be asked of; what is rather to be left out comes last. */
  readonly pool: readonly number[];
  readonly #scene: Scene<State, Input, Output>;
  readonly #since: number;
  readonly #groups: readonly (readonly number[])[];

  constructor(
    scene: Scene<State, Input, Output>,
    since: number,
    alone: readonly number[],
    groups: readonly (readonly number[])[],
  ) {
    this.#scene = scene;
    this.#since = since;
    this.#groups = groups;
    this.pool = [...alone, ...groups.map((_, g) => -1 - g)];
  }

  /** Whether a limit has struck: then no more questions are answered. */
  get isSpent(): boolean {
    return this.#scene.inquiry.budget.stopped !== undefined;
  }

  /** The operations of items. */
  spread(items: readonly number[]): number[] {
    return items.flatMap((item) => item < 0 ? this.#groups[-1 - item] : [item]);
  }

  /** Whether these answers, and that of `x`, are known to be impossible. */
  impossible(items: readonly number[]): boolean {
    return this.answer(items, [], QUESTION_WORK) === "impossible";
  }

  /**
   * An order from the instant on that gives these answers, and that of `x`, if it takes no more than so much work; `beside`: members
   * of groups that are believed, too.
   */
  answer(
    items: readonly number[],
    beside: readonly number[],
    work: number,
  ): readonly number[] | "impossible" | "unknown" {
    const { deeds, x, inquiry: { part, budget } } = this.#scene;
    if (!budget.goOn()) return "unknown";
    const members = new Set([x, ...items.filter((item) => item >= 0)]);
    const over = new Set([...this.spread(items.filter((item) => item < 0)), ...beside]);
    const { kept, endless } = this.#unbelieved(members, over);
    const chosen = Int32Array.from([...members, ...kept, ...endless.keys()]).sort();
    budget.spend(chosen.length >>> 5);
    const some = partOfSome(part, chosen, (k) => members.has(k));
    const deedOf = (k: number) => members.has(k) ? deeds.told : deeds.open;
    const table = {
      count: chosen.length,
      op: Uint8Array.from(chosen, (k) => deedOf(k).op[k]),
      value: chosen.map((k) => deedOf(k).value[k]),
      from: chosen.map((k) => deedOf(k).from[k]),
      values: deeds.values,
      settled: true,
    };
    const since = rankIn(some, chosen, part, this.#since);
    const standFor = Array.from(chosen.keys()).filter((i) => endless.has(chosen[i]));
    const question: ValueQuestion = {
      table,
      part: some,
      since,
      start: "any",
      endless: standFor,
      widths: WIDTHS,
    };
    const own = budget.within(work);
    const answer = askValues(question, own);
    budget.spend(own.work);
    if (typeof answer === "string") return answer;
    const order = Array.from(answer, (i) => chosen[i]);
    return pareDown(order, deeds, { isBelieved: (k) => members.has(k), endless });
  }

  /**
   * The same order with other operations that were called before the instant in place of those that are not believed: of those that
   * ask for the same the ones called last, so that the ones called first are left for what came before.
   */
  latest(order: readonly number[], isBelieved: (k: number) => boolean): readonly number[] {
    const { deeds: { open }, writes, swaps, inquiry: { part: { call } } } = this.#scene;
    const present = new Set(order);
    return order.map((k) => {
      if (isBelieved(k) || call[k] >= this.#since) return k;
      const value = open.value[k];
      const alike = open.op[k] === WRITE ? writes[value] : swaps[value].get(open.from[k]) ?? [];
      const other = alike.findLast((one) =>
        call[one] < this.#since && !isBelieved(one) && !present.has(one)
      ) ?? k;
      if (other < k) {
        return k;
      }
      present.add(other);
      return other;
    });
  }

  #unbelieved(members: ReadonlySet<number>, over: ReadonlySet<number>): Unbelieved {
    const { deeds, writes, swaps, inquiry: { part } } = this.#scene;
    const { told: { op } } = deeds;
    let demanding = 0;
    for (const k of members) if (op[k] === READ || op[k] === SWAP || op[k] === FAILED) demanding++;
    const kept: number[] = [];
    const endless = new Map<number, readonly number[]>();
    /** Takes as many as are needed of some that do the same; whether they were all called before the instant. */
    const take = (alike: readonly number[]): boolean => {
      const used: number[] = [];
      for (const k of alike) {
        if (used.length === demanding) break;
        if (!members.has(k) && !over.has(k)) used.push(k);
      }
      const isEnough = used.length > 0 && used.length === demanding &&
        part.call[used[used.length - 1]] < this.#since;
      if (isEnough) endless.set(used[0], used);
      else kept.push(...used);
      return isEnough;
    };
    for (let value = 0; value < deeds.values; value++) {
      if (take(writes[value])) continue;
      for (const alike of swaps[value].values()) take(alike);
    }
    return { kept, endless };
  }
}

/** What is not believed, and may be needed; `endless`: writes that can be placed as often as is needed, and all of the same kind. */
interface Unbelieved {
  readonly kept: readonly number[];
  readonly endless: ReadonlyMap<number, readonly number[]>;
}

/**
 * An order without what nobody needs: of what is not believed, between two answers, the shortest way to the value that the later one
 * finds. In place of each that stands for many of the same others are taken, one after the other: there are as many as there are
 * demanding answers, and before each of these none is used twice.
 */
function pareDown(
  order: readonly number[],
  { told, open }: Deeds,
  { isBelieved, endless }: Paring,
): readonly number[] {
  const used = new Map<number, number>();
  const pared: number[] = [];
  let now = -1;
  /** What is not believed, since the last answer. */
  let way: number[] = [];
  for (const k of order) {
    if (!isBelieved(k)) {
      const value = open.value[k];
      if (open.op[k] === WRITE) way = [];
      const back = way.findIndex((one) => open.value[one] === value);
      way = value === now ? [] : back < 0 ? [...way, k] : way.slice(0, back + 1);
      continue;
    }
    // What is overwritten at once brings nothing about.
    if (told.op[k] === WRITE) way = [];
    for (const one of way) {
      const next = used.get(one) ?? 0;
      used.set(one, next + 1);
      pared.push(endless.get(one)?.[next] ?? one);
    }
    if (way.length > 0) now = open.value[way[way.length - 1]];
    if (told.op[k] === WRITE || told.op[k] === SWAP) now = told.value[k];
    else if (told.op[k] === READ) now = told.value[k];
    way = [];
    pared.push(k);
  }
  return pared;
}

/** Which operations of an order are believed, and what stands for many. */
interface Paring {
  readonly isBelieved: (k: number) => boolean;
  readonly endless: ReadonlyMap<number, readonly number[]>;
}

/** The rank, in a part of some operations, of an instant of the whole. */
export function rankIn(some: Part, chosen: Int32Array, part: Part, since: number): number {
  const first = chosen.findIndex((k) => part.call[k] >= since);
  return first < 0 ? NEVER : some.call[first];
}
