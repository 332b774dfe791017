/**
 * Planted bugs in the rounds in which partitions are decided.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ROUNDS = "porcupine/rounds.ts";
const LEDGER = "porcupine/parallel/ledger.ts";
const RACE = "porcupine/parallel/race.ts";
const ATTEMPT = "porcupine/attempt.ts";
const SHELF = "porcupine/shelf.ts";
const SOURCE = "rounds: a hard partition does not hold up the contradiction in a later one";
const killedBy = "test -A --no-check tests/porcupine/rounds_test.ts";
const KEPT = "test -A --no-check tests/porcupine/shelf_test.ts";
const GONE_ON = "rounds: a search that is gone on with is as if it had never been stopped";
const RATIONS = "test -A --no-check tests/porcupine/rations_test.ts";

/** These mutants. */
export const porcupineRoundMutants: readonly Mutant[] = [
  {
    id: "PC-rounds-none",
    title: "Partitions are decided one after the other, each to its end",
    source: SOURCE,
    file: ROUNDS,
    anchor: "isLast || swept[p] !== undefined ? Infinity",
    replacement: "isLast || p >= 0 ? Infinity",
    killedBy,
  },
  {
    id: "PC-rounds-last",
    title: "The last partition is put off, too, though it holds up nobody",
    source: SOURCE,
    file: ROUNDS,
    anchor: "isLast || swept[p] !== undefined ? Infinity",
    replacement: "swept[p] !== undefined ? Infinity",
    killedBy,
  },
  {
    id: "PC-rounds-dropped",
    title: "What was put off stays unknown",
    source: SOURCE,
    file: ROUNDS,
    anchor: "putOff.push(p);",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-rounds-counted",
    title: "What was tried in vain counts, so that the next partition has less",
    source: "rounds: what is counted is what the decisions cost, in any number of threads",
    file: ROUNDS,
    anchor: "budget.work = work;",
    replacement: "",
    killedBy,
  },
  {
    id: "PC-rounds-told",
    title: "Beside an illegal partition those that were put off are told as unknown",
    source: "rounds: the same certificate in any number of threads",
    file: ROUNDS,
    anchor: 'one?.verdict === "unknown" ? undefined : one',
    replacement: "one",
    killedBy,
  },
  {
    id: "PC-rounds-furthest",
    title: "At a limit a partition is told as the last round left it, however early that was cut short",
    source: "rounds: where a limit strikes all that any round has explained is told",
    file: ROUNDS,
    anchor: "before.order.length > after.order.length ? before.order : after.order",
    replacement: "after.order",
    killedBy,
  },
  {
    id: "PC-rounds-settled",
    title: "In several threads what an earlier round has decided behind an illegal partition is not told",
    source: "rounds: the same certificate in any number of threads",
    file: LEDGER,
    anchor: "task >= this.#end && !this.isSettled(task)",
    replacement: "task >= this.#end",
    killedBy: RATIONS,
  },
  {
    id: "PC-rounds-early",
    title:
      "In several threads a partition is decided as soon as anybody has decided it, whatever one thread may",
    source: "rounds: the same certificate in any number of threads",
    file: LEDGER,
    anchor: "if (isPutOff(finding, this.#most(task))) {",
    replacement: 'if (finding.stopped === "effort") {',
    killedBy: RATIONS,
  },
  {
    id: "PC-rounds-race-wait",
    title: "A search whose ration is used up does not wait for one that may have been done before",
    source: "rounds: a race goes on until it is known what one thread would have found",
    file: RACE,
    anchor: ' || this.#budget.stopped === "effort")',
    replacement: ")",
    killedBy: RATIONS,
  },
  {
    id: "PC-rounds-race-end",
    title: "A race ends when the ration of the other search is used up, though this one has not come as far",
    source: "rounds: a race goes on until it is known what one thread would have found",
    file: RACE,
    anchor: ' && this.#otherStopped !== "effort"',
    replacement: "",
    killedBy: RATIONS,
  },
  {
    id: "PC-shelf-anew",
    title: "Every search that is put off is begun again",
    source: "rounds: who is put off is not begun again",
    file: SHELF,
    anchor: "this.#kept.set(p, { pending, bytes });",
    replacement: "",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-torn",
    title: "A search that was cut short in the middle of a turn is gone on with",
    source: GONE_ON,
    file: ATTEMPT,
    anchor: "if (budget.stopped !== undefined) return { decision, pending: NOT_BEGUN };",
    replacement:
      'if (budget.stopped !== undefined) return { decision, pending: { kind: "search", competition, work: budget.work - from } };',
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-spent",
    title: "What a search has cost in earlier rounds is forgotten",
    source: "rounds: what is counted is what the decisions cost, in any number of threads",
    file: ATTEMPT,
    anchor: "      budget.work += pending.work;\n      return goOn",
    replacement: "      return goOn",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-found",
    title: "What was found in a turn that was too long for its round costs nothing in the next",
    source: "rounds: the same certificate in any number of threads",
    file: ATTEMPT,
    anchor: "budget.work += pending.work;\n    return { decision",
    replacement: "return { decision",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-endless",
    title: "A single turn may cost whatever it takes",
    source: "rounds: a turn without end does not hold up the others",
    file: ATTEMPT,
    anchor: "from + OVERRUN * most - budget.work",
    replacement: "Infinity",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-room",
    title: "What is kept may fill all of the memory",
    source: "rounds: what is kept leaves the search at work its room",
    file: SHELF,
    anchor: "if (this.bytes + bytes > this.#most) return;",
    replacement: "",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-uncounted",
    title: "A search that is gone on with is taken for one that has grown by all that it holds",
    source: "issue 3: limits on memory hold",
    file: "porcupine/budget.ts",
    anchor: "const bytes = held + this.kept.bytes;",
    replacement: "const bytes = held;",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-greedy",
    title: "A limit of memory strikes although what is kept for later could be forgotten",
    source: "issue 3: limits on memory hold",
    file: "porcupine/budget.ts",
    anchor: "if (held + this.kept.bytes > this.#memoryLimit) this.kept.clear();",
    replacement: "",
    killedBy: KEPT,
  },
  {
    id: "PC-shelf-swollen",
    title: "When the process has nearly grown to its limit what is kept for later stays",
    source: "issue 3: limits on memory hold",
    file: "porcupine/budget.ts",
    anchor: "if (this.#isNearLimit) this.kept.clear();",
    replacement: "",
    killedBy: KEPT,
  },
  {
    id: "PC-glide-unseen",
    title: "At a limit what was not looked at is taken to lie behind what was",
    source: "glide: whether a history lies in order is seen as far as it was gone through",
    file: "porcupine/gliding.ts",
    anchor: ", earliestCall(operations, called))",
    replacement: ")",
    killedBy: "test -A --no-check --fail-fast tests/porcupine/glide_test.ts",
  },
  {
    id: "PC-race-won",
    title: "A thread that ends takes with it what it has won",
    source: "parallel: verdict and certificate are those of one thread, also if one is ended",
    file: "porcupine/parallel/race.ts",
    anchor: "if (!this.isOtherDone) this.#otherStopped = DESERTED;",
    replacement: "if (!this.isAlone) this.#otherStopped = DESERTED;",
    killedBy: "test -A --no-check tests/porcupine/race_test.ts",
  },
  {
    id: "PC-race-gone",
    title: "A search that is begun again leaves the other one to a thread that is gone",
    source: "parallel: verdict and certificate are those of one thread, also if one is ended",
    file: "porcupine/parallel/race.ts",
    anchor: "if (isAhead && !this.isAlone) return false;",
    replacement: "if (isAhead) return false;",
    killedBy: "test -A --no-check tests/porcupine/race_test.ts",
  },
];
