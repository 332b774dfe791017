import { NEVER } from "../history.ts";
import type { Answer, Model, Value } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import { OpenCalls } from "./open_calls.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";
import { isClear, stateAfter, withoutPast } from "./zones.ts";

/** What this watch understands of an operation: reads, writes, and what is neither and does nothing. */
export type ValueAction =
  | { readonly op: "read"; readonly value: Value }
  | { readonly op: "write"; readonly value: Value }
  | { readonly op: "nothing" };

/** How to look at operations; `undefined` for what is not to be understood here. */
export interface ValueView<Input, Output> {
  readonly initial: Value;
  of(input: Input, answer: Answer<Output>): ValueAction | undefined;
}

/** A value, the write of it and the reads: its *zone* reaches from its first return to its last call, or back. */
interface Cluster<Input, Output> {
  readonly value: Value;
  /** `undefined`: the initial value, written before everything. */
  readonly write: Watched<Input, Output> | undefined;
  /** Of those with an answer: the one that returned first, and the one called last (the write is, if it was called last). */
  first: Watched<Input, Output> | undefined;
  last: Watched<Input, Output> | undefined;
  /** The first return; `NEVER` while there is no answer that needs the value. */
  from: number;
  /** The last call. */
  to: number;
}

const UNKNOWN = { known: false } as const;

/** So many answers, at least, before what is past is looked for again. */
const LEAST_SWEEP = 16;

/**
 * A register, or a key, whose writes all write different values, while it happens: the zones of `fast/zones.ts` (Gibbons and
 * Korach 1997), kept up to date. An answer belongs to one value and can only widen its zone, so the prefix is linearizable
 * exactly if the zone it widened still bears with every other. An open operation forbids nothing: a read without an answer
 * constrains nothing, and a write nobody has read may be left out. Two zones clash exactly if each begins (`from`) before the
 * other ends (`to`): both then are forward, or one is and the other, a backward one, lies within.
 *
 * *What is forgotten.* Let `m` be the first call among the open operations: whatever will yet be answered was called at `m`
 * or later. A value c is *over* if another value d has `d.from < m` and `c.from < d.to`: an answer called at `m` or later that
 * needs c would bring `c.to` to `m` at least, and c and d would clash. So a value that is over need not be known any more:
 * reads of it are refused like reads of a value nobody wrote; and if it is written again, who reads it from then on cannot
 * mean the old one. Nor will its zone ever clash with another g. It would have to be `c.from < g.to` and `g.from < c.to`; then
 * g has a zone already (a later answer comes after the call `c.to`), and g is over too: by c if `c.from < m`; otherwise by d,
 * for c and d do not clash, so that `g.from < c.to <= d.from < m <= c.from < d.to`. While the write of c is open, c is not over:
 * its call comes at `m` or later, so that it would clash with d already.
 *
 * The values that are not over and begin before `m` all have an instant in common (each `to` comes before every other `from`),
 * so that there are no more of them than operations were open at once. Lost writes nobody has read are kept: they may be yet.
 */
export class ValueWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #view: ValueView<Input, Output>;
  readonly #open = new OpenCalls<Input, Output>();
  readonly #clusters = new Map<Value, Cluster<Input, Output>>();
  /** The clusters that have a zone. */
  #zones: Cluster<Input, Output>[] = [];
  #dueIn = LEAST_SWEEP;
  /** The write of a value that is over: nothing that is kept, or to come, can stand before it. */
  #past: Watched<Input, Output> | undefined;
  #initialIsOver = false;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, view: ValueView<Input, Output>) {
    this.#model = model;
    this.#view = view;
    const value = view.initial;
    const cluster = { value, write: undefined, first: undefined, last: undefined, from: -1, to: -1 };
    this.#clusters.set(value, cluster);
    this.#zones.push(cluster);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call: those that are open, and of each value those that bound its zone. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set(this.#open.all);
    for (const { write, first, last } of this.#clusters.values()) {
      for (const watched of [write, first, last]) if (watched !== undefined) kept.add(watched);
    }
    return [...kept].sort(byCall);
  }

  /** The state before everything that is kept. */
  get states(): readonly State[] {
    return [this.#base()];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#view.of(watched.input, watched.answer);
    if (action === undefined || action.op === "read") return false;
    if (action.op === "write") {
      const { value } = action;
      // Two writes of one value, or a value that is unequal to itself: who read which?
      if (this.#clusters.has(value) || Number.isNaN(value)) return false;
      const cluster = {
        value,
        write: watched,
        first: undefined,
        last: undefined,
        from: NEVER,
        to: watched.call,
      };
      this.#clusters.set(value, cluster);
    }
    this.#open.add(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#view.of(watched.input, watched.answer);
    if (action === undefined) return undefined;
    if (action.op === "write") {
      if (this.#clusters.get(action.value)?.write !== watched) return undefined;
      // An answer may not turn into a read what was called a write.
    } else if (this.#view.of(watched.input, UNKNOWN)?.op !== "nothing") return undefined;
    this.#open.ended();
    if (action.op !== "nothing") {
      const cluster = this.#clusters.get(action.value);
      if (cluster === undefined || !this.#widen(cluster, watched)) return "illegal";
    }
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** An operation that was called will never be answered. */
  lose(): void {
    this.#open.ended();
  }

  /**
   * What is kept, as the past of a search. What was forgotten can come before all of it: the values begun before `m` have an
   * instant in common that comes after every zone forgotten. Nothing that is still to come will read the state to begin with, if
   * that is of a value that is over: one of the values that are not began before `m`.
   */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.#base()), operations: this.operations }];
  }

  /** The value before everything that is kept: of a register the one that `past` begins with. */
  get beginning(): Value {
    const past = this.#initialIsOver ? this.#past : undefined;
    const action = past && this.#view.of(past.input, UNKNOWN);
    return action?.op === "write" ? action.value : this.#view.initial;
  }

  /** Takes one more operation into a zone; false if that makes it overlap another. */
  #widen(cluster: Cluster<Input, Output>, watched: Watched<Input, Output>): boolean {
    const isNew = cluster.from === NEVER;
    if (isNew) {
      cluster.from = watched.ret;
      cluster.first = watched;
      this.#zones.push(cluster);
    }
    if (watched.call > cluster.to) {
      cluster.to = watched.call;
      cluster.last = watched;
    } else if (!isNew) return true;
    return isClear(this.#zones, cluster);
  }

  /** Forgets the values that are over. */
  #forget(): void {
    this.#zones = withoutPast(this.#zones, {
      oldest: this.#open.oldest,
      covers: () => true,
      drop: (zone) => {
        this.#clusters.delete(zone.value);
        if (zone.write === undefined) this.#initialIsOver = true;
        else this.#past = zone.write;
      },
    });
    this.#dueIn = Math.max(LEAST_SWEEP, this.#zones.length);
  }

  /** The state that a value that is over, or the initial one, gave the object. */
  #base(): State {
    return stateAfter(this.#model, this.#initialIsOver ? this.#past : undefined);
  }
}
