/**
 * Planted bugs of what chaos takes in and what it says: a plan that is half a plan, an option that nobody heeds, a history that is said to
 * be right because nobody found out.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const SOURCE = "issue 8: bad input gives a clear error, a verdict is what was found out";
const PLANS = "test -A --no-check tests/nemesis/plan_test.ts";
const PREFIX = "test -A --no-check tests/report/prefix_test.ts";
const ARGUMENTS = "test -A --no-check tests/chaos/cli/heeded_test.ts";

/** See the module's page. */
export const chaosDoorMutants: readonly Mutant[] = [
  {
    id: "CD-field-missing",
    title: "A plan may lack any field",
    source: SOURCE,
    file: "tests/nemesis/shape.ts",
    anchor: 'value[name] === undefined ? " is missing" : shape(value[name])',
    replacement: "value[name] === undefined ? null : shape(value[name])",
    killedBy: PLANS,
  },
  {
    id: "CD-endless-flap",
    title: "A link may come and go every zero milliseconds, for ever",
    source: SOURCE,
    file: "tests/nemesis/shape.ts",
    anchor: "isWithin(value, Number.MIN_VALUE, Infinity)",
    replacement: "isWithin(value, 0, Infinity)",
    killedBy: PLANS,
  },
  {
    id: "CD-nobodys-leader",
    title: "A fault may strike the leader of a group that there is not",
    source: SOURCE,
    file: "tests/nemesis/plan_shape.ts",
    anchor: "if (found !== null && Number(found[1] ?? 0) <= leaders) return null;",
    replacement: "if (found !== null) return null;",
    killedBy: PLANS,
  },
  {
    id: "CD-reads-pass",
    title: "A job's folder that refuses to be read refuses nothing that reduce tasks read",
    source: "found when each fault was tried alone: in 60 runs of failingRead it was never felt",
    file: "tests/mapreduce/sim/shared_folder.ts",
    anchor: 'this.#open(path, () => this.server.disk.fails("read"))',
    replacement: "this.#open(path, () => false)",
    killedBy: "test -A --no-check tests/chaos/job_run_test.ts",
  },
  {
    id: "CD-unheeded",
    title: "An option that a command does not look at is taken without a word",
    source: SOURCE,
    file: "tests/chaos/cli/heeded.ts",
    anchor: "if (name === undefined || [...heeds, ...ALWAYS].includes(name)) continue;",
    replacement: "continue;",
    killedBy: ARGUMENTS,
  },
  {
    id: "CD-gave-up-fits",
    title: "A history that the checker gave up on is said to fit one order",
    source: SOURCE,
    file: "tests/workloads/prefix.ts",
    anchor: 'if (verdict.kind === "ok") return',
    replacement: 'if (verdict.kind !== "illegal") return',
    killedBy: PREFIX,
  },
];
