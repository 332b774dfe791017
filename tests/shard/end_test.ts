import { assertEquals, assertRejects } from "@std/assert";
import { type Caller, RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import { encodeBatchResult } from "../../kv/store/command_codec.ts";
import { encodeResults } from "../../kv/store/step_codec.ts";
import { RpcError, type Runtime } from "../../runtime/mod.ts";
import {
  decodeGroupCommand,
  encodeGroupReply,
  encodeSessionId,
  type GroupReply,
} from "../../shard/group_codec.ts";
import { GroupLinks } from "../../shard/group_link.ts";
import { Lane } from "../../shard/lane.ts";
import {
  type Calls,
  commitPlan,
  emptyMap,
  firstBytePlacement,
  planJoin,
  ShardClerk,
} from "../../shard/mod.ts";
import { mortal } from "../kv/cluster.ts";
import { listenersOf } from "../kv/listeners.ts";
import { World } from "../sim/mod.ts";

const ZERO = emptyMap(2);
const ONE = commitPlan(planJoin(ZERO, new Map([[1, ["s"]]])), ZERO);
const WRITTEN = encodeBatchResult({ kind: "done", revision: 1, previousVersions: [0] });
const OPENED: GroupReply = { kind: "done", reply: encodeSessionId(7) };

/** Runs `script` in a process that may die. */
async function onMachine(
  script: (runtime: Runtime, die: () => void, world: World) => Promise<void>,
): Promise<void> {
  const world = new World({ seed: 1 });
  const death = new AbortController();
  const runtime = mortal(world.machine("client").boot(() => {}), death.signal);
  await world.play(() => script(runtime, () => death.abort(), world), { untilMs: 60_000 });
  world.end();
}

/** A group that answers commands as `answer` says. */
function scripted(answer: (op: string) => GroupReply | Promise<GroupReply>): Calls {
  const call: Caller["call"] = async (_to, _method, request) => {
    const { command } = request as { command: Uint8Array };
    return { kind: "applied", reply: encodeGroupReply(await answer(decodeGroupCommand(command).op)) };
  };
  return { to: () => ({ call, close: () => {} }) };
}

function clerkOn(runtime: Runtime, calls: Calls): ShardClerk {
  const maps = { latest: () => Promise.resolve(ONE) };
  return new ShardClerk({ runtime, calls, maps, placement: firstBytePlacement(2), timeoutMs: Infinity });
}

Deno.test("a group whose servers change a hundred times leaves no listener behind on its caller's signal", async () => {
  await onMachine(async (runtime, _, world) => {
    const listeners = listenersOf(runtime.signal);
    const calls: Calls = {
      to: () => ({
        call: () => Promise.resolve({ kind: "refused", code: "notLeader", ask: null }),
        close: () => {},
      }),
    };
    const links = new GroupLinks(runtime, calls);
    const asked = Array.from({ length: 100 }, (_, at) => {
      const link = links.to(1, [`s${at}`]);
      return link.ask({ op: "read", shard: 0, question: new Uint8Array(0) }, { timeoutMs: 1000 });
    });
    await world.clock.sleep(500);
    for (const end of await Promise.all(asked)) assertEquals(end.kind, "ended");
    assertEquals(listeners.size, 0);
  });
});

for (const how of ["its time", "its signal"] as const) {
  Deno.test(`a write whose session another one opens, with all the time of the world, ends with ${how}`, async () => {
    await onMachine(async (runtime, _, world) => {
      let open = 0;
      const slow = Promise.withResolvers<GroupReply>();
      const calls = scripted((op) => {
        if (op !== "open") return { kind: "done", reply: WRITTEN };
        open++;
        return slow.promise;
      });
      const clerk = clerkOn(runtime, calls);
      const patient = clerk.put("a", "1");
      const signal = new AbortController();
      const limits = how === "its time" ? { timeoutMs: 100 } : { signal: signal.signal };
      const hasty = assertRejects(() => clerk.put("a", "2", limits), RefusedError);
      await world.clock.sleep(100);
      signal.abort();
      const { code } = await hasty;
      assertEquals([code, world.nowMs], [how === "its time" ? "timeout" : "aborted", 100]);
      slow.resolve(OPENED);
      assertEquals([await patient, open], [1, 1]);
    });
  });
}

for (const how of ["its time", "its signal"] as const) {
  Deno.test(`a read that waits for a map for which another one has asked before it ends with ${how}`, async () => {
    await onMachine(async (runtime, _, world) => {
      const slow = Promise.withResolvers<typeof ONE>();
      const maps = { latest: () => slow.promise };
      const calls = scripted(() => OPENED);
      const clerk = new ShardClerk({
        runtime,
        calls,
        maps,
        placement: firstBytePlacement(2),
        timeoutMs: 1000,
      });
      const patient = clerk.put("a", "1").catch(() => {});
      const signal = new AbortController();
      const limits = how === "its time" ? { timeoutMs: 100 } : { timeoutMs: 1000, signal: signal.signal };
      const hasty = assertRejects(() => clerk.get("a", limits), RefusedError);
      await world.clock.sleep(100);
      signal.abort();
      const { code } = await hasty;
      assertEquals([code, world.nowMs], [how === "its time" ? "timeout" : "aborted", 100]);
      slow.resolve(ONE);
      await patient;
    });
  });
}

Deno.test("a write that had to wait for a map leaves no listener on its caller's signal once it is done", async () => {
  await onMachine(async (runtime, _, world) => {
    const maps = {
      async latest() {
        await world.clock.sleep(50);
        return ONE;
      },
    };
    const calls = scripted((op) => op === "open" ? OPENED : { kind: "done", reply: WRITTEN });
    const clerk = new ShardClerk({ runtime, calls, maps, placement: firstBytePlacement(2), timeoutMs: 1000 });
    const { signal } = new AbortController();
    const listeners = listenersOf(signal);
    await clerk.put("a", "1", { signal });
    assertEquals(listeners.size, 0);
  });
});

for (const shard of ["comes", "is nobody's"] as const) {
  Deno.test(`a write that waits until its shard ${shard} and whose process dies is refused by its name`, async () => {
    await onMachine(async (runtime, die, world) => {
      const maps = { latest: () => Promise.resolve(shard === "comes" ? ONE : ZERO) };
      const calls = scripted(() => ({ kind: "arriving" }));
      const placement = firstBytePlacement(2);
      const clerk = new ShardClerk({ runtime, calls, maps, placement, timeoutMs: Infinity });
      const write = clerk.put("a", "1").catch((error) => error);
      await world.clock.sleep(1000);
      die();
      const error = await write;
      assertEquals([error instanceof RefusedError, error.code], [true, "closed"]);
    });
  });
}

Deno.test("a write that was sent, and whose process dies while its shard is on its way, has an unknown outcome", async () => {
  await onMachine(async (runtime, die, world) => {
    const calls = scripted((op) => op === "open" ? OPENED : { kind: "arriving" });
    const write = clerkOn(runtime, calls).put("a", "1").catch((error) => error);
    await world.clock.sleep(1000);
    die();
    assertEquals(await write instanceof UnknownOutcomeError, true);
  });
});

for (const tries of [["refused"], ["timeout", "refused"]] as const) {
  Deno.test(`a write that a group has executed, and whose reply is too long to travel, is not said to be refused: ${tries}`, async () => {
    await onMachine(async (runtime) => {
      const left = [...tries];
      const calls = scripted((op) => {
        if (op === "open") return OPENED;
        throw new RpcError(left.shift() ?? "refused", "Cannot send 81000091 bytes");
      });
      await assertRejects(() => clerkOn(runtime, calls).put("a", "1"), UnknownOutcomeError, "Cannot send");
    });
  });
}

for (const kind of ["write", "look"] as const) {
  Deno.test(`each ${kind} that left a lane hears once how it ended, also where there are fewer answers than requests`, async () => {
    const answer = () => Promise.resolve(encodeResults([{ kind: "done", results: [] }]));
    const lane = new Lane({ submit: answer, query: answer });
    const told: string[] = [];
    for (const key of ["a", "b", "c"]) {
      const settle = (settled: { readonly kind: string }) => void told.push(`${key} ${settled.kind}`);
      if (kind === "look") lane.look([{ op: "get", key }], settle);
      else lane.write({ guards: [], steps: [{ op: "remove", keys: [key] }] }, settle);
    }
    lane.go();
    for (let turn = 0; turn < 20; turn++) await null;
    assertEquals(told, ["a failed", "b failed", "c failed"]);
  });
}
