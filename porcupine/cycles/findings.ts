import { levelAgainst, strengthOf } from "./levels.ts";
import type { Anomaly, AnomalyKind } from "./types.ts";

/** What is wrong without being a cycle. */
export type PlainKind = Parameters<typeof levelAgainst>[0];

/** Collects what is wrong: of each kind the first one met, and how many there were. */
export class Findings {
  readonly #byKind = new Map<AnomalyKind, Anomaly>();

  /** Something was met; the sentence is made only for the first of its kind. */
  note(kind: PlainKind, transactions: readonly number[], sentence: () => string): void {
    const known = this.#byKind.get(kind);
    if (known !== undefined) {
      this.#byKind.set(kind, { ...known, count: known.count + 1 });
      return;
    }
    this.add({
      kind,
      rulesOut: levelAgainst(kind),
      count: 1,
      transactions: [...new Set(transactions)],
      steps: [],
      sentence: sentence(),
    });
  }

  /** Adds what was found by a search. */
  add(anomaly: Anomaly): void {
    this.#byKind.set(anomaly.kind, anomaly);
  }

  /** All of them, the worst first; among equals, what needs no cycle to be seen. */
  list(): Anomaly[] {
    return [...this.#byKind.values()].sort((a, b) =>
      strengthOf(a.rulesOut) - strengthOf(b.rulesOut) || a.steps.length - b.steps.length ||
      (a.kind < b.kind ? -1 : 1)
    );
  }
}
