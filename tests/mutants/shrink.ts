/**
 * Planted bugs of what makes counterexamples small: passes that are never tried, laws that come too late, and laws that cry wolf.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const SHRINK = "test -A --no-check tests/shrink/shrink_test.ts";
const RECORDER = "test -A --no-check tests/mapreduce/unit/recorder_test.ts";
const JOB_LAWS = "test -A --no-check tests/mapreduce/unit/laws_test.ts";
const GROW = "test -A --no-check tests/shrink/grow_test.ts";

/** See the module's page. */
export const shrinkMutants: readonly Mutant[] = [
  {
    id: "SH-rows",
    title: "What followed one another in the failing plan is never tried together",
    source:
      "issue 8.3: of the planted bugs that stayed large half needed two faults of theirs in their order",
    file: "tests/shrink/grow.ts",
    anchor: 'if (random.chance(0.4)) return inARow(plan, random.split("in a row"), ground, fromMs, paceMs);',
    replacement: "",
    killedBy: GROW,
  },
  {
    id: "SH-another-kind",
    title: "Where one kind of fault was asked for, another one comes first",
    source: "issue 8.3: a counterexample of `--nemesis failingSync` shows what a failing sync does",
    file: "tests/shrink/grow.ts",
    anchor: "number > 0 && random.chance(0.3)",
    replacement: "random.chance(0.3)",
    killedBy: GROW,
  },
  {
    id: "SH-one-key",
    title: "Small plans have one key, whatever their transactions read",
    source: "issue 8.3: T-guard, a bug of the second guard, cannot show itself over one key",
    file: "tests/shrink/grow.ts",
    anchor: 'workload === "txn" ? [1, 2, 3, 3]',
    replacement: 'workload === "txn" ? [1]',
    killedBy: GROW,
  },
  {
    id: "SH-one-face",
    title: "A run that gets stuck must get stuck in the same phase",
    source: "issue 8.3: a node that waits for ever is seen by whoever waits for it",
    file: "tests/shrink/shrink.ts",
    anchor: "[STUCK, ONE_LOG, ONCE].some(",
    replacement: "[ONE_LOG, ONCE].some(",
    killedBy: SHRINK,
  },
  {
    id: "SH-twice-seen",
    title: "What runs twice must be seen where it was seen first",
    source: "issue 8.3: S8 shows between two members of a group, and a small fleet has groups of one",
    file: "tests/shrink/shrink.ts",
    anchor: '["equal-state", "exactly-once", ...TOLD]',
    replacement: '["equal-state", "exactly-once"]',
    killedBy: SHRINK,
  },
  {
    id: "SH-in-vain",
    title: "What was tried in vain is tried again in every round",
    source: "issue 8.3: five seconds are five hundred runs",
    file: "tests/shrink/shrink.ts",
    anchor: "      this.#vain.add(name);\n",
    replacement: "",
    killedBy: SHRINK,
  },
  {
    id: "SH-cut-off",
    title: "What is cut off counts, whatever the whole run explains",
    source:
      "seed 2829442845, before what a refusal rests on was in the journal: the whole run of what was left passed",
    file: "tests/shrink/shrink.ts",
    anchor: "isWhole ? shown",
    replacement: "shown !== null ? shown",
    killedBy: SHRINK,
  },
  {
    id: "SH-outside",
    title: "Who is left outside keeps talking, whether leaders without a majority resign or not",
    source: "liveness of sound sources failed in 65 of 2,396 small plans",
    file: "tests/shrink/grow.ts",
    anchor: 'knobs.preVote && knobs.checkQuorum ? plan.outside : "both"',
    replacement: "plan.outside",
    killedBy: GROW,
  },
  {
    id: "SH-cut-too-soon",
    title: "A leader is cut off before anybody has asked it for a change, and takes none in",
    source: "issue 8.3: F-MC-no-way-back stayed large",
    file: "tests/shrink/scenes.ts",
    anchor: "[1, 1, 1, 2, 3]",
    replacement: "[0]",
    killedBy: GROW,
  },
  {
    id: "N-others-answer",
    title: "A transaction's client takes any answer for its own, and falls over one that is too short",
    source: "K20, seed 5 of the store: the run said that the harness had failed",
    file: "tests/workloads/txn.ts",
    anchor: "result.results.length === operations.length",
    replacement: "result.results.length >= 0",
    killedBy: "test -A --no-check tests/workloads/txn_test.ts",
  },
  {
    id: "N-refused",
    title: "A disk may be refused although nobody has damaged it",
    source: "a log that takes its own doing for damage costs a vote (WAL-old-log-removed-early)",
    file: "tests/check/stable_state.ts",
    anchor: 'error.code === "damaged" && !this.#struck',
    replacement: 'error.code === "foreign" && !this.#struck',
    killedBy: "test -A --no-check tests/check/stable_state_test.ts",
  },
  {
    id: "N-struck-forgotten",
    title: "What a start did not find damaged counts as sound",
    source: "a snapshot is read when somebody needs it",
    file: "tests/check/stable_state.ts",
    anchor: "    this.#struck ||= damaged;\n",
    replacement: "",
    killedBy: "test -A --no-check tests/check/stable_state_test.ts",
  },
  {
    id: "N-lost-and-forgotten",
    title: "A reduce task may be given out although what it reads was lost",
    source:
      "MapReduce paper, 3.3: completed map tasks are re-executed; MR-P5 went on until a run was given up",
    file: "tests/mapreduce/sim/laws.ts",
    anchor: "owed.find((one) => this.#owed.has(one))",
    replacement: "owed.find((one) => !this.#won.has(one))",
    killedBy: JOB_LAWS,
  },
  {
    id: "N-reopened-any-time",
    title: "A reopening may have been at any time since its coordinator was born",
    source: "job seed 210 with damageMap: thirty such in 200 operations, and the checker gave up",
    file: "tests/mapreduce/sim/recorder.ts",
    anchor: "const callAt = Math.max(bornMs, this.#openedSince(task));",
    replacement: "const callAt = bornMs;",
    killedBy: RECORDER,
  },
  {
    id: "N-complaint-answered",
    title: "A loss whose report was answered is taken for the cause of a later reopening",
    source: "a history that says too little lets bugs through",
    file: "tests/mapreduce/sim/recorder.ts",
    anchor: "        this.#complaints.delete(complaint);\n",
    replacement: "",
    killedBy: RECORDER,
  },
  {
    id: "N-old-loss",
    title: "A report of files that were made again since counts as a loss",
    source: "a report may come late, and answers overtake one another",
    file: "tests/mapreduce/sim/laws.ts",
    anchor: " && this.#reopened(map) === (known.get(map) ?? 0)",
    replacement: "",
    killedBy: JOB_LAWS,
  },
  {
    id: "N-damage-is-own",
    title: "Whoever finds a map's file damaged may call it a trouble of its own",
    source: "MR-unchecked-end went on for twenty attempts before the job was given up",
    file: "tests/mapreduce/sim/laws.ts",
    anchor: 'outcome.kind === "storage" && ',
    replacement: 'outcome.kind === "unfit" && ',
    killedBy: JOB_LAWS,
  },
];
