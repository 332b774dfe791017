import {
  checkInParallel,
  checkOperations,
  type CheckOptions,
  type Keyed,
  keyedModel,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  WorkerPool,
} from "../../../porcupine/mod.ts";
import { plain } from "../fuzz/compare.ts";
import { type HistorySpec, simulate, specOf } from "../generate.ts";
import { registerOperation } from "../generate/operations.ts";
import { type Bar, n } from "./bars.ts";
import { generatedCase } from "./histories.ts";

const NOW = (): number => performance.now();

/** A history to be judged in one thread and in two. */
interface Pair {
  readonly name: string;
  /** Pairs of runs, of which the first two warm both threads up. */
  readonly runs: number;
  readonly alone: () => unknown;
  readonly both: () => Promise<unknown>;
}

/** Not a bar, but what the others can be compared with. */
const CEILING = "two equal keys, a thread for each";

/** Values that repeat: nothing but a search decides such a register. */
const FIVE = { reads: 1 / 3, cas: 1 / 3, values: 5 } as const;

/** Five values on each of several keys. */
function keyed(specs: readonly Partial<HistorySpec>[]): Operation<Keyed<RegisterInput>, RegisterOutput>[] {
  return specs.flatMap((spec, key) =>
    simulate(specOf({ ...FIVE, seed: 60 + key, ...spec })).ok.map(registerOperation).map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      input: { key: `k${key}`, input: operation.input },
    }))
  );
}

/** The same without hints; a worker finds it, too. */
function unhinted<State, Input, Output>(model: Model<State, Input, Output>): Model<State, Input, Output> {
  if (model.source === undefined) throw new TypeError("a worker could not find it");
  const module = new URL("../fuzz/compare.ts", import.meta.url).href;
  return { ...plain(model), source: { module, name: "plain", models: [model.source] } };
}

/** Pairs on one kind of history. */
class Pairs {
  readonly #pool: WorkerPool;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  of<State, Input, Output>(
    name: string,
    model: Model<State, Input, Output>,
    history: readonly Operation<Input, Output>[],
    options: CheckOptions = {},
  ): Pair {
    return {
      name,
      runs: 7,
      alone: () => checkOperations(model, history, options),
      both: () => checkInParallel(model, history, { ...options, pool: this.#pool }),
    };
  }

  keys(name: string, specs: readonly Partial<HistorySpec>[]): Pair {
    return this.of(name, keyedModel(registerModel()), keyed(specs));
  }

  oneKey(name: string, spec: Partial<HistorySpec>): Pair {
    return this.of(name, registerModel(), simulate(specOf({ ...FIVE, ...spec })).ok.map(registerOperation));
  }

  /** One key and no hints: the two searches are run against each other. */
  race(name: string, expected: "ok" | "bad", spec: Partial<HistorySpec>): Pair {
    const history = simulate(specOf({ ...FIVE, ...spec }))[expected] ?? [];
    return this.of(name, unhinted(registerModel()), history.map(registerOperation), { explain: "verdict" });
  }

  async generated(name: string, runs: number, spec: Partial<HistorySpec>): Promise<Pair> {
    const history = await generatedCase(spec, "ok").load({ plain: false });
    const pool = this.#pool;
    return { name, runs, alone: () => history.judge({}), both: () => history.judgeInParallel({ pool }) };
  }
}

/**
 * Bar 9: threads. Runs are paired, so that what else the machine does meets both sides; the middle ratio counts. `only`: texts
 * of which a name must have one; all if there are none.
 */
export async function parallelBars(only: readonly string[] = []): Promise<Bar[]> {
  const pool = new WorkerPool({ workers: 1 });
  const bars: Bar[] = [];
  const pairs = new Pairs(pool);
  const crowd = { clients: 40, ops: 2000, seed: 1 };
  const ceiling = pairs.keys(CEILING, [crowd, crowd]);
  for (const pair of await pairsOf(pairs)) {
    if (only.length > 0 && !only.some((text) => pair.name.includes(text))) continue;
    bars.push(await compare(pair, ceiling));
  }
  pool.end();
  return bars;
}

async function pairsOf(pairs: Pairs): Promise<readonly Pair[]> {
  const crowd = { clients: 40, ops: 6000 };
  return [
    pairs.keys(CEILING, [{ ...crowd, seed: 1 }, { ...crowd, seed: 1 }]),
    pairs.keys("16 hard keys", Array.from({ length: 16 }, () => ({ clients: 40, ops: 2000 }))),
    pairs.keys(
      "40 uneven keys, every eighth 15 times as long",
      Array.from({ length: 40 }, (_, key) => ({ clients: 30, ops: key % 8 === 7 ? 6000 : 400 })),
    ),
    pairs.oneKey("one key, five values, 50 clients, 10k operations", { clients: 50, ops: 10_000, seed: 601 }),
    pairs.oneKey("one key, five values, 30 clients, 30k operations", { clients: 30, ops: 30_000, seed: 7 }),
    pairs.race("one key, step function only, 30 clients, illegal: a race", "bad", {
      clients: 30,
      ops: 1000,
      seed: 400,
    }),
    pairs.race("one key, step function only, 20 clients, ok: a race", "ok", {
      clients: 20,
      ops: 10_000,
      seed: 301,
    }),
    await pairs.generated("40 easy keys of texts", 7, {
      model: "kv",
      clients: 60,
      ops: 200_000,
      keys: 40,
      reads: 0.4,
      puts: 0.06,
      seed: 5,
    }),
    await pairs.generated("300 operations", 300, { clients: 5, ops: 300, seed: 5 }),
    await pairs.generated("2000 operations", 200, { clients: 10, ops: 2000, seed: 5 }),
    await pairs.generated("2000 operations on ten keys", 100, { model: "kv", keys: 10, ops: 2000, seed: 5 }),
  ];
}

const WARM = 2;
/** Of what is shorter than this it does not matter what two threads could give. */
const CEILING_FROM_MS = 100;

/** Of a long pair it is said what the machine gave at that moment: after each pair of runs follows one of the ceiling. */
async function compare({ name, runs, alone, both }: Pair, ceiling: Pair): Promise<Bar> {
  const one: number[] = [];
  const two: number[] = [];
  const most: number[] = [];
  for (let i = 0; i < runs + WARM; i++) {
    // In turns, since whoever is second finds the history in the processor's caches.
    const times = i % 2 === 0
      ? [await timed(alone), await timed(both)]
      : [await timed(both), await timed(alone)].reverse();
    if (i < WARM) continue;
    one.push(times[0]);
    two.push(times[1]);
    if (times[0] < CEILING_FROM_MS) continue;
    const single = await timed(ceiling.alone);
    most.push(single / await timed(ceiling.both));
  }
  const ratios = one.map((ms, i) => ms / two[i]).sort((a, b) => a - b);
  const ratio = ratios[ratios.length >>> 1];
  const isLong = middle(one) >= 200;
  const isCeiling = name === CEILING;
  const asked = isCeiling
    ? "what this machine gives"
    : isLong
    ? "1.6 times as fast"
    : "at most 1.1 times as slow";
  return {
    number: 9,
    asked: `two threads, ${name}: ${asked}`,
    reached: `${n(middle(one))} ms alone, ${n(middle(two))} ms in two: ${n(ratio)} times (${
      n(ratios[ratios.length >>> 2])
    } to ${n(ratios[(3 * ratios.length) >>> 2])} in the middle half of ${runs} pairs${
      most.length === 0 ? "" : `; two equal keys beside them: ${n(middle(most))}`
    })`,
    holds: isCeiling || ratio >= (isLong ? 1.6 : 1 / 1.1),
  };
}

async function timed(work: () => unknown): Promise<number> {
  const started = NOW();
  await work();
  return NOW() - started;
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >>> 1];
}
