import { assertEquals } from "@std/assert";
import { CATALOGUE } from "./catalogue.ts";
import { plant } from "./mutant.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every planted bug has an id of its own and an anchor that matches exactly once", async () => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const { mutants } of CATALOGUE) {
    for (const mutant of mutants) {
      if (seen.has(mutant.id)) wrong.push(`the id ${mutant.id} is given twice`);
      seen.add(mutant.id);
      try {
        const text = await Deno.readTextFile(new URL(mutant.file, ROOT));
        if (plant(mutant, text) === text) wrong.push(`mutant ${mutant.id} changes nothing`);
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every group has a name of its own and at least one bug", () => {
  const names = CATALOGUE.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(CATALOGUE.filter(({ mutants }) => mutants.length === 0), []);
});
