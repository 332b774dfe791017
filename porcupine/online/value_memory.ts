import { FAILED, SWAP, WRITE } from "../fast/register_table.ts";
import type { Model, Value } from "../types.ts";
import type { Promised, Seen } from "./beginning.ts";
import { changing, type Cut } from "./value_cut.ts";
import { NOTHING, type ValueEntry } from "./value_entry.ts";
import { findOrder, type Sought } from "./value_found.ts";
import { certainValues, possibleValues, ValueLooks } from "./value_looks.ts";
import type { ValueOrder } from "./value_order.ts";
import { type ValueConfiguration, WIDTHS } from "./value_run.ts";
import { stateAfterWrite, valueStates } from "./value_states.ts";
import { ValueSummary } from "./value_summary.ts";

/** Beside calls that hang no more configurations are gone through than this, and no more are kept. */
const [MOST_WORK, MOST_KEPT] = [1 << 14, 256];

/** A configuration that the past may have ended in, with the model's state. */
export interface ValueStart<State, Input, Output> extends ValueConfiguration<Input, Output> {
  readonly state: State;
}

/** A window that is to be summed up. */
export interface Summed<State, Input, Output> extends Sought<Input, Output> {
  readonly starts: readonly ValueStart<State, Input, Output>[];
  /** Those without an answer, open or lost, that may change the value. */
  readonly unanswered: ReadonlySet<ValueEntry<Input, Output>>;
  readonly order: ValueOrder<Input, Output>;
  /** How many operations are open. */
  readonly open: number;
  /** How long windows are. */
  readonly longest: number;
}

/**
 * What a window of a register remembers of its past: the configurations that it may have ended in, and what calls that hang can have
 * done or seen there.
 *
 * A write that hangs, or a compare-and-set, is placed in a configuration (`spent`), or owed, or need not be placed any more, as one
 * that is open at the edge of a window with its answer in: it is searched for as one that returns after all others. That a
 * write is answered tells nothing, unless it says that it did nothing. That, and a compare-and-set that says that it failed, was
 * placed nowhere, so that the configurations in which it was are dropped; and of those that change nothing `ValueLooks` tells what they can have seen.
 */
export class ValueMemory<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #looks = new ValueLooks<Input, Output>();
  /** Those that hung when the past was summed up. */
  readonly #hung = new Set<ValueEntry<Input, Output>>();
  /** States for the values that are remembered. */
  #states: ReadonlyMap<Value, State> = new Map();

  constructor(model: Model<State, Input, Output>) {
    this.#model = model;
  }

  /** Whether nothing hangs that the past has come to: an answer then tells nothing of the past, and there is nothing to forget. */
  get isEmpty(): boolean {
    return this.#hung.size === 0 && this.#looks.isEmpty;
  }

  /** The configurations at a cut; `undefined`: they are too many to be kept. */
  sumUp(
    window: Summed<State, Input, Output>,
    { level, hanging }: Cut<Input, Output>,
  ): readonly ValueStart<State, Input, Output>[] | "illegal" | "stopped" | undefined {
    const { entries, returns, budget } = window;
    const swaps = changing(hanging);
    const within = hanging.length === 0 ? budget : budget.within(MOST_WORK);
    const known = new ValueSummary({ ...window, hanging: swaps, looks: [], budget: within });
    const edge = returns[level].watched.ret;
    // What was looked for stays, even if nothing is summed up.
    for (const caller of hanging) {
      const then = known.valuesAt(caller.watched.call, window.starts.map(({ value }) => value));
      const certain = certainValues(caller, edge, returns);
      this.#looks.add(caller, { certain, possible: possibleValues(caller, edge, entries, then) });
    }
    if (this.#looks.areMany) return undefined;
    const looks = this.#looks.list;
    const summary = new ValueSummary({ ...window, hanging: swaps, looks, budget: within });
    const configurations = summary.at(level, this.#looks.among(window.starts));
    if (configurations === "stopped") {
      return hanging.length > 0 && within.stopped === "effort" ? undefined : "stopped";
    }
    if (configurations === "illegal") return "illegal";
    if (hanging.length > 0 && configurations.length > MOST_KEPT) return undefined;
    for (const caller of hanging) this.#hung.add(caller);
    return this.#withStates(window, this.#looks.settle(configurations));
  }

  #withStates(
    { entries, starts }: Summed<State, Input, Output>,
    configurations: readonly ValueConfiguration<Input, Output>[],
  ): readonly ValueStart<State, Input, Output>[] {
    const wanted = this.#looks.values;
    const written = new Set<Value>();
    for (const { value, spent } of configurations) {
      wanted.add(value);
      // What an operation that may yet be answered was done in: a compare-and-set in its value, a write in another one.
      for (const { op, value: made, from, watched } of spent) {
        if (watched.status !== "open") continue;
        if (op === SWAP) wanted.add(from);
        else written.add(made);
      }
    }
    const remembered = Array.from(this.#states, ([value, state]) => ({ value, state }));
    const known = [...starts, ...remembered];
    for (const made of written) for (const other of othersThan(made, known, entries)) wanted.add(other);
    const states = valueStates(this.#model, known, entries, wanted);
    // A compare-and-set that failed may be shown by a value that nothing has brought about: any other one that was there shows it as well.
    this.#looks.showBy(states);
    for (const value of this.#looks.values) wanted.add(value);
    this.#states = new Map([...states].filter(([value]) => wanted.has(value)));
    return configurations.map((one) => ({ ...one, state: states.get(one.value) as State }));
  }

  /**
   * What configurations an answer leaves of the past, which has come to an operation: in those in which it needs no place any more it is
   * `free`. `isTold`: it need not be looked at any more, as it is possible after each of them.
   */
  believe<One extends ValueConfiguration<Input, Output>>(
    entry: ValueEntry<Input, Output>,
    starts: readonly One[],
  ): { readonly starts: readonly One[]; readonly isTold: boolean } {
    if (!this.#hung.has(entry)) return { starts, isTold: false };
    const look = this.#looks.of(entry);
    const isUndone = entry.op === NOTHING;
    const kept = isUndone || entry.op === FAILED
      ? starts.filter(({ spent }) => !spent.includes(entry))
      : starts;
    const isFree = ({ free }: One): boolean => look === true || (look !== false && free.includes(look));
    return {
      isTold: look === true,
      starts: kept.map((one) => {
        const others = one.free.filter((other) =>
          (other === entry && !isUndone) || other.watched !== entry.watched
        );
        return { ...one, free: !isUndone && isFree(one) ? [...others, entry] : others };
      }),
    };
  }

  /** An operation has been answered, or will never be. */
  forget(entry: ValueEntry<Input, Output>): void {
    this.#hung.delete(entry);
    this.#looks.forget(entry);
  }

  /** The state of another value than a write brings about; if nothing else was ever there, the one that is. */
  #stateOfAnother({ value: made }: ValueEntry<Input, Output>, present: State): State {
    for (const [value, state] of this.#states) if (value !== made) return state;
    return present;
  }

  /** What calls that hang have done or seen in a configuration. */
  beginning({ state, spent, free }: ValueStart<State, Input, Output>): {
    readonly promises: readonly Promised<State>[];
    readonly seen: readonly Seen<State>[];
  } {
    const promises: Promised<State>[] = [];
    const seen: Seen<State>[] = [];
    for (const entry of this.#hung) {
      const { watched, op, from } = entry;
      if (spent.includes(entry)) {
        // Whatever it found: an answer that says that nothing was done does not lead from there to what it has written.
        const before = op === SWAP ? this.#states.get(from) as State : this.#stateOfAnother(entry, state);
        promises.push({ watched, before, after: stateAfterWrite(this.#model, before, watched.input) });
        continue;
      }
      const values = this.#looks.valuesFor(entry, free);
      const states = values.map((value) => this.#states.get(value) as State);
      if (states.length > 0) seen.push({ watched, states });
    }
    return { promises, seen };
  }
}

/** Values of which one was there before, if a write has changed anything: one that is known, else all that swaps bring about. */
function othersThan<Input, Output>(
  made: Value,
  known: readonly { readonly value: Value }[],
  entries: readonly ValueEntry<Input, Output>[],
): Value[] {
  const another = [...known, ...entries.filter(({ op }) => op === WRITE)].find(({ value }) => value !== made);
  if (another !== undefined) return [another.value];
  return entries.filter(({ op, value }) => op === SWAP && value !== made).map(({ value }) => value);
}

/** Where an order may do without some operations it does: what it shows is then likely to be the least that can be. */
export function orderWithout<Input, Output>(
  window: Sought<Input, Output> & { readonly unanswered: ReadonlySet<ValueEntry<Input, Output>> },
  order: ValueOrder<Input, Output>,
  some: ReadonlySet<ValueEntry<Input, Output>>,
): ValueOrder<Input, Output> {
  if (order.leaveOut(some, window.unanswered)) return order;
  const others = window.entries.filter((entry) => !some.has(entry));
  const found = findOrder({ ...window, entries: others }, WIDTHS.slice(0, 2));
  return typeof found === "string" ? order : found;
}
