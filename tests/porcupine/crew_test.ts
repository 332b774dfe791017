import { assertEquals, assertRejects } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import {
  PorcupineError,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { Crew } from "../../porcupine/parallel/crew.ts";
import { enlist, release } from "../../porcupine/parallel/pool.ts";
import { recorded } from "../../porcupine/parts.ts";
import { rest } from "../../porcupine/workers.ts";
import { busyHistory, Random } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";

/** A crew of one helper at most, for a small history. */
function crewWith(
  pool: WorkerPool,
  budget: Budget,
  desert: () => void = () => {},
): Crew<RegisterValue, RegisterInput, RegisterOutput> {
  const model = registerModel();
  const operations = busyHistory(registerShape(), 20, new Random(1));
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) throw new Error("there is no limit");
  const given = {
    model,
    workers: 1,
    history: recorded(operations),
    prepared,
    swept: [],
    budget,
    options: {},
  };
  return new Crew(given, pool, {
    startedAt: 0,
    mostOf: () => Infinity,
    hear: () => {},
    desert,
  });
}

Deno.test("what went wrong in another thread for a check that is over is no error of the next one", async () => {
  const budget = new Budget({});
  const pool = new WorkerPool({ workers: 1 });
  const crew = crewWith(pool, budget);
  const { check } = crew.dispatch;
  crew.fail({ kind: "failed", check: check - 1, code: "worker-failed", message: "of the one before" });
  crew.fail({ kind: "failed", check: null, code: "worker-failed", message: "of none" });
  await crew.news(1);
  crew.fail({ kind: "failed", check, code: "worker-failed", message: "its own" });
  const error = await assertRejects(() => crew.news(1), PorcupineError);
  assertEquals(error.message, "its own");
  pool.end();
  budget.scratch.giveBack();
});

Deno.test("a model that does not load is told with the check that it was to be loaded for", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const told: (number | null)[] = [];
  const [helper] = enlist(pool, { hear: () => {}, fail: ({ check }) => told.push(check), lose: () => {} });
  helper.load({ module: new URL("./nowhere.ts", import.meta.url).href, name: "x" }, 41);
  for (let i = 0; i < 10_000 && told.length === 0; i++) await rest(1, () => {});
  assertEquals(told, [41]);
  release(pool, helper, "usable");
});

Deno.test("a helper in which a step threw is done without: here the step may not be asked at all", async () => {
  const budget = new Budget({});
  using pool = new WorkerPool({ workers: 1 });
  let deserted = 0;
  const crew = crewWith(pool, budget, () => deserted++);
  crew.enlist();
  assertEquals([crew.size, deserted], [1, 0]);
  crew.fail({
    kind: "failed",
    check: crew.dispatch.check,
    code: "model-threw",
    message: "in its last partition",
  });
  await crew.news(1);
  assertEquals([crew.size, deserted], [0, 1]);
  budget.scratch.giveBack();
});

Deno.test("when a helper is gone no other is asked in its place, who would be waited for until it has done what that one had", () => {
  const budget = new Budget({});
  using pool = new WorkerPool({ workers: 1 });
  const crew = crewWith(pool, budget);
  crew.enlist();
  assertEquals(crew.size, 1);
  const helper = crew.idle?.helper;
  if (helper === undefined) throw new Error("it has not been given anything yet");
  crew.lose(helper);
  crew.enlist();
  assertEquals(crew.size, 0);
  crew.dismiss();
  budget.scratch.giveBack();
});

/** Does something where no memory is shared. */
function unshared(act: () => void): void {
  const shared = Object.getOwnPropertyDescriptor(globalThis, "SharedArrayBuffer");
  if (shared === undefined) throw new TypeError("this host shares no memory");
  Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
  try {
    act();
  } finally {
    Object.defineProperty(globalThis, "SharedArrayBuffer", shared);
  }
}

Deno.test("where no memory is shared a helper that is at work is ended with its check, or its search, and one that is not is kept", () => {
  unshared(() => {
    for (const owing of [0, 1]) {
      for (const end of ["check", "search"] as const) {
        const budget = new Budget({});
        using pool = new WorkerPool({ workers: 1 });
        const crew = crewWith(pool, budget);
        crew.enlist();
        const helper = crew.idle?.helper;
        if (helper === undefined) throw new Error("it has not been given anything yet");
        helper.owing = owing;
        if (end === "search") crew.stop(helper, 0);
        assertEquals(crew.size, end === "search" && owing === 1 ? 0 : 1);
        crew.dismiss();
        assertEquals([helper.isGone, pool.started], owing === 1 ? [true, 0] : [false, 1]);
        budget.scratch.giveBack();
      }
    }
  });
});
