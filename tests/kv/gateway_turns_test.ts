import { assertEquals } from "@std/assert";
import { type Replica, type SessionClient, Store } from "../../kv/mod.ts";
import { Gateway } from "../../kv/gateway/gateway.ts";
import { encodeResults } from "../../kv/store/step_codec.ts";
import { World } from "../sim/mod.ts";

for (const kind of ["write", "look"] as const) {
  Deno.test(`a ${kind} that came while another was out leaves when that has ended, though nobody else comes`, async () => {
    const world = new World({ seed: 1 });
    const written = Promise.withResolvers<{ kind: "applied"; reply: Uint8Array }>();
    const current = Promise.withResolvers<null>();
    const replica = {
      node: { state: () => ({ isLeader: true }) },
      propose: () => written.promise,
      whenCurrent: () => current.promise,
    } as unknown as Replica;
    const gateway = new Gateway({
      replica,
      store: new Store(),
      client: {} as SessionClient,
      clock: world.clock,
      afterTurn: (action) => void world.clock.setTimer(0, action),
    });
    const ended: string[] = [];
    await world.play(async () => {
      for (const key of ["a", "b"]) {
        const settle = (settled: { readonly kind: string }) => void ended.push(`${key} ${settled.kind}`);
        if (kind === "look") gateway.look([{ op: "get", key }], settle);
        else gateway.write({ guards: [], steps: [{ op: "remove", keys: [key] }] }, settle);
        await world.clock.sleep(100);
      }
      const { writeBatches, lookRounds } = gateway.counters;
      assertEquals([writeBatches + lookRounds, ended], [1, []]);
      const reply = encodeResults([{ kind: "done", results: [{ kind: "integer", value: 0 }] }]);
      written.resolve({ kind: "applied", reply });
      current.resolve(null);
      await world.clock.sleep(100);
    });
    world.end();
    assertEquals(ended, ["a done", "b done"]);
  });
}
