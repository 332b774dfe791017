/** Applications with faults of their own: the message names the task, the input and the place, and nothing hangs. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type App, AppError } from "../../mapreduce/mod.ts";
import { importApp } from "../../mapreduce/cli/load.ts";
import { AT_BAD, GOOD_MAP, GOOD_REDUCE, INPUT, mapThat, reduceThat } from "./apps/broken.ts";
import { JobWorld } from "./sim/job_world.ts";

interface Case {
  readonly what: string;
  readonly source: string;
  /** All of this is in the message. */
  readonly says: readonly string[];
}

const NEVER_LOADED: readonly Case[] = [
  {
    what: "is no TypeScript",
    source: "this is no module",
    says: ["Cannot load the application data:", "SyntaxError"],
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
];

function urlOf(source: string): string {
  return `data:application/typescript,${encodeURIComponent(source)}`;
}

for (const { what, source, says } of NEVER_LOADED) {
  Deno.test(`an application that ${what} is refused, with the reason`, async () => {
    const { message } = await assertRejects(() => importApp(urlOf(source)), AppError);
    for (const part of says) assert(message.includes(part), `${part}\nis missing in\n${message}`);
  });
}

/** A job of one worker to its end. */
async function runJob(source: string, skipBad: boolean): Promise<JobWorld> {
  const app: App = await import(urlOf(source));
  const texts = [{ name: "in.txt", contents: INPUT }, { name: "two.txt", contents: "alpha\n" }];
  const table = { maxStrikes: 1, skipBad, leaseMs: 10_000 };
  const job = new JobWorld({ seed: 1, workers: 1, app, job: { texts, expected: SKIPPED, table } });
  job.boot();
  await job.world.run({ until: () => job.end !== null, untilMs: 600_000 });
  job.world.end();
  return job;
}

const SKIPPED = ["a 3", "b 1", "d 1"];

for (const { what, source, says } of FAILING) {
  Deno.test(`an application that ${what} ends the job and the message says where`, async () => {
    const { end } = await runJob(source, false);
    assert(end?.kind === "failed", `the job was ${end?.kind ?? "endless"}`);
    for (const part of says) assert(end.message.includes(part), `${part}\nis missing in\n${end.message}`);
  });
}

/** Those that give pairs of the other lines. */
const ELSE_GOOD = FAILING.filter(({ source, says }) => says.includes(AT_BAD) && source.includes("yield"));

for (const { what, source, says } of ELSE_GOOD) {
  Deno.test(`an application that ${what} loses that line and nothing else, with leave to skip`, async () => {
    const job = await runJob(source, true);
    assertEquals(job.end?.kind, "done");
    assertEquals(job.output(), SKIPPED);
    const [skipped, ...more] = job.entries.filter(({ kind }) => kind === "skipped");
    assertEquals(more, []);
    assert(skipped.kind === "skipped" && says.some((part) => skipped.message.includes(part)));
  });
}
