import type { RegisterAction, Value } from "../types.ts";
import { type Blocks, Draft, type Impossible } from "./block_draft.ts";
import type { Sessions } from "./session.ts";

/** A register: a write with the reads of its value; a swap follows the value it replaced, in that value's block. */
export function registerBlocks<State, Input, Output>(
  { ids, answered }: Sessions<State, Input, Output>,
  initial: Value,
  actions: readonly (RegisterAction | undefined)[],
): Blocks | Impossible | undefined {
  const makers = new Map<Value, number>();
  const readers = new Map<Value, number[]>();
  const swapOf = new Map<Value, number>();
  for (let k = 0; k < ids.length; k++) {
    const action = actions[k];
    if (action === undefined || holdsNaN(action)) return undefined;
    if (action.op === "read") pushTo(readers, action.value, k);
    const made = action.op === "write"
      ? action.value
      : action.op === "cas" && action.swapped !== false
      ? action.to
      : undefined;
    if (made === undefined) continue;
    if (makers.has(made) || made === initial) return undefined;
    makers.set(made, k);
    if (action.op !== "cas") continue;
    // Two that may have replaced one value: which of them did is not known.
    if (swapOf.has(action.from) || (action.swapped === "unknown" && answered[k] === 1)) return undefined;
    swapOf.set(action.from, k);
  }
  for (const [value, list] of readers) {
    if (value === initial || makers.has(value)) continue;
    return { operations: [list[0]], because: "nothing ever wrote that value" };
  }
  return new RegisterDraft(ids.length, { initial, actions, answered, makers, readers, swapOf }).fill();
}

/** Whether a value is the one that is not itself: no read of it is right, but a table would find it. */
export function holdsNaN(action: RegisterAction): boolean {
  switch (action.op) {
    case "read":
    case "write":
      return Number.isNaN(action.value);
    case "cas":
      return Number.isNaN(action.from) || Number.isNaN(action.to);
    case "nothing":
      return false;
  }
}

interface RegisterTable {
  readonly initial: Value;
  readonly actions: readonly (RegisterAction | undefined)[];
  readonly answered: Uint8Array;
  readonly makers: ReadonlyMap<Value, number>;
  readonly readers: ReadonlyMap<Value, readonly number[]>;
  /** The compare-and-set that may have replaced a value. */
  readonly swapOf: ReadonlyMap<Value, number>;
}

class RegisterDraft extends Draft {
  readonly #table: RegisterTable;

  constructor(size: number, table: RegisterTable) {
    super(size);
    this.#table = table;
  }

  fill(): Blocks | Impossible {
    const { initial, actions, answered } = this.#table;
    this.#chain(initial, 0, 0);
    for (let k = 0; k < actions.length; k++) {
      const action = actions[k];
      if (action?.op !== "write" || (answered[k] === 0 && !this.#isNeeded(action.value))) continue;
      const block = this.count++;
      this.place(k, block, 0);
      this.#chain(action.value, block, 1);
    }
    for (let k = 0; k < actions.length; k++) {
      const action = actions[k];
      if (action?.op !== "cas") continue;
      if (action.swapped === false) this.#loosen(k, action.from);
      else if (this.block[k] < 0 && (answered[k] === 1 || this.#isNeeded(action.to))) {
        return { operations: [k], because: "nothing can have written the value it replaced" };
      }
    }
    return this.done();
  }

  /** The reads of a value, and what replaced it by compare-and-set, and so on. */
  #chain(start: Value, block: number, from: number): void {
    const { readers, swapOf, actions, answered } = this.#table;
    let value = start;
    for (let step = from;;) {
      for (const k of readers.get(value) ?? []) this.place(k, block, step);
      const swap = swapOf.get(value);
      const action = swap === undefined ? undefined : actions[swap];
      if (swap === undefined || action?.op !== "cas") return;
      if (answered[swap] === 0 && !this.#isNeeded(action.to)) return;
      this.place(swap, block, step + 1);
      value = action.to;
      step += 2;
    }
  }

  /** Whether an answer shows that the value was there. */
  #isNeeded(value: Value): boolean {
    const { readers, swapOf, actions, answered } = this.#table;
    // Swaps without an answer may replace each other's values in a cycle.
    const met = new Set<Value>();
    for (let now = value; !met.has(now);) {
      if (readers.has(now)) return true;
      met.add(now);
      const swap = swapOf.get(now);
      const action = swap === undefined ? undefined : actions[swap];
      if (swap === undefined || action?.op !== "cas") return false;
      if (answered[swap] === 1) return true;
      now = action.to;
    }
    return false;
  }

  #loosen(k: number, from: Value): void {
    const { initial, makers } = this.#table;
    const maker = makers.get(from);
    if (from !== initial && maker === undefined) return;
    const block = maker === undefined ? 0 : this.block[maker];
    // The reads of a value stand one step after what made it; those of the initial one at the first step.
    if (block >= 0) {
      this.loose.push({ operation: k, block, step: maker === undefined ? 0 : this.step[maker] + 1 });
    }
  }
}

function pushTo<Key>(map: Map<Key, number[]>, key: Key, item: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
