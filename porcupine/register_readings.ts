import type { Memory } from "./scratch.ts";
import type { RegisterAction, Value } from "./types.ts";

/** A value for each operation: whole numbers as they are, all others in a list. */
export interface ValueColumn {
  /** If it is less than 0: the complement of a place in the list. */
  readonly numbers: Int32Array;
  readonly others: readonly Value[];
}

/** What a view says of each operation on a register, as it can be sent to another thread at the price of its bytes. */
export interface RegisterColumns {
  /** What each does; 0 where the view says nothing. */
  readonly codes: Uint8Array;
  /** What it read, or brings about. */
  readonly values: ValueColumn;
  /** What compare-and-sets asked for. */
  readonly froms: ValueColumn;
}

/** The view does not say what the operation does; and it says that it does nothing. */
const UNREAD = 0;
const NOTHING = 1;

const READ = 2;
const WRITE = 3;
const SWAPPED = 4;
const FAILED = 5;
const MAYBE_SWAPPED = 6;

/** What the view of a register's kind says of each operation; see `Readings`. */
export class RegisterReadings {
  readonly type = "register";
  readonly #codes: Uint8Array;
  readonly #values: Column;
  readonly #froms: Column;

  /** Of columns that were picked out in another thread. */
  constructor({ codes, values, froms }: RegisterColumns) {
    this.#codes = codes;
    this.#values = new Column(values);
    this.#froms = new Column(froms);
  }

  /** For so many operations, of which nothing is known yet. */
  static of(length: number, memory: Memory): RegisterReadings {
    const column = () => ({ numbers: memory.int32(length), others: [] });
    return new RegisterReadings({ codes: memory.uint8(length), values: column(), froms: column() });
  }

  /** Notes what an operation does. */
  put(i: number, action: RegisterAction | undefined): void {
    if (action === undefined) return;
    if (action.op === "nothing") {
      this.#codes[i] = NOTHING;
    } else if (action.op === "cas") {
      const { swapped } = action;
      this.#codes[i] = swapped === "unknown" ? MAYBE_SWAPPED : swapped ? SWAPPED : FAILED;
      this.#froms.set(i, action.from);
      this.#values.set(i, action.to);
    } else {
      this.#codes[i] = action.op === "read" ? READ : WRITE;
      this.#values.set(i, action.value);
    }
  }

  /** What an operation does; `undefined` where the view says nothing. */
  of(id: number): RegisterAction | undefined {
    const code = this.#codes[id];
    if (code === READ) return { op: "read", value: this.#values.at(id) };
    if (code === WRITE) return { op: "write", value: this.#values.at(id) };
    if (code === UNREAD) return undefined;
    if (code === NOTHING) return { op: "nothing" };
    const swapped = code === MAYBE_SWAPPED ? "unknown" : code === SWAPPED;
    return { op: "cas", from: this.#froms.at(id), to: this.#values.at(id), swapped };
  }

  /** Those of some operations, in this order; `undefined` if a copy of a value would be another one. */
  pick(ids: Int32Array): RegisterColumns | undefined {
    const codes = new Uint8Array(ids.length);
    for (let k = 0; k < ids.length; k++) codes[k] = this.#codes[ids[k]];
    const values = this.#values.pick(ids);
    const froms = this.#froms.pick(ids);
    return values === undefined || froms === undefined ? undefined : { codes, values, froms };
  }
}

class Column {
  readonly #numbers: Int32Array;
  readonly #others: Value[];

  constructor({ numbers, others }: ValueColumn) {
    this.#numbers = numbers;
    this.#others = [...others];
  }

  set(i: number, value: Value): void {
    // Not -0, which is another number to whoever divides by it.
    const isWhole = typeof value === "number" && value >= 0 && Object.is(value | 0, value);
    this.#numbers[i] = isWhole ? value : -this.#others.push(value);
  }

  at(i: number): Value {
    const number = this.#numbers[i];
    return number >= 0 ? number : this.#others[~number];
  }

  pick(ids: Int32Array): ValueColumn | undefined {
    const numbers = new Int32Array(ids.length);
    const others: Value[] = [];
    for (let k = 0; k < ids.length; k++) {
      const number = this.#numbers[ids[k]];
      if (number >= 0) {
        numbers[k] = number;
        continue;
      }
      const value: unknown = this.#others[~number];
      // The types forbid it; but a view written in plain JavaScript may answer with an object, which is nobody but itself.
      if (
        (typeof value === "object" && value !== null) || typeof value === "symbol" ||
        typeof value === "function"
      ) {
        return undefined;
      }
      numbers[k] = -others.push(this.#others[~number]);
    }
    return { numbers, others };
  }
}
