/**
 * The same as in `porcupine_drawn.ts`, in orders that are kept on line, and in what a search looks at ahead.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const VALUES = "test -A --no-check tests/porcupine/online_values_test.ts";
const RULES = "test -A --no-check tests/porcupine/online_rules_test.ts";
const GLIMPSE = "test -A --no-check tests/porcupine/glimpse_test.ts";

/** These mutants. */
export const porcupineDrawnAheadMutants: readonly Mutant[] = [
  {
    id: "PW-other-swap",
    title: "A swap that found another value stands in for one that has not taken place",
    source: "whatever an order of values accepts explains everything",
    file: "porcupine/online/value_order.ts",
    anchor: "other.op === SWAP && other.from !== entry.from)) continue;\n      if (!this.isFree",
    replacement: "other.op === SWAP && other.from === entry.from)) continue;\n      if (!this.isFree",
    killedBy: VALUES,
  },
  {
    id: "PW-told-halfway",
    title: "A change of an order that was broken off is taken for made",
    source: "whatever an order of values accepts explains everything",
    file: "porcupine/online/value_line.ts",
    anchor: "if (--this.effort < 0) return false;",
    replacement: "if (--this.effort < 0) return true;",
    killedBy: VALUES,
  },
  {
    id: "PW-one-word",
    title: "Of more than 32 open operations it is forgotten which are used up",
    source: "masks of as many words as there are slots",
    file: "porcupine/online/value_run.ts",
    anchor: "Math.max(1, (this.#operations.slots + 31) >>> 5)",
    replacement: "Math.min(1, (this.#operations.slots + 31) >>> 5)",
    killedBy: VALUES,
  },
  {
    id: "PW-no-masks",
    title: "No register whose values repeat is followed in masks",
    source: "bar 6: windows of values ask no model",
    file: "porcupine/online/value_window.ts",
    anchor: "if (entry === undefined) return false;\n    this.#entries.push",
    replacement: "if (entry !== undefined) return false;\n    this.#entries.push",
    killedBy: VALUES,
  },
  {
    id: "PW-no-succession",
    title: "A register is searched for by its steps as soon as a value repeats",
    source: "bar 6: windows of values ask no model",
    file: "porcupine/online/succession.ts",
    anchor: 'if (kind?.type === "register") return { kind, value: fast.beginning };',
    replacement: 'if (kind?.type === "register") return undefined;',
    killedBy: VALUES,
  },
  {
    id: "PW-count-lost",
    title: "What was counted and is past is forgotten by the search that goes on from there",
    source: "a search begins with what the watch knows",
    file: "porcupine/online/log_watch.ts",
    anchor: "        this.#sample = slot.maker.input;\n",
    replacement: "",
    killedBy: RULES,
  },
  {
    id: "PW-other-token",
    title: "With a text that is past another one is forgotten which is its end",
    source: "a token is there until its own block is past",
    file: "porcupine/online/text_watch.ts",
    anchor: "let at = 0;\n    for (const { end } of zone.levels)",
    replacement: "let at = 1;\n    for (const { end } of zone.levels)",
    killedBy: RULES,
  },
  {
    id: "PW-other-put",
    title: "A put may store another value than it was asked to",
    source: "what a watch does not understand is for a search",
    file: "porcupine/online/version_watch.ts",
    anchor: "asked.version === version && asked.value === value",
    replacement: "asked.version === version || asked.value === value",
    killedBy: RULES,
  },
  {
    id: "PW-guide-later",
    title: "What is called later is placed now",
    source: "real time: nothing is placed before its call",
    file: "porcupine/search/outlook.ts",
    anchor: "if (open[slot[first]] === first) this",
    replacement: "this",
    killedBy: GLIMPSE,
  },
  {
    id: "PW-list-cut",
    title: "Of more operations than can be listed the first ones are taken for all",
    source: "a look ahead follows all orders",
    file: "porcupine/search/ahead.ts",
    anchor: "      list[count] = operation;\n      if (++count > most) return false;",
    replacement: "      list[count] = operation;\n      if (++count > most) return true;",
    killedBy: GLIMPSE,
  },
  {
    id: "PW-all-cut",
    title: "The same of those that are spent, too",
    source: "a look ahead follows all orders",
    file: "porcupine/search/ahead.ts",
    anchor: "      list[count] = open[s];\n      if (++count > most) return false;",
    replacement: "      list[count] = open[s];\n      if (++count > most) return true;",
    killedBy: GLIMPSE,
  },
  {
    id: "PW-too-early",
    title: "Who had returned while a place was not there yet may have been appended there",
    source: "real time, on line: what is told is found by all orders",
    file: "porcupine/online/log_slots.ts",
    anchor:
      "  low = -1;\n  for (let i = 0; i < slots.length && owed > 0; i++) {\n    if (slots[i].low > low) low = slots[i].low;",
    replacement: "  low = -1;\n  for (let i = 0; i < slots.length && owed > 0; i++) {",
    killedBy: RULES,
  },
];
