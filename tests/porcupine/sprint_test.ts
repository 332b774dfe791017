import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { compete } from "../../porcupine/search/compete.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { Hosts } from "../../porcupine/search/hosts.ts";
import { Present } from "../../porcupine/search/present.ts";
import { Sight } from "../../porcupine/search/sight.ts";
import { Sprint } from "../../porcupine/search/sprint.ts";
import { Trail } from "../../porcupine/search/trail.ts";
import { ILLEGAL, type Operation } from "../../porcupine/types.ts";
import { queueShape } from "./fuzz/collections.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { counting } from "./fuzz/counting.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { busyHistory, nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation, registerOperation } from "./generate/operations.ts";

/** The order that a sprint finds, as indices of the history; `undefined` if it finds none. */
function sprint<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): number[] | undefined {
  const [part] = partition(model, history, orderHistory(history));
  const problem = compile(model, new Questions(recorded(history), part));
  return new Sprint(problem, new Budget({})).run(12_000)?.map((k) => part.ids[k]);
}

/** Nothing else proves a sprint right: each order that it finds has to replay. */
function replays<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  share: number,
): void {
  const model = plain(hinted);
  Deno.test(`what a sprint finds replays, and it finds most orders of true histories: ${name}`, () => {
    let busy = 0;
    let found = 0;
    forSeeds(name, 120, (seed) => {
      const random = new Random(seed);
      const history = seed % 3 === 0
        ? busyHistory(shape(), 60, random)
        : seed % 3 === 1
        ? nearlyTrue(shape(), 12 + seed % 30, random)
        : randomHistory(shape(), 4 + seed % 12, random);
      const order = sprint(model, history);
      if (seed % 3 === 0) busy++;
      if (seed % 3 === 0 && order !== undefined) found++;
      return order === undefined ? undefined : faultOf(model, history, order);
    });
    // With a seed of its own there may be none.
    assert(found >= share * busy, `${found} of ${busy}`);
  });
}

replays("register", registerModel(), () => registerShape(), 0.2);
replays(
  "register, unique values, no cas",
  registerModel(),
  () => registerShape({ unique: true, cas: false }),
  0.8,
);
replays("kv, unique tokens", kvModel(), () => kvShape({ unique: true }), 0.8);
replays("kv", kvModel(), () => kvShape(), 0.2);
replays("versioned kv", versionedKvModel(), () => versionedShape(), 0.5);
replays("queue", queueModel(), () => queueShape({ unique: true }), 0.1);

Deno.test("a sprint is given up soon, not at the end of all orders", () => {
  let now = 0;
  const crowd = Array.from({ length: 24 }, (_, i) => ({
    client: i,
    callAt: i,
    input: { f: "append", key: "x", value: `${i} ` } as const,
    outcome: { status: "ok", returnAt: 100 + i, output: { f: "append" } } as const,
  }));
  const wrong = { f: "get", value: "nobody wrote this" } as const;
  const get = {
    client: 30,
    callAt: 30,
    input: { f: "get", key: "x" } as const,
    outcome: { status: "ok", returnAt: 40, output: wrong } as const,
  };
  const model = plain(kvModel());
  if ("steps" in model) throw new TypeError("kv has a step");
  const counting: typeof model = {
    ...model,
    step: (state, input, answer, context) => {
      now++;
      return model.step(state, input, answer, context);
    },
  };
  assertEquals(sprint(counting, [...crowd, get]), undefined);
  assert(now < 20_000, `${now} steps`);
});

/** Appends in pairs, two at once, each pair after the one before; the later one of each came first, as a read in the end shows. */
function pairs(count: number, key: string): Operation<KvInput, KvOutput>[] {
  const history: Operation<KvInput, KvOutput>[] = [];
  const shown: string[] = [];
  for (let i = 0; i < count; i++) {
    const values = i === 0 ? [`${key}0,`] : [`${key}${i}a,`, `${key}${i}b,`];
    values.forEach((value, j) =>
      history.push({
        client: j,
        callAt: 10 * i + j,
        input: { f: "append", key, value },
        outcome: { status: "ok", returnAt: 10 * i + 5 + j, output: { f: "append" } },
      })
    );
    shown.push(...values.reverse());
  }
  history.push({
    client: 0,
    callAt: 10 * count,
    input: { f: "get", key },
    outcome: { status: "ok", returnAt: 10 * count + 1, output: { f: "get", value: shown.join("") } },
  });
  return history;
}

Deno.test("an answer that comes late says how it came to be: sixty appends in pairs, and one read", () => {
  const counter = { steps: 0 };
  const model = counting(plain(kvModel()), counter);
  const history = pairs(30, "x");
  const order = sprint(model, history);
  assert(order !== undefined && faultOf(model, history, order) === undefined, `${order}`);
  // In the order of their returns there are half a billion ways.
  assert(counter.steps < 600, `${counter.steps} steps`);
});

Deno.test("many keys that are read once, in the end, take some twenty steps for each operation", () => {
  const counter = { steps: 0 };
  const model = counting(plain(kvModel()), counter);
  const history = Array.from({ length: 8 }, (_, i) => pairs(30, `k${i}`)).flat();
  history.sort((a, b) => a.callAt - b.callAt);
  const verdict = checkOperations(model, history, { memoryLimitBytes: 64 * 2 ** 20 });
  assertEquals(verdict.kind, "ok");
  assert(counter.steps < 30 * history.length, `${counter.steps} steps`);
});

for (const [crashed, seed] of [[50, 550], [30, 1530], [50, 5550], [50, 10550]] as const) {
  Deno.test(`where ${crashed} answers were lost a sprint that got stuck does not keep the depth-first search back (seed ${seed})`, () => {
    const model = plain(registerModel());
    const spec = specOf({
      model: "register",
      values: 5,
      reads: 1 / 3,
      cas: 1 / 3,
      ops: 1_000,
      crashed,
      seed,
    });
    const history = simulate(spec).ok.map(registerOperation);
    const [part] = partition(model, history, orderHistory(history));
    const budget = new Budget({});
    const found = compete(compile(model, new Questions(recorded(history), part)), budget);
    assertEquals(found.verdict, "ok");
    // Half a million and more without it.
    assert(budget.work < 30_000, `it took ${budget.work}`);
  });
}

Deno.test("a sprint that was sure of its way and got stuck keeps the depth-first search back, however early that was", () => {
  const counter = { steps: 0 };
  const model = counting(plain(kvModel()), counter);
  for (const seed of [1, 2, 3, 5, 6]) {
    const { ok } = simulate(specOf({ model: "kv", clients: 8, ops: 1_000, seed }));
    // Of what was appended before, one of the last is missing in a text, and not in those that were read before.
    const wrong = ok.findIndex(({ f, o }, i) => i >= 40 && f === "get" && String(o).split(" ").length > 8);
    const history = ok.map((record, i) => {
      if (i !== wrong) return kvOperation(record);
      const tokens = String(record.o).split(" ");
      tokens.splice(-5, 1);
      return kvOperation({ ...record, o: tokens.join(" ") });
    });
    assertEquals(checkOperations(model, history, { explain: "verdict" }).kind, "illegal");
  }
  // Otherwise 191,000.
  assert(counter.steps < 150_000, `it took ${counter.steps} steps`);
});

Deno.test("a sprint that gets far is gone on with, when the searches have taken a while", () => {
  const own = plain(kvModel());
  if ("steps" in own) throw new TypeError("kv has a step");
  let steps = 0;
  const model: typeof own = {
    ...own,
    step: (...asked) => {
      steps++;
      return own.step(...asked);
    },
  };
  const spec = specOf({ model: "kv", reads: 0.5, puts: 0.06, ops: 1_000, crashed: 20, seed: 2_520 });
  const history = simulate(spec).ok.map(kvOperation);
  const [part] = partition(model, history, orderHistory(history));
  // A fifth of them is enough; without the sprint none of the searches comes to an end.
  const signal = {
    get aborted() {
      return steps > 5_000_000;
    },
  };
  const found = compete(compile(model, new Questions(recorded(history), part)), new Budget({ signal }));
  assertEquals(found.verdict, "ok");
});

Deno.test("what is remembered of the present state is what the step says, for each operation and each state", () => {
  // It adds its number to the state, or is impossible.
  const model: Model<number, number, null> = {
    name: "sum",
    init: () => 0,
    step: (sum, add) => (sum + add) % 3 === 0 ? ILLEGAL : sum + add,
  };
  const history = Array.from({ length: 200 }, (_, i): Operation<number, null> => ({
    client: i,
    callAt: i,
    input: i,
    outcome: { status: "ok", returnAt: 1000 + i, output: null },
  }));
  const [part] = partition(model, history, orderHistory(history));
  const present = new Present(compile(model, new Questions(recorded(history), part)), new Budget({}));
  const random = new Random(1);
  for (let time = 0; time < 5000; time++) {
    if (random.below(20) === 0) present.turnTo(random.below(50));
    const operation = random.below(4) * 32 + random.below(8);
    const sum = present.state + operation;
    assertEquals(present.now(operation), sum % 3 === 0 ? ILLEGAL : sum);
  }
});

Deno.test("where an operation could be hidden is looked for again when something else stands there", () => {
  const changes = [
    { input: { f: "write", value: "a" }, output: { f: "write" } },
    { input: { f: "cas", from: null, to: "b" }, output: { f: "cas", swapped: true } },
    { input: { f: "write", value: "c" }, output: { f: "write" } },
  ] as const;
  const history = changes.map(({ input, output }, i): Operation<RegisterInput, RegisterOutput> => ({
    client: i,
    callAt: i,
    input,
    outcome: { status: "ok", returnAt: 10 + i, output },
  }));
  const model = plain(registerModel());
  const [part] = partition(model, history, orderHistory(history));
  const problem = compile(model, new Questions(recorded(history), part));
  const present = new Present(problem, new Budget({}));
  const trail = new Trail<RegisterValue>(problem.count);
  const hosts = new Hosts(problem, trail, present, new Sight(problem, present));
  trail.change(0, 0, null, "a");
  assertEquals(hosts.find(2, 2), 0);
  trail.undo(0, "a");
  trail.change(1, 0, null, "b");
  // It would take away what the swap found.
  assertEquals(hosts.find(2, 2), -1);
});
