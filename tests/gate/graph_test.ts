import { assert, assertEquals } from "@std/assert";
import { circles, graphOf, wrongArrows } from "./graph.ts";
import { importsOf } from "./imports.ts";
import { readSources } from "./sources.ts";

function planted(files: Record<string, string>): string[] {
  const graph = graphOf(new Map(Object.entries(files)));
  return [...wrongArrows(graph), ...circles(graph)];
}

Deno.test("imports of this repository only run down, and never in a circle", async () => {
  const graph = graphOf(await readSources());
  assert(
    graph.arrows.length > graph.files.size / 2,
    "the walk found hardly any imports: it does not see them",
  );
  assertEquals([...wrongArrows(graph), ...circles(graph)], []);
});

Deno.test("a planted arrow upwards is caught", () => {
  assertEquals(planted({ "runtime/a.ts": "\nimport { b } from '../raft/b.ts';", "raft/b.ts": "" }), [
    "runtime/a.ts:2 imports raft/b.ts: runtime may not lean on raft",
  ]);
});

Deno.test("a planted arrow sideways is caught", () => {
  assertEquals(planted({ "mapreduce/a.ts": "export * from '../raft/b.ts';", "raft/b.ts": "" }), [
    "mapreduce/a.ts:1 imports raft/b.ts: mapreduce may not lean on raft",
  ]);
  assertEquals(planted({ "porcupine/a.ts": "import '../runtime/b.ts';", "runtime/b.ts": "" }).length, 1);
});

Deno.test("library code that leans on tests is caught, a test that leans on everything is not", () => {
  const sim = { "tests/sim/mod.ts": "export const x = 1;" };
  assertEquals(planted({ ...sim, "raft/a.ts": "import '../tests/sim/mod.ts';" }), [
    "raft/a.ts:1 imports tests/sim/mod.ts: raft may not lean on tests",
  ]);
  assertEquals(planted({ ...sim, "mod.ts": "export * from './tests/sim/mod.ts';" }).length, 1);
  assertEquals(planted({ ...sim, "raft/a_test.ts": "import '../tests/sim/mod.ts';" }), []);
  assertEquals(planted({ "raft/a.ts": "import './b_test.ts';", "raft/b_test.ts": "" }).length, 1);
});

Deno.test("a planted circle is caught, type-only imports included", () => {
  assertEquals(
    planted({
      "raft/a.ts": "import type { B } from './core/b.ts';",
      "raft/core/b.ts": "import { c } from './c.ts';",
      "raft/core/c.ts": "export const x = await import('../a.ts');",
      "raft/d.ts": "import './a.ts';",
    }),
    ["raft/a.ts -> raft/core/b.ts -> raft/core/c.ts -> raft/a.ts"],
  );
  assertEquals(planted({ "raft/a.ts": "import './a.ts';" }), ["raft/a.ts -> raft/a.ts"]);
});

Deno.test("starting a worker makes no circle, but still no arrow upwards", () => {
  const main = { "raft/x_main.ts": "import './x.ts';" };
  assertEquals(planted({ ...main, "raft/x.ts": "import.meta.resolve('./x_main.ts');" }), []);
  assertEquals(
    planted({ "kv/x_main.ts": "", "raft/x.ts": "import.meta.resolve('../kv/x_main.ts');" }).length,
    1,
  );
});

Deno.test("imports that leave the house, lead nowhere, or come from a folder without a floor are caught", () => {
  assertEquals(planted({ "raft/a.ts": "import '../../elsewhere/x.ts';" }), [
    "raft/a.ts:1 imports ../elsewhere/x.ts, which lies outside the repository",
  ]);
  assertEquals(planted({ "raft/a.ts": "import './gone.ts';" }), [
    "raft/a.ts:1 imports raft/gone.ts, which does not exist",
  ]);
  assertEquals(planted({ "attic/a.ts": "" }), [
    "attic/a.ts stands on no floor: give its folder one in tests/gate/floors.ts",
  ]);
});

Deno.test("library code that imports a package is caught, tests and command lines may", () => {
  const std = "import { assert } from '@std/assert';";
  assertEquals(planted({ "kv/a.ts": std }), [
    "kv/a.ts:1 imports @std/assert: library code brings no dependency to its users",
  ]);
  assertEquals(planted({ "kv/a.ts": "import 'jsr:@std/async@1';" }).length, 1);
  assertEquals(
    planted({ "kv/a_test.ts": std, "kv/cli.ts": std, "kv/cli/flags.ts": std, "tests/x.ts": std }),
    [],
  );
});

Deno.test("every way to import is seen, and texts, comments and examples are not imports", () => {
  const text = `
    /** import { a } from "./comment.ts"; */
    import { a } from "./a.ts"; import type { B } from "./b.ts"; import "./c.ts";
    export * from "./d.ts"; export { e } from "./e.ts"; export type { F } from "./f.ts";
    const g = await import("./g.ts"); let h: import("./h.ts").H; const i = import.meta.resolve("./i.ts");
    const text = 'import "./text.ts"', template = \`import "./template.ts"\`; path.resolve("./no.ts");
  `;
  assertEquals(
    importsOf("x.ts", text).map((one) => one.source).sort(),
    [..."abcdefghi"].map((n) => `./${n}.ts`),
  );
});
