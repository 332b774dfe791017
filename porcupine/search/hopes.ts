/** Integers kept at most. */
const MOST = 1 << 15;

/**
 * Orders, found while looking ahead, that lead from a configuration to an answer that must be given later. A configuration on such an
 * order need not look ahead again. Its *hope* is the place where the rest of that order begins; -1: it has none.
 */
export class Hopes {
  readonly #orders: Int32Array = new Int32Array(MOST);
  #length = 0;

  /** Whether there may be no room for one more. */
  get isFull(): boolean {
    return this.#length > MOST - 40;
  }

  /** Forgets all of them; nobody may have one any more. */
  clear(): void {
    this.#length = 0;
  }

  /** Keeps an order, which is given backwards, that leads to a target. */
  keep(backwards: readonly number[], target: number): number {
    if (this.isFull) return -1;
    const hope = this.#length;
    for (let i = backwards.length - 1; i >= 0; i--) this.#orders[this.#length++] = backwards[i];
    this.#orders[this.#length++] = ~target;
    return hope;
  }

  /** What a hope leads to; -1 if it is none. */
  target(hope: number): number {
    if (hope < 0) return -1;
    let at = hope;
    while (this.#orders[at] >= 0) at++;
    return ~this.#orders[at];
  }

  /** The hope that is left after an operation was placed: the rest of the order if it begins with that one, otherwise none. */
  after(hope: number, operation: number): number {
    return hope >= 0 && this.#orders[hope] === operation ? hope + 1 : -1;
  }
}
