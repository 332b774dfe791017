/**
 * Writes the page's script, `porcupine/picture/page.generated.ts`, from the modules in `porcupine/picture/page/`:
 * `deno run -A tests/porcupine/picture/page_script.ts`.
 *
 * No bundler: the modules are stripped of their types by `deno transpile` and put one after the other, those that are
 * imported first, in one function scope. That is why no two of them may declare the same name.
 *
 * @module
 */

const PAGE = new URL("../../../porcupine/picture/page/", import.meta.url);
const GENERATED = new URL("../../../porcupine/picture/page.generated.ts", import.meta.url);

/** The last lines of the script: a picture that cannot be drawn says so where a reader looks. */
const START = `start(document, window).catch((error) => {
  document.documentElement.dataset.failed = "true";
  document.getElementById("sentence").textContent = "The picture could not be drawn: " + error.message;
  throw error;
});`;

/** The text that the generated file should have. */
export async function generatePageScript(): Promise<string> {
  const modules = await transpile();
  const order = inOrder(modules);
  requireDistinctNames(modules);
  const body = order.map((name) => bare(modules.get(name) ?? "")).join("\n");
  const script = `(() => {\n"use strict";\n${body}\n${START}\n})();`;
  if (script.includes("</script")) {
    throw new Error("the page's script may not hold </script: it would end there");
  }
  return [
    "/**",
    " * The page's script. Generated from the modules in `page/`; do not edit:",
    " * `deno run -A tests/porcupine/picture/page_script.ts` writes it again.",
    " *",
    " * @module",
    " */",
    "",
    "/** What runs in the page. */",
    "// deno-fmt-ignore",
    `export const PAGE_SCRIPT: string = ${JSON.stringify(script)};`,
    "",
  ].join("\n");
}

/** The text that the generated file has. */
export async function committedPageScript(): Promise<string> {
  return await Deno.readTextFile(GENERATED);
}

async function transpile(): Promise<Map<string, string>> {
  const names = [...Deno.readDirSync(PAGE)].map(({ name }) => name).filter((name) => name.endsWith(".ts"))
    .sort();
  const modules = new Map<string, string>();
  for (const name of names) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["transpile", "--quiet", "--no-config", new URL(name, PAGE).pathname],
      env: { NO_COLOR: "1" },
    }).output();
    if (code !== 0) throw new Error(`deno transpile ${name}: ${new TextDecoder().decode(stderr)}`);
    modules.set(name, new TextDecoder().decode(stdout));
  }
  return modules;
}

/** Those that are imported come first. */
function inOrder(modules: ReadonlyMap<string, string>): string[] {
  const order: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error(`modules in a circle: ${[...path, name].join(", ")}`);
    if (order.includes(name)) return;
    const text = modules.get(name);
    if (text === undefined) {
      throw new Error(`${path.at(-1)} imports ${name}, which is not in the page's folder`);
    }
    for (const [, source] of text.matchAll(/^import .* from "\.\/([\w.]+)";$/gm)) {
      visit(source, [...path, name]);
    }
    order.push(name);
  };
  for (const name of modules.keys()) visit(name, []);
  return order;
}

/** A module without imports, exports and comments. */
function bare(text: string): string {
  return text
    .replaceAll(/^import .*;\n/gm, "")
    .replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, "")
    .replaceAll(/^\s*\/\/ .*\n/gm, "")
    .replaceAll(/^export /gm, "");
}

function requireDistinctNames(modules: ReadonlyMap<string, string>): void {
  const owners = new Map<string, string>();
  for (const [module, text] of modules) {
    for (const [, name] of bare(text).matchAll(/^(?:async )?(?:function|class|const|let|var) (\w+)/gm)) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new Error(`${name} is declared in ${owner} and in ${module}; rename one`);
      }
      owners.set(name, module);
    }
  }
}

if (import.meta.main) await Deno.writeTextFile(GENERATED, await generatePageScript());
