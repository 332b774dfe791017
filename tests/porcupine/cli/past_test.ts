/** A core that takes the past for granted is told as one, wherever it is told. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { check, Folder } from "./run.ts";

/** A mutex taken and given back hundreds of times; in the end it is given to two at once, or one is refused a free one. */
function mutex(pairs: number, end: readonly string[]): string {
  const lines = ['{"format":"linhist-1","model":"mutex"}'];
  let now = 0;
  const add = (client: number, f: string, granted: boolean): void => {
    lines.push(JSON.stringify({ c: client, f, o: granted, s: now, e: now + 1 }));
    now += 2;
  };
  for (let i = 0; i < pairs; i++) {
    add(i % 5, "acquire", true);
    add(i % 5, "release", true);
  }
  for (const [i, word] of end.entries()) add(i, "acquire", word === "granted");
  return [...lines, ""].join("\n");
}

Deno.test("what a core takes for granted is said in the report and in its JSON", async () => {
  await using folder = await Folder.make();
  for (const word of ["granted", "refused"]) {
    const path = await folder.write(`${word}.jsonl`, mutex(300, word === "granted" ? [word, word] : [word]));
    const { code, out } = await check(path);
    assertEquals(code, 1);
    assertStringIncludes(
      out,
      "given the answers to all that was called before the first of them, these 5 operations contradict each other; " +
        "without any one of them they do not:",
    );
    const report = JSON.parse((await check(path, "--json")).out);
    assertEquals([report.coreStandsAlone, report.coreIsMinimal, report.core.length], [false, true, 5]);
  }
});

Deno.test("a core that stands alone takes nothing for granted", async () => {
  await using folder = await Folder.make();
  const path = await folder.write("alone.jsonl", mutex(0, ["granted", "granted"]));
  const { out } = await check(path);
  assert(!out.includes("given the answers"), out);
  assertStringIncludes(
    out,
    "  these 2 operations contradict each other; without any one of them they do not:",
  );
  assertEquals(JSON.parse((await check(path, "--json")).out).coreStandsAlone, true);
});
