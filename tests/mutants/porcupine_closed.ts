/**
 * Planted bugs for cores of models with nothing but a step function whose states are few: what is seen in all of them is
 * proved, and nothing else.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SPACE = "porcupine/closed/space.ts";
const MOVES = "porcupine/closed/moves.ts";
const ORDERS = "porcupine/closed/orders.ts";
const PLACES = "porcupine/closed/places.ts";
const CLOSED = "test -A --no-check tests/porcupine/closed_test.ts";
const SOURCE = "cores: of a step function whose states are few";

/** These mutants. */
export const porcupineClosedMutants: readonly Mutant[] = [
  {
    id: "PC-closed-states",
    title: "All states are those that one operation leads to",
    source: SOURCE,
    file: SPACE,
    anchor: "for (let d = 0; d < depth && at < states.size; d++) {",
    replacement: "for (let d = 0; d < 1 && at < states.size; d++) {",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-left",
    title: "An answer that leads to a state that is not among those looked at is held to lead to one that is",
    source: SOURCE,
    file: SPACE,
    anchor: "return states.size > size ? undefined : complete(action, size);",
    replacement: "return complete(action, size);",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-constant",
    title: "What leads to the same state from the first two is held to lead there from everywhere",
    source: SOURCE,
    file: MOVES,
    anchor: "for (let s = 1; s < explored; s++) if (row[s] !== row[0]) return NOWHERE;",
    replacement: "for (let s = 1; s < Math.min(2, explored); s++) if (row[s] !== row[0]) return NOWHERE;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-scarce",
    title: "A write that nobody believes takes effect as often as one likes",
    source: SOURCE,
    file: ORDERS,
    anchor: "if (!this.#isCalled(group, count, before)) over.add(group);",
    replacement: "",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-called",
    title: "What nobody believes takes effect before it is called",
    source: SOURCE,
    file: ORDERS,
    anchor: "return used < calls.length && calls[used] < before;",
    replacement: "return used < calls.length;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-idle",
    title: "A write that nobody needs is not placed just before one that is not believed, and comes too late",
    source: SOURCE,
    file: ORDERS,
    anchor: "const idle = { ...place, placed: place.placed | this.#idleAt(at) };",
    replacement: "const idle = place;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-needed",
    title: "A write that a believed read needs is placed only when it is due, or just before another",
    source: SOURCE,
    file: ORDERS,
    anchor: "const isIdle = !particular.some(({ rows }) => rows.some((row) => row[constant] >= 0));",
    replacement: "const isIdle = true;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-read",
    title: "Whatever is possible is placed at once, as if it were a read",
    source: SOURCE,
    file: ORDERS,
    anchor: "if (isRead && (placed & bit) === 0 &&",
    replacement: "if ((placed & bit) === 0 &&",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-firm",
    title: "After a read of what nobody believes nothing overwrites any more",
    source: SOURCE,
    file: ORDERS,
    anchor: "return placed === place.placed ? place : { ...place, placed, isFirm: true };",
    replacement: "return { ...place, placed };",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-use",
    title: "A state is of no use unless a believed answer is possible there at once",
    source: SOURCE,
    file: ORDERS,
    anchor: "const isOfUse = this.#moves.from[to].length > 0 ||",
    replacement: "const isOfUse =",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-dominates",
    title: "Of two places in one state the first is enough, though it has used up what the second has left",
    source: SOURCE,
    file: PLACES,
    anchor: "one.used.every((count, i) => count <= other.used[i]);",
    replacement: "true;",
    killedBy: CLOSED,
  },
  {
    id: "PC-priced-steps",
    title:
      "Steps are for nothing where a core is looked for: a tenth of a second of configurations takes three",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/priced.ts",
    anchor: "pay(1 + Math.floor(sizeOf(state) / CHARACTERS))",
    replacement: "undefined",
    killedBy: "test -A --no-check tests/porcupine/priced_test.ts",
  },
  {
    id: "PC-standing-late",
    title:
      "A sentence leaves out the states that an operation can have met before the last returns before its own",
    source: "sentences: which states there could have been",
    file: "porcupine/standing.ts",
    anchor: "if (before > part.call[x] && seen",
    replacement: "if (before === NEVER && seen",
    killedBy: "test -A --no-check tests/porcupine/standing_test.ts",
  },
  {
    id: "PC-standing-early",
    title: "A sentence tells states that were past when the operation was called",
    source: "sentences: which states there could have been",
    file: "porcupine/standing.ts",
    anchor: "if (before > part.call[x] && seen",
    replacement: "if (seen",
    killedBy: "test -A --no-check tests/porcupine/standing_test.ts",
  },
  {
    id: "PC-explain-endless",
    title: "A core is looked for as long where states are endless as where they are few",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/core.ts",
    anchor: "budget.ration(Math.max(0, ENDLESS_WORK - budget.work));",
    replacement: "budget.ration(60_000);",
    killedBy: "test -A --no-check tests/porcupine/priced_test.ts",
  },
  {
    id: "PC-explain-weighed",
    title: "Where the first impossible answer is looked for, large states cost no more than small ones",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/priced.ts",
    anchor: "pay(2 * sizeOf(state))",
    replacement: "undefined",
    killedBy: "test -A --no-check tests/porcupine/priced_test.ts",
  },
  {
    id: "PC-explain-strides",
    title:
      "The first impossible answer is looked for in the middle of what is left, and is not found in time",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/explain.ts",
    anchor: "high === returns.length ? low + stride",
    replacement: "false ? low + stride",
    killedBy: "test -A --no-check tests/porcupine/priced_test.ts",
  },
  {
    id: "PC-first-by-guess-alone",
    title:
      "Suspects that are the last ones of whatever is asked about take away one return with each question",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/explain.ts",
    anchor: "guess === undefined || guesses++ === GUESSES",
    replacement: "guess === undefined",
    killedBy: "test -A --no-check tests/porcupine/explain_test.ts",
  },
  {
    id: "PC-forked-last",
    title:
      "Beside a text that no later one continues the last one is suspected, however much later it was read",
    source: "cores: within twice the time of the verdict and 200 ms",
    file: "porcupine/fast/text.ts",
    anchor: "let i = from;",
    replacement: "let i = reads.length - 2;",
    killedBy: "test -A --no-check tests/porcupine/explain_test.ts",
  },
  {
    id: "PC-closed-skipped",
    title: "Hardly any object has few enough states to be looked at",
    source: SOURCE,
    file: SPACE,
    anchor: "const MOST_STATES = 2048;",
    replacement: "const MOST_STATES = 3;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-along",
    title: "That there are too many states is only found out by asking all operations about all of them",
    source: "closed: what an object of fifty thousand operations costs",
    file: SPACE,
    anchor: "if (called.length < MANY_CALLED) return states.size;",
    replacement: "if (called.length >= 0) return states.size;",
    killedBy: CLOSED,
  },
  {
    id: "PC-closed-along-steps",
    title: "An object of which many operations are known is taken for one of as many states",
    source: "closed: along one order states are counted, not steps",
    file: SPACE,
    anchor: "  return states.size;\n}",
    replacement: "  return called.length;\n}",
    killedBy: CLOSED,
  },
  {
    id: "PC-priced-shows",
    title:
      "What it costs to write down a state that cannot be written down ends the check, though there is a key",
    source: "a key stands for the state",
    file: "porcupine/priced.ts",
    anchor: "if (!(error instanceof PorcupineError)) throw error;",
    replacement: "throw error;",
    killedBy: "test -A --no-check tests/porcupine/priced_test.ts",
  },
  {
    id: "PC-closed-register",
    title:
      "Of a register whose values repeat each question is searched for, and its core is not found in time",
    source: "cores: of registers of few values, 44 operations and not minimal where 8 are",
    file: "porcupine/core.ts",
    anchor: '(model.kind.type === "register" && !isTold)',
    replacement: "false",
    killedBy: "test -A --no-check tests/porcupine/explain_test.ts",
  },
  {
    id: "PC-closed-accuse",
    title: "Of a core that states have found it is not said what the register's kind has to say of it",
    source: "cores: one plain sentence why",
    file: "porcupine/core.ts",
    anchor: "asker.accuse(members);",
    replacement: "asker.impossible(members);",
    killedBy: "test -A --no-check tests/porcupine/explain_test.ts",
  },
];
