import { assert, assertEquals } from "@std/assert";
import { ILLEGAL, kvModel, type Model, registerModel } from "../../porcupine/mod.ts";
import type { KvInput, KvOutput, Operation } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { Ahead } from "../../porcupine/search/ahead.ts";
import { Glimpse } from "../../porcupine/search/glimpse.ts";
import { Looks } from "../../porcupine/search/looks.ts";
import { Outlook } from "../../porcupine/search/outlook.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { States } from "../../porcupine/search/states.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { Random, randomCase, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";

/** Rule (e') alone, `porcupine/search/glimpse.ts`: on a true history a look ahead rules out nothing, from wherever it is. */
function rulesOutNothing<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const model = plain(hinted);
  Deno.test(`what is impossible after every order of what can come before is impossible (e'): ${name}`, () => {
    forSeeds(name, 800, (seed) => {
      const random = new Random(seed);
      const { history } = randomCase(shape(), 3 + seed % 6, random, 0);
      const [part] = partition(model, history, orderHistory(history));
      const budget = new Budget({});
      const problem = compile(model, new Questions(recorded(history), part));
      const walk = new Walk(problem, new States(problem, budget));
      const nodes = new Int32Array(walk.size);
      walk.first(nodes, 0, 0);
      const looks = new Looks(0);
      // Half of them are long looks, which remember where they were in vain.
      if (seed % 2 === 1) looks.useful(1e6);
      const glimpse = new Glimpse(walk, new Ahead(walk), looks, budget);
      for (const target of problem.returns) {
        if (glimpse.mayReturn(nodes, 0, target)) continue;
        return `${target} is ruled out, but has happened:\n${JSON.stringify(history)}`;
      }
      return undefined;
    });
  });
}

/** The same one operation later: on a true history some operation can be placed first, or the target itself. */
function leavesAWay<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const model = plain(hinted);
  if ("steps" in model) throw new TypeError(`${name} has a step`);
  Deno.test(`not every operation that could be placed first makes an answer impossible (e''): ${name}`, () => {
    forSeeds(name, 800, (seed) => {
      const random = new Random(seed);
      const { history } = randomCase(shape(), 3 + seed % 6, random, 0);
      const [part] = partition(model, history, orderHistory(history));
      const budget = new Budget({});
      const problem = compile(model, new Questions(recorded(history), part));
      const walk = new Walk(problem, new States(problem, budget));
      const nodes = new Int32Array(walk.size);
      walk.first(nodes, 0, 0);
      const looks = new Looks(0);
      // Half of them are long looks, which remember where they were in vain.
      if (seed % 2 === 1) looks.useful(1e6);
      const glimpse = new Glimpse(walk, new Ahead(walk), looks, budget);
      const { inputs, answers } = problem;
      const step = (state: State, k: number) => model.step(state, inputs[k], answers[k], budget);
      const first = walk.states.values[nodes[0]];
      for (const target of problem.returns) {
        if (!glimpse.begin(nodes, 0, target)) continue;
        const open = Array.from(walk.open).filter((k) => k >= 0 && k !== target);
        // Nothing is known of what does nothing here: it need not be placed first.
        const isOpenEnd = [target, ...open].some((k) =>
          k === target ? step(first, k) !== ILLEGAL : step(first, k) === first
        );
        if (isOpenEnd) continue;
        const leads = open.some((k) => {
          const next = step(first, k);
          return next !== ILLEGAL && glimpse.mayReturnAfter(k, next);
        });
        if (!leads) return `nothing leads to ${target}, but it has happened:\n${JSON.stringify(history)}`;
      }
      return undefined;
    });
  });
}

rulesOutNothing("kv", kvModel(), () => kvShape());
rulesOutNothing("kv, unique tokens", kvModel(), () => kvShape({ unique: true }));
rulesOutNothing("register", registerModel(), () => registerShape());

leavesAWay("kv", kvModel(), () => kvShape());
leavesAWay("kv, unique tokens", kvModel(), () => kvShape({ unique: true }));
leavesAWay("register", registerModel(), () => registerShape());

Deno.test("a look ahead that was cut short twice is not taken again for that answer, whatever else was looked for meanwhile", () => {
  const lost: Operation<KvInput, KvOutput>[] = Array.from({ length: 12 }, (_, i) => ({
    client: `lost ${i}`,
    callAt: i,
    input: { f: "append", key: "x", value: String.fromCharCode(97 + i) },
    outcome: { status: "unknown" },
  }));
  const reads: Operation<KvInput, KvOutput>[] = ["never", "nowhere"].map((value, i) => ({
    client: value,
    callAt: 20 + i,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt: 30 + i, output: { f: "get", value } },
  }));
  const history = [...lost, ...reads];
  let steps = 0;
  const bare = plain(kvModel());
  if ("steps" in bare) throw new TypeError("kv has a step");
  const { step } = bare;
  const model: typeof bare = {
    ...bare,
    step: (...asked) => {
      steps++;
      return step(...asked);
    },
  };
  const [part] = partition(model, history, orderHistory(history));
  const budget = new Budget({});
  const problem = compile(model, new Questions(recorded(history), part));
  const walk = new Walk(problem, new States(problem, budget));
  const nodes = new Int32Array(walk.size);
  walk.first(nodes, 0, 0);
  const glimpse = new Glimpse(walk, new Ahead(walk), new Looks(0), budget);
  const [one, other] = problem.returns;
  const stepsFor = (target: number) => {
    steps = 0;
    assertEquals(glimpse.mayReturn(nodes, 0, target), true);
    return steps;
  };
  assert(stepsFor(one) > 200 && stepsFor(one) > 200);
  assert(stepsFor(other) > 200);
  assertEquals(stepsFor(one), 0);
});

Deno.test("what a look ahead would place first is open by then: what is called later cannot be placed now", () => {
  const [append, get] = [
    (value: string) => ({ f: "append", key: "x", value }) as const,
    { f: "get", key: "x" } as const,
  ];
  const done = { f: "append" } as const;
  const at = (callAt: number, input: KvInput, output: KvOutput, returnAt = callAt + 1) =>
    ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt, output } }) as const;
  const guideTo = (text: string): readonly (number | undefined)[] => {
    const history = [
      at(0, append("d "), done, 100),
      at(1, get, { f: "get", value: "" }),
      at(3, append("b "), done),
      at(5, get, { f: "get", value: text }),
    ];
    const [part] = partition(kvModel(), history, orderHistory(history));
    const budget = new Budget({});
    const problem = compile(plain(kvModel()), new Questions(recorded(history), part));
    const walk = new Walk(problem, new States(problem, budget));
    const nodes = new Int32Array(walk.size);
    walk.first(nodes, 0, 0);
    const outlook = new Outlook(walk, budget);
    for (let i = 0; i < 3; i++) outlook.sense(nodes[0]);
    assertEquals([outlook.seesOrders, outlook.isDoomed(nodes, 0, 3)], [true, false]);
    return [outlook.order?.at(-1), outlook.guide];
  };
  assertEquals(guideTo("d b "), [0, 0]);
  assertEquals(guideTo("b d "), [2, -1]);
});

Deno.test("of more operations than may be listed none is told", () => {
  const history: Operation<KvInput, KvOutput>[] = Array.from({ length: 6 }, (_, i) => ({
    client: i,
    callAt: i,
    input: { f: "append", key: "x", value: String(i) },
    outcome: { status: "ok", returnAt: 10 + i, output: { f: "append" } },
  }));
  const [part] = partition(kvModel(), history, orderHistory(history));
  const problem = compile(plain(kvModel()), new Questions(recorded(history), part));
  const walk = new Walk(problem, new States(problem, new Budget({})));
  const nodes = new Int32Array(walk.size);
  walk.first(nodes, 0, 0);
  const ahead = new Ahead(walk);
  const into = { list: [] as number[], most: 5 };
  assertEquals([ahead.list(nodes, 0, 5, into), [...into.list].sort()], [true, [0, 1, 2, 3, 4]]);
  for (const most of [4, 2]) {
    assertEquals([ahead.list(nodes, 0, 5, { list: [], most }), ahead.all(5, { list: [], most })], [
      false,
      false,
    ]);
  }
});
