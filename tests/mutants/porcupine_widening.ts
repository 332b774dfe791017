/**
 * Planted bugs in the search of a register's values that goes back and keeps more, and where two such searches meet.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { type Row, rows } from "./rows.ts";

const VALUES = "porcupine/search/values/";
const TESTS = "tests/porcupine/widening_test.ts tests/porcupine/values_test.ts";
const RELAYED = "tests/porcupine/relay_test.ts";

const SEARCH = "search of values: it goes back to where it has been as if it had done nothing since";
const PROOF =
  "search of values: none is possible if nothing was thrown away, or whatever there may have been";
const WORK = "search of values: what a history takes goes by its length";
const MEETING = "parallel: two searches do the same from where they have the same and stand alike";

const search: readonly Row[] = [
  [
    "PC-widening-thinned",
    "A search that has gone back believes that it has never thrown anything away",
    PROOF,
    "    this.#thinnedAt = thinnedAt;\n    this.#choices.count",
    "    this.#thinnedAt = -1;\n    this.#choices.count",
  ],
  [
    "PC-widening-choices",
    "The choices of a search that has gone back are numbered as if those given up still stood before them",
    SEARCH,
    "layer.add(made, choices.count, flags)",
    "layer.add(made, choices.count + 1, flags)",
  ],
  [
    "PC-widening-anything",
    "What may have been at a point is the first value only",
    PROOF,
    "value < this.#operations.values; value++",
    "value < 1; value++",
  ],
];

const present: readonly Row[] = [
  [
    "PC-widening-open",
    "What returned since is not open again where a search goes back",
    SEARCH,
    "    this.open[slot[k]] = k;\n    this.#mark(k, slot[k]);\n    this.#arrive();",
    "    this.open[slot[k]] = k;\n    this.#arrive();",
  ],
  [
    "PC-widening-comers",
    "What came since stays open where a search goes back",
    SEARCH,
    "for (let k = end - 1; k >= first; k--) this.#leave(k);",
    "",
  ],
];

const widening: readonly Row[] = [
  [
    "PC-widening-met",
    "That whatever there may have been leads past a failure is taken for a proof that nothing does",
    PROOF,
    '{ next: 0, at }) === "illegal";',
    '{ next: 0, at }) !== "narrow";',
  ],
  [
    "PC-widening-few",
    "What is thrown away of whatever there may have been does not matter to the proof",
    PROOF,
    'return this.search.run(WIDEST, { next: 0, at }) === "illegal";',
    'return this.search.run(NARROW, { next: 0, at }) !== "met";',
  ],
  [
    "PC-widening-long",
    "It may take as long as it takes to show that nothing leads past a place",
    WORK,
    " || this.#budget.work >= end",
    "",
  ],
  [
    "PC-widening-refuted",
    "Nothing is shown to be impossible but from the beginning on",
    "bar 7: of twenty thousand operations, one in the middle impossible: a fifth of the work",
    "!this.#isLast && this.#isRefuted(point)",
    "this.#isLast && this.#isRefuted(point)",
  ],
  [
    "PC-widening-all",
    "Whoever has failed goes back to the beginning",
    WORK,
    "points[points.length - 1].level > level - distance",
    "points.length > 1",
  ],
  [
    "PC-widening-settled",
    "Whoever has kept more once keeps more to the end",
    WORK,
    "level <= this.#failedAt + PAST",
    "level <= this.#failedAt + 1e9",
  ],
  [
    "PC-widening-points",
    "Of the points to go back to only the last ones are kept",
    WORK,
    "if (level - points[i].level <= KEPT * apart) points[kept++] = points[i];",
    "if (level - points[i].level <= 4 * SPACING) points[kept++] = points[i];",
  ],
];

const marks: readonly Row[] = [
  [
    "PC-relay-calm",
    "A search that keeps more for a while is joined to one that does not",
    MEETING,
    "if (!isCalm || Atomics",
    "if (Atomics",
  ],
  [
    "PC-relay-thinned",
    "A search that has thrown nothing away is joined to one that has",
    MEETING,
    " || this.#cells[at + 2] !== Number(isThinned)",
    "",
  ],
];

const relay: readonly Row[] = [
  [
    "PC-relay-void",
    "What a search has shown counts though it went back to before it",
    MEETING,
    "      this.notes[mark] = undefined;\n",
    "",
  ],
  [
    "PC-relay-restless",
    "A search that keeps more for a while shows what it has",
    MEETING,
    "search.isCalm ? this.#note(level, layer, search) : undefined",
    "this.#note(level, layer, search)",
  ],
];

/** These mutants. */
export const porcupineWideningMutants: readonly Mutant[] = [
  ...rows(`${VALUES}search.ts`, TESTS, search),
  ...rows(`${VALUES}present.ts`, TESTS, present),
  ...rows(`${VALUES}widening.ts`, TESTS, widening),
  ...rows(`${VALUES}marks.ts`, RELAYED, marks),
  ...rows(`${VALUES}relay.ts`, RELAYED, relay),
];
