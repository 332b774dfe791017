import { assert, assertEquals } from "@std/assert";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { INITIAL } from "../../porcupine/fast/register_table.ts";
import { type Memory, OWN_ARRAYS } from "../../porcupine/scratch.ts";
import type { Decision } from "../../porcupine/decision.ts";
import { wholeOrder } from "../../porcupine/search/values/decide.ts";
import { ValueSearch } from "../../porcupine/search/values/search.ts";
import { decideWhole, forSeeds, WAYS } from "./fuzz/compare.ts";
import { contestOf } from "./fuzz/contests.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";
import { byValues, decideOneWay } from "./fuzz/registers.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Many clients on few values, so that there are more explanations than are kept at first; one answer may be wrong. */
function crowd(seed: number): History {
  const random = new Random(seed);
  const crashed = random.pick([0, 0, 4]);
  const spec = specOf({ clients: 16, ops: 60, values: 3, reads: 0.35, cas: 0.35, crashed, seed });
  const history: History = simulate(spec).ok.map(registerOperation);
  const at = 30 + random.below(30);
  const { outcome } = history[at];
  if (outcome.status !== "ok" || seed % 3 === 0) return history;
  const output: RegisterOutput = outcome.output.f === "cas"
    ? { f: "cas", swapped: !outcome.output.swapped }
    : outcome.output.f === "read"
    ? { f: "read", value: random.below(3) }
    : outcome.output;
  history[at] = { ...history[at], outcome: { ...outcome, output } };
  return history;
}

/** What the search of values says, whoever else could. */
function searched(history: History, budget?: Budget): Decision {
  const found = decideOneWay(byValues, registerModel(), history, undefined, budget);
  assert(found !== undefined);
  return found;
}

const title = "crowded registers with three values are judged alike in masks and by the general search";
Deno.test(title, () =>
  forSeeds(title, 40, (seed) => {
    const model = registerModel();
    const history = crowd(seed);
    const general = decideWhole(model, history, WAYS["the frontier search"]).verdict;
    const { verdict, order } = searched(history);
    if (verdict !== general) return `${verdict} in masks, ${general} by the general search`;
    return verdict === "ok" ? faultOf(model, history, Array.from(order)) : undefined;
  }));

Deno.test("three thousand operations of fifty clients on five values are explained", () => {
  const spec = specOf({ clients: 50, ops: 10_000, values: 5, reads: 1 / 3, cas: 1 / 3, seed: 601 });
  const history = simulate(spec).ok.slice(0, 3000).map(registerOperation);
  const { verdict, order } = searched(history);
  assertEquals(verdict, "ok");
  assertEquals(faultOf(registerModel(), history, Array.from(order)), undefined);
});

Deno.test("A compare-and-set of NaN never swaps, whoever decides", () => {
  const history: History = [
    {
      client: 1,
      callAt: 0,
      input: { f: "write", value: NaN },
      outcome: { status: "ok", returnAt: 1, output: { f: "write" } },
    },
    {
      client: 1,
      callAt: 2,
      input: { f: "cas", from: NaN, to: 4 },
      outcome: { status: "ok", returnAt: 3, output: { f: "cas", swapped: true } },
    },
  ];
  for (const [name, way] of Object.entries(WAYS)) {
    assertEquals(decideWhole(registerModel(), history, way).verdict, "illegal", name);
  }
});

/** With one that may swap a register whose values repeat is for a search. */
const MAY_SWAP: History[number] = {
  client: "swapper",
  callAt: 0,
  input: { f: "cas", from: 7, to: 8 },
  outcome: { status: "unknown" },
};

Deno.test("among thousands of lost writes a configuration counts as the many that it takes as long as", () => {
  const lost: History = Array.from({ length: 2000 }, (_, i) => ({
    client: i,
    callAt: 0,
    input: { f: "write", value: Math.floor(i / 2) },
    outcome: { status: "unknown" },
  }));
  const history: History = [...lost, MAY_SWAP, {
    client: "reader",
    callAt: 1,
    input: { f: "read" },
    outcome: { status: "ok", returnAt: 2, output: { f: "read", value: 7 } },
  }];
  const budget = new Budget({});
  assertEquals(searched(history, budget).verdict, "ok");
  assert(budget.work > 100, `counted ${budget.work}`);
});

Deno.test("in a crowd on fifty values a configuration that is compared with hundreds counts as more than one", () => {
  const spec = specOf({ clients: 50, ops: 1000, values: 50, seed: 700_002 });
  const history: History = [MAY_SWAP, ...simulate(spec).ok.map(registerOperation)];
  let configurations = 0;
  class Counting extends Budget {
    override goOn(): boolean {
      configurations++;
      return super.goOn();
    }
  }
  const budget = new Counting({});
  budget.ration(100_000);
  const { operations } = contestOf(history).contest;
  assertEquals(new ValueSearch(operations, budget).run(1024), "stopped");
  assertEquals(budget.stopped, "effort");
  assert(configurations < 50_000, `${configurations} configurations were made, as if each took no longer`);
});

Deno.test("to write down what was found it is not compared once more which operations do the same", () => {
  const lost: History = Array.from({ length: 400 }, (_, i) => ({
    client: i,
    callAt: 0,
    input: { f: "write", value: i % 4 },
    outcome: { status: "unknown" },
  }));
  const budget = new Budget({});
  const { operations } = contestOf([...lost, MAY_SWAP]).contest;
  const search = new ValueSearch(operations, budget);
  assertEquals(search.run(1024), "ok");
  let most = 0;
  const memory: Memory = {
    ...OWN_ARRAYS,
    int32: (length) => {
      most = Math.max(most, length);
      return OWN_ARRAYS.int32(length);
    },
  };
  wholeOrder(operations, search, { value: INITIAL, done: new Int32Array(0) }, memory);
  assert(most < operations.slots * 4, `an array of ${most} numbers for ${operations.slots} open operations`);
});
