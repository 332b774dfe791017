import { assertEquals } from "@std/assert";
import { type SessionClient, Store } from "../../kv/mod.ts";
import { Gateway } from "../../kv/gateway/gateway.ts";
import type { Replica } from "../../kv/replica.ts";
import { encodeTransactions } from "../../kv/store/step_codec.ts";
import type { Settle, Settled } from "../../kv/gateway/gateway.ts";
import type { Step, StepResult } from "../../kv/store/steps.ts";
import { Lane } from "../../shard/lane.ts";
import { World } from "../sim/mod.ts";

const LONG = "x".repeat(8 << 20);
const GET: Step = { op: "get", key: "k" };
const FIVE: Step = { op: "getAll", keys: Array(5).fill("k") };

/** What is asked of a store by `look`, and how many questions it took; texts by their length. */
async function looked(
  steps: readonly Step[],
  look: (query: (question: Uint8Array) => Promise<Uint8Array>) => (
    steps: readonly Step[],
    settle: Settle<readonly StepResult[]>,
  ) => void,
): Promise<[told: unknown[], questions: number]> {
  const store = new Store();
  const put: Step = {
    op: "set",
    key: "k",
    value: LONG,
    when: "always",
    expiry: { kind: "none" },
    previous: false,
  };
  store.apply(encodeTransactions([{ guards: [], steps: [put] }]), { index: 1, timeMs: 0 });
  let questions = 0;
  const ask = look((question) => {
    questions++;
    return Promise.resolve(store.query(question));
  });
  const told = await Promise.all(
    steps.map((step) =>
      new Promise<Settled<readonly StepResult[]>>((resolve) => ask([step], resolve)).then((settled) => {
        const [result] = settled.kind === "done" ? settled.value : [];
        return result?.kind === "text" ? result.value.length : result;
      })
    ),
  );
  return [told, questions];
}

const TOO_MUCH = { kind: "failed", why: "tooMuch" };
/** Short looks take no round of their own. */
const SHORT: Step = { op: "size" };
const ASKED = [GET, GET, GET, GET, GET, FIVE, GET, SHORT, SHORT];
const ONE = { kind: "integer", value: 1n };
const TOLD = [...Array(5).fill(LONG.length), TOO_MUCH, LONG.length, ONE, ONE];

Deno.test("looks at a shard that together are more than one answer may hold are answered one answer after the other; one that is too much alone is refused", async () => {
  const [told, questions] = await looked(ASKED, (query) => {
    const lane = new Lane({ submit: query, query });
    return (steps, settle) => {
      lane.look(steps, settle);
      void Promise.resolve().then(() => lane.go());
    };
  });
  assertEquals([told, questions], [TOLD, 7]);
});

Deno.test("looks that go to the leader elsewhere and together are more than one answer may hold are answered one answer after the other", async () => {
  const world = new World({ seed: 1 });
  await world.play(async () => {
    const [told, questions] = await looked(ASKED, (query) => {
      const gateway = new Gateway({
        replica: { node: { state: () => ({ isLeader: false }) } } as unknown as Replica,
        store: new Store(),
        client: { query } as unknown as SessionClient,
        clock: world.clock,
        afterTurn: (action) => void world.clock.setTimer(0, action),
      });
      return (steps, settle) => gateway.look(steps, settle);
    });
    assertEquals([told, questions], [TOLD, 7]);
  });
  world.end();
});
