import { assert, assertEquals } from "@std/assert";
import { runPlan } from "../chaos/run.ts";
import { CATALOGUE } from "../mutants/catalogue.ts";
import { Workshop } from "../mutants/workshop.ts";
import { CORPUS, listEntries, readEntry } from "./cli/files.ts";

const ROOT = new URL("../../", CORPUS);
/** Planted again in the default run; `deno task chaos kills` plants them all. */
const SAMPLES = ["C-R12"];

Deno.test("every counterexample of the corpus passes on the present sources, and names a planted bug that there is", async () => {
  const known = new Set(CATALOGUE.flatMap(({ mutants }) => mutants.map(({ id }) => id)));
  const names = await listEntries();
  assert(names.length > 0);
  for (const name of names) {
    const { mutant, plan, story } = await readEntry(new URL(name, CORPUS));
    assert(known.has(mutant), `${name}: there is no planted bug ${mutant}`);
    assert(story.some((line) => line.includes("broken (")), `${name} does not say what broke`);
    const { verdict } = (await runPlan(plan, { record: false })).result;
    assert(
      verdict.kind !== "violation",
      `deno run -A tests/corpus/replay_main.ts ${mutant}: ${JSON.stringify(verdict)}`,
    );
  }
});

for (const id of SAMPLES) {
  Deno.test(`with its bug planted again the counterexample ${id} breaks its law again`, async () => {
    const mutant = CATALOGUE.flatMap(({ mutants }) => mutants).find((one) => one.id === id);
    assert(mutant !== undefined);
    const { law } = await readEntry(new URL(`${id}.json`, CORPUS));
    const workshop = await Workshop.open(ROOT);
    try {
      const killedBy = `run -A --no-check tests/corpus/replay_main.ts ${id}`;
      const { code, output } = await workshop.runWith(
        { ...mutant, killedBy },
        300_000,
        new AbortController().signal,
      );
      assertEquals([code, output.trim()], [1, `${id}: breaks ${law}`]);
    } finally {
      await workshop.close();
    }
  });
}
