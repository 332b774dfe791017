/**
 * Planted bugs of limits that must strike in the middle of what takes long without a search.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const CUT = "transactions: of 100,000 what is known of them takes a second, whatever the limit";
const READ = "texts of few tokens: a limit of 0.3 s was kept after 7 s";
const LOST = "tens of thousands of lost answers: retelling took 0.2 s after the limit";
const KNOWN = "tests/porcupine/contradiction_test.ts";
const TEXTS = "tests/porcupine/tokens_test.ts";

/** All of them. */
export const porcupineHurryMutants: readonly Mutant[] = [
  ...rows("porcupine/search/slots.ts", "tests/porcupine/slots_test.ts", [[
    "PC-hurry-slots",
    "The place of an operation is looked for among all that are open",
    LOST,
    "const middle = (low + high) >> 1;",
    "const middle = high - 1;",
  ]]),
  ...rows("porcupine/search/depth.ts", "tests/porcupine/limits_test.ts", [[
    "PC-hurry-frames",
    "Frames are doubled, and only then is it asked whether they fit",
    "a memory limit of 300 MB was overrun by 185 where tens of thousands of answers were lost",
    "if (!this.#allow(this.#nodes.byteLength)) return false;",
    "",
  ]]),
  ...rows("porcupine/search/problem.ts", "tests/porcupine/limits_test.ts", [[
    "PC-hurry-classes",
    "No limit strikes while it is found out which operations are equal",
    "batches: a limit of 0.3 s was kept after 0.7 s",
    "problem.questions.classes(() => budget.mayStep())",
    "problem.questions.classes(() => budget !== undefined)",
  ]]),
  ...rows("porcupine/search/values/decide.ts", "tests/porcupine/values_test.ts", [[
    "PC-hurry-retell",
    "After a limit has struck it is found out once more which operations do the same",
    LOST,
    'new Present(operations, memory, "retell")',
    "new Present(operations, memory)",
  ]]),
  ...rows("porcupine/fast/priority_queue.ts", "tests/porcupine/copies_test.ts", [[
    "PC-hurry-clear",
    "Of a long way through covered gaps only the second step is shortened",
    "priority queues: ways that are shortened as they are gone",
    "const next = clear[at];\n    clear[at] = root;\n    at = next;",
    "at = clear[at];\n    clear[at] = root;\n    if (clear[at] === root) break;",
  ]]),
  ...rows("porcupine/suggested.ts", KNOWN, [[
    "PC-hurry-deaf",
    "Whoever works out what is known of a history is not told that time is up",
    CUT,
    "return { expired: () => !budget.mayStep() };",
    "return { expired: () => false };",
  ], [
    "PC-hurry-ration",
    "What is worked out once is cut short by a ration of work that is used up",
    CUT,
    "return { expired: () => !budget.mayStep() };",
    "return { expired: () => budget.expired() };",
  ]]),
  ...rows("porcupine/contradicted.ts", KNOWN, [[
    "PC-hurry-search",
    "After a limit has struck a search is prepared",
    CUT,
    "if (suspects === undefined) requireTime(budget);",
    "",
  ]]),
  ...rows("porcupine/cycles/patience.ts", KNOWN, [[
    "PC-hurry-patience",
    "What is known of transactions is worked out to the end, whatever the limit",
    CUT,
    "if (context.expired()) throw new CutShort();",
    "context.expired();",
  ]]),
  ...rows("porcupine/fast/tokens.ts", TEXTS, [[
    "PC-hurry-puts",
    "Who put a token is looked for anew for each text that begins with it",
    READ,
    "if (puts === undefined) this.#puts.set(token, puts = this.#listPuts(token));",
    "if (puts === undefined) puts = this.#listPuts(token);",
  ], [
    "PC-hurry-appends",
    "Who appended a token next is the next that wrote it",
    READ,
    "op[k] === APPEND ? k : next[k] === 0 ? -1 : appends[next[k]]",
    "op[k] === APPEND || next[k] !== 0 ? k : -1",
  ]]),
  ...rows("porcupine/fast/text.ts", TEXTS, [[
    "PC-hurry-heads",
    "No limit strikes while it is found out who put what texts begin with",
    READ,
    "if (this.#op[k] !== GET) continue;\n      this.#budget.go(1);",
    "if (this.#op[k] !== GET) continue;",
  ], [
    "PC-hurry-line",
    "No limit strikes while a long text is cut into tokens",
    READ,
    "for (let at = 0; at < whole.length;) {\n      this.#budget.go(1);",
    "for (let at = 0; at < whole.length;) {",
  ], [
    "PC-hurry-reads",
    "No limit strikes while texts are compared with the longest",
    READ,
    "this.#budget.go(1 + (length >>> LETTERS));",
    "",
  ]]),
  ...rows("porcupine/fast/text_lines.ts", TEXTS, [[
    "PC-hurry-spots",
    "No limit strikes while tokens are given to those that wrote them",
    READ,
    "budget.go(tried);",
    "",
  ], [
    "PC-hurry-free",
    "Those that were given away are passed by one by one for each token again",
    READ,
    "free.set(token, k);",
    "k = tokens.appendFrom(token);",
  ]]),
];
