/**
 * The same as in `porcupine_drawn.ts`, in what is told: models, levels, transactions, limits.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TXN = "test -A --no-check tests/porcupine/cycles/told_test.ts";
const REPORT = "test -A --no-check tests/porcupine/levels/report_test.ts";
const STALE = "test -A --no-check tests/porcupine/levels/bounds_test.ts";
const BY_HAND = "test -A --no-check tests/porcupine/check_test.ts";
const SENTENCE = "test -A --no-check tests/porcupine/door/sentence_test.ts";
const RECORD = "test -A --no-check tests/porcupine/door/record_test.ts";
const BUDGET = "test -A --no-check tests/porcupine/budget_test.ts";
const IMPOSSIBLE = "test -A --no-check tests/porcupine/levels/impossible_test.ts";
const MAKERS = "test -A --no-check tests/porcupine/makers_test.ts";
const CLOSED = "test -A --no-check --filter=/limit.has.struck/ tests/porcupine/closed_test.ts";
const AGAIN = "test -A --no-check --filter=/there.again/ tests/porcupine/closed_test.ts";
const LEAPS = "test -A --no-check tests/porcupine/closed_leaps_test.ts";
const BESIDE = "test -A --no-check --filter=/said.to.have.failed.is/ tests/porcupine/core_repeats_test.ts";
const OVER = "test -A --no-check --filter=/when.it.was.over/ tests/porcupine/failed_swaps_test.ts";
const SHRINK = "test -A --no-check --filter=/seen.to.shrink/ tests/porcupine/sums_test.ts";
const READERS = "test -A --no-check --filter=/Of.several.reads/ tests/porcupine/whole_set_test.ts";

/** These mutants. */
export const porcupineDrawnToldMutants: readonly Mutant[] = [
  {
    id: "PW-built-upon-end",
    title: "Who appended last has built upon what was not committed before him, whoever that is",
    source: "a dirty update is one of somebody who was committed",
    file: "porcupine/cycles/lists.ts",
    anchor: "if (next < 0 || state[writer[next]] === ABORTED) return;",
    replacement: "if (next < 0) return;",
    killedBy: TXN,
  },
  {
    id: "PW-aborted-turn",
    title: "In the order of a process stands what was not committed",
    source: "Elle section 5: session orders of committed transactions",
    file: "porcupine/cycles/order.ts",
    anchor: "if (state[t] !== COMMITTED) continue;\n      if (before",
    replacement: "if (before",
    killedBy: TXN,
  },
  {
    id: "PW-late-first",
    title: "Of a single write that was missed it is not known when it returned",
    source: "how late reads were is told",
    file: "porcupine/levels/bounds.ts",
    anchor:
      "let low = 0;\n  let high = sorted.length;\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (sorted[middle] > value)",
    replacement:
      "let low = 1;\n  let high = sorted.length;\n  while (low < high) {\n    const middle = (low + high) >> 1;\n    if (sorted[middle] > value)",
    killedBy: REPORT,
  },
  {
    id: "PW-stale-blind",
    title: "Every update is possible in every state, where reads may be stale",
    source: "rule (d) of the search takes what is blind for optional",
    file: "porcupine/levels/stale_model.ts",
    anchor: 'effect === "overwrite" && k > 1',
    replacement: 'effect === "overwrite" || k > 1',
    killedBy: STALE,
  },
  {
    id: "PW-at-least",
    title: "Of staleness of which only a lower bound is known that is not told",
    source: "the one-line answer",
    file: "porcupine/levels/sentence.ts",
    anchor: "return staleness.k === 1\n",
    replacement: "return staleness.k !== 1\n",
    killedBy: REPORT,
  },
  {
    id: "PW-bank-done",
    title: "A bank may say of any transfer that it was made, or was not",
    source: "the oracle asks the same model",
    file: "porcupine/models/bank.ts",
    anchor: 'output !== "unknown" && output.f === "transfer"',
    replacement: 'output === "unknown" && output.f === "transfer"',
    killedBy: BY_HAND,
  },
  {
    id: "PW-versioned-words",
    title: "What a get found is told as what a put did",
    source: "a sentence is read by somebody",
    file: "porcupine/models/versioned_kv.ts",
    anchor: 'if (input.f === "get") {\n    const seen',
    replacement: 'if (input.f !== "get") {\n    const seen',
    killedBy: SENTENCE,
  },
  {
    id: "PW-versioned-lost",
    title: "A get without an answer cannot be told",
    source: "a sentence is read by somebody",
    file: "porcupine/models/versioned_kv.ts",
    anchor: 'output === undefined || output.f !== "get"\n      ? "?"',
    replacement: 'output === undefined && output.f !== "get"\n      ? "?"',
    killedBy: SENTENCE,
  },
  {
    id: "PW-listed",
    title: "A core is listed as the history was given, and not as it happened",
    source: "a core is read by somebody",
    file: "porcupine/assert.ts",
    anchor: ".callAt || a - b",
    replacement: ".callAt && a - b",
    killedBy: RECORD,
  },
  {
    id: "PW-stopped-once",
    title: "A check that time has ended is said to have been ended by memory",
    source: "what struck is told",
    file: "porcupine/budget.ts",
    anchor: "if (this.#processLimit === Infinity || this.stopped !== undefined) return;",
    replacement: "if (this.#processLimit === Infinity) return;",
    killedBy: BUDGET,
  },
  {
    id: "PW-lives",
    title: "A client that comes back twice has the name of its second life both times",
    source: "a process has one transaction at a time",
    file: "porcupine/cycles/model.ts",
    anchor: "      lives.set(client, life + 1);\n",
    replacement: "",
    killedBy: TXN,
  },
  {
    id: "PW-swap-unread",
    title: "A swap that was answered has no place among the blocks if nobody read its value",
    source: "what an answer says took place has its place",
    file: "porcupine/levels/register_blocks.ts",
    anchor: "answered[swap] === 0 && !this.#isNeeded",
    replacement: "answered[swap] === 0 || !this.#isNeeded",
    killedBy: REPORT,
  },
  {
    id: "PW-rival-put",
    title: "Who made a version is not kept, so that its rival is not told",
    source: "the one-line answer",
    file: "porcupine/levels/version_blocks.ts",
    anchor: "      makers.set(version, k);\n",
    replacement: "",
    killedBy: IMPOSSIBLE,
  },
  {
    id: "PW-failed-any",
    title: "What a swap that failed may have found is what its own value could be made of",
    source: "which unbelieved answers matter: all that bring about another value",
    file: "porcupine/explain/writers.ts",
    anchor: '      if (action.op === "cas" && action.swapped !== true) return undefined;\n',
    replacement: "",
    killedBy: MAKERS,
  },
  {
    id: "PW-closed-limit",
    title: "Where answers alone are put in order no limit is looked at",
    source: "limits are looked at in every long loop",
    file: "porcupine/closed/orders.ts",
    anchor: 'if (!this.#mayGoOn(next.at)) return "unknown";',
    replacement: "this.#mayGoOn(next.at);",
    killedBy: CLOSED,
  },
  {
    id: "PW-there-again",
    title: "A write of what is there leads to nothing, though it hides another one",
    source: "`deno task oracle --certificates --model register --seed 714590`",
    file: "porcupine/closed/orders.ts",
    anchor: "if (to === place.state && !hides) return undefined;",
    replacement: "if (to === place.state) return undefined;",
    killedBy: AGAIN,
  },
  {
    id: "PW-closed-leaps",
    title: "An answer may lead at once to states that nothing was asked of",
    source: "all states in which an order places an operation have been asked about",
    file: "porcupine/closed/space.ts",
    anchor: "states.size > size || leaps(action, starts, size) ?",
    replacement: "states.size > size ?",
    killedBy: LEAPS,
  },
  {
    id: "PW-closed-leaps-by-two",
    title: "An answer that leads one step further than any request does is taken for one that does not leap",
    source: "all states in which an order places an operation have been asked about",
    file: "porcupine/closed/space.ts",
    anchor: "steps[next] > steps[state] + 1)",
    replacement: "steps[next] > steps[state] + 2)",
    killedBy: LEAPS,
  },
  {
    id: "PW-deeds-open",
    title: "What an operation on a register can have done is not looked at where it is known what it did",
    source: "`deno task oracle --certificates --model register --seed 700440`",
    file: "porcupine/explain/deeds.ts",
    anchor: "if (!note(told, k, action, numbers) || !note(",
    replacement: "if (!note(told, k, action, numbers) && !note(",
    killedBy: BESIDE,
  },
  {
    id: "PW-room-over",
    title: "To make room a block is moved to where it was over",
    source: "a block without a forward zone stands within its backward zone",
    file: "porcupine/fast/failed_swaps.ts",
    anchor: "Math.min(this.#from[b], ret[k])",
    replacement: "Math.max(this.#from[b], ret[k])",
    killedBy: OVER,
  },
  {
    id: "PW-set-one-reader",
    title: "Of two reads that contradict each other only one is suspected",
    source: "suspects are who contradicts whom",
    file: "porcupine/fast/set.ts",
    anchor: "const suspects = [reads[row[i - 1]], reads[row[i]]];",
    replacement: "const suspects = [reads[row[i]], reads[row[i]]];",
    killedBy: READERS,
  },
  {
    id: "PW-sums-shrink",
    title: "Where a sum shrinks it is not who saw the greater one that is suspected",
    source: "suspects are who contradicts whom",
    file: "porcupine/fast/sum_table.ts",
    anchor: "bounds.highBy[crossed + 1]], GROWS)",
    replacement: "bounds.highBy[crossed]], GROWS)",
    killedBy: SHRINK,
  },
];
