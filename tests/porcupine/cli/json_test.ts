/** The JSON report is what `porcupine/cli/README.md` says: programs depend on it. */
import { assert, assertEquals } from "@std/assert";
import { linhistText, simulate, specOf } from "../generate.ts";
import { check, Folder } from "./run.ts";

const HEAD = '{"format":"linhist-1","model":"kv"}';
const PUT = '{"c":0,"f":"put","k":"x","v":"a","s":0,"e":1}';
const LOST = '{"c":2,"f":"put","k":"x","v":"b","s":0.5}';
const OTHER = '{"c":3,"f":"put","k":"y","v":"c","s":0.6,"e":0.7}';
const OK = [HEAD, PUT, LOST, OTHER, '{"c":1,"f":"get","k":"x","o":"a","s":2,"e":3}', ""].join("\n");
const BAD = OK.replace('"o":"a"', '"o":"z"');

/** Two transactions that did not see each other. */
const SKEW = [
  '{"format":"linhist-1","model":"txn"}',
  '{"c":0,"f":"txn","v":[["r","x",null],["append","y",1]],"o":[["r","x",[]],["append","y",1]],"s":0,"e":2}',
  '{"c":1,"f":"txn","v":[["r","y",null],["append","x",2]],"o":[["r","y",null],["append","x",2]],"s":1,"e":3}',
  "",
].join("\n");

const COMMON = ["report", "file", "format", "model", "operations", "verdict"];
const END = ["warnings", "elapsedMs", "partitions"];

/** The fields that the README's table names. */
async function documentedFields(): Promise<Set<string>> {
  const text = await Deno.readTextFile(new URL("../../../porcupine/cli/README.md", import.meta.url));
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  return new Set(rows.flatMap((row) => [...row.split("|")[1].matchAll(/`(\w+)`/g)].map(([, name]) => name)));
}

Deno.test("Every verdict has the fields that the README names, and no others", async () => {
  await using folder = await Folder.make();
  const spec = specOf({ clients: 50, ops: 2_000, reads: 1 / 3, cas: 0.6, values: 3, seed: 1 });
  const hard = await folder.write("hard.jsonl", linhistText(spec, simulate(spec).ok));
  const ok = await folder.write("ok.jsonl", OK);
  const bad = await folder.write("bad.jsonl", BAD);
  const skew = await folder.write("skew.jsonl", SKEW);
  const levels = ["level", "strongest", "complete", "unorderedKeys", "anomalies"];
  const documented = await documentedFields();
  const why = [
    "partition",
    "sentence",
    "firstImpossible",
    "core",
    "coreIsMinimal",
    "coreStandsAlone",
    "levels",
  ];
  const cases: { args: string[]; fields: string[] }[] = [
    { args: [ok], fields: [...COMMON, ...END] },
    { args: [ok, "--order"], fields: [...COMMON, ...END, "order"] },
    { args: [ok, "--levels"], fields: [...COMMON, "levels", ...END] },
    { args: [ok, "--html", `${folder.path}/a.html`], fields: [...COMMON, "picture", ...END] },
    { args: [bad], fields: [...COMMON, ...why, ...END] },
    { args: [hard, "--memory", "1KiB"], fields: [...COMMON, "reason", "linearizableUpTo", ...END] },
    { args: [skew], fields: [...COMMON, "sentence", ...levels, ...END] },
    { args: [skew, "--level", "snapshot-isolation"], fields: [...COMMON, ...levels, ...END] },
    { args: [`${folder.path}/none`], fields: ["report", "file", "error"] },
  ];
  for (const { args, fields } of cases) {
    const { out } = await check(...args, "--json");
    const report = JSON.parse(out);
    assertEquals(report.report, "check-1");
    assertEquals(Object.keys(report).sort(), [...fields].sort(), args.join(" "));
    for (const field of fields) assert(documented.has(field), `${field} is not in the README`);
  }
  assertEquals([...documented].sort(), [...new Set(cases.flatMap(({ fields }) => fields))].sort());
});

Deno.test("A row of the report names index, line, client, operation and times; an answer that never came is null", async () => {
  await using folder = await Folder.make();
  const { out } = await check(await folder.write("bad.jsonl", BAD), "--json");
  const { core, firstImpossible } = JSON.parse(out);
  assertEquals(firstImpossible, {
    index: 3,
    line: 5,
    client: 1,
    operation: 'get("x") -> "z"',
    callAt: 2,
    returnAt: 3,
  });
  assertEquals(core.map(({ index }: { index: number }) => index), [3]);
});

Deno.test("--order tells the linearization as lines of the file, without what never took effect", async () => {
  await using folder = await Folder.make();
  const ok = JSON.parse((await check(await folder.write("ok.jsonl", OK), "--json", "--order")).out);
  assertEquals([...ok.order].sort(), [2, 4, 5]);
  assert(ok.order.indexOf(2) < ok.order.indexOf(5), ok.order.join());
  const bad = JSON.parse((await check(await folder.write("bad.jsonl", BAD), "--json", "--order")).out);
  assertEquals(bad.order.includes(5), false);
});

Deno.test("--order without --json is refused, and says where else an order is to be seen", async () => {
  const { code, err } = await check("x", "--order");
  assertEquals(code, 3);
  assert(err.includes("add --json, or see the order in a picture with --html FILE"), err);
});

Deno.test("A warning reaches the report and the standard error", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("odd.jsonl", OK.replace('"e":3', '"e":3,"node":"n1"'));
  const { code, out, err } = await check(file, "--json");
  const warning =
    'line 5 has the field "node", which is passed by; an operation has c, f, k, v, ver, o, s, e';
  assertEquals([code, JSON.parse(out).warnings], [0, [warning]]);
  assert(err.includes(`odd.jsonl: ${warning}`), err);
});
