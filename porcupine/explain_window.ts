import { changes, type Deeds } from "./explain_deeds.ts";
import { FAILED, READ, SWAP, WRITE } from "./fast/register_table.ts";
import { NEVER } from "./history.ts";
import type { Inquiry } from "./inquiry.ts";
import { type Part, partOfSome } from "./parts.ts";
import { askValues } from "./search/values/question.ts";

/** A register whose values repeat, up to an answer that is impossible. */
export class Scene<State, Input, Output> {
  readonly inquiry: Inquiry<State, Input, Output>;
  /** The answer. */
  readonly x: number;
  readonly deeds: Deeds;
  /** By value: the writes, and the compare-and-sets, that can bring it about if they are not believed; by call. */
  readonly writes: readonly (readonly number[])[];
  readonly swaps: readonly (readonly number[])[];
  /** All answers before `x`, the last one first. */
  readonly #before: readonly number[];

  constructor(inquiry: Inquiry<State, Input, Output>, x: number, deeds: Deeds) {
    const { returns } = inquiry.part;
    this.inquiry = inquiry;
    this.x = x;
    this.deeds = deeds;
    this.#before = Array.from(returns.subarray(0, returns.indexOf(x))).reverse();
    const writes: number[][] = Array.from({ length: deeds.values }, () => []);
    const swaps: number[][] = Array.from({ length: deeds.values }, () => []);
    for (let k = 0; k < deeds.count; k++) {
      if (k === x) continue;
      if (deeds.open.op[k] === WRITE) writes[deeds.open.value[k]].push(k);
      if (deeds.open.op[k] === SWAP) swaps[deeds.open.value[k]].push(k);
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
 * are enough, those called first. If so many were called before the instant, compare-and-sets to that value are not needed: a
 * write can take the place of each.
 */
export class Window<State, Input, Output> {
  /** All there is to be asked of; what is rather to be left out comes last. */
  readonly pool: readonly number[];
  /** False once a question could not be settled within the budget. */
  sure = true;
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

  /** Whether these answers, and that of `x`, are impossible. */
  impossible(items: readonly number[]): boolean {
    const answer = this.answer(items);
    if (answer === "unknown") this.sure = false;
    return answer === "impossible";
  }

  /** An order from the instant on that gives these answers, and that of `x`; `beside`: members of groups that are believed, too. */
  answer(
    items: readonly number[],
    beside: readonly number[] = [],
  ): readonly number[] | "impossible" | "unknown" {
    const { deeds, x, inquiry: { part, budget } } = this.#scene;
    if (!budget.goOn()) return "unknown";
    const members = new Set([x, ...items.filter((item) => item >= 0)]);
    const over = new Set([...this.spread(items.filter((item) => item < 0)), ...beside]);
    const chosen = Int32Array.from([...members, ...this.#unbelieved(members, over)]).sort();
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
    const answer = askValues({ table, part: some, since: rankIn(some, chosen, part, this.#since) }, budget);
    return typeof answer === "string" ? answer : Array.from(answer, (i) => chosen[i]);
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
      const alike = (open.op[k] === WRITE ? writes : swaps)[open.value[k]];
      const other = alike.findLast((one) =>
        open.from[one] === open.from[k] && call[one] < this.#since && !isBelieved(one) && !present.has(one)
      ) ?? k;
      if (other < k) {
        return k;
      }
      present.add(other);
      return other;
    });
  }

  #unbelieved(members: ReadonlySet<number>, over: ReadonlySet<number>): number[] {
    const { deeds, writes, swaps, inquiry: { part } } = this.#scene;
    const { told: { op } } = deeds;
    let demanding = 0;
    for (const k of members) if (op[k] === READ || op[k] === SWAP || op[k] === FAILED) demanding++;
    const kept: number[] = [];
    for (let value = 0; value < deeds.values; value++) {
      const free = (k: number): boolean => !members.has(k) && !over.has(k);
      let early = 0;
      let used = 0;
      for (const k of writes[value]) {
        if (used === demanding) break;
        if (!free(k)) continue;
        kept.push(k);
        used++;
        if (part.call[k] < this.#since) early++;
      }
      if (early < demanding) kept.push(...swaps[value].filter(free));
    }
    return kept;
  }
}

/** The rank, in a part of some operations, of an instant of the whole. */
function rankIn(some: Part, chosen: Int32Array, part: Part, since: number): number {
  const first = chosen.findIndex((k) => part.call[k] >= since);
  return first < 0 ? NEVER : some.call[first];
}
