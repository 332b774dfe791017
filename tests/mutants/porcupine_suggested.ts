/**
 * Planted bugs of orders that models suggest.
 *
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const SUGGESTED = "a suggestion counts only if it replays";
const DEPENDENCIES = "an order that keeps to all dependencies";
const TEST = "tests/porcupine/suggested_test.ts";

/** All of them. */
export const porcupineSuggestedMutants: readonly Mutant[] = [
  ...rows("porcupine/suggested.ts", TEST, [[
    "PS-suggested-believed",
    "A suggested order is believed without a replay",
    SUGGESTED,
    "if (!replays(compile(model, questions), Array.from(whole.order), 0, budget)) return undefined;",
    "",
  ], [
    "PS-suggested-doubted",
    "A suggestion is told answers that are not believed",
    SUGGESTED,
    'return part.ret[k] === NEVER ? { ...operation, outcome: { status: "unknown" } } : operation;',
    "return operation;",
  ], [
    "PS-suggested-whole",
    "A suggestion that leaves out what did nothing is no order",
    SUGGESTED,
    "insertReads(Int32Array.from(order), Array.from(idlers), part, ANYWHERE)",
    "insertReads(Int32Array.from(order), [], part, ANYWHERE)",
  ], [
    "PS-suggested-nonsense",
    "A suggestion that is no order is passed over without a word",
    SUGGESTED,
    "if (!isOrder(order, part.ids.length)) {",
    "if (!isOrder(order, part.ids.length)) return undefined;\n  if (part.ids.length < 0) {",
  ]]),
  ...rows("porcupine/decide.ts", TEST, [[
    "PS-suggested-never",
    "No model is asked for a suggestion",
    SUGGESTED,
    "return suggested(model, questions, budget) ?? contradicted",
    "return contradicted",
  ]]),
  ...rows("porcupine/cycles/suggest.ts", TEST, [[
    "PS-suggested-late",
    "Of what may come next the last to return does",
    DEPENDENCIES,
    "return sooner < 0 || (!(sooner > 0) && left < right);",
    "return sooner > 0 || (!(sooner < 0) && left < right);",
  ], [
    "PS-suggested-early",
    "A transaction comes before one of those that it depends on",
    DEPENDENCIES,
    "if (--before[next] === 0) ready.add(next);",
    "if (--before[next] === Math.min(1, next % 5)) ready.add(next);",
  ], [
    "PS-suggested-circle",
    "Where something must come before itself the rest is suggested",
    DEPENDENCIES,
    "return taken === nodes ? order : undefined;",
    "return order;",
  ], [
    "PS-suggested-gone",
    "What nobody saw and nobody was told of is suggested to have happened",
    DEPENDENCIES,
    "if (node < history.length && state[node] === COMMITTED) order.push(node);",
    "if (node < history.length) order.push(node);",
  ]]),
  ...rows("porcupine/cycles/sight.ts", TEST, [[
    "PS-suggested-refused",
    "A history that cannot be judged by dependencies cannot be searched either",
    DEPENDENCIES,
    "if (error instanceof PorcupineError) return undefined;",
    "",
  ]]),
  ...rows("porcupine/cycles/model.ts", TEST, [[
    "PS-suggested-unasked",
    "Transactions are searched, whatever their dependencies say",
    DEPENDENCIES,
    "within(context, (patience) => alone(operations, patience, suggestOrder)),",
    "undefined,",
  ]]),
  ...rows("porcupine/cycles/model.ts", TEST, [[
    "PS-suggested-foreign",
    "A transaction is judged by the steps it was answered with, though others were asked for",
    "an answer to another request is given by no object",
    'sameSteps(output.operations, asked) ? output : "foreign"',
    "output",
  ]]),
  ...rows("porcupine/cycles/steps.ts", TEST, [[
    "PS-suggested-values",
    "A transaction may be answered with other values than it wrote",
    "an answer to another request is given by no object",
    'asked.f === "read" || isSameValue(step.value, asked.value)',
    'asked.f === "read" || step.value !== undefined',
  ]]),
  ...rows("porcupine/cycles/model.ts", "tests/porcupine/door/shapes_test.ts", [[
    "PS-suggested-unreadable",
    "What is no transaction is not refused by the step, with its number, but by whatever falls over it first",
    DEPENDENCIES,
    "if (!operations.every(isReadable)) return undefined;",
    "",
  ]]),
];
