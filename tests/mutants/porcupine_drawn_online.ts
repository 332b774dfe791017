/**
 * The same as in `porcupine_drawn.ts`, in what happens on line.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ONLINE_RULES = "test -A --no-check tests/porcupine/online_rules_test.ts";
const CHECKER = "porcupine/online/checker.ts";
const THROWN = "test -A --no-check --filter=/on.line/ tests/porcupine/door/thrown_test.ts";
const FORGOTTEN = "test -A --no-check --fail-fast tests/porcupine/online_sweep_test.ts";

/** These mutants. */
export const porcupineDrawnOnlineMutants: readonly Mutant[] = [
  {
    id: "PW-begun",
    title:
      "On line a put that has not returned has not begun by the time that what was appended to it returned",
    source: "a block is there from the first return of anything in it",
    file: "porcupine/online/text_blocks.ts",
    anchor: "    this.from = Math.min(this.from, maker.ret);\n",
    replacement: "",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PW-new-lock-held",
    title: "A lock that is held is forgotten as if it were new",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/lock_watch.ts",
    anchor: "return this.#changes.count === 0 &&\n      this.#acquires",
    replacement: "return this.#acquires",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-new-lock-asked",
    title: "A lock of which something has been asked is forgotten as if it were new",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/lock_watch.ts",
    anchor: "this.#acquires.size + this.#releases.size + this.#others.size === 0",
    replacement: "this.#acquires.size >= 0",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-new-open",
    title: "A register that somebody is about to write is forgotten as if it were new",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/value_window.ts",
    anchor: "if (this.#open.size + this.#unanswered.size > 0) return false;",
    replacement: "",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-new-failed",
    title: "A register is forgotten as if it were new after a failed swap to its first value",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/value_window.ts",
    anchor: "op !== FAILED && value === initial",
    replacement: "value === initial",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-new-value",
    title: "A register is forgotten as if it were new whatever it holds",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/value_window.ts",
    anchor: "op !== FAILED && value === initial",
    replacement: "op !== FAILED",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-new-searched",
    title: "An object that is searched for is forgotten as if it were new while something is open",
    source: "on line: objects that are as new are forgotten",
    file: "porcupine/online/window.ts",
    anchor: "if (this.#unanswered.size > 0) return false;\n    const",
    replacement: "const",
    killedBy: FORGOTTEN,
  },
  {
    id: "PW-first-refused",
    title: "On line the first of the puts that were refused need not have found another version",
    source: "a refused put stands where the version is another one",
    file: "porcupine/online/version_record.ts",
    anchor: "for (; i >= 0; i--) {",
    replacement: "for (; i > 0; i--) {",
    killedBy: ONLINE_RULES,
  },
  {
    id: "PW-token-promised",
    title: "Who takes a lock and hangs is promised a token that is not known, which is none that he can name",
    source: "on line: what hangs is promised a state that its answer leads to",
    file: "porcupine/online/past.ts",
    anchor: "    if (model.fencing !== undefined) return undefined;\n",
    replacement: "",
    killedBy: "test -A --no-check tests/porcupine/online_leaps_test.ts",
  },
  {
    id: "PW-thrown-telling",
    title: "What is impossible on line, and could not be told, passes for possible",
    source: "on line: what throws once throws from then on",
    file: CHECKER,
    anchor: "this.#asking(() => this.#phrase(part, key, watched, window.length))",
    replacement: "this.#phrase(part, key, watched, window.length)",
    killedBy: THROWN,
  },
  {
    id: "PW-thrown-loss",
    title: "A checker whose model has thrown at a loss goes on",
    source: "on line: what throws once throws from then on",
    file: CHECKER,
    anchor: "this.#asking(() => part.lose(watched));",
    replacement: "part.lose(watched);",
    killedBy: THROWN,
  },
  {
    id: "PW-thrown-sweep",
    title: "A checker whose model has thrown when it was asked what is as new goes on",
    source: "on line: what throws once throws from then on",
    file: CHECKER,
    anchor: "this.#asking(() => this.#sweep());",
    replacement: "this.#sweep();",
    killedBy: THROWN,
  },
  {
    id: "PW-key-again",
    title: "On line a request is asked for its key again when it is answered",
    source: "on line: an answer belongs to what was called",
    file: CHECKER,
    anchor: 'const { watched, key, part } = this.#take(operation, "returns");',
    replacement:
      'const { watched, part } = this.#take(operation, "returns");\n    const key = this.#keyOf(watched.input);',
    killedBy: THROWN,
  },
  {
    id: "PW-promised-time",
    title: "An answer is looked up in all that was promised to it, though its time is over",
    source: "limits hold for all that is done for an answer",
    file: "porcupine/online/promises.ts",
    anchor: "  if (!patience.mayStep()) return false;\n  const nexts",
    replacement: "  const nexts",
    killedBy: "test -A --no-check tests/porcupine/online_limits_test.ts",
  },
  {
    id: "PW-seen-time",
    title: "An answer is looked for in all that a call has seen while it hung, though its time is over",
    source: "limits hold for all that is done for an answer",
    file: "porcupine/online/promises.ts",
    anchor: "if (!patience.mayStep()) return false;\n    const next =",
    replacement: "const next =",
    killedBy: "test -A --no-check tests/porcupine/online_limits_test.ts",
  },
];
