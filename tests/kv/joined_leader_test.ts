import { assertEquals } from "@std/assert";
import { Clerk, KvServer, type MachineServer } from "../../kv/mod.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import { World } from "../sim/mod.ts";
import { GOOD_NETWORK } from "./storm.ts";

const FOUNDERS = ["s1", "s2", "s3"];
const JOINED = "s4";

Deno.test("a client that knows the founders alone finds a leader that joined later, since they name it", async () => {
  const world = new World({ seed: 1, conditions: GOOD_NETWORK });
  const servers = new Map<string, MachineServer>();
  const leader = () => [...servers].find(([, { replica }]) => replica.node.state().isLeader)?.[0] ?? null;
  const boot = (id: string, members: readonly string[], founders: readonly string[]) => {
    world.machine(id).boot(async (runtime) => {
      const addresses = new Map(members.map((name) => [name, name]));
      const options = { runtime, id, members: addresses, founders, storage: new MemoryStorage() };
      servers.set(id, await KvServer.open(options));
    });
  };
  const clerk = (name: string) => {
    let made: Clerk | null = null;
    world.machine(name).boot((runtime) => void (made = new Clerk({ runtime, servers: FOUNDERS })));
    return made as unknown as Clerk;
  };
  await world.play(async () => {
    for (const id of FOUNDERS) boot(id, FOUNDERS, FOUNDERS);
    boot(JOINED, [...FOUNDERS, JOINED], []);
    await clerk("early").put("k", "1");
    for (const type of ["addLearner", "promote"] as const) {
      const { replica } = servers.get(leader() as string) as MachineServer;
      const change = type === "promote" ? { type, id: JOINED } : { type, id: JOINED, address: JOINED };
      assertEquals((await replica.changeMembers(change)).kind, "committed");
      await world.clock.sleep(1000);
    }
    while (leader() !== JOINED) {
      servers.get(leader() ?? "")?.replica.node.resign();
      await world.clock.sleep(1000);
    }
    assertEquals(await clerk("late").get("k"), "1");
    assertEquals(leader(), JOINED);
  }, { untilMs: 300_000 });
  world.end();
});
