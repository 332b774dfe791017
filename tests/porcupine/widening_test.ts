/** A search of a register's values keeps few configurations, and more only where these come to nothing. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import type { Decision } from "../../porcupine/decision.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { ValueSearch } from "../../porcupine/search/values/search.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { contestOf } from "./fuzz/contests.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";
import { byValues, decideOneWay } from "./fuzz/registers.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Mostly swapped: the few configurations that owe least come to nothing some twenty times in two thousand operations. */
function crowd(clients: number, ops: number, seed: number): History {
  return simulate(specOf({ clients, ops, values: 3, reads: 1 / 3, cas: 0.6, seed })).ok.map(
    registerOperation,
  );
}

/** The same with one answer after another turned into its opposite, from the middle on. */
function wrong(history: History, seed: number, count: number): History {
  const random = new Random(seed);
  const changed = history.slice();
  for (let i = 0; i < count; i++) {
    const at = Math.floor(history.length / 2) + random.below(Math.floor(history.length / 4));
    changed[at] = turned(changed[at]);
  }
  return changed;
}

function turned(operation: History[number]): History[number] {
  const { outcome } = operation;
  if (outcome.status !== "ok" || outcome.output.f !== "cas") return operation;
  return {
    ...operation,
    outcome: { ...outcome, output: { f: "cas", swapped: !outcome.output.swapped } },
  };
}

/** What a search says that throws nothing away. */
function exactly(history: History): string {
  const { contest, budget } = contestOf(history);
  return new ValueSearch(contest.operations, budget).run(1 << 20);
}

function searched(history: History, budget: Budget = new Budget({})): Decision {
  const found = decideOneWay(byValues, registerModel(), history, undefined, budget);
  assert(found !== undefined, "the search has come to an answer");
  return found;
}
const swapped =
  "mostly swapped crowds of two thousand operations are explained, and what is found to be impossible is so in an exact search, too";
Deno.test(swapped, () =>
  forSeeds(swapped, 6, (seed) => {
    const model = registerModel();
    const clients = [12, 20, 30, 40][seed % 4];
    const history = crowd(clients, 2000, seed);
    const { verdict, order } = searched(history);
    if (verdict !== "ok") return `${clients} clients: ${verdict}`;
    const fault = faultOf(model, history, Array.from(order));
    if (fault !== undefined) return `${clients} clients: ${fault}`;
    const doubtful = wrong(history, seed, clients);
    const found = searched(doubtful);
    if (found.verdict === "ok") return faultOf(model, doubtful, Array.from(found.order));
    const exact = exactly(doubtful);
    return exact === found.verdict ? undefined : `${clients} clients: ${found.verdict}, and exactly ${exact}`;
  }));

Deno.test("what a long history takes goes by its length, and not by its worst place", () => {
  for (const [clients, most] of [[30, 20], [50, 60]] as const) {
    const budget = new Budget({});
    assertEquals(searched(crowd(clients, 5000, 3), budget).verdict, "ok");
    // Of as many as the worst place takes all the way a thousand and more were looked at for each operation.
    assert(budget.work < most * 5000, `${clients} clients: looked at ${budget.work}`);
  }
});

Deno.test("what is impossible late in a long history is shown without going back to its beginning", () => {
  for (const seed of [1, 2, 3]) {
    const history = crowd(20, 20_000, seed);
    for (let at = 15_000; at < 15_060; at++) history[at] = turned(history[at]);
    const budget = new Budget({});
    const { verdict, reached } = searched(history, budget);
    assertEquals(verdict, "illegal");
    assert(reached > 14_900 && reached < 15_100, `it was found to be so at ${reached}`);
    assert(budget.work < 15 * 20_000, `looked at ${budget.work}`);
  }
});

Deno.test("a place that as many as may be are kept at is passed, though it was asked before whether nothing passes it", () => {
  // Few have such a place: these were looked for.
  for (const seed of [11, 15, 20, 36]) {
    const { ok } = simulate(specOf({ clients: 60, ops: 1500, values: 3, reads: 1 / 3, cas: 0.65, seed }));
    assertEquals(searched(ok.map(registerOperation)).verdict, "ok", `seed ${seed}`);
  }
});

Deno.test("where many answers were lost it is not asked for ever whether nothing leads past a place", () => {
  const budget = new Budget({});
  const spec = specOf({ clients: 15, ops: 3000, values: 5, reads: 0.15, cas: 0.7, crashed: 20, seed: 3915 });
  const history = simulate(spec).ok.map(registerOperation);
  history[2467] = turned(history[2467]);
  assertEquals(searched(history, budget).verdict, "ok");
  assert(budget.work < 600_000, `looked at ${budget.work}`);
});

Deno.test("a glance that comes to nothing is gone on with", () => {
  const history = crowd(40, 2000, 1);
  const { contest, budget } = contestOf(history);
  assertEquals(contest.glance(budget), undefined, "the fewest configurations are not enough");
  const found = contest.run(budget);
  assert(found !== undefined && found !== "met");
  assertEquals(found.verdict, "ok");
  assertEquals(faultOf(registerModel(), history, Array.from(found.order)), undefined);
});
