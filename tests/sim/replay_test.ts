import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { chatter, CHATTERERS, tormentedChatter } from "./chatter.ts";
import { RUN_MS } from "./chatter_main.ts";
import { compareTraces, EVENT_KINDS, readTraceLines } from "./trace.ts";
import type { TraceLine } from "./trace.ts";
import { World } from "./world.ts";
import type { WorldOptions } from "./world.ts";

const SEED = 20_250_301;

async function logOf(
  options: Partial<WorldOptions> = {},
): Promise<{ text: string; hash: string; lines: readonly TraceLine[] }> {
  const world = await tormentedChatter({ seed: SEED, record: true, traceContent: true, ...options }, RUN_MS);
  return { text: world.trace.toJsonLines(), hash: world.trace.hash, lines: world.trace.lines };
}

async function logOfProcess(): Promise<{ text: string; hash: string }> {
  const script = new URL("./chatter_main.ts", import.meta.url).href;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "--allow-all", script, String(SEED)] });
  const { stdout, success } = await command.output();
  assert(success, "the process failed");
  const output = new TextDecoder().decode(stdout).trimEnd();
  const end = output.lastIndexOf("\n") + 1;
  return { text: output.slice(0, end), hash: output.slice(end) };
}

Deno.test("the same seed gives a byte-identical event log twice in one process, with every fault on", async () => {
  const first = await logOf();
  const second = await logOf();
  assertEquals(compareTraces(first.lines, second.lines), { kind: "equal", length: first.lines.length });
  assertEquals([first.text === second.text, first.hash], [true, second.hash]);
  const kinds = new Set(first.lines.map(({ kind }) => kind));
  assertEquals(EVENT_KINDS.filter((kind) => !kinds.has(kind)), [], "a kind of happening is not in the log");
  assertNotEquals((await logOf({ seed: SEED + 1 })).hash, first.hash);
});

Deno.test("the same seed gives a byte-identical event log in two other processes", async () => {
  const here = await logOf();
  const [one, two] = await Promise.all([logOfProcess(), logOfProcess()]);
  assertEquals([one.hash, two.hash], [here.hash, here.hash]);
  assert(one.text === here.text && two.text === here.text);
  assertEquals(compareTraces(readTraceLines(one.text), here.lines).kind, "equal");
});

Deno.test("neither the drain, nor the isolation, nor recording or the guard changes what happens", async () => {
  const plain = (await tormentedChatter({ seed: SEED }, RUN_MS)).trace.hash;
  const variants: Partial<WorldOptions>[] = [
    { drain: "macrotask" },
    { isolation: "copy" },
    { isolation: "copy", drain: "macrotask", guard: false, record: true },
    { guard: false },
    { record: true },
  ];
  for (const variant of variants) {
    const world = await tormentedChatter({ seed: SEED, ...variant }, RUN_MS);
    assertEquals(world.trace.hash, plain, JSON.stringify(variant));
  }
});

Deno.test("a run that is interrupted and continued is the same run", async () => {
  const whole = await tormentedChatter({ seed: SEED }, 3000);
  const parts = await tormentedChatter({ seed: SEED }, 1000);
  for (const untilMs of [1000.5, 2000, 3000]) await parts.run({ untilMs });
  assertEquals(parts.trace.hash, whole.trace.hash);
});

/** Two runs of chatterers of which one is helped along by `leak`, with the guard down. */
async function leakyLogs(
  leak: (world: World) => void,
): Promise<[readonly TraceLine[], readonly TraceLine[]]> {
  const logs: (readonly TraceLine[])[] = [];
  for (let run = 0; run < 2; run++) {
    const world = new World({ seed: SEED, record: true, traceContent: true, guard: false });
    for (const name of CHATTERERS) world.machine(name).boot(chatter);
    leak(world);
    await world.run({ untilMs: 500 });
    logs.push(world.trace.lines);
  }
  return [logs[0], logs[1]];
}

Deno.test("a planted Math.random is noticed, and the first divergence is pointed out", async () => {
  const [first, second] = await leakyLogs((world) => {
    const { clock } = world.machine("s2").runtime;
    clock.setTimer(100, () => clock.setTimer(Math.random() * 50, () => {}));
  });
  const verdict = compareTraces(first, second);
  assert(verdict.kind === "diverged");
  assertEquals(first.slice(0, verdict.at), second.slice(0, verdict.at));
  const early = [verdict.left, verdict.right].filter((line) => line?.kind === "timer" && line.node === "s2");
  assert(early.length >= 1, verdict.message);
  assert(first[verdict.at].timeUs >= 100_000);
});

Deno.test("a planted unordered source is noticed", async () => {
  let diverged = false;
  // Completion order of the engine's background threads: almost never the same twice, but nothing promises that.
  for (let attempt = 0; attempt < 5 && !diverged; attempt++) {
    const [first, second] = await leakyLogs((world) => {
      const data = new Uint8Array(200_000);
      let pending = 32;
      for (let job = 0; job < 32; job++) {
        crypto.subtle.digest("SHA-256", data).then(() => {
          pending--;
          world.machine(CHATTERERS[job % 5]).disk.flipBits(1);
          world.machine(CHATTERERS[job % 5]).clock.jump(job);
        });
      }
      const wait = () => pending > 0 && world.loop.schedule(0.001, wait);
      wait();
    });
    diverged = compareTraces(first, second).kind === "diverged";
  }
  assert(diverged);
});
