import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  ILLEGAL,
  kvModel,
  type Model,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { DepthSearch } from "../../porcupine/search/depth.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { replays } from "../../porcupine/search/replay.ts";
import { States } from "../../porcupine/search/states.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import type { Operation } from "../../porcupine/types.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { busyHistory, Random, randomCase, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";

function compiled<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
) {
  const [part] = partition(model, history, orderHistory(history));
  return { part, problem: compile(model, new Questions(recorded(history), part)) };
}

/** Nothing is given as a linearization that was not replayed: so it matters what a replay lets pass. */
function judges<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const model = plain(hinted);
  Deno.test(`a replay accepts the orders that are linearizations, and no other: ${name}`, () => {
    let accepted = 0;
    let tried = 0;
    forSeeds(name, 300, (seed) => {
      const random = new Random(seed);
      const { history } = randomCase(shape(), 2 + seed % 3, random, 0);
      const { part, problem } = compiled(model, history);
      const order: number[] = [];
      for (let k = 0; k < problem.count; k++) {
        // Sometimes one is missing, sometimes one is there twice.
        const times = random.pick([1, 1, 1, 1, 1, 1, 1, 1, 0, 2]);
        for (let i = 0; i < times; i++) {
          order.splice(order.length - random.below(Math.min(3, order.length + 1)), 0, k);
        }
      }
      const is = replays(problem, order, 0, new Budget({}));
      tried++;
      if (is) accepted++;
      const fault = faultOf(model, history, order.map((k) => part.ids[k]));
      if (is === (fault === undefined)) return undefined;
      return `accepted: ${is}, ${fault ?? "though nothing is wrong"}: ${order} of\n${
        JSON.stringify(history)
      }`;
    });
    // With a seed of its own there may be one or none.
    if (tried > 1) assert(accepted > tried / 10 && accepted < tried, `${accepted} of ${tried}`);
  });
}

judges("register", registerModel(), () => registerShape());
judges("kv", kvModel(), () => kvShape());

/** What a depth-first search writes down on its way must be an order, however often it has gone back. */
function writesDown<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const model = plain(hinted);
  Deno.test(`what a depth-first search has written down replays: ${name}`, () => {
    forSeeds(name, 100, (seed) => {
      const random = new Random(seed);
      const history = seed % 2 === 0
        ? busyHistory(shape(), 20, random)
        : randomCase(shape(), 5 + seed % 5, random, 0).history;
      const { part, problem } = compiled(model, history);
      const budget = new Budget({});
      const search = new DepthSearch(new Walk(problem, new States(problem, budget)), budget, () => false);
      if (search.run(Infinity) !== "ok") return "a true history is not ok";
      const order = search.order;
      return order === undefined
        ? "nothing was written down"
        : faultOf(model, history, order.map((k) => part.ids[k]));
    });
  });
}

writesDown("register", registerModel(), () => registerShape());
writesDown("kv", kvModel(), () => kvShape());

Deno.test("an order that does not replay is no answer: then the searches decide", () => {
  const model = plain(registerModel());
  if ("steps" in model) throw new TypeError("a register has a step");
  // A step that is wrong at first deceives whoever finds an order: first a narrow search, then a sprint. Between these, and after
  // them, each order is replayed, and the step tells the truth.
  const LIES = [0, 2];
  let asked = 0;
  const lying: typeof model = {
    ...model,
    step: (state, input, answer, context) => {
      const next = model.step(state, input, answer, context);
      return next === ILLEGAL && input.f === "read" && LIES.includes(asked++) ? state : next;
    },
  };
  const operation = (
    input: RegisterInput,
    output: RegisterOutput,
    callAt: number,
  ): Operation<RegisterInput, RegisterOutput> => ({
    client: 0,
    callAt,
    input,
    outcome: { status: "ok", returnAt: callAt + 1, output },
  });
  const history = [
    operation({ f: "write", value: 1 }, { f: "write" }, 0),
    operation({ f: "read" }, { f: "read", value: 2 }, 2),
  ];
  assertEquals(checkOperations(lying, history).kind, "illegal");
  assert(asked > 4, "it was asked again after each lie, and by whoever decided then");
});
