import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seededRandom } from "../../runtime/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";
import { freePorts, RealCluster } from "./cluster.ts";
import { RespClient } from "./resp_client.ts";
import { runTool } from "./tools.ts";

/** Counted, not timed: a slow machine shouts as much as a fast one. */
const SHOUTS = 150;

function split(address: string): { hostname: string; port: number } {
  const [hostname, port] = address.split(":");
  return { hostname, port: Number(port) };
}

async function quietly(action: () => Promise<unknown>): Promise<void> {
  await action().catch(() => {});
}

/** Says `bytes` to a port, listens a moment, hangs up. */
async function shout(address: string, bytes: Uint8Array, politely: boolean): Promise<void> {
  await quietly(async () => {
    const conn = await Deno.connect(split(address));
    try {
      const timer = setTimeout(() => conn.close(), 100);
      await conn.write(bytes);
      if (politely) await conn.read(new Uint8Array(4096));
      clearTimeout(timer);
    } finally {
      await quietly(() => Promise.resolve(conn.close()));
    }
  });
}

for (const seed of seedsFrom(Deno.args, 1)) {
  Deno.test(`150 rounds of garbage, half requests, floods and huge lengths at every port of one node of three: nothing is lost (seed ${seed})`, async () => {
    await using cluster = await RealCluster.start({ args: ["--max-clients", "60"] });
    const leader = await cluster.leader();
    using client = await cluster.client(leader);
    await client.must("SET", "kept", "yes");
    const random = seededRandom(seed).split("shouts");
    const words = [
      "*1\r\n$99999999999\r\n",
      "*2\r\n$3\r\nGET\r\n$4096\r\n",
      "*1000000000\r\n",
      "GET / HTTP/1.1\r\n",
      "PUT /kv/x HTTP/1.1\r\ncontent-length: 9000000\r\n\r\nxx",
      "POST / HTTP/1.1\r\nHost: x\r\n\r\nSET kept no\r\n",
      "\xff\xff\xff\x7f",
    ];
    let shouts = 0;
    async function attack(): Promise<void> {
      while (shouts < SHOUTS) {
        shouts++;
        const port = [leader.resp, leader.http, leader.peer][random.below(3)];
        let bytes = Uint8Array.from(words[random.below(words.length)], (letter) => letter.charCodeAt(0));
        if (random.below(2) === 0) {
          bytes = Uint8Array.from({ length: 1 + random.below(3000) }, () => random.below(256));
        }
        await shout(port, bytes, random.below(2) === 0);
      }
    }
    // More connections than are let in, that say nothing and stay.
    const flood: Deno.TcpConn[] = [];
    for (let at = 0; at < 150; at++) {
      await quietly(async () => flood.push(await Deno.connect(split([leader.resp, leader.http][at % 2]))));
    }
    let written = 0;
    async function work(): Promise<void> {
      do await client.must("SET", `during ${written}`, written++); while (shouts < SHOUTS);
    }
    const results = await Promise.allSettled([work(), attack(), attack(), attack(), attack()]);
    for (const conn of flood) conn.close();
    for (const result of results) if (result.status === "rejected") throw result.reason;
    // The places of those that have gone are free again in a moment.
    let health = await cluster.health(leader);
    for (let left = 100; health === null && left > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      health = await cluster.health(leader);
    }
    assertEquals([health?.ok, await client.send("GET", "kept")], [true, "yes"], leader.said);
    for (let at = 0; at < written; at++) assertEquals(await client.send("GET", `during ${at}`), `${at}`);
    const other = cluster.nodes.find((node) => node !== leader);
    assert(other !== undefined);
    using far = await cluster.client(other);
    assertEquals(await far.send("GET", "kept"), "yes");
    console.log(`${shouts} shouts and 150 silent connections; ${written} writes went through meanwhile`);
  });
}

Deno.test("a token is asked for before anything is done; without one a port that others reach does not open", async () => {
  const env = { FLOTILLA_TOKEN: "secret" };
  await using cluster = await RealCluster.start({ nodes: 1, env });
  const [node] = cluster.nodes;
  using client = await cluster.client(node);
  const say = async (...words: string[]) => `${await client.send(...words)}`;
  assertStringIncludes(await say("SET", "a", "1"), "NOAUTH");
  assertStringIncludes(await say("AUTH", "wrong"), "WRONGPASS");
  assertStringIncludes(await say("GET", "a"), "NOAUTH");
  assertEquals(await say("AUTH", "default", "secret"), "OK");
  assertEquals(await say("SET", "a", "1"), "OK");
  const asked = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, connection: "close" };
    const response = await fetch(`http://${node.http}/kv/a`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await asked("wrong"), await asked("secret")], [401, 200]);
  using stranger = await RespClient.connect(node.resp);
  assertStringIncludes(`${await stranger.send("SET", "b", "x".repeat(100_000)).catch((error) => error)}`, "");
  assertEquals(await say("EXISTS", "b"), "0");
  await cluster.signal(node, "SIGKILL");
  const args = cluster.argsOf(node).map((word) =>
    word === node.resp ? word.replace("127.0.0.1", "0.0.0.0") : word
  );
  const ran = await runTool(Deno.execPath(), args);
  assertEquals(ran?.code, 64);
  assertStringIncludes(ran?.err ?? "", "without a token");
});

Deno.test("what a node cannot start with is said in a sentence, and changes nothing on its disk", async (t) => {
  await using cluster = await RealCluster.start({ nodes: 1 });
  const [node] = cluster.nodes;
  using client = await cluster.client(node);
  await client.must("SET", "kept", "yes");
  const base = cluster.argsOf(node);
  const [first, second] = freePorts(2);
  const fresh = `${cluster.folder}/fresh`;
  const change = (...pairs: [string, string][]) => {
    const args = [...base];
    for (const [flag, value] of pairs) {
      const at = args.indexOf(flag);
      if (at === -1) args.push(flag, value);
      else args[at + 1] = value;
    }
    return args;
  };
  async function refused(args: readonly string[], code: number, says: string): Promise<void> {
    const ran = await runTool(Deno.execPath(), args, { stdin: "" });
    assertStringIncludes(ran?.err ?? "", says);
    assertEquals(ran?.code, code);
  }
  const peers = `1=127.0.0.1:${first}`;
  await t.step(
    "ports in use",
    () => refused(change(["--data", fresh]), 1, "another process has one of these ports"),
  );
  await t.step(
    "a folder in use",
    () =>
      refused(
        change(["--peers", peers], ["--resp", "127.0.0.1:0"], ["--http", "127.0.0.1:0"]),
        1,
        "another process holds",
      ),
  );
  await cluster.signal(node, "SIGKILL");
  const before = await listing(cluster.folder);
  await t.step(
    "another cluster's folder",
    () => refused(change(["--cluster", "other"]), 1, 'belongs to cluster "c'),
  );
  await t.step("another node's folder", async () => {
    const known = JSON.parse(await Deno.readTextFile(`${cluster.folder}/1/node.json`));
    const two = `1=127.0.0.1:${first},2=127.0.0.1:${second}`;
    await refused(
      change(["--peers", two], ["--cluster", known.cluster], ["--id", "2"]),
      1,
      'belongs to node "1"',
    );
    await refused(change(["--peers", two], ["--cluster", known.cluster]), 1, "members do not change");
  });
  await t.step("a newer format", async () => {
    const file = `${cluster.folder}/1/node.json`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, text.replace('"format": 1', '"format": 2'));
    await refused(base, 1, "start the version that wrote it");
    await Deno.writeTextFile(file, text);
  });
  await t.step(
    "a folder of something else",
    () => refused(change(["--data", cluster.folder]), 1, "it is no node's folder"),
  );
  await t.step("wrong usage", async () => {
    await refused(change(["--id", "9"]), 64, "--peers names only");
    await refused(change(["--peers", "1=nowhere"]), 64, "host:port");
    await refused([...base, "--bogus"], 64, "no option --bogus");
    await refused(change(["--election", "50"]), 64, "twice the heartbeat");
  });
  assertEquals(await listing(cluster.folder), before);
  await t.step("peers that are not reached: it says so, and serves once they are there", async () => {
    const args = change(["--peers", `1=127.0.0.1:${first},2=127.0.0.1:${second}`], ["--data", fresh]);
    const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped", stderr: "null" })
      .spawn();
    let said = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.includes("leaderless")) break;
    }
    child.kill("SIGKILL");
    await child.status;
    await child.stdin.close().catch(() => {});
    assertStringIncludes(said, '"ready"');
  });
  await cluster.startNode(node);
  await cluster.leader();
  using again = await cluster.client(node);
  assertEquals(await again.send("GET", "kept"), "yes");
});

/** Every file below `folder` with its bytes' sum: what has not changed is equal. */
async function listing(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await listing(path));
    else {
      const digest = await crypto.subtle.digest("SHA-1", await Deno.readFile(path));
      found.push(`${path.slice(folder.length)} ${new Uint8Array(digest).toHex()}`);
    }
  }
  return found.sort();
}
