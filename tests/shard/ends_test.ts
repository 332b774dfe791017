import { assertEquals } from "@std/assert";
import type { Answer, Caller } from "../../kv/mod.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import { encodeGroupReply } from "../../shard/group_codec.ts";
import { GroupLinks } from "../../shard/group_link.ts";
import { CONTROLLER_NAME, openController, ShardPeer } from "../../shard/mod.ts";
import { World } from "../sim/mod.ts";

Deno.test("a member that is closed politely has ended when that is through, and is named by its process no more", async () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("ctl").boot(() => {});
  await world.play(async () => {
    const peer = new ShardPeer(runtime);
    const members = new Map([["m", "ctl"]]);
    const options = { runtime, id: "m", members, storage: new MemoryStorage(), peer, shards: 1 };
    const member = await openController(options);
    const ask = async () => {
      const question = new Uint8Array([0]);
      return (await peer.to(CONTROLLER_NAME).call("ctl", "query", question, { timeoutMs: 1000 })).kind;
    };
    while (!member.replica.node.state().isLeader) await world.clock.sleep(10);
    await world.clock.sleep(100);
    assertEquals(await ask(), "applied");
    let isDone = false;
    void member.done.then(() => isDone = true);
    await member.close();
    assertEquals([isDone, member.replica.node.stopped, await ask()], [true, true, "refused"]);
  }, { untilMs: 60_000 });
  world.end();
});

Deno.test("whoever calls a group again goes to the server that answered last, as long as the group has the same servers", async () => {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  const asked: string[] = [];
  const call: Caller["call"] = (server): Promise<Answer> => {
    asked.push(server);
    const reply = encodeGroupReply({ kind: "gone" });
    return Promise.resolve(
      server === "b" ? { kind: "applied", reply } : { kind: "refused", code: "notLeader", ask: "b" },
    );
  };
  const links = new GroupLinks(runtime, { to: () => ({ call, close: () => {} }) });
  await world.play(async () => {
    for (const servers of [["a", "b"], ["a", "b"], ["b", "c"]]) {
      await links.to(1, servers).execute({ op: "delete", shard: 0, number: 1 }, { timeoutMs: 1000 });
      asked.push("|");
    }
  }, { untilMs: 60_000 });
  world.end();
  assertEquals(asked.slice(asked.indexOf("|")).join(" ").startsWith("| b |"), true, asked.join(" "));
});
