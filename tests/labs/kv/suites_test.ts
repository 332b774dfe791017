import { assert, assertEquals, assertThrows } from "@std/assert";
import { ILLEGAL, type Model } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";
import { goesBy, type LabPart } from "../lab.ts";
import { makeAppendClerk, makeFlotillaServer } from "./flotilla_kv.ts";
import { makeFlotillaRsm } from "./flotilla_rsm.ts";
import { History } from "./history.ts";
import { kvLab } from "./kv_lab.ts";
import { kvServerLab } from "./kv_server_lab.ts";
import { RsmHistory } from "./rsm_history.ts";
import { flotillaKvPart } from "./parts.ts";
import { rsmLab } from "./rsm_lab.ts";
import type {
  AppendClerk,
  ClerkSeat,
  KvServerSeat,
  RsmMachine,
  RsmPeer,
  RsmResult,
  SingleServerSeat,
} from "./seat.ts";
import type { MakeLock } from "./single_2025.ts";

/** Runs one test once and gives what it says: nothing if it passes. */
async function verdict(part: LabPart, name: string, seed = 1): Promise<string> {
  const test = part.tests.find((one) => goesBy(one, name));
  assert(test !== undefined, `there is no ${name}`);
  try {
    await test.run({ seed, record: false });
    return "";
  } catch (error) {
    assert(error instanceof LabFailure, `${error}`);
    return error.message;
  }
}

type Write = { readonly id: string; readonly key: string; readonly value: string };

/** A learner's server. `remembers`: whether it knows a request that it has seen. */
function makeServer(remembers: boolean): (seat: SingleServerSeat) => void {
  return ({ serve }) => {
    const values = new Map<string, string>();
    const replies = new Map<string, string>();
    serve({
      get: (key: string) => values.get(key) ?? "",
      write: ({ id, key, value }: Write, append = id.startsWith("a")) => {
        const known = replies.get(id);
        if (remembers && known !== undefined) return known;
        const old = values.get(key) ?? "";
        values.set(key, append ? old + value : value);
        replies.set(id, old);
        return old;
      },
    });
  };
}

/** A learner's clerk: tries until it is answered. */
function makeClerk({ servers: [server], call, clock, random }: ClerkSeat): AppendClerk {
  let count = 0;
  const me = random.below(1e9);
  const until = async (method: string, request: unknown): Promise<string> => {
    for (;;) {
      const reply = await call<string>(server, method, request);
      if (reply !== null) return reply;
      await clock.sleep(10);
    }
  };
  return {
    get: (key) => until("get", key),
    put: async (key, value) => void await until("write", { id: `p${me}.${count++}`, key, value }),
    append: (key, value) => until("write", { id: `a${me}.${count++}`, key, value }),
  };
}

Deno.test("lab 2 of 2024: a small server of somebody's own passes", async () => {
  const part = kvServerLab({ year: 2024, makeServer: makeServer(true), makeClerk }).part();
  for (const name of ["TestBasic2", "TestUnreliable2", "TestUnreliableOneKey2"]) {
    assertEquals(await verdict(part, name), "");
  }
});

Deno.test("lab 2 of 2024: one that forgets what it has done is told so, with the command that repeats it", async () => {
  const part = kvServerLab({ year: 2024, makeServer: makeServer(false), makeClerk }).part();
  const said = await verdict(part, "TestUnreliableOneKey2");
  assert(said.includes("own piece") || said.includes("twice"), said);
  assert(said.includes("--filter TestUnreliableOneKey2") && said.includes("--seed 1"), said);
});

Deno.test("lab 2 of 2025: a clerk that says ok after every repetition is caught by the checker or the count", async () => {
  const makeLock: MakeLock = () => ({ acquire: () => Promise.resolve(), release: () => Promise.resolve() });
  const part = kvServerLab({
    year: 2025,
    makeServer: ({ serve }) => {
      const values = new Map<string, { value: string; version: number }>();
      serve({
        get: (key: string) => ({ found: values.get(key) ?? null }),
        put: ({ key, value, version }: { key: string; value: string; version: number }) => {
          const present = values.get(key)?.version ?? 0;
          if (present !== version) return present === 0 ? "noKey" : "version";
          values.set(key, { value, version: version + 1 });
          return "ok";
        },
      });
    },
    makeClerk: ({ servers: [server], call, clock }) => ({
      get: async (key) => {
        for (;;) {
          const reply = await call<{ found: { value: string; version: number } | null }>(server, "get", key);
          if (reply !== null) {
            return reply.found === null ? { kind: "noKey" } : { kind: "found", ...reply.found };
          }
          await clock.sleep(10);
        }
      },
      put: async (key, value, version) => {
        for (let again = false;; again = true) {
          const reply = await call<"ok" | "version" | "noKey">(server, "put", { key, value, version });
          if (reply !== null) return again ? "ok" : reply;
          await clock.sleep(10);
        }
      },
    }),
    makeLock,
  }).part();
  assertEquals(await verdict(part, "TestReliablePut"), "");
  const said = await verdict(part, "TestUnreliableNet");
  assert(said.includes("in doubt"), said);
  const lock = await verdict(part, "TestManyClientsReliable");
  assert(lock.includes("has got the lock"), lock);
});

/** A "replicated" machine that executes at once, where it is asked. */
function makeLoneRsm(seat: KvServerSeat, machine: RsmMachine): RsmPeer {
  return {
    getState: () => ({ term: 1, isLeader: seat.me === 0 }),
    submit: (request) =>
      Promise.resolve(
        seat.me === 0 ? { kind: "ok", reply: machine.doOp(request) } : { kind: "wrongLeader" },
      ),
  };
}

Deno.test("lab 4A of 2025: a machine that nobody replicates is caught", async () => {
  const part = rsmLab(makeLoneRsm).part("4A");
  const said = await verdict(part, "TestBasic4A@2025");
  assert(said.includes("3 counters should be at 1"), said);
  assert((await verdict(part, "TestLeaderPartition4A")).length > 0);
});

Deno.test("lab 4 of 2024: a store on one server of five passes until that one dies", async () => {
  const lab = kvLab({
    year: 2024,
    makeServer: (seat) => {
      makeServer(true)(seat);
      const term = 1 + Math.floor(seat.clock.now());
      return { getState: () => ({ term, isLeader: seat.me === 0 }) };
    },
    makeClerk: (seat) => makeClerk({ ...seat, servers: [...seat.servers].sort() }),
  });
  assertEquals(await verdict(lab.part("4A"), "TestBasic4A@2024"), "");
  const said = await verdict(lab.part("4A"), "TestPersistConcurrent4A");
  assert(said.includes("is missing") || said.includes("reads"), said);
});

Deno.test("lab 4: who leads a term that somebody led before is told so, after that very event", async () => {
  const makePeer = (seat: KvServerSeat, isLeader: boolean) => {
    makeServer(true)(seat);
    return { getState: () => ({ term: 1, isLeader }) };
  };
  const first = kvLab({ year: 2024, makeServer: (seat) => makePeer(seat, seat.me === 0), makeClerk });
  const again = await verdict(first.part("4A"), "TestPersistConcurrent4A");
  assert(again.includes("server 0 leads term 1 again after it was restarted"), again);
  const all = kvLab({ year: 2024, makeServer: (seat) => makePeer(seat, true), makeClerk });
  const two = await verdict(all.part("4A"), "TestBasic4A@2024");
  assert(two.includes("term 1 has two leaders") && two.includes("after 0.000 s"), two);
});

Deno.test("lab 4: an implementation's own laws hear of every start, event and crash, and fail the test with their words", async () => {
  const heard = { started: 0, touched: 0, crashed: 0 };
  const lab = kvLab({
    year: 2024,
    makeServer: makeFlotillaServer,
    makeClerk: makeAppendClerk,
    makeWatch: () => ({
      started: () => void heard.started++,
      touched: () => void heard.touched++,
      crashed: () => {
        if (++heard.crashed > 20) throw new LabFailure("a law is broken");
      },
    }),
  });
  const said = await verdict(lab.part("4A"), "TestPersistOneClient4A");
  assert(said.includes("TestPersistOneClient4A: a law is broken"), said);
  assertEquals([heard.started, heard.crashed], [25, 21]);
  assert(heard.touched > 5000, `${heard.touched}`);
});

Deno.test("lab 4A of 2025: a leader that nobody answers must not give up its operations before it gives up leading", async () => {
  const impatient = async (seat: KvServerSeat, machine: RsmMachine): Promise<RsmPeer> => {
    const peer = await makeFlotillaRsm(seat, machine);
    const late = async (): Promise<RsmResult> => {
      await seat.clock.sleep(40);
      return { kind: "wrongLeader" };
    };
    return {
      getState: () => peer.getState(),
      submit: (request) => Promise.race([peer.submit(request), late()]),
    };
  };
  const said = await verdict(rsmLab(impatient).part("4A"), "TestLeaderPartition4A");
  assert(said.includes("an operation was given up although the server still leads"), said);
});

Deno.test("lab 4 of 2025: what submitters of a counter were told is judged, those who were told nothing included", () => {
  type Told = readonly [from: number, to: number, count: number | null];
  const judge = (calls: readonly Told[]) => {
    const history = new RsmHistory();
    const ends = new Map<number, () => void>();
    for (let now = 0; now < 20; now++) {
      for (const [from, to, count] of calls) {
        if (from !== now) continue;
        const end = history.begin(true);
        if (count !== null) ends.set(to, () => end(count));
      }
      ends.get(now)?.();
    }
    history.judge();
  };
  judge([[1, 9, 2], [2, 3, 1], [10, 11, 3]]);
  judge([[1, 2, 1], [3, 99, null], [4, 5, 3]]);
  const wrong: Record<string, readonly Told[]> = {
    "a count nobody made": [[1, 2, 1], [4, 5, 3]],
    "a silent call that came too late": [[1, 2, 1], [4, 5, 3], [6, 99, null]],
    "a silent call that came too late for the one before": [[1, 2, 2], [3, 99, null], [4, 5, 4]],
    "a count twice": [[1, 9, 1], [2, 8, 1]],
    "back in time": [[1, 2, 2], [3, 4, 1]],
    "silent once, needed twice": [[1, 99, null], [2, 3, 2], [4, 5, 4]],
  };
  for (const [what, calls] of Object.entries(wrong)) {
    assertThrows(() => judge(calls), LabFailure, "cannot be", what);
  }
});

Deno.test("labs 2 and 4: a history that the checker cannot judge in its time fails, and so does one without an answer", async () => {
  // Every order of all calls leads to a state of its own, and none to the answer of the last one.
  const orders: Model<string, number, number> = {
    name: "orders",
    init: () => "",
    step: (state, input, answer) => answer.known && answer.output === 0 ? `${state},${input}` : ILLEGAL,
    key: (state) => state,
  };
  const history = new History<number, number>();
  assertThrows(() => history.judge(orders), LabFailure, "not a single operation");
  const all = Promise.withResolvers<void>();
  const calls = Array.from({ length: 24 }, (_, client) =>
    history.call(client, client, async () => {
      await all.promise;
      return client === 23 ? 1 : 0;
    }));
  all.resolve();
  await Promise.all(calls);
  assertThrows(() => history.judge(orders, 20), LabFailure, "could not judge 24 operations");
});

Deno.test("time and chance from elsewhere fail a lab and name the line", async () => {
  const part = kvServerLab({
    year: 2024,
    makeServer: makeServer(true),
    makeClerk: (seat) => {
      const clerk = makeClerk(seat);
      return { ...clerk, get: (key) => (Math.random(), clerk.get(key)) };
    },
  }).part();
  const said = await verdict(part, "TestBasic2");
  assert(said.includes("Math.random") && said.includes("suites_test.ts"), said);
});

Deno.test("a run of a lab is the same run again, event by event", async () => {
  const part = kvServerLab({ year: 2024, makeServer: makeServer(true), makeClerk }).part();
  const test = part.tests.find((one) => one.name === "TestUnreliable2");
  assert(test !== undefined);
  const hashes: string[] = [];
  for (const seed of [7, 7, 8]) hashes.push((await test.run({ seed, record: false })).hash);
  assertEquals(hashes[0], hashes[1]);
  assert(hashes[0] !== hashes[2]);
});

Deno.test("lab 4: the same seed gives the same run, event by event, recorded or not, and another seed another one", async () => {
  const tests = [["4A", "TestOnePartition4A"], ["4B", "TestSnapshotRPC4B"], [
    "4C",
    "TestSnapshotUnreliable4C",
  ]] as const;
  for (const [part, name] of tests) {
    const test = flotillaKvPart(part).tests.find((one) => one.name === name);
    assert(test !== undefined, name);
    const first = await test.run({ seed: 3, record: false });
    assertEquals(await test.run({ seed: 3, record: true }), first, name);
    assert((await test.run({ seed: 4, record: false })).hash !== first.hash, name);
  }
});

Deno.test("labs 2 and 4: every test has a name of its own, and a sentence", () => {
  const names = new Set<string>();
  for (const part of ["2", "4A", "4B", "4C"] as const) {
    for (const { name, sentence } of flotillaKvPart(part).tests) {
      assert(!names.has(name), name);
      names.add(name);
      assert(/^(Test|Strict)[A-Za-z0-9]+@?\d*$/.test(name) && sentence.length > 20, name);
    }
  }
  // 14 + 9 of 2024 and 7 + 1, 13 + 9 of 2025 are official in lab 4, 10 and 10 in lab 2.
  assertEquals(
    [...names].filter((name) => name.startsWith("Test")).length,
    14 + 9 + 7 + 1 + 13 + 9 + 10 + 10,
  );
});
