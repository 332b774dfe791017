import { assert, assertEquals } from "@std/assert";
import { checkOperations, type Operation } from "../../porcupine/mod.ts";
import { runPlan } from "../chaos/run.ts";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { LAYERS } from "../nemesis/plan.ts";
import { drawPlan, WORKLOADS_OF } from "../nemesis/swarm.ts";
import { totalKept } from "./bank.ts";
import { uniqueIds } from "./counter.ts";
import { noneOutlived } from "./lease.ts";
import { nothingTwice } from "./queue.ts";
import { WORKLOADS } from "./registry.ts";
import { nothingLost } from "./set.ts";
import { type WatchInput, watchModel, type WatchOutput } from "./watch_model.ts";

const SEED = 4711;

Deno.test("every workload that a plan can name is there, and none besides", () => {
  const named = new Set(LAYERS.flatMap((layer) => WORKLOADS_OF[layer]));
  named.delete("wordcount");
  assertEquals(WORKLOADS.map(({ name }) => name).sort(), [...named].sort());
});

for (const layer of ["raft", "kv"] as const) {
  for (const workload of WORKLOADS_OF[layer]) {
    Deno.test(`with every fault on, the workload ${workload} on layer ${layer} passes and is answered (seed ${SEED})`, async () => {
      // Copies instead of bytes: the same run, in a third of the time.
      const plan = { ...everyFaultPlan(SEED, { layer, workload }), isolation: "copy" } as const;
      const { result } = await runPlan(plan, { record: false });
      assertEquals(result.verdict, { kind: "pass" });
      assert(result.operations.ok > 60, `only ${result.operations.ok} answers`);
    });
  }
}

for (
  const [layer, workload] of [["shard", "moves"], ["shard", "register"], ["mapreduce", "wordcount"]] as const
) {
  Deno.test(`the workload ${workload} on layer ${layer} passes, and gives the same events when it is repeated`, async () => {
    const plan = drawPlan(3, { safetyMs: 4000, layer, workload });
    const first = await runPlan(plan, { record: true });
    assertEquals(first.result.verdict, { kind: "pass" }, "drawPlan seed 3, 4 s");
    const again = await runPlan(plan, { record: true });
    assert(first.events === again.events && first.history === again.history);
  });
}

let at = 0;

/** An operation behind all others. */
function ok<Input, Output>(client: string, input: Input, output: Output): Operation<Input, Output> {
  return { client, input, callAt: ++at, outcome: { status: "ok", output, returnAt: ++at } };
}

Deno.test("a bank whose sum changes, an identity given twice, an item handed out twice are told in few words", () => {
  const read = (ann: number) =>
    ok("c1", { f: "read" } as const, { f: "read", balances: { ann, bob: 20, cyd: 20 } } as const);
  assertEquals(totalKept([read(20)]), null);
  assertEquals(totalKept([read(20), read(21)])?.law, "bank-total");
  const add = (client: string, value: number) =>
    ok(
      client,
      { key: "k", input: { f: "addAndGet", amount: 1 } } as const,
      { f: "addAndGet", value } as const,
    );
  assertEquals(uniqueIds([add("c1", 1), add("c2", 2)]), null);
  assertEquals(
    uniqueIds([add("c1", 1), add("c2", 1)])?.sentence,
    "The identity k#1 was given to c1 and to c2.",
  );
  const take = (client: string, value: string | null) =>
    ok(client, { key: "", input: { f: "dequeue" } } as const, { f: "dequeue", value } as const);
  assertEquals(nothingTwice([take("c1", "a"), take("c2", null), take("c2", null)]), null);
  assertEquals(nothingTwice([take("c1", "a"), take("c2", "a")])?.law, "dequeued-once");
});

Deno.test("a member that was added for good and is missing in the end, and a key that outlives its lease, are told", () => {
  const add = ok(
    "c1",
    { key: "", input: { f: "add", value: "c1.4" } } as const,
    { f: "add", changed: true } as const,
  );
  const list = (values: readonly string[]) =>
    ok("audit", { key: "", input: { f: "members" } } as const, { f: "members", values } as const);
  assertEquals(nothingLost([add, list(["c1.4"])]), null);
  assertEquals(nothingLost([add, list([])])?.law, "set-complete");
  const get = (value: string) =>
    ok("audit", { f: "get", key: "lease/c1.1" } as const, { f: "get", value } as const);
  assertEquals(noneOutlived([get("")]), null);
  assertEquals(noneOutlived([get("c1.1")])?.law, "lease-ends");
});

Deno.test("a watcher that misses a write, is given one twice, in another order, or one that nobody made is caught", () => {
  const put = (value: string, revision: number) =>
    ok<WatchInput, WatchOutput>("c1", { f: "put", key: `k${value}`, value }, { f: "put", revision });
  const next = (after: number, revision: number, value: string) =>
    ok<WatchInput, WatchOutput>("c2", { f: "next" }, {
      f: "next",
      after,
      write: { revision, key: `k${value}`, value },
    });
  const kind = (...operations: Operation<WatchInput, WatchOutput>[]) =>
    checkOperations(watchModel(), operations).kind;
  const puts = [put("a", 1), put("b", 2)];
  assertEquals(kind(...puts, next(0, 1, "a"), next(1, 2, "b")), "ok");
  assertEquals(kind(...puts, next(0, 2, "b")), "illegal");
  assertEquals(kind(...puts, next(0, 1, "a"), next(1, 1, "a")), "illegal");
  assertEquals(kind(...puts, next(0, 1, "b")), "illegal");
  assertEquals(kind(...puts, next(0, 1, "a"), next(1, 2, "b"), next(2, 3, "c")), "illegal");
  assertEquals(kind(put("a", 1), put("b", 1)), "illegal");
});

Deno.test("who watches more slowly than others write goes on behind what is no longer kept (seed 3)", async () => {
  const plan = drawPlan(3, {
    safetyMs: 6000,
    layer: "kv",
    workload: "watch",
    clients: 30,
    nodes: 3,
    faults: ["crash"],
    perSecond: 600,
  });
  const { result } = await runPlan(plan, { record: false });
  assertEquals(result.verdict, { kind: "pass" });
});
