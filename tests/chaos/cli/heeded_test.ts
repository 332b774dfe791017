import { assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { PlanError } from "../../nemesis/read_plan.ts";
import { parseArguments, UsageError, withConfig } from "./arguments.ts";
import { makeFolder, readPlanFile } from "./folder.ts";
import { refuseUnheeded } from "./heeded.ts";

const DEFAULTS = { seed: 77, workers: 2 };

for (
  const [argv, words] of [
    [["--real", "--workers", "2"], "Cannot heed --workers with --real: it heeds --layer"],
    [["--real", "--plan", "p.json", "--nemesis=crash"], "Cannot heed --nemesis beside --plan"],
    [["--real", "--system", "redis", "--layer", "kv"], "Cannot heed --layer with --system"],
    [["replay", "5", "--runs", "3"], "Cannot heed --runs with chaos replay SEED"],
    [
      ["replay", "chaos-out/seed-5", "--layer", "kv"],
      "Cannot heed --layer with a run that was drawn already",
    ],
    [["shrink", "p.json", "--nodes", "3"], "Cannot heed --nodes"],
    [["view", "--seed", "1"], "Cannot heed --seed with chaos view: it heeds --port, --out"],
    [["list", "--json"], "Cannot heed --json with chaos list: it takes no options"],
    [["--corpus", "c"], "Cannot heed --corpus in a campaign"],
    [["kills", "--runs", "4"], "Cannot heed --runs with chaos kills"],
  ] as const
) {
  Deno.test(`"chaos ${argv.join(" ")}" is refused, because nobody would look at it`, () => {
    const error = assertThrows(() => refuseUnheeded(parseArguments(argv, DEFAULTS), argv), UsageError);
    assertStringIncludes(error.message, words);
  });
}

Deno.test("what each command heeds is not refused, and of a file each takes what it can", async () => {
  for (
    const argv of [
      ["--layer", "kv", "--seed", "1", "--runs", "2", "--workers", "0", "--shrink", "--out", "o", "--json"],
      ["replay", "5", "--layer", "kv", "--length", "3", "--json"],
      ["replay", "o/seed-5", "--json"],
      ["--real", "--nodes", "5", "--time", "60", "--seed", "1", "--nemesis", "crash", "--json"],
      ["--real", "--plan", "p.json", "--out", "o"],
      ["--real", "--system", "redis", "--time", "5", "--seed", "1"],
      ["kills", "C-R12", "--across", "--corpus", "c", "--workers", "2"],
      ["--help", "--corpus", "c"],
    ]
  ) refuseUnheeded(parseArguments(argv, DEFAULTS), argv);
  const said = ["replay", "5", "--config", "c.json"];
  const argv = await withConfig(said, () => Promise.resolve('{"layer": "kv", "runs": 7}'));
  refuseUnheeded(parseArguments(argv, DEFAULTS), said);
});

Deno.test("a file that holds no plan is named together with what is wrong", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [name, text, words] of [
        ["cut.json", '{"format": "flotilla-corpus-1", "plan": ', "it is not JSON"],
        ["empty.json", '{"format": "flotilla-corpus-1"}', "it is no plan"],
        ["null.json", "null", "it is no plan"],
        ["other.json", '{"format": "linhist-1"}', 'its format is "linhist-1"'],
      ]
    ) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const error = await assertRejects(() => readPlanFile(`${folder}/${name}`), PlanError);
      assertStringIncludes(error.message, `${name}: ${words}`);
    }
    for (const path of [`${folder}/nothing.json`, folder]) {
      await assertRejects(() => readPlanFile(path), UsageError, `Cannot read ${path}: `);
    }
    // What stands where a folder should be made.
    await assertRejects(() => makeFolder(`${folder}/null.json/seed-1`), UsageError, "give another --out");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
