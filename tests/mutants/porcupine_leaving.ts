/**
 * Planted bugs for threads that end by themselves, or never come back from a step.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ARRANGE = "porcupine/parallel/arrange.ts";
const LEFT = "test -A --no-check --filter=/had.nothing/ tests/porcupine/leaving_test.ts";

/** These mutants. */
export const porcupineLeavingMutants: readonly Mutant[] = [
  {
    id: "PC-crew-again",
    title:
      "After a helper is gone another one is asked, and waited for until it has done what the first had taken",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/crew.ts",
    anchor: "this.#isDeserted = true;",
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/crew_test.ts",
  },
  {
    id: "PC-leaving-untold",
    title: "A thread that ends itself says nothing of it",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/worker_main.ts",
    anchor: 'send({ kind: "leaving" });\n  close.call(self);',
    replacement: "close.call(self);",
    killedBy: LEFT,
  },
  {
    id: "PC-leaving-lent",
    title: "A thread that has ended while it had nothing to do is lent",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/pool.ts",
    anchor: "if (!helper.isGone) this.#resting.push(helper);",
    replacement: "this.#resting.push(helper);",
    killedBy: LEFT,
  },
  {
    id: "PC-arrange-owing",
    title: "A history is arranged by a thread that may be in a step that never returns",
    source: "parallel: whoever leaves holds nobody up",
    file: ARRANGE,
    anchor: "helpers.find(({ owing }) => owing === 0)",
    replacement: "helpers[0]",
    killedBy: "test -A --no-check --filter=/arranged.by/ tests/porcupine/leaving_test.ts",
  },
  {
    id: "PC-away-less",
    title: "Of two checks that were cut short the one is told that came less far",
    source: "parallel: what is said at a limit",
    file: "porcupine/parallel/away.ts",
    anchor: "reach(before, operations) <= reach(last, operations)",
    replacement: "reach(before, operations) >= reach(last, operations)",
    killedBy: "test -A --no-check --filter=/cut.short/ tests/porcupine/leaving_test.ts",
  },
];
