import { PorcupineError } from "../types.ts";
import { Findings } from "./findings.ts";
import { type ListOrders, orderLists } from "./lists.ts";
import type { Patience } from "./patience.ts";
import { readAll, type SeenReads } from "./reads.ts";
import { tableOf } from "./table.ts";
import type { Transaction } from "./types.ts";
import { type Words, wordsFor } from "./words.ts";

/** What a history shows before any edges are drawn. */
export interface FirstSight {
  readonly words: Words;
  readonly findings: Findings;
  readonly reads: SeenReads;
  readonly orders: ListOrders;
}

/** Looks at all that was read. `undefined` for a history that cannot be judged by its dependencies. Throws `CutShort`. */
export function sightOf(history: readonly Transaction[], patience: Patience): FirstSight | undefined {
  try {
    const words = wordsFor(tableOf(history, patience), (t) => `T${t}`);
    const findings = new Findings();
    const reads = readAll(words, findings);
    return { words, findings, reads, orders: orderLists(words, reads, findings) };
  } catch (error) {
    // A value that was written twice, say: a search does not mind.
    if (error instanceof PorcupineError) return undefined;
    throw error;
  }
}
