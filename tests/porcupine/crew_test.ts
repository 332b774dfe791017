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
import { recorded } from "../../porcupine/parts.ts";
import { busyHistory, Random } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";

/** A crew of one helper at most, for a small history. */
function crewWith(pool: WorkerPool, budget: Budget): Crew<RegisterValue, RegisterInput, RegisterOutput> {
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
    desert: () => {},
  });
}

Deno.test("what a model threw in another thread for a check that is over is no error of the next one", async () => {
  const budget = new Budget({});
  const pool = new WorkerPool({ workers: 1 });
  const crew = crewWith(pool, budget);
  const { check } = crew.dispatch;
  crew.fail({ kind: "failed", check: check - 1, code: "model-threw", message: "of the one before" });
  await crew.news(1);
  crew.fail({ kind: "failed", check, code: "model-threw", message: "its own" });
  const error = await assertRejects(() => crew.news(1), PorcupineError);
  assertEquals(error.message, "its own");
  pool.end();
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
