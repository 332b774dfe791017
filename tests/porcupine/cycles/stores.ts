/**
 * Stores that isolate transactions more or less, and the histories that they make.
 *
 * @module
 */
import type {
  MicroOperation,
  Transaction,
  TransactionKey,
  TransactionValue,
} from "../../../porcupine/mod.ts";
import type { Random } from "../fuzz/random.ts";

/**
 * What a store does.
 *
 * - `strict`: a transaction happens at one instant between its call and its return.
 * - `stale`: the same, but some that only read are shown how things were.
 * - `snapshot`: everybody works on a snapshot from his beginning; who would overwrite what others changed since is refused.
 * - `lossy`: the same, and nobody is refused.
 * - `committed`: every step sees what is committed just then; writes appear together at the end.
 * - `uncommitted`: every step happens at once, for everybody to see, and is not undone where the transaction fails.
 */
export const STORES = ["strict", "stale", "snapshot", "lossy", "committed", "uncommitted"] as const;

/** The name of a store. */
export type StoreName = (typeof STORES)[number];

/** How large a history is, and of what. */
export interface HistorySize {
  readonly processes: number;
  /** Each process asks for so many transactions. */
  readonly each: number;
  /** Keys of lists, and of registers. */
  readonly lists: number;
  readonly registers: number;
  /** Most steps of a transaction. */
  readonly steps: number;
  /** In a hundred: answers that are lost, transactions that fail by themselves. */
  readonly lost: number;
  readonly failed: number;
  /** Whether every key is read at the end. */
  readonly finalReads: boolean;
}

type Held = TransactionValue | null | readonly TransactionValue[];
type State = ReadonlyMap<TransactionKey, Held>;

interface Running {
  readonly process: number;
  readonly callAt: number;
  readonly program: readonly MicroOperation[];
  readonly done: MicroOperation[];
  /** What it works on, where the store gives it something of its own. */
  view: Map<TransactionKey, Held>;
  readonly snapshot: State;
  readonly touched: Set<TransactionKey>;
  /** The commit before which it began. */
  readonly since: number;
}

/** A history of a store. Equal arguments give equal histories, if `random` begins alike. */
export function historyOf(store: StoreName, size: HistorySize, random: Random): Transaction[] {
  return new Simulation(store, size, random).run();
}

class Simulation {
  readonly #store: StoreName;
  readonly #size: HistorySize;
  readonly #random: Random;
  readonly #history: Transaction[] = [];
  #state = new Map<TransactionKey, Held>();
  readonly #past: State[] = [];
  /** By key: the commit that changed it last. */
  readonly #changed = new Map<TransactionKey, number>();
  #clock = 0;
  #values = 0;

  constructor(store: StoreName, size: HistorySize, random: Random) {
    this.#store = store;
    this.#size = size;
    this.#random = random;
  }

  run(): Transaction[] {
    const { processes, each, finalReads } = this.#size;
    const left = new Array<number>(processes).fill(each);
    const names = Array.from({ length: processes }, (_, i) => i);
    const running = new Map<number, Running>();
    while (left.some((count) => count > 0) || running.size > 0) {
      const p = this.#random.below(processes);
      const current = running.get(p);
      if (current === undefined) {
        if (left[p]-- > 0) running.set(p, this.#begin(names[p]));
      } else if (current.done.length < current.program.length) this.#step(current);
      else {
        running.delete(p);
        // Whose answer was lost goes on under another name.
        if (!this.#end(current)) names[p] += processes;
      }
    }
    if (finalReads) this.#readAll(1000 * processes);
    return this.#history.sort((a, b) => a.callAt - b.callAt);
  }

  #keys(): TransactionKey[] {
    const { lists, registers } = this.#size;
    return [
      ...Array.from({ length: lists }, (_, i) => `l${i}`),
      ...Array.from({ length: registers }, (_, i) => `r${i}`),
    ];
  }

  #readAll(process: number): void {
    const operations = this.#keys().map((key): MicroOperation => ({
      f: "read",
      key,
      found: this.#state.get(key) ?? null,
    }));
    const callAt = ++this.#clock;
    this.#history.push({ process, callAt, operations, outcome: { status: "ok", returnAt: ++this.#clock } });
  }

  #begin(process: number): Running {
    const keys = this.#keys();
    const program = Array.from({ length: 1 + this.#random.below(this.#size.steps) }, (): MicroOperation => {
      const key = keys[this.#random.below(keys.length)];
      if (this.#random.below(2) === 0) return { f: "read", key, found: null };
      return { f: `${key}`.startsWith("l") ? "append" : "write", key, value: ++this.#values };
    });
    const stale = this.#store === "stale" && program.every(({ f }) => f === "read") && this.#past.length > 0;
    const snapshot = stale ? this.#past[this.#random.below(this.#past.length)] : new Map(this.#state);
    return {
      process,
      callAt: ++this.#clock,
      program,
      done: [],
      view: new Map(snapshot),
      snapshot,
      touched: new Set(),
      since: this.#past.length,
    };
  }

  #step(current: Running): void {
    const step = current.program[current.done.length];
    const atEnd = this.#store === "strict" || this.#store === "stale";
    if (this.#store === "uncommitted") current.done.push(perform(this.#state, step));
    else if (this.#store === "committed") {
      if (!current.touched.has(step.key)) current.view.set(step.key, this.#state.get(step.key) ?? null);
      current.done.push(perform(current.view, step));
    } else if (atEnd) current.done.push(step);
    else current.done.push(perform(current.view, step));
    if (step.f !== "read") current.touched.add(step.key);
  }

  /** Whether an answer came. */
  #end(current: Running): boolean {
    const { process, callAt } = current;
    const fails = this.#random.below(100) < this.#size.failed;
    const lost = this.#random.below(100) < this.#size.lost;
    const committed = !fails && !this.#conflicts(current) && !(lost && this.#random.below(2) === 0);
    const operations = committed ? this.#commit(current) : current.done;
    this.#past.push(new Map(this.#state));
    const returnAt = ++this.#clock;
    if (lost) this.#history.push({ process, callAt, operations, outcome: { status: "unknown" } });
    else {
      this.#history.push({
        process,
        callAt,
        operations,
        outcome: { status: committed ? "ok" : "failed", returnAt },
      });
    }
    return !lost;
  }

  #conflicts({ touched, since }: Running): boolean {
    if (this.#store !== "snapshot") return false;
    return [...touched].some((key) => (this.#changed.get(key) ?? -1) >= since);
  }

  #commit(current: Running): MicroOperation[] {
    const number = this.#past.length;
    for (const key of current.touched) this.#changed.set(key, number);
    switch (this.#store) {
      case "uncommitted":
        return current.done;
      case "strict":
        return current.program.map((step) => perform(this.#state, step));
      case "stale": {
        const onlyReads = current.touched.size === 0;
        const state = onlyReads ? new Map(current.snapshot) : this.#state;
        return current.program.map((step) => perform(state, step));
      }
      case "committed":
        for (const step of current.program) if (step.f !== "read") perform(this.#state, step);
        return current.done;
      case "snapshot":
      case "lossy":
        for (const key of current.touched) this.#state.set(key, current.view.get(key) ?? null);
        return current.done;
    }
  }
}

/** Carries out a step; answers it as it was answered. */
function perform(state: Map<TransactionKey, Held>, step: MicroOperation): MicroOperation {
  const held = state.get(step.key) ?? null;
  switch (step.f) {
    case "read":
      return { ...step, found: held };
    case "append":
      state.set(step.key, [...(held as readonly TransactionValue[] | null ?? []), step.value]);
      return step;
    case "write":
      state.set(step.key, step.value);
      return step;
  }
}
