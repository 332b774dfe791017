/**
 * Planted bugs that transactions over several keys bring out: the workload `txn`.
 * @module
 */
import type { Mutant } from "./mutant.ts";

/** Runs of the workload, whatever is wrong. */
const TXN = "run -A tests/chaos.ts --layer kv --workload txn --seed 1 --runs 40 --json";
/** Leaders that are cut off, and clients that still reach them. */
const CUT =
  "run -A tests/chaos.ts --layer kv --workload txn --nemesis isolate,halves,majorityRing --seed 1 --runs 60 --json";
const STEPS = "kv/store/run_steps.ts";
const STORE = "kv/store/store.ts";

/** The workload's mutants. */
export const chaosTxnMutants: readonly Mutant[] = [
  {
    id: "T-half",
    title: "Of a transaction's steps only the first two change anything",
    source: "a transaction applied half: G0, lost appends",
    file: STEPS,
    anchor: "results: transaction.steps.map(run) };",
    replacement:
      "results: transaction.steps.map((step, at) => at < 2 ? run(step) : look(store, step) ?? DONE) };",
    killedBy: TXN,
  },
  {
    id: "T-before",
    title: "A transaction's reads see the store as it was before it",
    source: "reads from a stale state: internal inconsistency",
    file: STEPS,
    anchor: 'return { kind: "done", results: transaction.steps.map(run) };',
    replacement: "const before = transaction.steps.map((step) => look(store, step));\n" +
      '  return { kind: "done", results: transaction.steps.map((step, at) => before[at] ?? run(step)) };',
    killedBy: TXN,
  },
  {
    id: "T-append",
    title: "A step that appends forgets what was there",
    source: "a lost append: incompatible orders",
    file: STEPS,
    anchor: 'const value = (present?.value ?? "") + step.value;',
    replacement: "const value = step.value;",
    killedBy: TXN,
  },
  {
    id: "T-twice",
    title: "A step that appends adds its value twice",
    source: "duplicate elements",
    file: STEPS,
    anchor: 'const value = (present?.value ?? "") + step.value;',
    replacement: 'const value = (present?.value ?? "") + step.value + step.value;',
    killedBy: TXN,
  },
  {
    id: "T-guard",
    title: "Only the first guard of a transaction is looked at",
    source: "optimistic transactions: write skew, lost updates",
    file: STEPS,
    anchor: "for (const { key, revision } of transaction.guards) {",
    replacement: "for (const { key, revision } of transaction.guards.slice(0, 1)) {",
    killedBy: TXN,
  },
  {
    id: "T-aborted",
    title: "A transaction whose guard does not hold is executed, and said to have failed",
    source: "aborted reads: G1a",
    file: STEPS,
    anchor: 'if ((store.head(key)?.revision ?? 0) !== revision) return { kind: "guardFailed" };',
    replacement:
      'if ((store.head(key)?.revision ?? 0) !== revision) {\n      for (const step of transaction.steps) runStep(store, step, nowMs);\n      return { kind: "guardFailed" };\n    }',
    killedBy: TXN,
  },
  {
    id: "T-revision",
    title: "A condition on a revision holds whatever the revision is",
    source: "optimistic batches: lost updates",
    file: "kv/store/conditions.ts",
    anchor: "return (entry?.revision ?? 0) === condition.revision;",
    replacement: "return condition.revision >= 0;",
    killedBy: TXN,
  },
  {
    id: "T-batch-half",
    title: "Of a batch only the first write happens",
    source: "a batch applied half",
    file: STORE,
    anchor: "writes.map((write) => this.#write(write));",
    replacement: "writes.map((write, at) => at === 0 ? this.#write(write) : 0);",
    killedBy: TXN,
  },
  {
    id: "T-batch-split",
    title: "A batch is sent as two, the second without conditions",
    source: "a batch split in two log entries: G-single, G0",
    file: "kv/clerk.ts",
    anchor: 'return decodeBatchResult(await this.#submit({ op: "batch", conditions, writes }, options));',
    replacement: "if (writes.length > 1) {\n" +
      "      const first = await this.batch(conditions, writes.slice(0, 1), options);\n" +
      '      return first.kind === "done" ? await this.batch([], writes.slice(1), options) : first;\n    }\n' +
      '    return decodeBatchResult(await this.#submit({ op: "batch", conditions, writes }, options));',
    killedBy: TXN,
  },
  {
    id: "T-set-absent",
    title: "A plain set does not replace a value that is there",
    source: "a lost write of a register",
    file: STEPS,
    anchor: "store.put(step.key, step.value, 0);\n    return DONE;",
    replacement:
      "if (store.head(step.key) === undefined) store.put(step.key, step.value, 0);\n    return DONE;",
    killedBy: TXN,
  },
  {
    id: "T-stale",
    title: "A read is answered from the memory of a replica that merely believes to lead",
    source: "stale reads: G-single-realtime",
    file: "kv/replica.ts",
    anchor: "return await this.#whenApplied(await this.node.readIndex()) ? null : UNKNOWN;",
    replacement:
      'return this.node.state().isLeader ? null : await Promise.resolve(refused("notLeader", this.node.state().leader));',
    killedBy: CUT,
  },
];
