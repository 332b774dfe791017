/** Applications with faults that only real processes show; `../broken_app_test.ts` has the others. */

import { assert, assertEquals } from "@std/assert";
import { AT_BAD, INPUT, mapThat, reduceThat } from "../apps/broken.ts";
import { TestFolder } from "./processes.ts";

/** Never returns, and leaves the processor to others meanwhile. */
const STAY = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";

interface Ran {
  readonly code: number;
  readonly stderr: string;
  readonly output: readonly string[];
}

async function runApp(
  source: string,
  { input = INPUT, args = ["--lease", "100"] }: {
    readonly input?: string;
    readonly args?: readonly string[];
  } = {},
): Promise<Ran> {
  await using folder = new TestFolder();
  folder.write("app.ts", source);
  folder.write("in.txt", input);
  const options = ["--workers", "1", "--attempts", "1", "--out", "o", ...args];
  const { code, stderr } = await folder.run(["./app.ts", "in.txt", ...options]);
  return { code, stderr, output: folder.output("o") };
}

function assertSays(text: string, parts: readonly string[]): void {
  for (const part of parts) assert(text.includes(part), `${part}\nis missing in\n${text}`);
}

Deno.test("an application that cannot be used ends the job with code 1 and says so", async () => {
  const { code, stderr } = await runApp("export const answer = 42;");
  assertEquals(code, 1, stderr);
  const says = ["The job failed: ", "file:///", "app.ts", 'exports neither "map" nor "mapBytes"'];
  assertSays(stderr.slice(stderr.lastIndexOf("The job failed: ")), says);
});

Deno.test("an application that throws in map ends the job with code 1 and says task, input, line and place", async () => {
  const { code, stderr } = await runApp(mapThat(`throw new RangeError("too bad");`));
  assertEquals(code, 1, stderr);
  const why = 'map task 0 (in.txt): map failed at in.txt, line "BAD gamma": RangeError: too bad';
  assertSays(stderr.slice(stderr.lastIndexOf("The job failed: ")), ["The job failed: ", why, AT_BAD]);
});

Deno.test("an application that never returns from map ends the job with code 1 and says where", async () => {
  // One line: on a slow machine, nothing else may seem endless with such a lease.
  const { code, stderr } = await runApp(mapThat(STAY), { input: "BAD gamma\n", args: ["--lease", "0.8"] });
  assertEquals(code, 1, stderr);
  const says = ["map task 0 (in.txt): ", "died: no word for 0.8 s", "(at in.txt, bytes 0 to 9)"];
  assertSays(stderr.slice(stderr.lastIndexOf("The job failed: ")), says);
});

const SKIP = { args: ["--skip-bad", "--quiet", "--lease", "100"] };

Deno.test("with --skip-bad, an application that ends the process in map loses that line and nothing else, and it is reported", async () => {
  const { code, stderr, output } = await runApp(mapThat("Deno.exit(0);"), SKIP);
  assertEquals(code, 0, stderr);
  assertEquals(output, ["a 2", "b 1", "d 1"]);
  assertSays(stderr, ["SKIPPED a record of map task 0 (in.txt): ", "died: exit code 0", AT_BAD]);
});

Deno.test("with --skip-bad, a key that kills its reduce is left out and reported, the others are there", async () => {
  const { code, stderr, output } = await runApp(reduceThat(`Deno.kill(Deno.pid, "SIGKILL");`), SKIP);
  assertEquals(code, 0, stderr);
  assertEquals(output, ["a 2", "b 1", "d 1"]);
  assertSays(stderr, ["SKIPPED a record of reduce task 1: ", "died: ", "(at key 0 in order)"]);
});

Deno.test("a worker from elsewhere that an application never returns to ends by itself and says so", async () => {
  await using folder = new TestFolder();
  folder.write("app.ts", mapThat(STAY));
  folder.write("in.txt", INPUT);
  const { process, at } = await folder.coordinator(["--lease", "1", "./app.ts", "in.txt"]);
  const { code, stderr } = await folder.start(["worker", "--at", at, "--stuck", "2"]).ended;
  assert(code !== 0);
  assert(stderr.includes("The application has not come back for 2 s: this worker ends"), stderr);
  await process.heard("retrying map task 0 (in.txt): its worker");
});

Deno.test("an application that no worker can even begin with is not started for ever", async () => {
  // It is loaded before the worker says hello, and ends the process there.
  const { code, stderr } = await runApp("Deno.exit(0);");
  assertEquals(code, 1, stderr);
  assertSays(stderr, ["workers die before they have loaded ./app.ts (exit code 0)"]);
});
