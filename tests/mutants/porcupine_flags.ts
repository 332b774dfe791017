/**
 * Planted bugs for objects with two states on line: which changes there must have been, who made them, and what is forgotten.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SIDE = "porcupine/online/flag_side.ts";
const WATCH = "porcupine/online/flag_watch.ts";
const FLIPS = "porcupine/online/flips.ts";
const STATES = "porcupine/online/two_states.ts";
const FLAGS = "test -A --no-check tests/porcupine/online_flags_test.ts -- --times 20";

/** These mutants. */
export const porcupineFlagMutants: readonly Mutant[] = [
  {
    id: "PC-flags-claim",
    title: "Who has acquired a mutex is taken for one who held it before he had asked for it",
    source: "on-line checker: a change is made by one who was called before it",
    file: SIDE,
    anchor: "owed[at - 1].at > watched.call",
    replacement: "owed[at - 1].at > 0 * watched.call",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-maker",
    title: "A change is explained by one who was called after it",
    source: "on-line checker: by Hall's theorem, the first so many makers were called before the change",
    file: SIDE,
    anchor: "maker === undefined || maker.call > owed[k].at",
    replacement: "maker === undefined",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-lost-first",
    title: "Lost makers come before open ones, whoever was called first",
    source: "on-line checker: makers are used up by call",
    file: SIDE,
    anchor: "(other.done === true || lost[l].call < other.value.call)",
    replacement: "(other.done === true || lost[l].call >= 0)",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-settled",
    title: "A change is settled although who made it is open, and may say that he did not",
    source: "on-line checker: only lost makers remain what they are",
    file: SIDE,
    anchor: "this.#owed[this.#settled].at < oldest",
    replacement: "this.#owed[this.#settled].at > 0 * oldest",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-found",
    title: "Who has found a state is believed whenever it was",
    source: "on-line checker: an answer tells of an instant since its call",
    file: WATCH,
    anchor: "flips.isUp === up || flips.lastAt > watched.call",
    replacement: "flips.isUp === up || flips.lastAt > 0 * watched.call",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-back",
    title: "Who raises what is raised need not wait until it is lowered",
    source: "on-line checker: changes go up and down by turns",
    file: WATCH,
    anchor: "if (flips.isUp === up) this.#sideOf(!up)",
    replacement: "if (flips.isUp === up && oldest < 0) this.#sideOf(!up)",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-anew",
    title: "What was lost before there was a second state is not asked what it does from there",
    source: "on-line checker: a lost removal may come after the addition",
    file: WATCH,
    anchor: "this.#states.isComplete !== wasComplete && !this.#understandAnew()",
    replacement: "this.#states.isComplete !== wasComplete && wasComplete",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-as-new",
    title: "A value of a set is forgotten though a lost request may add it",
    source: "on-line checker: a partition that is as new is forgotten",
    file: WATCH,
    anchor: "const unanswered = this.#open.length + this.#idle.length + this.#raising.lost.length +",
    replacement: "const unanswered = this.#open.length + this.#idle.length +",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-unsaid",
    title: "What may have changed an object, or not, has done nothing",
    source: "on-line checker: the watch of two states gives up where an answer does not say what was found",
    file: STATES,
    anchor: 'if (fromFirst !== ILLEGAL && fromSecond !== ILLEGAL) return "odd";',
    replacement: 'if (fromFirst !== ILLEGAL && fromSecond !== ILLEGAL) return "nothing";',
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-undone",
    title: "What failed for certain after it had asked for a change is for the search from then on",
    source: "on-line checker: a request that failed has changed neither state",
    file: STATES,
    anchor: "if (this.#stays(first, fromFirst) && this.#stays(second, fromSecond)) return",
    replacement:
      'if (power === "none" && this.#stays(first, fromFirst) && this.#stays(second, fromSecond)) return',
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-undone-half",
    title: "What leaves the first state as it is counts as done nowhere, whatever it does to the second",
    source: "on-line checker: a request that failed has changed neither state",
    file: STATES,
    anchor: "if (this.#stays(first, fromFirst) && this.#stays(second, fromSecond)) return",
    replacement: "if (this.#stays(first, fromFirst)) return",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-third",
    title: "A third state is taken for the second one",
    source: "on-line checker: the watch of two states gives up at a third",
    file: STATES,
    anchor: "!isLow && !isSame(this.#model, fromFirst, second)",
    replacement: "!isLow && isSame(this.#model, second, this.first)",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-last",
    title: "The last change is forgotten though who is open may have seen what was before",
    source: "on-line checker: what a search needs to know that takes over from a watch",
    file: FLIPS,
    anchor: "oldest < this.lastAt ? items",
    replacement: "oldest < 0 ? items",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-cause",
    title: "Who caused a change that is kept is forgotten with the next change",
    source: "on-line checker: what a search needs to know that takes over from a watch",
    file: FLIPS,
    anchor: "if (isPair && kept[kept.length - 2]?.cause !== before.cause) kept.pop();",
    replacement: "if (isPair) kept.pop();",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-makers",
    title: "Who has made a change that is kept is not told to the search that takes over",
    source: "on-line checker: what a search needs to know that takes over from a watch",
    file: WATCH,
    anchor: "if (maker !== undefined) kept.add(maker);",
    replacement: "",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-limit",
    title: "The limit of one answer goes on to hold for the next ones",
    source: "limits: each answer is a check of its own",
    file: "porcupine/online/answer_limit.ts",
    anchor: "this.#deadline = Infinity;\n  }\n\n  /** To be",
    replacement: "}\n\n  /** To be",
    killedBy: FLAGS,
  },
  {
    id: "PC-flags-slip",
    title: "A step that answers nothing at all is taken to tell the second state",
    source: "slips: from JavaScript a step may forget to return",
    file: STATES,
    anchor: "if (isDubious(next)) requireState(this.#model, next as State, state, input, patience);",
    replacement: "",
    killedBy: FLAGS,
  },
];
