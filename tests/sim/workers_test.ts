import { assert, assertEquals } from "@std/assert";
import type { ChatterResult } from "./chatter_main.ts";
import { runSeeds } from "./workers.ts";
import type { SeedOutcome } from "./workers.ts";

const MODULE = import.meta.resolve("./chatter_main.ts");
const SEEDS = Array.from({ length: 12 }, (_, n) => n);

async function outcomes(workers: number, failAt = -1): Promise<SeedOutcome<ChatterResult>[]> {
  return await Array.fromAsync(
    runSeeds<{ failAt: number }, ChatterResult>({
      module: MODULE,
      seeds: SEEDS,
      options: { failAt },
      workers,
    }),
  );
}

Deno.test("seeds give the same results in this realm, in one worker and in three, in the order of the seeds", async () => {
  const here = await outcomes(0);
  assertEquals(here.map(({ seed }) => seed), SEEDS);
  assert(here.every(({ kind }) => kind === "done"));
  assertEquals(
    new Set(here.map((outcome) => outcome.kind === "done" ? outcome.result.hash : "")).size,
    SEEDS.length,
  );
  assertEquals(await outcomes(1), here);
  assertEquals(await outcomes(3), here);
});

Deno.test("a seed that throws is an outcome, and the others go on", async () => {
  for (const workers of [0, 2]) {
    const all = await outcomes(workers, 5);
    assertEquals(all.map(({ kind }) => kind), SEEDS.map((seed) => seed === 5 ? "failed" : "done"));
    const failed = all[5];
    assert(failed.kind === "failed" && failed.message.includes("seed 5 was told to fail"));
  }
});

Deno.test("a module that does not load fails its seeds with a reason", async () => {
  const run = { module: import.meta.resolve("./no_such_module.ts"), seeds: [1, 2], options: {}, workers: 1 };
  const all = await Array.fromAsync(runSeeds(run));
  assertEquals(all.map(({ kind, seed }) => [kind, seed]), [["failed", 1], ["failed", 2]]);
});

function* endless(): Generator<number> {
  for (let seed = 0;; seed++) yield seed;
}

Deno.test("an endless run ends cleanly when its signal is aborted or its reader leaves", async () => {
  for (const workers of [0, 2]) {
    const controller = new AbortController();
    const run = {
      module: MODULE,
      seeds: endless(),
      options: { failAt: -1 },
      workers,
      signal: controller.signal,
    };
    const seen: number[] = [];
    for await (const { seed } of runSeeds(run)) {
      seen.push(seed);
      if (seed === 3) controller.abort();
    }
    assertEquals(seen.slice(0, 4), [0, 1, 2, 3]);
    const more: number[] = [];
    for await (
      const { seed } of runSeeds({ module: MODULE, seeds: endless(), options: { failAt: -1 }, workers })
    ) {
      more.push(seed);
      if (seed === 2) break;
    }
    assertEquals(more, [0, 1, 2]);
  }
});
