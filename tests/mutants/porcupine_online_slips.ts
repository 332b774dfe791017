/**
 * Planted bugs for models that change what they are given while a history goes on, or answer promises.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SLIPS = "test -A --no-check tests/porcupine/door/online_slips_test.ts";

/** These mutants. */
export const porcupineOnlineSlipsMutants: readonly Mutant[] = [
  {
    id: "PO-slip-none",
    title: "On line, a step that changes the state that it is given is believed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/checker.ts",
    anchor: "if (tryModel !== undefined) this.#asking(() => tryModel(watched, part));\n    if (standing",
    replacement: "if (standing",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-late",
    title: "On line, a step that changes only states that have been filled for long is believed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "part.states.slice(0, 1)",
    replacement: "part.states.slice(0, 0)",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-shared",
    title: "On line, one state that every init answers, and that a later request changes, goes unnoticed",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "    requireUnshared(this.#model, new Trial(this.#model).written, trial.written);\n",
    replacement: "",
    killedBy: SLIPS,
  },
  {
    id: "PO-slip-often",
    title: "On line, a model is tried with every answer, at twice the price",
    source: "on line: a model that changes what it is given is refused, as of a whole history",
    file: "porcupine/online/soundness.ts",
    anchor: "this.#lookAt *= 2;",
    replacement: "this.#lookAt = 0;",
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-late-read",
    title: "A step that answers a promise to some requests is believed where states have no parts",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/require/trial.ts",
    anchor: 'if (typeof state !== "object" || state === null) return true;',
    replacement: 'if (typeof state !== "object" || state === null) return false;',
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-late-list",
    title: "A step that answers a list of promises is believed",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/require/trial.ts",
    anchor: "(Array.isArray(next) && next.some(isPromise))",
    replacement: "(Array.isArray(next) && next.length < 0)",
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-private",
    title: "A step that changes private fields in place is believed, though a key shows them",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/require/trial.ts",
    anchor: 'return key === undefined ? "" : String(key(state));',
    replacement: 'return key === undefined ? "" : typeof key;',
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-key",
    title: "A key that is a promise makes two states of one, and of a possible history an illegal one",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/require/trial.ts",
    anchor: "if (!isPromise(model.key?.(state))) return;",
    replacement: "if (!isPromise(model)) return;",
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-hint",
    title: "A hint that is asynchronous is asked, and its promise counts as true",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/require/model.ts",
    anchor: "if (!isLate(Reflect.get(model, hint))) continue;",
    replacement: "if (hint) continue;",
    killedBy: SLIPS,
  },
  {
    id: "PX-slip-steps",
    title: "On line, steps that answer no list are told as an error of the checker's own",
    source: "models that are wrong quietly: promises, and states that do not show what they hold",
    file: "porcupine/online/steps.ts",
    anchor: "requireStates(model.steps(state, input, answer, patience))",
    replacement: "model.steps(state, input, answer, patience)",
    killedBy: SLIPS,
  },
];
