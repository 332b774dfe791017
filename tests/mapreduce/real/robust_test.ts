/** Whatever happens to workers, coordinator and files: the output is the sequential run's. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import * as wc from "../../../mapreduce/apps/wc.ts";
import { runSequential, type TextInput } from "../../../mapreduce/mod.ts";
import { inventTexts } from "../texts.ts";
import { assertLeft, processesIn, TestFolder, testOnLinux, until } from "./processes.ts";

const SLOW = new URL("../apps/slow.ts", import.meta.url).href;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Small inputs, each with some lines of its own and some of its neighbours'. */
function inputs(count: number): TextInput[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `in-${at}`,
    contents: Array.from({ length: 6 }, (_, line) => `${LETTERS[at + line]}\n`).join(""),
  }));
}

function place(folder: TestFolder, files: readonly TextInput[]): string[] {
  for (const { name, contents } of files) folder.write(name, contents);
  return files.map(({ name }) => name);
}

/** What `slow` makes of them, without leaving traces here. */
function expected(files: readonly TextInput[]): string[] {
  const pairs = (_name: string, contents: string) => contents.split("\n").filter((line) => line !== "");
  const map = (name: string, contents: string) =>
    pairs(name, contents).map((line): [string, string] => [line, name]);
  const reduce = (_key: string, values: Iterable<string>) => [...values].sort().join(",");
  return runSequential({ map, reduce }, files).sort();
}

/** No lease may run out because a machine is slow, or because a call is held. */
const PATIENT = ["--lease", "100"];

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch {
    // It has just gone by itself.
  }
}

testOnLinux(
  "every worker is killed in the midst of its second call, four times over: the output is whole",
  async () => {
    await using folder = new TestFolder({ hold: { own: 1 } });
    const files = inputs(16);
    const job = folder.start([SLOW, ...place(folder, files), "--workers", "2", "--out", "o", ...PATIENT]);
    const killed = new Set<number>();
    while (killed.size < 4) {
      // The first call of each goes well, so that the job comes to its end.
      const victim = () => [...folder.callsByProcess()].find(([pid, calls]) => calls > 1 && !killed.has(pid));
      await until("a worker is in its second call", () => victim() !== undefined);
      const [pid] = victim() ?? [0];
      killed.add(pid);
      signal(pid, "SIGKILL");
    }
    folder.release("own");
    const { code, stdout, stderr } = await job.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /[4-9] retries|[1-9]\d+ retries/);
    assertEquals(folder.output("o"), expected(files));
  },
);

testOnLinux("a worker paused past its lease and resumed loses its task to another", async () => {
  await using folder = new TestFolder({ hold: { map: 0, reduce: 0 } });
  const files = inputs(8);
  const { process, at } = await folder.coordinator(["--lease", "1", SLOW, ...place(folder, files)]);
  const paused = folder.worker(at);
  await until("it is at work", () => folder.calls("map") === 1);
  paused.kill("SIGSTOP");
  folder.release("map");
  const other = folder.worker(at);
  await until("the other has done all maps, also that one", () => folder.calls("reduce") === 1);
  paused.kill("SIGCONT");
  await until("it has heard so and has other work", () => folder.calls("reduce") >= 2);
  folder.release("reduce");
  const { code, stdout, stderr } = await process.ended;
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /[1-9]\d* leases run out/);
  // With such a short lease, whoever is slow may find nobody there any more.
  for (const worker of [paused, other]) assertLeft(await worker.ended);
  assertEquals(folder.output(), expected(files));
});

testOnLinux(
  "a straggler at the end of the map phase gets a second attempt, long before its lease of 100 s ends, and is told to go",
  async () => {
    await using folder = new TestFolder({ hold: { map: 0 } });
    const files = inputs(6);
    const { process, at } = await folder.coordinator([...PATIENT, SLOW, ...place(folder, files)]);
    const [straggler, other] = [folder.worker(at), folder.worker(at)];
    await until("both are at work", () => folder.callsByProcess().size === 2);
    straggler.kill("SIGSTOP");
    folder.release("map");
    const outputs = () => folder.names().filter((name) => /^mr-out-\d$/.test(name)).length;
    await until("the other has done everything", () => outputs() === 10);
    assertEquals((await other.ended).code, 0);
    // It has been silent for less than a lease: the coordinator must still be there for it.
    straggler.kill("SIGCONT");
    const { code, stdout, stderr } = await process.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /[1-9]\d* backup attempts for stragglers/);
    const left = await straggler.ended;
    assertEquals(left.code, 0, left.stderr);
    assertEquals(folder.output(), expected(files));
  },
);

testOnLinux(
  "the coordinator is killed, its workers go with it, and the same command goes on with what was finished",
  async () => {
    await using folder = new TestFolder({ hold: { map: 4 } });
    const files = inputs(10);
    // Workers that have the patience to wait for it must not do so: nobody will start it for them.
    const options = ["--workers", "2", "--no-backup", "--patience", "100", ...PATIENT, "--out", "o"];
    const command = [SLOW, ...place(folder, files), ...options];
    const first = folder.start(command);
    const maps = () => folder.names("o/mr-work").filter((name) => /^mr-\d+-9$/.test(name)).length;
    await until("three maps are done and the others held", () => maps() >= 3 && folder.calls("map") >= 5);
    first.kill("SIGKILL");
    folder.release("map");
    await until("its workers have gone", () => processesIn(folder.path).length === 0, 60_000);
    await first.ended;
    const [finished, before] = [maps(), folder.calls("map")];
    const second = await folder.run(command);
    assertEquals(second.code, 0, second.stderr);
    assertMatch(second.stderr, /going on with a job that was broken off/);
    // What was won but not yet named when it died counts as well.
    assert(folder.calls("map") - before <= 10 - finished, "finished maps were done again");
    assertEquals(folder.output("o"), expected(files));
  },
);

testOnLinux(
  "workers on other machines outlive a coordinator that is started again at the same address",
  async () => {
    await using folder = new TestFolder({ hold: { map: 0 } });
    const files = inputs(10);
    // Whoever goes on with the job waits for a lease for those that its journal names.
    const command = ["--no-backup", ...PATIENT, SLOW, ...place(folder, files)];
    const { process, at } = await folder.coordinator(command);
    const workers = ["ann", "bob"].map((name) =>
      folder.start(["worker", "--at", at, "--name", name, "--patience", "100"])
    );
    await until("both are at work", () => folder.callsByProcess().size === 2);
    process.kill("SIGKILL");
    await process.ended;
    const again = await folder.coordinator(["--listen", at, ...command]);
    folder.release("map");
    const { code, stderr } = await again.process.ended;
    assertEquals(code, 0, stderr);
    for (const worker of workers) {
      const { code, stderr } = await worker.ended;
      assertEquals(code, 0, stderr);
    }
    assertEquals(folder.output(), expected(files));
    // Two were at work when it died; the new one may give their tasks out before it hears of them.
    assert(folder.calls("map") <= 12, `${folder.calls("map")} calls: finished work was done again`);
  },
);

testOnLinux(
  "intermediate files cut, damaged and lost behind everybody's back: those three maps are done again",
  async () => {
    await using folder = new TestFolder({ hold: { reduce: 0 } });
    const files = inputs(6);
    const { process, at } = await folder.coordinator([
      "--no-backup",
      ...PATIENT,
      SLOW,
      ...place(folder, files),
    ]);
    const worker = folder.worker(at);
    await until("the first reduce is at work", () => folder.calls("reduce") > 0);
    // Buckets are reduced in order: these have not been read yet.
    Deno.truncateSync(`${folder.path}/mr-0-8`, 20);
    const damaged = Deno.readFileSync(`${folder.path}/mr-1-9`);
    damaged[damaged.length >> 1] ^= 1;
    Deno.writeFileSync(`${folder.path}/mr-1-9`, damaged);
    Deno.removeSync(`${folder.path}/mr-2-9`);
    folder.release("reduce");
    const { code, stdout, stderr } = await process.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /3 finished tasks done again/);
    assertMatch(stderr, /doing map task 1 \(in-1\) again: its intermediate files were lost or damaged/);
    assertEquals((await worker.ended).code, 0);
    assertEquals(folder.calls("map"), 6 + 3);
    assertEquals(folder.output(), expected(files));
  },
);

testOnLinux(
  "a worker whose disk is full leaves its task to another, says why, and no half file is ever read",
  async () => {
    await using folder = new TestFolder();
    const texts = inventTexts(12, 2, 200_000);
    const { process, at } = await folder.coordinator(["wc", ...place(folder, texts)]);
    // No file of more than 4 KB, and the system says so instead of ending the process.
    const full = folder.worker(at, { before: "trap '' XFSZ; ulimit -f 8" });
    await process.heard("trying map task 0 (text-0.txt) again in a second: Cannot write");
    const roomy = folder.worker(at);
    const { code, stdout, stderr } = await process.ended;
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /\d+ retries/);
    await Promise.all([full.ended, roomy.ended]);
    assertEquals(folder.output(), runSequential(wc, texts).sort());
    assertEquals(folder.names().filter((name) => name.startsWith("tmp-")), []);
  },
);

testOnLinux(
  "a coordinator without room for its journal says so and ends; with room, the same command goes on",
  async () => {
    await using folder = new TestFolder();
    const files = inputs(12);
    const command = [SLOW, ...place(folder, files), "--workers", "1", "--out", "o"];
    const full = await folder.start(command, { before: "trap '' XFSZ; ulimit -f 4" }).ended;
    assertEquals(full.code, 1);
    assertMatch(full.stderr, /The job failed: Cannot write .*mr-journal.*\nMake room/);
    const { code, stderr } = await folder.run(command);
    assertEquals(code, 0, stderr);
    assertEquals(folder.output("o"), expected(files));
  },
);
