/** A history that two threads bring into order and deal out: as one thread does, at the same cost. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare, type Prepared } from "../../porcupine/check.ts";
import {
  checkInParallel,
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { prepareTogether } from "../../porcupine/parallel/arrange.ts";
import { enlist, release } from "../../porcupine/parallel/pool.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

type History = Operation<KvInput, KvOutput>[];

/** Clients on some keys, some of whose answers are lost; the times have gaps; every third history is told in another order. */
function keyed(seed: number, ops: number): History {
  const random = new Random(seed);
  const spec = specOf({
    model: "kv",
    clients: 8,
    ops,
    keys: 9,
    reads: 0.4,
    puts: 0.06,
    crashed: seed % 5,
    seed,
  });
  const gap = random.pick([0, 1]);
  const history = distinct(simulate(spec).ok.map(kvOperation)).map((operation) => ({
    ...operation,
    callAt: operation.callAt * (1 + gap) - 50,
    outcome: operation.outcome.status === "unknown"
      ? operation.outcome
      : { ...operation.outcome, returnAt: operation.outcome.returnAt * (1 + gap) - 50 },
  }));
  if (seed % 3 !== 0) return history;
  return [...new Set(history.map((_, i) => history[(i * 7 + seed) % history.length]))];
}

/** The same with a time of its own for each event: its rank. */
function distinct(history: History): History {
  const times = history.flatMap(({ callAt, outcome }, i) => [
    { at: callAt, event: 2 * i },
    ...outcome.status === "ok" ? [{ at: outcome.returnAt, event: 2 * i + 1 }] : [],
  ]).sort((a, b) => a.at - b.at || (a.event & 1) - (b.event & 1) || a.event - b.event);
  const ranks = new Map(times.map(({ event }, rank) => [event, rank]));
  return history.map((operation, i) => {
    const { outcome } = operation;
    const callAt = ranks.get(2 * i) ?? 0;
    if (outcome.status === "unknown") return { ...operation, callAt };
    return { ...operation, callAt, outcome: { ...outcome, returnAt: ranks.get(2 * i + 1) ?? 0 } };
  });
}

/** A pool whose thread waits. */
function warmPool(): WorkerPool {
  const pool = new WorkerPool({ workers: 1 });
  for (const helper of enlist(pool, { hear: () => {}, fail: () => {}, lose: () => {} })) {
    release(pool, helper, "usable");
  }
  return pool;
}

/** As a text: lists of thousands are compared in no time like that. */
function told({ history, parts, first }: Prepared, work: number): string {
  const { events, call, ret } = history;
  const lists = parts.map(({ key, ids, call, ret, returns, end }) => [
    key,
    ...[ids, call, ret, returns].map((list) => Array.from(list)),
    end,
  ]);
  return JSON.stringify([[events, call, ret].map((list) => Array.from(list)), lists, first, work]);
}

const title = "a history is brought into order and dealt out by two threads as by one, and costs the same";
Deno.test(title, async () => {
  const seeds: number[] = [];
  forSeeds(title, 12, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  const pool = warmPool();
  for (const seed of seeds) {
    const history = keyed(seed, seed % 6 === 0 ? 20_000 : 300);
    const alone = new Budget({});
    const prepared = prepare(kvModel(), history, alone);
    if ("kind" in prepared) throw new TypeError("there is no limit");
    const budget = new Budget({});
    const both = await prepareTogether(kvModel(), history, { budget, pool, isRead: true });
    assert(both?.prepared !== undefined, `seed ${seed}: it could not be done`);
    assert(told(both.prepared, budget.work) === told(prepared, alone.work), `seed ${seed}`);
  }
  assertEquals(pool.started, 1);
  pool.end();
});

const refused = "what two threads cannot prepare is left to one, and has cost nothing";
Deno.test(refused, async () => {
  const history = keyed(1, 12_000);
  const model = kvModel();
  const withKey = (three: unknown): Model<string, KvInput, KvOutput> => ({
    ...model,
    partitionKey: ({ key }) => (key === "3" ? three as string : key),
  });
  const at = (change: (callAt: number, i: number) => number): History =>
    history.map((operation, i) => ({
      ...operation,
      callAt: change(operation.callAt, i),
      outcome: { status: "unknown" },
    }));
  const cases: readonly (readonly [string, typeof model, History])[] = [
    ["two calls at one time, early", model, at((callAt, i) => (i === 90 ? history[80].callAt : callAt))],
    ["two calls at one time", model, at((callAt, i) => (i === 9_000 ? history[8_000].callAt : callAt))],
    ["a time that is no whole number", model, at((callAt, i) => (i === 9_000 ? callAt + 0.5 : callAt))],
    ["times far apart", model, at((callAt) => callAt * 20)],
    ["a key that is a number", withKey(3), history],
    ["no key", withKey(undefined), history],
  ];
  for (const [what, judge, operations] of cases) {
    const pool = warmPool();
    const budget = new Budget({});
    const both = await prepareTogether(judge, operations, { budget, pool, isRead: true });
    assertEquals(both?.prepared, undefined, what);
    assertEquals(budget.work, 0, what);
    pool.end();
  }
});

Deno.test("a long history has the same verdict in two threads that prepare it as in one, also if one of them ends meanwhile", async () => {
  const history = keyed(2, 34_000);
  // A read of what nobody wrote, late.
  const at = history.findLastIndex(({ input, outcome }) => input.f === "get" && outcome.status === "ok");
  const wrong = history.map((operation, i): Operation<KvInput, KvOutput> =>
    i !== at || operation.outcome.status === "unknown"
      ? operation
      : { ...operation, outcome: { ...operation.outcome, output: { f: "get", value: "nobody's " } } }
  );
  for (const operations of [history, wrong]) {
    const alone = JSON.stringify(checkOperations(kvModel(), operations));
    for (const looks of [Infinity, 3, 12, 20]) {
      const pool = warmPool();
      let seen = 0;
      const now = () => {
        if (++seen === looks) pool.end();
        return seen;
      };
      const both = await checkInParallel(kvModel(), operations, { pool, now });
      assert(JSON.stringify(both) === alone, `ended after ${looks} looks at the clock`);
      pool.end();
    }
  }
});
