import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Outcome, RefusedError, UnknownEntryError } from "../../kv/mod.ts";
import { decodeOpened } from "../../kv/envelope.ts";
import { bytes, Journal, SlowJournal, text } from "./counter.ts";
import { Group } from "./group.ts";
import { GOOD_NETWORK } from "./storm.ts";

const NO_COMMAND = new Uint8Array(0);

function journals(seed: number, server = {}): Group<Journal> {
  return new Group({
    servers: 3,
    world: { seed, conditions: GOOD_NETWORK },
    machine: () => new Journal(),
    server,
  });
}

function replyOf(outcome: Outcome): Uint8Array {
  assert(outcome.kind === "applied", `the outcome is ${JSON.stringify(outcome)}`);
  return outcome.reply;
}

Deno.test("lost leadership wakes who waits for an entry or a change; a new leader refuses nobody", async () => {
  const group = journals(1);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    const { id } = decodeOpened(replyOf(await replica.openSession()));
    group.world.network.partition("cut", { kind: "isolate", node: leader, others: group.names });
    const began = group.world.nowMs;
    const call = { session: id, sequence: 1, settledBelow: 1, command: bytes("lost?") };
    const outcomes = await Promise.all([
      replica.submit(call),
      replica.openSession(),
      replica.query(NO_COMMAND),
    ]);
    assertEquals(outcomes.map(({ kind }) => kind), ["unknown", "unknown", "refused"]);
    assert(group.world.nowMs - began < 1500, `they waited ${group.world.nowMs - began} ms`);
    group.world.network.mendAll();
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a killed node wakes everybody, and what is asked of it afterwards is refused or unknown at once", async () => {
  const group = journals(2);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    group.world.network.partition("cut", { kind: "isolate", node: leader, others: group.names });
    const waiting = [replica.openSession(), replica.query(NO_COMMAND)];
    group.world.machine(leader).crash();
    assertEquals((await Promise.all(waiting)).map(({ kind }) => kind), ["unknown", "unknown"]);
    await replica.done;
    const late = await Promise.all([replica.openSession(), replica.query(NO_COMMAND)]);
    assertEquals(late.map(({ kind }) => kind), ["refused", "unknown"]);
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a machine that throws stops its node and wakes who waits; the node does not go on voting", async () => {
  const group = journals(3);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const server = group.server(leader);
    const { id } = decodeOpened(replyOf(await server.replica.openSession()));
    const machine = group.machines.get(leader);
    assert(machine !== undefined);
    machine.fatal = "poison";
    const outcome = await server.replica.submit({
      session: id,
      sequence: 1,
      settledBelow: 1,
      command: bytes("poison"),
    });
    assertEquals(outcome.kind, "unknown");
    await server.done;
    assert(server.replica.node.stopped && server.replica.failure instanceof Error);
    // The others have no such trouble and go on without it.
    const client = group.client("c");
    assertEquals(text(await client.query(NO_COMMAND)), "poison");
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("an operation runs once however often it is submitted, wherever, in whatever order", async () => {
  const group = journals(4, { maxRaftStateBytes: 200 });
  await group.world.play(async () => {
    const first = group.server(await group.untilLed()).replica;
    const { id } = decodeOpened(replyOf(await first.openSession()));
    const call = (sequence: number, settledBelow: number) => ({
      session: id,
      sequence,
      settledBelow,
      command: bytes(`op ${sequence}`),
    });
    const twice = await Promise.all([
      first.submit(call(2, 1)),
      first.submit(call(2, 1)),
      first.submit(call(1, 1)),
    ]);
    assertEquals(twice.map((outcome) => replyOf(outcome)[0]), [0, 0, 1]);
    // Over a crash of everybody, from snapshots.
    for (const name of group.names) group.world.machine(name).restart();
    const second = group.server(await group.untilLed()).replica;
    assertEquals(replyOf(await second.submit(call(2, 1)))[0], 0);
    // Settled: the client waits for it no more, so it must not run now, and nobody can be told its reply.
    assertEquals(replyOf(await second.submit(call(5, 5)))[0], 2);
    assertEquals((await second.submit(call(4, 1))).kind, "unknown");
    const log = await second.query(NO_COMMAND);
    assertEquals(text(replyOf(log)), "op 2\nop 1\nop 5");
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a session that was evicted is unknown, not new: a retry of something done cannot run again", async () => {
  const group = journals(5, { maxSessions: 2 });
  await group.world.play(async () => {
    const { replica } = group.server(await group.untilLed());
    const open = async () => decodeOpened(replyOf(await replica.openSession())).id;
    const call = (session: number) => ({
      session,
      sequence: 1,
      settledBelow: 1,
      command: bytes(`by ${session}`),
    });
    const ids = [await open(), await open()];
    replyOf(await replica.submit(call(ids[0])));
    // The first was used later than the second.
    await open();
    assertEquals((await replica.submit(call(ids[0]))).kind, "applied");
    await open();
    await open();
    for (const id of ids) {
      const outcome = await replica.submit(call(id));
      assert(outcome.kind === "refused" && outcome.code === "sessionUnknown");
    }
    assertEquals(replica.sessions, 2);
    assertEquals(text(replyOf(await replica.query(NO_COMMAND))), `by ${ids[0]}`);
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("an unused session is forgotten by log time, at the same entry everywhere; a client opens a new one in time", async () => {
  const group = journals(6, { sessionTtlMs: 10_000 });
  await group.world.play(async () => {
    const { replica } = group.server(await group.untilLed());
    const { id } = decodeOpened(replyOf(await replica.openSession()));
    const client = group.client("c");
    await client.submit(bytes("early"));
    await group.world.clock.sleep(9000);
    assertEquals(replica.sessions, 2);
    await client.submit(bytes("after nine seconds"));
    await group.world.clock.sleep(1500);
    await client.submit(bytes("after eleven"));
    const late = await replica.submit({ session: id, sequence: 1, settledBelow: 1, command: bytes("late") });
    assert(late.kind === "refused" && late.code === "sessionUnknown");
    await group.world.clock.sleep(60_000);
    await client.submit(bytes("much later"));
    await group.world.clock.sleep(1000);
    assertEquals([...group.servers.values()].map((server) => server.replica.sessions), [1, 1, 1]);
    assertEquals(
      text(await client.query(NO_COMMAND)),
      "early\nafter nine seconds\nafter eleven\nmuch later",
    );
  }, { untilMs: 120_000 });
  group.world.end();
});

Deno.test("log time on real leaders: clocks hours apart, leaders that change, and it never runs ahead", async () => {
  const group = journals(7);
  await group.world.play(async () => {
    const client = group.client("c");
    const began = group.world.nowMs;
    for (let at = 0; at < 40; at++) {
      await client.submit(bytes(`${at}`));
      await group.world.clock.sleep(250);
      if (at % 10 === 9) group.world.machine(await group.untilLed()).restart();
    }
    const passed = group.world.nowMs - began;
    await group.world.clock.sleep(1000);
    for (const { times } of group.machines.values()) {
      // A restarted machine has only the log since its start; what it has must be in order and in time.
      assert(times.every((time, at) => at === 0 || time >= times[at - 1]));
      const last = times[times.length - 1];
      assert(last <= passed && last > passed / 2, `log time is ${last} after ${passed} ms`);
    }
  }, { untilMs: 120_000 });
  group.world.end();
});

for (const storage of ["memory", "wal"] as const) {
  Deno.test(`snapshots as streams: nothing is applied or asked in between, over crashes and lagging members (storage: ${storage})`, async () => {
    let restores = 0;
    const group: Group<SlowJournal> = new Group({
      servers: 3,
      world: { seed: 8, conditions: GOOD_NETWORK },
      machine: (runtime) => new SlowJournal(() => (restores++, runtime.clock.sleep(3))),
      // Pieces go to the disk as they come, and chunks come back from there.
      storage,
      server: { maxRaftStateBytes: 300, limits: { snapshotChunkBytes: 50 } },
    });
    await group.world.play(async () => {
      const client = group.client("c", { timeoutMs: 60_000 });
      const expected: string[] = [];
      for (let at = 0; at < 60; at++) {
        const line = `line ${at}`;
        expected.push(line);
        await client.submit(bytes(line));
        if (at === 10) group.world.machine("s1").crash();
        if (at === 40) group.world.machine("s1").restart();
        if (at % 20 === 15) group.world.machine(await group.untilLed()).restart();
        assertEquals(text(await client.query(NO_COMMAND)), expected.join("\n"));
      }
      await group.world.clock.sleep(5000);
      for (const name of group.names) {
        assertEquals(group.machines.get(name)?.journal.lines, expected, `the state of ${name}`);
        const { core } = group.server(name).replica.node;
        assert(core.snapshot?.data === null, `${name} has no snapshot, or keeps its bytes`);
      }
    }, { untilMs: 600_000 });
    assert(restores > 10);
    group.world.end();
  });
}

Deno.test("a log that is too long because its disk is slow is not compacted again and again", async () => {
  let snapshots = 0;
  const group = new Group({
    servers: 3,
    world: { seed: 9, conditions: GOOD_NETWORK },
    machine: (_runtime, name) => {
      const journal = new Journal();
      const snapshot = () => {
        if (name === group.leader) snapshots++;
        return Journal.prototype.snapshot.call(journal);
      };
      return Object.assign(journal, { snapshot });
    },
    server: { maxRaftStateBytes: 100 },
  });
  await group.world.play(async () => {
    const client = group.client("c");
    await client.submit(bytes("first"));
    group.writeDelaysMs.set(await group.untilLed(), 300);
    snapshots = 0;
    for (let at = 0; at < 1000; at++) await client.submit(bytes(`line ${at}`));
  }, { untilMs: 60_000 });
  assert(snapshots > 0 && snapshots < 15, `${snapshots} snapshots, although the disk could take but a few`);
  group.world.end();
});

Deno.test("what the machine does not understand is refused before it is in the log", async () => {
  const group = new Group({
    servers: 3,
    world: { seed: 10, conditions: GOOD_NETWORK },
    machine: () => Object.assign(new Journal(), { check: refuseNonsense }),
  });
  await group.world.play(async () => {
    const client = group.client("c");
    await client.submit(bytes("fine"));
    const error = await assertRejects(() => client.submit(bytes("nonsense")), RefusedError, "no nonsense");
    assertEquals(error.code, "invalid");
    assertEquals(text(await client.query(NO_COMMAND)), "fine");
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("an entry of a newer version stops whoever comes to apply it, with a typed error and nothing changed", async () => {
  const group = journals(12);
  await group.world.play(async () => {
    const { replica } = group.server(await group.untilLed());
    await replica.propose(bytes("before"));
    replica.node.start(new Uint8Array([99, 0]));
    // The leader stops, then the next one does; the last has no majority left that could tell it that the entry is committed.
    const stopped: string[] = [];
    for (const [name, server] of group.servers) void server.done.then(() => stopped.push(name));
    while (stopped.length < 2) await group.world.clock.sleep(100);
    for (const name of stopped) {
      const { failure, node } = group.server(name).replica;
      assert(failure instanceof UnknownEntryError && node.stopped);
    }
    assertEquals([...group.machines.values()].map(({ lines }) => lines), [["before"], ["before"], [
      "before",
    ]]);
  }, { untilMs: 20_000 });
  group.world.end();
});

function refuseNonsense(command: Uint8Array): void {
  if (text(command) === "nonsense") throw new RangeError("no nonsense here");
}

Deno.test("a group of one agrees with itself in no time: a thousand operations in a row all come back", async () => {
  const group = new Group({ servers: 1, world: { seed: 11 }, machine: () => new Journal() });
  await group.world.play(async () => {
    const { replica } = group.server(await group.untilLed());
    for (let at = 0; at < 1000; at++) assertEquals((await replica.propose(bytes(`${at}`))).kind, "applied");
  }, { untilMs: 60_000 });
  group.world.end();
});

Deno.test("followers that let entries gather for 3 s apply few times, a new leader all at once, and a killed one ends", async () => {
  const group = journals(31, { followerRestMs: 3000 });
  const { clock } = group.world;
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    const [near, far] = group.names.filter((name) => name !== leader);
    const seen = new Set<number>();
    for (let at = 0; at < 100; at++) {
      assertEquals((await replica.propose(bytes(`${at}`))).kind, "applied");
      seen.add(group.server(near).replica.applied);
      await clock.sleep(2);
    }
    assert(seen.size < 4, `${seen.size} times`);
    const { applied } = replica;
    group.world.machine(leader).crash();
    const next = await group.untilLed();
    const took = group.world.nowMs;
    assertEquals((await group.server(next).replica.propose(bytes("after"))).kind, "applied");
    assert(group.server(next).replica.applied > applied);
    assert(group.world.nowMs - took < 45, `${group.world.nowMs - took} ms`);
    const other = group.server(next === near ? far : near).replica;
    await clock.sleep(7000);
    assertEquals(other.applied, group.server(next).replica.applied);
    // In the middle of a rest.
    assertEquals((await group.server(next).replica.propose(bytes("last"))).kind, "applied");
    group.world.machine(next === near ? far : near).crash();
    await other.done;
  }, { untilMs: 40_000 });
  group.world.end();
});
