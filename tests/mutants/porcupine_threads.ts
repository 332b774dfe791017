/**
 * Planted bugs for races of two threads, and for operations that are read along a history, judged here or sent to another thread.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const RACE = "test -A --no-check tests/porcupine/race_test.ts";
const RELAY = "porcupine/search/values/relay.ts";
const JOINED = "test -A --no-check tests/porcupine/relay_test.ts";
const PIECES = "parallel: from the middle on, and again from in between";
const TEXTS = "porcupine/parallel/texts.ts";
const WRITTEN = "test -A --no-check tests/porcupine/texts_test.ts";
const READINGS = "porcupine/readings.ts";
const READ = "test -A --no-check tests/porcupine/readings_test.ts";
const ALONG = "readings: a history of many keys is read once, as it lies in memory";

/** These mutants. */
export const porcupineThreadMutants: readonly Mutant[] = [
  {
    id: "PC-race-rounds",
    title: "In a race the search that finished in a later round wins, because it was heard of first",
    source: "parallel: who finishes in the lower round wins",
    file: "porcupine/parallel/race.ts",
    anchor: "(own === undefined || other.round < own.round)",
    replacement: "(own === undefined || other.round > own.round)",
    killedBy: RACE,
  },
  {
    id: "PC-race-way",
    title: "A turn of depth-first has no end as long as it makes way, however hard that is",
    source: "parallel: a race of two threads is worth as much as the turns of both take as long",
    file: "porcupine/search/depth.ts",
    anchor: " || this.#entered >= end) return",
    replacement: ") return",
    killedBy: RACE,
  },
  {
    id: "PC-race-turns",
    title: "Where operations are watched depth-first has turns as long as where they are not",
    source: "parallel: a race of two threads is worth as much as the turns of both take as long",
    file: "porcupine/search/compete.ts",
    anchor: "this.#problem.watches && !alone",
    replacement: "this.#problem.watches && alone",
    killedBy: RACE,
  },
  {
    id: "PC-race-heard",
    title: "A race that is settled by what was heard goes on for another turn",
    source: "parallel: nobody works longer than it takes to know that the answer is there",
    file: "porcupine/parallel/race.ts",
    anchor: "if (this.#other !== undefined && this.#other.round < competition.rounds.depth) return true;",
    replacement: "",
    killedBy: RACE,
  },
  {
    id: "PC-race-tie",
    title: "Depth-first gives up in the round in which the other search has finished, which it may still win",
    source: "parallel: if both finish in one round depth-first has won",
    file: "porcupine/parallel/race.ts",
    anchor: "round >= this.#competition.rounds.depth) return;",
    replacement: "round > this.#competition.rounds.depth) return;",
    killedBy: RACE,
  },
  {
    id: "PC-race-given-up",
    title: "Whoever has given up a race does not wait for the answer for which that was done",
    source: "parallel: that a race is lost is known before the answer has come",
    file: "porcupine/parallel/race.ts",
    anchor: "if (this.#hasConceded) return !this.isOtherDone;",
    replacement: "",
    killedBy: RACE,
  },
  {
    id: "PC-race-orphan",
    title: "The answer of this thread counts though the other one, which might have been first, has ended",
    source: "parallel: a thread that is gone costs what it had been given, not the certificate",
    file: "porcupine/parallel/race.ts",
    anchor: "own === undefined || this.#isUnsettled",
    replacement: "own === undefined",
    killedBy: RACE,
  },
  {
    id: "PC-trial-again",
    title: "A search that was begun with little effort is begun again",
    source: "parallel: what has been tried is gone on with, at the cost of one thread",
    file: "porcupine/search/values/decide.ts",
    anchor: "const end = budget.work + work;",
    replacement: "const end = budget.work + work;\n    this.#search = undefined;",
    killedBy: JOINED,
  },
  {
    id: "PC-relay-declined",
    title: "A task that this thread took back from its helper ends the relay about that task",
    source: "parallel: what is declined was to be decided, not searched from the middle on",
    file: "porcupine/parallel/relay.ts",
    anchor: 'if (reply.kind === "relayOver")',
    replacement: 'if (reply.kind === "relayOver" || reply.kind === "declined")',
    killedBy: JOINED,
  },
  {
    id: "PC-relay-piece",
    title: "A search that has met one piece is joined to another one",
    source: PIECES,
    file: "porcupine/parallel/relay.ts",
    anchor: " && later.piece === met?.piece",
    replacement: "",
    killedBy: JOINED,
  },
  {
    id: "PC-relay-tail",
    title: "A piece goes on as the one before it did from its beginning, not from where they met",
    source: PIECES,
    file: RELAY,
    anchor: "later.path.subarray(leg.from)",
    replacement: "later.path",
    killedBy: JOINED,
  },
  {
    id: "PC-relay-spared",
    title: "What a piece was spared by the one before it has cost nothing",
    source: PIECES,
    file: RELAY,
    anchor: "work() - note.work + afterwards",
    replacement: "work() - note.work",
    killedBy: JOINED,
  },
  {
    id: "PC-relay-itself",
    title: "A piece counts as met where it has just shown itself",
    source: PIECES,
    file: RELAY,
    anchor: "piece.widthIndex, piece.number)",
    replacement: "piece.widthIndex, piece.number + 1)",
    killedBy: JOINED,
  },
  {
    id: "PC-texts-unread",
    title: "An operation of which a model's kind says nothing is taken for one that does nothing",
    source: "readings: a history of many keys is read once, as it lies in memory",
    file: READINGS,
    anchor: "this.op = memory.uint8(length).fill(UNREAD_TEXT);",
    replacement: "this.op = memory.uint8(length);",
    killedBy: WRITTEN,
  },
  {
    id: "PC-texts-cut",
    title: "Texts that were sent as one are cut where they do not end",
    source: "parallel: all texts of a partition are sent as one",
    file: TEXTS,
    anchor: "k < op.length; from = ends[k++]",
    replacement: "k < op.length; from = ends[k++] - 1",
    killedBy: WRITTEN,
  },
  {
    id: "PC-texts-work",
    title: "What was judged in another thread has cost less than in this one",
    source:
      "parallel: the explanation is rationed by what was spent, which is the same in any number of threads",
    file: TEXTS,
    anchor: "budget.tick(k);\n    value[k] = text.slice",
    replacement: "value[k] = text.slice",
    killedBy: WRITTEN,
  },
  {
    id: "PC-read-unread",
    title: "An operation on a register of which the view says nothing counts as one that does nothing",
    source: ALONG,
    file: READINGS,
    anchor:
      'if (code === UNREAD) return undefined;\n    if (code === NOTHING) return { op: "nothing" };\n    const swapped',
    replacement: 'if (code === UNREAD || code === NOTHING) return { op: "nothing" };\n    const swapped',
    killedBy: READ,
  },
  {
    id: "PC-read-zero",
    title: "Whether a value was 0 or -0 is forgotten",
    source: ALONG,
    file: READINGS,
    anchor: "value >= 0 && Object.is(value | 0, value)",
    replacement: "value >= 0 && (value | 0) === value",
    killedBy: READ,
  },
  {
    id: "PC-read-negative",
    title: "A number less than 0 is taken for a place in the list of other values",
    source: ALONG,
    file: READINGS,
    anchor: "value >= 0 && Object.is",
    replacement: "Object.is",
    killedBy: READ,
  },
  {
    id: "PC-read-believed",
    title: "Whoever explains believes every answer that was read along the history",
    source: "readings: they are of use where all answers are believed",
    file: "porcupine/check.ts",
    anchor: "const doubted = { ...recorded, readings: undefined };",
    replacement: "const doubted = recorded;",
    killedBy: READ,
  },
  {
    id: "PC-read-failure",
    title: "A view that fails on a partition that does not matter fails the check",
    source: "readings: what is not needed does no harm",
    file: READINGS,
    anchor: "} catch {\n",
    replacement: "} catch (error) {\n    if (error instanceof RangeError) throw error;\n",
    killedBy: READ,
  },
];
