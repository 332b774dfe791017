/**
 * Planted bugs for models that change what they are given while a history goes on.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SLIPS = "test -A --no-check tests/porcupine/door/online_slips_test.ts";

/** These mutants. */
export const porcupineOnlineSlipsMutants: readonly Mutant[] = [
  {
    id: "PO-slip-none",
    title: "On line, a step that changes the state that it is given is believed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/checker.ts",
    anchor:
      "      const standing = part.answer(watched);\n      this.#soundness.ended(watched, () => part.states);",
    replacement: "      const standing = part.answer(watched);",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-late",
    title: "On line, a step that changes only states that have been filled for long is believed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "states().slice(0, 1)",
    replacement: "states().slice(0, 0)",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-shared",
    title: "On line, one state that every init answers, and that a later request changes, goes unnoticed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "    requireUnshared(this.#model, new Trial(this.#model).written, trial.written);\n",
    replacement: "",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-often",
    title: "On line, a model is tried with every answer, at twice the price",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "this.#lookAt *= 2;",
    replacement: "this.#lookAt = 0;",
    killedBy: SLIPS,
  },
];
