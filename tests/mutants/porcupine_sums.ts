/**
 * Planted bugs for counters whose additions are not all one.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ALONE = "porcupine/fast/sum_alone.ts";
const TABLE = "porcupine/fast/sum_table.ts";
const STEPS = "porcupine/fast/sum_steps.ts";
const FILL = "porcupine/fast/sum_fill.ts";
const SUMS = "test -A --no-check tests/porcupine/sums_test.ts";

/** These mutants. */
export const porcupineSumMutants: readonly Mutant[] = [
  {
    id: "PU-sums-searched",
    title:
      "A counter whose additions differ is searched: 20,000 at once took 7 s, and a wrong sum ended in unknown",
    source: "counters: a sum that is out of bounds is known at once",
    file: "porcupine/fast/log.ts",
    anchor: "return result === undefined || counted?.verdict",
    replacement: "return counted?.verdict",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-open",
    title: "An addition that is open while a sum is read counts as one that had returned",
    source: "counters: what is open is counted or not",
    file: ALONE,
    anchor: "if (k === x || ret[k] < call[x]) need -= amount[k];",
    replacement: "if (k === x || ret[k] < ret[x]) need -= amount[k];",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-down",
    title: "Nobody may count down between a sum and the next",
    source: "counters: what is taken away makes the least sum less",
    file: ALONE,
    anchor: "else need -= Math.min(0, amount[k]);",
    replacement: "",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-large-last",
    title: "The large additions are disbelieved first, and hundreds of small ones are left in the core",
    source: "bar 7: minimal cores; of a sum too low the fewest additions that exceed it",
    file: ALONE,
    anchor: "isTold(a) - isTold(b) || Math.abs(amount[a]) - Math.abs(amount[b])",
    replacement: "isTold(a) - isTold(b) || Math.abs(amount[b]) - Math.abs(amount[a])",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-between",
    title: "Any sum between nothing and all is held to be possible, whatever the amounts",
    source: "counters: no part of sevens comes to eight",
    file: STEPS,
    anchor: "!== false) return undefined;",
    replacement: "!== false || need >= 0) return undefined;",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-proved",
    title:
      "A core that was found and proved is tried out member by member, which ends undecided for thousands",
    source: "bar 7: minimal cores",
    file: "porcupine/explain/core.ts",
    anchor: "if (areCore && suspects.includes(x)) {",
    replacement: "if (areCore && suspects.length < 2) {",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-stage",
    title: "A sum is there for an instant only, so that two cannot see it one after the other",
    source: "counters: one sum may be seen for a long time",
    file: TABLE,
    anchor: "if (low[s] > high[s + 1]) return s;",
    replacement: "if (low[s] > high[s]) return s;",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-first",
    title: "An addition that was called after a sum was seen can have been part of it",
    source: "counters: what an addition can be part of",
    file: TABLE,
    anchor: "high[step + 1] < call[adds[i]]) step++;",
    replacement: "high[step + 1] < -1) step++;",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-late",
    title: "An addition is put where it had returned before",
    source: "counters: an order is one that could have been",
    file: FILL,
    anchor: "const late = left.filter((i) => ret[adds[i]] <= next);",
    replacement: "const late = left.filter((i) => ret[adds[i]] < 0);",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-fraction",
    title:
      "A counter that begins with a fraction is counted in fractions that are not exact: an honest sum is impossible",
    source: "counters: 4.1 less 0.1 is 3.9999999999999996",
    file: "porcupine/models/counter.ts",
    anchor: "Math.abs(initial) > LARGEST || !Number.isInteger(initial)",
    replacement: "Math.abs(initial) > LARGEST",
    killedBy: SUMS,
  },
  {
    id: "PU-sums-seen-twice",
    title:
      "An addition that fits into no step, as the same sum was seen before and after it, is put at the end",
    source: "oracle, counter, seed 108679: a history that is impossible was called ok",
    file: "porcupine/fast/sum_table.ts",
    anchor: "if (first[i] <= last[i]) continue;",
    replacement: "continue;",
    killedBy: SUMS,
  },
];
