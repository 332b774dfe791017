import { assert, assertEquals } from "@std/assert";
import { type KvInput, kvModel, type KvOutput } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { Lane } from "../../porcupine/search/lane.ts";
import { Steps } from "../../porcupine/search/steps.ts";
import type { Operation } from "../../porcupine/types.ts";
import { plain } from "./fuzz/compare.ts";

/** Appends that are all open at once, and return one after the other. */
function appends(count: number): Operation<KvInput, KvOutput>[] {
  return Array.from({ length: count }, (_, i) => ({
    client: i,
    callAt: i,
    input: { f: "append", key: "x", value: `${i} ` },
    outcome: { status: "ok", returnAt: 100 + i, output: { f: "append" } },
  }));
}

/** A lane goes along them; how it ends, and how many steps that took. */
function goAlong(count: number): { readonly end: string; readonly steps: number } {
  const model = plain(kvModel());
  if ("steps" in model) throw new TypeError("kv has a step");
  const steps = new Steps(model, appends(count), new Budget({}));
  const lane = new Lane(steps);
  for (let i = 0; i < count; i++) lane.call(i, 100 + i);
  lane.passTo(100 + count);
  return { end: lane.end, steps: steps.taken };
}

Deno.test("a lane leaves no order out as long as there are few", () => {
  assertEquals(goAlong(3).end, "none");
});

Deno.test("a lane that has more orders than it keeps ends there, and asks for no more of them", () => {
  const { end, steps } = goAlong(8);
  assertEquals(end, "crowded");
  assert(steps < 600, `${steps} steps`);
});
