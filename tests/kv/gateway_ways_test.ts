import { assert, assertEquals } from "@std/assert";
import { Gateway } from "../../kv/gateway/gateway.ts";
import { type Outcome, type Replica, type SessionClient, Store, UnknownOutcomeError } from "../../kv/mod.ts";
import { BadInputError } from "../../kv/store/bad_input.ts";
import { decodeTransactions, encodeResults } from "../../kv/store/step_codec.ts";
import { MAX_KEY_BYTES } from "../../kv/store/types.ts";
import { World } from "../sim/mod.ts";

const TOO_LONG = "x".repeat(MAX_KEY_BYTES + 1);

/** Every transaction of the command was carried out. */
function repliesTo(command: Uint8Array): Uint8Array {
  const done = { kind: "done", results: [{ kind: "integer", value: 0 }] } as const;
  return encodeResults(decodeTransactions(command).map(() => done));
}

/** Plays `script` with a gateway whose member answers as `propose` says; what goes to other members is in `forwarded`. */
async function play(
  ways: { readonly leads: boolean; readonly propose?: () => Promise<Outcome>; readonly answered?: boolean },
  script: (
    remove: (key: string) => void,
    told: {
      readonly gateway: Gateway;
      readonly ended: string[];
      readonly forwarded: number[];
      readonly turn: () => Promise<void>;
    },
  ) => Promise<void>,
): Promise<void> {
  const world = new World({ seed: 1 });
  const forwarded: number[] = [];
  const ended: string[] = [];
  const replica = {
    node: { state: () => ({ isLeader: ways.leads }) },
    propose: ways.propose,
  } as unknown as Replica;
  const submit = (command: Uint8Array) => {
    forwarded.push(decodeTransactions(command).length);
    return ways.answered === false ? new Promise(() => {}) : Promise.resolve(repliesTo(command));
  };
  const gateway = new Gateway({
    replica,
    store: new Store(),
    client: { submit } as unknown as SessionClient,
    clock: world.clock,
    afterTurn: (action) => void world.clock.setTimer(0, action),
  });
  const remove = (key: string) =>
    gateway.write({ guards: [], steps: [{ op: "remove", keys: [key] }] }, (settled) => {
      const what = settled.kind === "done"
        ? "done"
        : settled.error instanceof BadInputError
        ? "bad"
        : settled.error instanceof UnknownOutcomeError
        ? "unknown"
        : settled.error.message;
      ended.push(`${key.slice(0, 3)} ${what}`);
    });
  await world.play(() => script(remove, { gateway, ended, forwarded, turn: () => world.clock.sleep(100) }));
  world.end();
}

Deno.test("a write that the store does not take is refused within the call, and takes none along that came with it", async () => {
  await play({ leads: false }, async (remove, { gateway, ended, forwarded, turn }) => {
    remove("a");
    remove(TOO_LONG);
    assertEquals(ended, ["xxx bad"]);
    remove("b");
    await turn();
    assertEquals([ended, forwarded], [["xxx bad", "a done", "b done"], [2]]);
    const { writes, failed } = gateway.counters;
    assertEquals([writes, failed], [2, 1]);
  });
});

Deno.test("a write that this member certainly has not carried out goes to another one, and one of which nobody knows does not", async () => {
  const refused = () =>
    Promise.resolve<Outcome>({ kind: "refused", code: "notLeader", leader: null, reason: "" });
  await play({ leads: true, propose: refused }, async (remove, { ended, forwarded, turn, gateway }) => {
    remove("a");
    await turn();
    assertEquals([ended, forwarded, gateway.counters.forwarded], [["a done"], [1], 1]);
  });
  const unknown = () => Promise.resolve<Outcome>({ kind: "unknown" });
  await play({ leads: true, propose: unknown }, async (remove, { ended, forwarded, turn }) => {
    remove("a");
    await turn();
    assertEquals([ended, forwarded], [["a unknown"], []]);
  });
});

Deno.test("two commands may be on their way to another member, which may hang: a third waits, and takes along what comes behind it", async () => {
  await play({ leads: false, answered: false }, async (remove, { ended, forwarded, turn, gateway }) => {
    for (const key of ["a", "b", "c", "d"]) {
      remove(key);
      await turn();
    }
    assertEquals([ended, forwarded, gateway.waiting], [[], [1, 1], 2]);
  });
});

Deno.test("looks are counted, each once, also those that the store does not take only as failed", async () => {
  await play({ leads: false, answered: false }, (_, { gateway }) => {
    const failed: string[] = [];
    gateway.look([{ op: "get", key: "a" }], () => {});
    gateway.look([{ op: "get", key: "b" }], () => {});
    gateway.look([{ op: "get", key: TOO_LONG }], (settled) => void failed.push(settled.kind));
    const { looks, failed: count } = gateway.counters;
    assertEquals([looks, count, failed], [2, 1, ["failed"]]);
    assert(gateway.waiting === 2);
    return Promise.resolve();
  });
});
