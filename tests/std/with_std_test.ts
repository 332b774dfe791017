import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { chooseRegistry, isStandIn } from "./stand_ins.ts";

const LAUNCHER = new URL("./with_std.ts", import.meta.url).href;
const STAND_INS = new URL("./jsr/", import.meta.url).href;

function launch(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", LAUNCHER, ...args],
    env: { JSR_URL: "https://registry.invalid/", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test("the launcher leaves a JSR_URL alone that somebody set, and passes arguments and exit code through", async () => {
  const script = `console.log(Deno.env.get("JSR_URL"), ...Deno.args); Deno.exit(7);`;
  const { code, stdout } = await launch(["eval", script, "--", "3A", "--runs", "a b"]).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "https://registry.invalid/ 3A --runs a b");
  assertEquals(code, 7);
});

Deno.test({
  name: "the launcher passes an interrupt on once and reports how the child ended",
  ignore: Deno.build.os === "windows", // There the console sends Ctrl-C to both by itself.
  async fn() {
    const script = `
      let times = 0;
      Deno.addSignalListener("SIGINT", () => {
        times++;
        setTimeout(() => { console.log("interrupted", times); Deno.exit(9); }, 100);
      });
      console.log("ready");
      setTimeout(() => {}, 60_000);`;
    const child = launch(["eval", script]).spawn();
    let output = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += text;
      if (text.includes("ready")) child.kill("SIGINT");
    }
    await child.stderr.cancel();
    assertEquals(output, "ready\ninterrupted 1\n");
    assertEquals((await child.status).code, 9);
  },
});

Deno.test("publishing sees a copy of the stand-ins outside the package, which is removed afterwards", async () => {
  const registry = await chooseRegistry(["publish", "--dry-run"], STAND_INS);
  assert(registry.url !== undefined);
  assertNotEquals(registry.url, STAND_INS);
  const path = "@std/assert/meta.json";
  assertEquals(
    await Deno.readTextFile(new URL(path, registry.url)),
    await Deno.readTextFile(new URL(path, STAND_INS)),
  );
  await registry.release();
  assert(!isStandIn(registry.url));
  const left = await Deno.stat(new URL(registry.url)).then(() => "left behind", () => "removed");
  assertEquals(left, "removed");
});

Deno.test("any other command uses the stand-ins where they are, so that type checks stay cached", async () => {
  const registry = await chooseRegistry(["test"], STAND_INS);
  assertEquals(registry.url, STAND_INS);
  await registry.release();
});
