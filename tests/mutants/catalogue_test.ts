import { assertEquals } from "@std/assert";
import { CATALOGUE } from "./catalogue.ts";
import { EQUIVALENTS } from "./equivalents.ts";
import { filesOf, plant } from "./mutant.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("every planted bug has an id of its own and an anchor that matches exactly once", async () => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const { mutants } of CATALOGUE) {
    for (const mutant of mutants) {
      if (seen.has(mutant.id)) wrong.push(`the id ${mutant.id} is given twice`);
      seen.add(mutant.id);
      try {
        for (const file of filesOf(mutant)) {
          const text = await Deno.readTextFile(new URL(file, ROOT));
          if (plant(mutant, file, text) === text) {
            wrong.push(`mutant ${mutant.id} changes nothing in ${file}`);
          }
        }
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no command that judges a planted bug has a filter with a space in it, at which it would be cut in two", () => {
  const cut = (command: string) =>
    command.split(" ").some((word) => word.startsWith("--filter=/") && !word.endsWith("/"));
  const mutants = CATALOGUE.flatMap(({ mutants }) => mutants);
  assertEquals(mutants.filter(({ killedBy }) => cut(killedBy)).map(({ id }) => id), []);
  assertEquals(cut("test --filter=/kv, unique/ some_test.ts"), true);
});

Deno.test("every group has a name of its own and at least one bug", () => {
  const names = CATALOGUE.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(CATALOGUE.filter(({ mutants }) => mutants.length === 0), []);
});

Deno.test("every file beside the catalogue that holds planted bugs is in it", async () => {
  const listed = new Set(CATALOGUE.flatMap(({ mutants }) => mutants.map(({ id }) => id)));
  const forgotten: string[] = [];
  for await (const { name } of Deno.readDir(new URL("tests/mutants/", ROOT))) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts") || name === "cli.ts") continue;
    for (const [exported, value] of Object.entries(await import(new URL(name, import.meta.url).href))) {
      if (!exported.endsWith("Mutants") || !Array.isArray(value)) continue;
      for (const { id } of value) if (!listed.has(id)) forgotten.push(`${id} of ${name}`);
    }
  }
  assertEquals(forgotten, []);
});

Deno.test("what is said to be no bug still stands where the argument found it", async () => {
  for (const { title, file, anchor } of EQUIVALENTS) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    assertEquals(text.split(anchor).length - 1, 1, `the anchor of "${title}" in ${file}`);
  }
});
