import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { KvInput } from "../../../porcupine/mod.ts";
import type { Answer, System } from "./adapter.ts";
import { runTool } from "../tools.ts";
import { type ForeignRunResult, runForeign } from "./run.ts";
import { findSystem, SYSTEMS, UnknownSystemError } from "./systems.ts";

function run(system: System, lengthMs: number): Promise<ForeignRunResult> {
  return runForeign({ system, seed: 1, lengthMs, signal: new AbortController().signal, report: () => {} });
}

/** A store in this process; `spoil` may change what is said of an operation that has been done. */
function inMemory(spoil: (input: KvInput, honest: Answer, number: number) => Answer): System {
  return {
    name: "in memory",
    functions: ["get", "put", "append"],
    missing: () => Promise.resolve(null),
    start: () => {
      const values = new Map<string, string>();
      let number = 0;
      const invoke = (input: KvInput): Promise<Answer> => {
        const before = values.get(input.key) ?? "";
        if (input.f === "put") values.set(input.key, input.value);
        if (input.f === "append") values.set(input.key, before + input.value);
        const output = input.f === "get" ? { f: "get", value: before } as const : { f: input.f } as const;
        return Promise.resolve(spoil(input, { kind: "ok", output }, number++));
      };
      return Promise.resolve({
        connect: () => Promise.resolve({ invoke, close: () => {} }),
        breaks: [],
        said: () => "",
        [Symbol.asyncDispose]: () => Promise.resolve(),
      });
    },
  };
}

Deno.test("a store that answers honestly passes, also where every tenth answer is lost although the work was done", async () => {
  const result = await run(
    inMemory((_, honest, number) => number % 10 === 9 ? { kind: "unknown", why: "lost" } : honest),
    400,
  );
  assertEquals([result.verdict, result.sentence], ["pass", "The history is linearizable."]);
  assert(result.counts.unknown > 0 && result.counts.ok > 0);
});

Deno.test("a store that reads yesterday's value now and then is found out, and the sentence names the key", async () => {
  const result = await run(
    inMemory((input, honest, number) =>
      input.f === "get" && number > 20 && number % 5 === 0
        ? { kind: "ok", output: { f: "get", value: "" } }
        : honest
    ),
    400,
  );
  assertEquals(result.verdict, "violation");
  assertMatch(result.sentence, /The history of "key \d" is not linearizable/);
  assert(result.page.includes("<!doctype html>") && result.history.includes("key 1"));
});

Deno.test("a store that says of what it did that it was not done is found out", async () => {
  const result = await run(
    inMemory((input, honest, number) =>
      input.f !== "get" && number % 7 === 0 ? { kind: "refused", why: "no" } : honest
    ),
    400,
  );
  assertEquals(result.verdict, "violation");
});

Deno.test("a store that never answers is not called linearizable", async () => {
  const result = await run(inMemory(() => ({ kind: "refused", why: "no" })), 200);
  assertEquals(result.verdict, "vacuous");
});

Deno.test("an unknown system, a module that is none, and a file that is not there are refused with what to do", async () => {
  const here = new URL("./", import.meta.url);
  for (
    const [name, said] of [["nosql", /there are redis/], ["./process.ts", /must export/], [
      "./no.ts",
      /load/,
    ]] as const
  ) {
    const error = await assertRejects(() => findSystem(name, here), UnknownSystemError);
    assertMatch(error.message, said);
  }
});

const WANTED = [["redis", "pass", 1500], ["redis-replica", "violation", 800], [
  "etcd",
  "pass",
  3500,
]] as const;

for (const [name, verdict, lengthMs] of WANTED) {
  Deno.test(`${name} where it is installed: ${verdict === "pass" ? "linearizable through kills and stops" : "reads of a replica are stale"}`, async () => {
    const system = SYSTEMS.get(name) as System;
    const missing = await system.missing();
    if (missing !== null) return console.log(`${name} is not tried: ${missing}`);
    const result = await run(system, lengthMs);
    assertEquals(result.verdict, verdict, `${result.sentence}\n${result.said}`);
    assert(result.deeds.length > 0 || verdict === "violation");
  });
}

Deno.test({
  name: "a harness that is killed where it stands leaves no store behind",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const module = import.meta.resolve("./process.ts");
    const harness = `
      import { Program } from ${JSON.stringify(module)};
      const store = new Program({
        command: "sh",
        args: ["-c", "echo $$; exec sleep 600"],
        ready: () => Promise.resolve(/\\d\\n/.test(store.said)),
      });
      await store.start();
      console.log(store.said);
      await new Promise((resolve) => setTimeout(resolve, 600_000));`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", harness],
      stdout: "piped",
      stderr: "inherit",
      stdin: "null",
    }).spawn();
    let pid = NaN;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      pid = Number(text);
      child.kill("SIGKILL");
    }
    await child.status;
    assert(pid > 1, `it did not say its number: ${pid}`);
    // Looks, not seconds: each takes longer where the machine has other things to do.
    for (let look = 1;; look++) {
      const left = await runTool("ps", ["-o", "args=", "-p", `${pid}`]);
      if (left === null || !left.out.includes("sleep 600")) break;
      if (look < 200) await new Promise((resolve) => setTimeout(resolve, 50));
      else throw new Error(`process ${pid} outlived the harness, and ${look} looks`);
    }
  },
});
