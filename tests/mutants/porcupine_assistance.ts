/**
 * Planted bugs where a thread that would have to wait searches a part of what the other one is at.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { type Row, rows } from "./rows.ts";

const TESTS = "tests/porcupine/relay_test.ts";
const SOURCE =
  "parallel: whoever would wait searches a part of the piece, and what is found is what one thread finds";

const assistance: readonly Row[] = [
  [
    "PC-assist-lost",
    "What was found of a piece counts as given up in the end",
    SOURCE,
    "if (Atomics.load(this.#cells, 0) === BEGUN) this.#tell(GIVEN_UP);",
    "this.#tell(GIVEN_UP);",
  ],
  [
    "PC-assist-stopped",
    "A piece in which a limit struck is taken for one that was searched to its end",
    SOURCE,
    'progress === "stopped" ? GIVEN_UP : FOUND',
    "FOUND",
  ],
  [
    "PC-assist-work",
    "Of what a piece has cost only the lower half is told",
    SOURCE,
    "work: cells[at + 2] * HALF + cells[at + 3]",
    "work: cells[at + 3]",
  ],
  [
    "PC-assist-void",
    "A configuration that was void is told of as the first one",
    SOURCE,
    "if (cells[at] === NO_ROW) return undefined;",
    "",
  ],
];

const relay: readonly Row[] = [
  [
    "PC-assist-begin",
    "A thread that assists begins where the other one is, and does all of it again",
    SOURCE,
    "begin: (level + end) >>> 1,",
    "begin: level,",
  ],
  [
    "PC-assist-never",
    "Nobody assists",
    SOURCE,
    "if (end - level < LEAST_LEFT) return;",
    "if (end - level < 1e9) return;",
  ],
];

/** These mutants. */
export const porcupineAssistanceMutants: readonly Mutant[] = [
  ...rows("porcupine/search/values/assistance.ts", TESTS, assistance),
  ...rows("porcupine/parallel/relay.ts", TESTS, relay),
];
