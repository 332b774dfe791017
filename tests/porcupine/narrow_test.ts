import { assert, assertEquals } from "@std/assert";
import {
  kvModel,
  type Model,
  type Operation,
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
import { Narrow, type NarrowEnd } from "../../porcupine/search/narrow.ts";
import { compile, type Problem } from "../../porcupine/search/problem.ts";
import { queueShape } from "./fuzz/collections.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { busyHistory, nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";
import { type HistorySpec, simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

interface Outcome {
  readonly end: NarrowEnd;
  readonly returned: number;
  /** Indices of the history. */
  readonly order: readonly number[];
}

function problemOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Problem<State, Input, Output> {
  const [part] = partition(model, history, orderHistory(history));
  return compile(model, new Questions(recorded(history), part));
}

function narrow<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Outcome {
  const problem = problemOf(model, history);
  const { ids } = problem.questions.part;
  const search = new Narrow(problem, { each: 8, base: 600 }, new Budget({}));
  search.run();
  const order = search.order().map((k) => ids[k]);
  return { end: search.end, returned: search.returned, order };
}

/** What is wrong with what a narrow search says of a history, of which it is known whether there is an order. */
function fault<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  isPossible: boolean,
): string | undefined {
  const { end, returned, order } = narrow(model, history);
  if (end === "crowded") return undefined;
  if ((end === "none") !== isPossible) {
    return `it is ${isPossible ? "ok" : "illegal"}, and the search ended with "${end}"`;
  }
  if (end === "none") return faultOf(model, history, order);
  // The order of one that is stuck is one of what it had come to: as if the others had not been answered yet.
  const { returns, questions: { part: { ids } } } = problemOf(model, history);
  const answered = new Set(Array.from(returns.subarray(0, returned), (k) => ids[k]));
  const before = history.flatMap((operation, i) =>
    answered.has(i) || order.includes(i) ? [{ operation, i }] : []
  );
  return faultOf(
    model,
    before.map(({ operation }) => operation),
    order.map((i) => before.findIndex((one) => one.i === i)),
  );
}

function compared<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  { longest, share }: { readonly longest: number; readonly share: number },
): void {
  const model = plain(hinted);
  const answered = (history: readonly Operation<Input, Output>[]): Operation<Input, Output>[] =>
    history.filter(({ outcome }) => outcome.status === "ok");
  Deno.test(`a narrow search says what trying every order says: ${name}`, () => {
    forSeeds(name, 200, (seed) => {
      const history = answered(randomHistory(shape(), 3 + seed % 6, new Random(seed)));
      return history.length === 0 ? undefined : fault(model, history, oracle(model, history));
    });
  });
  Deno.test(`a narrow search says what the general ones say of longer histories, and mostly has an answer: ${name}`, () => {
    let all = 0;
    let decided = 0;
    forSeeds(name, 60, (seed) => {
      const make = [busyHistory, nearlyTrue, randomHistory][seed % 3];
      const history = answered(make(shape(), 8 + seed % (longest - 8), new Random(seed)));
      if (history.length === 0) return undefined;
      const { verdict } = compete(problemOf(model, history), new Budget({}), "frontier");
      all++;
      if (narrow(model, history).end !== "crowded") decided++;
      return fault(model, history, verdict === "ok");
    });
    // With a seed of its own there may be none.
    assert(decided >= share * all || all === 1, `${decided} of ${all}`);
  });
}

compared("register", registerModel(), () => registerShape(), { longest: 80, share: 0.9 });
compared("register, unique values", registerModel(), () => registerShape({ unique: true }), {
  longest: 60,
  share: 0.9,
});
compared("kv", kvModel(), () => kvShape(), { longest: 30, share: 0.5 });
compared("versioned kv", versionedKvModel(), () => versionedShape(), { longest: 80, share: 0.9 });
compared("queue", queueModel(), () => queueShape({ unique: true }), { longest: 16, share: 0.5 });

type Registered = readonly Operation<RegisterInput, RegisterOutput>[];

const FIVE_VALUES = { model: "register", clients: 5, ops: 5000, values: 5, cas: 0.3, seed: 7 } as const;

function registerHistory(spec: Partial<HistorySpec>, which: "ok" | "bad" = "ok"): Registered {
  const records = simulate(specOf(spec))[which];
  if (records === undefined) throw new TypeError("there is such a history");
  return records.map(registerOperation);
}

const register: Model<RegisterValue, RegisterInput, RegisterOutput> = plain(registerModel());

Deno.test("a narrow search of 5,000 operations on five values of 5 clients finds an order, and writes it down on the way", () => {
  const history = registerHistory(FIVE_VALUES);
  const { end, order } = narrow(register, history);
  assertEquals(end, "none");
  assertEquals(faultOf(register, history, order), undefined);
});

Deno.test("a narrow search of 5,000 operations with a wrong answer stops at the first impossible one", () => {
  const history = registerHistory(FIVE_VALUES, "bad");
  const { end, returned } = narrow(register, history);
  assertEquals(end, "stuck");
  assertEquals(returned, compete(problemOf(register, history), new Budget({}), "frontier").reached);
});

Deno.test("a narrow search of 5,000 operations, values written once by 5 clients, writes down what its orders have in common", () => {
  const history = registerHistory({ ...FIVE_VALUES, values: 0, cas: 0 });
  const { end, order } = narrow(register, history);
  assertEquals(end, "none");
  assertEquals(faultOf(register, history, order), undefined);
});

Deno.test("a narrow search of values written once by 10 clients is given up soon: they have too many orders", () => {
  const history = registerHistory({ ...FIVE_VALUES, values: 0, cas: 0, clients: 10, ops: 1000 });
  const { end, returned } = narrow(register, history);
  assertEquals(end, "crowded");
  assert(returned < 400, `${returned} answers`);
});

Deno.test("what did nothing is placed again behind a write that makes a state that was there before", () => {
  const write = (value: number, callAt: number, returnAt: number) =>
    ({
      client: callAt,
      callAt,
      input: { f: "write", value },
      outcome: { status: "ok", returnAt, output: { f: "write" } },
    }) as const;
  const read = (value: number, callAt: number) =>
    ({
      client: callAt,
      callAt,
      input: { f: "read" },
      outcome: { status: "ok", returnAt: callAt + 1, output: { f: "read", value } },
    }) as const;
  // The second write of 1 does nothing when it is called, and returns before the one of 0 does; and yet it comes after that.
  const history = [write(0, 0, 1), write(1, 2, 3), write(1, 4, 6), write(0, 5, 7), read(1, 8)];
  const { end, order } = narrow(register, history);
  assertEquals([end, order], ["none", [0, 1, 3, 2, 4]]);
});

Deno.test("a narrow search in a crowd of 24 appends is given up after some hundred steps", () => {
  let steps = 0;
  const model = plain(kvModel());
  if ("steps" in model) throw new TypeError("kv has a step");
  const counting: typeof model = {
    ...model,
    step: (state, input, answer, context) => {
      steps++;
      return model.step(state, input, answer, context);
    },
  };
  const crowd = Array.from({ length: 24 }, (_, i) => ({
    client: i,
    callAt: i,
    input: { f: "append", key: "x", value: `${i} ` } as const,
    outcome: { status: "ok", returnAt: 100 + i, output: { f: "append" } } as const,
  }));
  assertEquals(narrow(counting, crowd).end, "crowded");
  assert(steps < 2000, `${steps} steps`);
});

Deno.test("a narrow search is not for a problem with an answer that never came", () => {
  const lost = {
    client: 1,
    callAt: 0,
    input: { f: "write", value: 1 },
    outcome: { status: "unknown" },
  } as const;
  assertEquals(Narrow.isFor(problemOf(register, [lost])), false);
  const answered = { ...lost, outcome: { status: "ok", returnAt: 1, output: { f: "write" } } } as const;
  assertEquals(Narrow.isFor(problemOf(register, [answered])), true);
});

Deno.test("what has no beginning in common is written down only at the end: a write that hangs open all the time", () => {
  const at = (i: number, input: RegisterInput, output: RegisterOutput, returnAt = 2 * i + 1) =>
    ({ client: `c${i}`, callAt: 2 * i, input, outcome: { status: "ok", returnAt, output } }) as const;
  const history = [at(0, { f: "write", value: 7 }, { f: "write" }, 9000)];
  for (let i = 1; i < 1500; i += 2) {
    history.push(at(i, { f: "write", value: i % 3 }, { f: "write" }));
    history.push(at(i + 1, { f: "read" }, { f: "read", value: i % 3 }));
  }
  const { end, order } = narrow(register, history);
  assertEquals(end, "none");
  assertEquals(faultOf(register, history, order), undefined);
});
