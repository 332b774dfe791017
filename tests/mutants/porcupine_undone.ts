/**
 * Planted bugs in what is known on line of requests that were not carried out: whoever has seen one is wrong, and nobody can any more.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const SOURCE = "on line: an answer may say that nothing was done";
const UNDONE = "tests/porcupine/online_undone_test.ts";
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
    source: SOURCE,
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
  ...rows("porcupine/online/value_entry.ts", UNDONE, [[
    "PU-values-given-up",
    "A register of which a write or a swap did nothing is searched for by its steps from then on",
    SOURCE,
    'case "nothing":\n      return NOTHING_DONE;',
    'case "nothing":\n      return asked === "nothing" ? NOTHING_DONE : undefined;',
  ]]),
  ...rows("porcupine/online/value_memory.ts", UNDONE, [[
    "PU-values-past",
    "A past in which a write took effect is possible though it did nothing",
    SOURCE,
    "const kept = isUndone || entry.op === FAILED",
    "const kept = entry.op === FAILED",
  ]]),
  ...rows("porcupine/online/value_window.ts", UNDONE, [[
    "PU-values-used",
    "What did nothing is forgotten though the order has it done",
    SOURCE,
    "if ((isUndone || believed?.isTold) && this.#order.isFree(entry)) {",
    "if (isUndone || (believed?.isTold && this.#order.isFree(entry))) {",
  ], [
    "PU-values-settled",
    "What did nothing is left out of an order whose past has dealt with it",
    SOURCE,
    "!this.#order.isSettled(entry) && this.#order.leaveOut(",
    "this.#order.leaveOut(",
  ]]),
];
