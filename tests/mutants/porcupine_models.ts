/**
 * Planted bugs for models that a user hands in: states that cannot be told apart, steps that are none.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const PLAIN = "test -A --no-check tests/porcupine/door/plain_model_test.ts";
const CANONICAL = "porcupine/canonical.ts";

/** These mutants. */
export const porcupineModelMutants: readonly Mutant[] = [
  {
    id: "PM-function",
    title: "States that hold functions are the same if these are written alike",
    source: "structural equality: what a function has kept in mind is not seen",
    file: CANONICAL,
    anchor: 'typeof value === "function" || typeof value === "symbol"',
    replacement: 'typeof value === "symbol"',
    killedBy: PLAIN,
  },
  {
    id: "PM-bytes",
    title: "All bytes that have no view of their own are the same",
    source: "structural equality: a DataView has no entries",
    file: CANONICAL,
    anchor: "ArrayBuffer.isView(value) && !(value instanceof DataView)",
    replacement: "ArrayBuffer.isView(value)",
    killedBy: PLAIN,
  },
  {
    id: "PM-circle",
    title: "How many bytes a state in a circle takes is asked until the stack is full",
    source: "limits: a state with a key need have no end",
    file: "porcupine/search/states.ts",
    anchor: "if (!(error instanceof RangeError)) throw error;\n    return DEEP_BYTES;",
    replacement: "throw error;",
    killedBy: PLAIN,
  },
  {
    id: "PM-asynchronous",
    title: "An asynchronous step is taken for one that answers",
    source: "a promise is a state like any other: a history was called possible whatever was in it",
    file: "porcupine/require_model.ts",
    anchor: 'if (kind === "[object Function]") continue;',
    replacement: 'if (kind !== "[object Nothing]") continue;',
    killedBy: PLAIN,
  },
  {
    id: "PM-list",
    title: "Next states that are no list are taken for none",
    source: "whatever has no length has no next state: a history was called impossible whatever was in it",
    file: "porcupine/require_model.ts",
    anchor: "if (Array.isArray(states)) return states;",
    replacement: "if (Array.isArray(states) || states) return states;\n  if (!states) return [];",
    killedBy: PLAIN,
  },
  {
    id: "PM-threw",
    title: "On line, an answer at which the model threw is held to be possible",
    source: "on-line checker: what was not judged is not known",
    file: "porcupine/online/checker.ts",
    anchor: "      this.#failure = { error };\n",
    replacement: "",
    killedBy: PLAIN,
  },
  {
    id: "PM-untyped-request",
    title: "A request that the model does not have is passed over, and every answer to it is possible",
    source: "plain JavaScript: an unknown f was answered ok",
    file: "porcupine/models/kv.ts",
    anchor: 'if (input.f !== "get") return unknownRequest(input, "kv", REQUESTS);',
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-untyped-answer",
    title:
      "What is no answer at all is taken for the answer to another request, and the history for impossible",
    source: "plain JavaScript: an output of 5 was illegal, and nobody said why",
    file: "porcupine/models/answers.ts",
    anchor: 'if (typeof output === "object" && output !== null && "f" in output) return "foreign";',
    replacement: 'if (input !== undefined) return "foreign";',
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-untyped-jepsen",
    title: "A jepsen answer that is neither ok nor fail is read as ok",
    source: "plain JavaScript: types are not there",
    file: "porcupine/models/jepsen.ts",
    anchor: 'if (type !== "ok") return noAnswer',
    replacement: 'if (type === "info") return noAnswer',
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-untyped-string",
    title: "A store of strings takes numbers, and falls over them in the middle of a text",
    source: "plain JavaScript: put(1) was a TypeError",
    file: "porcupine/models/kv.ts",
    anchor: 'typeof input.value === "string" ?',
    replacement: "input.value !== undefined ?",
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-untyped-status",
    title: "An operation that ended in another way than ok or unknown is taken for answered",
    source: "plain JavaScript: jepsen's info was judged as an answer",
    file: "porcupine/history.ts",
    anchor: 'if (outcome.status !== "ok") return undefined;',
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-untyped-event",
    title: "On line an event of another kind is passed over, and all is well",
    source: 'plain JavaScript: feed({ kind: "invoke" }) was ok',
    file: "porcupine/online/checker.ts",
    anchor: "throw noEvent(event, -1);",
    replacement: "break;",
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-unsound-changes",
    title: "The verdict of a model that changes its states is told",
    source: "plain JavaScript: a model that pushed into its state made a true history illegal",
    file: "porcupine/require_model.ts",
    anchor: "if (written(state) !== before) {",
    replacement: 'if (before === "") {',
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
  {
    id: "PM-unsound-promise",
    title: "The verdict of a model that answers promises is told",
    source: "plain JavaScript: a step that answered promises allowed everything",
    file: "porcupine/require_model.ts",
    anchor: "if (isPromise(next)) throw",
    replacement: "if (isPromise(budget)) throw",
    killedBy: "test -A --no-check tests/porcupine/door/untyped_test.ts",
  },
];
