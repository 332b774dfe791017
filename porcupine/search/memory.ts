import { ILLEGAL } from "../types.ts";

/** Entries at most, and states of each slot: a search goes back a few steps at a time, and seldom asks again what it asked long ago. */
const MOST = 4096;
const MOST_STATES = 64;
/** Integers of an entry: state, operation, number of what it leads to, nothing. */
const ENTRY = 4;

/**
 * Remembers what a user's step function answered lately, by state and operation, in a table of fixed size in which a newer
 * entry replaces an older one. A user's step may be slow, and the search asks first whether anything happens, then what.
 *
 * The place goes by the slot of the operation, so that what is asked at one time stands close together.
 */
export class StepMemory<State> {
  /** What was found, or kept, last. */
  next: State | typeof ILLEGAL = ILLEGAL;

  /** A state's bits in a place, and how many of the slot's are left for the rest. */
  readonly #stateMask: number;
  readonly #stateBits: number;
  readonly #mask: number;
  readonly #entries: Int32Array;
  readonly #nexts: (State | typeof ILLEGAL)[] = [];
  #at = 0;

  /** `slots`: slots of operations that may be asked about; for none nothing is set aside. */
  constructor(slots: number) {
    let rows = 1;
    while (rows < slots && rows < MOST / 8) rows *= 2;
    const states = slots === 0 ? 1 : Math.min(MOST_STATES, MOST / rows);
    this.#stateMask = states - 1;
    this.#stateBits = 31 - Math.clz32(states);
    this.#mask = rows * states - 1;
    this.#entries = new Int32Array(ENTRY * rows * states).fill(-1);
  }

  /** The number of `next`, once it has been given; -1 before. */
  get number(): number {
    return this.#entries[this.#at + 2];
  }

  set number(number: number) {
    this.#entries[this.#at + 2] = number;
  }

  /** Looks up what an operation, which is in a slot, makes of a state: `next`, if it is known. */
  find(state: number, operation: number, slot: number): boolean {
    const entries = this.#entries;
    const place = ((slot << this.#stateBits) | (state & this.#stateMask)) & this.#mask;
    const at = this.#at = ENTRY * place;
    if (entries[at] !== state || entries[at + 1] !== operation) return false;
    this.next = this.#nexts[place];
    return true;
  }

  /** Keeps what has just been looked for and was not found. */
  keep(state: number, operation: number, next: State | typeof ILLEGAL): void {
    const entries = this.#entries;
    const at = this.#at;
    entries[at] = state;
    entries[at + 1] = operation;
    entries[at + 2] = -1;
    this.#nexts[at / ENTRY] = this.next = next;
  }
}
