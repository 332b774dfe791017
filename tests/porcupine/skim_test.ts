import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkOperations,
  type DeterministicModel,
  kvModel,
  type Model,
  type Operation,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
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
import { askOf } from "../../porcupine/skimming.ts";
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

/** What the fast path says of an illegal partition by itself, in indices of the whole history. */
function whyAlone<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  partition: string,
): unknown {
  const ids = [...history.keys()].filter((i) => model.partitionKey?.(history[i].input) === partition);
  const verdict = dealtOut(model, ids.map((id) => history[id]));
  if (verdict.kind !== "illegal") return verdict.kind;
  const { partitions: _, core, firstImpossible, ...why } = verdict;
  return { ...why, core: core.map((k) => ids[k]), firstImpossible: ids[firstImpossible] };
}

const FOUND = { all: 0, some: 0, illegal: 0, asked: 0, found: 0, left: 0, leftLegal: 0, shorter: 0 };

/** A skim that puts what has no order to the model's fast path, or to nobody. */
function skimAsking<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  isAsked: boolean,
) {
  if ("steps" in model) throw new TypeError("a model of one next state is skimmed");
  const budget = new Budget({});
  const ask = askOf(model, history, budget);
  const skimmed = skim(model, history, budget, {
    partsOf: () => {
      const prepared = prepare(model, history, budget);
      return "kind" in prepared ? undefined : prepared.parts;
    },
    ask: (part) => {
      const settled = isAsked ? ask(part) : undefined;
      if (settled !== undefined) FOUND.asked++;
      return settled;
    },
  });
  return { skimmed, budget };
}

/** What a skim has found, each order gone along step by step. */
function skimFault<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  isAsked: boolean,
): string | undefined {
  const { skimmed, budget } = skimAsking(model, history, isAsked);
  if (skimmed === undefined || skimmed.end === "limit") return undefined;
  FOUND[skimmed.end]++;
  if (skimmed.end === "illegal") {
    const own = Array.from(skimmed.part.ids, (id) => history[id]);
    return oracle(model, own) ? `partition ${skimmed.partition} is accused` : undefined;
  }
  if (skimmed.end === "all") {
    const verdict = verdictOf(skimmed.course);
    if (verdict.kind !== "ok") return verdict.kind;
    if (verdict.linearization.length < history.length) FOUND.shorter++;
    return faultOf(model, history, verdict.linearization);
  }
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared) return prepared.kind;
  const { found } = skimmed;
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
    if (fault !== undefined || decision.verdict !== "ok") {
      return `partition ${p}: ${fault}`;
    }
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
    for (const what of Object.keys(FOUND)) Object.assign(FOUND, { [what]: 0 });
    forSeeds(name, 150, (seed) => {
      const random = new Random(seed);
      const oneInWrong = random.pick([4, 40]);
      const history = many(anyShape, { keys: 8, oneInWrong, oneInLossy: 3 }, random);
      return skimFault(anyModel, history, false) ?? skimFault(anyModel, history, true);
    });
    assert(FOUND.illegal > 5 && FOUND.asked > 15, JSON.stringify(FOUND));
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
        assertEquals(why, whyAlone(anyModel, history, verdict.partition), `seed ${seed}`);
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
  assert(isSkimmed(model, of(5000, 500)), "hundreds each");
  assert(!isSkimmed(model, of(5000, 2500)), "large partitions");
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
  assertEquals(skimAsking(counting, history, true).skimmed, undefined);
  assert(steps < 16_000, `${steps} steps`);
});

/** 200 registers, each written and read in turn; `wrong`: the operations whose answer is one that was never written. */
function inTurn(count: number, wrong: (i: number) => boolean) {
  let steps = 0;
  const model = keyedModel(registerModel()) as DeterministicModel<
    RegisterValue,
    Keyed<RegisterInput>,
    RegisterOutput
  >;
  const counting: typeof model = { ...model, step: (...args) => (steps++, model.step(...args)) };
  const history = Array.from({ length: count }, (_, i): Operation<Keyed<RegisterInput>, RegisterOutput> => {
    const value = Math.floor(i / 400);
    const isRead = i % 400 >= 200;
    return {
      client: 1,
      callAt: 2 * i,
      input: { key: `k${i % 200}`, input: isRead ? { f: "read" } : { f: "write", value } },
      outcome: {
        status: "ok",
        returnAt: 2 * i + 1,
        output: isRead ? { f: "read", value: wrong(i) ? -1 : value } : { f: "write" },
      },
    };
  });
  return { model: counting, history, steps: () => steps };
}

Deno.test("a contradiction early in a long history is told before the rest of it has been stepped through", () => {
  const { model, history, steps } = inTurn(40_000, (i) => i === 2300);
  const { skimmed } = skimAsking(model, history, true);
  assert(skimmed?.end === "illegal" && skimmed.course.allotment.keys[skimmed.partition] === "k100");
  assert(steps() < 4000, `${steps()} steps`);
  const verdict = checkOperations(model, history);
  assert(verdict.kind === "illegal" && verdict.firstImpossible === 2300 && verdict.coreIsMinimal);
  assertEquals(verdict.partitions.filter(({ verdict }) => verdict === "skipped").length, 199);
});

Deno.test("a contradiction is told only if the whole history turns out to be in order of calls, and what is wrong later is refused", () => {
  const { model, history } = inTurn(40_000, (i) => i === 2300);
  const swapped = history.toSpliced(39_000, 2, history[39_001], history[39_000]);
  assertEquals(skimAsking(model, swapped, true).skimmed, undefined);
  const bad = history.with(39_000, { ...history[39_000], callAt: NaN });
  assertThrows(() => checkOperations(model, bad), Error, "39000");
});

Deno.test("of tracks that come to no end a few are put to the fast path at once, the others in the end, and none where there are too many", () => {
  const asked: number[] = [];
  const tell = (wrongFrom: number, wrongKeys: number, each = 40_000) => {
    const { model, history, steps } = inTurn(each, (i) => i >= wrongFrom && i % 200 < wrongKeys);
    const budget = new Budget({});
    asked.length = 0;
    const skimmed = skim(model, history, budget, {
      partsOf: () => undefined,
      // As if each of them were linearizable after all.
      ask: ({ ids }) => {
        asked.push(steps());
        const order = Int32Array.from(ids.keys());
        return {
          decision: { verdict: "ok", order, reached: ids.length, suspects: [], areCore: false, reason: "" },
          work: 0,
        };
      },
    });
    return skimmed?.end;
  };
  assertEquals(tell(20_000, 20), "all");
  assertEquals(asked.length, 20);
  assertEquals(asked.filter((at) => at < 30_000).length, 4);
  // A fifth of the tracks after a tenth of the way: at the end it would be far more.
  assertEquals(tell(4000, 40), undefined);
  assertEquals(asked.length, 4);
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
