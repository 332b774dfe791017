import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkOperations,
  type CheckOptions,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  registerModel,
  type Verdict,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { conclude, decisionsOf, prepare, takeDown } from "../../porcupine/check.ts";
import { keyedModel } from "../../porcupine/formats/mod.ts";
import { verdictOf } from "../../porcupine/gliding.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { checkShared } from "../../porcupine/parallel/check.ts";
import { partition } from "../../porcupine/parts.ts";
import { decideInRounds } from "../../porcupine/rounds.ts";
import { glide } from "../../porcupine/search/glide.ts";
import { ownPart } from "../../porcupine/search/own_part.ts";
import { isSwept, sweep } from "../../porcupine/search/sweep.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { plainKv } from "./fuzz/plain_kv.ts";
import { busyHistory, nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

interface KeyedInput<Input> {
  readonly key: string;
  readonly input: Input;
}

/** Some objects at the same time, in order of calls, by a clock that may be so coarse that many events have one time. */
function keyed<Truth, Input, Output>(
  shape: () => Shape<Truth, Input, Output>,
  seed: number,
): Operation<KeyedInput<Input>, Output>[] {
  const random = new Random(seed);
  const tick = 1 + random.below(6);
  const all = Array.from({ length: 1 + random.below(6) }, (_, i) => {
    const make = random.pick([busyHistory, busyHistory, nearlyTrue, randomHistory]);
    const history = make(shape(), 4 + random.below(24), random);
    const isLost = random.below(4) === 0;
    return history.filter(({ outcome }) => outcome.status === "ok" || isLost).map((operation) => {
      const { outcome } = operation;
      return {
        ...operation,
        callAt: Math.floor(operation.callAt / tick),
        outcome: outcome.status === "unknown"
          ? outcome
          : { ...outcome, returnAt: Math.floor(outcome.returnAt / tick) },
        input: { key: `k${i}`, input: operation.input },
      };
    });
  }).flat();
  return all.sort((a, b) => a.callAt - b.callAt);
}

/** What has come of a glide beside what comes of a sweep through the same history, brought into order. */
function difference<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): "all" | "some" | "illegal" {
  if (!isSwept(model)) throw new TypeError("a model with nothing but a step is swept");
  const order = orderHistory(history);
  const parts = partition(model, history, order);
  for (const [p, part] of parts.entries()) {
    assertEquals(ownPart(history, part.key, Array.from(part.ids)), part, `part ${p}`);
  }
  const budget = new Budget({});
  const swept = sweep(model, history, { history: order, parts }, budget);
  const glided = glide(model, history, budget, () => parts);
  assert(glided !== undefined && glided.end !== "limit");
  if (glided.end === "some") {
    assertEquals(glided.found, swept);
    return "some";
  }
  if (glided.end === "illegal") {
    assertEquals(glided.part, parts[glided.partition]);
    assertEquals(parts.map((_, p) => p === glided.partition ? glided.swept : undefined), swept);
    toldAlike(model, history);
    return "illegal";
  }
  const { partitions } = verdictOf(glided.course);
  assertEquals(
    partitions.map(({ key, operations, linearization }) => ({ key, operations, linearization })),
    parts.map(({ key, ids }, p) => ({
      key,
      operations: Array.from(ids),
      linearization: Array.from(swept[p]?.decision.order ?? [], (k) => ids[k]),
    })),
  );
  return "all";
}

/** The verdict on a history that is brought into order first, and gone through then. */
function orderedFirst<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions,
): Verdict {
  const budget = new Budget(options);
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) return prepared;
  const swept = sweep(model, operations, prepared, budget);
  const history = takeDown(model, operations, { partitions: prepared.parts.length, isRead: true, budget });
  const decisions = decisionsOf(swept, budget) ??
    decideInRounds({ model, recorded: history, ...prepared, swept, budget, strategy: "auto" });
  return conclude({ model, recorded: history, ...prepared, decisions, budget, options });
}

/** A verdict on a history as it lies beside that on the same brought into order: all of it, whatever is asked for. */
function toldAlike<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): void {
  for (const explain of ["full", "verdict"] as const) {
    const ordered = orderedFirst(model, history, { explain });
    assertEquals(checkOperations(model, history, { explain }), ordered, explain);
  }
}

for (
  const [name, hinted, shape] of [["kv", kvModel(), kvShape], [
    "unique kv",
    kvModel(),
    () => kvShape({ unique: true }),
  ]] as const
) {
  Deno.test(`a glide finds what a sweep finds, order for order, whatever the clock: ${name}`, () => {
    const model = plain(keyedModel(hinted));
    const ends = { all: 0, some: 0, illegal: 0 };
    forSeeds(name, 150, (seed) => {
      ends[difference(model, keyed(shape, seed))]++;
      return undefined;
    });
    assert(ends.all > 5 && ends.some > 30 && ends.illegal > 30, JSON.stringify(ends));
  });
}

Deno.test("a glide finds what a sweep finds, order for order, whatever the clock: register", () => {
  const model = plain(keyedModel(registerModel()));
  forSeeds("register", 150, (seed) => {
    difference(model, keyed(() => registerShape(), seed));
    return undefined;
  });
});

/** Operations on so many keys, some of which meet. */
function manyKeys(keys: number, ops: number, wrong = false) {
  const spec = specOf({ model: "kv", clients: 24, ops, seed: 4, reads: 0.4, puts: 0.06, keys });
  const { ok, bad } = simulate(spec);
  return (wrong ? bad ?? ok : ok).map(kvOperation);
}

Deno.test("a long history on many keys is gone through once, and its order is that of a history that is brought into order first", () => {
  const history = manyKeys(100, 6000);
  const model = plainKv();
  assertEquals(difference(model, history), "all");
  const verdict = checkOperations(model, history);
  // The same by another clock, in another order: the last two calls of all are told the other way round.
  const [last, other] = [history[5999], history[5998]];
  const turned = checkOperations(model, [...history.slice(0, 5998), last, other]);
  assert(verdict.kind === "ok" && turned.kind === "ok");
  const named = (id: number): number => id < 5998 ? id : 11997 - id;
  assertEquals(turned.linearization.map(named), verdict.linearization);
});

Deno.test("a contradiction is told as of a history that is brought into order first: where it lies, what others there are, and why", () => {
  const model = plainKv();
  const history = manyKeys(100, 6000, true);
  assertEquals(difference(model, history), "illegal");
  // Long after it there is another partition, of one operation.
  const last = history[history.length - 1];
  const late = { ...last, callAt: last.callAt + 1e6, input: { f: "get", key: "late" } } as const;
  const alone = { ...late, outcome: { status: "unknown" } } as const;
  assertEquals(difference(model, [...history, alone]), "illegal");
  const verdict = checkOperations(model, [...history, alone]);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.partitions.at(-1), {
    key: "late",
    operations: [history.length],
    verdict: "skipped",
    linearization: [],
  });
});

Deno.test("where a history is out of order long after its contradiction the partitions are those of the times, and the guilty one is told", () => {
  const history = manyKeys(100, 6000, true);
  const model = plainKv();
  const early = {
    client: "early",
    callAt: -1,
    input: { f: "get", key: "early" },
    outcome: { status: "unknown" },
  } as const;
  const late = checkOperations(model, [...history, early]);
  assert(late.kind === "illegal");
  assertEquals(late.partitions[0].key, "early");
  assertEquals(late.partition, late.partitions.find(({ verdict }) => verdict === "illegal")?.key);
  const first = checkOperations(model, [early, ...history]);
  assert(first.kind === "illegal");
  assertEquals(late.firstImpossible, first.firstImpossible - 1);
  assertEquals(late.sentence, first.sentence);
  assertEquals(late.partition, first.partition);
});

Deno.test("a bad time long after a contradiction is told, and not the contradiction", () => {
  const history = manyKeys(100, 6000, true);
  const last = history[history.length - 1];
  const bad = [...history.slice(0, -1), {
    ...last,
    outcome: { ...last.outcome, status: "ok", returnAt: last.callAt - 1 },
  }] as Operation<KvInput, KvOutput>[];
  assertThrows(() => checkOperations(plainKv(), bad), Error, "before its call");
});

Deno.test("what seems busy and is not in the end is gone along after all: twelve reads at once, then two hundred one by one", () => {
  const read = (callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
    client: callAt,
    callAt,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt, output: { f: "get", value: "" } },
  });
  const history = [
    ...Array.from({ length: 12 }, (_, i) => read(i, 100 + i)),
    ...Array.from({ length: 200 }, (_, i) => read(200 + 2 * i, 201 + 2 * i)),
  ];
  assertEquals(difference(plainKv(), history), "some");
  assertEquals(checkOperations(plainKv(), history).kind, "ok");
});

Deno.test("a bad time is told, wherever it stands, before whatever the model thinks of what was asked before", () => {
  const history = manyKeys(10, 200);
  const { outcome } = history[150];
  assert(outcome.status === "ok");
  for (const returnAt of [NaN, Infinity, -1]) {
    const bad = history.map((one, i) => i === 150 ? { ...one, outcome: { ...outcome, returnAt } } : one);
    const throws = {
      ...plainKv(),
      step: (): never => {
        throw new RangeError("never asked");
      },
    };
    let said = "";
    try {
      checkOperations(throws, bad);
    } catch (error) {
      said = String(error);
    }
    assert(said.includes("operation 150"), said);
  }
});

Deno.test("a history that a glide decides is not dealt out to other threads, which would take longer", () => {
  const history = manyKeys(60, 40_000);
  const pool = new WorkerPool({ workers: 1 });
  const verdict = checkShared(plainKv(), history, { pool }, 1);
  pool.end();
  assert(!(verdict instanceof Promise), "it was not over at once");
  assertEquals(verdict.kind, "ok");
});

Deno.test("where a limit strikes no answer is called explained that came after one that is not, and what was not gone through is not told of", () => {
  const history = manyKeys(60, 3000);
  const model = plainKv();
  if (!("step" in model)) throw new Error("it has a step function");
  const { step } = model;
  for (let limit = 4; limit < 40; limit += 3) {
    let now = 0;
    const asked = new Set<unknown>();
    const noting: typeof step = (state, input, answer, context) => {
      asked.add(input);
      return step(state, input, answer, context);
    };
    const verdict = checkOperations({ ...model, step: noting }, history, {
      timeLimitMs: limit,
      now: () => now += 0.25,
    });
    if (verdict.kind === "ok") continue;
    assert(verdict.kind === "unknown");
    const { linearizableUpTo: last, partitions } = verdict;
    if (last < 0) continue;
    const { outcome } = history[last];
    assert(outcome.status === "ok");
    // Of a partition whose track has come to an end before nothing is told.
    const followed = partitions.filter(({ linearization }) => linearization.length > 0);
    assert(followed.length > partitions.length / 2);
    const told = new Set(followed.flatMap(({ linearization }) => linearization));
    const theirs = new Set(followed.flatMap(({ operations }) => operations));
    const ofNothing = [...theirs].filter((i) => !asked.has(history[i].input));
    // The one at which it struck was called.
    assert(ofNothing.length <= 1, `limit ${limit}: ${ofNothing} are told of, and were never asked about`);
    for (const [i, one] of history.entries()) {
      if (one.outcome.status === "ok" && one.outcome.returnAt <= outcome.returnAt && theirs.has(i)) {
        assert(told.has(i), `limit ${limit}: ${i} returned before ${last}, and stands in no order`);
      }
    }
  }
});

Deno.test("where a limit strikes before the history is seen to be out of order, what was not looked at may have come first", () => {
  const history = manyKeys(10, 3000);
  const [first] = history;
  const impossible = { f: "get", value: "never put there" } as const;
  const early: (typeof history)[number] = {
    ...first,
    callAt: first.callAt - 2,
    input: { f: "get", key: "another" },
    outcome: { status: "ok", output: impossible, returnAt: first.callAt - 1 },
  };
  for (let limit = 4; limit < 40; limit += 3) {
    let now = 0;
    const limits = { timeLimitMs: limit, now: () => now += 0.25 };
    const verdict = checkOperations(plainKv(), [...history, early], limits);
    assertEquals(verdict.kind === "unknown" ? verdict.linearizableUpTo : -1, -1, `limit ${limit}`);
  }
});
