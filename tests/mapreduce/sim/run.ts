/**
 * One job from one seed, with everything going wrong in the first minute and then nothing any more.
 * @module
 */

import { type App, intermediateName } from "../../../mapreduce/mod.ts";
import { checkOperations } from "../../../porcupine/mod.ts";
import { allLinks, STORM } from "../../sim/mod.ts";
import { JobWorld } from "./job_world.ts";
import { tableModel } from "./table_model.ts";

/** Faults strike until then. */
const TROUBLE_MS = 60_000;
/** Without further faults a job must be over this much later: leases, patience and all the work again. */
const PEACE_MS = 300_000;

/** What can go wrong. */
export type Fault =
  | "killWorker"
  | "pauseWorker"
  | "slowWorker"
  | "killCoordinator"
  | "pauseCoordinator"
  | "cutPower"
  | "storm"
  | "isolateWorker"
  | "fullDisk"
  | "failWrites"
  | "damageMap"
  | "loseMap";

/** Every fault. */
export const FAULTS: readonly Fault[] = [
  "killWorker",
  "killWorker",
  "pauseWorker",
  "pauseWorker",
  "slowWorker",
  "killCoordinator",
  "pauseCoordinator",
  "cutPower",
  "storm",
  "isolateWorker",
  "fullDisk",
  "failWrites",
  "damageMap",
  "damageMap",
  "loseMap",
];

/** What came of a run. */
export interface JobRun {
  readonly seed: number;
  readonly app: string;
  readonly faults: readonly Fault[];
  readonly maps: number;
  readonly reduces: number;
  readonly wins: number;
  readonly reopened: number;
  readonly lateReports: number;
  readonly operations: number;
  readonly coordinatorLives: number;
  readonly virtualMs: number;
}

/** How a job is run. */
export interface RunOptions {
  readonly seed: number;
  /** @default {all} */
  readonly faults?: readonly Fault[];
  /** @default {drawn} */
  readonly app?: App;
}

/** Runs a job and judges it. Throws with the seed in the message if anything was wrong. */
export async function runJob(options: RunOptions): Promise<JobRun> {
  const { seed } = options;
  try {
    return await judge(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `seed ${seed}: ${why}\nreplay: deno run -A tests/std/with_std.ts run -A tests/mapreduce/sim_main.ts ${seed}`,
      { cause: error },
    );
  }
}

async function judge(options: RunOptions): Promise<JobRun> {
  const { seed } = options;
  const job = new JobWorld(options.app === undefined ? { seed } : { seed, app: options.app });
  const { world, laws } = job;
  world.afterEvent = () => {
    if (laws.broken !== null) world.fail(laws.broken);
  };
  job.boot();
  const struck: Fault[] = [];
  const faults = options.faults ?? FAULTS;
  let lastPollMs = 0;
  if (faults.length > 0) schedule(job, faults, struck);
  await world.run({
    until: () => {
      if (world.nowMs - lastPollMs > 2000) {
        lastPollMs = world.nowMs;
        if (world.nowMs > TROUBLE_MS || faults.length === 0) job.boot();
      }
      return job.end !== null;
    },
    untilMs: TROUBLE_MS + PEACE_MS,
  });
  const { end } = job;
  if (end === null) throw new Error(`the job was not over ${PEACE_MS / 1000} s after the last fault`);
  if (end.kind !== "done") throw new Error(`the job failed: ${end.message}`);
  // Whoever is late now must not do any harm any more.
  await world.run({ untilMs: world.nowMs + 30_000 });
  // What was reported as done must not need the power to stay on.
  job.folder.server.crash("lost");
  job.folder.server.restart();
  const output = job.output();
  const expected = [...job.expected].sort();
  if (output.join("\n") !== expected.join("\n")) {
    throw new Error(
      `the output (${output.length} lines) differs from the sequential run's (${expected.length} lines)`,
    );
  }
  const verdict = await checkOperations(tableModel(job.maps, job.reduces), job.history.operations);
  if (verdict.kind !== "ok") {
    const why = verdict.kind === "illegal" ? verdict.sentence : verdict.reason;
    throw new Error(`the task table's history is ${verdict.kind}: ${why}`);
  }
  world.end();
  return {
    seed,
    app: job.appName,
    faults: struck,
    maps: job.maps,
    reduces: job.reduces,
    wins: laws.wins,
    reopened: job.entries.filter(({ kind }) => kind === "reopened").length,
    lateReports: end.progress.late,
    operations: job.history.operations.length,
    coordinatorLives: world.machine("coordinator").incarnation,
    virtualMs: world.nowMs,
  };
}

/** Lets faults strike at drawn times, and repairs after a while what they did. */
function schedule(job: JobWorld, faults: readonly Fault[], struck: Fault[]): void {
  const random = job.world.random("nemesis");
  const { loop } = job.world;
  const meanMs = random.between(400, 4000);
  // Short absences end while the job still runs, so that the absent one comes back with what it has.
  const longestMs = random.chance(0.5) ? 4000 : 25_000;
  const strike = () => {
    if (job.world.nowMs > TROUBLE_MS || job.end !== null) return heal(job);
    const fault = faults[random.below(faults.length)];
    struck.push(fault);
    inflict(job, fault, { chance: random.next(), longestMs });
    loop.schedule(-Math.log(1 - random.next()) * meanMs, strike);
  };
  loop.schedule(random.next() * meanMs, strike);
}

function heal(job: JobWorld): void {
  job.world.network.mendAll();
  for (const machine of job.world.machines) machine.resume();
  job.folder.server.disk.heal();
  job.slow.clear();
  job.boot();
}

function inflict(
  job: JobWorld,
  fault: Fault,
  { chance, longestMs }: { readonly chance: number; readonly longestMs: number },
): void {
  const { world, folder } = job;
  const worker = job.workers[Math.floor(chance * job.workers.length)];
  const machine = world.machine(worker);
  const coordinator = world.machine("coordinator");
  const laterMs = 200 + chance * longestMs;
  const later = (repair: () => void): void => void world.loop.schedule(laterMs, repair);
  const anyMap = Math.floor(chance * 997) % job.maps;
  const anyFile = `work/${intermediateName(anyMap, Math.floor(chance * 9973) % job.reduces)}`;
  switch (fault) {
    case "killWorker":
      machine.crash();
      return later(() => job.boot());
    case "pauseWorker":
      machine.pause();
      return later(() => machine.resume());
    case "slowWorker":
      job.slow.add(worker);
      return later(() => job.slow.delete(worker));
    case "killCoordinator":
      coordinator.crash();
      return later(() => job.boot());
    case "pauseCoordinator":
      coordinator.pause();
      return later(() => coordinator.resume());
    case "cutPower":
      job.laws.powerCuts++;
      folder.server.crash("drawn");
      return void world.loop.schedule(500 + chance * 3000, () => job.boot());
    case "storm":
      world.network.degrade("storm", allLinks(["coordinator", ...job.workers]), STORM);
      return later(() => world.network.mend("storm"));
    case "isolateWorker":
      world.network.cut("isolation", allLinks(["coordinator", worker]));
      return later(() => world.network.mend("isolation"));
    case "fullDisk":
      folder.server.disk.fill(Math.floor(chance * 500));
      return void world.loop.schedule(chance * 4000, () => folder.server.disk.makeRoom());
    case "failWrites":
      folder.server.disk.failNext(chance < 0.5 ? "write" : "sync", 1);
      return;
    case "damageMap":
      return folder.damage(anyFile, chance * 10 % 1 < 0.5 ? "flip" : "cut", chance * 100 % 1);
    case "loseMap":
      for (let reduce = 0; reduce < job.reduces; reduce++) {
        folder.damage(`work/${intermediateName(anyMap, reduce)}`, "remove", 0);
      }
  }
}
