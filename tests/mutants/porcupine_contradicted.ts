/**
 * Planted bugs of contradictions that models know of.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const KNOWN = "a contradiction that a model knows of is illegal";
const SHOWN = "what contradicts itself by its dependencies has no order";
const TEST = "tests/porcupine/contradiction_test.ts";

/** All of them. */
export const porcupineContradictedMutants: readonly Mutant[] = [
  ...rows("porcupine/contradicted.ts", TEST, [[
    "PC-contradicted-nonsense",
    "What names no answers is passed over without a word",
    KNOWN,
    "if (!areAnswers(suspects, part.ret)) {",
    "if (!areAnswers(suspects, part.ret)) return undefined;\n  if (part.ids.length < 0) {",
  ], [
    "PC-contradicted-unanswered",
    "Those that were never answered contradict each other",
    KNOWN,
    "suspects.some((k) => ret[k] !== NEVER)",
    "suspects.length > 0",
  ], [
    "PC-contradicted-repeated",
    "One answer contradicts itself by being named twice",
    KNOWN,
    "new Set(suspects).size === suspects.length",
    "suspects.length > 0",
  ]]),
  ...rows("porcupine/decide.ts", TEST, [[
    "PC-contradicted-never",
    "No model is asked for a contradiction",
    KNOWN,
    "suggested(model, questions, budget) ?? contradicted(model, questions, budget)",
    "suggested(model, questions, budget)",
  ]]),
  ...rows("porcupine/suggested.ts", TEST, [[
    "PC-contradicted-doubted",
    "What contradicts itself is told answers that are not believed",
    KNOWN,
    "part.ret[k] === NEVER ?",
    "part.ret[k] < 0 ?",
  ]]),
  ...rows("porcupine/search/sweep.ts", TEST, [[
    "PC-contradicted-swept",
    "Of many objects that know of contradictions none is asked",
    KNOWN,
    "if (model.suggest !== undefined || model.contradiction !== undefined) return false;",
    "if (model.suggest !== undefined) return false;",
  ]]),
  ...rows("porcupine/formats/keyed.ts", TEST, [[
    "PC-contradicted-keyed",
    "A model of many objects forgets that one of them knows of contradictions",
    KNOWN,
    "...(contradiction && {\n      contradiction: (operations, context) => contradiction(operations.map(withoutKey), context),\n    }),",
    "",
  ]]),
  ...rows("porcupine/naming_model.ts", TEST, [[
    "PC-contradicted-unnamed",
    "Who looks for a contradiction and throws is not named",
    KNOWN,
    '...ofAll("contradiction", model.contradiction),',
    "...(model.contradiction && { contradiction: model.contradiction }),",
  ]]),
  ...rows("porcupine/require/model.ts", TEST, [[
    "PC-contradicted-misspelt",
    "A contradiction that is no function is called",
    KNOWN,
    '"contradiction",',
    "",
  ]]),
  ...rows("porcupine/cycles/contradiction.ts", TEST, [[
    "PC-contradiction-plain",
    "Only cycles contradict themselves",
    SHOWN,
    "if (amiss !== undefined) return amiss.transactions;",
    "",
  ], [
    "PC-contradiction-acyclic",
    "Cycles do not contradict themselves",
    SHOWN,
    "if (cycle === null) return undefined;",
    "if (cycle === null || cycle.length > 1) return undefined;",
  ], [
    "PC-contradiction-blocks",
    "Values that were each made from the one before do not move as one",
    SHOWN,
    "linearizableKeys: false",
    "linearizableKeys: true",
  ], [
    "PC-contradiction-witness",
    "Who shows by real time that a cycle is one is not named, and the core is as large as it comes",
    SHOWN,
    "return step.scope === 3 ? shownBy(words, step) : [];",
    "return [];",
  ], [
    "PC-contradiction-lost",
    "A cycle of those whose answers were lost is contradicted by nobody",
    SHOWN,
    "return named.some(isAnswered) ?",
    "return named.length > 0 ?",
  ], [
    "PC-contradiction-list",
    "Who read the longest list is not named with those whose order it shows",
    SHOWN,
    "return [orders.witness[step.about]];",
    "return [];",
  ]]),
  ...rows("porcupine/cycles/explain_register.ts", "tests/porcupine/cycles/told_test.ts", [[
    "PC-contradiction-late",
    "The call of one whose answer was lost shows nothing",
    SHOWN,
    'if (history[t].outcome.status !== "ok" && writer[wanted] !== t) continue;',
    'if (history[t].outcome.status !== "ok") continue;',
  ]]),
  ...rows("porcupine/cycles/search.ts", TEST, [[
    "PC-contradiction-numbers",
    "Those on a cycle are named by their numbers in the knot",
    SHOWN,
    "...step,\n    from: original[step.from],",
    "...step,\n    from: step.from,",
  ]]),
  ...rows("porcupine/cycles/model.ts", TEST, [[
    "PC-contradiction-unasked",
    "Transactions are searched, whatever contradicts itself",
    SHOWN,
    "(patience) => foreignAmong(operations, patience) ?? alone(operations, patience, contradictionOf),",
    "() => undefined,",
  ], [
    "PC-contradiction-foreign",
    "An answer to another request contradicts nothing until it is searched for",
    SHOWN,
    "foreignAmong(operations, patience) ??",
    "",
  ], [
    "PC-contradiction-refused",
    "What is no transaction is not refused where somebody got the answer of another",
    SHOWN,
    'foreign < 0 || readings.includes("refused")',
    "foreign < 0",
  ], [
    "PC-contradiction-process",
    "Of one client's transactions that meet at one instant the first in the history comes first",
    SHOWN,
    "return know(transactionsOf(operations).map((one, process) => ({ ...one, process })), patience);",
    "return know(transactionsOf(operations), patience);",
  ]]),
];
