/**
 * Planted bugs for what callers without types do by mistake, and what would make wrong verdicts quietly.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const STATE = "porcupine/require_state.ts";
const MODEL = "porcupine/require_model.ts";
const OPTIONS = "porcupine/require_options.ts";
const TEST = "test -A --no-check tests/porcupine/door/slips_test.ts";
const NAMES = "test -A --no-check tests/porcupine/door/names_test.ts";
const THROWN = "test -A --no-check tests/porcupine/door/thrown_test.ts";

/** These mutants. */
export const porcupineSlipMutants: readonly Mutant[] = [
  {
    id: "PX-slip-null",
    title:
      "A step that answers null for impossible is believed: what nobody wrote is read, and that is called possible",
    source: "models that are wrong quietly: false, null or undefined for ILLEGAL",
    file: STATE,
    anchor: "next === undefined || next === null ||",
    replacement: "next === undefined ||",
    killedBy: TEST,
  },
  {
    id: "PX-slip-honest",
    title: "A register that begins with a text is refused once null was written to it",
    source: "models that are wrong quietly: an honest state is what an unknown answer leads to, too",
    file: STATE,
    anchor: "if (next !== undefined && leadsTo(model, next, state, input, context)) return;",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PX-slip-lane",
    title: "In a sweep a step that answers false for impossible is believed",
    source: "models that are wrong quietly: whoever asks the step looks at what it answers",
    file: "porcupine/search/steps.ts",
    anchor: "if (isDubious(next)) requireState(this.model, next, state, input, this.budget);",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PX-slip-online",
    title: "On line a step that answers false for impossible is believed",
    source: "models that are wrong quietly: whoever asks the step looks at what it answers",
    file: "porcupine/online/steps.ts",
    anchor: "if (isDubious(next)) requireState(model, next, state, input, patience);",
    replacement: "",
    killedBy: TEST,
  },
  {
    id: "PX-slip-shared",
    title: "A first state that all calls of init share, and that a later request changes, goes unnoticed",
    source: "models that are wrong quietly: one state object",
    file: MODEL,
    anchor: "if (first !== undefined && before !== first) {",
    replacement: "if (first !== undefined && before.length < 0) {",
    killedBy: TEST,
  },
  {
    id: "PX-slip-effect",
    title: "An effect that nobody knows counts as a read",
    source: "models that are wrong quietly: unknown words",
    file: "porcupine/search/problem.ts",
    anchor: 'if (typeof code === "number") return',
    replacement: "if (effect.length > 0) return",
    killedBy: TEST,
  },
  {
    id: "PX-slip-order",
    title: "A priority queue of an order that nobody knows gives the greatest first",
    source: "models that are wrong quietly: unknown words",
    file: MODEL,
    anchor: '? ["order", "min", "max"]',
    replacement: "? []",
    killedBy: TEST,
  },
  {
    id: "PX-slip-controller",
    title: "An AbortController in place of its signal is taken, and never seen to fire",
    source: "models that are wrong quietly: a controller is no signal",
    file: OPTIONS,
    anchor: 'if ("signal" in signal) {',
    replacement: 'if ("signal" in signal) return;\n    if ("signal" in signal) {',
    killedBy: TEST,
  },
  {
    id: "PX-slip-limit",
    title: "A limit that is a text is added to the clock as a text, and never strikes",
    source: "models that are wrong quietly: limits",
    file: OPTIONS,
    anchor: '(typeof value === "number" && value >= 0)',
    replacement: "(Number(value) >= 0)",
    killedBy: TEST,
  },
  {
    id: "PX-thrown-thread",
    title: "What a model throws in another thread is thrown on without its operation, and as a copy",
    source: "what a model throws: one thread and several tell the same",
    file: "porcupine/thrown.ts",
    anchor: '(error.code !== "model-threw" || error.cause !== undefined)',
    replacement: "true",
    killedBy: THROWN,
  },
  {
    id: "PX-thrown-answer",
    title: "Of several operations with one request the first is told, whatever the step was shown",
    source: "what a model throws: the operation is named",
    file: "porcupine/thrown.ts",
    anchor: "  return Object.is(left.output, right.output);",
    replacement: "  return true;",
    killedBy: THROWN,
  },
  {
    id: "PX-thrown-level",
    title: "What a model throws while levels are asked for is told by its place in a partition",
    source: "what a model throws: the operation is named",
    file: "porcupine/levels/levels.ts",
    anchor: "  return naming(model, operations, (model) => judgeAll(model, operations, options));",
    replacement: "  return judgeAll(model, operations, options);",
    killedBy: THROWN,
  },
  {
    id: "PX-thrown-online",
    title: "On line what a model throws is thrown on without its operation",
    source: "what a model throws: the operation is named",
    file: "porcupine/online/checker.ts",
    anchor: "namingModel(model, (input, answer) => this.#find(input, answer))",
    replacement: "model",
    killedBy: THROWN,
  },
  {
    id: "PX-slip-memory",
    title: "On line a limit of no memory at all never strikes",
    source: "limits: nothing is less than anything",
    file: "porcupine/online/checker.ts",
    anchor: ': memoryLimitBytes === 0 ? "memory" : undefined',
    replacement: ": undefined",
    killedBy: TEST,
  },
  {
    id: "PX-name-option",
    title: "An option that is misspelt is passed by: a limit is none, a first state another one",
    source: "models that are wrong quietly: unknown words",
    file: "porcupine/require_names.ts",
    anchor: "if (Object.hasOwn(names, name)) continue;",
    replacement: "if (name.length > 0) continue;",
    killedBy: NAMES,
  },
  {
    id: "PX-name-hint",
    title: "A function that is called almost like a hint is never asked",
    source: "models that are wrong quietly: unknown words",
    file: MODEL,
    anchor: "distance(small, hint.toLowerCase()) <= 1",
    replacement: "distance(small, hint.toLowerCase()) < 1",
    killedBy: NAMES,
  },
  {
    id: "PX-name-own",
    title: "A model that is an instance of a class may have no functions of its own",
    source: "models of strangers: not everything is a slip",
    file: MODEL,
    anchor: "if (meant === undefined) continue;",
    replacement: "",
    killedBy: NAMES,
  },
];
