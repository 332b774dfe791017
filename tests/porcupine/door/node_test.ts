/** The checker in Node, where there is one: the same verdicts, certificates and texts as here. */
import { assert, assertEquals } from "@std/assert";
import { tellStory } from "./host_story.ts";

const ROOT = new URL("../../../", import.meta.url);
/** Before, it had no `CompressionStream`, which the story uses. */
const OLDEST_NODE = 20;

for (const version of await nodeVersions()) {
  Deno.test(`Node ${version} tells the same story: every door, without workers, byte for byte`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "porcupine-node-" });
    try {
      await translate(folder);
      const { code, stdout, stderr } = await new Deno.Command("node", {
        args: [`${folder}/tests/porcupine/door/host_main.js`],
        stdout: "piped",
        stderr: "piped",
      }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      assertEquals(new TextDecoder().decode(stdout).trimEnd(), await tellStory());
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** The one on the path, or nothing. */
async function nodeVersions(): Promise<string[]> {
  try {
    const { stdout } = await new Deno.Command("node", { args: ["--version"], stderr: "null" }).output();
    const version = new TextDecoder().decode(stdout).trim().replace(/^v/, "");
    return Number.parseInt(version) >= OLDEST_NODE ? [version] : [];
  } catch {
    return [];
  }
}

/** What a package for Node holds: the same modules without types, with names that end in `.js`. */
async function translate(folder: string): Promise<void> {
  const files = [
    ...modulesUnder("porcupine/"),
    ...modulesUnder("tests/porcupine/generate/"),
    "tests/porcupine/generate.ts",
    "tests/porcupine/door/host_story.ts",
    "tests/porcupine/door/host_main.ts",
  ];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["transpile", "--quiet", "--no-check", "--no-config", "--outdir", folder, ...files],
    cwd: ROOT,
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  await Deno.writeTextFile(`${folder}/package.json`, '{"type":"module"}');
  for (const file of files) {
    const path = `${folder}/${file.replace(/ts$/, "js")}`;
    const text = await Deno.readTextFile(path);
    assert(!/\busing \w+ =/.test(text), `${file}: Node 20 and half of the browsers cannot read \`using\``);
    await Deno.writeTextFile(path, text.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** The modules of a folder and those in it, but for the command line. */
function modulesUnder(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return name === "cli" ? [] : modulesUnder(`${folder}${name}/`);
    return name.endsWith(".ts") && name !== "cli.ts" ? [`${folder}${name}`] : [];
  });
}
