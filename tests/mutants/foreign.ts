/**
 * Planted bugs that only real processes show, and of the harness that judges stores that nobody here wrote.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const RUN = "tests/real/foreign/run.ts";

function killer(filter: string): string {
  return `test -A --no-check --filter=${filter} tests/real/foreign/foreign_test.ts`;
}

/** What its own tests kill, with stores in memory; and what a power cut shows. */
export const foreignMutants: readonly Mutant[] = [
  {
    id: "F-unknown-dropped",
    title: "A write whose answer was lost is left out of the history",
    source: "anchors chaos: definite and indefinite errors",
    file: RUN,
    anchor: '    } else if (answer.kind === "unknown" && input.f !== "get") {',
    replacement: '    } else if (answer.kind === "unknown" && input.f === "get") {',
    killedBy: killer("honestly"),
  },
  {
    id: "F-vacuous",
    title: "A run in which nothing was ever answered passes",
    source: "a run without successful operations fails",
    file: RUN,
    anchor: "if (this.#counts.ok === 0) return",
    replacement: "if (this.#counts.ok < 0) return",
    killedBy: killer("never"),
  },
  {
    id: "F-store-outlives",
    title: "A store that was started outlives a harness that is killed where it stands",
    source: "every child is gone afterwards",
    file: "tests/real/foreign/process.ts",
    anchor: "kill -KILL ${pid}",
    replacement: "kill -0 ${pid}",
    killedBy: killer("stands"),
  },
  {
    id: "F-reads-forgotten",
    title: "What was read is not kept, so nothing can be wrong",
    source: "a check that never fails checks nothing",
    file: RUN,
    anchor: '    if (answer.kind === "ok") {\n      const outcome',
    replacement: '    if (answer.kind === "ok" && input.f !== "get") {\n      const outcome',
    killedBy: killer("yesterday"),
  },
  {
    id: "F-cut-passes",
    title: "A cut line goes on carrying bytes",
    source: "labs section 1: one-way loss",
    file: "tests/real/lane.ts",
    anchor: 'if (state.kind === "cut") return Infinity;',
    replacement: 'if (state.kind === "cut") return 0;',
    killedBy: "test -A --no-check tests/real/proxy_test.ts",
  },
  {
    id: "F-unsynced",
    title: "What is appended to the log is acknowledged before it is synced: only a power cut shows it",
    source: "labs P1; etcd LazyFS runs",
    file: "raft/wal/log_file.ts",
    anchor: "    await this.#file.sync();\n    this.#sizeBytes += bytes.length;",
    replacement: "    this.#sizeBytes += bytes.length;",
    killedBy: "run -A --no-check tests/chaos.ts --real --seed 1 --time 6 --json",
  },
];
