import { assert, assertEquals } from "@std/assert";
import { Link } from "../../kv/link.ts";
import type { Answer, Caller } from "../../kv/protocol.ts";
import { RpcError } from "../../runtime/mod.ts";
import { Cluster } from "./cluster.ts";
import { GOOD_NETWORK } from "./storm.ts";

/** What a server says, asked by somebody who waits so long; it may sleep first. */
type Say = (to: string, timeoutMs: number) => Answer | Promise<Answer>;

/** Clients ask servers that are nothing but `say`; answers how many milliseconds each took until it was served. */
async function served(
  seed: number,
  { servers, clients, attemptMs }: {
    readonly servers: readonly string[];
    readonly clients: number;
    readonly attemptMs: number;
  },
  say: (sleep: (ms: number) => Promise<void>) => Say,
): Promise<number[]> {
  const cluster = new Cluster({ servers: 1, world: { seed, conditions: GOOD_NETWORK } });
  const { world } = cluster;
  const answer = say((ms) => world.clock.sleep(ms));
  const caller: Caller = {
    call: async (to, _, __, { timeoutMs = Infinity }) => await answer(to, timeoutMs),
    close: () => {},
  };
  const took: number[] = [];
  await world.play(async () => {
    await Promise.all(Array.from({ length: clients }, async (_, at) => {
      const link = cluster.on(`c${at}`, (runtime) => new Link({ runtime, servers, caller, attemptMs }));
      const askedMs = link.now();
      const asked = await link.ask("open", null, { deadlineMs: askedMs + 60_000 });
      assertEquals(asked.kind, "applied");
      took.push(link.now() - askedMs);
    }));
  }, { untilMs: 600_000 });
  world.end();
  return took;
}

const APPLIED = { kind: "applied", reply: new Uint8Array() } as const;

Deno.test("two servers that name each other do not keep a client from the third, which leads", async () => {
  let asked = 0;
  const some = { servers: ["a", "b", "c"], clients: 10, attemptMs: 500 };
  const took = await served(15, some, () => (to) => {
    asked++;
    return to === "c" ? APPLIED : { kind: "refused", code: "notLeader", ask: to === "a" ? "b" : "a" };
  });
  assert(Math.max(...took) <= 5000, `it took ${took} ms`);
  assert(asked <= 10 * 6, `they were asked ${asked} times`);
});

Deno.test("a leader that is cut off is not gone back to at once because those that were cut off with it say so", async () => {
  let vain = 0;
  const some = { servers: ["a", "b", "c", "d"], clients: 10, attemptMs: 100 };
  const took = await served(16, some, (sleep) => async (to, timeoutMs) => {
    if (to === "d") return APPLIED;
    if (to !== "a") return { kind: "refused", code: "notLeader", ask: "a" };
    vain++;
    await sleep(timeoutMs);
    throw new RpcError("timeout", "a is silent");
  });
  assert(Math.max(...took) <= 5000, `it took ${took} ms`);
  assert(vain <= 10, `a was asked ${vain} times by ten clients`);
});

for (
  const [what, leaders, slowMs, boundMs] of [
    [
      "eight of nine servers that are down keep a client from the ninth for little more than a round",
      "i",
      0,
      3000,
    ],
    ["where all servers are slow a client's patience grows until they answer", "abcdefghi", 450, 9000],
  ] as const
) {
  Deno.test(what, async () => {
    const some = { servers: [..."abcdefghi"], clients: 20, attemptMs: 100 };
    const took = await served(17, some, (sleep) => async (to, timeoutMs) => {
      const isThere = leaders.includes(to) && timeoutMs >= slowMs;
      await sleep(isThere ? slowMs : timeoutMs);
      if (isThere) return APPLIED;
      throw new RpcError("timeout", `${to} is silent`);
    });
    assert(Math.max(...took) <= boundMs, `it took ${took} ms`);
  });
}
