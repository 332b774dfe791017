import { assert, assertEquals } from "@std/assert";
import {
  ILLEGAL,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  registerModel,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { NEVER, orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { Ahead } from "../../porcupine/search/ahead.ts";
import { compete } from "../../porcupine/search/compete.ts";
import { Looks } from "../../porcupine/search/looks.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { ACTIVE, MET } from "../../porcupine/search/slots.ts";
import { States } from "../../porcupine/search/states.ts";
import { Twins } from "../../porcupine/search/twins.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import type { Operation } from "../../porcupine/types.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomCase, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";

/** The fine print of rule (m), `porcupine/search/twins.ts`. */

/** Whether two states before a history are twins; `undefined` if what is owed differs, so that nobody asks. */
function areTwins<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  states: readonly [State, State],
  { free = [], budget = new Budget({}), until = NEVER }: {
    free?: readonly number[];
    budget?: Budget;
    until?: number;
  } = {},
): boolean | undefined {
  const [part] = partition(model, history, orderHistory(history));
  const starts = states.map((state) => ({ state, spent: [], free }));
  const problem = compile(model, new Questions(recorded(history), part), starts);
  const walk = new Walk(problem, new States(problem, budget), until);
  const nodes = new Int32Array(2 * walk.size);
  walk.first(nodes, 0, 0);
  walk.first(nodes, walk.size, 1);
  const [one, other] = [nodes.subarray(1, walk.size), nodes.subarray(walk.size + 1)];
  if (one.some((word, i) => word !== other[i])) return undefined;
  return new Twins(walk, new Ahead(walk), new Looks(0), budget).are(nodes, 0, walk.size);
}

interface Given<Truth, State, Input, Output> {
  readonly name: string;
  readonly model: Model<State, Input, Output>;
  readonly shape: () => Shape<Truth, Input, Output>;
  readonly others: readonly State[];
}

function standForEachOther<Truth, State, Input, Output>(given: Given<Truth, State, Input, Output>): void {
  const { name, shape, others } = given;
  const model = plain(given.model);
  Deno.test(`what is possible from one of two twins is possible from the other one (m): ${name}`, () => {
    let twins = 0;
    let possible = 0;
    forSeeds(name, 1500, (seed) => {
      const random = new Random(seed);
      const { history } = randomCase(shape(), 3 + seed % 5, random, seed % 3 === 0 ? 1 : 0);
      const other = random.pick(others);
      if (areTwins(model, history, [model.init(), other]) !== true) return undefined;
      twins++;
      const fromOne = oracle(model, history);
      if (fromOne) possible++;
      if (oracle({ ...model, init: () => other }, history) === fromOne) return undefined;
      return `it is ${fromOne ? "ok" : "illegal"}, but not from ${other}:\n${JSON.stringify(history)}`;
    });
    // With a seed of its own there may be none.
    if (twins > 10) assert(possible > twins / 4, `${possible} of ${twins}`);
  });
}

standForEachOther({ name: "kv", model: kvModel(), shape: () => kvShape(), others: ["a", "ab", "zz"] });
standForEachOther({
  name: "kv, unique tokens",
  model: kvModel(),
  shape: () => kvShape({ unique: true }),
  others: ["1 ", "2 1 ", "zz"],
});
standForEachOther({
  name: "register",
  model: registerModel(),
  shape: () => registerShape(),
  others: [0, 1, 7],
});

type Text = Operation<KvInput, KvOutput>;

const texts = plain(kvModel());

function asked(input: KvInput, callAt: number, returnAt: number, value = ""): Text {
  const output: KvOutput = input.f === "get" ? { f: "get", value } : { f: input.f };
  return { client: callAt, callAt, input, outcome: { status: "ok", returnAt, output } };
}

const put = { f: "put", key: "k", value: "new" } as const;
const append = { f: "append", key: "k", value: "+" } as const;
const get = { f: "get", key: "k" } as const;

Deno.test("two texts are twins if a put comes before anybody looks, whatever is appended until then (m)", () => {
  const history = [asked(append, 0, 3), asked(append, 1, 8), asked(put, 4, 9), asked(get, 10, 11, "new")];
  assertEquals(areTwins(texts, history, ["", "a"]), true);
});

Deno.test("two texts are no twins if somebody may look before the put (m)", () => {
  // The get waits for the append; then it can be told which text it was.
  const history = [asked(append, 0, 3), asked(put, 4, 9), asked(get, 5, 11, "a+")];
  assertEquals(areTwins(texts, history, ["", "a"]), false);
});

Deno.test("two texts are no twins by a put that need not be placed any more (m)", () => {
  const history = [asked(put, 0, 3), asked(get, 4, 5, "")];
  assertEquals(areTwins(texts, history, ["", "a"]), true);
  assertEquals(areTwins(texts, history, ["", "a"], { free: [0] }), false);
});

Deno.test("two texts are no twins by a put that returns after what is known (m)", () => {
  const history = [asked(put, 0, 3)];
  assertEquals(areTwins(texts, history, ["", "a"], { until: 1 }), true);
  // Somebody may have looked before the put, who was called later than anything that is known.
  assertEquals(areTwins(texts, history, ["", "a"], { until: 0 }), false);
});

Deno.test("a look for twins that a limit cuts short finds none (m)", () => {
  const history = [asked(put, 4, 9)];
  assertEquals(areTwins(texts, history, ["", "a"]), true);
  for (let allowed = 0; allowed < 5; allowed++) {
    let steps = 0;
    const signal = {
      get aborted() {
        return steps > allowed;
      },
    };
    const slow: typeof texts = {
      ...texts,
      step: (state, input, answer, context) => {
        steps++;
        if (context.expired() || "steps" in texts) return ILLEGAL;
        return texts.step(state, input, answer, context);
      },
    };
    const budget = new Budget({ signal });
    const found = areTwins(slow, history, ["", "a"], { budget });
    if (budget.stopped !== undefined) assertEquals(found, false, `after ${allowed} steps`);
  }
});

/** What is written in a history tells a search what to look out for; it must not tell it what to find. */
for (
  const [name, model, shape] of [
    ["kv", texts, () => kvShape()],
    ["kv, unique tokens", texts, () => kvShape({ unique: true })],
  ] as const
) {
  Deno.test(`whatever a search is told to look out for, it finds the same: ${name}`, () => {
    forSeeds(name, 200, (seed) => {
      const random = new Random(seed);
      const { history } = randomCase(shape(), 4 + seed % 4, random);
      const [part] = partition(model, history, orderHistory(history));
      const problem = compile(model, new Questions(recorded(history), part));
      for (let k = 0; k < problem.count; k++) problem.met[k] = random.pick([0, MET, ACTIVE]);
      const expected = oracle(model, history) ? "ok" : "illegal";
      for (const contest of ["frontier", "depth"] as const) {
        const { verdict } = compete(problem, new Budget({}), contest);
        if (verdict !== expected) return `${contest} says ${verdict}:\n${JSON.stringify(history)}`;
      }
      return undefined;
    });
  });
}
