import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { everyFaultPlan } from "../../nemesis/every_fault.ts";
import { parseArguments, UsageError, withConfig } from "./arguments.ts";
import { choiceInWords, UnknownNameError } from "./choice.ts";
import { readFolder } from "./folder.ts";

const DEFAULTS = { seed: 77, workers: 2 };

Deno.test("without arguments a campaign runs for half a minute on all cores", () => {
  const args = parseArguments([], DEFAULTS);
  assertEquals(args, {
    command: "run",
    firstSeed: 77,
    runs: Infinity,
    timeMs: 30_000,
    choice: {
      safetyMs: 10_000,
      layer: "all",
      workload: null,
      faults: null,
      nodes: null,
      clients: null,
      perSecond: null,
    },
    workers: 2,
    shrink: false,
    out: "chaos-out",
    json: false,
  });
});

Deno.test("a number of runs takes the place of the time", () => {
  const args = parseArguments(["--runs", "5", "--seed=9"], DEFAULTS);
  assert(args.command === "run");
  assertEquals([args.runs, args.timeMs, args.firstSeed], [5, Infinity, 9]);
});

for (
  const [argv, message] of [
    [["--tim", "5"], "--tim"],
    [["--time", "soon"], "--time soon"],
    [["--time=-1"], "--time -1"],
    [["--time", "-1"], "--time -1: give a number of seconds from 0.001"],
    [["--length", "0.0001"], "--length 0.0001"],
    [["--nodes", "-3"], "--nodes -3: give a whole number from 1 to 9"],
    [["--rate", "-.5"], "--rate -.5: give a whole number"],
    [["--clients", "0"], "--clients 0"],
    [["--workers", "1000000"], "--workers 1000000: give a whole number from 0 to 256"],
    [["--seed", "99999999999999999999"], "--seed 99999999999999999999"],
    [["--runs="], '--runs "": give'],
    [["replay", "99999999999999999999"], "99999999999999999999: give a whole number"],
    [["list", "faults"], "chaos list shows everything"],
    [["--runs", "0"], "--runs 0"],
    [["--runs", "1.5"], "--runs 1.5"],
    [["--seed="], "--seed"],
    [["--out", ""], '--out "": name a folder'],
    [["sink"], '"sink"'],
    [["replay"], "one folder or one seed"],
    [["replay", "1", "2"], "one folder or one seed"],
    [["--system", "redis"], "give --real with --system"],
    [["--real", "--nodes", "9"], "from 3 to 7"],
    [["--plan", "p.json"], "chaos replay p.json simulates it"],
  ] as const
) {
  Deno.test(`"chaos ${argv.join(" ")}" is refused with a sentence that says why`, () => {
    const error = assertThrows(() => parseArguments(argv, DEFAULTS), UsageError);
    assertStringIncludes(error.message, message);
  });
}

for (
  const [argv, known] of [
    [["--layer", "core"], "raft, kv, shard, mapreduce, all"],
    [["--layer", ""], 'Cannot take --layer "": the known ones are raft'],
    [["--nemesis", "crash,"], 'Cannot take --nemesis "": the known ones are halves'],
    [["--layer", "shard", "--workload", "txn"], "moves, register"],
    [["--workload", "chess"], "bank, queue"],
    [["--layer", "mapreduce", "--nemesis", "crash,wipe"], "loseMap, damageMap, none"],
  ] as const
) {
  Deno.test(`"chaos ${argv.join(" ")}" is refused with the names that are known`, () => {
    const error = assertThrows(() => parseArguments(argv, DEFAULTS), UnknownNameError);
    assertStringIncludes(error.message, known);
  });
}

Deno.test("what is chosen can be said again, so that a run can be repeated by its seed", () => {
  const argv = [
    "--layer",
    "kv",
    "--workload",
    "bank",
    "--nemesis",
    "crash,pause",
    "--nodes",
    "5",
    "--clients",
    "3",
  ];
  const args = parseArguments([...argv, "--rate", "40", "--length", "2.5"], DEFAULTS);
  assert(args.command === "run");
  const again = parseArguments(choiceInWords(args.choice).trim().split(" "), DEFAULTS);
  assert(again.command === "run");
  assertEquals(again.choice, args.choice);
  assertEquals(args.choice, {
    safetyMs: 2500,
    layer: "kv",
    workload: "bank",
    faults: ["crash", "pause"],
    nodes: 5,
    clients: 3,
    perSecond: 40,
  });
});

Deno.test("with --real the same words choose the same, and one run fills the time unless it is said how long runs are", () => {
  const words = [
    "--workload",
    "bank",
    "--nemesis",
    "crash,clockJump",
    "--nodes",
    "5",
    "--clients",
    "3",
    "--rate",
    "40",
  ];
  const simulated = parseArguments([...words, "--length", "60"], DEFAULTS);
  const real = parseArguments([...words, "--real", "--time", "60"], DEFAULTS);
  assert(simulated.command === "run" && real.command === "real");
  assertEquals(real.choice, simulated.choice);
  assertEquals([real.plan, real.firstSeed, real.runs, real.timeMs], [null, 77, Infinity, 60_000]);
  const many = parseArguments(["--real", "--time", "60", "--length", "5", "--runs", "3"], DEFAULTS);
  assert(many.command === "real");
  assertEquals([many.choice.safetyMs, many.runs, many.timeMs], [5000, 3, 60_000]);
  const planned = parseArguments(["--real", "--plan", "p.json"], DEFAULTS);
  assert(planned.command === "real");
  assertEquals([planned.plan, planned.runs], ["p.json", 1]);
});

Deno.test("a workload that only one layer has chooses the layer", () => {
  const args = parseArguments(["--workload", "wordcount"], DEFAULTS);
  assert(args.command === "run");
  assertEquals(args.choice.layer, "mapreduce");
});

Deno.test("a file may hold the options; the command line has the last word", async () => {
  const file = JSON.stringify({ layer: "kv", nemesis: ["crash", "pause"], runs: 7, json: true });
  const argv = await withConfig(["--config", "c.json", "--runs", "3"], () => Promise.resolve(file));
  const args = parseArguments(argv, DEFAULTS);
  assert(args.command === "run");
  assertEquals([args.choice.layer, args.choice.faults, args.runs, args.json], [
    "kv",
    ["crash", "pause"],
    3,
    true,
  ]);
  for (const bad of ["[1]", "{"]) {
    await assertRejects(
      () => withConfig(["--config=c.json"], () => Promise.resolve(bad)),
      UsageError,
      "c.json",
    );
  }
});

const CHAOS = new URL("../../chaos.ts", import.meta.url).href;

function chaos(args: readonly string[]): Deno.ChildProcess {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHAOS, ...args],
    stdout: "piped",
    stderr: "piped",
  });
  return command.spawn();
}

async function outcome(args: readonly string[]): Promise<{ code: number; text: string }> {
  const { code, stdout } = await chaos(args).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test("a campaign says what it did as one JSON object and exits with 0", async () => {
  const { code, text } = await outcome([
    "--layer",
    "kv",
    "--seed",
    "1",
    "--runs",
    "4",
    "--length",
    "4",
    "--json",
  ]);
  const summary = JSON.parse(text);
  assertEquals([code, summary.verdict, summary.runs, summary.firstSeed], [0, "pass", 4, 1]);
});

Deno.test("a seed is replayed into a folder, and the folder byte for byte; an edited plan is told apart", async () => {
  const out = await Deno.makeTempDir();
  try {
    const first = await outcome(["replay", "11", "--layer", "kv", "--length", "2", "--out", out, "--json"]);
    assertEquals(first.code, 0);
    const { folder, hash } = JSON.parse(first.text);
    const second = await outcome(["replay", folder, "--json"]);
    const again = JSON.parse(second.text);
    assertEquals([second.code, again.diverged, again.hash], [0, null, hash]);

    const plan = JSON.parse(await Deno.readTextFile(`${folder}/plan.json`));
    await Deno.writeTextFile(`${folder}/plan.json`, JSON.stringify({ ...plan, seed: 12 }));
    const edited = await outcome(["replay", folder, "--json"]);
    assertEquals(edited.code, 3);
    assertStringIncludes(JSON.parse(edited.text).diverged, "diverge");

    await Deno.writeTextFile(`${folder}/plan.json`, "{");
    assertEquals((await outcome(["replay", folder])).code, 64);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("the page and the story of a shrunk run name the command that repeats the shrunk run", async () => {
  const out = await Deno.makeTempDir();
  try {
    // Two of three disks are lost, so that nobody can ever be elected again.
    const plan = everyFaultPlan(9);
    const faults = [0, 1].map((target) => ({ kind: "wipe", atMs: 900 + target, forMs: 300, target }));
    const load = { ...plan.load, clients: 1, operationsEach: 2 };
    const hopeless = { ...plan, nodes: 3, core: [0, 1], outside: "none", faults, load, safetyMs: 1500 };
    await Deno.writeTextFile(`${out}/plan.json`, JSON.stringify(hopeless));
    const { folder, law } = JSON.parse(
      (await outcome(["shrink", `${out}/plan.json`, "--out", out, "--json"])).text,
    );
    const page = await Deno.readTextFile(`${folder}/report.html`);
    const again = /<dt>again<\/dt><dd>deno task chaos ([^<]*)<\/dd>/.exec(page)?.[1] ?? "";
    const story = await Deno.readTextFile(`${folder}/story.txt`);
    assertEquals(story.trimEnd().split("\n").at(-1), `Again: deno task chaos ${again}`);

    const { code, text } = await outcome([...again.split(" "), "--json"]);
    const result = JSON.parse(text);
    assertEquals([code, result.diverged, result.verdict.violation.law], [1, null, law]);
    assertEquals(result, {
      ...JSON.parse(await Deno.readTextFile(`${folder}/results.json`)),
      diverged: null,
      folder,
    });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test({
  name: "Ctrl-C ends a campaign with the summary so far",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const child = chaos(["--seed", "1", "--time", "600", "--length", "3", "--json"]);
    await firstWords(child.stderr, " runs ");
    child.kill("SIGINT");
    const [{ code }, text] = await Promise.all([child.status, new Response(child.stdout).text()]);
    const summary = JSON.parse(text);
    assertEquals([code, summary.verdict], [0, "pass"]);
    assert(summary.runs > 0 && summary.wallMs < 300_000);
  },
});

/** Reads until `words` were printed. */
async function firstWords(stream: ReadableStream<Uint8Array>, words: string): Promise<void> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes(words)) return;
  }
  throw new Error(`The process ended without saying "${words}": ${text}`);
}

Deno.test("a folder that is not there, or is not one that a run left, is named together with what would be right", async () => {
  const empty = await Deno.makeTempDir();
  try {
    for (
      const [what, why] of [[`${empty}/nowhere`, "there is no such folder"], [empty, "it has no plan.json"]]
    ) {
      const error = await assertRejects(() => readFolder(what), UsageError);
      assertStringIncludes(error.message, `Cannot read ${what}: ${why}; give a seed, a folder`);
    }
  } finally {
    await Deno.remove(empty);
  }
});
