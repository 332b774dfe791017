import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Mutant } from "./mutant.ts";
import { Workshop } from "./workshop.ts";

const LIMIT_MS = 60_000;

async function withSources(
  files: Record<string, string>,
  use: (workshop: Workshop) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const workshop = await Workshop.open(new URL(`file://${folder.replaceAll("\\", "/")}/`));
    try {
      await use(workshop);
    } finally {
      await workshop.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function mutant(anchor: string, replacement: string): Mutant {
  const killedBy = "run -A --no-check --no-config sum.ts";
  return { id: "T", title: "", source: "", file: "sum.ts", anchor, replacement, killedBy };
}

const never = new AbortController().signal;

Deno.test("a bug is planted for one run only, and the sources stay as they are", async () => {
  await withSources({ "sum.ts": "if (1 + 1 !== 2) Deno.exit(1);\n" }, async (workshop) => {
    const planted = await workshop.runWith(mutant("1 + 1", "1 - 1"), LIMIT_MS, never);
    assertEquals(planted.code, 1);
    const sound = await workshop.run(mutant("", "").killedBy, LIMIT_MS, never);
    assertEquals(sound.code, 0);
  });
});

Deno.test("a bug of two locks is planted in both files, or in neither, and both stay as they are", async () => {
  const files = {
    "sum.ts": "import { two } from './two.ts';\nif (two() !== 2 && 1 + 1 !== 2) Deno.exit(1);\n",
    "two.ts": "export const two = () => 2;\n",
  };
  await withSources(files, async (workshop) => {
    const half = mutant("1 + 1", "1 - 1");
    const both = (anchor: string): Mutant => ({
      ...half,
      further: [{ file: "two.ts", anchor, replacement: "=> 3" }],
    });
    assertEquals((await workshop.runWith(half, LIMIT_MS, never)).code, 0);
    assertEquals((await workshop.runWith(both("=> 2"), LIMIT_MS, never)).code, 1);
    const gone = await assertRejects(() => workshop.runWith(both("=> 5"), LIMIT_MS, never), TypeError);
    assertStringIncludes(gone.message, "is not in two.ts");
    assertEquals((await workshop.runWith(mutant("2 &&", "2 ||"), LIMIT_MS, never)).code, 0);
  });
});

Deno.test("an anchor that does not match exactly once is refused, and says where to look", async () => {
  await withSources({ "sum.ts": "1 + 1 + 1;\n" }, async (workshop) => {
    const twice = () => workshop.runWith(mutant("+ 1", "- 1"), LIMIT_MS, never);
    assertStringIncludes((await assertRejects(twice, TypeError)).message, "more than once in sum.ts");
    const gone = () => workshop.runWith(mutant("2 + 2", "5"), LIMIT_MS, never);
    assertStringIncludes((await assertRejects(gone, TypeError)).message, "is not in sum.ts");
  });
});

Deno.test("what a command leaves running is ended with it: nothing holds its output open", async () => {
  const files = {
    "sum.ts":
      `new Deno.Command(Deno.execPath(), { args: ["run", "--no-config", "sleep.ts"] }).spawn().unref();
await new Promise((resolve) => setTimeout(resolve, 500));
console.log("seed 7");
Deno.exit(1);
`,
    "sleep.ts": "setInterval(() => {}, 1000);\n",
  };
  await withSources(files, async (workshop) => {
    const { code, output } = await workshop.run(mutant("", "").killedBy, LIMIT_MS, never);
    assertEquals([code, output.includes("seed 7")], [1, true]);
  });
});

Deno.test("a command that does not end in time is ended, and so is one whose campaign is interrupted", async () => {
  await withSources({ "sum.ts": "setInterval(() => {}, 1000);\n" }, async (workshop) => {
    assertEquals((await workshop.run(mutant("", "").killedBy, 300, never)).code, null);
    const interrupt = new AbortController();
    const running = workshop.run(mutant("", "").killedBy, LIMIT_MS, interrupt.signal);
    interrupt.abort(new Error("interrupted"));
    await assertRejects(() => running, Error, "interrupted");
  });
});

Deno.test("what a killed command leaves among the temporary files goes with the copy", async () => {
  const files = { "sum.ts": "console.log(Deno.makeTempDirSync());\nDeno.kill(Deno.pid, 'SIGKILL');\n" };
  let left = "";
  await withSources(files, async (workshop) => {
    left = (await workshop.run(mutant("", "").killedBy, LIMIT_MS, never)).output.trim();
    assert((await Deno.stat(left)).isDirectory);
  });
  await assertRejects(() => Deno.stat(left), Deno.errors.NotFound);
});
