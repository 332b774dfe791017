/**
 * The promises of sessions on texts that are put and appended to, word by word, each word once.
 *
 * A text begins with the word that was put last, and what was appended since follows it. So a later text of the same beginning goes on
 * where the earlier one ended, and a beginning that was replaced does not come back.
 * @module
 */

import type { KvInput, KvOutput, Operation } from "../../porcupine/mod.ts";
import { answeredOf, type Breach, breach, Memories, type Source } from "./sessions.ts";

/** The beginning of what was appended to nothing. */
const NOTHING = "";

/** What a client knows of a text. */
interface Memory {
  /** How it begins; null if it cannot know. */
  beginning: string | null;
  /** As far as it was read. */
  text: string;
  /** What the client has appended since. */
  owed: string[];
  /** Beginnings that were replaced. */
  readonly gone: Map<string, Source>;
}

/** The first broken promise, or null. */
export function textSessions(operations: readonly Operation<KvInput, KvOutput>[]): Breach | null {
  const puts = new Set(operations.flatMap(({ input }) => input.f === "put" ? [wordOf(input.value)] : []));
  const memories = new Memories<Memory>(() => ({
    beginning: null,
    text: "",
    owed: [],
    gone: new Map(),
  }));
  for (const { client, input, output, atMs } of answeredOf(operations)) {
    const memory = memories.of(client, input.key);
    if (input.f === "put") begin(memory, wordOf(input.value), input.value, "write");
    else if (input.f === "append") memory.owed.push(input.value);
    else if (output.f === "get") {
      const fault = readFault(memory, output.value, puts);
      if (fault !== null) return breach(client, fault.source, `read ${input.key} and ${fault.what}`, atMs);
    }
  }
  return null;
}

/** What is wrong with a text that was read; null if nothing is, and then it is remembered. */
function readFault(
  memory: Memory,
  text: string,
  puts: ReadonlySet<string>,
): { readonly source: Source; readonly what: string } | null {
  const first = wordOf(text);
  const beginning = puts.has(first) ? first : NOTHING;
  const source = memory.gone.get(beginning);
  if (source !== undefined) {
    return { source, what: `found what begins with "${first}", which it knew to be replaced` };
  }
  const same = beginning === memory.beginning;
  if (same && !text.startsWith(memory.text)) {
    return { source: "read", what: `missed something that it had read there before` };
  }
  // Under a beginning that is new to it, what it had appended may have been replaced.
  const missing = same || beginning === NOTHING
    ? memory.owed.find((word) => !` ${text}`.includes(` ${word}`))
    : undefined;
  if (missing !== undefined) {
    return { source: "write", what: `missed "${missing.trimEnd()}", which it had appended` };
  }
  begin(memory, beginning, text, "read");
  return null;
}

function begin(memory: Memory, beginning: string, text: string, source: Source): void {
  if (beginning !== NOTHING) memory.gone.set(NOTHING, source);
  if (memory.beginning !== null && memory.beginning !== beginning) {
    memory.gone.set(memory.beginning, source);
  }
  memory.beginning = beginning;
  memory.text = text;
  memory.owed = [];
}

function wordOf(text: string): string {
  const end = text.indexOf(" ");
  return end === -1 ? text : text.slice(0, end);
}
