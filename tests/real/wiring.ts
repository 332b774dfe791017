/**
 * Every pair of nodes has a line of its own in each direction, so that one can be slow or silent alone.
 * @module
 */

import { type LineState, OPEN, Proxy } from "./proxy.ts";

/** The lines among some nodes. */
export class Wiring implements AsyncDisposable {
  readonly #lines = new Map<string, Proxy>();

  /** `ports` are where the nodes listen, by their names. */
  constructor(ports: ReadonlyMap<string, number>) {
    for (const from of ports.keys()) {
      for (const [to, port] of ports) if (to !== from) this.#lines.set(key(from, to), new Proxy(port));
    }
  }

  /** Where `from` calls `to`. */
  address(from: string, to: string): string {
    return `127.0.0.1:${this.#line(from, to).port}`;
  }

  /** What `from` says to `to` is in `state` from now on, whoever of the two opened the connection. */
  set(from: string, to: string, state: LineState): void {
    this.#line(from, to).set("forth", state);
    this.#line(to, from).set("back", state);
  }

  /** Everything is as good as new. */
  mendAll(): void {
    for (const line of this.#lines.values()) line.set("both", OPEN);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line[Symbol.asyncDispose]()));
  }

  #line(from: string, to: string): Proxy {
    const line = this.#lines.get(key(from, to));
    if (line === undefined) throw new RangeError(`Cannot find a line from ${from} to ${to}: name two nodes`);
    return line;
  }
}

function key(from: string, to: string): string {
  return `${from} ${to}`;
}
