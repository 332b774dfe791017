/**
 * Planted bugs for cores of what was asked lately.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SINCE = "test -A --no-check tests/porcupine/since_test.ts";
const CLI = "test -A --no-check tests/porcupine/cli/past_test.ts";
const TOLD = "cores of what was asked lately: what they take for granted is said";
const PAST = "porcupine/explain/past.ts";
const FILE = "porcupine/explain/since.ts";
const NEAR = "porcupine/explain/near.ts";
const COST = "test -A --no-check tests/porcupine/core_cost_test.ts";
const NEARBY = "test -A --no-check tests/porcupine/near_test.ts";

/** These mutants. */
export const porcupineSinceMutants: readonly Mutant[] = [
  {
    id: "PC-since-later",
    title: "Of a core of what was asked lately an answer is believed that came after the impossible one",
    source: "cores of what was asked lately: what had not come by then is not known",
    file: PAST,
    anchor: "part.ret[k] <= last && isBelieved(k)",
    replacement: "isBelieved(k)",
    killedBy: SINCE,
  },
  {
    id: "PC-since-spent",
    title: "What took effect in the past may take effect again after it",
    source: "cores of what was asked lately: in what the past may have ended",
    file: PAST,
    anchor: "spent: renumber(spent)",
    replacement: "spent: []",
    killedBy: SINCE,
  },
  {
    id: "PC-since-free",
    title: "What the past has found a place for has to have one after it",
    source: "cores of what was asked lately: in what the past may have ended",
    file: PAST,
    anchor: "free: renumber(free)",
    replacement: "free: []",
    killedBy: SINCE,
  },
  {
    id: "PC-since-closed",
    title: "A core is told that is minimal only if less is believed than a reader is told",
    source: "cores of what was asked lately: all that was called before the first member is believed",
    file: FILE,
    anchor: "if (first === rank) return left;",
    replacement: "return left;",
    killedBy: SINCE,
  },
  {
    id: "PC-since-unsure",
    title: "A question that was too hard is taken for one whose answer is that the core needs all of it",
    source: "cores of what was asked lately: minimal",
    file: FILE,
    anchor: 'isSure &&= verdict !== "unknown";',
    replacement: "",
    killedBy: SINCE,
  },
  {
    id: "PC-since-believed",
    title: "What was called between the end of a past and the first member is not believed",
    source: "cores of what was asked lately: all that was called before the first member is believed",
    file: FILE,
    anchor: "call[k] < rank || believed.has(k)",
    replacement: "believed.has(k)",
    killedBy: SINCE,
  },
  {
    id: "PC-since-never",
    title: "Where no small core stands alone hundreds of answers are told that are not known to be needed",
    source: "cores of what was asked lately: a thousand operations of five clients",
    file: "porcupine/explain/explain.ts",
    anchor: "first.isFirst && !alone.minimal",
    replacement: "!first.isFirst && !alone.minimal",
    killedBy: SINCE,
  },
  {
    id: "PC-since-always",
    title: "A minimal core that stands alone is not told",
    source: "cores of what was asked lately: only where there is no other",
    file: "porcupine/explain/explain.ts",
    anchor: "first.isFirst && !alone.minimal",
    replacement: "first.isFirst",
    killedBy: SINCE,
  },
  {
    id: "PC-since-silent",
    title: "The sentence does not say that a core takes for granted what was answered before",
    source: "cores of what was asked lately: what is said",
    file: "porcupine/explain/explain.ts",
    anchor: 'const given = standsAlone ? "" : ',
    replacement: 'const given = members.length > 0 ? "" : ',
    killedBy: SINCE,
  },
  {
    id: "PC-near-open",
    title: "What is open where the search gave out may have been called before the edge from which is asked",
    source: "the first impossible answer: what the past can have ended in does not depend on the question",
    file: NEAR,
    anchor: "if (ret[k] >= rank && ret[k] !== NEVER",
    replacement: "if (ret[k] < 0 && ret[k] !== NEVER",
    killedBy: NEARBY,
  },
  {
    id: "PC-near-itself",
    title: "Asked about what came before a return, its answer is believed, too",
    source: "the first impossible answer: what was answered before a return, asked from an edge",
    file: NEAR,
    anchor: "last: end - 1",
    replacement: "last: end",
    killedBy: NEARBY,
  },
  {
    id: "PC-near-none",
    title: "Where a search gave out nothing is asked from near there",
    source: "the first impossible answer: the past is not gone through again for each question",
    file: NEAR,
    anchor: 'if (model.kind?.type === "register" || suspects.length > 0',
    replacement: 'if (model.kind?.type !== "register" || suspects.length > 0',
    killedBy: NEARBY,
  },
  {
    id: "PC-since-report",
    title: "The report says of a core that takes the past for granted that it stands alone",
    source: TOLD,
    file: "porcupine/cli/report.ts",
    anchor: "  if (!coreStandsAlone) {",
    replacement: "  if (size > 1e9) {",
    killedBy: CLI,
  },
  {
    id: "PC-since-json",
    title: "So does its JSON",
    source: TOLD,
    file: "porcupine/cli/report.ts",
    anchor: "coreStandsAlone: verdict.coreStandsAlone,",
    replacement: "coreStandsAlone: true,",
    killedBy: CLI,
  },
  {
    id: "PC-since-page",
    title: "So does the page",
    source: TOLD,
    file: "porcupine/picture/scene.ts",
    anchor: "coreStandsAlone: verdict.coreStandsAlone,",
    replacement: "coreStandsAlone: true,",
    killedBy: "test -A --no-check tests/porcupine/picture/browser_test.ts",
  },
  {
    id: "PC-core-whole-set",
    title: "Of a set read as a whole a core is looked for as if its fast path had answers",
    source: "cores: where each question is a search almost none is settled",
    file: "porcupine/explain/core.ts",
    anchor: 'model.kind === undefined || (model.kind.type === "wholeSet" && !isTold)',
    replacement: "model.kind === undefined",
    killedBy: COST,
  },
  {
    id: "PC-core-whole-set-steps",
    title: "Steps on a set read as a whole are free while a core is looked for",
    source: "cores: where each question is a search steps are what it costs",
    file: "porcupine/explain/core.ts",
    anchor: "this.#isSearched ? priced(model, budget) : model",
    replacement: "model.kind === undefined ? priced(model, budget) : model",
    killedBy: COST,
  },
];
