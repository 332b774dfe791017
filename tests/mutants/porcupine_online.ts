/**
 * Planted bugs for the on-line checker: what it takes for granted, and what it forgets.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ONLINE_SEARCH =
  "test -A --no-check --filter=/impossible.*(counter|bank|log)/ tests/porcupine/online_test.ts -- --times 40";
const ONLINE_TEXTS = "test -A --no-check --filter=/prefix.*kv/ tests/porcupine/online_test.ts -- --times 20";
const ONLINE_FEW = "test -A --no-check --filter=/prefix.*mutex/ tests/porcupine/online_test.ts -- --times 40";
const ONLINE_VALUES = "test -A --no-check --filter=register tests/porcupine/online_test.ts -- --times 20";
const ONLINE_STORIES = "test -A --no-check tests/porcupine/online_story_test.ts";
const ONLINE_VERSIONS = "test -A --no-check --filter=versioned tests/porcupine/online_test.ts -- --times 50";
const FINITE = "test -A --no-check tests/porcupine/finite_test.ts";

/** These mutants. */
export const porcupineOnlineMutants: readonly Mutant[] = [
  {
    id: "PC-online-horizon",
    title:
      "When the past is summed up, a get answered later rules out what a put called later makes possible",
    source:
      "on-line checker: looking ahead ends where the summed-up part ends; a false alarm in a history of 1,300 answers",
    file: "porcupine/online/window.ts",
    anchor: "doomFor(problem, states, until),",
    replacement: "doomFor(problem, states),",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-answers",
    title: "When the past is summed up, answers that came after the edge are forgotten",
    source: "on-line checker: what is open at the edge is open with its answer",
    file: "porcupine/online/window.ts",
    anchor: "this.#returns.slice(from).filter(({ call }) => call < edge);",
    replacement: "this.#returns.slice(from, level + 1);",
    killedBy: ONLINE_TEXTS,
  },
  {
    id: "PC-online-witness",
    title: "An answer is put into the order before operations that had returned when it was asked for",
    source: "on-line checker: an order found before is extended only as real time allows",
    file: "porcupine/online/witness.ts",
    anchor: "while (at > 0 && this.#steps[at - 1].watched.ret >= call) at--;",
    replacement: "while (at > 0 && this.#steps[at - 1].watched.ret >= 0) at--;",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-replay",
    title: "An answer is put into the order though what comes after it becomes impossible",
    source: "on-line checker: what comes after a change of the order is told anew",
    file: "porcupine/online/witness.ts",
    anchor: 'else if (watched.status === "returned") return false;',
    replacement: "",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-patience",
    title: "While an answer is fitted into the order no limit holds",
    source: "limits: a user's step may be slow",
    file: "porcupine/online/steps.ts",
    anchor: "const next = patience.goOn() ? model.step(state, input, answer, patience) : ILLEGAL;",
    replacement: "const next = model.step(state, input, answer, patience);",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-reorder",
    title: "Another order of the last operations is found that turns real time round",
    source: "on-line checker: an order found before is changed only as real time allows",
    file: "porcupine/online/reorder.ts",
    anchor: "maskOf(operations, ({ ret }) => ret < call)",
    replacement: "maskOf(operations, ({ ret }) => ret < 0 * call)",
    killedBy: ONLINE_SEARCH,
  },
  {
    id: "PC-online-few-states",
    title: "An object with few states is in one that the order found leads to, whatever else is possible",
    source:
      "on-line checker: every state the object can be in at all has to lead to what one of them leads to",
    file: "porcupine/online/window.ts",
    anchor: "!areDominated(this.#model, all, exact, operations)",
    replacement: "exact.length === 0",
    killedBy: ONLINE_FEW,
  },
  {
    id: "PC-online-owes",
    title: "One configuration stands for another though it owes more",
    source: "on-line checker: a configuration dominates another if it has spent no more and owes no more",
    file: "porcupine/online/finite.ts",
    anchor: "operations[k].ret === NEVER || isDone(other, k)",
    replacement: "operations[k].ret === NEVER || isDone(other, k) || true",
    killedBy: FINITE,
  },
  {
    id: "PC-online-spent",
    title: "One configuration stands for another though it has spent more",
    source: "on-line checker: a configuration dominates another if it has spent no more and owes no more",
    file: "porcupine/online/finite.ts",
    anchor: "other.spent.every((k) => one.spent.includes(k))",
    replacement: "other.spent.every((k) => one.spent.includes(k) || true)",
    killedBy: FINITE,
  },
  {
    id: "PC-online-clash",
    title: "Two values of which one was read on both sides of the other are taken for compatible",
    source: "on-line checker: two zones clash if each begins before the other ends",
    file: "porcupine/online/value_watch.ts",
    anchor: "other.from < to && from < other.to",
    replacement: "other.from < to && from < other.to && other.from < other.to",
    killedBy: ONLINE_VALUES,
  },
  {
    id: "PC-online-over",
    title: "A value is forgotten as soon as a later one was written, though it may still be read",
    source: "on-line checker: a value is over if another zone ends after its beginning",
    file: "porcupine/online/value_watch.ts",
    anchor: "if (zone.from >= oldest) continue;",
    replacement: "if (zone.from >= NEVER) continue;",
    killedBy: ONLINE_VALUES,
  },
  {
    id: "PC-online-base",
    title: "Versions are forgotten although their successor may begin after the call of an open operation",
    source: "on-line checker: what is forgotten of a chain of versions",
    file: "porcupine/online/version_watch.ts",
    anchor: "if (latest >= oldest || !this.#isDetermined(record)) continue;",
    replacement: "if (!this.#isDetermined(record)) continue;",
    killedBy: ONLINE_VERSIONS,
  },
  {
    id: "PC-online-determined",
    title: "A version is the first one kept although it is not known which put made it",
    source: "on-line checker: it must be known what the first version kept holds",
    file: "porcupine/online/version_watch.ts",
    anchor: "latest >= oldest || !this.#isDetermined(record)",
    replacement: "latest >= oldest",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-span",
    title: "When a search takes over, the first version kept is held to have begun at any time",
    source: "on-line checker: for each span of the first version a past in which it began then",
    file: "porcupine/online/version_watch.ts",
    anchor: "ret: to + 0.75,",
    replacement: "ret: maker.ret,",
    killedBy: ONLINE_STORIES,
  },
  {
    id: "PC-online-refused",
    title: "A put that was refused is not needed to find another version",
    source: "version chains: a put that was refused needs an instant with another version",
    file: "porcupine/online/version_record.ts",
    anchor: "if (ret - 1 < upper) upper = ret - 1;",
    replacement: "if (ret - 1 < from) upper = ret - 1;",
    killedBy: ONLINE_VERSIONS,
  },
];
