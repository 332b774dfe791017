/** Whatever the other thread does, and whenever: verdict and certificate are those of one thread. */
import { assert, assertEquals } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  type CheckOptions,
  type Keyed,
  keyedModel,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type Verdict,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { hurried } from "./fuzz/hurried.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Crowds on few values: nothing but a search decides them. */
function crowd(seed: number, ops: number, clients: number): History {
  const spec = specOf({ clients, ops, values: 3, reads: 1 / 3, cas: 0.6, crashed: seed % 4, seed });
  const { ok, bad } = simulate(spec);
  return (seed % 3 === 0 ? bad ?? ok : ok).map(registerOperation);
}

/** Keys of very different sizes. */
function keyed(seed: number): Operation<Keyed<RegisterInput>, RegisterOutput>[] {
  const random = new Random(seed);
  return Array.from({ length: 8 }, (_, key) => {
    const part = crowd(seed % 2 === 0 ? 8 * seed + key : 3 * key + 1, random.pick([20, 60, 300]), 10);
    return part.map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      input: { key: `k${key}`, input: operation.input },
    }));
  }).flat();
}

/** The same history in one thread, in two, and in three. */
async function bothWays(
  seed: number,
  judge: (options: CheckOptions & { readonly pool?: WorkerPool }) => Verdict | Promise<Verdict>,
): Promise<void> {
  const alone = await judge({});
  for (const workers of [1, 2]) {
    const pool = new WorkerPool({ workers });
    assertEquals(await judge({ pool, now: hurried() }), alone, `seed ${seed}, ${workers} workers`);
    pool.end();
    // The same threads, ended in the middle of their work, sooner or later.
    const looks = 30 * 5 ** (workers - 1);
    const doomed = new WorkerPool({ workers });
    assertEquals(
      await judge({ pool: doomed, now: hurried(() => doomed.end(), looks) }),
      alone,
      `seed ${seed}, ${workers} workers, ended after ${looks} looks at the clock`,
    );
    doomed.end();
  }
}

const MODEL = registerModel();
const KEYED = keyedModel(registerModel());

const whole =
  "one crowded register has the same verdict and certificate in two threads as in one, also if one of them is ended";
Deno.test(whole, async () => {
  const seeds: number[] = [];
  forSeeds(whole, 3, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  for (const seed of seeds) {
    const history = crowd(seed, 1600, 20);
    await bothWays(
      seed,
      ({ pool, ...options }) =>
        pool === undefined
          ? checkOperations(MODEL, history, options)
          : checkInParallel(MODEL, history, { ...options, pool }),
    );
  }
});

const parts =
  "keys of uneven sizes have the same verdicts and certificates in two threads as in one, also if one of them is ended";
Deno.test(parts, async () => {
  const seeds: number[] = [];
  forSeeds(parts, 3, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  for (const seed of seeds) {
    const history = keyed(seed);
    for (const strategy of ["auto", "search"] as const) {
      await bothWays(
        seed,
        ({ pool, ...options }) =>
          pool === undefined
            ? checkOperations(KEYED, history, { ...options, strategy })
            : checkInParallel(KEYED, history, { ...options, strategy, pool }),
      );
    }
  }
});

const raced =
  "models with nothing but a step function have the same verdicts and certificates in a race of two threads as in one";
Deno.test(raced, async () => {
  const module = new URL("./fuzz/compare.ts", import.meta.url).href;
  const { source } = MODEL;
  if (source === undefined) throw new TypeError("a worker finds the models that are shipped");
  const model = { ...plain(MODEL), source: { module, name: "plain", models: [source] } };
  for (const seed of [1, 2, 3]) {
    const history = crowd(seed, 200, 10);
    await bothWays(
      seed,
      ({ pool, ...options }) =>
        pool === undefined
          ? checkOperations(model, history, { ...options, explain: "verdict" })
          : checkInParallel(model, history, { ...options, explain: "verdict", pool }),
    );
  }
});

Deno.test("limits of time and memory, and a signal, strike in one crowded register that two threads search", async () => {
  const history = crowd(1, 6000, 60);
  const pool = new WorkerPool({ workers: 1 });
  try {
    const late = await checkInParallel(MODEL, history, { pool, timeLimitMs: 400, now: hurried() });
    assertEquals(late.kind === "unknown" && late.reason, "time");
    const held = { pool, now: hurried(), heldBytes: () => 0, memoryLimitBytes: 40_000 };
    const full = await checkInParallel(MODEL, history, held);
    assertEquals(full.kind === "unknown" && full.reason, "memory");
    const controller = new AbortController();
    const clock = hurried(() => controller.abort(), 100);
    const aborted = await checkInParallel(MODEL, history, { pool, now: clock, signal: controller.signal });
    assertEquals(aborted.kind === "unknown" && aborted.reason, "aborted");
    // And the threads are as good as before.
    const short = crowd(1, 1600, 20);
    assertEquals(
      await checkInParallel(MODEL, short, { pool, now: hurried() }),
      checkOperations(MODEL, short),
    );
    assert(pool.started <= 1);
  } finally {
    pool.end();
  }
});

Deno.test("a crowded register that does not fit into half of the memory is searched again with all of it, and found the same", async () => {
  const history = crowd(1, 1600, 20);
  const heldBytes = () => 0;
  let memoryLimitBytes = 8192;
  let alone = checkOperations(MODEL, history, { heldBytes, memoryLimitBytes });
  while (alone.kind === "unknown") {
    memoryLimitBytes *= 1.5;
    alone = checkOperations(MODEL, history, { heldBytes, memoryLimitBytes });
  }
  // Two thirds were not enough: half is not, either.
  const both = await checkInParallel(MODEL, history, {
    heldBytes,
    memoryLimitBytes,
    workers: 1,
    now: hurried(),
  });
  assertEquals(both, alone);
});

Deno.test("where no thread can be had any more each of several long keys is searched by itself, and all are found as alone", async () => {
  const history = [8, 2, 7].flatMap((seed) =>
    crowd(seed * 3 + 1, 1200, 30).map((operation) => ({
      ...operation,
      client: `${seed} ${operation.client}`,
      input: { key: `k${seed}`, input: operation.input },
    }))
  );
  const pool = new WorkerPool({ workers: 1 });
  pool.end();
  // Four times what it takes by this clock: whoever begins again and again comes to an end.
  const options = { pool, now: hurried(), timeLimitMs: 1_000_000 };
  assertEquals(await checkInParallel(KEYED, history, options), checkOperations(KEYED, history));
});
