import { assert, assertEquals } from "@std/assert";
import { firstAnswerMs, reunion } from "./sim/reunion.ts";
import { World } from "../sim/mod.ts";
import { SharedFolder } from "./sim/shared_folder.ts";
import { FAULTS, type JobRun, runJob } from "./sim/run.ts";

const SEEDS = 60;
const FEW = 24;

async function runMany(from: number, count: number): Promise<JobRun[]> {
  const runs: JobRun[] = [];
  for (let seed = from; seed < from + count; seed++) runs.push(await runJob({ seed }));
  return runs;
}

Deno.test(`${SEEDS} jobs under every fault at once end with the sequential run's output, each task won once`, async () => {
  const runs = await runMany(1, SEEDS);
  // What never happened was not tested.
  const struck = new Set(runs.flatMap(({ faults }) => faults));
  assertEquals([...struck].sort(), [...new Set(FAULTS)].sort());
  const total = (pick: (run: JobRun) => number) => runs.reduce((sum, run) => sum + pick(run), 0);
  assert(total(({ lateReports }) => lateReports) > 0, "no report ever came too late");
  assert(total(({ reopened }) => reopened) > SEEDS / 4, "finished work was hardly ever lost");
  assert(total(({ coordinatorLives }) => coordinatorLives) > SEEDS * 2, "the coordinator hardly ever died");
  assert(new Set(runs.map(({ app }) => app)).size === 5, "not every kind of application was run");
});

Deno.test("the same seed gives the same run", async () => {
  assertEquals(await runJob({ seed: 7 }), await runJob({ seed: 7 }));
});

Deno.test("a program that dies while the folder's server works for it does not go on when the server is through", async () => {
  const world = new World({ seed: 1 });
  const folder = new SharedFolder(world.machine("server"), { onCreate: () => {}, onRename: () => {} });
  folder.server.boot(() => {});
  folder.server.disk.setSyncDelay({ kind: "fixed", ms: 100 });
  let end = "";
  world.machine("client").boot(async (runtime) => {
    const file = await folder.diskOf(runtime).create("a");
    await file.sync().then(() => end = "synced", (error) => end = error.code);
  });
  await world.play(async () => {
    await world.clock.sleep(50);
    world.machine("client").crash();
    await world.clock.sleep(200);
  });
  assert(end !== "synced", "the dead heard of it");
  world.end();
});

Deno.test("a late report of a worker that was paused or cut off loses, and its files with it", async () => {
  let late = 0;
  for (let seed = 1; seed <= FEW; seed++) {
    const run = await runJob({ seed, faults: ["pauseWorker", "isolateWorker"] });
    late += run.lateReports;
    assertEquals(run.reopened, 0);
    // Its absence alone costs nobody's finished work: every task is won exactly once.
    assertEquals(run.wins, run.maps + run.reduces);
  }
  assert(late > 0, "nobody ever came too late");
});

Deno.test("finished maps whose files are lost or damaged are made again, and nothing else is", async () => {
  let reopened = 0;
  for (let seed = 1; seed <= FEW; seed++) {
    const run = await runJob({ seed, faults: ["loseMap", "damageMap"] });
    reopened += run.reopened;
    assertEquals(run.wins, run.maps + run.reduces + run.reopened);
  }
  assert(reopened > FEW / 4, "hardly anything was ever lost");
});

Deno.test("a coordinator that dies again and again goes on from its journal without redoing finished work", async () => {
  let lives = 0;
  for (let seed = 1; seed <= FEW; seed++) {
    const run = await runJob({ seed, faults: ["killCoordinator"] });
    lives += run.coordinatorLives;
    // A win that was written down by a coordinator's last breath is not counted, but kept.
    assert(run.wins <= run.maps + run.reduces, `seed ${seed}: work was done twice`);
  }
  assert(lives > FEW * 2, "the coordinator hardly ever died");
});

const REUNIONS = 30;

Deno.test(`a coordinator that comes back waits for a worker that was cut off meanwhile, ${REUNIONS} seeds`, async () => {
  let alone = 0;
  for (let seed = 1; seed <= REUNIONS; seed++) {
    const { departures, doneBefore, output, expected } = await reunion(seed);
    assertEquals(departures, ["told", "told"], `seed ${seed}: a worker was left behind`);
    assertEquals(output, expected, `seed ${seed}`);
    if (doneBefore) alone++;
  }
  assert(alone >= 3, "the other worker hardly ever did everything before");
});

Deno.test("a worker that calls while the coordinator still reads its journal is answered and need not call again, 10 seeds", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const answeredMs = await firstAnswerMs(seed);
    assert(answeredMs < 1000, `seed ${seed}: it took ${answeredMs} ms`);
  }
});
