/**
 * Planted bugs for the rules that the search observes on models which do not say what their operations do.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ORACLE = "test -A --no-check tests/porcupine/oracle_test.ts -- --times 10";
const FAST = "test -A --no-check tests/porcupine/fast_test.ts -- --times 2";
const WATCHED = "test -A --no-check tests/porcupine/watched_test.ts -- --times 8";
const SPRINT = "test -A tests/porcupine/sprint_test.ts -- --times 4";
const SPRINTER = "porcupine/search/sprint.ts";
const TRAIL = "porcupine/search/trail.ts";
const WALK = "porcupine/search/walk.ts";
const ABSORPTION = "porcupine/search/absorption.ts";
const OUTLOOK = "porcupine/search/outlook.ts";

/** These mutants. */
export const porcupineSearchMutants: readonly Mutant[] = [
  {
    id: "PC-n-spent",
    title: "An operation that does nothing in one state is taken for good, like a read",
    source: "reduction (n): nothing happens",
    file: WALK,
    anchor: "continue;\n        nodes[index] &= ~bit;",
    replacement: "continue;\n        nodes[index] &= ~bit;\n        nodes[index - this.#words] |= bit;",
    killedBy: WATCHED,
  },
  {
    id: "PC-n-changes",
    title: "An operation that is legal counts as one that does nothing",
    source: "reduction (n): nothing happens",
    file: WALK,
    anchor: "return outcome === NOTHING;",
    replacement: "return outcome >= NOTHING;",
    killedBy: ORACLE,
  },
  {
    id: "PC-n-owed",
    title: "What does nothing in a state is never placed there, though it is owed",
    source: "reduction (n): an optional operation is not placed where it does nothing",
    file: WALK,
    anchor: "this.problem.watches && !this.isOwed(nodes, at, operation);",
    replacement: "this.problem.watches;",
    killedBy: WATCHED,
  },
  {
    id: "PC-n-overwrites",
    title: "An overwriting operation that is optional is not placed where it writes what is there",
    source: "reduction (n): not where rule (d) holds",
    file: WALK,
    anchor: "state === nodes[at] && this.problem.watches && ",
    replacement: "state === nodes[at] && ",
    killedBy: FAST,
  },
  {
    id: "PC-i",
    title: "An operation is idle if it does nothing now, whatever can be made of the state before it returns",
    source: "rule (i): idle operations",
    file: OUTLOOK,
    anchor: "for (const operation of left) this.#reached(",
    replacement: "for (const operation of left.slice(left.length)) this.#reached(",
    killedBy: WATCHED,
  },
  {
    id: "PC-e-observed-later",
    title: "What is called after this level is not counted on to make an answer possible",
    source: "rule (e'): looking ahead",
    file: "porcupine/search/ahead.ts",
    anchor: "k < count && call[k] < ret[target]; k++) {",
    replacement: "k < 0 && call[k] < ret[target]; k++) {",
    killedBy: WATCHED,
  },
  {
    id: "PC-e-observed-order",
    title: "An operation that did nothing is waited for all the same",
    source: "rule (e'): orders, what waits for what",
    file: "porcupine/search/glimpse.ts",
    anchor: "settled |= 1 << i;\n      i = -1;",
    replacement: "i = left.length;",
    killedBy: WATCHED,
  },
  {
    id: "PC-e-observed-cut",
    title: "A look ahead that was cut short counts as one that found nothing",
    source: "rule (e'): a look that is cut short proves nothing",
    file: "porcupine/search/glimpse.ts",
    anchor: "if (allowed >= lost) return this.#steps < 0;",
    replacement: "if (allowed >= lost) return false;",
    killedBy: WATCHED,
  },
  {
    id: "PC-guide-not-called",
    title: "A search is guided to an operation that is called later",
    source: "found by the long run: kv, step only, seed 9011103",
    file: OUTLOOK,
    anchor: "if (first >= 0 && open[slot[first]] === first) this.guide = first;",
    replacement: "this.guide = first;",
    killedBy: WATCHED,
  },
  {
    id: "PC-c-observed-sets",
    title: "What is absorbed is tried in the present state only, not after others that are absorbed",
    source: "rule (c'): all the states that some of them lead to",
    file: ABSORPTION,
    anchor: "if (!this.#has(next, count)) reach[count++] = next;",
    replacement: "",
    killedBy: WATCHED,
  },
  {
    id: "PC-sprint-called",
    title: "What is hidden goes before an operation that had returned when it was called",
    source: "sprint: it had been called when the other one was placed",
    file: SPRINTER,
    anchor: "at >= 0 && operation < called[trail.levelAt(at)]; i++",
    replacement: "at >= 0 && operation < called.length; i++",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-read-called",
    title: "A read is hidden together with a write that had taken effect when it was called",
    source: "sprint: it had been called when the other one was placed",
    file: SPRINTER,
    anchor: "k < 0 || k >= before || ret[k] === NEVER",
    replacement: "k < 0 || ret[k] === NEVER",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-same",
    title: "What is hidden may change what comes after it",
    source: "sprint: the other one leads where it led",
    file: SPRINTER,
    anchor: "if (after !== ILLEGAL && this.#same(after, trail.afterAt(at))) {",
    replacement: "if (after !== ILLEGAL) {",
    killedBy: SPRINT,
  },
  {
    id: "PC-trail-undo",
    title: "When a choice is taken back, what was hidden has still been there",
    source: "trail: the state before a host is put back",
    file: TRAIL,
    anchor: "if (this.#kinds[at] === HIDDEN) this.#before[this.#levels[at]] = this.#before[at];",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-trail-moved",
    title: "What is placed later, because it did nothing, stands in both places",
    source: "trail: it leaves the place where it did nothing",
    file: TRAIL,
    anchor: "if (origin > 0) this.#kinds[origin - 1] = MOVED;",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-same-answer",
    title: "Operations with equal inputs are equal, whatever they were answered",
    source: "reduction (h): equal in input and answer",
    file: "porcupine/classes.ts",
    anchor: 'if (!answer.known || (outcome.status === "ok" && isSame(answer.output, outcome.output)))',
    replacement: "if (outcome !== undefined)",
    killedBy: ORACLE,
  },
  {
    id: "PC-strict",
    title:
      "Nothing was found with lost operations only where they lead to the next answer, and that is taken for a proof",
    source: "depth-first: what left something out proves nothing",
    file: "porcupine/search/depth.ts",
    anchor: "if (!this.#isNarrow) return this",
    replacement: "if (this.#start >= 0) return this",
    killedBy: ORACLE,
  },
  {
    id: "PC-c-observed-constant",
    title: "An operation whose result depends on the state absorbs others",
    source: "rule (c'): what absorbs leads to the same state from everywhere",
    file: ABSORPTION,
    anchor: "if (end === ILLEGAL || !states.same(end, lead)) return -1;",
    replacement: "if (end === ILLEGAL) return -1;",
    killedBy: WATCHED,
  },
  {
    id: "PC-c-observed-legal",
    title: "An operation is absorbed although its answer is impossible",
    source: "rule (c'): what is absorbed is legal everywhere",
    file: ABSORPTION,
    anchor: "if (next === ILLEGAL) return -1;",
    replacement: "if (next === ILLEGAL) continue;",
    killedBy: ORACLE,
  },
  {
    id: "PC-alike-dates",
    title: "States that show what they hold by no key are taken for one",
    source: "found by the tests of states that are dates",
    file: "porcupine/search/states.ts",
    anchor: "if (keys.length === 0 && !Array.isArray(left)) return",
    replacement: "if (keys.length < 0) return",
    killedBy: "test -A --no-check tests/porcupine/door/plain_model_test.ts",
  },
  {
    id: "PC-memory",
    title: "What one operation does is remembered for another one",
    source: "the memory of steps: by state and operation",
    file: "porcupine/search/memory.ts",
    anchor: "if (this.#states[at] !== state || this.#operations[at] !== operation) return false;",
    replacement: "if (this.#states[at] !== state) return false;",
    killedBy: WATCHED,
  },
];
