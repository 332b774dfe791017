/** Applications with faults of their own: the message names the task, the input and the place, and nothing hangs. */

import { assert, assertEquals } from "@std/assert";
import { TestFolder } from "./processes.ts";

const GOOD_MAP = `export function* map(name: string, contents: string): Iterable<[string, string]> {
  for (const line of contents.split("\\n")) if (line !== "") yield [line.slice(0, 1), line];
}`;
const GOOD_REDUCE = `export function reduce(_key: string, values: Iterable<string>): string {
  return String([...values].length);
}`;
const INPUT = "alpha\nbeta\nBAD gamma\ndelta\nant\n";
const AT_BAD = "(at in.txt, bytes 11 to 20)";

/** What to do with the bad line, within a map. */
function mapThat(does: string): string {
  return `export function* map(name: string, contents: string): Iterable<[string, string]> {
    for (const line of contents.split("\\n")) {
      if (line.startsWith("BAD")) { ${does} }
      if (line !== "") yield [line.slice(0, 1), line];
    }
  }\n${GOOD_REDUCE}`;
}

function reduceThat(does: string): string {
  return `${GOOD_MAP}\nexport function reduce(key: string, values: Iterable<string>): string {
    if (key === "B") { ${does} }
    return String([...values].length);
  }`;
}

interface Case {
  readonly what: string;
  readonly source: string;
  /** All of this is in the last line of standard error. */
  readonly says: readonly string[];
}

const NEVER_LOADED: readonly Case[] = [
  {
    what: "is no TypeScript",
    source: "this is no module",
    says: ["Cannot load the application file:///", "app.ts"],
  },
  {
    what: "exports nothing",
    source: "export const answer = 42;",
    says: ['exports neither "map" nor "mapBytes"'],
  },
  { what: "has no reduce", source: GOOD_MAP, says: ['it exports no "reduce"'] },
  {
    what: "has a map that is no function",
    source: `export const map = 7;\n${GOOD_REDUCE}`,
    says: ['its export "map" is no function but the number 7'],
  },
  {
    what: "throws while it is loaded",
    source: `throw new Error("no licence");`,
    says: ["Cannot load the application", "no licence"],
  },
  {
    what: "imports what is not there",
    source: `import "./nowhere.ts";\n${GOOD_MAP}\n${GOOD_REDUCE}`,
    says: ["Cannot load the application", "nowhere.ts"],
  },
];

const MAP_TASK = "map task 0 (in.txt): ";

const FAILING: readonly Case[] = [
  {
    what: "throws in map",
    source: mapThat(`throw new RangeError("too bad");`),
    says: [MAP_TASK, 'map failed at in.txt, line "BAD gamma": RangeError: too bad', AT_BAD],
  },
  {
    what: "throws in mapBytes",
    source: `export function mapBytes(_name: string, bytes: Uint8Array): void {
      if (new TextDecoder().decode(bytes).includes("BAD")) throw new RangeError("too bad");
    }\n${GOOD_REDUCE}`,
    says: [MAP_TASK, 'mapBytes failed at in.txt, line "BAD gamma": RangeError: too bad', AT_BAD],
  },
  {
    what: "gives a number as a value",
    source: mapThat("yield [line, 5] as never;"),
    says: [MAP_TASK, 'map gave the number 5 as a value of the key "BAD gamma": give a text', AT_BAD],
  },
  {
    what: "gives a key with a line break",
    source: mapThat(`yield ["a\\nb", "1"];`),
    says: [MAP_TASK, "a key must not be empty, hold a line break", AT_BAD],
  },
  {
    what: "gives no pair",
    source: mapThat("yield line as never;"),
    says: [MAP_TASK, 'map gave the text "BAD gamma": give pairs of texts, [key, value]', AT_BAD],
  },
  {
    what: "has an async map",
    source: `export async function map(): Promise<[]> { return []; }\n${GOOD_REDUCE}`,
    says: [MAP_TASK, "map gave an object (Promise): give an iterable of pairs"],
  },
  {
    what: "throws in reduce",
    source: reduceThat(`throw new RangeError("too bad");`),
    says: ["reduce task 1: ", 'reduce failed at the key "B": RangeError: too bad'],
  },
  {
    what: "gives a number in reduce",
    source: reduceThat("return 7 as never;"),
    says: ["reduce task 1: ", 'reduce gave the number 7 for the key "B": give a text without line breaks'],
  },
  {
    what: "goes through the values twice",
    source: reduceThat("return String([...values, ...values].length);"),
    says: ["reduce task 1: ", 'at the key "B": TypeError: Cannot go through the values of a key twice'],
  },
  {
    what: "throws in combine",
    source:
      `${GOOD_MAP}\n${GOOD_REDUCE}\nexport function combine(): string { throw new RangeError("too bad"); }`,
    says: [MAP_TASK, 'combine failed at the key "a": RangeError: too bad'],
  },
  {
    what: "ends the process in map",
    source: mapThat("Deno.exit(0);"),
    says: [MAP_TASK, "died: exit code 0", AT_BAD],
  },
  {
    what: "kills the process in reduce",
    source: reduceThat(`Deno.kill(Deno.pid, "SIGKILL");`),
    says: ["reduce task 1: ", "died: ", "(at key 0 in order)"],
  },
  {
    what: "never returns from map",
    source: mapThat("for (;;);"),
    says: [MAP_TASK, "died: no word for 0.4 s", AT_BAD],
  },
];

async function runApp(source: string, more: readonly string[]): Promise<{
  readonly code: number;
  readonly stderr: string;
  readonly output: readonly string[];
}> {
  await using folder = new TestFolder();
  folder.write("app.ts", source);
  folder.write("in.txt", INPUT);
  folder.write("two.txt", "alpha\n");
  // A lease is short only where it must run out: a machine that is busy otherwise must not make others lose theirs.
  const lease = source.includes("for (;;)") ? "0.4" : "5";
  const options = ["--workers", "1", "--attempts", "1", "--lease", lease, "--out", "o", ...more];
  const { code, stderr } = await folder.run(["./app.ts", "in.txt", "two.txt", ...options]);
  return { code, stderr, output: folder.output("o") };
}

for (const { what, source, says } of [...NEVER_LOADED, ...FAILING]) {
  Deno.test(`an application that ${what} ends the job with code 1 and says so`, async () => {
    const { code, stderr } = await runApp(source, []);
    assertEquals(code, 1, stderr);
    const at = stderr.lastIndexOf("The job failed: ");
    assert(at !== -1, stderr);
    for (const part of says) {
      assert(stderr.slice(at).includes(part), `${part}\nis missing in\n${stderr.slice(at)}`);
    }
  });
}

const SKIPPED: readonly string[] = ["throws in map", "ends the process in map", "never returns from map"];

for (const { what, source } of FAILING.filter(({ what }) => SKIPPED.includes(what))) {
  Deno.test(`with --skip-bad, an application that ${what} loses that line and nothing else, and it is reported`, async () => {
    const { code, stderr, output } = await runApp(source, ["--skip-bad", "--quiet"]);
    assertEquals(code, 0, stderr);
    assertEquals(output, ["a 3", "b 1", "d 1"]);
    assert(stderr.startsWith(`SKIPPED a record of ${MAP_TASK}`), stderr);
    assert(stderr.includes(AT_BAD), stderr);
  });
}

Deno.test("with --skip-bad, a key that kills its reduce is left out and reported, the others are there", async () => {
  const { code, stderr, output } = await runApp(reduceThat("Deno.exit(3);"), ["--skip-bad"]);
  assertEquals(code, 0, stderr);
  assertEquals(output, ["a 3", "b 1", "d 1"]);
  assert(stderr.includes("SKIPPED a record of reduce task 1"), stderr);
});

Deno.test("a worker from elsewhere that an application never returns to ends by itself and says so", async () => {
  await using folder = new TestFolder();
  folder.write("app.ts", mapThat("for (;;);"));
  folder.write("in.txt", INPUT);
  const { process, at } = await folder.coordinator(["--lease", "1", "./app.ts", "in.txt"]);
  const { code, stderr } = await folder.start(["worker", "--at", at, "--stuck", "2"]).ended;
  assert(code !== 0);
  assert(stderr.includes("The application has not come back for 2 s: this worker ends"), stderr);
  await process.heard("retrying map task 0 (in.txt): its worker");
});

Deno.test("an application that no worker can even begin with is not started for ever", async () => {
  await using folder = new TestFolder();
  folder.write("in.txt", INPUT);
  // It is loaded before the worker says hello, and ends the process there.
  folder.write("app.ts", "Deno.exit(0);");
  const { code, stderr } = await folder.run(["./app.ts", "in.txt", "--workers", "1"]);
  assertEquals(code, 1, stderr);
  assert(stderr.includes("workers die before they have loaded ./app.ts (exit code 0)"), stderr);
});
