/**
 * Planted bugs where a watch meets what it does not understand: it has to say so, and to hand over all that it knows.
 * @module
 */
import type { Mutant } from "./mutant.ts";

function bug(
  id: string,
  title: string,
  file: string,
  [anchor, replacement]: readonly [string, string],
): Mutant {
  return {
    id: `PN-${id}`,
    title,
    source: "on line: what a view does not understand is for the search",
    file: `porcupine/online/${file}`,
    anchor,
    replacement,
    killedBy: "test -A --no-check tests/porcupine/online_succession_test.ts",
  };
}

/** These mutants. */
export const porcupineSuccessionMutants: readonly Mutant[] = [
  bug(
    "queue-call",
    "A request to a queue that is not understood is taken for one that does nothing",
    "collection_calls.ts",
    [
      "default:\n        return undefined;",
      'default:\n        this.#open.add(watched);\n        return "nothing";',
    ],
  ),
  bug(
    "queue-answer",
    "An answer of a queue that is not understood is taken for one of nothing",
    "collection_calls.ts",
    [
      "if (action === undefined || !isAnswerTo(asked, item?.value, action)) return undefined;",
      'if (action === undefined) return { what: "nothing" };\n    if (!isAnswerTo(asked, item?.value, action)) return undefined;',
    ],
  ),
  bug(
    "queue-takers",
    "What may have taken a value out of a queue and was lost is not told to the search",
    "queue_watch.ts",
    [
      "...this.#calls.open, ...this.#takers, ...this.#empties.operations",
      "...this.#calls.open, ...this.#empties.operations",
    ],
  ),
  bug("log-unplaced", "What may have been appended and was lost is not told to the search", "log_watch.ts", [
    "const kept = new Set([...this.#open.all, ...this.#unplaced]);",
    "const kept = new Set(this.#open.all);",
  ]),
  bug("value-reads", "Who has read a value is not told to the search", "value_watch.ts", [
    "for (const watched of [write, first, last]) if",
    "for (const watched of [write]) if",
  ]),
];
