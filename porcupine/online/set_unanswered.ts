import type { Value } from "../types.ts";

/** How many requests about each value have no answer: they are open, or lost, and may take effect yet. */
export class Unanswered {
  readonly #counts = new Map<Value, number>();

  /** Whether there are any. */
  has(value: Value): boolean {
    return this.#counts.has(value);
  }

  /** One more. */
  add(value: Value): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  /** One of them has its answer, or has certainly taken effect. */
  end(value: Value): void {
    const count = (this.#counts.get(value) ?? 0) - 1;
    if (count > 0) this.#counts.set(value, count);
    else this.#counts.delete(value);
  }
}
