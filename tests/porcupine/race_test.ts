/** Who wins a race of two threads, and whose answers count: what the clock decides elsewhere is told here step by step. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { Questions, recorded } from "../../porcupine/parts.ts";
import { Cells } from "../../porcupine/parallel/cells.ts";
import { Crew } from "../../porcupine/parallel/crew.ts";
import type { Reply } from "../../porcupine/parallel/messages.ts";
import { DESERTED, Race } from "../../porcupine/parallel/race.ts";
import { Competition } from "../../porcupine/search/compete.ts";
import type { Finish } from "../../porcupine/search/result.ts";
import { DepthSearch } from "../../porcupine/search/depth.ts";
import { compile, type Problem } from "../../porcupine/search/problem.ts";
import { States } from "../../porcupine/search/states.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import { Helper } from "../../porcupine/workers.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { plain } from "./fuzz/compare.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

/** A search that takes so many turns; `order` tells whose result it is. */
function finish(round: number, order: readonly number[]): Finish {
  return { round, result: { verdict: "ok", order, reached: 0, start: 0 } };
}

/** A contest whose depth-first search finishes in a round; the other one runs elsewhere. */
class Contest {
  readonly rounds = { depth: 0, frontier: 0 };
  readonly #end: number;

  constructor(end: number) {
    this.#end = end;
  }

  depthTurn(): Finish | undefined {
    if (this.rounds.depth === this.#end) return finish(this.#end, [1]);
    this.rounds.depth++;
    return undefined;
  }

  frontierTurn(): Finish | undefined {
    this.rounds.frontier++;
    return undefined;
  }
}

const TASK = 3;

/** Stands for a thread that has not been started: what it would say is said here. */
function silent(): Helper {
  return Object.create(Helper.prototype);
}

function raced(round: number): Reply {
  const works = Array.from({ length: round + 1 }, (_, i) => 10 * (i + 1));
  return { kind: "raced", check: 1, task: TASK, finish: finish(round, [2]), works, stopped: null };
}

/**
 * A race whose depth-first search, here, is done in a round, while the other one is in another thread and has come further than
 * it has here.
 */
function raceDoneIn(round: number): Race {
  const race = new Race(new Contest(round), new Budget({}));
  race.begin(TASK, silent());
  race.otherTurns = 1;
  while (!race.turn());
  return race;
}

Deno.test("depth-first waits for a thread that may be done in an earlier round, however far that is behind", () => {
  for (const [own, other, winner] of [[5, 4, 2], [5, 5, 1], [4, 5, 1], [2, 1, 2], [0, 1, 1]] as const) {
    const race = raceDoneIn(own);
    assertEquals(race.mustWait, own > 0);
    if (race.mustWait) {
      race.hear({ kind: "turn", check: 1, task: TASK, turns: Math.min(own - 1, other) });
      assertEquals(race.mustWait, true);
    }
    race.hear(raced(other));
    assertEquals(race.mustWait, false);
    assertEquals(Array.from(race.finding().decision.order), [winner], `round ${own} against round ${other}`);
  }
});

Deno.test("a thread of which nothing is heard is not waited for: its search goes on here, too", () => {
  for (const turns of [0, 1]) {
    const competition = new Contest(4);
    const race = new Race(competition, new Budget({}));
    race.begin(TASK, silent());
    race.otherTurns = turns;
    while (!race.turn());
    assertEquals([competition.rounds.frontier, race.mustWait], turns === 0 ? [4, false] : [0, true]);
  }
});

/** A contest whose turns cost something: in each round so much depth-first, and so much the other way. */
class Dear extends Contest {
  readonly #budget: Budget;
  readonly #depth: number;
  readonly #frontier: (round: number) => number;

  constructor(
    budget: Budget,
    { depth, frontier }: { readonly depth: number; readonly frontier: (round: number) => number },
  ) {
    super(100);
    this.#budget = budget;
    this.#depth = depth;
    this.#frontier = frontier;
  }

  override depthTurn(): Finish | undefined {
    this.#budget.spend(this.#depth);
    return super.depthTurn();
  }

  override frontierTurn(): Finish | undefined {
    this.#budget.spend(this.#frontier(this.rounds.frontier));
    return super.frontierTurn();
  }
}

const EQUAL = (): number => 100;
const DOUBLE = (round: number): number => 100 * 2 ** round;

for (
  const { what, depth, frontier, taken, behind } of [
    { what: "one turn behind, where turns double", depth: 100, frontier: DOUBLE, taken: 8, behind: 1 },
    { what: "three turns of ten behind", depth: 100, frontier: EQUAL, taken: 10, behind: 3 },
    { what: "two turns of ten behind", depth: 100, frontier: EQUAL, taken: 10, behind: 2 },
    {
      what: "one turn of ten behind, while depth-first rests",
      depth: 0,
      frontier: EQUAL,
      taken: 10,
      behind: 1,
    },
    { what: "as far, while depth-first rests", depth: 0, frontier: EQUAL, taken: 10, behind: 0 },
  ]
) {
  const isNear = behind === 0 || (behind === 2 && depth > 0);
  const does = isNear ? "is left to it" : "goes on here, too";
  Deno.test(`with a thread that is ${what} its search ${does}`, () => {
    const budget = new Budget({});
    const competition = new Dear(budget, { depth, frontier });
    const race = new Race(competition, budget);
    race.begin(TASK, silent());
    while (competition.rounds.frontier < taken) assertEquals(race.turn(), false);
    race.otherTurns = taken - behind;
    assertEquals(race.turn(), false);
    assertEquals(competition.rounds.frontier, isNear ? taken : taken + 1);
  });
}

Deno.test("a thread that has come as far without an answer is not waited for", () => {
  const race = raceDoneIn(4);
  race.otherTurns = 3;
  assertEquals(race.mustWait, true);
  race.otherTurns = 4;
  assertEquals(race.mustWait, false);
  assertEquals(Array.from(race.finding().decision.order), [1]);
});

Deno.test("what is heard between two turns settles a race: no other turn is begun", () => {
  for (const [round, turns] of [[4, 5], [5, 6]] as const) {
    const competition = new Contest(100);
    const race = new Race(competition, new Budget({}));
    race.begin(TASK, silent());
    race.otherTurns = 1;
    for (let i = 0; i < 5; i++) assertEquals(race.turn(), false);
    race.hear(raced(round));
    // Depth-first would win a tie: the round in which the other one finished it has to complete.
    assertEquals([race.turn(), competition.rounds.depth], [true, turns]);
    assertEquals(Array.from(race.finding().decision.order), [2]);
  }
});

/** A contest in which it becomes known, in the middle of a turn, in which round the other search has finished. */
class Overtaken extends Contest {
  race: Race | undefined = undefined;
  readonly #turn: number;
  readonly #round: number;

  constructor(turn: number, round: number) {
    super(100);
    this.#turn = turn;
    this.#round = round;
  }

  override depthTurn(): Finish | undefined {
    if (this.rounds.depth === this.#turn) this.race?.concede(this.#round);
    return super.depthTurn();
  }
}

Deno.test("in the middle of a turn depth-first gives up once the other search has finished in a round that it has completed", () => {
  for (const [round, isLost] of [[4, true], [5, false], [6, false]] as const) {
    const competition = new Overtaken(5, round);
    const budget = new Budget({});
    const race = competition.race = new Race(competition, budget);
    race.begin(TASK, silent());
    race.otherTurns = 1;
    for (let i = 0; i < 5; i++) assertEquals(race.turn(), false);
    assertEquals([race.turn(), race.mustWait, budget.stopped !== undefined], [isLost, isLost, isLost]);
    race.hear(raced(round));
    assertEquals(race.mustWait, false);
    while (!race.turn());
    const { decision, stopped } = race.finding();
    assertEquals([Array.from(decision.order), stopped], [[2], null], "what gave up says nothing of limits");
  }
});

/** The same where the turn that is given up ends there and then, and says that it has found nothing. */
class BrokenOff extends Overtaken {
  override depthTurn(): Finish | undefined {
    const { depth } = this.rounds;
    const found = super.depthTurn();
    return this.race?.mustWait === true
      ? { round: depth, result: { verdict: "unknown", order: [], reached: 0, start: 0 } }
      : found;
  }
}

Deno.test("a race that was given up to a thread that then ended is begun again", () => {
  for (const competition of [new Overtaken(2, 1), new BrokenOff(2, 1)]) {
    const race = competition.race = new Race(competition, new Budget({}));
    race.begin(TASK, silent());
    race.otherTurns = 1;
    while (!race.turn());
    race.desert();
    assertEquals([race.mustWait, race.finding().stopped], [false, DESERTED]);
  }
});

Deno.test("an answer is begun again if the thread that might have been first has ended without a word", () => {
  for (const [own, here, isOpen] of [[5, 0, true], [5, 4, true], [5, 5, false], [0, 0, false]] as const) {
    const competition = new Contest(own);
    const race = new Race(competition, new Budget({}));
    race.begin(TASK, silent());
    // Turns of the other search that have been taken here, before the other thread was ahead.
    while (competition.rounds.frontier < here && !race.turn());
    race.otherTurns = 100;
    while (!race.turn());
    race.otherTurns = competition.rounds.frontier;
    race.desert();
    const { decision, stopped } = race.finding();
    const expected = isOpen ? [[], DESERTED] : [[1], null];
    assertEquals([Array.from(decision.order), stopped], expected, `round ${own}, ${here} turns here`);
    assertEquals(race.mustWait, false);
  }
});

Deno.test("what another thread has won stays won if it ends afterwards", () => {
  const race = raceDoneIn(2);
  race.hear(raced(1));
  race.desert();
  const { decision, stopped } = race.finding();
  assertEquals([Array.from(decision.order), stopped], [[2], null]);
});

Deno.test("a search that is begun again takes all turns here, whatever turns are known of a thread that is gone", () => {
  const competition = new Contest(5);
  const race = new Race(competition, new Budget({}));
  race.otherTurns = 100;
  while (!race.turn());
  assertEquals(competition.rounds, { depth: 5, frontier: 5 });
});

Deno.test("cells tell turns, and the round in which a race was finished, apart", () => {
  const cells = Cells.ofTasks(2);
  assertEquals([cells.turnsOf(1), cells.finishOf(1)], [0, Infinity]);
  cells.setTurns(1, 3);
  assertEquals([cells.turnsOf(1), cells.finishOf(1)], [3, Infinity]);
  cells.setFinish(1, 0);
  assertEquals([cells.turnsOf(1), cells.finishOf(1), cells.finishOf(0)], [0, 0, Infinity]);
});

Deno.test("an answer that belongs to an earlier check of the same threads is not heard", () => {
  const model = registerModel();
  const operations: Operation<RegisterInput, RegisterOutput>[] = [];
  const budget = new Budget({});
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) throw new TypeError("an empty history is soon prepared");
  const pool = new WorkerPool({ workers: 0 });
  const history = recorded(operations);
  const heard: Reply[] = [];
  const crews = [1, 2].map(() =>
    new Crew({ model, workers: 0, history, prepared, swept: [], budget, options: {} }, pool, {
      startedAt: 0,
      mostOf: () => Infinity,
      hear: (reply) => heard.push(reply),
      desert: () => {},
    })
  );
  for (let check = 0; check < 1000; check++) crews[1].hear({ kind: "declined", check, task: 0 });
  // Of all checks one was its own.
  assertEquals(heard.length, 1);
  crews[0].hear(heard[0]);
  assertEquals(heard.length, 1);
});

/** A crowd on five values, as a problem of a model with nothing but a step function. */
function crowded(budget: Budget): Problem<RegisterValue, RegisterInput, RegisterOutput> {
  const spec = specOf({ clients: 30, ops: 2000, seed: 305, reads: 1 / 3, cas: 1 / 3, values: 5 });
  const history = simulate(spec).ok.map(registerOperation);
  const model = plain(registerModel());
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared) throw new TypeError("there is no limit");
  return compile(model, new Questions(recorded(history), prepared.parts[0]));
}

Deno.test("a turn of depth-first that makes way with many configurations for each level ends all the same", () => {
  const budget = new Budget({});
  const problem = crowded(budget);
  const search = new DepthSearch(new Walk(problem, new States(problem, budget)), budget, () => false);
  for (let turn = 0; turn < 20; turn++) {
    const from = search.furthest;
    assertEquals(search.run(100, 0), "running");
    assert(search.furthest - from <= 200, "each level takes a configuration at least");
  }
});

Deno.test("neither search has a turn that is many times as long as its round allows, so that two threads do not wait", () => {
  const budget = new Budget({});
  const competition = new Competition(crowded(budget), budget);
  for (let round = 0, finish: Finish | undefined; finish === undefined; round++) {
    const before = budget.work;
    finish = competition.depthTurn();
    const spent = budget.work - before;
    if (round >= 2) assert(spent < 6 * 64 * 2 ** round, `round ${round}: ${spent} configurations`);
    finish ??= competition.frontierTurn();
  }
});
