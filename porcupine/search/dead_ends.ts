/** Entries, and the bits that number them. */
const MOST = 1 << 9;
const BITS = 9;
/** After so many other states in a row an operation is taken to be none that makes one of many: to compare two texts means to read them. */
const MOST_VAIN = 16;

/**
 * Where a long look ahead has been in vain: states from which nothing was found, with the same operations placed. An operation that
 * replaces the state makes the same of it whatever was placed before, in whatever order: after five appends the same place is come to 120
 * times. It is found out which ones do. A table of fixed size, in which a newer entry replaces an older one.
 */
export class DeadEnds<State> {
  /** By entry: what was placed, and what nobody waits for. */
  readonly #placed: Int32Array = new Int32Array(MOST);
  readonly #past: Int32Array = new Int32Array(MOST);
  readonly #states: (State | undefined)[] = new Array(MOST).fill(undefined);
  /** By place of an operation in the list of the look: how often in a row it led to a state that was another one. */
  readonly #vain: Int32Array = new Int32Array(32);

  #isEmpty = true;

  /** Another look begins, for which none is known. */
  clear(): void {
    // Looks are many, and most of them short.
    if (this.#isEmpty) return;
    this.#isEmpty = true;
    this.#vain.fill(0);
    this.#states.fill(undefined);
  }

  /** Whether it is worth asking what an operation leads to. */
  isWorth(operation: number): boolean {
    return this.#vain[operation] < MOST_VAIN;
  }

  /** Whether nothing was found from a state, to which an operation has led. */
  has(state: State, operation: number, placed: number, past: number): boolean {
    const at = placeOf(placed, past);
    const known = this.#states[at];
    if (known === undefined || this.#placed[at] !== placed || this.#past[at] !== past) return false;
    const isThere = known === state;
    this.#vain[operation] = isThere ? 0 : this.#vain[operation] + 1;
    return isThere;
  }

  /** Nothing was found from a state. */
  add(state: State, placed: number, past: number): void {
    const at = placeOf(placed, past);
    this.#isEmpty = false;
    this.#placed[at] = placed;
    this.#past[at] = past;
    this.#states[at] = state;
  }
}

function placeOf(placed: number, past: number): number {
  return (Math.imul(placed, 0x9e3779b1) ^ Math.imul(past, 0x85ebca6b)) >>> (32 - BITS);
}
