/**
 * Who waits for which entry of the log.
 * @module
 */

import type { Index, Term } from "../raft/types.ts";
import { type Outcome, refused, UNKNOWN } from "./outcome.ts";

interface Waiter {
  readonly term: Term;
  readonly resolve: (outcome: Outcome) => void;
}

/** What came of an entry. */
export interface Executed {
  /** The entry's term. */
  readonly term: Term;
  readonly outcome: Outcome;
  /** Whom to ask if the entry is not the one that was waited for. */
  readonly leader: string | null;
}

/** The open proposals of one replica, by log index. Every one of them is resolved exactly once. */
export class Waiters {
  /** An index can come back with another command, so the term must match too (labs K7). */
  readonly #waiters = new Map<Index, Waiter>();

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Waits for the entry that was proposed at `index` in `term`. Call it in the same turn as the proposal (labs K9). */
  add(index: Index, term: Term): Promise<Outcome> {
    return new Promise((resolve) => {
      // This node lost the earlier entry, yet another may still hold it and win an election: its fate is open.
      this.#waiters.get(index)?.resolve(UNKNOWN);
      this.#waiters.set(index, { term, resolve });
    });
  }

  /** The entry at `index` was executed. */
  settle(index: Index, executed: Executed): void {
    const waiter = this.#waiters.get(index);
    if (waiter === undefined) return;
    this.#waiters.delete(index);
    const { term, outcome, leader } = executed;
    // Another leader's entry was committed in its place: the log never holds the one that was waited for again.
    waiter.resolve(waiter.term === term ? outcome : refused("superseded", leader));
  }

  /** Entries up to `index` are covered by a snapshot: whether they were the ones waited for cannot be told any more. */
  abandonUpTo(last: Index): void {
    for (const [index, waiter] of this.#waiters) {
      if (index > last) continue;
      this.#waiters.delete(index);
      waiter.resolve(UNKNOWN);
    }
  }

  /** Nobody here will ever learn what became of them (labs K8, K19). */
  abandonAll(): void {
    this.abandonUpTo(Infinity);
  }
}
