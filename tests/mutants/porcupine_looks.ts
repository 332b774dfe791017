/**
 * Planted bugs in how far a search looks ahead, and in what it remembers of that.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const GLIMPSE = "porcupine/search/glimpse.ts";
const LOOKS = "porcupine/search/looks.ts";
const DEAD_ENDS = "porcupine/search/dead_ends.ts";
const LONG = "rule (e'): where a long look was in vain, with the same operations placed";
const COST = "a look may be as long as what it may save; what is in vain is paid for";
const killedBy = "test -A --no-check tests/porcupine/looks_test.ts";
const GLIMPSE_TEST = "test -A --no-check tests/porcupine/glimpse_test.ts";

/** These mutants. */
export const porcupineLooksMutants: readonly Mutant[] = [
  {
    id: "PC-looks-after",
    title: "A look ahead tries no operation after one that was called later, though both were open",
    source: "rule (e'): every order that respects real time",
    file: GLIMPSE,
    anchor: "const placed = used | bit | waits[i];",
    replacement: "const placed = used | bit | (bit - 1);",
    killedBy: GLIMPSE_TEST,
  },
  {
    id: "PC-looks-before",
    title: "A look ahead tries operations after one that was called when they had returned",
    source: "rule (e'): every order that respects real time, and hardly any other one",
    file: GLIMPSE,
    anchor: "const placed = used | bit | waits[i];",
    replacement: "const placed = used | bit;",
    killedBy,
  },
  {
    id: "PC-looks-any-state",
    title: "A place is taken for a dead end whatever the state is",
    source: LONG,
    file: DEAD_ENDS,
    anchor: "const isThere = known === state;",
    replacement: "const isThere = true;",
    killedBy,
  },
  {
    id: "PC-looks-kept",
    title: "The dead ends of one look are those of every other one",
    source: LONG,
    file: DEAD_ENDS,
    anchor: "    this.#states.fill(undefined);",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-looks-question",
    title: "Where an operation cannot do anything it cannot return",
    source: LONG,
    file: GLIMPSE,
    anchor: "if (this.#mustAct !== mustAct) this.#deadEnds?.clear();",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-looks-cut",
    title: "Where a look was cut short there is a dead end",
    source: "rule (e'): a look that is cut short proves nothing",
    file: GLIMPSE,
    anchor: "if (isFound || this.#steps < 0) return isFound;",
    replacement: "if (isFound) return true;",
    killedBy,
  },
  {
    id: "PC-looks-merged",
    title: "What replaces the state is gone on from once for each order of what came before it",
    source: LONG,
    file: GLIMPSE,
    anchor: "if (isWorth) deadEnds.add(next, placed, settled | bit);",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-looks-free",
    title: "Long looks are no work, so that a partition holds up all others",
    source: COST,
    file: LOOKS,
    anchor: "return steps >>> COST;",
    replacement: "return 0 * steps;",
    killedBy,
  },
  {
    id: "PC-looks-unpaid",
    title: "Looks that were cut short are as long the next time",
    source: COST,
    file: LOOKS,
    anchor: "if (steps > FEW_STEPS) this.credit -= steps;",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-looks-lossy",
    title: "Looks may be long where answers were lost, and are cut short",
    source:
      "seen here: a true history with twenty lost appends was undecided after five million steps, and takes one",
    file: LOOKS,
    anchor: "isLossy || this.#crowded",
    replacement: "this.#crowded",
    killedBy: "test -A --no-check tests/porcupine/sprint_test.ts",
  },
  {
    id: "PC-looks-crowd",
    title: "No look is longer than a short one",
    source: "seen here: one key of twenty took 296,000 configurations, and takes 15,600",
    file: LOOKS,
    anchor: "const steps = isShort ? FEW_STEPS :",
    replacement: "const steps = isShort || left > 0 ? FEW_STEPS :",
    killedBy,
  },
  {
    id: "PC-looks-patience",
    title: "Looks may be long from the beginning on, and cost more than most crowds do",
    source: "seen here: one key of a thousand appends, fifty clients, took 10 ms, and 4 with short looks",
    file: LOOKS,
    anchor: " || this.#crowded < this.#patience",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-looks-twins",
    title: "Whether two configurations are twins is not looked at for longer in a crowd",
    source: "seen here: one key of twenty took 1.9 million configurations, and takes 235,000",
    file: "porcupine/search/twins.ts",
    anchor: "Math.max(MOST_STEPS, this.#looks.credit >> SHARE)",
    replacement: "MOST_STEPS",
    killedBy,
  },
  {
    id: "PC-twins-before",
    title: "Twins are looked at in orders of one operation",
    source: "rule (m): every order that respects real time",
    file: "porcupine/search/twins.ts",
    anchor: "if (ret[left[j]] >= call[left[i]]) continue;\n        before |= 1 << j;",
    replacement: "before |= 1 << j;\n        if (ret[left[j]] >= call[left[i]]) continue;",
    killedBy: "test -A --no-check tests/porcupine/twins_test.ts",
  },
];
