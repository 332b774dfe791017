import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Coordinator,
  type CoordinatorOptions,
  type Entry,
  type JobPlan,
  type Link,
  openLink,
} from "../../../mapreduce/mod.ts";
import { commitFiles } from "../../../mapreduce/coordinator/commit.ts";
import { Journal, readJournal } from "../../../mapreduce/coordinator/journal.ts";
import { DiskError, RpcError } from "../../../runtime/mod.ts";
import { World } from "../../sim/mod.ts";
import { WatchedDisk } from "./watched_disk.ts";

const PLAN: JobPlan = {
  id: "job",
  app: "app:test",
  reduces: 2,
  maps: [[{ input: "a", fromByte: 0, toByte: 9, gzip: false }]],
  work: "work",
};

/** All three tasks are done, by this journal. */
const FINISHED: readonly Entry[] = [
  { kind: "epoch", epoch: 1 },
  ...[0, 1, 2].flatMap((task): Entry[] => [
    { kind: "won", task, attempt: 1_000_000 + task, bytes: 10, pairs: 1 },
    { kind: "committed", task },
  ]),
];

/** A coordinator at work, and the line of a worker to it. */
interface Stage {
  readonly world: World;
  readonly disk: WatchedDisk;
  readonly start: (options?: Partial<CoordinatorOptions>) => Promise<Coordinator>;
  readonly link: Link;
}

/** Plays a scene with a coordinator; nothing of it is left afterwards. */
async function onStage(script: (stage: Stage) => Promise<void>): Promise<void> {
  const world = new World({ seed: 1 });
  const disk = new WatchedDisk();
  let start: Stage["start"] | null = null;
  let link: Link | null = null;
  world.machine("coordinator").boot((runtime) => {
    start = (options = {}) =>
      Coordinator.start({
        runtime: { ...runtime, disk },
        app: PLAN.app,
        work: PLAN.work,
        plan: () => PLAN,
        resume: () => true,
        workers: "guests",
        table: {},
        onEntry: () => {},
        onSilent: () => {},
        onRefusal: () => {},
        ...options,
      });
  });
  world.machine("worker").boot((runtime) => {
    link = openLink(runtime, "coordinator");
  });
  await world.play(async () => {
    await world.clock.sleep(1);
    assert(start !== null && link !== null);
    await script({ world, disk, start, link });
  });
  world.end();
}

/** A disk that a former coordinator has left, with the output that is named. */
async function finish(disk: WatchedDisk, outputs: readonly string[]): Promise<void> {
  const journal = await Journal.create(disk, "work", { plan: PLAN, entries: FINISHED, workers: [] });
  await journal.close();
  for (const name of outputs) await (await disk.create(name)).close();
}

Deno.test("output that was removed since it was finished is made again, and a further restart knows it", async () => {
  await onStage(async ({ disk, start }) => {
    await finish(disk, ["mr-out-1"]);
    const coordinator = await start();
    assertEquals(coordinator.progress?.reduces, { waiting: 1, running: 0, done: 1 });
    assertEquals(coordinator.progress?.maps, { waiting: 0, running: 0, done: 1 });
    const journal = await readJournal(disk, "work");
    assertEquals(journal?.entries.at(-1), { kind: "reopened", task: 1, why: "the output was removed" });
    await coordinator[Symbol.asyncDispose]();
    assertEquals(disk.held, []);
  });
});

Deno.test("a coordinator that cannot begin because the folder refuses leaves no file open and no door", async () => {
  await onStage(async ({ disk, start }) => {
    await finish(disk, ["mr-out-1"]);
    disk.refuse = (call) => call === "list" ? "failed" : null;
    await assertRejects(() => start(), DiskError);
    assertEquals(disk.held, []);
    disk.refuse = () => null;
    await (await start())[Symbol.asyncDispose]();
  });
});

Deno.test("a coordinator that was closed in the middle of its job is silent: it tells nothing, and its end stays open", async () => {
  await onStage(async ({ world, disk, start, link }) => {
    const told: string[] = [];
    const coordinator = await start({
      onSilent: (worker) => told.push(`${worker} is silent`),
      onEntry: ({ kind }) => told.push(kind),
    });
    coordinator.end.then(() => told.push("it ended"), () => told.push("it failed"));
    await link.hello({ worker: "anna", app: { kind: "loaded", whole: false } });
    assertEquals((await link.ask("job", "anna", 0)).kind, "task");
    assertEquals(coordinator.progress?.maps, { waiting: 0, running: 1, done: 0 });
    assertEquals(coordinator.progress?.reduces, { waiting: 2, running: 0, done: 0 });
    await coordinator[Symbol.asyncDispose]();
    await world.clock.sleep(60_000);
    assertEquals(told, []);
    assertEquals(disk.held, []);
  });
});

Deno.test("nobody waits for those that have taken their leave, or could not load the application", async () => {
  await onStage(async ({ world, disk, start, link }) => {
    await finish(disk, ["mr-out-0", "mr-out-1"]);
    const coordinator = await start();
    await link.hello({ worker: "anna", app: { kind: "loaded", whole: false } });
    await link.hello({ worker: "bert", app: { kind: "notLoaded" } });
    await link.hello({ worker: "bert", app: { kind: "unfit", message: "no" } });
    assertEquals((await link.ask("job", "anna", 0)).kind, "exit");
    const beginMs = world.nowMs;
    const dismissed = coordinator.dismissed();
    await world.clock.sleep(2000);
    await link.leave("anna");
    await dismissed;
    const waitedMs = world.nowMs - beginMs;
    assert(waitedMs >= 2000 && waitedMs < 3000, `it waited ${waitedMs} ms`);
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("a worker that falls silent, and one whose machine refuses, are told of; what a dead one had is free at once", async () => {
  await onStage(async ({ world, disk, start, link }) => {
    const told: string[] = [];
    const coordinator = await start({
      onSilent: (worker) => told.push(`${worker} is silent`),
      onRefusal: (task, message) => told.push(`${task}: ${message}`),
      onEntry: ({ kind }) => told.push(kind),
    });
    const app = { kind: "loaded", whole: false } as const;
    for (const worker of ["anna", "bert", "carl"]) await link.hello({ worker, app });
    const first = await link.ask("job", "anna", 0);
    assert(first.kind === "task");
    assert(await link.report("job", "anna", first.ref, { kind: "storage", message: "no room" }));
    assertEquals(told.splice(0), ["0: no room"]);
    assertEquals((await link.ask("job", "bert", 0)).kind, "task");
    await world.clock.sleep(11_000);
    assertEquals(told.splice(0), ["bert is silent", "suspected"]);
    assertEquals((await link.ask("job", "carl", 0)).kind, "task");
    assert(await coordinator.workerGone("carl", "killed"));
    assertEquals(told.splice(0), ["suspected"]);
    assertEquals((await readJournal(disk, "work"))?.entries.at(-1)?.kind, "suspected");
    const beginMs = world.nowMs;
    assertEquals((await link.ask("job", "anna", 1)).kind, "task");
    assert(world.nowMs - beginMs < 100, "it had to wait");
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("nobody waits for a worker whose process is known to have ended", async () => {
  await onStage(async ({ world, disk, start, link }) => {
    await finish(disk, ["mr-out-0", "mr-out-1"]);
    const coordinator = await start();
    await link.hello({ worker: "anna", app: { kind: "loaded", whole: false } });
    assertEquals((await link.ask("job", "anna", 0)).kind, "exit");
    await coordinator.workerGone("anna", "killed");
    const beginMs = world.nowMs;
    await coordinator.dismissed();
    assertEquals(world.nowMs, beginMs);
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("a coordinator that cannot write its journal ends, and answers nobody any more", async () => {
  await onStage(async ({ disk, start, link }) => {
    const coordinator = await start();
    const end = assertRejects(() => coordinator.end, DiskError);
    await link.hello({ worker: "anna", app: { kind: "loaded", whole: false } });
    const answer = await link.ask("job", "anna", 0);
    assert(answer.kind === "task");
    disk.refuse = (call) => call === "write" ? "full" : null;
    const done = { kind: "done", bytes: 1, pairs: 1 } as const;
    await assertRejects(() => link.report("job", "anna", answer.ref, done), RpcError);
    await end;
    disk.refuse = () => null;
    const late = await assertRejects(() => link.ask("job", "anna", 1), RpcError);
    assertEquals(late.code, "timeout");
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("nobody is refused for what a crash may yet forget", async () => {
  await onStage(async ({ world, disk, start, link }) => {
    await finish(disk, []);
    const coordinator = await start();
    await link.hello({ worker: "anna", app: { kind: "loaded", whole: false } });
    const answer = await link.ask("job", "anna", 0);
    assert(answer.kind === "task" && answer.ref.task === 1);
    const safe = Promise.withResolvers<void>();
    disk.beforeSync = () => safe.promise;
    const lost = link.report("job", "anna", answer.ref, { kind: "lost", maps: [0] });
    await world.clock.sleep(10);
    // Its files count as long as the journal does not say that they are lost, and it would count again after a crash now.
    const winner = { task: 0, attempt: 1_000_000, version: 0 };
    const heard: string[] = [];
    const done = { kind: "done", bytes: 10, pairs: 1 } as const;
    const report = link.report("job", "bert", winner, done).then((accepted) => {
      heard.push(`reported: ${accepted}`);
    });
    const renewal = link.renew("job", "bert", winner, { mark: null, bytes: 0 }).then((accepted) => {
      heard.push(`renewed: ${accepted}`);
    });
    await world.clock.sleep(100);
    assertEquals(heard, []);
    safe.resolve();
    assertEquals(await lost, true);
    await Promise.all([report, renewal]);
    assertEquals(heard.toSorted(), ["renewed: false", "reported: false"]);
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("what a former life had won is in its place before anybody is served", async () => {
  await onStage(async ({ world, disk, start }) => {
    const entries = FINISHED.slice(0, -1);
    const journal = await Journal.create(disk, "work", { plan: PLAN, entries, workers: [] });
    await journal.close();
    for (const name of ["mr-out-0", "tmp-1000002-mr-out-1"]) await (await disk.create(name)).close();
    const rename = disk.rename.bind(disk);
    disk.rename = async (from, to) => {
      await world.clock.sleep(100);
      await rename(from, to);
    };
    const coordinator = await start();
    assertEquals(coordinator.progress?.reduces, { waiting: 0, running: 0, done: 2 });
    assertEquals(await disk.list(""), ["mr-out-0", "mr-out-1"]);
    await coordinator[Symbol.asyncDispose]();
  });
});

Deno.test("files that are gone are told from a folder that refuses: only the first is a reason to make them again", async () => {
  const disk = new WatchedDisk();
  const won = { task: 1, attempt: 7, again: false };
  assertEquals(await commitFiles(disk, PLAN, won), false);
  await (await disk.create("tmp-7-mr-out-0")).close();
  disk.refuse = (call) => call === "rename" ? "failed" : null;
  await assertRejects(() => commitFiles(disk, PLAN, won), DiskError);
  disk.refuse = () => null;
  assertEquals(await commitFiles(disk, PLAN, won), true);
});
