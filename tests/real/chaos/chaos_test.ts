import { assert, assertEquals } from "@std/assert";
import { seedsFrom } from "../../wal/seeds.ts";
import { runTool } from "../tools.ts";
import { runReal } from "./run.ts";

for (const seed of seedsFrom(Deno.args, 1)) {
  Deno.test(`six seconds of kills with the loss of unsynced writes, stops and cuts of three real processes, all killed at once in the middle: nothing acknowledged is lost (seed ${seed})`, async () => {
    const result = await runReal({
      seed,
      nodes: 3,
      lengthMs: 6000,
      signal: new AbortController().signal,
      report: () => {},
    });
    assertEquals([result.verdict, result.complaints], ["pass", []], result.said.join("\n"));
    assert(result.deeds.some(({ what }) => what === "killAll") && result.counts.ok > 0);
  });
}

Deno.test({
  name: "real chaos that is interrupted judges what it saw, exits with 0 and leaves no process behind",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const chaos = new URL("../../chaos.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", chaos, "--real", "--time", "600", "--seed", "3"],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (/ s {2}\w+ \S+ for /.test(part)) child.kill("SIGINT");
    }
    assertEquals([(await child.status).code, text.includes("pass: ")], [0, true], text);
    const left = await runTool("pgrep", ["-P", `${child.pid}`]);
    assertEquals(left?.out ?? "", "");
  },
});
