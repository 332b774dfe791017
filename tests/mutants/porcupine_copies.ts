/**
 * Planted bugs for queues, stacks and priority queues into which values are put again and again.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const COPIES = "porcupine/fast/copies.ts";
const TEST = "test -A --no-check tests/porcupine/copies_test.ts";

/** These mutants. */
export const porcupineCopyMutants: readonly Mutant[] = [
  {
    id: "PV-copies-searched",
    title:
      "Where values repeat only their number is looked at: of a wrong order in a crowd nothing was known after 3 s",
    source: "collections: what is impossible of copies told apart is impossible",
    file: COPIES,
    anchor: 'if (result?.verdict === "illegal") {',
    replacement: 'if (result?.verdict === "illegal" && repeated.values.length === 0) {',
    killedBy: TEST,
  },
  {
    id: "PV-copies-lost",
    title: "A removal that was lost takes out no copy between two others",
    source: "collections: lost removals may have taken out copies in between",
    file: COPIES,
    anchor: "const lag = isRepeated ? lost.length : 0;",
    replacement: "const lag = isRepeated ? 0 * lost.length : 0;",
    killedBy: TEST,
  },
  {
    id: "PV-copies-last",
    title:
      "The i-th copy is put in before the i-th insertion that was called returns, though another returned later",
    source: "collections: the i-th insertion comes no later than the i-th return",
    file: COPIES,
    anchor: "return i < this.#byReturn.length ? this.#part.ret[this.#byReturn[i]] : NEVER;",
    replacement: "return i < this.#byReturn.length ? this.#part.ret[this.#byCall[i]] : NEVER;",
    killedBy: TEST,
  },
  {
    id: "PV-copies-stack",
    title: "The first copy put on a stack is the first one taken off it",
    source: "collections: a stack's copies may leave in any order",
    file: "porcupine/fast/stack.ts",
    anchor: 'copies: "unknown",',
    replacement: 'copies: "asPutIn",',
    killedBy: TEST,
  },
  {
    id: "PV-copies-dealt",
    title: "An operation is dealt out to an instant before which it had returned",
    source: "collections: an order is one that could have been",
    file: COPIES,
    anchor: "if (ret[k] <= latest) return undefined;",
    replacement: "",
    killedBy: TEST,
  },
];
