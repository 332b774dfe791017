/**
 * Planted bugs for the on-line checker of registers whose values repeat: its order, its searches, and what it sums up.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ORDER = "porcupine/online/value_order.ts";
const CHAINS = "porcupine/online/value_chains.ts";
const REORDER = "porcupine/online/value_reorder.ts";
const RUN = "porcupine/online/value_run.ts";
const SUMMARY = "porcupine/online/value_summary.ts";
const WINDOW = "porcupine/online/value_window.ts";
const VALUES = "test -A --no-check tests/porcupine/online_values_test.ts -- --times 40";

/** These mutants. */
export const porcupineOnlineValuesMutants: readonly Mutant[] = [
  {
    id: "PC-online-values-undominated",
    title: "When a register's past is summed up, only what the order shows is held to be possible",
    source: "on-line checker: what every value leads to must be dominated by what the order leads to",
    file: SUMMARY,
    anchor: " || !run.areDominated(loose, shown, hanging)) return undefined;",
    replacement: ") return undefined;",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-there",
    title: "A value is held to be gone because another one was written by somebody who was open beside it",
    source: "on-line checker: which values can be there at an instant",
    file: SUMMARY,
    anchor: "watched.ret >= lastCall",
    replacement: "watched.ret >= instant",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-owed",
    title: "What a register's past has dealt with is owed again",
    source: "on-line checker: a configuration knows what need not be placed any more",
    file: RUN,
    anchor: "    mark(done, free);\n",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-twice",
    title: "What a register's past has used up is used once more",
    source: "on-line checker: a configuration knows what was placed",
    file: RUN,
    anchor: "    mark(spentMask, spent);\n",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-lost",
    title: "A lost operation is forgotten as soon as one explanation has used it",
    source: "on-line checker: a lost operation may have taken effect, or may do so yet",
    file: WINDOW,
    anchor: "starts.every(({ spent }) => spent.includes(entry))",
    replacement: "starts.some(({ spent }) => spent.includes(entry))",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-early",
    title: "An answer is put before one that had returned when it was asked for",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: ORDER,
    anchor: "if (at === 0 || steps[at - 1].watched.ret < entry.watched.call) break;",
    replacement: "if (at === 0 || steps[at - 1].watched.ret + 2 < entry.watched.call) break;",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-moved",
    title: "A write is moved behind one that was called after its return",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: ORDER,
    anchor: "        if (at < steps.length && steps[at].watched.call > moved.watched.ret) break;\n",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-exchanged",
    title:
      "In place of a swap that failed there is put a write that was called later than another one had returned",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: ORDER,
    anchor: "call < firstReturn &&\n",
    replacement: "\n",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-instead",
    title: "In place of a swap that failed there is put an open operation that was called later",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: ORDER,
    anchor: " || this.#line.firstPlace(other) > gone) continue;",
    replacement: ") continue;",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-reordered",
    title: "Another order of a few operations does not ask who had returned",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: REORDER,
    anchor: "      if ((this.#before[k] & ~placed) !== 0) continue;\n",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-owed-swap",
    title: "A swap that need not be placed stands for one that has to be",
    source: "search in masks, rule (h), where it begins with more than can be true",
    file: "porcupine/search/values/search.ts",
    anchor: "isOwedSwap ? others & rows[owed + w] : others",
    replacement: "others",
    killedBy: "test -A --no-check tests/porcupine/values_question_test.ts",
  },
  {
    id: "PC-online-values-delayed",
    title:
      "In place of a swap that failed there is put an earlier write that had returned when something between was called",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: ORDER,
    anchor: "other.value === entry.value && ret > lastCall) {",
    replacement: "other.value === entry.value) {",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-overwritten",
    title:
      "An earlier write is put in place of a swap that failed although its value was seen where it stood",
    source: "on-line checker: an order of a register's operations has the values that were told",
    file: ORDER,
    anchor: "if (isOverwritten || this.#line.before(at) === other.value) {",
    replacement: "if (lastCall < Infinity) {",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-chained",
    title: "What the values say stands together does so whatever real time says",
    source: "on-line checker: an order of a register's operations keeps to time",
    file: CHAINS,
    anchor: "if (ret < lastCall) return false;",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-unowed",
    title: "An order that leaves out who has an answer is one of all of them",
    source: "on-line checker: an order of a register's operations has all whose answers are in",
    file: CHAINS,
    anchor: "return owed === 0;",
    replacement: "return owed < entries.length;",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-again",
    title: "What a register's past has used up takes effect once more",
    source: "on-line checker: an order of a register's window begins where the past has ended",
    file: "porcupine/online/value_found.ts",
    anchor: "    spent: one.spent.filter(isKnown),\n",
    replacement: "    spent: [],\n",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-unanswered",
    title: "Where a register's window is summed up, what was lost before its last returns is not there",
    source: "on-line registers: what is open where the past is summed up",
    file: SUMMARY,
    anchor: "    for (const entry of unanswered) if (entry.watched.call < edge) open.push(entry);\n",
    replacement: "",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-edge",
    title: "What was called right before a return is taken for one of those that were called after it, too",
    source: "on-line registers: each operation of a window is searched once",
    file: SUMMARY,
    anchor: "if (entries[middle].watched.call < instant) low = middle + 1;",
    replacement: "if (entries[middle].watched.call < instant - 1) low = middle + 1;",
    killedBy: VALUES,
  },
  {
    id: "PC-online-values-used-up",
    title:
      "What was lost, and used up in the part of an order that is forgotten, is there once more when the past is summed up",
    source: "on-line registers: what the order shows must be possible",
    file: ORDER,
    anchor: 'one.watched.status !== "returned" && this.#settled.has(one)',
    replacement: "false && this.#settled.has(one)",
    killedBy: "test -A --no-check --filter=/second.time/ tests/porcupine/online_values_hanging_test.ts",
  },
];
