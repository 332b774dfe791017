/**
 * Planted bugs in orders that are guessed: sprints, what they remember and hide, and the replay that judges them.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const WATCHED = "test -A --no-check tests/porcupine/watched_test.ts -- --times 8";
const SPRINT = "test -A tests/porcupine/sprint_test.ts -- --times 4";
const REPLAY_TEST = "test -A --no-check tests/porcupine/replay_test.ts";
const SPRINTER = "porcupine/search/sprint.ts";
const HOSTS = "porcupine/search/hosts.ts";
const REPLAY = "porcupine/search/replay.ts";
const TRAIL = "porcupine/search/trail.ts";
const OUTLOOK = "porcupine/search/outlook.ts";

/** These mutants. */
export const porcupineGuessMutants: readonly Mutant[] = [
  {
    id: "PC-guide-not-called",
    title: "A search is guided to an operation that is called later",
    source: "found by the long run: kv, step only, seed 9011103",
    file: OUTLOOK,
    anchor: "if (open[slot[first]] === first) this.guide = first;",
    replacement: "this.guide = first;",
    killedBy: WATCHED,
  },
  {
    id: "PC-sprint-called",
    title: "What is hidden goes before an operation that had returned when it was called",
    source: "sprint: it had been called when the other one was placed",
    file: HOSTS,
    anchor: "at >= 0 && operation < called[trail.levelAt(at)]; i++",
    replacement: "at >= 0 && operation < called.length; i++",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-read-called",
    title: "A read is hidden together with a write that had taken effect when it was called",
    source: "sprint: it had been called when the other one was placed",
    file: SPRINTER,
    anchor: "k < 0 || k >= before || ret[k] === NEVER",
    replacement: "k < 0 || ret[k] === NEVER",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-same",
    title: "What is hidden may change what comes after it",
    source: "sprint: the other one leads where it led",
    file: HOSTS,
    anchor: "if (after !== ILLEGAL && present.same(after, trail.afterAt(at))) {",
    replacement: "if (after !== ILLEGAL) {",
    killedBy: SPRINT,
  },
  {
    id: "PC-trail-undo",
    title: "When a choice is taken back, what was hidden has still been there",
    source: "trail: the state before a host is put back",
    file: TRAIL,
    anchor: "if (this.#kinds[at] === HIDDEN) this.#before[this.#levels[at]] = this.#before[at];",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-trail-moved",
    title: "What is placed later, because it did nothing, stands in both places",
    source: "trail: it leaves the place where it did nothing",
    file: TRAIL,
    anchor: "if (origin > 0) this.#kinds[origin - 1] = MOVED;",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-trail-order",
    title: "What hides behind one operation stands there in the wrong order",
    source: "trail: what is hidden finds what was hidden there before",
    file: TRAIL,
    anchor:
      "for (let at = this.length - 1; at >= 0; at--) {\n      if (this.#kinds[at] !== HIDDEN) continue;",
    replacement:
      "for (let at = 0; at < this.length; at++) {\n      if (this.#kinds[at] !== HIDDEN) continue;",
    killedBy: SPRINT,
  },
  {
    id: "PC-present-turn",
    title: "What an operation made of one state is remembered in the next one",
    source: "sprint: what is known of the present state",
    file: "porcupine/search/present.ts",
    anchor: "this.state = state;\n    this.#stamp++;",
    replacement: "this.state = state;",
    killedBy: SPRINT,
  },
  {
    id: "PC-present-operation",
    title: "What one operation made of the present state is remembered for another one",
    source: "sprint: what is known of the present state",
    file: "porcupine/search/present.ts",
    anchor: " && this.#operations[place] === operation",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-hosts-edits",
    title: "An operation goes where something could be hidden before, whatever has changed since",
    source: "sprint: a host that was found before",
    file: HOSTS,
    anchor: " && this.#edits === this.#trail.edits",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-replay-guard",
    title: "What a sprint has found is an answer, whether it replays or not",
    source: "the guard of the sprint",
    file: "porcupine/search/opening.ts",
    anchor: "if (!replays(this.#problem, order, 0, this.#budget)) return undefined;",
    replacement: "",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-rest-lossy",
    title: "A sprint that got stuck keeps the depth-first search back also where answers were lost",
    source:
      "crashed operations of a model with nothing but a step: Go's search is done in 29 ms, ours took 640",
    file: "porcupine/search/opening.ts",
    anchor: "this.#rests = returns.length < count && ",
    replacement: "this.#rests = returns.length < 0 && ",
    killedBy: SPRINT,
  },
  {
    id: "PC-rest-every",
    title:
      "After three rounds in vain depth-first search rests until the late round, where answers were lost",
    source: "crashed operations of a model with nothing but a step",
    file: "porcupine/search/opening.ts",
    anchor: "const LOSSY = { most: 1 / 8, rounds: 3, every: 6 };",
    replacement: "const LOSSY = { most: 1 / 8, rounds: 3, every: Infinity };",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-last",
    title: "A sprint that gets far is not gone on with once the searches have begun",
    source:
      "crashed appends of a model with nothing but a step: found in 20 ms by a sprint, in 15 s by no search",
    file: "porcupine/search/opening.ts",
    anchor: "new Map([[1, 12_000], [6, 100_000]])",
    replacement: "new Map([[1, 12_000]])",
    killedBy: "test -A --no-check --filter=/gone.on.with/ tests/porcupine/sprint_test.ts",
  },
  {
    id: "PC-replay-time",
    title: "A replay lets an operation stand behind one that was called after its return",
    source: "the guard of the sprint: real time",
    file: REPLAY,
    anchor: "if (present[k] !== 0 || ret[k] < lastCall) return false;",
    replacement: "if (present[k] !== 0) return false;",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-replay-twice",
    title: "A replay lets an operation stand in two places",
    source: "the guard of the sprint: once",
    file: REPLAY,
    anchor: "if (present[k] !== 0 || ret[k] < lastCall) return false;",
    replacement: "if (ret[k] < lastCall) return false;",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-replay-step",
    title: "A replay lets an answer pass that is impossible where it stands",
    source: "the guard of the sprint: the model takes every step",
    file: REPLAY,
    anchor: "if (next === ILLEGAL) return false;",
    replacement: "if (next === ILLEGAL) continue;",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-sprint-waiting",
    title: "A sprint takes for waiting what was waiting the last time",
    source: "the sprint: a list that is used again is shortened",
    file: SPRINTER,
    anchor: "waiting.length = count;",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-choice",
    title: "A choice that is used again begins behind the ways of the last one",
    source: "the sprint: choices are used again",
    file: "porcupine/search/choice.ts",
    anchor: "    this.#next = 0;",
    replacement: "",
    killedBy: SPRINT,
  },
  {
    id: "PC-replay-whole",
    title: "A replay does not miss what is left out",
    source: "the guard of the sprint: each that returned",
    file: REPLAY,
    anchor: "for (let p = 0; p < returns.length; p++) if (present[returns[p]] === 0) return false;",
    replacement: "",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-journal-back",
    title: "What was written down stays there when the search goes back",
    source: "depth-first: the journal of what was placed",
    file: "porcupine/search/depth.ts",
    anchor: "if (this.#journal !== undefined) this.#journal.length = this.#frames[",
    replacement: "if (this.#journal === null) this.#journal.length = this.#frames[",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-journal-twice",
    title: "What did nothing, and is placed later, is written down in both places",
    source: "depth-first: the journal of what was placed",
    file: "porcupine/search/journal.ts",
    anchor: "else if (placed[~entries[i]] === 0) order",
    replacement: "else order",
    killedBy: REPLAY_TEST,
  },
  {
    id: "PC-sight-late",
    title: "What states look like is learned only from an answer that is the present one",
    source: "sprint: forty appends in pairs, and one read of them",
    file: "porcupine/search/sight.ts",
    anchor: 'if (this.isOpen || typeof first !== "string") return false;',
    replacement: "return false;",
    killedBy: SPRINT,
  },
  {
    id: "PC-sprint-from-there",
    title: "Where it is seen what should have been placed, what was placed stays",
    source: "sprint: it begins again",
    file: SPRINTER,
    anchor:
      "this.#present.turnTo(this.#trail.undo(0, this.#present.state));\n    this.#backTo(0);\n    this.#enter(0);",
    replacement: "",
    killedBy: SPRINT,
  },
];
