import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { splitAddress } from "../../runtime/deno/address.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { AUTHORITY, FORGED, NODE, OTHER_AUTHORITY } from "../runtime/deno/certificates.ts";
import { RealCluster } from "./cluster.ts";
import { RespClient } from "./resp_client.ts";
import { TlsFolder } from "./tls_folder.ts";
import { runTool } from "./tools.ts";

const ENTRY = new URL("../../kv/cli.ts", import.meta.url).href;

Deno.test("three processes that speak TLS: writes at a follower, kill -9 of the leader, strangers without a certificate", async (t) => {
  await using ours = await TlsFolder.make({ node: NODE }, AUTHORITY);
  await using theirs = await TlsFolder.make({ node: FORGED }, OTHER_AUTHORITY);
  await using cluster = await RealCluster.start({ args: ours.words("node", "node") });
  const leader = await cluster.leader();
  const followers = cluster.nodes.filter((node) => node !== leader);
  using client = await cluster.client(followers[0]);
  await client.must("SET", "kept", "yes");
  const status = async (...words: string[]) => {
    const command = ["client", "--servers", followers[0].peer, ...words, "status"];
    const ran = await runTool(Deno.execPath(), ["run", "--no-check", "--quiet", "-A", ENTRY, ...command]);
    assert(ran !== null);
    return ran;
  };

  await t.step("the command line is let in with a certificate, and by no other way", async () => {
    const ran = await Promise.all([
      status(...ours.words("node", "node")),
      status(...theirs.words("node", "node"), "--timeout", "1"),
      status("--timeout", "1"),
    ]);
    assertEquals(ran.map(({ code }) => code), [0, 2, 2]);
    assertStringIncludes(ran[0].out, "revision 1");
    assertStringIncludes(ran[2].err, "--tls-ca if it speaks TLS");
  });

  await t.step("300 runs of noise at the leader's port take nothing down (seed 5)", async () => {
    const target = splitAddress(leader.peer);
    assert(target !== null);
    const random = seededRandom(5);
    for (let round = 0; round < 300; round++) {
      const line = await Deno.connect(target);
      const noise = Uint8Array.from({ length: 1 + random.below(600) }, () => random.below(256));
      if (round % 2 === 0) noise.set([22, 3, 1, 0, random.below(256), 1].slice(0, noise.length));
      // It may hang up while this end still speaks.
      await line.write(noise).catch(() => 0);
      line.close();
    }
    await client.must("SET", "after", "noise");
  });

  await t.step("the others take over when the leader is killed, and it comes back", async () => {
    await cluster.signal(leader, "SIGKILL");
    using second = await RespClient.connect(followers[1].resp);
    assertEquals(await second.send("GET", "kept"), "yes");
    await second.must("SET", "while", "away");
    await cluster.startNode(leader);
    using third = await RespClient.connect(leader.resp);
    assertEquals(await third.send("GET", "while"), "away");
  });
});
