import type { Budget } from "../budget.ts";
import { WRITE } from "../fast/register_table.ts";
import { NEVER } from "../history.ts";
import type { Value } from "../types.ts";
import { byCall, type ValueEntry } from "./value_entry.ts";
import type { ValueOrder } from "./value_order.ts";
import { type ValueConfiguration, ValueRun } from "./value_run.ts";

/** For that the last returns are gone through: a share of the longest window, and so many for each open operation; more if that does not tell. */
const RUN_UPS = [{ share: 1 / 64, forEach: 2 }, { share: 1 / 16, forEach: 8 }];
/** So many configurations are kept of what the order shows. */
const RUN_UP_WIDTH = 256;

/** What is known of a register's window. */
export interface Stretch<Input, Output> {
  /** By call. */
  readonly entries: readonly ValueEntry<Input, Output>[];
  /** By return. */
  readonly returns: readonly ValueEntry<Input, Output>[];
  /** Those without an answer, open or lost, that may change the value. */
  readonly unanswered: ReadonlySet<ValueEntry<Input, Output>>;
  /** An order that explains them. */
  readonly order: ValueOrder<Input, Output>;
  /** Of the unanswered ones those that hang: called in the past, open, and perhaps answered some day. By call. */
  readonly hanging: readonly ValueEntry<Input, Output>[];
  /** What hanging calls may have seen (`ValueLooks`), by call. */
  readonly looks: readonly ValueEntry<Input, Output>[];
  /** How many operations are open. */
  readonly open: number;
  /** How long windows are. */
  readonly longest: number;
  readonly budget: Budget;
}

/**
 * The configurations in which a window of a register may stand at one of its returns: one before which only operations were called
 * whose answers are in, or that are lost.
 *
 * They need not be looked for from the last such return on. Two searches begin some returns before it: one from the
 * configuration that the order shows there, which is possible; one from every value that can be there at all, with nothing
 * spent and nothing owed, so that for each possible configuration there is one that dominates it, and there still is
 * return by return. Where each that the second search comes to is dominated by one of the first, the first has found all
 * that are worth keeping, even if it was not to keep many. Where not, it is searched for from the last such return on.
 */
export class ValueSummary<Input, Output> {
  readonly #stretch: Stretch<Input, Output>;

  /** Of a window. */
  constructor(stretch: Stretch<Input, Output>) {
    this.#stretch = stretch;
  }

  /** The configurations at a return, given those that the past may have ended in. */
  at(
    level: number,
    starts: readonly ValueConfiguration<Input, Output>[],
  ): readonly ValueConfiguration<Input, Output>[] | "illegal" | "stopped" {
    return this.#shortCut(level, starts.map(({ value }) => value)) ?? this.#advance(level, starts);
  }

  /** From the last ones on. */
  #advance(
    level: number,
    starts: readonly ValueConfiguration<Input, Output>[],
  ): readonly ValueConfiguration<Input, Output>[] | "illegal" | "stopped" {
    const run = this.#runTo(level, 0, starts.map(({ value }) => value));
    const rows = run.rowsAt(level, Infinity, starts);
    return typeof rows === "string" ? rows : run.configurations(level, rows);
  }

  /** The same from a little before it; `undefined` if that does not tell. */
  #shortCut(
    level: number,
    first: readonly Value[],
  ): readonly ValueConfiguration<Input, Output>[] | undefined {
    const { longest, open } = this.#stretch;
    for (const { share, forEach } of RUN_UPS) {
      const from = level - Math.ceil(longest * share) - forEach * open;
      const found = from > 0 ? this.#shortCutFrom(from, level, first) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #shortCutFrom(
    from: number,
    level: number,
    first: readonly Value[],
  ): readonly ValueConfiguration<Input, Output>[] | undefined {
    const edge = this.#stretch.returns[from].watched.ret;
    const open = this.#openAt(from);
    const { value, before, after } = this.#stretch.order.splitAt(edge, open);
    // What is lost is unspent in what more than can be true leads to: nothing that has spent it dominates that.
    if (before.some(({ watched }) => watched.status === "lost")) return undefined;
    const answered = ({ watched }: ValueEntry<Input, Output>): boolean => watched.ret !== NEVER;
    const free = open.filter(answered);
    // What the past has dealt with has no place in the order.
    if (before.filter(answered).length + after.filter(answered).length < free.length) return undefined;
    const { looks, hanging, order } = this.#stretch;
    const called = (entry: ValueEntry<Input, Output>): boolean => entry.watched.call < edge;
    const early = looks.filter(called);
    const seen = early.filter((look) => order.shows(look, edge));
    const values = this.valuesAt(edge, first);
    const run = this.#runTo(level, from, values);
    const shown = run.rowsAt(level - from, RUN_UP_WIDTH, [{ value, spent: before, free: seen }]);
    if (typeof shown === "string") return undefined;
    const all = [...free, ...hanging.filter(called), ...early];
    const loose = run.rowsAt(
      level - from,
      Infinity,
      values.map((one) => ({ value: one, spent: [], free: all })),
    );
    if (typeof loose === "string" || !run.areDominated(loose, shown, hanging)) return undefined;
    return run.configurations(level - from, shown);
  }

  /**
   * The values that can be there at an instant by an operation that has an answer, and perhaps others: the first ones, and those of
   * operations that did not return before another was called that has changed the value, and has returned by then.
   *
   * Those that only operations without an answer bring about are left out, as nothing that is possible takes them. Take any order in
   * which one of these values is there, and in it the last operation with an answer that changed the value before the instant: its
   * value is among the ones above (the first ones, if there is none). What changed it since then has no answer, so it is open,
   * or lost, at the instant, and unspent in a configuration that has spent nothing: the search may place it first, in the
   * same sequence, and is then where the order is.
   */
  valuesAt(instant: number, first: readonly Value[]): readonly Value[] {
    const { entries, returns } = this.#stretch;
    let last = this.#calledBefore(instant) - 1;
    while (last >= 0 && (entries[last].op < WRITE || entries[last].watched.ret >= instant)) last--;
    const lastCall = last < 0 ? -1 : entries[last].watched.call;
    const values = new Set(first);
    const add = ({ op, value, watched }: ValueEntry<Input, Output>): void => {
      if (op >= WRITE && watched.call < instant) values.add(value);
    };
    for (let k = returns.length - 1; k >= 0 && returns[k].watched.ret >= lastCall; k--) add(returns[k]);
    return [...values];
  }

  /** How many were called before an instant. */
  #calledBefore(instant: number): number {
    const { entries } = this.#stretch;
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entries[middle].watched.call < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What is open at a return, that one included, and what was lost before it: by call. */
  #openAt(from: number): ValueEntry<Input, Output>[] {
    const { returns, unanswered } = this.#stretch;
    const edge = returns[from].watched.ret;
    const open: ValueEntry<Input, Output>[] = [];
    for (let k = from; k < returns.length; k++) if (returns[k].watched.call < edge) open.push(returns[k]);
    for (const entry of unanswered) if (entry.watched.call < edge) open.push(entry);
    return open.sort(byCall);
  }

  /**
   * What happens between two returns. Answers that came after the later one count, too: of what was called before that, all are in,
   * or are waited for: whoever hangs counts as one that returns after all others.
   */
  #runTo(level: number, from: number, values: readonly Value[]): ValueRun<Input, Output> {
    const { entries, returns, budget, looks, hanging } = this.#stretch;
    const [begin, end] = [returns[from].watched.ret, returns[level].watched.ret];
    const later = entries.slice(this.#calledBefore(begin), this.#calledBefore(end));
    const returned = returns.slice(from).filter(({ watched }) => watched.call < end);
    const seen = looks.filter(({ watched }) => watched.call < end);
    const all = [...this.#openAt(from), ...later, ...seen];
    if (seen.length > 0) all.sort(byCall);
    return new ValueRun(all, [...returned, ...hanging, ...seen], values, budget);
  }
}
