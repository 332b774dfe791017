/**
 * Planted bugs in what writes histories to files: what is written has to be read back as the same history.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const FORMATS = "test -A --no-check tests/porcupine/formats";

/** The writer. */
export const porcupineWrittenMutants: readonly Mutant[] = [
  {
    id: "PO-two-lives",
    title: "A client's second life is written under its old name",
    source: "linhist-1: its client does not come back",
    file: "porcupine/formats/write.ts",
    anchor: "if (last?.until === Infinity) {",
    replacement: "if (last?.until === -Infinity) {",
    killedBy: FORMATS,
  },
  {
    id: "PO-write-order",
    title: "Operations are written as they were given",
    source: "linhist-1: operations in the order of their calls",
    file: "porcupine/formats/write.ts",
    anchor: ".sort((a, b) => operations[a].callAt - operations[b].callAt)",
    replacement: ".sort((a, b) => a - b)",
    killedBy: FORMATS,
  },
  {
    id: "PO-write-nan",
    title: "A time that JSON cannot hold is written as null",
    source: "bad input: non-finite time",
    file: "porcupine/formats/write.ts",
    anchor: "!Number.isFinite(time) ||",
    replacement: "",
    killedBy: FORMATS,
  },
  {
    id: "PF-write-finite",
    title: "A value that is not finite is written as null, and read as that",
    source: "a history written and read back is the same history",
    file: "porcupine/formats/write.ts",
    anchor: 'if (typeof value !== "number" || Number.isFinite(value)) return value;',
    replacement: "return value;",
    killedBy: FORMATS,
  },
  {
    id: "PF-write-taken",
    title: "A client that goes on gets a name that another one has",
    source: "a history written and read back is the same history",
    file: "porcupine/formats/write.ts",
    anchor: "while (taken.has(name));",
    replacement: "while (taken.size < 0);",
    killedBy: FORMATS,
  },
  {
    id: "PF-write-large",
    title: "A number beyond 2^53 is written into a file that no reader takes",
    source: "what is written can be read back",
    file: "porcupine/formats/write.ts",
    anchor: 'if (typeof value !== "number" || isExact(value)) return value;',
    replacement: 'if (typeof value !== "number" || Number.isFinite(value)) return value;',
    killedBy: FORMATS,
  },
  {
    id: "PF-write-doubtful",
    title: "Only what has an exponent is looked at, and numbers of sixteen digits are not",
    source: "what is written can be read back",
    file: "porcupine/formats/write.ts",
    anchor: "/null|\\d{16}|e\\+/",
    replacement: "/null|e\\+/",
    killedBy: FORMATS,
  },
  {
    id: "PF-write-facts",
    title: "A fact called model makes it a history of another one",
    source: "the header's own fields",
    file: "porcupine/formats/write.ts",
    anchor: 'const HEADER = ["format", "model", ',
    replacement: 'const HEADER = ["format", ',
    killedBy: FORMATS,
  },
  {
    id: "PF-write-status",
    title: "An outcome that is called otherwise is written as one that never came",
    source: "a history written and read back is the same history",
    file: "porcupine/formats/write.ts",
    anchor: 'if (outcome.status !== "ok" && outcome.status !== "unknown") throw badStatus(outcome, index);',
    replacement: "",
    killedBy: FORMATS,
  },
];
