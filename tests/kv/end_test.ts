import { assertEquals, assertRejects } from "@std/assert";
import {
  type Answer,
  type Caller,
  RefusedError,
  SessionClient,
  Store,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import { Gateway } from "../../kv/gateway/gateway.ts";
import { encodeOpened } from "../../kv/envelope.ts";
import { Link } from "../../kv/link.ts";
import type { Replica } from "../../kv/replica.ts";
import { RpcError } from "../../runtime/mod.ts";
import { World } from "../sim/mod.ts";
import { bytes } from "./counter.ts";
import { listenersOf } from "./listeners.ts";

/** Runs `script` on a machine that it may crash. */
async function onMachine(
  script: (
    runtime: World["machines"][number]["runtime"],
    machine: World["machines"][number],
    world: World,
  ) => Promise<void>,
): Promise<void> {
  const world = new World({ seed: 1 });
  const machine = world.machine("client");
  const runtime = machine.boot(() => {});
  await world.play(() => script(runtime, machine, world), { untilMs: 60_000 });
  world.end();
}

const SILENT: Caller = { call: () => Promise.reject(new RpcError("timeout", "no answer")), close: () => {} };

for (const end of ["its process dies", "its link is closed, and its process dies"] as const) {
  Deno.test(`a call that pauses between two tries ends when ${end}, and its link leaves no listener behind`, async () => {
    await onMachine(async (runtime, machine, world) => {
      const listeners = listenersOf(runtime.signal);
      const link = new Link({ runtime, servers: ["a", "b"], caller: SILENT });
      assertEquals(listeners.size, 0);
      const calls = [1, 2, 3].map(() => link.ask("open", null, { deadlineMs: Infinity }));
      // Long enough for a pause of every length to be under way.
      await world.clock.sleep(1000);
      assertEquals(listeners.size, 1);
      if (end !== "its process dies") link.close();
      machine.crash();
      for (const call of calls) assertEquals(await call, { kind: "ended", why: "closed", sent: true });
      assertEquals(listeners.size, 0);
    });
  });
}

Deno.test("a call that fails in the very turn in which its process dies ends", async () => {
  await onMachine(async (runtime, machine) => {
    const failing = Promise.withResolvers<Answer>();
    const caller: Caller = { call: () => failing.promise, close: () => {} };
    const link = new Link({ runtime, servers: ["a", "b"], caller });
    const call = link.ask("open", null, { deadlineMs: Infinity });
    failing.reject(new RpcError("timeout", "no answer"));
    machine.crash();
    assertEquals(await call, { kind: "ended", why: "closed", sent: true });
  });
});

for (const how of ["its time", "its signal"] as const) {
  Deno.test(`an operation whose session another one opens, with all the time of the world, ends with ${how}`, async () => {
    await onMachine(async (runtime, machine, world) => {
      let open = 0;
      const answer = Promise.withResolvers<Answer>();
      const caller: Caller = {
        call: (_, method) => {
          if (method === "open") open++;
          return method === "open"
            ? answer.promise
            : Promise.resolve({ kind: "applied", reply: bytes("done") });
        },
        close: () => {},
      };
      const client = new SessionClient({ runtime, servers: ["a"], caller });
      const patient = client.submit(bytes("x"), { timeoutMs: Infinity });
      const signal = new AbortController();
      const limits = how === "its time" ? { timeoutMs: 100 } : { timeoutMs: Infinity, signal: signal.signal };
      const hasty = assertRejects(() => client.submit(bytes("y"), limits), RefusedError);
      await world.clock.sleep(100);
      signal.abort();
      const { code } = await hasty;
      assertEquals([code, world.nowMs], [how === "its time" ? "timeout" : "aborted", 100]);
      answer.resolve({ kind: "applied", reply: encodeOpened({ id: 1, ttlMs: 1000 }) });
      assertEquals([await patient, open], [bytes("done"), 1]);
      machine.crash();
    });
  });
}

Deno.test("operations that begin together share one session, and leave in the order in which they came", async () => {
  await onMachine(async (runtime) => {
    const executed: string[] = [];
    const caller: Caller = {
      call: (_, method, request) => {
        if (method === "open") {
          return Promise.resolve({ kind: "applied", reply: encodeOpened({ id: 1, ttlMs: 1000 }) });
        }
        const { command } = request as { command: Uint8Array };
        executed.push(new TextDecoder().decode(command));
        return Promise.resolve({ kind: "applied", reply: command });
      },
      close: () => {},
    };
    const client = new SessionClient({ runtime, servers: ["a"], caller });
    const names = Array.from({ length: 9 }, (_, at) => `${at}`);
    await Promise.all(names.map((name) => client.submit(bytes(name))));
    assertEquals(executed, names);
  });
});

Deno.test("a write whose server has executed it, and cannot say so because its reply is too long to travel, is not said to be refused", async () => {
  await onMachine(async (runtime) => {
    const caller: Caller = {
      call: (_, method) =>
        method === "open"
          ? Promise.resolve({ kind: "applied", reply: encodeOpened({ id: 1, ttlMs: 1000 }) })
          : Promise.reject(new RpcError("refused", "Cannot send 81000091 bytes")),
      close: () => {},
    };
    const client = new SessionClient({ runtime, servers: ["a"], caller });
    await assertRejects(() => client.submit(bytes("x")), UnknownOutcomeError, "Cannot send 81000091 bytes");
    // Whoever only asks has changed nothing.
    await assertRejects(() => client.query(bytes("x")), RefusedError, "Cannot send 81000091 bytes");
  });
});

Deno.test("a look that the store throws at is told once, and so are those that share its round", async () => {
  const world = new World({ seed: 1 });
  class Broken extends Store {
    override look(steps: Parameters<Store["look"]>[0]) {
      if (steps[0].op === "get" && steps[0].key === "b") throw new Error("a bug");
      return super.look(steps);
    }
  }
  const replica = {
    node: { state: () => ({ isLeader: true }) },
    whenCurrent: () => Promise.resolve(null),
  } as unknown as Replica;
  const gateway = new Gateway({
    replica,
    store: new Broken(),
    client: {} as SessionClient,
    clock: world.clock,
    afterTurn: (action) => void world.clock.setTimer(0, action),
  });
  const told: string[] = [];
  await world.play(async () => {
    for (const key of ["a", "b", "c"]) {
      gateway.look([{ op: "get", key }], ({ kind }) => void told.push(`${key} ${kind}`));
    }
    await world.clock.sleep(100);
  });
  world.end();
  assertEquals(told, ["a failed", "b failed", "c failed"]);
});
