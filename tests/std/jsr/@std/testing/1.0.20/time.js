// @ts-self-types="./time.d.ts"
import { mock } from "node:test";

/** Time that stands still until it is told to move, over the mock timers of `node:test`. */
export class FakeTime {
  #restored = false;

  constructor(start) {
    start ??= Date.now();
    this.start = start instanceof Date
      ? start.getTime()
      : typeof start === "string"
      ? Date.parse(start)
      : start;
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: this.start });
  }

  get now() {
    return Date.now();
  }

  tick(ms = 0) {
    mock.timers.tick(ms);
  }

  async tickAsync(ms = 0) {
    await this.runMicrotasks();
    this.tick(ms);
    await this.runMicrotasks();
  }

  /** `setImmediate` is not mocked, and it runs after every microtask: an exact drain, where a count of awaits is a guess. */
  async runMicrotasks() {
    await new Promise((resolve) => setImmediate(resolve));
  }

  restore() {
    if (this.#restored) throw new Error("Cannot restore time: it was already restored");
    this.#restored = true;
    mock.timers.reset();
  }

  [Symbol.dispose]() {
    if (!this.#restored) this.restore();
  }
}
