import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type AnomalyKind,
  checkTransactions,
  ISOLATION_LEVELS,
  type IsolationLevel,
  type Transaction,
} from "../../../porcupine/mod.ts";

/** A history whose worst anomaly is of one kind, the strongest level it satisfies, and words of the sentence. */
export interface Story {
  readonly kind: AnomalyKind;
  readonly strongest: IsolationLevel | "none";
  readonly words: string;
  readonly history: readonly Transaction[];
}

/** Registers a test for each story: what is found, what it rules out, and what is said. */
export function testStories(type: string, stories: readonly Story[]): void {
  for (const { kind, strongest, words, history } of stories) {
    Deno.test(`of ${type}, ${kind} rules out what is stronger than ${strongest}: ${words}`, () => {
      const verdict = checkTransactions(history);
      const found = verdict.anomalies.map((anomaly) => anomaly.kind);
      assert(verdict.kind === "illegal", "nothing was found");
      assert(verdict.anomaly.kind === kind, `${found.join()}: ${verdict.sentence}`);
      assertEquals(verdict.strongest, strongest, verdict.sentence);
      assertStringIncludes(verdict.sentence, words);
      for (const level of ISOLATION_LEVELS) {
        const holds = strongest !== "none" &&
          ISOLATION_LEVELS.indexOf(level) <= ISOLATION_LEVELS.indexOf(strongest);
        assertEquals(checkTransactions(history, { level }).kind, holds ? "ok" : "illegal", level);
      }
      const { steps, transactions } = verdict.anomaly;
      if (!kind.startsWith("G") || kind === "G1a" || kind === "G1b") return assertEquals(steps, []);
      assertEquals(steps.map(({ from }) => from), transactions);
      steps.forEach(({ to }, i) => assertEquals(to, transactions[(i + 1) % steps.length]));
    });
  }
}
