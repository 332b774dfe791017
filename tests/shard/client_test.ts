import { assertEquals, assertRejects } from "@std/assert";
import { BadInputError, type Caller, RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import { encodeBatchResult } from "../../kv/store/command_codec.ts";
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
const WRITTEN = encodeBatchResult({ kind: "done", revision: 1, previousVersions: [0] });
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

Deno.test("a question that makes no sense is refused by its name, and nobody is asked", async () => {
  await inWorld(async (runtime) => {
    let asked = 0;
    const calls = scripted(() => {
      asked++;
      return null;
    });
    const clerk = clerkOn(runtime, calls);
    const error = await assertRejects(() => clerk.get("k".repeat(4097)), BadInputError);
    assertEquals(error.code, "keyTooLong");
    await assertRejects(() => clerk.scan(undefined, { limit: 0 }), BadInputError, "limit");
    assertEquals(asked, 0);
  });
});

Deno.test("of two writes that wait for one session, the one with time left opens it anew when the other's time is up", async () => {
  await inWorld(async (runtime) => {
    let opened = 0;
    const tooLate = async (): Promise<GroupReply> => {
      await runtime.clock.sleep(100);
      throw new RpcError("timeout", "no answer");
    };
    const calls = scripted((_, bytes) => {
      if (decodeGroupCommand(bytes).op !== "open") return { kind: "done", reply: WRITTEN };
      return ++opened === 1 ? tooLate() : { kind: "done", reply: encodeSessionId(7) };
    });
    const clerk = clerkOn(runtime, calls);
    const hasty = assertRejects(() => clerk.put("a", "1", { timeoutMs: 100 }), RefusedError);
    const patient = clerk.put("a", "2", { timeoutMs: 3000 });
    assertEquals([(await hasty).code, await patient, opened], ["timeout", 1, 2]);
  });
});

Deno.test("a write whose own end is closed is refused at once, though it had no session yet", async () => {
  await inWorld(async (runtime) => {
    let asked = 0;
    const calls = scripted(() => {
      if (++asked > 100) throw new Error("asked without end");
      throw new RpcError("closed", "this end is closed");
    });
    const fromMs = runtime.clock.now();
    const error = await assertRejects(() => clerkOn(runtime, calls).put("a", "1"), RefusedError);
    assertEquals([error.code, runtime.clock.now() - fromMs], ["closed", 0]);
  });
});

Deno.test("a driver whose shard is not where the map says stops with the reason, and publishes nothing", async () => {
  const record = { value: encodeRecord({ current: ONE, next: null }), version: 1 };
  const written: string[] = [];
  await inWorld(async (runtime) => {
    const driver = new ChangeDriver({
      runtime,
      calls: scripted(() => ({ kind: "absent" })),
      shards: 2,
      store: {
        read: () => Promise.resolve(written.length === 0 ? record : { value: written[0], version: 2 }),
        write(value) {
          written.push(value);
          return Promise.resolve("written");
        },
      },
    });
    const plan = planJoin(ONE, new Map([[2, ["t"]]]));
    await assertRejects(() => driver.change(plan), TypeError, "cannot freeze a shard for map 2");
  });
  assertEquals(written.length, 1);
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

Deno.test("a driver asks a group where the plan has it, whose servers that very plan replaces", async () => {
  const moved = planJoin(ONE, new Map([[1, ["elsewhere"]], [2, ["t"]]]));
  let record = { value: encodeRecord({ current: ONE, next: moved }), version: 1 };
  const done: string[] = [];
  await inWorld(async (runtime) => {
    const call: Caller["call"] = async (to, _, request) => {
      if (to === "s" || request === null || !("command" in request)) {
        await runtime.clock.sleep(100);
        throw new RpcError("timeout", "no answer");
      }
      const { op } = decodeGroupCommand(request.command);
      done.push(`${op} at ${to}`);
      const bytes = new Uint8Array(1);
      const reply: GroupReply = op === "freeze"
        ? { kind: "contents", contents: bytes }
        : { kind: "done", reply: bytes };
      return { kind: "applied", reply: encodeGroupReply(reply) };
    };
    const driver = new ChangeDriver({
      runtime,
      calls: { to: () => ({ call, close: () => {} }) },
      shards: 2,
      store: {
        read: () => Promise.resolve(record),
        write(value, version) {
          record = { value, version: version + 1 };
          return Promise.resolve("written");
        },
      },
    });
    assertEquals((await driver.recover()).number, 2);
  });
  assertEquals(done, ["freeze at elsewhere", "install at t", "delete at elsewhere"]);
});
