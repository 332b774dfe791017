/**
 * A coordinator dies and comes back while one of two workers is cut off: the other does what there is to do, and the one that
 * was cut off must still hear that it is over.
 * @module
 */

import type { WorkerEnd } from "../../../mapreduce/mod.ts";
import { allLinks } from "../../sim/mod.ts";
import { JobWorld } from "./job_world.ts";

const COORDINATOR = "coordinator";

/** What came of it. */
export interface Reunion {
  /** How the workers went. */
  readonly departures: readonly (WorkerEnd["kind"] | undefined)[];
  /** Whether everything was done before the one that was cut off could be heard again. */
  readonly doneBefore: boolean;
  readonly output: readonly string[];
  readonly expected: readonly string[];
}

/** When worker and coordinator first understood each other; both are started at the same time. */
export async function firstAnswerMs(seed: number): Promise<number> {
  const job = new JobWorld({ seed, workers: 1 });
  job.boot();
  await job.world.run({ until: () => asked(job).size > 0, untilMs: 60_000 });
  const { nowMs } = job.world;
  job.world.end();
  return nowMs;
}

/** Plays it with what `seed` draws. */
export async function reunion(seed: number): Promise<Reunion> {
  const job = new JobWorld({ seed, workers: 2 });
  const { world } = job;
  const random = world.random("reunion");
  world.afterEvent = () => {
    if (job.laws.broken !== null) world.fail(job.laws.broken);
  };
  job.boot();
  await world.run({ until: () => asked(job).size === 2, untilMs: 60_000 });
  world.machine(COORDINATOR).crash();
  world.network.cut("isolation", allLinks([COORDINATOR, "worker0"]));
  let heardAgainMs = Infinity;
  world.loop.schedule(random.between(200, 3000), () => {
    job.boot();
    world.loop.schedule(random.between(1500, 3000), () => {
      heardAgainMs = world.nowMs;
      world.network.mendAll();
    });
  });
  await world.run({ until: () => job.departures.size === 2, untilMs: world.nowMs + 300_000 });
  world.end();
  return {
    departures: job.workers.map((name) => job.departures.get(name)),
    doneBefore: job.doneMs < heardAgainMs,
    output: job.output(),
    expected: [...job.expected].sort(),
  };
}

/** Who has asked for work and was answered. */
function asked(job: JobWorld): Set<string> {
  const workers = new Set<string>();
  for (const { input, outcome } of job.history.operations) {
    if (input.op === "ask" && outcome.status === "ok") workers.add(input.worker);
  }
  return workers;
}
