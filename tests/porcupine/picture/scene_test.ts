import { assert, assertEquals } from "@std/assert";
import {
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  registerModel,
  setModel,
} from "../../../porcupine/mod.ts";
import { FLAG } from "../../../porcupine/picture/page/columns.ts";
import { nexts } from "../fuzz/oracle.ts";
import { Random, randomHistory } from "../fuzz/random.ts";
import { kvShape, registerShape } from "../fuzz/shapes.ts";
import { draw } from "./scenes.ts";

Deno.test("The page reads back times, clients, partitions, texts, marks and lines as they were, seeds 1 to 60", async () => {
  const model = kvModel();
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const scale = random.pick([1, 0.001, 1000, 1e9]);
    const history = randomHistory(kvShape({ keys: 3 }), 1 + random.below(30), random)
      .map((operation) => stretched(operation, scale, seed % 3 === 0 ? -5 : 0));
    const { verdict, scene } = await draw(model, history, {
      lines: history.map((_, i) => 10 * i + 3),
      mark: (_, i) => i % 5 === 0 ? "failed" : i % 7 === 0 ? "maybe" : "plain",
      colour: (_, i) => i % 4 === 0 ? `#00${i % 3}` : undefined,
    });
    for (let i = 0; i < history.length; i++) {
      const { callAt, outcome, client, input } = history[i];
      const shown = `seed ${seed}, operation ${i}`;
      assertClose(scene.callTime[i], callAt, shown);
      if (outcome.status === "ok") assertClose(scene.returnTime[i], outcome.returnAt, shown);
      else assertEquals(scene.returnTime[i], Infinity, shown);
      assertEquals(scene.clients[scene.client[i]], String(client), shown);
      assertEquals(scene.parts.key[scene.part[i]], input.key, shown);
      const lost = outcome.status === "unknown" ? FLAG.lost : 0;
      assertEquals(scene.flags[i], lost | (i % 5 === 0 ? FLAG.failed : i % 7 === 0 ? FLAG.maybe : 0), shown);
      assertEquals(
        scene.colour[i] === 0 ? undefined : scene.facts.colours[scene.colour[i] - 1],
        i % 4 === 0 ? `#00${i % 3}` : undefined,
      );
      assert(scene.text.at(i).startsWith(`${input.f}("${input.key}"`), scene.text.at(i));
      assertEquals(scene.names.list[scene.names.of[i]], input.f, shown);
      assertEquals(scene.lines?.[i], 10 * i + 3, shown);
    }
    assertEquals(scene.text.small(), history.map((_, i) => scene.text.at(i).toLowerCase()));
    assertEquals([...scene.parts.size], verdict.partitions.map(({ operations }) => operations.length));
  }
});

Deno.test("States along the order are those of the model, before, after and at the end, seeds 1 to 150", async () => {
  const model = registerModel();
  for (let seed = 1; seed <= 150; seed++) {
    const history = randomHistory(registerShape(), 1 + seed % 20, new Random(seed));
    const { verdict, scene } = await draw(model, history);
    verdict.partitions.forEach(({ linearization }, part) => {
      let state = model.init();
      linearization.forEach((i, n) => {
        const k = scene.parts.start[part] + n;
        assertEquals([scene.order[k], scene.position[i]], [i, k]);
        assertEquals(scene.state.before(part, k), JSON.stringify(state), `seed ${seed}`);
        const [next] = nexts(model, state, history[i]);
        // Only where the partition is not explained may an answer that came after the end be left out.
        assertEquals(scene.facts.doubted.includes(i), next === undefined, `seed ${seed}`);
        assert(next !== undefined || verdict.kind === "illegal", `seed ${seed}`);
        state = next === undefined ? nexts(model, state, lost(history[i]))[0] : next;
        assertEquals(scene.state.after(part, k), JSON.stringify(state), `seed ${seed}`);
      });
      assertEquals(scene.state.atEnd(part), JSON.stringify(state), `seed ${seed}`);
    });
    for (let i = 0; i < history.length; i++) {
      if (!verdict.partitions.some(({ linearization }) => linearization.includes(i))) {
        assertEquals(scene.position[i], -1);
      }
    }
  }
});

Deno.test("What cannot come next where the order ends is marked, and nothing else", async () => {
  const write = (client: number, value: number, callAt: number, returnAt: number) => ({
    client,
    callAt,
    input: { f: "write", value },
    outcome: { status: "ok", returnAt, output: { f: "write" } },
  } as const);
  const read = (client: number, value: number, callAt: number, returnAt: number) => ({
    client,
    callAt,
    input: { f: "read" },
    outcome: { status: "ok", returnAt, output: { f: "read", value } },
  } as const);
  const { verdict, scene } = await draw(registerModel(), [
    write(0, 1, 0, 1),
    write(0, 2, 2, 3),
    read(1, 1, 4, 6),
    read(2, 7, 5, 9),
    read(3, 9, 8, 9),
  ]);
  assertEquals(verdict.kind, "illegal");
  // The read of 7 overlaps the end and fits no state; the one of 9 is called after the impossible one has returned.
  assertEquals([...scene.illegalNext].sort(), [2, 3]);
  assertEquals(scene.facts.pivot, 2);
});

Deno.test("Names and texts of several lines stay in one line; a model without words gets JSON as in the sentence; long texts are cut", async () => {
  const { scene } = await draw(
    { name: "plain", init: () => 0, step: (state: number) => state },
    [
      {
        client: "two\nlines",
        callAt: 0,
        input: { what: "x".repeat(1000) },
        outcome: { status: "ok", returnAt: 1, output: 12n },
      },
      { client: 2, callAt: 1, input: { what: "line\r\nbreak" }, outcome: { status: "unknown" } },
    ],
  );
  assertEquals(scene.clients, ["two lines", "2"]);
  assert(scene.text.at(0).length <= 240 && scene.text.at(0).endsWith('-> "12n"'), scene.text.at(0));
  assertEquals(scene.text.at(1), '{"what":"line\\r\\nbreak"} -> ?');
});

Deno.test("An empty history is an empty scene", async () => {
  const { scene } = await draw(setModel(), []);
  assertEquals([scene.count, scene.clients.length, scene.text.small().length], [0, 0, 0]);
});

function stretched(
  operation: Operation<KvInput, KvOutput>,
  scale: number,
  offset: number,
): Operation<KvInput, KvOutput> {
  const { callAt, outcome } = operation;
  return {
    ...operation,
    callAt: callAt * scale + offset,
    outcome: outcome.status === "ok" ? { ...outcome, returnAt: outcome.returnAt * scale + offset } : outcome,
  };
}

function assertClose(left: number, right: number, what: string): void {
  assert(Math.abs(left - right) <= 1e-6 * Math.max(1, Math.abs(right)), `${what}: ${left} is not ${right}`);
}

function lost<Input, Output>(operation: Operation<Input, Output>): Operation<Input, Output> {
  return { ...operation, outcome: { status: "unknown" } };
}
