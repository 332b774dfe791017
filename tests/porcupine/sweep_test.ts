import { assert, assertEquals } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  queueModel,
  registerModel,
  type SetInput,
  setModel,
  type SetOutput,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { keyedModel } from "../../porcupine/formats/mod.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { type Part, partition } from "../../porcupine/parts.ts";
import { settle, stroll, type Swept } from "../../porcupine/search/stroll.ts";
import { isSwept, sweep } from "../../porcupine/search/sweep.ts";
import { queueShape } from "./fuzz/collections.ts";
import { plainKv } from "./fuzz/plain_kv.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { busyHistory, nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

interface KeyedInput<Input> {
  readonly key: string;
  readonly input: Input;
}

/** Some objects of one kind, each with a history of its own, at the same time; in a few one answer may be wrong. */
function keyed<Truth, Input, Output>(
  shape: () => Shape<Truth, Input, Output>,
  seed: number,
): Operation<KeyedInput<Input>, Output>[] {
  const random = new Random(seed);
  const kinds = [busyHistory, busyHistory, nearlyTrue, randomHistory];
  const all = Array.from({ length: 2 + random.below(5) }, (_, i) => {
    const history = random.pick(kinds)(shape(), 6 + random.below(24), random);
    // Nobody hears of a lost answer here: a lane leaves it to the search.
    const kept = history.filter(({ outcome }) => outcome.status === "ok" || random.below(4) === 0);
    return kept.map((operation) => ({
      ...operation,
      client: `${i} ${operation.client}`,
      input: { key: `k${i}`, input: operation.input },
    }));
  }).flat();
  return all.sort((a, b) => a.callAt - b.callAt);
}

/** Every lane of a history is compared with the search, and with the same lane by itself. */
function compared<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  share: number,
  seeds = 60,
): void {
  const model = plain(keyedModel(hinted));
  Deno.test(`what the lanes of a sweep find is what the search finds: ${name}`, () => {
    let lanes = 0;
    let found = 0;
    forSeeds(name, seeds, (seed) => {
      const history = keyed(shape, seed);
      const budget = new Budget({});
      const order = orderHistory(history);
      const parts = partition(model, history, order);
      if (!isSwept(model)) throw new TypeError("a model with nothing but a step is swept");
      const swept = sweep(model, history, { history: order, parts }, budget);
      const end = swept.findIndex((one) => one?.decision.verdict === "illegal");
      for (const [p, part] of parts.entries()) {
        const own = Array.from(part.ids, (id) => history[id]);
        const expected = checkOperations(model, own, { strategy: "search", explain: "verdict" });
        lanes++;
        if (swept[p] !== undefined) found++;
        const alone = stroll(model, history, part, new Budget({}));
        // Beside an illegal one no other matters; it is the one that comes first in time.
        if (end < 0 || p === end) assertEquals(swept[p], alone, `lane ${p} of seed ${seed}`);
        else assertEquals(swept[p], undefined);
        if (end >= 0 && alone?.decision.verdict === "illegal") {
          const stuckAt = ({ ids, returns }: Part, { decision }: Swept): number =>
            order.ret[ids[returns[decision.reached]]];
          assert(stuckAt(parts[end], swept[end] ?? alone) <= stuckAt(part, alone), `seed ${seed}`);
        }
        for (const result of [alone, settle(model, history, part, new Budget({}))]) {
          if (result === undefined) continue;
          const { verdict, order: placed } = result.decision;
          if (verdict !== expected.kind) {
            return `lane ${p} is ${expected.kind}, the answer was ${verdict}:\n${JSON.stringify(own)}`;
          }
          const fault = verdict === "ok" ? faultOf(model, own, Array.from(placed)) : undefined;
          if (fault !== undefined) return `lane ${p}: ${fault}: ${placed.join()} of\n${JSON.stringify(own)}`;
        }
      }
      return undefined;
    });
    assert(found >= share * lanes, `${found} of ${lanes}`);
  });
}

compared("register", registerModel(), () => registerShape(), 0.3);
compared("register, unique values", registerModel(), () => registerShape({ unique: true }), 0.3);
compared("kv, unique tokens", kvModel(), () => kvShape({ unique: true }), 0.3);
compared("kv", kvModel(), () => kvShape(), 0.3);
compared("versioned kv", versionedKvModel(), () => versionedShape(), 0.3);
compared("queue", queueModel(), () => queueShape({ unique: true }), 0.3, 15);

/** Many keys, and so many clients that some of their operations meet on one. */
function manyKeys(wrong: boolean, keys = 40, ops = 1500) {
  const spec = specOf({ model: "kv", clients: 24, ops, seed: 4, reads: 0.4, puts: 0.06, keys });
  const { ok, bad } = simulate(spec);
  return (wrong ? bad ?? ok : ok).map(kvOperation);
}

for (const wrong of [false, true]) {
  const kind = wrong ? "illegal" : "ok";
  Deno.test(`1,500 operations on forty keys, ${kind}: verdict and certificate are those of the search, in one thread or two`, async () => {
    const model = plainKv();
    const history = manyKeys(wrong);
    const verdict = checkOperations(model, history);
    const searched = checkOperations(model, history, { strategy: "search" });
    assertEquals(verdict.kind, kind);
    assertEquals(searched.kind, kind);
    assertEquals(await checkInParallel(model, history, { workers: 1 }), verdict);
    if (verdict.kind === "ok") assertEquals(faultOf(model, history, verdict.linearization), undefined);
    if (verdict.kind !== "illegal" || searched.kind !== "illegal") return;
    const { partition, core, coreIsMinimal, coreStandsAlone, firstImpossible, sentence } = verdict;
    const { partitions: _all, ...rest } = searched;
    const why = { partition, core, coreIsMinimal, coreStandsAlone, firstImpossible, sentence };
    assertEquals({ kind: verdict.kind, ...why }, rest);
  });
}

Deno.test("where a limit strikes in the middle of a sweep, what is linearizable up to there is said", () => {
  let now = 0;
  const history = manyKeys(false, 100, 3000);
  const verdict = checkOperations(plain(kvModel()), history, { timeLimitMs: 15, now: () => now += 0.25 });
  assert(verdict.kind === "unknown" && verdict.reason === "time", verdict.kind);
  assert(verdict.linearizableUpTo > 100, `${verdict.linearizableUpTo}`);
  assert(verdict.partitions.every(({ linearization }) => linearization.length > 0));
});

Deno.test("the same where the history was not recorded in order of calls", () => {
  const [one, other, ...rest] = manyKeys(false, 100, 3000);
  for (const limit of [5, 7, 9]) {
    let now = 0;
    const options = { timeLimitMs: limit, now: () => now += 0.25 };
    const verdict = checkOperations(plain(kvModel()), [other, one, ...rest], options);
    assert(verdict.kind === "unknown" && verdict.linearizableUpTo >= 0, `${verdict.kind} after ${limit}`);
  }
});

for (const [when, callAt] of [["after them", 40], ["while they are open", 10]] as const) {
  Deno.test(`a lane that had to leave orders out proves nothing: six appends at once, seen ${when} in an order that is tried late`, () => {
    const letters = [..."fedcba"];
    const append = (value: string, i: number): Operation<KvInput, KvOutput> => ({
      client: i,
      callAt: i,
      input: { f: "append", key: "x", value },
      outcome: { status: "ok", returnAt: 20 + i, output: { f: "append" } },
    });
    const get: Operation<KvInput, KvOutput> = {
      client: 6,
      callAt,
      input: { f: "get", key: "x" },
      outcome: { status: "ok", returnAt: callAt + 1, output: { f: "get", value: "abcdef" } },
    };
    const model = plain(kvModel());
    const history = [...letters.map(append), get];
    const verdict = checkOperations(model, history);
    assert(verdict.kind === "ok", verdict.kind);
    assertEquals(verdict.linearization.map((i) => letters[i] ?? "").join(""), "abcdef");
    if (!isSwept(model)) throw new TypeError("a model with nothing but a step is swept");
    for (const lane of [stroll, settle]) {
      const [part] = partition(model, history, orderHistory(history));
      const found = lane(model, history, part, new Budget({}));
      assert(found === undefined || found.decision.verdict === "ok", lane.name);
    }
  });
}

/** A set of so many values, each added and looked for. */
function manyValues(values: number): Operation<SetInput, SetOutput>[] {
  return Array.from({ length: 2 * values }, (_, i) => ({
    client: 1,
    callAt: 2 * i,
    input: { f: i % 2 === 0 ? "add" : "contains", value: i >> 1 },
    outcome: {
      status: "ok",
      returnAt: 2 * i + 1,
      output: i % 2 === 0 ? { f: "add", changed: true } : { f: "contains", present: true },
    },
  } as const));
}

Deno.test("the single values of a set are tried by lanes, though the model says what is done to them", () => {
  const model = setModel();
  assert(isSwept(model) && !isSwept(registerModel()) && !isSwept(setModel({ members: true })));
  // Where a lane is stuck the contradiction that comes first in time is told, not that of the partition that does.
  const history = manyValues(50);
  const lie = { f: "contains", present: false } as const;
  for (const i of [81, 61]) {
    history[i] = { ...history[i], outcome: { status: "ok", returnAt: 2 * i + 1, output: lie } };
  }
  const verdict = checkOperations(model, history);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.firstImpossible, verdict.core], [61, [60, 61]]);
});

Deno.test("once a limit has struck no more partitions are made ready for a search", () => {
  let asked = 0;
  const model = setModel();
  const effect: typeof model.effect = (input, answer) => {
    asked++;
    return model.effect?.(input, answer) ?? "update";
  };
  let now = 0;
  const options = { strategy: "search", timeLimitMs: 60, now: () => now++ } as const;
  const verdict = checkOperations({ ...model, effect }, manyValues(20_000), options);
  assertEquals(verdict.kind === "unknown" && verdict.reason, "time");
  assert(asked < 20_000, `asked ${asked} times`);
});
