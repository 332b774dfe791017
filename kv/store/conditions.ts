/**
 * What must hold for a batch to be executed.
 * @module
 */

import type { Condition, StoreEntry } from "./types.ts";

/** Whether `condition` holds for what is under its key; undefined if nothing is. */
export function holds(condition: Condition, entry: StoreEntry | undefined): boolean {
  switch (condition.kind) {
    case "version":
      return (entry?.version ?? 0) === condition.version;
    case "revision":
      return (entry?.revision ?? 0) === condition.revision;
    case "value":
      return entry !== undefined && entry.value === condition.value;
  }
}
