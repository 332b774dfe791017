/**
 * Planted bugs outside the checker's engine: what other people's histories are read as, and what is told of them.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const STORIES = "test -A --no-check tests/porcupine/formats/jepsen_stories_test.ts";
const GUNZIP = "test -A --no-check tests/porcupine/formats/gunzip_test.ts";
const STRICT = "test -A --no-check tests/porcupine/formats/strict_test.ts";
const HABITS = "test -A --no-check tests/porcupine/cli/habits_test.ts";

/** Reading. */
export const porcupineReadingMutants: readonly Mutant[] = [
  {
    id: "PF-named-process",
    title: "Processes with names are passed by like the nemesis",
    source: "a history of nothing but such processes was linearizable, whatever it said",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: 'if (client === ":nemesis") return;',
    replacement: 'if (typeof client === "string" && client.startsWith(":")) return;',
    killedBy: STORIES,
  },
  {
    id: "PF-discard-next",
    title: "What follows a word that EDN throws away is thrown away with it",
    source: "EDN: #_ throws away one value",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: "return isList(kept) && kept.length === 0 ? null : all;",
    replacement: "return null;",
    killedBy: STORIES,
  },
  {
    id: "PF-discard-two",
    title: "Of two values that are thrown away at once only the first is",
    source: "EDN: #_ #_ throws away two values",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: "this.#begun = `${all}\\n`;",
    replacement: "",
    killedBy: STORIES,
  },
  {
    id: "PF-decimal",
    title: "A long decimal is rounded to a number",
    source: "numbers that differ stay different",
    file: "porcupine/formats/edn.ts",
    anchor: 'text.endsWith("M") && digitsOf(plain) > MOST_DIGITS ? plain : exactly(plain)',
    replacement: "exactly(plain)",
    killedBy: STORIES,
  },
  {
    id: "PF-octal",
    title: "A number that is octal to Clojure is read as decimal",
    source: "EDN: no integer but 0 begins with 0",
    file: "porcupine/formats/edn.ts",
    anchor: "(0|[1-9]\\d*)(\\/\\d+",
    replacement: "\\d+(\\/\\d+",
    killedBy: STORIES,
  },
  {
    id: "PF-other-answer",
    title: "The answer to another write is taken for the answer to this one",
    source: "what was asked stands in both lines: where they differ, one is damaged",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: "const isOther = REPEATED.has(call.f) &&",
    replacement: 'const isOther = call.f === "nothing" &&',
    killedBy: STORIES,
  },
  {
    id: "PF-other-key",
    title: "The answer for another key is taken for the answer for this one",
    source: "independent keys stand in both lines",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: "if (!isOther && (key === null || key === call.key)) return;",
    replacement: "if (!isOther) return;",
    killedBy: STORIES,
  },
  {
    id: "PF-one-key",
    title: 'The keys 1 and "1" are one',
    source: "an honest history of two keys was not linearizable",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: 'typeof key === "string" && !/^(-?\\d|[[{]|(true|false|null)$)/.test(key) ? key',
    replacement: 'typeof key === "string" ? key',
    killedBy: STORIES,
  },
  {
    id: "PF-gzip-parts",
    title: "Of several packed parts only the first is read",
    source: "RFC 1952, section 2.2: a file is a series of members",
    file: "porcupine/formats/gunzip.ts",
    anchor: "if (host === null) return",
    replacement: "if (host !== null) return",
    killedBy: STRICT,
  },
  {
    id: "PF-gzip-cut",
    title: "A file that stops in the middle is said to be damaged somewhere",
    source: "the rest of a download: whoever reads that it ends in the middle knows what to do",
    file: "porcupine/formats/gunzip.ts",
    anchor: 'if (code === "Z_BUF_ERROR") return',
    replacement: 'if (code === "Z_DATA_ERROR") return',
    killedBy: GUNZIP,
  },
  {
    id: "PF-gzip-disk",
    title: "A disk that fails is taken for a damaged file",
    source: "an error says what to do: the file is all right",
    file: "porcupine/formats/gunzip.ts",
    anchor: 'typeof code === "string" && code.startsWith("Z_") ? new PackedError(message ?? code) : error',
    replacement: "new PackedError(message ?? String(code))",
    killedBy: GUNZIP,
  },
  {
    id: "PF-terminal",
    title: "A client's name tells the reader's terminal what to do",
    source: "the report of a violation shows names and values",
    file: "porcupine/cli/report.ts",
    anchor: 'NOT LINEARIZABLE")}  ${visible(verdict.sentence)}`',
    replacement: 'NOT LINEARIZABLE")}  ${verdict.sentence}`',
    killedBy: HABITS,
  },
  {
    id: "PF-stdin-twice",
    title: "The standard input is read a second time, and found to be an empty history",
    source: "check - -",
    file: "porcupine/cli/flags.ts",
    anchor: 'if (files.indexOf("-") !== files.lastIndexOf("-"))',
    replacement: 'if (files.indexOf("-") > files.lastIndexOf("-"))',
    killedBy: HABITS,
  },
  {
    id: "PF-second-header",
    title: "A second history in a file is told of as an operation without a name",
    source: "cat a.jsonl b.jsonl",
    file: "porcupine/formats/linhist.ts",
    anchor: "if (fields.format !== undefined && fields.f === undefined)",
    replacement: "if (fields.format === null && fields.f === undefined)",
    killedBy: HABITS,
  },
];
