import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SimulationError } from "./errors.ts";
import { AmbientError } from "./guard.ts";
import type { Drain } from "./loop.ts";
import { World } from "./world.ts";

const TRESPASSES: readonly (readonly [what: string, trespass: () => unknown])[] = [
  ["Math.random", () => Math.random()],
  ["Date.now", () => Date.now()],
  ["new Date()", () => new Date()],
  ["Date()", () => Date()],
  ["performance.now", () => performance.now()],
  ["setTimeout", () => setTimeout(() => {}, 1)],
  ["setInterval", () => setInterval(() => {}, 1)],
  ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))],
  ["crypto.randomUUID", () => crypto.randomUUID()],
  ["crypto.subtle", () => crypto.subtle.digest("SHA-256", new Uint8Array(1))],
  ["fetch", () => fetch("http://127.0.0.1/")],
  ["Deno.readFile", () => Deno.readFile("nowhere")],
  ["Deno.readTextFile", () => Deno.readTextFile("nowhere")],
  ["MessageChannel", () => new MessageChannel()],
  ["AbortSignal.timeout", () => AbortSignal.timeout(1)],
  ["WeakRef", () => new WeakRef({})],
];

async function trespassError(trespass: () => unknown, drain: Drain): Promise<SimulationError> {
  const world = new World({ seed: 77, drain });
  world.machine("a").boot(async ({ clock }) => {
    await clock.sleep(12);
    try {
      trespass();
    } catch {
      // A program that swallows the error must not get away with it.
    }
    await clock.sleep(1e6);
  });
  return await assertRejects(() => world.run(), SimulationError);
}

Deno.test("asking the real world stops the run and names the function, the place, the time and the seed", async () => {
  for (const drain of ["auto", "macrotask"] as const) {
    for (const [what, trespass] of TRESPASSES) {
      const error = await trespassError(trespass, drain);
      assertEquals(error.code, "ambient");
      assert(error.cause instanceof AmbientError && error.cause.what === what, `${what}: ${error.message}`);
      for (const part of ["guard_test.ts", "seed 77", "at 12 ms"]) assertStringIncludes(error.message, part);
    }
  }
});

Deno.test("the place is named where errors have no stacks, too, and they go on without", async () => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const { message } = await trespassError(() => Math.random(), "auto");
    assertStringIncludes(message, "guard_test.ts");
    assertEquals(Error.stackTraceLimit, 0);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});

Deno.test("everything works as before once the run is over, however it ended", async () => {
  const real = [
    Math.random,
    Date,
    Date.now,
    performance.now,
    setTimeout,
    crypto.getRandomValues,
    crypto.subtle,
    fetch,
  ];
  const world = new World({ seed: 1 });
  world.machine("a").boot(async ({ clock }) => {
    await clock.sleep(1);
    throw new Error("planted");
  });
  await assertRejects(() => world.run(), SimulationError, "planted");
  assertEquals(
    [Math.random, Date, Date.now, performance.now, setTimeout, crypto.getRandomValues, crypto.subtle, fetch]
      .map((now, n) => now === real[n]),
    real.map(() => true),
  );
  assertEquals(Object.hasOwn(performance, "now"), false);
  assert(Math.random() < 1 && Date.now() > 0 && new Date().getTime() > 0);
});

Deno.test("dates that are given, and deterministic schedulers, stay usable during a run", async () => {
  const world = new World({ seed: 1 });
  const seen: unknown[] = [];
  world.machine("a").boot(async ({ clock }) => {
    await clock.sleep(1);
    seen.push(new Date(0).toISOString(), Date.UTC(1970, 0, 2), new Date(5) instanceof Date);
    queueMicrotask(() => seen.push("microtask"));
    seen.push(structuredClone({ a: 1 }));
    const reader = ReadableStream.from([1, 2]).getReader();
    seen.push((await reader.read()).value);
  });
  await world.run();
  assertEquals(seen, ["1970-01-01T00:00:00.000Z", 86_400_000, true, { a: 1 }, "microtask", 1]);
});
