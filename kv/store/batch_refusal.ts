/**
 * Why a batch changes nothing.
 * @module
 */

import { MAX_READ } from "./allowance.ts";
import { utf8Length } from "./bad_input.ts";
import { holds } from "./conditions.ts";
import type { StoreContent } from "./content.ts";
import { type BatchResult, type Condition, MAX_VALUE_BYTES, type Write } from "./types.ts";

/** Why a batch does nothing: its first condition that does not hold; null if all hold. */
export function firstFailure(content: StoreContent, conditions: readonly Condition[]): BatchResult | null {
  for (let at = 0; at < conditions.length; at++) {
    const entry = content.entries.get(conditions[at].key);
    if (!holds(conditions[at], entry)) return { kind: "conditionFailed", at, version: entry?.version ?? 0 };
  }
  return null;
}

/** Why a batch cannot be done, or null. Found before anything is changed: a batch happens as a whole or not at all. */
export function impossibility(content: StoreContent, writes: readonly Write[]): BatchResult | null {
  const lengths = new Map<string, number>();
  let read = 0;
  for (let at = 0; at < writes.length; at++) {
    const write = writes[at];
    if (write.op === "put") {
      if (write.lease !== 0 && !content.leases.has(write.lease)) {
        return { kind: "leaseUnknown", lease: write.lease };
      }
      lengths.set(write.key, write.value.length);
    } else if (write.op === "delete") lengths.set(write.key, 0);
    else {
      const present = lengths.get(write.key) ?? content.entries.get(write.key)?.value.length ?? 0;
      const length = present + write.value.length;
      read += present;
      // Each append tells the watchers the whole value: a thousand to a long one would be more than there is memory.
      if (read > MAX_READ) return { kind: "valueTooLong", at };
      // Exact only when it could matter: three bytes a character at most.
      if (length * 3 > MAX_VALUE_BYTES && !fits(content, writes, at)) return { kind: "valueTooLong", at };
      lengths.set(write.key, length);
    }
  }
  return null;
}

/** Whether the value that the append at `last` makes is short enough. */
function fits(content: StoreContent, writes: readonly Write[], last: number): boolean {
  const { key } = writes[last];
  let bytes = utf8Length(content.entries.get(key)?.value ?? "");
  for (let at = 0; at <= last; at++) {
    const write = writes[at];
    if (write.key !== key) continue;
    if (write.op !== "append") bytes = 0;
    if (write.op !== "delete") bytes += utf8Length(write.value);
  }
  return bytes <= MAX_VALUE_BYTES;
}
