/**
 * Planted bugs for requests and answers with fields that no list of fields names, or that throw when they are read.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const HIDDEN = "test -A --no-check tests/porcupine/hidden_fields_test.ts";

/** These mutants. */
export const porcupineHiddenMutants: readonly Mutant[] = [
  {
    id: "PC-hidden-record",
    title: "A request's field under a symbol is not sent along with the others",
    source: "parallel: the verdict is that of one thread, also where a step looks at what is not listed",
    file: "porcupine/parallel/columns.ts",
    anchor: "count < 0 || hidesFields(value, count)",
    replacement: "count < 0",
    killedBy: HIDDEN,
  },
  {
    id: "PC-hidden-list",
    title: "Lists are sent to another thread without their fields that are not listed",
    source: "parallel: the verdict is that of one thread, also where a step looks at what is not listed",
    file: "porcupine/copies.ts",
    anchor: "showsFields(value, parts.length) ? parts : undefined",
    replacement: "parts",
    killedBy: HIDDEN,
  },
  {
    id: "PC-hidden-map",
    title: "Maps, sets and dates are sent to another thread without their fields under a symbol",
    source: "parallel: the verdict is that of one thread, also where a step looks at what is not listed",
    file: "porcupine/copies.ts",
    anchor: "Reflect.ownKeys(value).length > 0",
    replacement: "Object.keys(value).length > 0",
    killedBy: HIDDEN,
  },
  {
    id: "PC-hidden-typed",
    title: "Arrays of numbers are sent to another thread without the fields of their own",
    source: "parallel: the verdict is that of one thread, also where a step looks at what is not listed",
    file: "porcupine/copies.ts",
    anchor: " && Reflect.ownKeys(value).length === length",
    replacement: "",
    killedBy: HIDDEN,
  },
  {
    id: "PC-sent-view",
    title: "With four bytes of a large buffer all of it is sent, and copied",
    source: "parallel: whoever sends a view of an array sends all of it",
    file: "porcupine/copies.ts",
    anchor: "byteLength === buffer.byteLength",
    replacement: "byteLength <= buffer.byteLength",
    killedBy: HIDDEN,
  },
  {
    id: "PC-hidden-same",
    title: "Requests that differ in a field under a symbol alone are one request to a search that works hard",
    source: "equal operations do the same to every state: those that only look equal do not",
    file: "porcupine/same.ts",
    anchor: "return showsFields(value, listed) ? hash : -1;",
    replacement: "return hash;",
    killedBy: HIDDEN,
  },
  {
    id: "PC-same-class",
    title: "Lists of a class of their own are compared by what they list",
    source: "equal operations do the same to every state: those that only look equal do not",
    file: "porcupine/same.ts",
    anchor: "return prototype === Array.prototype ||",
    replacement: "return Array.isArray(value) ||",
    killedBy: HIDDEN,
  },
  {
    id: "PC-same-throws",
    title: "A field that throws when it is read takes the verdict with it, though no step reads it",
    source: "what the checker reads for itself may throw",
    file: "porcupine/tell.ts",
    anchor: 'return typeof part === "object" && part !== null ? "..." : plainly(part);\n  } catch {',
    replacement:
      'return typeof part === "object" && part !== null ? "..." : plainly(part);\n  } catch (error) {\n    throw error;',
    killedBy: HIDDEN,
  },
  {
    id: "PV-odd-words",
    title: "A picture of a value that the host has no text for is none: it throws",
    source: "picture: a page is not lost over its wording",
    file: "porcupine/picture/replay.ts",
    anchor: "${worded(input)} -> ",
    replacement: "${JSON.stringify(input) ?? String(input)} -> ",
    killedBy: HIDDEN,
  },
  {
    id: "PV-half-letter",
    title: "Halves of letters are shown as they are: any two of them look the same",
    source: "picture: what differs is shown to differ",
    file: "porcupine/visible.ts",
    anchor: "if ((text.codePointAt(at) ?? 0) > 0xffff) {",
    replacement: "if (code > 0) {",
    killedBy: "test -A --no-check tests/porcupine/picture/html_test.ts",
  },
  {
    id: "PF-edn-empty",
    title: "An EDN history in which nothing happens is of no known format",
    source: "formats: a history is one vector of maps, and there may be none in it",
    file: "porcupine/formats/jepsen_edn.ts",
    anchor: "[\\])]?\\s*(;.*)?$/",
    replacement: "$/",
    killedBy: "test -A --no-check tests/porcupine/cli/habits_test.ts",
  },
];
