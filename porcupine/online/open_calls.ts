import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/** Ended operations are swept out of the list when they are the larger part of it, and more than so many. */
const LEAST_SWEEP = 64;

/** The operations that are open, by call, so that the oldest of them is found at once. */
export class OpenCalls<Input, Output> {
  #items: Watched<Input, Output>[] = [];
  #head = 0;
  #open = 0;

  /** An operation is called. */
  add(watched: Watched<Input, Output>): void {
    this.#items.push(watched);
    this.#open++;
  }

  /** One of them has ended: its status says so already. */
  ended(): void {
    this.#open--;
    // One that stays open for long must not keep all that came after it in memory.
    if (this.#items.length > 2 * this.#open + LEAST_SWEEP) {
      this.#items = this.#items.filter(({ status }) => status === "open");
      this.#head = 0;
    }
  }

  /** The call of the oldest: whatever will yet be answered was called then or later. */
  get oldest(): number {
    const items = this.#items;
    while (this.#head < items.length && items[this.#head].status !== "open") this.#head++;
    return this.#head < items.length ? items[this.#head].call : NEVER;
  }

  /** All that are open, by call. */
  get all(): readonly Watched<Input, Output>[] {
    return this.#items.filter(({ status }) => status === "open");
  }
}
