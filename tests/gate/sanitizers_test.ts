import { assertEquals, assertStringIncludes } from "@std/assert";

const CONFIG = new URL("../../deno.json", import.meta.url);

async function runWithOurConfig(test: string): Promise<{ code: number; output: string }> {
  const folder = await Deno.makeTempDir({ prefix: "flotilla-gate-" });
  try {
    const config = JSON.parse(await Deno.readTextFile(CONFIG));
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ test: config.test }));
    await Deno.writeTextFile(`${folder}/planted_test.ts`, test);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--no-lock"],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    return { code, output: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("our configuration fails a test that leaves a timer behind", async () => {
  // Far away: on a machine that is out of breath a near one may have rung before anybody looks for it.
  const { code, output } = await runWithOurConfig(`Deno.test("x", () => { setTimeout(() => {}, 1e9); });`);
  assertEquals(code, 1);
  assertStringIncludes(output, "A timer was started in this test, but never completed");
});

Deno.test("our configuration fails a test that leaves a file open", async () => {
  const test = `Deno.test("x", () => { Deno.openSync(new URL(import.meta.url)); });`;
  const { code, output } = await runWithOurConfig(test);
  assertEquals(code, 1);
  assertStringIncludes(output, "A file was opened during the test, but not closed");
});

Deno.test("our configuration passes a test that cleans up", async () => {
  const { code } = await runWithOurConfig(
    `Deno.test("x", () => { clearTimeout(setTimeout(() => {}, 10)); });`,
  );
  assertEquals(code, 0);
});
