/**
 * The promises of sessions on a log: it never gets shorter, and what stands at an offset stays.
 * @module
 */

import type { Keyed, LogInput, LogOutput, Operation } from "../../porcupine/mod.ts";
import { answeredOf, type Breach, breach, Memories, type Source } from "./sessions.ts";

type Value = (LogInput & { readonly f: "append" })["value"];

/** What a client knows of the log. */
interface Memory {
  length: number;
  /** By what it knows that the log is so long. */
  source: Source;
  readonly entries: Map<number, { readonly value: Value; readonly source: Source }>;
}

/** The first broken promise, or null. */
export function logSessions(
  operations: readonly Operation<Keyed<LogInput>, LogOutput>[],
): Breach | null {
  const memories = new Memories<Memory>(() => ({ length: 0, source: "read", entries: new Map() }));
  for (const { client, input: { key, input }, output, atMs } of answeredOf(operations)) {
    const memory = memories.of(client, key);
    if (input.f === "append" && output.f === "append" && output.offset !== "unsaid") {
      keep(memory, output.offset, input.value, "write");
      continue;
    }
    const length = output.f === "length"
      ? output.length
      : input.f === "read" && output.f === "read" && output.found === "end"
      ? input.offset
      : null;
    if (length !== null && length < memory.length) {
      const what = `found ${length} entries where it knew of ${memory.length}`;
      return breach(client, memory.source, what, atMs);
    }
    if (output.f === "length") lengthen(memory, output.length, "read");
    if (input.f !== "read" || output.f !== "read" || output.found === "end") continue;
    const known = memory.entries.get(input.offset);
    if (known !== undefined && known.value !== output.found.value) {
      const what = `read another entry ${input.offset} than the one it knew`;
      return breach(client, known.source, what, atMs);
    }
    keep(memory, input.offset, output.found.value, "read");
  }
  return null;
}

function keep(memory: Memory, offset: number, value: Value, source: Source): void {
  if (!memory.entries.has(offset)) memory.entries.set(offset, { value, source });
  lengthen(memory, offset + 1, source);
}

function lengthen(memory: Memory, length: number, source: Source): void {
  if (length <= memory.length) return;
  memory.length = length;
  memory.source = source;
}
