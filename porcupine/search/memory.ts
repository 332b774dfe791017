import { ILLEGAL } from "../types.ts";

/** Entries at most: a search goes back a few steps at a time, so that what it asked long ago is seldom asked again. */
const MOST = 4096;

/**
 * Remembers what a user's step function answered lately, by state and operation, in a table of fixed size in which a newer
 * entry replaces an older one. A user's step may be slow, and the search asks first whether anything happens, then what.
 */
export class StepMemory<State> {
  /** What was found, or kept, last. */
  next: State | typeof ILLEGAL = ILLEGAL;

  readonly #mask: number;
  readonly #states: Int32Array;
  readonly #operations: Int32Array;
  readonly #numbers: Int32Array;
  readonly #nexts: (State | typeof ILLEGAL)[] = [];
  #at = 0;

  /** `count`: operations that may be asked about; for none nothing is set aside. */
  constructor(count: number) {
    let size = count === 0 ? 1 : 64;
    while (size < MOST && size < 4 * count) size *= 2;
    this.#mask = size - 1;
    this.#states = new Int32Array(size).fill(-1);
    this.#operations = new Int32Array(size);
    this.#numbers = new Int32Array(size);
  }

  /** The number of `next`, once it has been given; -1 before. */
  get number(): number {
    return this.#numbers[this.#at];
  }

  set number(number: number) {
    this.#numbers[this.#at] = number;
  }

  /** Looks up what an operation makes of a state: `next`, if it is known. */
  find(state: number, operation: number): boolean {
    const at = this.#at = this.#place(state, operation);
    if (this.#states[at] !== state || this.#operations[at] !== operation) return false;
    this.next = this.#nexts[at];
    return true;
  }

  /** Keeps what was not found. */
  keep(state: number, operation: number, next: State | typeof ILLEGAL): void {
    const at = this.#at = this.#place(state, operation);
    this.#states[at] = state;
    this.#operations[at] = operation;
    this.#numbers[at] = -1;
    this.#nexts[at] = this.next = next;
  }

  #place(state: number, operation: number): number {
    const hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(operation, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }
}
