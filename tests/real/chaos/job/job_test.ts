/** Jobs on real processes that are killed, stopped, cut off and robbed. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Fault } from "../../../nemesis/plan.ts";
import { Chronicle } from "../../../report/chronicle.ts";
import { seededRandom } from "../../../../runtime/mod.ts";
import { seedsFrom } from "../../../wal/seeds.ts";
import { runTool } from "../../tools.ts";
import { drawRealPlan } from "../real_plan.ts";
import { JobFolder } from "./job_folder.ts";
import { JobProcesses } from "./job_processes.ts";
import { runRealJobs } from "./run_job.ts";

const CHOICE = {
  safetyMs: 2800,
  layer: "mapreduce",
  workload: "wordcount",
  faults: [],
  nodes: 2,
  clients: null,
  perSecond: null,
} as const;
const SIZE = { files: 16, bytes: 1500, reduces: 3 };
const [SERVER, COORDINATOR, ANN, BOB] = [0, 1, 2, 3];

/**
 * One of each sort: a worker that dies and loses its scratch files, a coordinator that dies with what it had not synced, a stop, a cut, a
 * full disk, lost files, a loss of power.
 */
const FAULTS: readonly Fault[] = [
  { kind: "pause", atMs: 400, forMs: 300, target: ANN },
  { kind: "crash", atMs: 700, forMs: 50, target: BOB },
  { kind: "crash", atMs: 1000, forMs: 50, target: COORDINATOR },
  { kind: "crashAt", atMs: 1300, forMs: 50, target: COORDINATOR, point: "sync", nth: 1, loss: "lost" },
  { kind: "isolate", atMs: 1600, forMs: 200, target: ANN, direction: "both" },
  { kind: "fullDisk", atMs: 1800, forMs: 200, target: COORDINATOR },
  { kind: "loseMap", atMs: 2100, map: 0 },
  { kind: "crash", atMs: 2400, forMs: 50, target: SERVER },
];

for (const seed of seedsFrom(Deno.args, 1)) {
  Deno.test({
    name:
      `words are counted by real processes while workers and coordinator are killed, stopped, cut off and robbed of files and power: every count is right, and nobody is left (seed ${seed})`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const { plan } = drawRealPlan(seed, CHOICE);
      const run = await runRealJobs({
        plan: { ...plan, size: SIZE, faults: FAULTS },
        leastFaults: 1,
        again: "",
        signal: new AbortController().signal,
        onFault: () => {},
      });
      const { result, said, events, struck, jobs, pids } = run;
      assertEquals(result.verdict, { kind: "pass" }, said);
      assert(jobs >= 1 && struck >= 4 && result.operations.ok > 0, `${jobs} jobs, ${struck} faults`);
      // What they said to one another was seen, and understood.
      for (const words of ["asks for work", "map 0, attempt", "taken in"]) {
        assertStringIncludes(events, words);
      }
      assert(pids.length > plan.nodes);
      assertEquals(await leftOf(pids), []);
    },
  });
}

Deno.test({
  name:
    "what a run of jobs has started comes back after a loss of power, and is gone with the run, also what is stopped",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const processes = new JobProcesses({
      workers: 2,
      seed: 1,
      random: seededRandom(1),
      chronicle: new Chronicle(() => 0),
      report: ({ sentence }) => {
        throw new Error(sentence);
      },
      onMessage: () => {},
    });
    try {
      processes.begin(await JobFolder.make(`${folder}/job`, 1, SIZE));
      await processes.settled(ANN);
      // Two losses of power, one within the other: who was held down by the first comes back when it ends.
      assertEquals([await processes.holdDown(SERVER), await processes.holdDown(SERVER)], [true, false]);
      processes.release(SERVER);
      assert(processes.pids.length >= 6);
      await processes.settled(SERVER);
      await processes.signal(ANN, "SIGSTOP");
    } finally {
      await processes[Symbol.asyncDispose]();
    }
    assertEquals(await leftOf(processes.pids), []);
    await Deno.remove(folder, { recursive: true });
  },
});

/** The programs of a job that are still there, of those that were started. */
async function leftOf(pids: readonly number[]): Promise<string[]> {
  const left: string[] = [];
  for (const pid of pids) {
    const found = await runTool("ps", ["-o", "args=", "-p", String(pid)]);
    if (found?.out.includes("job_main")) left.push(found.out);
  }
  return left;
}
