import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runTool } from "../real/tools.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { Mutant } from "./mutant.ts";

const isWindows = Deno.build.os === "windows";
const SPINS: Mutant = {
  id: "T",
  title: "",
  source: "",
  file: "spin.ts",
  anchor: "1 + 1",
  replacement: "1 - 1",
  killedBy: "run -A --no-check --no-config spin.ts",
};

/** A place with sources, in which a planted bug spins for `spinMs`, and another for whatever is temporary. */
async function place(spinMs: number) {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/sources`);
  await Deno.mkdir(`${folder}/temporary`);
  const spin = `if (1 + 1 !== 2) {
    Deno.writeTextFileSync(${JSON.stringify(`${folder}/pid`)}, String(Deno.pid));
    const until = performance.now() + ${spinMs};
    while (performance.now() < until);
    Deno.writeTextFileSync(${JSON.stringify(`${folder}/over`)}, "yes");
  }`;
  await Deno.writeTextFile(`${folder}/sources/spin.ts`, spin);
  return {
    folder,
    /** The copies that are there. */
    copies: () => [...Deno.readDirSync(`${folder}/temporary`)].map(({ name }) => name),
    /** What a file says, or null if there is none, or nothing in it yet. */
    said: (file: string) => Deno.readTextFile(`${folder}/${file}`).then((text) => text || null, () => null),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Two copies at work on the sources in `folder`, in a process of their own. It says how that ended, and what was there then. */
function campaign(folder: string, mutants: readonly Mutant[]): Deno.ChildProcess {
  const script = `
    import { judgeAll } from ${JSON.stringify(import.meta.resolve("./campaign.ts"))};
    const end = await judgeAll(${JSON.stringify(mutants)}, {
      root: new URL(${JSON.stringify(`file://${folder.replaceAll("\\", "/")}/sources/`)}),
      jobs: 2,
      limitMs: 120_000,
      signal: new AbortController().signal,
      onJudged: () => {},
    }).then((judged) => judged.map(({ fate }) => fate.kind).join(" "), (error) => error.name);
    console.log(end, [...Deno.readDirSync(${JSON.stringify(`${folder}/temporary`)})].length);`;
  return start(["eval", "--no-check", script], folder);
}

function start(args: string[], folder: string): Deno.ChildProcess {
  const temporary = `${folder}/temporary`;
  return new Deno.Command(Deno.execPath(), {
    args,
    env: { TMPDIR: temporary, TMP: temporary, TEMP: temporary, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Looks, not seconds: each takes longer where the machine has other things to do. */
async function see<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  for (let count = 0; count < 300; count++) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} was not seen`);
}

async function output(child: Deno.ChildProcess): Promise<string> {
  const { stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return (decoder.decode(stdout) + decoder.decode(stderr)).trim();
}

Deno.test("a campaign that cannot go on ends what its other copies do, and removes them, before it says so", async () => {
  await using here = await place(5_000);
  const gone = { ...SPINS, file: "gone.ts" };
  assertEquals(await output(campaign(here.folder, [SPINS, gone])), "NotFound 0");
  assertEquals(await here.said("over"), null);
});

Deno.test({
  name: "sources that cannot be copied leave no half copy behind",
  ignore: isWindows, // There not everybody may make a link.
  fn: async () => {
    await using here = await place(0);
    await Deno.symlink("nowhere", `${here.folder}/sources/broken.ts`);
    assertEquals(await output(campaign(here.folder, [SPINS])), "NotFound 0");
  },
});

Deno.test({
  name: "a campaign that is killed where it stands leaves no planted bug that spins, and no copy",
  ignore: isWindows,
  fn: async () => {
    await using here = await place(60_000);
    const child = campaign(here.folder, [SPINS]);
    const pid = await see("the bug", () => here.said("pid"));
    try {
      assert(here.copies().length > 0);
      child.kill("SIGKILL");
      await child.output();
      await see("the end of the bug", async () => {
        const left = await runTool("ps", ["-o", "args=", "-p", pid]);
        return left === null || !left.out.includes("spin.ts") ? true : null;
      });
      await see("the end of its copies", () => here.copies().length === 0 ? true : null);
    } finally {
      try {
        Deno.kill(Number(pid), "SIGKILL");
      } catch {
        // As it should be.
      }
    }
  },
});

Deno.test({
  name: "a campaign that is asked to end says so, and leaves no copy",
  ignore: isWindows, // There nobody can be asked.
  fn: async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await using here = await place(0);
      const cli = new URL("./cli.ts", import.meta.url).href;
      const { id } = CATALOGUE[0].mutants[0];
      const child = start(["run", "-A", "--no-check", cli, "--only", id], here.folder);
      await see("a copy", () => here.copies().length > 0 ? true : null);
      child.kill(signal);
      assertEquals(await output(child), "Interrupted", signal);
      assertEquals([(await child.status).code, here.copies()], [130, []], signal);
    }
  },
});

Deno.test("more copies than cores, and a limit longer than a timer can be set, are refused with what is allowed", async () => {
  await using here = await place(0);
  const cli = new URL("./cli.ts", import.meta.url).href;
  const cores = navigator.hardwareConcurrency;
  const refused = [
    ["--jobs", `${cores + 1}`, `a whole number from 1 to ${cores}, the cores`],
    ["--jobs", "0", `a whole number from 1 to ${cores}, the cores`],
    ["--limit", "2147484", "a number of seconds above 0, and 86400 at most"],
  ];
  for (const [flag, value, allowed] of refused) {
    const child = start(["run", "-A", "--no-check", cli, "--list", flag, value], here.folder);
    assertStringIncludes(await output(child), `Cannot work with ${flag} ${value}: give ${allowed}`);
    assertEquals((await child.status).code, 2);
  }
});
