/** What comes of the rounds of a check in more threads than one, told step by step: no thread is started. */
import { assertEquals } from "@std/assert";
import {
  type Keyed,
  keyedModel,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { UNDECIDED } from "../../porcupine/decide.ts";
import type { Decision } from "../../porcupine/decision.ts";
import { recorded } from "../../porcupine/parts.ts";
import { Ledger } from "../../porcupine/parallel/ledger.ts";
import { type Finding, Race } from "../../porcupine/parallel/race.ts";
import type { Finish } from "../../porcupine/search/result.ts";
import { Helper } from "../../porcupine/workers.ts";

const KEYED = keyedModel(registerModel());

/** A write to a key of which nobody hears again. */
function lost(key: string, client: number): Operation<Keyed<RegisterInput>, RegisterOutput> {
  return {
    client,
    callAt: client,
    input: { key, input: { f: "write", value: 1 } },
    outcome: { status: "unknown" },
  };
}

/** Something that another thread has found of a partition. */
function found(verdict: Decision["verdict"], work: number, stopped: string | null = null): Finding {
  return { decision: { ...UNDECIDED, verdict }, work, stopped };
}

Deno.test("whatever other threads have found, and when, what is told is what one thread would have decided in each round", () => {
  const history = ["a", "b", "c", "d"].map(lost);
  const budget = new Budget({});
  const prepared = prepare(KEYED, history, budget);
  if ("kind" in prepared) throw new TypeError("nothing limits it");
  const options = { strategy: "search" } as const;
  const given = {
    model: KEYED,
    workers: 1,
    history: recorded(history),
    prepared,
    swept: [],
    budget,
    options,
  };
  const ledger = new Ledger(given, []);
  ledger.note(2, found("ok", 100));
  ledger.note(3, found("unknown", 100, "effort"));
  // A contradiction that one thread would not have found in this round.
  ledger.note(1, found("illegal", ledger.mostOf(1) + 1));
  ledger.note(0, found("ok", ledger.mostOf(0) + 1));
  assertEquals([ledger.end, ledger.nextRound(), ledger.isSettled(2), ledger.isOpen(1)], [
    4,
    true,
    true,
    true,
  ]);
  ledger.note(3, found("ok", 100));
  ledger.note(1, found("illegal", ledger.mostOf(1)));
  ledger.note(0, found("unknown", ledger.mostOf(0), "effort"));
  assertEquals([ledger.end, ledger.nextRound()], [2, false]);
  const told = ledger.decisions().map((one) => one?.verdict);
  assertEquals(told, [undefined, "illegal", "ok", undefined]);
});

const TASK = 3;

/** A contest of which each turn of the depth-first search costs 10, until its ration is used up, or it is done. */
class Rationed {
  readonly rounds = { depth: 0, frontier: 0 };
  readonly #end: number;
  readonly #budget: Budget;

  constructor(end: number, budget: Budget) {
    this.#end = end;
    this.#budget = budget;
  }

  depthTurn(): Finish | undefined {
    this.#budget.spend(10);
    const round = this.rounds.depth;
    const order = [1];
    if (this.#budget.stopped !== undefined) {
      return { round, result: { verdict: "unknown", order: [], reached: 0, start: 0 } };
    }
    if (round === this.#end) return { round, result: { verdict: "ok", order, reached: 0, start: 0 } };
    this.rounds.depth++;
    return undefined;
  }

  frontierTurn(): Finish | undefined {
    this.rounds.frontier++;
    return undefined;
  }
}

/** A race in which depth-first is done in round `end`, with a ration; the other one is in another thread. */
function rationed(end: number, ration: number): Race {
  const budget = new Budget({});
  budget.ration(ration);
  const race = new Race(new Rationed(end, budget), budget);
  const silent: Helper = Object.create(Helper.prototype);
  race.begin(TASK, silent);
  race.otherTurns = 1;
  return race;
}

/** What the other thread says: done in this round, or its ration is used up. */
function said(round: number, isOver: boolean) {
  const works = Array.from({ length: round + 1 }, (_, i) => i + 1);
  const result = { verdict: isOver ? "unknown" : "ok", order: [2], reached: 0, start: 0 } as const;
  const stopped = isOver ? "effort" : null;
  return { kind: "raced", check: 1, task: TASK, finish: { round, result }, works, stopped } as const;
}

Deno.test("a search whose ration is used up waits for one that may have been done in an earlier round", () => {
  const race = rationed(100, 45);
  while (!race.turn());
  assertEquals(race.mustWait, true);
  race.hear(said(2, false));
  assertEquals(race.mustWait, false);
  const { decision, work } = race.finding();
  // Three turns of each.
  assertEquals([Array.from(decision.order), work], [[2], 30 + 3]);
});

Deno.test("a search goes on although the ration of the other one is used up, which began a round that this one has not", () => {
  for (const [end, order] of [[3, [1]], [4, [1]], [5, undefined]] as const) {
    const race = rationed(end, 1000);
    race.turn();
    race.hear(said(4, true));
    while (!race.turn());
    const { decision, stopped } = race.finding();
    assertEquals(
      [stopped, Array.from(decision.order)],
      order === undefined ? ["effort", []] : [null, [...order]],
    );
  }
});
