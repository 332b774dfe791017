/**
 * What each client may rely on by itself, whatever the others do: it reads its own writes, and never goes back behind what it has read
 * (Terry et al. 1994).
 *
 * Linearizability implies both. As laws of their own they cost a walk through the history, hold of one that the checker gives up on, too,
 * and say in one sentence who was let down. A client here asks one thing after another, and everything that is written is written once:
 * whoever has seen that a value was replaced never sees it again.
 * @module
 */

import type { Operation } from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";

/** A broken promise, and by when it was known, in virtual milliseconds. */
export interface Breach {
  readonly violation: Violation;
  readonly atMs: number;
}

/** By what a client knows something: it was told that it was written, or it has read it. */
export type Source = "write" | "read";

/** An answered operation. */
export interface Answered<Input, Output> {
  readonly client: string;
  readonly input: Input;
  readonly output: Output;
  readonly atMs: number;
}

/** The answered operations of each client, in the order in which they were asked. */
export function answeredOf<Input, Output>(
  operations: readonly Operation<Input, Output>[],
): Answered<Input, Output>[] {
  return operations.flatMap(({ client, input, outcome }) =>
    outcome.status === "ok"
      ? [{ client: `${client}`, input, output: outcome.output, atMs: outcome.returnAt }]
      : []
  );
}

/** Client `client` was let down at `atMs`. `source`: by what it knew better. */
export function breach(client: string, source: Source, what: string, atMs: number): Breach {
  return {
    violation: {
      law: source === "write" ? "read-your-writes" : "monotonic-reads",
      node: "",
      sentence: `${client} ${what}.`,
    },
    atMs,
  };
}

/** What one client knows, object by object. Made on first mention. */
export class Memories<Memory> {
  readonly #known = new Map<string, Memory>();
  readonly #make: () => Memory;

  constructor(make: () => Memory) {
    this.#make = make;
  }

  /** What `client` knows of `object`. */
  of(client: string, object: string): Memory {
    const name = `${client}\n${object}`;
    let memory = this.#known.get(name);
    if (memory === undefined) this.#known.set(name, memory = this.#make());
    return memory;
  }
}
