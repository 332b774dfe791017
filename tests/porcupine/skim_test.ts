import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkOperations,
  kvModel,
  type Model,
  type Operation,
  queueModel,
  registerModel,
  type Verdict,
  versionedKvModel,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { conclude, prepare, takeDown } from "../../porcupine/check.ts";
import { keyedModel } from "../../porcupine/formats/mod.ts";
import { verdictOf } from "../../porcupine/gliding.ts";
import { checkShared } from "../../porcupine/parallel/check.ts";
import { decideInRounds } from "../../porcupine/rounds.ts";
import { isSkimmed, skim } from "../../porcupine/search/skim.ts";
import { queueShape } from "./fuzz/collections.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { busyHistory, nearlyTrue, Random, randomCase, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";

type Keyed<Input> = { readonly key: string; readonly input: Input };

/** Many objects one after the other and at the same time, in order of calls; one in `oneInWrong` has an answer that may be wrong. */
function many<Truth, Input, Output>(
  shape: () => Shape<Truth, Input, Output>,
  { keys, oneInWrong, oneInLossy }: { keys: number; oneInWrong: number; oneInLossy: number },
  random: Random,
): Operation<Keyed<Input>, Output>[] {
  const all = Array.from({ length: keys }, (_, i) => {
    const size = 4 + random.below(3);
    const isWrong = random.below(oneInWrong) === 0;
    const isLossy = random.below(oneInLossy) === 0;
    const own = isWrong
      ? nearlyTrue(shape(), size, random)
      : isLossy
      ? randomCase(shape(), size, random, 0).history
      : busyHistory(shape(), size, random);
    const from = random.below(keys * 20);
    return own.map((operation) => {
      const { outcome, callAt, input } = operation;
      return {
        ...operation,
        callAt: from + callAt,
        outcome: outcome.status === "unknown" ? outcome : { ...outcome, returnAt: from + outcome.returnAt },
        input: { key: `k${i}`, input },
      };
    });
  }).flat();
  return all.sort((a, b) => a.callAt - b.callAt);
}

/** The verdict of the fast paths alone, partition by partition. */
function dealtOut<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Verdict {
  const budget = new Budget({});
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) return prepared;
  const history = takeDown(model, operations, { partitions: prepared.parts.length, isRead: true, budget });
  const decisions = decideInRounds({
    model,
    recorded: history,
    ...prepared,
    swept: [],
    budget,
    strategy: "auto",
  });
  return conclude({ model, recorded: history, ...prepared, decisions, budget, options: {} });
}

const FOUND = { all: 0, some: 0, found: 0, left: 0, leftLegal: 0, shorter: 0 };

/** What a skim has found, each order gone along step by step. */
function skimFault<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): string | undefined {
  if ("steps" in model) throw new TypeError("a model of one next state is skimmed");
  const budget = new Budget({});
  const skimmed = skim(model, history, budget);
  if (skimmed === undefined || skimmed.end === "limit") return undefined;
  FOUND[skimmed.end]++;
  if (skimmed.end === "all") {
    const verdict = verdictOf(skimmed.course);
    if (verdict.kind !== "ok") return verdict.kind;
    if (verdict.linearization.length < history.length) FOUND.shorter++;
    return faultOf(model, history, verdict.linearization);
  }
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared) return prepared.kind;
  const found = skimmed.found(prepared.parts);
  for (const [p, { ids }] of prepared.parts.entries()) {
    const own = Array.from(ids, (id) => history[id]);
    const decision = found[p]?.decision;
    if (decision === undefined) {
      FOUND.left++;
      if (oracle(model, own)) FOUND.leftLegal++;
      continue;
    }
    FOUND.found++;
    const fault = faultOf(model, own, Array.from(decision.order));
    if (fault !== undefined || decision.verdict !== "ok") return `partition ${p}: ${fault}`;
  }
  return undefined;
}

for (
  const [name, model, shape] of [
    ["kv", keyedModel(kvModel()), () => kvShape()],
    ["versioned kv", keyedModel(versionedKvModel()), versionedShape],
    ["register", keyedModel(registerModel()), () => registerShape()],
    ["queue", keyedModel(queueModel()), () => queueShape({ unique: false })],
  ] as const
) {
  // The shapes differ in their types; each goes with its model.
  // deno-lint-ignore no-explicit-any
  const [anyModel, anyShape] = [model as Model<any, any, any>, shape as () => Shape<any, any, any>];

  Deno.test(`a skim finds only orders that replay, whatever was lost, and answers for nothing else: ${name}`, () => {
    Object.assign(FOUND, { all: 0, some: 0, found: 0, left: 0, leftLegal: 0, shorter: 0 });
    forSeeds(name, 150, (seed) => {
      const random = new Random(seed);
      const oneInWrong = random.pick([4, 40]);
      return skimFault(anyModel, many(anyShape, { keys: 8, oneInWrong, oneInLossy: 3 }, random));
    });
    assert(FOUND.all > 5 && FOUND.some > 20 && FOUND.found > 50 && FOUND.left > 20, JSON.stringify(FOUND));
    assert(FOUND.leftLegal > 5 && FOUND.shorter > 2, JSON.stringify(FOUND));
  });

  Deno.test(`of thousands of small partitions the verdict and what is wrong are those of the fast paths: ${name}`, async () => {
    const kinds = new Set<string>();
    const pool = new WorkerPool({ workers: 1 });
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(seed);
      const oneInWrong = seed % 2 === 0 ? 600 : 1e9;
      const history = many(anyShape, { keys: 1000, oneInWrong, oneInLossy: seed > 2 ? 1e9 : 12 }, random);
      assert(isSkimmed(anyModel, history) && !isSkimmed(plain(anyModel), history));
      const verdict = checkOperations(anyModel, history);
      const expected = dealtOut(anyModel, history);
      kinds.add(verdict.kind);
      assertEquals(verdict.kind, expected.kind, `seed ${seed}`);
      if (verdict.kind === "ok") {
        assertEquals(faultOf(anyModel, history, verdict.linearization), undefined, `seed ${seed}`);
      }
      if (verdict.kind === "illegal" && expected.kind === "illegal") {
        const { partitions: _, ...why } = verdict;
        const { partitions: __, ...expectedWhy } = expected;
        assertEquals(why, expectedWhy, `seed ${seed}`);
      }
      const shared = checkShared(anyModel, history, { pool }, 1);
      assertEquals(await shared, verdict, `seed ${seed}: two threads`);
      // By a clock that makes all of it seem long a helper is asked at once, and is through with what it is given.
      let ms = 0;
      for (let time = 1; time <= 3; time++) {
        const hurried = await checkShared(anyModel, history, { pool, now: () => ms += 20 }, 1);
        assertEquals(hurried, verdict, `seed ${seed}: two threads in a hurry`);
      }
    }
    pool.end();
    assertEquals([...kinds].sort(), ["illegal", "ok"]);
  });
}

Deno.test("a history is skimmed if it is long, its partitions are small, and its model says more than its step", () => {
  const write = (
    key: string,
    at: number,
  ): Operation<Keyed<{ f: "write"; value: number }>, { f: "write" }> => ({
    client: 1,
    callAt: 2 * at,
    input: { key, input: { f: "write", value: at } },
    outcome: { status: "ok", returnAt: 2 * at + 1, output: { f: "write" } },
  });
  const model = keyedModel(registerModel());
  const of = (count: number, each: number) =>
    Array.from({ length: count }, (_, i) => write(`k${Math.floor(i / each)}`, i));
  assert(isSkimmed(model, of(5000, 2)) && isSkimmed(model, of(5000, 64)));
  assert(!isSkimmed(model, of(5000, 500)), "large partitions");
  assert(!isSkimmed(model, of(4000, 2)), "a short history");
  assert(!isSkimmed(plain(model), of(5000, 2)), "nothing but a step: that is glided over");
});

Deno.test("a crowd is left to the fast paths before much was tried", () => {
  const random = new Random(5);
  const history = Array.from({ length: 8000 }, (_, i): Operation<unknown, unknown> => ({
    client: i,
    callAt: i,
    input: { key: `k${i % 400}`, input: i % 3 === 0 ? { f: "read" } : { f: "write", value: i } },
    outcome: {
      status: "ok",
      returnAt: i + 4000 + random.below(2000),
      output: i % 3 === 0 ? { f: "read", value: null } : { f: "write" },
    },
  }));
  let steps = 0;
  // deno-lint-ignore no-explicit-any
  const model = keyedModel(registerModel()) as any;
  const { step } = model;
  const counting = { ...model, step: (...args: unknown[]) => (steps++, step(...args)) };
  assert(isSkimmed(counting, history));
  assertEquals(skim(counting, history, new Budget({})), undefined);
  assert(steps < 16_000, `${steps} steps`);
});

Deno.test("a model that changes its states in place is refused where there are many small partitions, too", () => {
  const model: Model<{ count: number }, string, number> = {
    name: "counts",
    init: () => ({ count: 0 }),
    step: (state) => {
      state.count++;
      return state;
    },
    partitionKey: (key) => key,
    effect: () => "update",
  };
  const history = Array.from({ length: 8192 }, (_, i) => {
    const outcome = { status: "ok", output: 0, returnAt: 2 * i + 1 } as const;
    return { client: 1, callAt: 2 * i, input: `k${i >> 1}`, outcome };
  });
  assert(isSkimmed(model, history));
  assertThrows(() => checkOperations(model, history), Error, "changes the state that it is given");
});
