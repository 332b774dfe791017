/** The folder of a real job, and the laws that are held against it, without any process. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { bucketOf, runSequential } from "../../../../mapreduce/mod.ts";
import * as wc from "../../../../mapreduce/apps/wc.ts";
import { checkOperations } from "../../../../porcupine/mod.ts";
import { inventTexts } from "../../../mapreduce/texts.ts";
import { EXIT } from "../orders.ts";
import { JobFolder } from "./job_folder.ts";
import { jobModel } from "./job_history.ts";
import { whyOver } from "./job_program.ts";
import { forgotten } from "./journal_law.ts";

const SIZE = { files: 3, bytes: 800, reduces: 2 };

async function withFolder(use: (folder: JobFolder) => Promise<void>): Promise<void> {
  const top = await Deno.makeTempDir();
  try {
    await use(await JobFolder.make(`${top}/job`, 7, SIZE));
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

Deno.test("what a real job must give is what a sequential run gives, output by output", async () => {
  await withFolder(({ expected }) => {
    const outputs = ["", ""];
    for (const line of runSequential(wc, inventTexts(7, 3, 800))) {
      outputs[bucketOf(line.slice(0, line.indexOf(" ")), 2)] += `${line}\n`;
    }
    assertEquals(expected, outputs);
    assert(expected.every((output) => output.length > 100));
    return Promise.resolve();
  });
});

Deno.test("an output that is half there, or wrong, or missing at the end, is seen; one that is whole is not complained of", async () => {
  await withFolder(async (folder) => {
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder.path}/${name}`, text);
    const [first, second] = folder.expected;
    assertEquals(folder.look(), { maps: 0, reduces: 0, wrong: null });
    await write("mr-out-0", first);
    assertEquals(folder.look(), { maps: 0, reduces: 1, wrong: null });
    assertEquals(await folder.judge(), "mr-out-1 is missing");
    await write("mr-out-1", second.slice(0, 50));
    assertMatch(folder.look().wrong ?? "", /^line \d+ of mr-out-1 is .* instead of /);
    await write("mr-out-1", second);
    assertEquals([folder.look().wrong, await folder.judge()], [null, null]);
    await write("mr-out-1", second.replace(/1\n/, "2\n"));
    assertMatch(await folder.judge() ?? "", /mr-out-1/);
    assertMatch(folder.look().wrong ?? "", /mr-out-1/);
    await write("mr-out-1", second);
    await write("mr-out-2", "");
    assertEquals(await folder.judge(), "mr-out-2 is one output too many");
  });
});

Deno.test("a map task is finished when all its files have their names; they can be lost and damaged, and scratch files taken away", async () => {
  await withFolder(async (folder) => {
    const work = `${folder.path}/mr-work`;
    await Deno.mkdir(work);
    await Deno.writeTextFile(`${work}/mr-0-0`, "abc");
    assertEquals([folder.look().maps, folder.hasJournal], [0, false]);
    await Deno.writeTextFile(`${work}/mr-0-1`, "abc");
    await Deno.writeTextFile(`${work}/mr-journal`, "");
    await Deno.writeTextFile(`${work}/tmp-9-mr-1-0`, "abc");
    await Deno.writeTextFile(`${folder.path}/tmp-10-mr-out-0`, "abc");
    assertEquals([folder.look().maps, folder.hasJournal, folder.mapsDamaged], [1, true, false]);
    folder.wipeScratch();
    assertEquals([...Deno.readDirSync(work)].length, 3);
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).toSorted(), ["in", "mr-work"]);
    assertEquals(folder.damageMap(4, 0, "flip", 0.5), false);
    assertEquals(folder.damageMap(3, 2, "flip", 0.5), true);
    const flipped = await Deno.readTextFile(`${work}/mr-0-0`);
    assert(flipped.length === 3 && flipped !== "abc");
    assertEquals([folder.damageMap(3, 2, "cut", 0.5), folder.mapsDamaged], [true, true]);
    assertEquals((await Deno.readTextFile(`${work}/mr-0-0`)).length, 1);
    assertEquals([folder.loseMap(3), folder.loseMap(3), folder.look().maps], [true, false, 0]);
  });
});

Deno.test("a coordinator that comes back must know its job, and every map task whose files have their names", () => {
  const before = { hasJournal: true, maps: 4 };
  const anew = "process 7\nlistening on 127.0.0.1:1\n";
  const on = (maps: number) => `going on with a job that was broken off: map ${maps}/9  reduce 0/2\n${anew}`;
  const lawOf = (...args: Parameters<typeof forgotten>) => forgotten(...args)?.law ?? null;
  assertEquals(lawOf(anew, before, false), "journal-kept");
  assertEquals(lawOf(on(3), before, false), "journal-kept");
  for (const maps of [4, 5]) assertEquals(lawOf(on(maps), before, false), null);
  // Files were lost; nothing was begun; it died before it could say anything.
  assertEquals(lawOf(on(3), before, true), null);
  assertEquals(lawOf(anew, { hasJournal: false, maps: 0 }, false), null);
  assertEquals(lawOf("process 7\n", before, false), null);
});

Deno.test("a program of a job ends because it is through, or of what was done to it; anything else is a bug", () => {
  const well = { trapped: false, troubled: false };
  const by = (code: number, signal: Deno.Signal | null = null) => ({ code, signal });
  for (
    const [program, end, role, why] of [
      [{ ...well, trapped: true }, by(137, "SIGKILL"), "worker", "trapped"],
      [well, by(137, "SIGKILL"), "coordinator", "unexplained"],
      [{ ...well, troubled: true }, by(EXIT.disk), "coordinator", "disk"],
      [well, by(EXIT.disk), "coordinator", "unexplained"],
      [well, by(0), "coordinator", "through"],
      [well, by(1), "worker", "through"],
      [well, by(1), "coordinator", "unexplained"],
      [{ trapped: true, troubled: true }, by(3), "worker", "unexplained"],
      [well, by(139, "SIGSEGV"), "worker", "unexplained"],
    ] as const
  ) assertEquals(whyOver(program, end, role), why);
});

Deno.test("in the history of jobs another output than the right one is impossible", () => {
  const job = (output: string) => ({
    client: 1,
    callAt: 0,
    input: { job: 1, right: "a" },
    outcome: { status: "ok", returnAt: 1, output },
  } as const);
  assertEquals(checkOperations(jobModel, [job("a")]).kind, "ok");
  assertEquals(checkOperations(jobModel, [job("b")]).kind, "illegal");
});
