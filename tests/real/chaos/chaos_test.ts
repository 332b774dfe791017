import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Fault } from "../../nemesis/plan.ts";
import { readFolder } from "../../chaos/cli/folder.ts";
import { runTool } from "../tools.ts";
import { drawRealPlan } from "./real_plan.ts";
import { runReal } from "./run.ts";
import { seedsFrom } from "../../wal/seeds.ts";

const CHAOS = new URL("../../chaos.ts", import.meta.url).href;
/** Whoever has no other permission touches nothing outside loopback; the nodes have none either. */
const LOOPBACK_ONLY = ["net=127.0.0.1", "read", "write", "env", "sys", "run"].map((what) =>
  `--allow-${what}`
);
const CHOICE = {
  safetyMs: 2400,
  layer: "kv",
  workload: "append",
  faults: null,
  nodes: 3,
  clients: 4,
  perSecond: 200,
} as const;

/** One of each sort, each with time to come back: links, a kill, a loss of power at a sync, a stop, a clock, a disk, all at once. */
const FAULTS: readonly Fault[] = [
  { kind: "isolate", atMs: 200, forMs: 300, target: "leader", direction: "inbound" },
  { kind: "crash", atMs: 400, forMs: 100, target: "leader" },
  { kind: "crashAt", atMs: 600, forMs: 100, target: 1, point: "sync", nth: 2, loss: "mixed" },
  { kind: "pause", atMs: 900, forMs: 400, target: "leader" },
  { kind: "clockJump", atMs: 1000, target: 2, jumpMs: 500 },
  { kind: "failingSync", atMs: 1200, forMs: 300, target: "leader" },
  { kind: "badMessages", atMs: 1300, forMs: 500, only: "appendAccepted", conditions: lossy(0.5) },
  { kind: "crashAll", atMs: 1700, forMs: 50 },
  { kind: "wipe", atMs: 2000, forMs: 100, target: 0 },
];

function lossy(lossRate: number) {
  const holdBack = { rate: 0, minMs: 0, spreadMs: 0 };
  const delay = { kind: "none" } as const;
  return { lossRate, duplicateRate: 0, delay, holdBack, bytesPerSecond: 0, inOrder: false };
}

for (const seed of seedsFrom(Deno.args, 1)) {
  Deno.test(`a plan of the simulation on three real processes, with kills that lose unsynced writes, stops, cuts, lost messages, failing disks and a wiped one: nothing acknowledged is lost (seed ${seed})`, async () => {
    const { plan } = drawRealPlan(seed, CHOICE);
    const { result, said, events, struck } = await runReal({
      plan: { ...plan, faults: FAULTS },
      leastFaults: 1,
      again: "",
      signal: new AbortController().signal,
      onFault: () => {},
    });
    assertEquals(result.verdict, { kind: "pass" }, said);
    assert(result.operations.ok > 0 && struck >= 4);
    // What nodes said to one another was seen, and understood.
    for (const kind of ["voteRequest", "appendRequest", "appendAccepted"]) assertStringIncludes(events, kind);
  });
}

/** Interrupts real chaos over `layer` as soon as a fault has taken hold. */
async function interrupt(layer: string, workload: string, program: string): Promise<void> {
  const out = await Deno.makeTempDir();
  const words = ["--real", "--time", "600", "--seed", "3", "--layer", layer, "--workload", workload];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...LOOPBACK_ONLY, "--no-check", CHAOS, ...words, "--out", out],
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    // As Ctrl-C at a terminal does: the whole group hears of it.
    if (/ s {2}\w/.test(part)) Deno.kill(-child.pid, "SIGINT");
  }
  const { code } = await child.status;
  const log = await Deno.readTextFile(`${out}/seed-3-real/nodes.log`);
  const started = [...log.matchAll(/"event":"ready","id":"n\d","pid":(\d+)|^process (\d+)$/gm)];
  assert(started.length >= 3, log);
  for (const [, node, other] of started) {
    const left = await runTool("ps", ["-o", "args=", "-p", node ?? other]);
    assert(left === null || !left.out.includes(program), left?.out ?? "");
  }
  const stored = await readFolder(`${out}/seed-3-real`);
  // A slow machine may not have answered anybody by then: nothing was shown, and it says so.
  const { kind } = stored.result.verdict;
  assert(kind === "pass" ? code === 0 : kind === "vacuous" && code === 2, text);
  assertEquals(stored.plan.workload, workload);
  assertStringIncludes(stored.history, '"linhist-1"');
  await Deno.remove(out, { recursive: true });
}

Deno.test({
  name:
    "real chaos over nodes or jobs that is interrupted judges what it saw, keeps it in a folder like any other, exits with 0 if anybody was answered, leaves no process behind and needs nothing but loopback",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await Promise.all([interrupt("kv", "cas", "node_main"), interrupt("mapreduce", "wordcount", "job_main")]);
  },
});
