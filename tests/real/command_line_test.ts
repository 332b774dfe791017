import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { main } from "../../kv/cli.ts";
import { freePorts, RealCluster } from "./cluster.ts";
import { runTool } from "./tools.ts";

const ENTRY = new URL("../../kv/cli.ts", import.meta.url).href;

/** What a command line gives: its exit code, and what it says. In this process: another one takes a second to start. */
async function heard(run: () => Promise<number>): Promise<[code: number, said: string]> {
  const { log, error } = console;
  const said: string[] = [];
  console.log = console.error = (text: unknown) => void said.push(`${text}`);
  try {
    return [await run(), said.join("\n")];
  } finally {
    Object.assign(console, { log, error });
  }
}

Deno.test("the command line gets, puts, scans, watches and locks, with exit codes that tell what is known", async (t) => {
  await using cluster = await RealCluster.start();
  const servers = cluster.nodes[0].peer;
  const command = (
    words: readonly string[],
  ) => ["run", "--no-check", "--quiet", "-A", ENTRY, "client", "--servers", servers, ...words];
  const kv = (...words: string[]) => heard(() => main(["client", "--servers", servers, ...words]));
  const first = await runTool(Deno.execPath(), command(["get", "a"]));
  assertEquals([first?.code, first?.out], [1, ""]);
  assertEquals(await kv("put", "a", "1", "--json"), [0, '{"version":1,"revision":1}']);
  assertEquals(await kv("put", "a", "2", "--version", "1"), [0, ""]);
  assertEquals(await kv("put", "a", "2", "--version", "1"), [
    1,
    "The key has version 2: nothing was changed",
  ]);
  assertEquals(await kv("get", "a"), [0, "2"]);
  assertEquals(await kv("append", "--", "a", "--x"), [0, ""]);
  assertEquals(await kv("scan"), [0, "a\t2--x"]);
  assertEquals(await kv("delete", "a"), [0, ""]);
  assertEquals(await kv("delete", "a"), [1, ""]);
  assertStringIncludes(`${await kv("status")}`, "revision 4");
  assertEquals((await kv("put", "k".repeat(5000), "1"))[0], 2);
  assertEquals((await kv("get"))[0], 64);
  assertEquals((await kv("lock", "l", "--", "sh", "-c", "exit 7"))[0], 7);
  await t.step("a watch from a revision on prints every change, also of what happens meanwhile", async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: command(["watch", "--after", "0", "--json"]),
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let text = "";
    const put = kv("put", "b", "1");
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes('"key":"b"')) break;
    }
    await put;
    child.kill("SIGINT");
    assertEquals((await child.status).code, 130);
    const lines = text.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.filter(({ key }) => key === "a").map(({ kind }) => kind), [
      "put",
      "put",
      "put",
      "delete",
    ]);
  });
  await t.step(
    "two who want one lock hold it one after the other, the second with the greater token",
    async () => {
      const file = `${cluster.folder}/held`;
      const script = `echo $FLOTILLA_LOCK_TOKEN >> ${file}; sleep 0.3; echo out >> ${file}`;
      const words = command(["lock", "l", "--", "sh", "-c", script]);
      const both = await Promise.all([1, 2].map(() => runTool(Deno.execPath(), words)));
      assertEquals(both.map((ran) => ran?.code), [0, 0]);
      const [first, out, second, end] = (await Deno.readTextFile(file)).trim().split("\n");
      assert(Number(second) > Number(first) && out === "out" && end === "out");
    },
  );
  await t.step("nobody there", async () => {
    const [port] = freePorts(1);
    const nobody = ["client", "--servers", `127.0.0.1:${port}`, "--timeout", "1", "get", "a"];
    const [code, said] = await heard(() => main(nobody));
    assertEquals(code, 2);
    assertStringIncludes(said, "is the store running?");
  });
});

Deno.test({
  name:
    "a cluster that is interrupted, or whose launcher is killed, leaves no process behind; a node that is told to go comes back; on its folder it finds everything again",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "flotilla-" });
    try {
      const [base] = freePorts(1);
      for (const how of ["SIGINT", "SIGKILL"] as const) {
        const child = new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "--no-check",
            "--quiet",
            "-A",
            ENTRY,
            "cluster",
            "--data",
            `${folder}/c`,
            "--base-port",
            `${base}`,
            "--json",
          ],
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const pids: number[] = [];
        let text = "";
        let told = false;
        for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
          text += part;
          const lives = text.match(/"ready"/g)?.length ?? 0;
          if (lives >= 3 && text.includes('"leader"') && how === "SIGINT" && !told) {
            // One that is told to go ends with exit code 0, which is no failure of the others: it comes back.
            told = true;
            Deno.kill(Number(/"pid":(\d+)/.exec(text)?.[1]), "SIGTERM");
          }
          if (lives === (told ? 4 : 3) && text.includes('"leader"')) break;
        }
        for (const [, pid] of text.matchAll(/"pid":(\d+)/g)) pids.push(Number(pid));
        assertEquals([pids.length, text.includes('"stopped"')], told ? [4, true] : [3, false]);
        const get = [
          "run",
          "--no-check",
          "--quiet",
          "-A",
          ENTRY,
          "client",
          "--servers",
          `127.0.0.1:${base + 1}`,
        ];
        if (how === "SIGINT") {
          assertEquals((await runTool(Deno.execPath(), [...get, "put", "kept", "yes"]))?.code, 0);
        } else assertEquals((await runTool(Deno.execPath(), [...get, "get", "kept"]))?.out, "yes\n");
        child.kill(how);
        await child.status;
        const left = () => pids.filter((pid) => alive(pid));
        for (let tries = 100; tries > 0 && left().length > 0; tries--) {
          await new Promise((r) => setTimeout(r, 50));
        }
        assertEquals(left(), [], `left behind after ${how}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

function alive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}
