import { assertEquals, assertRejects } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  type Model,
  type Operation,
  PorcupineError,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { keyedModel } from "../../porcupine/formats/mod.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type RegisterHistory = Operation<RegisterInput, RegisterOutput>[];

/** Registers with three values that are mostly swapped: nothing but a search decides them. */
function hard(clients: number, ops: number, seed: number, wrong = false): RegisterHistory {
  const spec = specOf({ model: "register", clients, ops, seed, reads: 1 / 3, cas: 0.6, values: 3 });
  const { ok, bad } = simulate(spec);
  return (wrong ? bad ?? ok : ok).map(registerOperation);
}

for (
  const [name, history] of [["linearizable", hard(30, 400, 3)], ["wrong", hard(16, 400, 5, true)]] as const
) {
  Deno.test(`a ${name} history gets the same verdict and certificate in two threads as in one`, async () => {
    const alone = checkOperations(registerModel(), history, { strategy: "search" });
    for (let run = 0; run < 2; run++) {
      assertEquals(
        await checkInParallel(registerModel(), history, { strategy: "search", workers: 1 }),
        alone,
      );
    }
  });
}

Deno.test("what little effort does not decide is decided with all of it, and gets the same certificate", async () => {
  const history = hard(50, 1000, 3);
  const alone = checkOperations(registerModel(), history);
  assertEquals(alone.kind, "ok");
  assertEquals(await checkInParallel(registerModel(), history, { workers: 1 }), alone);
});

Deno.test("twelve keys are shared out, and the first illegal one is reported", async () => {
  const keyed = Array.from(
    { length: 12 },
    (_, key) => ({ key: `k${key}`, history: hard(14, 300, key, key === 7 || key === 9) }),
  );
  const history = keyed.flatMap(({ key, history }) =>
    history.map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      input: { key, input: operation.input },
    }))
  );
  const model = keyedModel(registerModel());
  const alone = checkOperations(model, history, { strategy: "search" });
  assertEquals(alone.kind, "illegal");
  assertEquals(await checkInParallel(model, history, { strategy: "search", workers: 2 }), alone);
});

/** Keys with five values and crowds of clients; those of `wrong` have an answer that is impossible. */
function keyedHistory(keys: number, clients: number, wrong: readonly number[] = []) {
  return Array.from(
    { length: keys },
    (_, key) =>
      hard(clients, 200, key, wrong.includes(key)).map((operation) => ({
        ...operation,
        client: `${key} ${operation.client}`,
        input: { key: `k${key}`, input: operation.input },
      })),
  ).flat();
}

Deno.test("a pool's threads are used again by the next check, also for another model, and end with the pool", async () => {
  const keyed = keyedModel(registerModel());
  // The helper begins with the last key, and meets its violation first.
  const history = keyedHistory(10, 14, [6, 9]);
  const one = hard(30, 300, 3);
  const expected = [
    checkOperations(keyed, history, { strategy: "search" }),
    checkOperations(registerModel(), one, { strategy: "search" }),
  ];
  const pool = new WorkerPool({ workers: 1 });
  // A clock that moves on when it is looked at: however quick the machine is, help is asked for.
  let ms = 0;
  const options = { strategy: "search", pool, now: () => ms += 20 } as const;
  for (let run = 0; run < 2; run++) {
    assertEquals(await checkInParallel(keyed, history, options), expected[0]);
    assertEquals(await checkInParallel(registerModel(), one, options), expected[1]);
    assertEquals(pool.started, 1);
  }
  pool.end();
  assertEquals(pool.started, 0);
  assertEquals(await checkInParallel(keyed, history, options), expected[0]);
});

Deno.test("a check with a pool has the pool's threads, however many it says that it wants", async () => {
  const keyed = keyedModel(registerModel());
  const history = keyedHistory(10, 14);
  for (const [workers, inPool] of [[0, 1], [1, 0]]) {
    using pool = new WorkerPool({ workers: inPool });
    let ms = 0;
    const options = { strategy: "search", pool, workers, now: () => ms += 20 } as const;
    assertEquals((await checkInParallel(keyed, history, options)).kind, "ok");
    assertEquals(pool.started, inPool);
  }
});

Deno.test("where threads share no memory the answer is the same", async () => {
  const keyed = keyedModel(registerModel());
  const history = keyedHistory(8, 12, [6]);
  const one = hard(30, 300, 3);
  const expected = [
    checkOperations(keyed, history, { strategy: "search" }),
    checkOperations(registerModel(), one, { strategy: "search" }),
  ];
  const shared = Object.getOwnPropertyDescriptor(globalThis, "SharedArrayBuffer");
  if (shared === undefined) throw new TypeError("this host shares no memory");
  Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
  try {
    assertEquals(await checkInParallel(keyed, history, { strategy: "search", workers: 1 }), expected[0]);
    assertEquals(
      await checkInParallel(registerModel(), one, { strategy: "search", workers: 1 }),
      expected[1],
    );
  } finally {
    Object.defineProperty(globalThis, "SharedArrayBuffer", shared);
  }
});

Deno.test("what does not fit into a thread's share of the memory is decided with all of it", async () => {
  const keyed = keyedModel(registerModel());
  const history = keyedHistory(6, 14);
  // What the process holds besides is other tests' business, which run at the same time.
  const within = (memoryLimitBytes: number) =>
    ({ strategy: "search", memoryLimitBytes, heldBytes: () => 0 }) as const;
  let least = 4 * 1024;
  while (checkOperations(keyed, history, within(least)).kind !== "ok") least *= 1.25;
  // Half of the least that one thread needs is too little for some keys; of much less nobody decides all.
  for (const memoryLimitBytes of [least / 2, least, 64 * 1024 * 1024]) {
    const options = within(memoryLimitBytes);
    const alone = checkOperations(keyed, history, options);
    const both = await checkInParallel(keyed, history, { ...options, workers: 1 });
    assertEquals(both.kind, alone.kind);
    if (alone.kind === "ok") assertEquals(both, alone);
    // By this clock help is asked for at once, and each partition would be worth a race.
    let ms = 0;
    const hurried = { ...options, now: () => ms += 20, workers: 1 };
    assertEquals((await checkInParallel(keyed, history, hurried)).kind, alone.kind);
  }
});

Deno.test("without workers, and for a model without a source, one thread does it", async () => {
  const history = hard(5, 50, 1);
  const alone = checkOperations(registerModel(), history);
  assertEquals(await checkInParallel(registerModel(), history, { workers: 0 }), alone);
  const { source: _source, ...own } = registerModel();
  assertEquals(
    await checkInParallel(own as Model<RegisterValue, RegisterInput, RegisterOutput>, history),
    alone,
  );
});

Deno.test({
  name: "without the permission to read the worker's file one thread does it",
  permissions: { read: false },
  async fn() {
    const history = hard(30, 400, 3);
    const alone = checkOperations(registerModel(), history, { strategy: "search" });
    const pool = new WorkerPool({ workers: 1 });
    // By this clock help is asked for.
    let ms = 0;
    const options = { strategy: "search", pool, now: () => ms += 20 } as const;
    assertEquals(await checkInParallel(registerModel(), history, options), alone);
    assertEquals(pool.started, 0);
    pool.end();
  },
});

Deno.test("a process that may read nothing makes its check without a complaint on its screen", async () => {
  const main = new URL("./door/without_permission_main.ts", import.meta.url).href;
  const args = ["run", "--no-prompt", "--no-check", "--quiet", main];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const text = new TextDecoder();
  assertEquals([text.decode(stdout), text.decode(stderr)], ["ok\n", ""]);
});

Deno.test("a source that leads nowhere is an error that says so", async () => {
  const model = {
    ...registerModel(),
    source: { module: new URL("./nowhere.ts", import.meta.url).href, name: "x" },
  };
  const error = await assertRejects(
    () => checkInParallel(model, endless(), { strategy: "search", workers: 1, timeLimitMs: 20_000 }),
    PorcupineError,
    "cannot be loaded",
  );
  assertEquals(error.code, "worker-failed");
});

Deno.test("a time limit holds in several threads, too", async () => {
  let now = 0;
  const verdict = await checkInParallel(registerModel(), hard(60, 3000, 2), {
    strategy: "search",
    workers: 1,
    timeLimitMs: 300,
    now: () => now += 5,
  });
  assertEquals(verdict.kind, "unknown");
});

/** A history that no search comes to the end of in the time that a test has. */
function endless(): RegisterHistory {
  const spec = specOf({ clients: 200, ops: 6_000, seed: 9, reads: 0.05, cas: 0.9, values: 4 });
  return simulate(spec).ok.map(registerOperation);
}

/** A signal that fires when this thread listens for the first time after a while. */
function soon(): AbortSignal {
  return AbortSignal.timeout(60);
}

for (
  const [what, model, options] of [
    ["a well-known model", registerModel(), {}],
    ["a well-known model that is searched", registerModel(), { strategy: "search" }],
    ["a model that another thread cannot load", withoutSource(), {}],
  ] as const
) {
  Deno.test(`a signal stops a check that has no other end, of ${what}`, async () => {
    // Only what a thread that searches cannot hear ends this: there is no other limit.
    const verdict = await checkInParallel(model, endless(), { ...options, workers: 1, signal: soon() });
    assertEquals([verdict.kind, verdict.kind === "unknown" && verdict.reason], ["unknown", "aborted"]);
  });
}

for (const isWrong of [false, true]) {
  Deno.test(`with a signal that does not fire a ${isWrong ? "wrong" : "right"} history has the verdict and certificate that it has without`, async () => {
    // So long that no machine is done with it before it is sent to another thread, in several pieces.
    const history = hard(5, 40_000, 9, isWrong);
    const options = { strategy: "search", explain: "verdict" } as const;
    const alone = checkOperations(registerModel(), history, options);
    assertEquals(alone.kind, isWrong ? "illegal" : "ok");
    const { signal } = new AbortController();
    for (const workers of [0, 1]) {
      assertEquals(await checkInParallel(registerModel(), history, { ...options, workers, signal }), alone);
    }
  });
}

Deno.test("a signal that fired before is not overheard", async () => {
  const verdict = await checkInParallel(registerModel(), hard(3, 20, 1), { signal: AbortSignal.abort() });
  assertEquals(verdict.kind === "unknown" && verdict.reason, "aborted");
});

function withoutSource(): Model<RegisterValue, RegisterInput, RegisterOutput> {
  const { source: _source, kind: _kind, ...own } = registerModel();
  return own as Model<RegisterValue, RegisterInput, RegisterOutput>;
}
