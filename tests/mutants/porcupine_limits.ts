/**
 * Planted bugs for the checker's limits and threads: what strikes too late, proves what it does not, or is counted twice.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const LIMITS = "test -A --no-check tests/porcupine/limits_test.ts";
const PARALLEL = "test -A --no-check tests/porcupine/parallel_test.ts";
const RACE = "test -A --no-check tests/porcupine/race_test.ts";
const RELAYED = "test -A --no-check tests/porcupine/relay_test.ts";
const THREADS = "test -A --no-check tests/porcupine/threads_test.ts";
const SENT = "test -A --no-check tests/porcupine/columns_test.ts";
const CORE = "test -A --no-check tests/porcupine/core_test.ts";
const BUDGET = "porcupine/budget.ts";
const TEAM = "porcupine/parallel/team.ts";
const COLUMNS = "porcupine/parallel/columns.ts";
const RELAY = "porcupine/search/values/relay.ts";

/** These mutants. */
export const porcupineLimitMutants: readonly Mutant[] = [
  {
    id: "PC-limit-process",
    title: "Only what the search counts is held against the memory limit",
    source: "a memory limit is the process's: garbage and a step's own objects count",
    file: BUDGET,
    anchor: "return left < 0;",
    replacement: "return left === -Infinity;",
    killedBy: LIMITS,
  },
  {
    id: "PC-limit-double",
    title: "A table is doubled although both copies do not fit",
    source: "a table that doubles is held twice for a moment",
    file: BUDGET,
    anchor: "this.#heldBytes() + more > this.#processLimit",
    replacement: "this.#heldBytes() > this.#processLimit",
    killedBy: LIMITS,
  },
  {
    id: "PC-limit-core",
    title: "A core is taken apart to the last operation although nothing is answered any more",
    source: "found when explaining a violation among 100,000 operations took a minute after its limit",
    file: "porcupine/core.ts",
    anchor: "if (pool.length <= 1 || asker.isSpent) return [...pool];",
    replacement: "if (pool.length <= 1) return [...pool];",
    killedBy: CORE,
  },
  {
    id: "PC-limit-effort",
    title: "What was not found out with little effort counts as unknown",
    source: "parallel: a partition is tried with little effort first",
    file: "porcupine/parallel/trial.ts",
    anchor: "if (decision === undefined || trial.stopped !== undefined) {",
    replacement: "if (decision === undefined) {",
    killedBy: PARALLEL,
  },
  {
    id: "PC-parallel-share",
    title: "What does not fit into a thread's share of the memory stays undecided",
    source: "parallel: a share is no limit",
    file: TEAM,
    anchor: "if (this.#findings[task] === undefined) await this.#decide(task);",
    replacement: "if (task < 0) await this.#decide(task);",
    killedBy: PARALLEL,
  },
  {
    id: "PC-race-rounds",
    title: "In a race the search that finished in a later round wins, because it was heard of first",
    source: "parallel: who finishes in the lower round wins",
    file: "porcupine/parallel/race.ts",
    anchor: "(own === undefined || other.round < own.round)",
    replacement: "(own === undefined || other.round > own.round)",
    killedBy: RACE,
  },
  {
    id: "PC-race-way",
    title: "A turn of depth-first has no end as long as it makes way, however hard that is",
    source: "parallel: a race of two threads is worth as much as the turns of both take as long",
    file: "porcupine/search/depth.ts",
    anchor: " || this.#entered >= end) return",
    replacement: ") return",
    killedBy: RACE,
  },
  {
    id: "PC-race-turns",
    title: "Where operations are watched depth-first has turns as long as where they are not",
    source: "parallel: a race of two threads is worth as much as the turns of both take as long",
    file: "porcupine/search/compete.ts",
    anchor: "this.#problem.watches && !alone",
    replacement: "this.#problem.watches && alone",
    killedBy: RACE,
  },
  {
    id: "PC-parallel-alike",
    title: "Of operations that are alike the wrong one is sent",
    source: "parallel: where it is known which operations are alike one of each class is sent",
    file: COLUMNS,
    anchor: "if (of[i] === different.length) different.push(values[i]);",
    replacement: "if (of[i] <= different.length) different.push(values[i]);",
    killedBy: SENT,
  },
  {
    id: "PC-parallel-behind",
    title:
      "In a race nobody waits for a thread that is behind, though it may have finished in an earlier round",
    source: "parallel: who finishes in the lower round wins, whenever that is heard",
    file: "porcupine/parallel/race.ts",
    anchor: 'return turns < own.round && own.result.verdict !== "unknown";',
    replacement: "return false;",
    killedBy: RACE,
  },
  {
    id: "PC-parallel-closed",
    title: "When the others have been sent away a search is still given to them",
    source: "parallel: what did not fit into a share of the memory is decided last, alone",
    file: TEAM,
    anchor: "now < this.#raceAt || this.#isClosing) return;",
    replacement: "now < this.#raceAt) return;",
    killedBy: PARALLEL,
  },
  {
    id: "PC-parallel-late",
    title: "An answer to an earlier check that comes late counts as one of this check",
    source: "parallel: a pool's threads outlive a check",
    file: "porcupine/parallel/crew.ts",
    anchor: 'if ("check" in reply && reply.check === this.#check) {',
    replacement: 'if ("check" in reply) {',
    killedBy: RACE,
  },
  {
    id: "PC-relay-same",
    title: "Two searches count as met where they have as many configurations, whatever these are",
    source: "parallel: a search from the middle is joined where both have the same configurations",
    file: RELAY,
    anchor: "if (this.#cells[to++] !== layer.rows[from + comparedAt(layer, j)]) return false;",
    replacement: "if (this.#cells[to++] === from + layer.rows.length) return false;",
    killedBy: RELAYED,
  },
  {
    id: "PC-relay-row",
    title: "What is joined goes on from the first configuration, not from the one that it came of",
    source: "parallel: an order goes through one configuration of the level where two searches meet",
    file: RELAY,
    anchor: "const row = note.decisions.indexOf(i > 0 ? decisions[i - 1] : root);",
    replacement: "const row = 0;",
    killedBy: RELAYED,
  },
  {
    id: "PC-relay-mark",
    title:
      "However late two searches meet, all of the later one's decisions are taken over from its first mark on",
    source: "parallel: before they have met they had nothing in common",
    file: RELAY,
    anchor: "this.met = isMet ? mark : -1;",
    replacement: "this.met = isMet ? 0 : -1;",
    killedBy: RELAYED,
  },
  {
    id: "PC-relay-work",
    title: "What another thread has looked at is not counted",
    source: "parallel: an explanation is rationed by what one thread would have spent",
    file: "porcupine/search/values/decide.ts",
    anchor: "budget.spend(leg.work);",
    replacement: "budget.spend(0);",
    killedBy: RELAYED,
  },
  {
    id: "PC-relay-thinned",
    title: "That configurations were thrown away is forgotten if another thread has done so",
    source: "search of values: a search that threw something away proves nothing",
    file: "porcupine/search/values/search.ts",
    anchor: "if (thinnedAt >= this.level) this.#thinnedAt = thinnedAt;",
    replacement: "if (thinnedAt === Infinity) this.#thinnedAt = thinnedAt;",
    killedBy: RELAYED,
  },
  {
    id: "PC-parallel-tried",
    title: "A search that a limit has stopped counts as begun again",
    source:
      "parallel: what did not fit into a share of the memory is decided last, alone; found by the test of the limits",
    file: TEAM,
    anchor: "      this.#tried = undefined;\n",
    replacement: "",
    killedBy: THREADS,
  },
  {
    id: "PC-columns-zero",
    title: "To a worker -0 is sent as 0",
    source: "parallel: a worker judges the same values",
    file: COLUMNS,
    anchor: "if (!Object.is(value | 0, value)) return floatsOf(values);",
    replacement: "if ((value | 0) !== value) return floatsOf(values);",
    killedBy: SENT,
  },
  {
    id: "PC-columns-shape",
    title: "Objects with as many fields are sent as if these had the same names",
    source: "parallel: a worker judges the same values",
    file: COLUMNS,
    anchor: "while (j < count && known[j] === names[j]) j++;",
    replacement: "j = count;",
    killedBy: SENT,
  },
];
