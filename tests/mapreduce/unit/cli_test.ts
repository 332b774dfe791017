import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Progress } from "../../../mapreduce/mod.ts";
import { parseArguments } from "../../../mapreduce/cli/arguments.ts";
import { findInputs, openFile } from "../../../mapreduce/cli/input_files.ts";
import { describeJob } from "../../../mapreduce/cli/job.ts";
import { formatBytes, formatSeconds, progressLine, summary } from "../../../mapreduce/cli/notes.ts";
import { UsageError } from "../../../mapreduce/cli/usage_error.ts";
import { gzipSync } from "node:zlib";

/** A folder with these files in it, each with its own name as content. */
class Tree implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "mr-tree-" }));

  constructor(names: readonly string[]) {
    for (const name of names) {
      const full = `${this.path}/${name}`;
      Deno.mkdirSync(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(full, name);
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("names, folders and patterns stand for the files that a shell would say", () => {
  using tree = new Tree([
    "a.txt",
    "b.txt",
    "c.md",
    "s/d.txt",
    "s/t/e.txt",
    "s/.h.txt",
    "w[1].txt",
    "x1",
    "x2",
    "xa",
  ]);
  const cases: [string, string[]][] = [
    ["a.txt", ["a.txt"]],
    ["s", ["s/d.txt", "s/t/e.txt"]],
    ["*.txt", ["a.txt", "b.txt", "w[1].txt"]],
    ["*/*.txt", ["s/d.txt"]],
    ["**/*.txt", ["a.txt", "b.txt", "s/d.txt", "s/t/e.txt", "w[1].txt"]],
    ["s/**/*.txt", ["s/d.txt", "s/t/e.txt"]],
    ["?.md", ["c.md"]],
    ["x[0-9]", ["x1", "x2"]],
    ["x[!0-9]", ["xa"]],
    ["w[1].txt", ["w[1].txt"]],
  ];
  for (const [pattern, names] of cases) {
    const found = findInputs([`${tree.path}/${pattern}`]).map(({ name }) => name.slice(tree.path.length + 1));
    assertEquals(found.sort(), names, pattern);
  }
  const [first, second] = findInputs([`${tree.path}/b.txt`, `${tree.path}/*.txt`]);
  assertEquals(
    [first.name.slice(-5), second.name.slice(-5)],
    ["b.txt", "a.txt"],
    "in the order they are named",
  );
  assertThrows(() => findInputs([`${tree.path}/nothing`]), UsageError, "no such file, folder or match");
  Deno.mkdirSync(`${tree.path}/hollow`);
  assertThrows(() => findInputs([`${tree.path}/hollow`]), UsageError, "there is nothing in it");
});

Deno.test("what a job writes is no input of it, and what it would replace is refused", () => {
  using tree = new Tree(["a.txt", "mr-lock", "mr-work/mr-0-0", "mr-work/mr-journal", "mr-work/notes.txt"]);
  const argv = ["wc", tree.path, "--out", tree.path];
  const { files } = describeJob(parseArguments(argv, 2));
  assertEquals(files.map(({ name }) => name.slice(tree.path.length + 1)), ["a.txt", "mr-work/notes.txt"]);
  Deno.writeTextFileSync(`${tree.path}/mr-out-3`, "");
  assertThrows(() => describeJob(parseArguments(argv, 2)), UsageError, "this job would replace it");
  // The output of one job is a fine input of another.
  const other = describeJob(parseArguments(["wc", tree.path, "--out", `${tree.path}/other`], 2));
  assert(other.files.some(({ name }) => name.endsWith("mr-out-3")));
});

Deno.test("a job is the same job only with the same application, options and inputs", () => {
  using tree = new Tree(["a.txt", "b.txt"]);
  const id = (...more: string[]) => describeJob(parseArguments(["wc", `${tree.path}/a.txt`, ...more], 2)).id;
  const first = id();
  assertEquals(id("--workers", "7", "--skip-bad", "--lease", "3"), first);
  assert(id("--reduce", "11") !== first);
  assert(id(`${tree.path}/b.txt`) !== first);
  Deno.utimeSync(`${tree.path}/a.txt`, 1, 1);
  assert(id() !== first, "a changed input makes another job");
});

Deno.test("a packed file reads as what was packed, in one part or several, and says when it is damaged", async () => {
  using tree = new Tree([]);
  const text = "some text\n".repeat(5000);
  const half = gzipSync(text);
  const read = async (bytes: Uint8Array) => {
    Deno.writeFileSync(`${tree.path}/a.gz`, bytes);
    const stream = await openFile(`${tree.path}/a.gz`, { offset: 0, gzip: true });
    const buffer = new Uint8Array(1000);
    let length = 0;
    try {
      for (let count; (count = await stream.read(buffer)) > 0;) length += count;
    } catch (error) {
      return error instanceof Error ? error.message : error;
    } finally {
      await stream.close();
    }
    return length;
  };
  assertEquals(await read(half), 50_000);
  assertEquals(await read(new Uint8Array([...half, ...half])), 100_000);
  assert(String(await read(half.subarray(0, half.length - 9))).startsWith("Cannot unpack"));
  assert(String(await read(new TextEncoder().encode(text))).startsWith("Cannot unpack"));
});

Deno.test("wrong usage is refused with a word on what to do", () => {
  const cases: [string[], string][] = [
    [["wc"], "Which files?"],
    [["--lease", "5"], "Which application?"],
    [["--frobnicate", "wc", "a.txt"], "There is no option --frobnicate"],
    [["wc", "a.txt", "--keep=yes"], "There is no option --keep=yes"],
    [["wc", "a.txt", "--reduce", "0"], "Cannot use --reduce 0: give a number from 1 to 10000"],
    [["wc", "a.txt", "--reduce", "1e11"], "Cannot use --reduce 1e11: give a number from 1 to 10000"],
    [["wc", "a.txt", "--workers", "100000"], "Cannot use --workers 100000: give a number from 1 to 256"],
    [["wc", "a.txt", "--memory", "Infinity"], "Cannot use --memory Infinity"],
    [["wc", "a.txt", "--split", "1e-9"], "Cannot use --split 1e-9: give a number from 0.001"],
    [["wc", "a.txt", "--work", "../elsewhere"], "Cannot use --work ../elsewhere: give a folder below --out"],
    [["wc", "a.txt", "--work", "/elsewhere"], "Cannot use --work /elsewhere: give a folder below --out"],
    [["wc", "a.txt", "--reduce"], "--reduce needs a value"],
    [["wc", "a.txt", "--lease", "soon"], "Cannot use --lease soon"],
    [["worker"], "Give --at HOST:PORT"],
    [["sequential", "wc", "a.txt", "--out", "here"], "Cannot use --out with sequential"],
    [["sequential", "wc", "a.txt", "--skip-bad"], "Cannot use --skip-bad with sequential"],
    [["coordinator", "wc", "a.txt", "--listen", "here"], "Cannot use --listen here: give host:port"],
  ];
  for (const [argv, says] of cases) assertThrows(() => parseArguments(argv, 2), UsageError, says);
  const { command, app, files, workers } = parseArguments(["wc", "--", "--odd"], 2);
  assertEquals([command, app, files, workers], ["run", "wc", ["--odd"], 2]);
  const reference = parseArguments(["sequential", "--app", "./mine.ts", "--quiet", "a.txt"], 2);
  assertEquals([reference.command, reference.app, reference.files], ["sequential", "./mine.ts", ["a.txt"]]);
});

Deno.test("the least memory that a job may be given can be handed on to its workers, in the unit in which it came", () => {
  const { memoryBytes } = parseArguments(["wc", "a.txt", "--memory", "0.001"], 2);
  const words = ["worker", "--at", "h:1", "--memory", String(memoryBytes / (1 << 20))];
  assertEquals(parseArguments(words, 2).memoryBytes, memoryBytes);
});

Deno.test("numbers are said as people say them", () => {
  assertEquals([0, 999, 1000, 1_500_000, 2e9].map(formatBytes), [
    "0 B",
    "999 B",
    "1.0 KB",
    "1.5 MB",
    "2.00 GB",
  ]);
  assertEquals([0.04, 59.9, 60, 3725].map(formatSeconds), ["0.0 s", "59.9 s", "1 min 0 s", "62 min 5 s"]);
});

const PROGRESS: Progress = {
  maps: { waiting: 3, running: 2, done: 5 },
  reduces: { waiting: 10, running: 0, done: 0 },
  inputBytes: 100e6,
  readBytes: 60e6,
  lines: 7,
  outputBytes: 70,
  retries: 0,
  expired: 0,
  backups: 0,
  late: 0,
  reopened: 0,
  skipped: 0,
};

Deno.test("progress tells tasks by state, how much is read, how fast, and how long it will take", () => {
  assertEquals(
    progressLine(PROGRESS, 2, 20e6),
    "map 5/10 (2 running)  reduce 0/10  60.0 MB of 100.0 MB  20.0 MB/s  2.0 s left",
  );
  const over = { ...PROGRESS, readBytes: 100e6, retries: 3 };
  assertEquals(progressLine(over, 2, 0), "map 5/10 (2 running)  reduce 0/10  3 retries");
});

Deno.test("the summary names every trouble there was, and none that was not", () => {
  const done = {
    ...PROGRESS,
    maps: { waiting: 0, running: 0, done: 10 },
    reduces: { waiting: 0, running: 0, done: 10 },
  };
  assertEquals(
    summary(done, 4, "o"),
    "100.0 MB in 4.0 s, 25.0 MB/s; 10 map and 10 reduce tasks\n7 lines, 70 B, in o/mr-out-*",
  );
  const troubled = summary(
    { ...done, retries: 1, expired: 2, backups: 3, late: 4, reopened: 5, skipped: 6 },
    4,
    "o",
  );
  for (const part of ["1 retries", "2 leases", "3 backup", "4 late", "5 finished", "6 bad"]) {
    assert(troubled.includes(part), `${part} is missing in ${troubled}`);
  }
});
