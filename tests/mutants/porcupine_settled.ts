/**
 * Planted bugs for the on-line checker's way back from a search to a watch: when it is certain what an object holds.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SETTLED = "porcupine/online/settled.ts";
const BACK = "test -A --no-check tests/porcupine/online_settled_test.ts";

/** These mutants. */
export const porcupineSettledMutants: readonly Mutant[] = [
  {
    id: "PC-settled-alone",
    title: "A write that another one was open beside is held to have been the last",
    source: "on-line checker: only who was alone says what it left behind",
    file: SETTLED,
    anchor: "this.#changing++ === 0 ? watched : undefined",
    replacement: "this.#changing++ >= 0 ? watched : undefined",
    killedBy: BACK,
  },
  {
    id: "PC-settled-stale",
    title: "What was certain once stays so, whatever was written since",
    source: "on-line checker: the last operation that may have changed the object",
    file: SETTLED,
    anchor: "    this.#last = undefined;\n",
    replacement: "",
    killedBy: BACK,
  },
  {
    id: "PC-settled-lost",
    title: "A write that was lost is forgotten when the object is watched again",
    source: "on-line checker: a lost operation may take effect at any time",
    file: SETTLED,
    anchor: "  lost(): void {\n    this.#open--;",
    replacement: "  lost(): void {\n    this.#open--;\n    this.#changing--;",
    killedBy: BACK,
  },
  {
    id: "PC-settled-before",
    title:
      "A write is held to have been alone although nobody knows what was written before the search began",
    source: "on-line checker: who was called and answered while it was open is not known any more",
    file: SETTLED,
    anchor: "    settled.#alone = undefined;\n",
    replacement: "",
    killedBy: BACK,
  },
  {
    id: "PC-settled-odd",
    title: "An answer that is not understood is held to have changed nothing",
    source: "on-line checker: a view that says otherwise is not relied upon",
    file: SETTLED,
    anchor: "      this.#alone = this.#last = undefined;\n",
    replacement: "",
    killedBy: BACK,
  },
  {
    id: "PC-settled-open",
    title: "A read that is open when the object is watched again must see what is there then",
    source: "on-line checker: nothing may be open",
    file: SETTLED,
    anchor: "this.#open === 0 ? this.#last : undefined",
    replacement: "this.#last",
    killedBy: BACK,
  },
  {
    id: "PC-settled-never",
    title: "Once a value was written twice it is searched for good",
    source: "on-line checker: memory and speed after one repeated value",
    file: "porcupine/online/guard.ts",
    anchor: "this.#answers >= this.#wait",
    replacement: "this.#answers < 0",
    killedBy: BACK,
  },
  {
    id: "PL-sweep-time",
    title: "Old partitions are looked through without a look at the clock",
    source: "bar 8: on line a call took as long as steps of all old partitions did",
    file: "porcupine/online/checker.ts",
    anchor: "part.isAsNew(budget)",
    replacement: "part.isAsNew({ mayStep: () => true, expired: () => false })",
    killedBy: "test -A --no-check --filter=/on.line,/ tests/porcupine/limits_test.ts",
  },
  {
    id: "PL-sweep-step",
    title: "What a step says that was cut short shows that a partition is as new",
    source: "bar 8: once its time is over a step may answer anything",
    file: "porcupine/online/finite.ts",
    anchor: "return ends && !patience.expired();",
    replacement: "return ends;",
    killedBy: "test -A --no-check tests/porcupine/finite_test.ts",
  },
  {
    id: "PL-online-no-time",
    title: "On line a limit of 0 ms is none as long as no search is needed",
    source: "bar 8: a limit means the same on line as for a whole history",
    file: "porcupine/online/checker.ts",
    anchor: 'return timeLimitMs === 0 ? "time" : memoryLimitBytes === 0 ? "memory" : undefined;',
    replacement: 'return memoryLimitBytes === 0 ? "memory" : undefined;',
    killedBy: "test -A --no-check --filter=/on.line,/ tests/porcupine/limits_test.ts",
  },
  {
    id: "PC-online-told",
    title: "An impossible answer is told without itself, where nobody keeps it",
    source: "on-line checker: no order of the operations that are told gives their answers",
    file: "porcupine/online/checker.ts",
    anchor: "operations.includes(watched) ? [...operations] :",
    replacement: "operations.length >= 0 ? [...operations] :",
    killedBy: "test -A --no-check tests/porcupine/online_window_test.ts",
  },
  {
    id: "PC-online-underway",
    title: "What a window begins with is told as if nothing of it had been done yet",
    source: "on-line checker: what is told of an impossible answer",
    file: "porcupine/online/window.ts",
    anchor: "this.#starts.some(({ spent }) => spent.length > 0)",
    replacement: "this.#starts.some(({ spent }) => spent.length > spent.length)",
    killedBy: "test -A --no-check tests/porcupine/online_window_test.ts",
  },
  {
    id: "PC-values-underway",
    title: "What a register's window begins with is told as if nothing of it had been done yet",
    source: "on-line checker: what is told of an impossible answer",
    file: "porcupine/online/value_window.ts",
    anchor: "this.#starts.some(({ spent }) => spent.length > 0)",
    replacement: "this.#starts.some(({ spent }) => spent.length > spent.length)",
    killedBy: "test -A --no-check tests/porcupine/online_window_test.ts",
  },
];
