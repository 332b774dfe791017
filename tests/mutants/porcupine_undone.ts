/**
 * Planted bugs in what is known on line of requests that were not carried out: whoever has seen one is wrong, and nobody can any more.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const RELUCTANT = "test -A --no-check tests/porcupine/online_reluctant_test.ts";

function bug(
  id: string,
  title: string,
  file: string,
  [anchor, replacement]: readonly [string, string],
): Mutant {
  return {
    id: `PU-${id}`,
    title,
    source: "on line: an answer may say that nothing was done",
    file: `porcupine/online/${file}`,
    anchor,
    replacement,
    killedBy: RELUCTANT,
  };
}

/** These mutants. */
export const porcupineUndoneMutants: readonly Mutant[] = [
  bug("queue-out", "A value came out of a queue though it was not put in", "collection_calls.ts", [
    'if (item.isOut) return { what: "illegal" };\n',
    "",
  ]),
  bug("queue-in", "What was not put into a queue can come out of it later", "collection_calls.ts", [
    'this.#byValue.delete(item.value);\n    return { what: "nothing" };',
    'return { what: "nothing" };',
  ]),
  bug("text-seen", "A text was read though it was not written", "text_watch.ts", [
    "return !isSeen && this.#tokens.delete(token.text);",
    "return isSeen || this.#tokens.delete(token.text);",
  ]),
  bug("text-later", "A text that was not written can be read later", "text_watch.ts", [
    "return !isSeen && this.#tokens.delete(token.text);",
    "return !isSeen;",
  ]),
  {
    ...bug("log-read", "An entry was read though it was not appended", "log_watch.ts", [
      "return place === undefined;",
      "return true;",
    ]),
    killedBy: "test -A --no-check tests/porcupine/online_counted_test.ts",
  },
  bug("log-later", "An entry that was not appended can be read later", "log_watch.ts", [
    "this.#unplaced = this.#unplaced.filter((one) => one !== watched);\n",
    "",
  ]),
  bug("version-made", "A put that was not carried out can have made a version", "version_watch.ts", [
    'action.op !== "put" || action.effect === "refused"',
    'action.op === "put" && action.effect === "refused"',
  ]),
  bug("lock-impossible", "A request to a lock that was not carried out is impossible", "lock_watch.ts", [
    'case "nothing":\n        return true;',
    'case "nothing":\n        return false;',
  ]),
  bug(
    "leap-impossible",
    "A request to a lock with any tokens that was not carried out is impossible",
    "leap_ways.ts",
    [
      'case "nothing":\n      return [chain];',
      'case "nothing":\n      return [];',
    ],
  ),
];
