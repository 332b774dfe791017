import { PorcupineError } from "../error.ts";

/** The verdict of a check, as a caller without types may hand it in. */
interface Handed {
  readonly kind?: unknown;
  readonly partitions?: unknown;
}

const KINDS: readonly unknown[] = ["ok", "illegal", "unknown"];

/**
 * Refuses what is no verdict on a history of so many operations: what a check answers of another history names operations that this
 * one has not, what `checkTransactions` answers has no partitions, and what `checkInParallel` answers is a promise of one.
 */
export function requireVerdict(verdict: unknown, count: number): void {
  if (typeof verdict !== "object" || verdict === null) throw refused(`is ${told(verdict)}`);
  if ("then" in verdict) throw refused("is a promise; await it");
  const { kind, partitions }: Handed = verdict;
  if (!KINDS.includes(kind) || !Array.isArray(partitions)) throw refused("has no kind, or no partitions");
  for (const part of partitions) {
    const operations: unknown = part?.operations;
    if (!Array.isArray(operations)) throw refused("has a partition without operations");
    const beyond = operations.find((index) => !(index >= 0 && index < count));
    if (beyond !== undefined) {
      throw refused(
        `is one on another history: this one has ${count} operations, and none of number ${beyond}`,
      );
    }
  }
}

function told(verdict: unknown): string {
  return typeof verdict === "function" ? "a function" : `${verdict}`;
}

function refused(what: string): PorcupineError {
  const wanted = "give what checkOperations, or another check, answers about these operations";
  return new PorcupineError("bad-verdict", `the verdict ${what}; ${wanted}`);
}
