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
} from "../../porcupine/mod.ts";
import { keyedModel } from "../../porcupine/formats/mod.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type RegisterHistory = Operation<RegisterInput, RegisterOutput>[];

/** Registers with five values at `clients` clients: nothing but a search decides them. */
function hard(clients: number, ops: number, seed: number, wrong = false): RegisterHistory {
  const spec = specOf({ model: "register", clients, ops, seed, reads: 1 / 3, cas: 1 / 3, values: 5 });
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

Deno.test("a source that leads nowhere is an error that says so", async () => {
  const model = {
    ...registerModel(),
    source: { module: new URL("./nowhere.ts", import.meta.url).href, name: "x" },
  };
  const error = await assertRejects(
    () => checkInParallel(model, hard(40, 2000, 2), { strategy: "search", workers: 1, timeLimitMs: 20_000 }),
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
