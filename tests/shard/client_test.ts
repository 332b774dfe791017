import { assertEquals, assertRejects } from "@std/assert";
import { type Caller, UnknownOutcomeError } from "../../kv/mod.ts";
import { encodePage } from "../../kv/store/question_codec.ts";
import { RpcError } from "../../runtime/mod.ts";
import { encodeRecord } from "../../shard/change_record.ts";
import {
  decodeGroupCommand,
  decodeGroupQuestion,
  encodeGroupReply,
  encodeSessionId,
  type GroupReply,
} from "../../shard/group_codec.ts";
import {
  type Calls,
  ChangeDriver,
  commitPlan,
  emptyMap,
  firstBytePlacement,
  planJoin,
  planLeave,
  planMove,
  ShardClerk,
  type ShardMap,
} from "../../shard/mod.ts";
import { World } from "../sim/mod.ts";

const PLACEMENT = firstBytePlacement(2);
const ZERO = emptyMap(2);
const ONE = commitPlan(planJoin(ZERO, new Map([[1, ["s"]]])), ZERO);

/** A group that answers as `answer` says; null for no answer. */
function scripted(
  answer: (method: string, bytes: Uint8Array) => GroupReply | null | Promise<GroupReply>,
): Calls {
  const call: Caller["call"] = async (_to, method, request) => {
    const bytes = request instanceof Uint8Array
      ? request
      : request !== null && "command" in request
      ? request.command
      : new Uint8Array(0);
    const reply = await answer(method, bytes);
    if (reply === null) throw new RpcError("timeout", "no answer");
    return { kind: "applied", reply: encodeGroupReply(reply) };
  };
  return { to: () => ({ call, close: () => {} }) };
}

function inWorld(script: (runtime: World["machines"][number]["runtime"]) => Promise<void>): Promise<void> {
  const world = new World({ seed: 1 });
  const runtime = world.machine("client").boot(() => {});
  return world.play(() => script(runtime), { untilMs: 60_000 }).finally(() => world.end());
}

function clerkOn(runtime: World["machines"][number]["runtime"], calls: Calls): ShardClerk {
  const maps = { latest: () => Promise.resolve(ONE) };
  return new ShardClerk({ runtime, calls, maps, placement: PLACEMENT, timeoutMs: 3000 });
}

Deno.test("a write that was sent and never answered has an unknown outcome, and is not said to be refused", async () => {
  await inWorld(async (runtime) => {
    const calls = scripted((_, bytes) =>
      decodeGroupCommand(bytes).op === "open" ? { kind: "done", reply: encodeSessionId(7) } : null
    );
    await assertRejects(() => clerkOn(runtime, calls).put("a", "1"), UnknownOutcomeError);
  });
});

Deno.test("a scan gives no key behind the last one of a shard that broke off", async () => {
  const entry = (key: string) => ({ key, value: "", version: 1, revision: 1, createdAt: 1, lease: 0 });
  await inWorld(async (runtime) => {
    const calls = scripted((_, bytes) => {
      const first = decodeGroupQuestion(bytes).shard === 0;
      const entries = first ? [entry("b")] : [entry("a"), entry("c")];
      return { kind: "done", reply: encodePage({ entries, more: first, revision: 1 }) };
    });
    const { entries, more } = await clerkOn(runtime, calls).scan();
    assertEquals([entries.map(({ key }) => key), more], [["a", "b"], true]);
  });
});

Deno.test("a driver whose last step ends after later maps were published publishes nothing", async () => {
  const later = (map: ShardMap, group: number) => commitPlan(planMove(map, 0, group), map);
  const three = later(later(ONE, 2), 1);
  let record = { value: encodeRecord({ current: ZERO, next: null }), version: 1 };
  await inWorld(async (runtime) => {
    const calls = scripted(async (_, bytes) => {
      const command = decodeGroupCommand(bytes);
      await runtime.clock.sleep(500);
      // Meanwhile another driver has finished this change, and made two more.
      record = { value: encodeRecord({ current: three, next: null }), version: 9 };
      return command.op === "install" ? { kind: "done", reply: new Uint8Array(0) } : { kind: "absent" };
    });
    const driver = new ChangeDriver({
      runtime,
      calls,
      shards: 2,
      store: {
        read: () => Promise.resolve(record),
        write(value, version) {
          if (version !== record.version) return Promise.resolve("mismatch");
          record = { value, version: version + 1 };
          return Promise.resolve("written");
        },
      },
    });
    const end = await driver.change(planJoin(ZERO, new Map([[1, ["s"]]])));
    assertEquals(end.kind === "committed" && end.map.number, 3);
  });
  assertEquals(record.version, 9);
});

Deno.test("a driver finishes what another one left when a group that kept a shard for nobody has taken it back, and refuses the older freeze", async () => {
  const orphaned = commitPlan(planLeave(ONE, [1]), ONE);
  const next = planJoin(orphaned, new Map([[1, ["s"]]]));
  let record = { value: encodeRecord({ current: orphaned, next }), version: 4 };
  const deleted: string[] = [];
  await inWorld(async (runtime) => {
    const calls = scripted((_, bytes) => {
      const command = decodeGroupCommand(bytes);
      if (command.op === "freeze") return { kind: "stale" };
      if (command.op !== "delete") return { kind: "absent" };
      deleted.push(`${command.shard}@${command.number}`);
      return { kind: "done", reply: new Uint8Array(0) };
    });
    const driver = new ChangeDriver({
      runtime,
      calls,
      shards: 2,
      store: {
        read: () => Promise.resolve(record),
        write(value, version) {
          record = { value, version: version + 1 };
          return Promise.resolve("written");
        },
      },
    });
    const { number, owners } = await driver.recover();
    assertEquals([number, owners], [3, [1, 1]]);
  });
  assertEquals(deleted.sort(), ["0@2", "1@2"]);
});
