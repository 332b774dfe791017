import { FAILED, READ, SWAP, WRITE } from "../fast/register_table.ts";
import type { Value } from "../types.ts";
import { byCall, type Deed, NOTHING, type ValueEntry } from "./value_entry.ts";
import type { ValueConfiguration } from "./value_run.ts";

/** In place of a value: a compare-and-set found another one than it asked for. */
const FAILS: unique symbol = Symbol("fails");
/** What may have been seen. */
type Sight = Value | typeof FAILS;

/** More looks than this are too many to be searched with. */
const MOST_LOOKS = 192;

/** An answer that a call that hangs may still get, as an operation; and a value that is there then. */
interface Look<Input, Output> {
  readonly entry: ValueEntry<Input, Output>;
  readonly value: Value;
}

/** What has been found out of one call that hangs. */
interface Found<Input, Output> {
  /** What was to be seen since its call, whatever happened; and a value that shows it. */
  readonly told: Map<Sight, Value>;
  /** What was to be seen in some configurations. */
  readonly looks: Map<Sight, Look<Input, Output>>;
}

/** What may have been there for a call to see: certainly, and perhaps. */
export interface Scene {
  readonly certain: Iterable<Value>;
  readonly possible: Iterable<Value>;
}

/**
 * What calls that hang can have seen of a register in the past: the values that a read may answer, and whether a compare-and-set may
 * answer that it failed. Neither changes anything.
 *
 * Each such answer is searched for as if it were an operation of its own that has the answer and has not returned yet: a *look*. In
 * a configuration it is owed, or not owed any more, which is exactly what the answer would be if it came; and looks bear on nothing
 * else. So a configuration tells of all answers at once, of several calls, too, which ones its own order makes possible. What
 * is seen in every configuration is told from then on, and searched no more: where values repeat that is soon each of them.
 */
export class ValueLooks<Input, Output> {
  readonly #found = new Map<ValueEntry<Input, Output>, Found<Input, Output>>();

  /** All that have to be searched for, by call. */
  get list(): ValueEntry<Input, Output>[] {
    const list: ValueEntry<Input, Output>[] = [];
    for (const { looks } of this.#found.values()) for (const { entry } of looks.values()) list.push(entry);
    return list.sort(byCall);
  }

  /** Whether nothing has been found out of any call. */
  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** Whether there are so many that they are not to be searched for. */
  get areMany(): boolean {
    let count = 0;
    for (const { looks } of this.#found.values()) count += looks.size;
    return count > MOST_LOOKS;
  }

  /** A call that hangs may have seen more. */
  add(caller: ValueEntry<Input, Output>, { certain, possible }: Scene): void {
    // A write says nothing of what it finds.
    if (caller.asked === "write") return;
    let found = this.#found.get(caller);
    if (found === undefined) this.#found.set(caller, found = { told: new Map(), looks: new Map() });
    const { told, looks } = found;
    for (const value of certain) {
      const sight = sightOf(caller, value);
      if (sight === undefined || told.has(sight)) continue;
      told.set(sight, value);
      looks.delete(sight);
    }
    for (const value of possible) {
      const sight = sightOf(caller, value);
      if (sight === undefined || told.has(sight) || looks.has(sight)) continue;
      looks.set(sight, { entry: lookFor(caller, sight), value });
    }
  }

  /** Takes what configurations have come to: what is seen in all of them is told, what is seen in none is looked for again. */
  settle(
    configurations: readonly ValueConfiguration<Input, Output>[],
  ): ValueConfiguration<Input, Output>[] {
    for (const { told, looks } of this.#found.values()) {
      for (const [sight, { entry, value }] of looks) {
        const count = configurations.filter(({ free }) => free.includes(entry)).length;
        if (count === configurations.length) told.set(sight, value);
        if (count === configurations.length || count === 0) looks.delete(sight);
      }
    }
    return this.among(configurations);
  }

  /** Configurations without looks that are searched for no more. */
  among<One extends ValueConfiguration<Input, Output>>(configurations: readonly One[]): One[] {
    const looks = new Set(this.list);
    const isKnown = (entry: ValueEntry<Input, Output>): boolean => !isLook(entry) || looks.has(entry);
    return configurations.map((one) =>
      one.free.every(isKnown) ? one : { ...one, free: one.free.filter(isKnown) }
    );
  }

  /**
   * What has been found of the answer that a call has got: `true`, that it was to be seen whatever happened; else its look, if there is
   * one.
   */
  of(caller: ValueEntry<Input, Output>): ValueEntry<Input, Output> | boolean {
    const found = this.#found.get(caller);
    const sight = sightTold(caller);
    if (found === undefined || sight === undefined) return false;
    return found.told.has(sight) || (found.looks.get(sight)?.entry ?? false);
  }

  /** Values in which a call can have been answered without changing anything, in a configuration. */
  valuesFor(caller: ValueEntry<Input, Output>, free: readonly ValueEntry<Input, Output>[]): Value[] {
    const found = this.#found.get(caller);
    if (found === undefined) return [];
    const looks = [...found.looks.values()].filter(({ entry }) => free.includes(entry));
    return [...found.told.values(), ...looks.map(({ value }) => value)];
  }

  /** Takes other values to show that a compare-and-set may have failed where its value is none of some. */
  showBy(values: ReadonlyMap<Value, unknown>): void {
    for (const [{ from }, { told, looks }] of this.#found) {
      const shows = (value: Value | undefined): Value => {
        if (value !== undefined && values.has(value)) return value;
        for (const other of values.keys()) if (other !== from) return other;
        throw new TypeError("a compare-and-set has failed where nothing but its value was");
      };
      if (told.has(FAILS)) told.set(FAILS, shows(told.get(FAILS)));
      const look = looks.get(FAILS);
      if (look !== undefined) looks.set(FAILS, { ...look, value: shows(look.value) });
    }
  }

  /** All values that are kept. */
  get values(): Set<Value> {
    const values = new Set<Value>();
    for (const { told, looks } of this.#found.values()) {
      for (const value of told.values()) values.add(value);
      for (const { value } of looks.values()) values.add(value);
    }
    return values;
  }

  /** A call hangs no more. */
  forget(caller: ValueEntry<Input, Output>): void {
    this.#found.delete(caller);
  }
}

/** Whether an operation stands for an answer that has not come. */
function isLook({ op, watched }: ValueEntry<unknown, unknown>): boolean {
  return (op === READ || op === FAILED) && watched.status !== "returned";
}

/** What a call sees of a value without changing it; `undefined`: it would change it. */
function sightOf({ asked, op, from }: ValueEntry<unknown, unknown>, value: Value): Sight | undefined {
  if (asked !== "cas") return value;
  if (value !== from) return FAILS;
  return op === NOTHING ? value : undefined;
}

/** What a call has seen, now that it is answered; `undefined`: what it changed. */
function sightTold({ op, value }: Deed): Sight | undefined {
  return op === READ ? value : op === FAILED ? FAILS : undefined;
}

function lookFor<Input, Output>(
  { watched, asked, from }: ValueEntry<Input, Output>,
  sight: Sight,
): ValueEntry<Input, Output> {
  return sight === FAILS
    ? { watched, asked, op: FAILED, value: null, from }
    : { watched, asked, op: READ, value: sight, from: null };
}

/** The values that a call has certainly seen by an instant: what was asked for after it, and is done by then, was done meanwhile. */
export function certainValues<Input, Output>(
  { watched: { call } }: ValueEntry<Input, Output>,
  instant: number,
  returns: readonly ValueEntry<Input, Output>[],
): Set<Value> {
  const values = new Set<Value>();
  for (const { op, value, from, watched } of returns) {
    if (watched.ret >= instant) break;
    if (watched.call < call || op === FAILED) continue;
    values.add(value);
    if (op === SWAP) values.add(from);
  }
  return values;
}

/** The values that a call may have seen by an instant, and perhaps others; `then`: those that can have been there when it was called. */
export function possibleValues<Input, Output>(
  { watched: { call } }: ValueEntry<Input, Output>,
  instant: number,
  entries: readonly ValueEntry<Input, Output>[],
  then: Iterable<Value>,
): Set<Value> {
  const values = new Set(then);
  for (const { op, value, watched } of entries) {
    if (op >= WRITE && watched.ret > call && watched.call < instant) values.add(value);
  }
  return values;
}
