/**
 * Planted bugs for the arrays of a check, the order of its events, and what a core may leave out.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SCRATCH = "test -A --no-check --fail-fast tests/porcupine/scratch_test.ts";
const EXPLAIN = "test -A --no-check tests/porcupine/explain_test.ts -- --times 4";
const ORACLE = "test -A --no-check tests/porcupine/oracle_test.ts";
const ARRAYS = "porcupine/scratch.ts";
const REGISTER =
  "test -A --no-check --fail-fast tests/porcupine/oracle_test.ts --filter /register.*no.cas/ -- --times 10";
const WRITES = "porcupine/fast/writes.ts";
const HISTORY = "test -A --no-check tests/porcupine/history_test.ts";
const MAKERS = "porcupine/explain/makers.ts";

/** These mutants. */
export const porcupineArrayMutants: readonly Mutant[] = [
  {
    id: "PC-scratch-zeros",
    title: "What the last check left behind stands in the arrays of the next",
    source: "arrays of a check",
    file: ARRAYS,
    anchor: "if (at < piece.clean) piece.words.fill(0, at, Math.min(this.#used, piece.clean));",
    replacement: "",
    killedBy: SCRATCH,
  },
  {
    id: "PC-scratch-shared",
    title: "A check within a check works in the same memory",
    source: "arrays of a check",
    file: ARRAYS,
    anchor: "      spare = NOTHING;\n",
    replacement: "",
    killedBy: SCRATCH,
  },
  {
    id: "PC-scratch-mark",
    title: "Going back to a mark gives away what is older, too",
    source: "arrays of a check",
    file: ARRAYS,
    anchor: "this.#used = piece === this.#piece ? used : 0;",
    replacement: "this.#used = piece === this.#piece ? 0 : used;",
    killedBy: SCRATCH,
  },
  {
    id: "PC-makers-believed",
    title: "A put that is believed to have been refused is taken for the one that can make the version",
    source: "cores of versions",
    file: MAKERS,
    anchor: "this.#add(needed, version, (k) => !members.has(k));",
    replacement: "this.#add(needed, version, () => true);",
    killedBy: "test -A --no-check tests/porcupine/makers_test.ts",
  },
  {
    id: "PC-makers-value",
    title: "A version that was seen is made by whichever put was called first",
    source: "cores of versions",
    file: MAKERS,
    anchor: "(k) => !members.has(k) && this.#stored(k) === value",
    replacement: "(k) => !members.has(k) && value !== undefined",
    killedBy: EXPLAIN,
  },
  {
    id: "PC-numbered-tie",
    title: "Of two events at one time, given as whole numbers, the return hides the other",
    source: "calls come before returns at equal times",
    file: "porcupine/history.ts",
    anchor: "    if (at[returned] !== 0) return false;\n",
    replacement: "",
    killedBy: ORACLE,
  },
  {
    id: "PC-numbered-call-tie",
    title: "Of two events at one time, given as whole numbers, the call hides the other",
    source: "calls come before returns at equal times",
    file: "porcupine/history.ts",
    anchor: "    if (at[called] !== 0) return false;\n",
    replacement: "",
    killedBy: HISTORY,
  },
  {
    id: "PC-numbered-halves",
    title: "The ranks of returns stand among those of calls",
    source: "numbered times: the ranks of calls in front, of returns behind",
    file: "porcupine/history.ts",
    anchor: "ranks[(event >>> 1) + (-(event & 1) & half)] = next;",
    replacement: "ranks[event >>> 1] = next;",
    killedBy: HISTORY,
  },
  {
    id: "PC-writes-late",
    title: "A read may return before the write of its value is called, if every value is written once",
    source: "zones of writes: order within a block",
    file: WRITES,
    anchor: "late |= read - call[k];",
    replacement: "late |= 0;",
    killedBy: REGISTER,
  },
  {
    id: "PC-writes-unwritten",
    title: "Reads of what nobody wrote are passed over, if every value is written once",
    source: "zones of writes: every read has a block",
    file: WRITES,
    anchor: "return late >= 0 && explained === all.length;",
    replacement: "return late >= 0;",
    killedBy: REGISTER,
  },
  {
    id: "PC-writes-together",
    title: "Two values may be there at the same time, if every value is written once",
    source: "zones of writes: no two forward zones overlap",
    file: WRITES,
    anchor: "if (to[over] < begin) {",
    replacement: "if (to[over] < begin || begin === from[b]) {",
    killedBy: REGISTER,
  },
  {
    id: "PC-writes-within",
    title: "A value may come and go while another one is there, if every value is written once",
    source: "zones of writes: no backward zone lies within a forward one",
    file: WRITES,
    anchor: "} else if (from[b] < to[over]) {",
    replacement: "} else if (from[b] < from[over]) {",
    killedBy: REGISTER,
  },
  {
    id: "PC-writes-first",
    title: "The zone of the initial value does not cover what comes after it",
    source: "zones of writes: the initial value comes before everything",
    file: WRITES,
    anchor: "to[blocks] = call[lastRead[INITIAL] - 1];",
    replacement: "to[blocks] = -1;",
    killedBy: REGISTER,
  },
];
