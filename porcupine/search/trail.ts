import { doubled } from "../growth.ts";

/** What an entry of a trail is. */
const READ = 0;
const CHANGE = 1;
const HIDDEN = 2;
/** An operation that did nothing, and was placed later, where it does something. */
const MOVED = 3;

/**
 * The order that a `Sprint` has made so far, as a trail that can be gone back: operations that changed the state, operations
 * that did nothing, and operations hidden just before one that changed it, which leads where it led all the same.
 */
export class Trail<State> {
  /** Entries. */
  length = 0;
  /** How often anything has changed but what did nothing: as long as that stands, what changed the state does. */
  edits = 0;
  /** By operation: whether it has its place. */
  readonly placed: Uint8Array;

  #operations: Int32Array<ArrayBuffer>;
  /** By operation: its entry. By entry: the one that its operation was moved from, plus one. */
  readonly #entries: Int32Array;
  #origins: Int32Array<ArrayBuffer>;
  #kinds: Uint8Array;
  /** The level at which it was placed; of a hidden one the entry that it is hidden behind. */
  #levels: Int32Array<ArrayBuffer>;
  /** The states before and after an entry that changed it; of a hidden one the state before its host, before it hid. */
  readonly #before: (State | undefined)[];
  readonly #after: (State | undefined)[];

  /** For so many operations. */
  constructor(count: number) {
    this.placed = new Uint8Array(count);
    this.#before = new Array(count);
    this.#after = new Array(count);
    this.#operations = new Int32Array(count);
    this.#entries = new Int32Array(count);
    this.#origins = new Int32Array(count);
    this.#kinds = new Uint8Array(count);
    this.#levels = new Int32Array(count);
  }

  /** An operation that did nothing. */
  read(operation: number): void {
    this.#push(operation, READ, 0, undefined, undefined);
  }

  /** Whether an operation has its place because it did nothing there: then it may be moved. */
  isIdle(operation: number): boolean {
    return this.placed[operation] === 1 && this.#kinds[this.#entries[operation]] === READ;
  }

  /** An operation that changed the state. */
  change(operation: number, level: number, before: State, after: State): void {
    this.edits++;
    this.#push(operation, CHANGE, level, before, after);
  }

  /** Hides an operation just before the one at `host`: it leads to `before`, from which the host leads where it did. */
  hide(operation: number, host: number, before: State): void {
    this.edits++;
    this.#push(operation, HIDDEN, host, this.#before[host], undefined);
    this.#before[host] = before;
  }

  #push(
    operation: number,
    kind: number,
    level: number,
    before: State | undefined,
    after: State | undefined,
  ): void {
    // If it had a place where it did nothing, it leaves that.
    const origin = this.isIdle(operation) ? this.#entries[operation] + 1 : 0;
    if (origin > 0) this.#kinds[origin - 1] = MOVED;
    if (this.length === this.#operations.length) this.#grow();
    const at = this.length++;
    this.#origins[at] = origin;
    this.placed[operation] = 1;
    this.#entries[operation] = at;
    this.#operations[at] = operation;
    this.#kinds[at] = kind;
    this.#levels[at] = level;
    this.#before[at] = before;
    this.#after[at] = after;
  }

  /** What is moved has an entry more. */
  #grow(): void {
    this.#operations = doubled(this.#operations);
    this.#origins = doubled(this.#origins);
    this.#levels = doubled(this.#levels);
    const kinds = new Uint8Array(this.#operations.length);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
  }

  /** The last entry before `at` that changed the state; -1 if there is none. */
  changeBefore(at: number): number {
    let i = at - 1;
    while (i >= 0 && this.#kinds[i] !== CHANGE) i--;
    return i;
  }

  /** The operation of an entry. */
  operationAt(at: number): number {
    return this.#operations[at];
  }

  /** The level at which an entry was made that changed the state. */
  levelAt(at: number): number {
    return this.#levels[at];
  }

  /** The state before an entry that changed it, and before what hides before it. */
  beforeAt(at: number): State {
    return this.#before[at] as State;
  }

  /** The state after it. */
  afterAt(at: number): State {
    return this.#after[at] as State;
  }

  /** Goes back until there are `length` entries; `state` is the present state, the answer the one then. */
  undo(length: number, state: State): State {
    let present = state;
    this.edits++;
    while (this.length > length) {
      const at = --this.length;
      const operation = this.#operations[at];
      this.placed[operation] = 0;
      if (this.#kinds[at] === CHANGE) present = this.#before[at] as State;
      if (this.#kinds[at] === HIDDEN) this.#before[this.#levels[at]] = this.#before[at];
      this.#putBack(operation, this.#origins[at] - 1);
    }
    return present;
  }

  #putBack(operation: number, origin: number): void {
    if (origin < 0) return;
    this.placed[operation] = 1;
    this.#entries[operation] = origin;
    this.#kinds[origin] = READ;
  }

  /** The whole order. */
  order(): number[] {
    // By entry: the first of those hidden behind it; and the one hidden there after it. One more than the number, 0 is none.
    const firsts = new Int32Array(this.length);
    const nexts = new Int32Array(this.length);
    for (let at = this.length - 1; at >= 0; at--) {
      if (this.#kinds[at] !== HIDDEN) continue;
      const host = this.#levels[at];
      nexts[at] = firsts[host];
      firsts[host] = at + 1;
    }
    const order: number[] = [];
    for (let at = 0; at < this.length; at++) {
      if (this.#kinds[at] === HIDDEN || this.#kinds[at] === MOVED) continue;
      for (let i = firsts[at]; i > 0; i = nexts[i - 1]) order.push(this.#operations[i - 1]);
      order.push(this.#operations[at]);
    }
    return order;
  }
}
