import { assert } from "@std/assert";
import {
  type CallServer,
  VersionedClerk,
  VersionedLock,
  type VersionedMethods,
  VersionedServer,
} from "../../kv/mod.ts";
import {
  checkOperations,
  type Operation,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "../../porcupine/mod.ts";
import { LabNetwork } from "../labs/labrpc/mod.ts";
import { World } from "../sim/mod.ts";

const SEEDS = 20;
const CLIENTS = 4;
const KEYS = 2;

/** One versioned server behind a network that loses requests and replies, brings requests twice, and some seconds late. */
class Stage {
  readonly world: World;
  readonly #network: LabNetwork;

  constructor(seed: number) {
    this.world = new World({ seed });
    this.#network = new LabNetwork(this.world.loop);
    this.#network.reliable = false;
    this.#network.requestFaults = { duplicateRate: 0.4, lateRate: 0.1, lateMaxMs: 2000 };
    const { get, put } = new VersionedServer().handlers;
    this.#network.addServer("server", {
      get: (request: { key: string }) => get(request, "a clerk"),
      put: (request: { key: string; value: string; version: number }) => put(request, "a clerk"),
    });
  }

  clerk(name: string, repeats: boolean): VersionedClerk {
    const end = this.#network.makeEnd(name);
    this.#network.connect(name, "server");
    this.#network.enable(name, true);
    const call = (async (method, request) => await end.call(method, request)) as CallServer<VersionedMethods>;
    const { clock } = this.world;
    const { signal } = new AbortController();
    return new VersionedClerk({ call, clock, random: this.world.random(name), signal, repeats });
  }
}

/** Clients race on few keys, now and then for a version that is still to come; whether their history can be. */
async function race(seed: number, repeats: boolean): Promise<"ok" | "illegal" | "unknown"> {
  const stage = new Stage(seed);
  const { world } = stage;
  const history: Operation<VersionedKvInput, VersionedKvOutput>[] = [];
  let instant = 0;
  await world.play(() =>
    Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
      const clerk = stage.clerk(`c${client}`, repeats);
      const random = world.random(`client ${client}`);
      const call = async (input: VersionedKvInput, run: () => Promise<VersionedKvOutput>) => {
        const callAt = ++instant;
        const output = await run();
        history.push({ client, callAt, input, outcome: { status: "ok", output, returnAt: ++instant } });
      };
      for (let nth = 0; nth < 40; nth++) {
        const key = `k${random.below(KEYS)}`;
        let version = 0;
        await call({ f: "get", key }, async () => {
          const got = await clerk.get(key);
          if (got.kind === "noKey") return { f: "get", error: "noKey" };
          version = got.version;
          return { f: "get", value: got.value, version };
        });
        if (random.chance(0.2)) version++;
        const value = `${client}.${nth}`;
        await call({ f: "put", key, value, version }, async () => {
          return { f: "put", result: await clerk.put(key, value, version) };
        });
      }
    })), { untilMs: 600_000 });
  world.end();
  return checkOperations(versionedKvModel(), history, { timeLimitMs: 20_000 }).kind;
}

Deno.test(`versioned puts on a network that repeats and delays requests: what a clerk that knows it says can be (${SEEDS} seeds)`, async () => {
  const plain: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const verdict = await race(seed, true);
    assert(verdict === "ok", `seed ${seed}: ${verdict}`);
    plain.push(await race(seed, false));
  }
  // One that does not know it calls a put refused that its own first copy has executed, or will.
  const wrong = plain.filter((verdict) => verdict === "illegal").length;
  assert(
    wrong > SEEDS / 2,
    `only ${wrong} of ${SEEDS} histories are impossible without it: the network is too kind`,
  );
});

Deno.test(`a lock on such puts has never two holders, and all get their turn (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const stage = new Stage(seed);
    const { world } = stage;
    let inside: number | null = null;
    await world.play(() =>
      Promise.all(Array.from({ length: CLIENTS }, async (_, holder) => {
        const random = world.random(`holder ${holder}`);
        const lock = new VersionedLock({
          store: stage.clerk(`c${holder}`, true),
          name: "l",
          clock: world.clock,
          random,
        });
        for (let turn = 0; turn < 5; turn++) {
          await lock.acquire();
          assert(inside === null, `seed ${seed}: ${holder} has the lock that ${inside} holds`);
          inside = holder;
          await world.clock.sleep(10);
          inside = null;
          await lock.release();
        }
      })), { untilMs: 600_000 });
    world.end();
  }
});
