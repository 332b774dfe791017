/**
 * Whoever waits for something when a process is killed, or closed, hears of it: nothing waits for ever, and nothing is left behind.
 * @module
 */

import { assertEquals } from "@std/assert";
import { acquireLock, Clerk, KvServer, type MachineServer } from "../../kv/mod.ts";
import { MemoryStorage } from "../../raft/mod.ts";
import { LOCAL_AREA, World } from "../sim/mod.ts";
import { seedsFrom } from "../wal/seeds.ts";
import { type MortalRuntime, mortalRuntime } from "./mortal_runtime.ts";

const NAMES = ["s1", "s2", "s3"];
const MEMBERS = new Map(NAMES.map((name) => [name, name]));
const TTL_MS = 2000;
const NOTHING = { timers: 0, sleeps: 0, listeners: 0 };

interface Fleet {
  readonly world: World;
  readonly runtimes: Map<string, MortalRuntime>;
  readonly servers: Map<string, MachineServer>;
  readonly clerk: Clerk;
}

async function inFleet(seed: number, script: (fleet: Fleet) => Promise<void>): Promise<void> {
  const world = new World({ seed, conditions: LOCAL_AREA });
  const runtimes = new Map<string, MortalRuntime>();
  const servers = new Map<string, MachineServer>();
  const born = (name: string) => {
    const runtime = mortalRuntime(world.machine(name).boot(() => {}));
    runtimes.set(name, runtime);
    return runtime;
  };
  await world.play(async () => {
    for (const name of NAMES) {
      const runtime = born(name);
      const options = { runtime, id: name, members: MEMBERS, storage: new MemoryStorage() };
      servers.set(name, await KvServer.open({ ...options, followerRestMs: 5, maxRaftStateBytes: 2000 }));
    }
    const clerk = new Clerk({ runtime: born("client"), servers: NAMES, window: 4, timeoutMs: Infinity });
    await clerk.put("a", "1");
    await script({ world, runtimes, servers, clerk });
  }, { untilMs: 120_000 });
  world.end();
}

/** Every call of a clerk that may wait, begun at once: what it waits for, and how it ended as soon as it has. */
function callsOf(clerk: Clerk): Map<string, Promise<unknown>> {
  const calls = new Map<string, Promise<unknown>>();
  const begin = (what: string, call: () => Promise<unknown>) =>
    calls.set(what, call().catch((error) => error));
  for (let at = 0; at < 8; at++) begin(`put ${at}`, () => clerk.put("a", "x".repeat(100)));
  begin("get", () => clerk.get("a"));
  begin("scan", () => clerk.scan());
  begin("batch", () => clerk.batch([], [{ op: "append", key: "b", value: "!" }]));
  begin("lease", () => clerk.grantLease(1000));
  begin("watch", async () => {
    for await (const event of clerk.watch({ kind: "prefix", prefix: "nobody" })) return event;
  });
  begin("lock", () => acquireLock(clerk, "held", { ttlMs: TTL_MS }));
  begin("lock in line", () => acquireLock(clerk, "held", { ttlMs: TTL_MS }));
  return calls;
}

/** Every call of a replica that may wait. */
function callsAt({ replica }: MachineServer): Map<string, Promise<unknown>> {
  const calls = new Map<string, Promise<unknown>>();
  const begin = (what: string, call: () => Promise<unknown>) =>
    calls.set(what, call().catch((error) => error));
  begin("session", () => replica.openSession());
  begin("current", () => replica.whenCurrent());
  begin("readIndex", () => replica.node.readIndex());
  begin("question", () => replica.query(new Uint8Array(0)));
  begin("members", () => replica.changeMembers({ type: "addLearner", id: "n", address: "n" }));
  begin("retire", () => replica.retire(5000));
  begin("done", () => replica.done);
  return calls;
}

/** Those that have not ended `withinMs`. */
async function waiting(
  world: World,
  calls: Map<string, Promise<unknown>>,
  withinMs: number,
): Promise<string[]> {
  const open = new Set(calls.keys());
  for (const [what, call] of calls) call.then(() => open.delete(what));
  await world.clock.sleep(withinMs);
  return [...open];
}

for (const seed of seedsFrom(Deno.args, 20)) {
  Deno.test(`a client that is killed at any moment: every call of it has ended, and nothing of it is left (seed ${seed})`, async () => {
    await inFleet(seed, async ({ world, runtimes, clerk }) => {
      const client = runtimes.get("client") as MortalRuntime;
      const calls = callsOf(clerk);
      await world.clock.sleep(world.random("kill").next() * 60);
      client.die();
      assertEquals([await waiting(world, calls, 1), client.left()], [[], NOTHING]);
    });
  });

  Deno.test(`a client that is closed at any moment, while nobody answers or all do: every call of it has ended, and nothing of it is left (seed ${seed})`, async () => {
    await inFleet(seed, async ({ world, runtimes, servers, clerk }) => {
      const client = runtimes.get("client") as MortalRuntime;
      const random = world.random("close");
      if (random.chance(0.5)) { for (const name of servers.keys()) runtimes.get(name)?.die(); }
      const calls = callsOf(clerk);
      await world.clock.sleep(random.next() * 1000);
      clerk.close();
      assertEquals(await waiting(world, calls, 1), []);
      // Whoever holds a lock looks after its lease when a third of its time is over, and finds the end closed.
      await world.clock.sleep(TTL_MS / 3);
      assertEquals(client.left(), NOTHING);
    });
  });

  for (const end of ["killed", "closed"] as const) {
    Deno.test(`a server that is ${end} at any moment: every call at it has ended, and nothing of it is left (seed ${seed})`, async () => {
      await inFleet(seed, async ({ world, runtimes, servers, clerk }) => {
        const random = world.random("server");
        callsOf(clerk);
        await world.clock.sleep(random.next() * 60);
        for (const [name, server] of servers) {
          const calls = callsAt(server);
          await world.clock.sleep(random.next() * 3);
          const runtime = runtimes.get(name) as MortalRuntime;
          if (end === "killed") runtime.die();
          else calls.set("close", server.close());
          // A change of members that is refused for the moment looks again after a heartbeat.
          const withinMs = end === "killed" ? 1 : 110;
          assertEquals([name, await waiting(world, calls, withinMs), runtime.left()], [name, [], NOTHING]);
        }
      });
    });
  }
}
