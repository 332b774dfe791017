/**
 * Planted bugs in the rounds in which partitions are decided.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const ROUNDS = "porcupine/rounds.ts";
const LEDGER = "porcupine/parallel/ledger.ts";
const RACE = "porcupine/parallel/race.ts";
const SOURCE = "rounds: a hard partition does not hold up the contradiction in a later one";
const killedBy = "test -A --no-check tests/porcupine/rounds_test.ts";
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
];
