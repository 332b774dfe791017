/** The main use, as a person meets it: one command over files, folders and patterns. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import * as wc from "../../../mapreduce/apps/wc.ts";
import { runSequential } from "../../../mapreduce/mod.ts";
import { inventTexts } from "../texts.ts";
import { TestFolder, testOnLinux, until } from "./processes.ts";

const APPS = new URL("../apps/", import.meta.url).href;
const TEXTS = inventTexts(11, 4, 60_000);
const WORDS = runSequential(wc, TEXTS).sort();

Deno.test("a folder, a pattern and a file packed in two parts make one job; only the output stays behind", async () => {
  await using folder = new TestFolder();
  const [first, second, third, fourth] = TEXTS.map(({ contents }) => contents);
  folder.write("in/a.txt", first);
  folder.write("in/deep/er/b.txt", second);
  folder.write("in/.hidden", "hidden words");
  folder.write("more/c.txt", third);
  folder.write("more/c.bin", "other words");
  const half = fourth.indexOf("\n", fourth.length / 2) + 1;
  const packed = [fourth.slice(0, half), fourth.slice(half)].map((part) => gzipSync(part));
  folder.write("d.gz", new Uint8Array([...packed[0], ...packed[1]]));
  const { code, stdout, stderr } = await folder.run([
    "wc",
    "in",
    "more/*.txt",
    "d.gz",
    "--out",
    "o",
    "--workers",
    "1",
  ]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^[\d.]+ KB in [\d.]+ s, [\d.]+ MB\/s; 4 map and 10 reduce tasks\n/);
  assertMatch(stdout, new RegExp(`\\n${WORDS.length} lines, [\\d.]+ KB, in o/mr-out-\\*\\n$`));
  assertEquals(folder.output("o"), WORDS);
  assertEquals(folder.names("o"), Array.from({ length: 10 }, (_, at) => `mr-out-${at}`));
});

Deno.test("one large file is cut between lines into many map tasks, all workers take part, no line is lost", async () => {
  await using folder = new TestFolder();
  const lines = Array.from({ length: 40_000 }, (_, at) => `line-${at % 1000}`);
  folder.write("large", lines.join("\n"));
  const app = `${APPS}who.ts`;
  const { code, stdout, stderr } = await folder.run([
    app,
    "large",
    "--split",
    "0.05",
    "--workers",
    "2",
    "--lease",
    "100",
  ]);
  assertEquals(code, 0, stderr);
  const [, maps] = /; (\d+) map and/.exec(stdout) ?? [];
  assert(Number(maps) >= 6, stdout);
  const output = folder.output();
  assertEquals(output.filter((line) => line.startsWith("line-")).length, 1000);
  assert(output.filter((line) => line.startsWith("line-")).every((line) => line.endsWith(" 40")));
  assertEquals(output.filter((line) => line.startsWith("worker-")).length, 2, "a worker had nothing to do");
});

Deno.test("an application comes from a web address as well as from a path", async () => {
  const source = Deno.readTextFileSync(new URL(`${APPS}plain_wc.ts`));
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    return new Response(source, { headers: { "content-type": "application/typescript" } });
  });
  await using folder = new TestFolder();
  folder.write("a.txt", TEXTS[0].contents);
  const app = `http://127.0.0.1:${server.addr.port}/${crypto.randomUUID()}.ts`;
  const { code, stderr } = await folder.run(["--app", app, "a.txt", "--workers", "1"]);
  assertEquals(code, 0, stderr);
  assertEquals(folder.output(), runSequential(wc, TEXTS.slice(0, 1)).sort());
});

Deno.test("the sequential reference prints what all output files together hold", async () => {
  await using folder = new TestFolder();
  const names = TEXTS.map(({ name, contents }) => folder.write(name, contents));
  const { code, stdout, stderr } = await folder.run(["sequential", "wc", ...names]);
  assertEquals(code, 0, stderr);
  assertEquals(stdout.trimEnd().split("\n").sort(), WORDS);
});

Deno.test("wrong usage ends with code 2 and a word on what to do, and touches nothing", async () => {
  await using folder = new TestFolder();
  folder.write("a.txt", "a\n");
  folder.write("mr-out-0", "of an earlier job");
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = `127.0.0.1:${taken.addr.port}`;
  const cases: [string[], string][] = [
    [["--frobnicate", "wc", "a.txt"], "There is no option --frobnicate"],
    [["wcc", "a.txt"], "There is no application wcc: name one of wc, indexer,"],
    [["wc", "nothing.txt"], "Cannot read nothing.txt: there is no such file, folder or match"],
    [["coordinator", "wc", "a.txt", "--listen", busy], `Cannot listen on ${busy}`],
    [["wc", "a.txt", "--out", "a.txt"], "Cannot write to a.txt"],
  ];
  const ends = await Promise.all(cases.map(([args]) => folder.run(args)));
  ends.forEach(({ code, stderr, stdout }, at) => {
    assert(stderr.includes(cases[at][1]), `${cases[at][0]}: ${stderr}`);
    assertEquals([code, stdout], [2, ""], cases[at][0].join(" "));
  });
  assertEquals(folder.names(), ["a.txt", "mr-out-0"]);
  const help = await folder.run(["--help"]);
  assertEquals(help.code, 0);
  assert(help.stdout.includes("mr APP FILES..."));
});

Deno.test("deno task, called from some other folder, takes names from there", async () => {
  await using folder = new TestFolder();
  folder.write("a.txt", "b a b\n");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", "mapreduce/cli.ts", "wc", "a.txt", "--quiet", "--workers", "1"],
    cwd: new URL("../../../", import.meta.url),
    env: { INIT_CWD: folder.path },
    stdout: "null",
    stderr: "piped",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(folder.output(), ["a 1", "b 2"]);
});

Deno.test("where there is no terminal, progress comes line by line: tasks by state, MB/s, time left", async () => {
  await using folder = new TestFolder({ hold: { map: 2 } });
  for (const name of ["a", "b", "c", "d"]) folder.write(name, `${name}\n`);
  const job = folder.start([`${APPS}slow.ts`, "a", "b", "c", "d", "--workers", "1", "--lease", "100"]);
  await job.heard("map 2/4 (1 running)");
  folder.release("map");
  const { code, stderr } = await job.ended;
  assertEquals(code, 0, stderr);
  const line =
    /^map 2\/4 \(1 running\) {2}reduce 0\/10 {2}4 B of 8 B {2}0.0 MB\/s {2}[\d.]+ (s|min \d+ s) left$/m;
  assertMatch(stderr, line);
});

testOnLinux(
  "Ctrl-C ends it with code 130, and the same command goes on without repeating what was finished",
  async () => {
    await using folder = new TestFolder({ hold: { map: 4 } });
    const names = Array.from({ length: 8 }, (_, at) => `in-${at}`);
    for (const name of names) folder.write(name, `line\n${name}\n`);
    const command = [`${APPS}slow.ts`, ...names, "--workers", "2", "--no-backup", "--out", "o"];
    const first = folder.start(command);
    // All those that may end have ended, and the job has heard of it: who is stopped in between has not finished.
    await first.heard("map 4/8");
    first.kill("SIGINT");
    const { code, stderr } = await first.ended;
    assertEquals(code, 130, stderr);
    assertMatch(stderr, /Interrupted\. The same command goes on from here\./);
    const finished = folder.names("o/mr-work").filter((name) => /^mr-\d+-0$/.test(name)).length;
    const before = folder.calls("map");
    folder.release("map");
    const second = await folder.run(command);
    assertEquals(second.code, 0, second.stderr);
    assertMatch(second.stderr, /going on with a job that was broken off: map \d\/8/);
    assert(folder.calls("map") - before <= 8 - finished, "finished maps were done again");
    assertEquals(folder.output("o").length, 9);
    assertEquals(folder.names("o").filter((name) => !name.startsWith("mr-out-")), []);
  },
);

Deno.test("a second job in the same folder is refused while the first is at work, and welcome afterwards", async () => {
  await using folder = new TestFolder({ hold: { map: 0 } });
  folder.write("a", "a\n");
  const first = folder.start([`${APPS}slow.ts`, "a", "--workers", "1"]);
  await until("the first is at work", () => folder.calls("map") > 0);
  const second = await folder.run(["wc", "a"]);
  assertEquals(second.code, 2);
  assertMatch(second.stderr, /another job is at work in \.; wait for it or give another --out/);
  folder.release("map");
  assertEquals((await first.ended).code, 0);
  assertEquals(folder.output(), ["a a"]);
  assertEquals((await folder.run(["wc", "a", "--workers", "1"])).code, 0);
  assertEquals(folder.output(), ["a 1"]);
});
