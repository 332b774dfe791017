import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzip } from "../formats/texts.ts";
import { linhistText, simulate, specOf } from "../generate.ts";
import type { GeneratedModel } from "../generate/spec.ts";
import { check, Folder } from "./run.ts";

const HEAD = '{"format":"linhist-1","model":"kv"}';
const PUT = '{"c":0,"f":"put","k":"x","v":"a","s":0,"e":1}';
const OK = [HEAD, PUT, '{"c":1,"f":"get","k":"x","o":"a","s":2,"e":3}', ""].join("\n");
const BAD = [HEAD, PUT, '{"c":1,"f":"get","k":"x","o":"","s":2,"e":3}', ""].join("\n");

Deno.test("A linearizable file: code 0, one screen", async () => {
  await using folder = await Folder.make();
  const { code, out, err } = await check(await folder.write("ok.jsonl", OK));
  assertEquals([code, err], [0, ""]);
  assertMatch(
    out,
    /^.*ok\.jsonl: 2 operations of 2 clients \(linhist-1, model kv\)\nLINEARIZABLE {2}.*\n1 partition: 1 ok, .* ms$/,
  );
});

Deno.test("A violation: code 1, the sentence, the core with its lines, the weaker levels", async () => {
  await using folder = await Folder.make();
  const { code, out } = await check(await folder.write("bad.jsonl", BAD));
  assertEquals(code, 1);
  assert(out.includes("NOT LINEARIZABLE  Client 1's get("), out);
  assertMatch(out, /^ {4}line 2 {2}put\("x", "a"\) .*client 0, 0 to 1$/m);
  assertMatch(out, /^ {2}> line 3 {2}get\("x"\) -> "" .*first impossible$/m);
  assertMatch(
    out,
    /^ {2}weaker levels: sequentially consistent: .* The stalest read was 1 update behind\.$/m,
  );
});

Deno.test("--json: one object with verdict, core, levels and times", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("bad.jsonl", BAD);
  const { code, out } = await check(file, "--json");
  assertEquals(code, 1);
  const report = JSON.parse(out);
  assertEquals([report.file, report.format, report.model, report.operations, report.verdict], [
    file,
    "linhist-1",
    "kv",
    2,
    "illegal",
  ]);
  assertEquals(report.firstImpossible.line, 3);
  assertEquals(report.core.map(({ line }: { line: number }) => line), [2, 3]);
  assertEquals(report.levels.parts[0].levels.sequential.holds, "yes");
  assertEquals(report.levels.parts[0].staleness, { kind: "exact", k: 2 });
  assertEquals(report.partitions, [{ key: "x", operations: 2, verdict: "illegal" }]);
});

Deno.test("--levels tells about every key, also of a linearizable file; --quick asks nothing of them", async () => {
  await using folder = await Folder.make();
  const ok = await check(await folder.write("ok.jsonl", OK), "--levels");
  assert(ok.out.includes("weaker levels: Linearizable, and therefore everything weaker too."), ok.out);
  const quick = await check(await folder.write("bad.jsonl", BAD), "--quick");
  assertEquals([quick.code, quick.out.includes("weaker levels")], [1, false]);
});

Deno.test("What is listed of a violation claims no more than is known", async () => {
  await using folder = await Folder.make();
  const mutex = (client: number): string =>
    `{"c":${client},"f":"acquire","o":true,"s":${client},"e":${client + 5}}`;
  const two = await folder.write(
    "two.jsonl",
    ['{"format":"linhist-1","model":"mutex"}', mutex(0), mutex(1), ""].join("\n"),
  );
  const full = await check(two);
  assert(
    full.out.includes("  these 2 operations contradict each other; without any one of them they do not:"),
  );
  // One acquisition alone is no contradiction, and without a search for the core nothing else is known.
  const quick = await check(two, "--quick");
  assert(
    quick.out.includes("  met at (--quick does not ask which operations contradict each other):"),
    quick.out,
  );
  const one = await check(
    await folder.write("one.jsonl", BAD.replace(`${PUT}\n`, "").replace('"o":""', '"o":"z"')),
  );
  assert(one.out.includes("  nothing that any other operation may have done explains it:"), one.out);
});

Deno.test("A limit that strikes: code 2, and up to where all is well", async () => {
  await using folder = await Folder.make();
  const spec = specOf({ clients: 50, ops: 3_000, reads: 1 / 3, cas: 0.6, values: 3, seed: 1 });
  const file = await folder.write("hard.jsonl", linhistText(spec, simulate(spec).ok));
  const { code, out } = await check(file, "--time", "1ms");
  assertEquals(code, 2, out);
  assertMatch(out, /^UNKNOWN {2}the time limit struck/m);
  const memory = await check(file, "--memory", "1KiB", "--json");
  assertEquals([memory.code, JSON.parse(memory.out).reason], [2, "memory"]);
});

Deno.test("Several files: bad input outweighs a violation, a violation a doubt, and every file is judged", async () => {
  await using folder = await Folder.make();
  const ok = await folder.write("ok.jsonl", OK);
  const bad = await folder.write("bad.jsonl", BAD);
  const { code, out } = await check(bad, ok);
  assertEquals([code, out.match(/LINEARIZABLE/g)?.length], [1, 2]);
  assertEquals((await check(bad, `${folder.path}/missing`, ok)).code, 3);
});

Deno.test("A pattern that the shell left alone means the files that match it, in the order of their names", async () => {
  await using folder = await Folder.make();
  for (const name of ["b.jsonl", "a.jsonl", "a.txt", "in/c.jsonl", ".d.jsonl", "[x].jsonl"]) {
    await folder.write(name, OK);
  }
  const judged = async (...patterns: string[]): Promise<string[]> => {
    const { out } = await check(...patterns.map((pattern) => `${folder.path}/${pattern}`), "--json");
    return out.split("\n").map((line) => JSON.parse(line).file.slice(folder.path.length + 1));
  };
  assertEquals(await judged("*.jsonl"), ["[x].jsonl", "a.jsonl", "b.jsonl"]);
  assertEquals(await judged("?.jsonl", "a.*"), ["a.jsonl", "b.jsonl", "a.jsonl", "a.txt"]);
  await Deno.symlink(`${folder.path}/in`, `${folder.path}/latest`);
  assertEquals(await judged("*/c.jsonl"), ["in/c.jsonl", "latest/c.jsonl"]);
  assertEquals(await judged("[x].*"), ["[x].jsonl"]);
  const { code, err } = await check(`${folder.path}/*.edn`);
  assertEquals([code, err], [3, `no file matches ${folder.path}/*.edn`]);
  const pages = await check(`${folder.path}/*.jsonl`, "--html", `${folder.path}/p.html`);
  assertEquals([pages.code, pages.err.includes("for 3 files; name a folder")], [3, true]);
});

Deno.test("A model of the user's own comes from a module, which the history never names", async () => {
  await using folder = await Folder.make();
  const checker = new URL("../../../porcupine/mod.ts", import.meta.url).href;
  const own = (name: string): string => `export const ${name} = { ...registerCodec, name: "${name}" };\n`;
  const head = `import { registerCodec } from "${checker}";\n`;
  const one = await folder.write("a store.ts", head + own("mine"));
  const two = await folder.write("two.ts", head + own("mine") + own("yours"));
  const none = await folder.write("none.ts", "export const mine = 7;\n");
  const history = await folder.write(
    "h.jsonl",
    ['{"format":"linhist-1","model":"mine"}', '{"c":1,"f":"read","o":7,"s":0,"e":1}', ""].join("\n"),
  );
  const judged = await check(history, "--model", one);
  assertEquals([judged.code, judged.out.includes("(linhist-1, model mine)")], [1, true], judged.err);
  assertEquals((await check(history, "--model", `${two}#mine`)).code, 1);
  for (
    const [args, says] of [
      [[], "h.jsonl:1: expected one of the models register, kv"],
      [["--model", two], "exports several codecs; say "],
      [["--model", `${two}#yours`], "h.jsonl:1: expected one of the models"],
      [["--model", `${two}#ours`], "expected the module to export ours, an object with name, model"],
      [["--model", none], "expected the module to export a codec"],
      [["--model", `${folder.path}/gone.ts`], "gone.ts cannot be loaded"],
    ] as const
  ) {
    const { code, err } = await check(history, ...args);
    assertEquals([code, err.includes(says)], [3, true], `${args}: ${err}`);
  }
});

Deno.test("What follows -- is a file, whatever it looks like", async () => {
  const { code, err } = await check("--quick", "--", "--json");
  assertEquals(code, 3);
  assert(err.startsWith("--json cannot be opened"), err);
});

Deno.test("A packed file and a file of another format are judged like any other", async () => {
  await using folder = await Folder.make();
  assertEquals((await check(await folder.write("bad.jsonl.gz", await gzip(BAD)))).code, 1);
  const edn = await folder.write("h.edn", "{:process 0, :type :invoke, :f :read, :value nil}\n");
  assertEquals((await check(edn, "--model", "register")).code, 0);
  assertEquals((await check(await folder.write("empty.log", ""))).code, 0);
});

Deno.test("A model that needs more than the file says takes it from --facts", async () => {
  await using folder = await Folder.make();
  const bank = await folder.write(
    "bank.jsonl",
    '{"format":"linhist-1","model":"bank"}\n{"c":1,"f":"read","o":{"a":5},"s":0,"e":1}\n',
  );
  assertEquals((await check(bank, "--facts", '{"accounts":{"a":5}}')).code, 0);
  assertEquals((await check(bank, '--facts={"accounts":{"a":4}}')).code, 1);
  const { code, err } = await check(bank);
  assertEquals(code, 3);
  assert(err.includes("bank.jsonl:1: expected an object for the first balances in the header"), err);
});

/** A file that can be read. */
const HERE = new URL(import.meta.url).pathname;

interface BadLine {
  readonly what: string;
  readonly args: readonly string[];
  readonly says: string;
}

const COMMAND_LINES: readonly BadLine[] = [
  { what: "no file", args: [], says: "no file to check" },
  { what: "an unknown flag", args: ["x", "--fast"], says: "unknown flag --fast; --facts is the nearest" },
  {
    what: "a model that is misspelt",
    args: [HERE, "--model", "unordered_queue"],
    says: "(unordered-queue is the nearest name)",
  },
  { what: "a flag without its value", args: ["x", "--model"], says: "--model needs a value" },
  { what: "a flag with an empty value", args: ["x", "--model="], says: "--model needs a value" },
  {
    what: "a flag given twice",
    args: ["x", "--model", "kv", "--model", "kv"],
    says: "--model is given twice",
  },
  { what: "a value for a switch", args: ["x", "--json=yes"], says: "--json takes no value" },
  {
    what: "a time without a unit",
    args: ["x", "--time", "60"],
    says: "give a number and one of ms, s, m, h",
  },
  { what: "no time at all", args: ["x", "--time", "0"], says: "for no limit leave --time out" },
  { what: "no seconds at all", args: ["x", "--time", "0.0 s"], says: "for no limit leave --time out" },
  { what: "no memory at all", args: ["x", "--memory", "0MiB"], says: "for no limit leave --memory out" },
  { what: "a time in bytes", args: ["x", "--time", "1GiB"], says: "give a number and one of ms, s, m, h" },
  { what: "a memory in seconds", args: ["x", "--memory", "1s"], says: "give a number and one of B, KB" },
  {
    what: "an unknown format",
    args: ["x", "--format", "csv"],
    says: "unknown format csv; there are linhist-1",
  },
  { what: "facts that are no object", args: ["x", "--facts", "[1]"], says: "give a JSON object" },
  {
    what: "one page for two files",
    args: ["x", "y", "--html", "z.html"],
    says: "name a folder, ending in /",
  },
];

for (const { what, args, says } of COMMAND_LINES) {
  Deno.test(`A command line with ${what} is refused with code 3 and says what exists`, async () => {
    const { code, out, err } = await check(...args);
    assertEquals([code, out], [3, ""]);
    assert(err.includes(says), err);
  });
}

Deno.test("Files that cannot be read: code 3, and the message names the file and what to do", async () => {
  await using folder = await Folder.make();
  const cases: [string, string[], string][] = [
    ["a missing file", [`${folder.path}/none.jsonl`], "none.jsonl cannot be opened"],
    ["a folder", [folder.path], "is a folder; name the files in it"],
    [
      "an unknown model",
      [await folder.write("a", OK), "--model", "graph"],
      "--model: expected one of the models register",
    ],
    [
      "the wrong model",
      [await folder.write("b", OK), "--model", "register"],
      "b:1: expected a history for model register",
    ],
    [
      "no model",
      [await folder.write("c.edn", "{:process 0, :type :invoke, :f :read}")],
      "add --model, one of register",
    ],
    ["the wrong format", [await folder.write("d", OK), "--format", "edn", "--model", "kv"], "d:1: expected"],
    ["a malformed line", [await folder.write("e", `${HEAD}\n{oops\n`)], "e:2: expected a JSON object"],
    [
      "a truncated gzip",
      [await folder.write("f", (await gzip(OK)).slice(0, 60))],
      "expected UTF-8 text, plain or packed",
    ],
    [
      "a page that cannot be written",
      [await folder.write("g", OK), "--html", `${folder.path}/g/x.html`],
      "cannot be written",
    ],
  ];
  for (const [what, args, says] of cases) {
    const { code, err } = await check(...args);
    assertEquals(code, 3, `${what}: ${err}`);
    assert(err.includes(says), `${what}: ${err}`);
  }
});

Deno.test("--json reports bad input as an object with its code, too", async () => {
  await using folder = await Folder.make();
  const { code, out } = await check(await folder.write("e", `${HEAD}\n{oops\n`), "--json");
  assertEquals([code, JSON.parse(out).error.code], [3, "malformed-line"]);
});

Deno.test("--html writes one page for one file, and a folder of pages for several, names that clash told apart", async () => {
  await using folder = await Folder.make();
  const one = await folder.write("one/h.jsonl", OK);
  const two = await folder.write("two/h.jsonl", BAD);
  const page = `${folder.path}/out/deep/page.html`;
  assertEquals((await check(two, "--html", page)).code, 1);
  const text = await Deno.readTextFile(page);
  assert(text.startsWith("<!doctype html>") && text.includes('"other levels"'), text.slice(0, 200));
  assertEquals((await check(one, two, "--html", `${folder.path}/pages/`)).code, 1);
  const names = [...Deno.readDirSync(`${folder.path}/pages`)].map(({ name }) => name).sort();
  assertEquals(names, ["h.jsonl-2.html", "h.jsonl.html"]);
});

Deno.test("--help names every flag, model and format, and the exit codes", async () => {
  const { code, out } = await check("--help");
  assertEquals(code, 0);
  for (
    const word of [
      "--html",
      "--levels",
      "--facts",
      "--no-workers",
      "priority-queue",
      "etcd-log",
      "exit code: 0",
    ]
  ) {
    assert(out.includes(word), word);
  }
});

Deno.test("A crash of the checker is not taken for a verdict: code 4", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("ok.jsonl", OK);
  const { stringify } = JSON;
  JSON.stringify = () => {
    throw new TypeError("planted");
  };
  try {
    const { code, err } = await check(file, "--json");
    assertEquals(code, 4);
    assert(err.includes("the checker failed; this says nothing about the history"), err);
  } finally {
    JSON.stringify = stringify;
  }
});

Deno.test("That the checker failed is told to programs, too", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("ok.jsonl", OK);
  const { now } = performance;
  performance.now = () => {
    throw new TypeError("planted");
  };
  try {
    const { code, out } = await check(file, "--json");
    assertEquals([code, JSON.parse(out).file, JSON.parse(out).error.code], [4, file, "checker-failed"]);
  } finally {
    performance.now = now;
  }
});

Deno.test("As a program it reads the standard input and leaves with the code", async () => {
  const program = new URL("../../../porcupine/cli.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", program, "-", "--json"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(BAD));
  await writer.close();
  const { code, stdout } = await child.output();
  assertEquals([code, JSON.parse(new TextDecoder().decode(stdout)).file], [1, "-"]);
});

for (const model of ["register", "kv", "kvv", "set", "queue", "stack", "lock"] satisfies GeneratedModel[]) {
  Deno.test(`Generated ${model} histories, good and bad, plain and packed, get the codes 0 and 1`, async () => {
    await using folder = await Folder.make();
    for (let seed = 1; seed <= 4; seed++) {
      const spec = specOf({ model, ops: 60, clients: 3, seed, crashed: seed - 1, keys: 2 });
      const { ok, bad } = simulate(spec);
      const good = await folder.write(`${seed}-ok.jsonl.gz`, await gzip(linhistText(spec, ok)));
      assertEquals((await check(good)).code, 0, `seed ${seed}`);
      if (bad === undefined) continue;
      const wrong = await folder.write(`${seed}-bad.jsonl`, linhistText(spec, bad));
      assertEquals((await check(wrong, "--quick")).code, 1, `seed ${seed}`);
    }
  });
}
