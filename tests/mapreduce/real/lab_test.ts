/** The whole of `test-mr.sh` with real processes, made harder where the script looks away (labs, section 12, 21). */

import { assert, assertEquals } from "@std/assert";
import * as indexer from "../../../mapreduce/apps/indexer.ts";
import * as nocrash from "../../../mapreduce/apps/nocrash.ts";
import * as wc from "../../../mapreduce/apps/wc.ts";
import { type App, outputName, runSequential } from "../../../mapreduce/mod.ts";
import { placeBooks, readBooks } from "./books.ts";
import { assertLeft, pause, type Running, TestFolder } from "./processes.ts";

const BOOKS = readBooks();
const SOURCE = BOOKS.genuine ? "the eight books" : "eight invented books";

/** No lease may run out because a machine is slow. */
const PATIENT = ["--lease", "100"];

function expected(app: App): string[] {
  return runSequential(app, BOOKS.inputs).sort();
}

/** A job of the lab: a coordinator, so many workers at once, all of them to their end. */
async function runLab(
  folder: TestFolder,
  app: string,
  { workers, args = [] }: { readonly workers: number; readonly args?: readonly string[] },
): Promise<void> {
  const { process, at } = await folder.coordinator([...args, app, ...placeBooks(BOOKS, folder.path)]);
  const running = Array.from({ length: workers }, () => folder.worker(at));
  const ended = await process.ended;
  assertEquals([ended.code, ended.signal], [0, null], ended.stderr);
  for (const worker of running) assertLeft(await worker.ended);
}

Deno.test(`wc over ${SOURCE} with 3 workers equals the sequential run and gives the figures that other tools gave`, async () => {
  await using folder = new TestFolder();
  await runLab(folder, "wc", { workers: 3 });
  const output = folder.output();
  assertEquals(output, expected(wc));
  // Ten output files, and X from 0 to 7 times Y from 0 to 9 of what is in between.
  assertEquals(folder.names().filter((name) => /^mr-out-\d$/.test(name)).length, 10);
  assertEquals(folder.names().filter((name) => /^mr-[0-7]-[0-9]$/.test(name)).length, 80);
  assertEquals(folder.names().filter((name) => name.startsWith("tmp-")), []);
  const { first, commonest, distinct, perBucket } = BOOKS.figures;
  assertEquals(output.slice(0, 3), first);
  assertEquals(output.length, distinct);
  assert(output.includes(commonest), commonest);
  const linesPerBucket = Array.from(
    { length: 10 },
    (_, at) => Deno.readTextFileSync(`${folder.path}/${outputName(at)}`).split("\n").length - 1,
  );
  assertEquals(linesPerBucket, perBucket);
});

Deno.test(`indexer over ${SOURCE} with 2 workers equals the sequential run`, async () => {
  await using folder = new TestFolder();
  await runLab(folder, "indexer", { workers: 2 });
  assertEquals(folder.output(), expected(indexer));
});

/** What depends on several workers waits until all are there, however slowly they start. */
function together(workers: number, scale = 0.1): { readonly environment: Record<string, string> } {
  return { environment: { MR_APP_SCALE: String(scale), MR_APP_COMPANY: String(workers) } };
}

Deno.test("map tasks run in parallel on 2 workers", async () => {
  await using folder = new TestFolder(together(2));
  await runLab(folder, "mtiming", { workers: 2, args: PATIENT });
  const output = folder.output();
  assertEquals(output.filter((line) => line.startsWith("times-")).length, 2);
  assertEquals(output.filter((line) => /^parallel-\d+ .*\b2\b/.test(line)).length, 2, output.join("\n"));
});

Deno.test("reduce tasks run in parallel on 2 workers", async () => {
  await using folder = new TestFolder(together(2));
  await runLab(folder, "rtiming", { workers: 2, args: PATIENT });
  const output = folder.output();
  assert(output.filter((line) => /^[a-z] 2$/.test(line)).length >= 2, output.join("\n"));
});

Deno.test("with 4 workers at once each map is called exactly once, and a worker that comes late leaves", async () => {
  await using folder = new TestFolder(together(4));
  // A second attempt for a straggler would be right, and would be counted.
  const { process, at } = await folder.coordinator([
    "--no-backup",
    ...PATIENT,
    "jobcount",
    ...placeBooks(BOOKS, folder.path),
  ]);
  const workers = Array.from({ length: 4 }, () => folder.worker(at));
  const { code, stderr } = await process.ended;
  assertEquals(code, 0, stderr);
  assertEquals(folder.output(), ["a 8"]);
  assertEquals((await Promise.all(workers.map(({ ended }) => ended))).map(({ code }) => code), [0, 0, 0, 0]);
  const late = await folder.worker(at, { args: ["--patience", "0"] }).ended;
  assertEquals([late.code, late.signal], [1, null]);
  assert(late.stderr.includes("is gone"), late.stderr);
});

Deno.test("nobody of coordinator and 3 workers leaves before all output is there", async () => {
  // Some reduces take more than a second, twice as long as a question for work waits.
  await using folder = new TestFolder(together(3, 0.4));
  const books = placeBooks(BOOKS, folder.path);
  const { process, at } = await folder.coordinator([...PATIENT, "early_exit", ...books]);
  const all: Running[] = [process, ...Array.from({ length: 3 }, () => folder.worker(at))];
  await Promise.race(all.map(({ ended }) => ended));
  const atFirstExit = folder.output();
  for (const { ended } of all) {
    const { code, stderr } = await ended;
    assertEquals(code, 0, stderr);
  }
  assertEquals(folder.output(), atFirstExit);
  assertEquals(atFirstExit.length, 8);
});

Deno.test("workers that crash and dawdle at random still give the output of those that do not", async () => {
  // A tenth of the lab's times, the lease included: a call dawdles for up to a whole lease, as there.
  await using folder = new TestFolder({ environment: { MR_APP_SCALE: "0.1" } });
  const { process, at } = await folder.coordinator([
    "--lease",
    "1",
    // What dies here is not to blame, however often it happens.
    "--attempts",
    "100",
    "crash",
    ...placeBooks(BOOKS, folder.path),
  ]);
  let over = false;
  const running = new Set<Running>();
  const loops = Array.from({ length: 4 }, async () => {
    while (!over) {
      const worker = folder.worker(at, { args: ["--patience", "100"] });
      running.add(worker);
      await worker.ended;
      running.delete(worker);
      if (!over) await pause(100);
    }
  });
  const ended = await process.ended;
  over = true;
  // One that was started last finds nobody there any more.
  for (const worker of running) worker.kill("SIGKILL");
  assertEquals([ended.code, ended.signal], [0, null], ended.stderr);
  await Promise.all(loops);
  assertEquals(folder.output(), expected(nocrash));
});
