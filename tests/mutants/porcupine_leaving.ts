/**
 * Planted bugs for threads that end by themselves, or never come back from a step, or in which something else goes wrong.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ARRANGE = "porcupine/parallel/arrange.ts";
const ARRANGED = "test -A --no-check --filter=/is.arranged,/ tests/porcupine/leaving_test.ts";
const CREW = "test -A --no-check tests/porcupine/crew_test.ts";
const LATE = "test -A --no-check --filter=/time.is.up/ tests/porcupine/leaving_test.ts";
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
  {
    id: "PC-pool-stuck",
    title: "A thread that does not come back from a step keeps its place",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/pool.ts",
    anchor: "this.#resting.splice(this.#resting.indexOf(helper), 1);",
    replacement: "",
    killedBy: LATE,
  },
  {
    id: "PC-pool-late",
    title: "A thread that was late is ended although it has come back",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/pool.ts",
    anchor: "(late?.isDue === true && late.isAtWork())",
    replacement: "late?.isDue === true",
    killedBy: LATE,
  },
  {
    id: "PC-pool-anew",
    title: "A thread that does not come back is given its time anew by each check that has it meanwhile",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/pool.ts",
    anchor: "if (late?.isAtWork() !== true) this.#watch(helper, state);",
    replacement: "this.#watch(helper, state);",
    killedBy: LATE,
  },
  {
    id: "PC-crew-idle",
    title: "A check says of no thread that it leaves it behind in its work",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/parallel/crew.ts",
    anchor: "() => helper.owing > 0 && this.#owedBy(seat) > 0",
    replacement: '"usable"',
    killedBy: "test -A --no-check --filter=/pool.whose/ tests/porcupine/leaving_test.ts",
  },
  {
    id: "PC-crew-threw",
    title: "What a step throws in another thread is an error, though one thread does not come to it",
    source: "parallel: the verdict is that of one thread",
    file: "porcupine/parallel/crew.ts",
    anchor: 'if (failure.code !== "worker-failed") return this.#desertAll();',
    replacement: "",
    killedBy: CREW,
  },
  {
    id: "PC-crew-loaded",
    title: "That a model does not load is told to whoever has the thread by then",
    source: "parallel: a pool's threads outlive a check",
    file: "porcupine/workers.ts",
    anchor: 'this.send({ kind: "load", source, check });',
    replacement: 'this.send({ kind: "load", source, check: null });',
    killedBy: CREW,
  },
  {
    id: "PC-arrange-late",
    title: "A history is not arranged by a thread that says what went wrong in it for a check that is over",
    source: "parallel: a pool's threads outlive a check",
    file: ARRANGE,
    anchor: "if (check !== null) return;",
    replacement: "",
    killedBy: ARRANGED,
  },
  {
    id: "PC-arrange-owed",
    title:
      "A thread in which the order of a history has failed is kept, and what it still says is taken for another's",
    source: "parallel: a pool's threads outlive a check",
    file: ARRANGE,
    anchor: "this.#hasFailed = true;\n    this.#wake();",
    replacement: "this.#end(null);",
    killedBy: ARRANGED,
  },
  {
    id: "PC-leaving-failed",
    title: "Nobody hears of a thread of which the host says that it has failed",
    source: "parallel: whoever leaves holds nobody up",
    file: "porcupine/workers.ts",
    anchor: "this one is gone, in the middle of its work or before.\n      this.#leave();",
    replacement: "this one is gone, in the middle of its work or before.",
    killedBy: "test -A --no-check --filter=/it.has.failed/ tests/porcupine/leaving_test.ts",
  },
  {
    id: "PC-away-ready",
    title: "A thread that has its model is given its check when it might have been late with that",
    source: "a check that a signal may stop is made in another thread",
    file: "porcupine/parallel/away.ts",
    anchor: 'if (reply.kind === "ready") this.#begin();',
    replacement: "",
    killedBy: "test -A --no-check --filter=/check.at.once/ tests/porcupine/leaving_test.ts",
  },
  {
    id: "PC-pool-asked",
    title: "A check with a pool goes by how many threads it says that it wants",
    source: "with a pool, how many threads there are is the pool's business",
    file: "porcupine/parallel/check.ts",
    anchor: "options.pool?.workers ?? options.workers ??",
    replacement: "options.workers ?? options.pool?.workers ??",
    killedBy: "test -A --no-check --filter=/pool.s.threads,/ tests/porcupine/parallel_test.ts",
  },
  {
    id: "PC-crew-unshared",
    title: "A thread that cannot be told to stop is kept when its check is over, and works on for nobody",
    source: "parallel: without shared memory, whoever works for nothing has to be ended",
    file: "porcupine/parallel/crew.ts",
    anchor: "const isFree = helper.owing === 0 || this.cells.shared !== null;",
    replacement: "const isFree = true;",
    killedBy: CREW,
  },
  {
    id: "PC-crew-unshared-search",
    title: "A thread that cannot be told that its search is of no use any more is kept",
    source: "parallel: without shared memory, whoever works for nothing has to be ended",
    file: "porcupine/parallel/crew.ts",
    anchor: "if (helper.owing === 0 || this.cells.shared !== null) return;",
    replacement: "if (helper.owing >= 0) return;",
    killedBy: CREW,
  },
];
