/**
 * The promises of sessions on registers whose values are written once.
 * @module
 */

import type { Keyed, Operation, RegisterInput, RegisterOutput, RegisterValue } from "../../porcupine/mod.ts";
import { answeredOf, type Breach, breach, Memories, type Source } from "./sessions.ts";

/** What a client knows of a register: the value that it has now, and which ones are gone. */
interface Memory {
  now: { readonly value: RegisterValue } | null;
  readonly gone: Map<RegisterValue, Source>;
}

/** The first broken promise, or null. */
export function registerSessions(
  operations: readonly Operation<Keyed<RegisterInput>, RegisterOutput>[],
): Breach | null {
  const memories = new Memories<Memory>(() => ({ now: null, gone: new Map() }));
  for (const { client, input: { key, input }, output, atMs } of answeredOf(operations)) {
    const memory = memories.of(client, key);
    if (output.f === "read") {
      const { value } = output;
      const source = memory.gone.get(value);
      if (source !== undefined) {
        return breach(client, source, `read ${value} of ${key}, and knew of a later value`, atMs);
      }
      learn(memory, value, "read");
    } else if (input.f === "write") learn(memory, input.value, "write");
    else if (input.f === "cas" && output.f === "cas" && output.swapped) {
      memory.gone.set(input.from, "write");
      learn(memory, input.to, "write");
    }
  }
  return null;
}

function learn(memory: Memory, value: RegisterValue, source: Source): void {
  if (memory.now?.value === value) return;
  // What was never written is null, and nobody writes that.
  if (value !== null) memory.gone.set(null, source);
  if (memory.now !== null) memory.gone.set(memory.now.value, source);
  memory.now = { value };
}
