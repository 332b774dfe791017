import { assert, assertEquals, assertRejects } from "@std/assert";
import { seededRandom } from "../runtime/mod.ts";
import { HandClock } from "../tests/raft/clock.ts";
import { CountedDeath } from "../tests/runtime/hand_clock.ts";
import { Announcer } from "./announcer.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { RaftNode } from "./node.ts";
import type { Persist } from "./storage.ts";

/** Storage that counts how often it is closed, and fails its writes when it is told to. */
class CountedStorage extends MemoryStorage {
  closed = 0;
  broken = false;

  override write(batches: readonly Persist[]): Promise<void> {
    return this.broken ? Promise.reject(new Error("the disk is full")) : super.write(batches);
  }

  override close(): Promise<void> {
    this.closed++;
    return super.close();
  }
}

/** A node that leads itself, on a clock that is moved by hand. */
async function bench() {
  const clock = new HandClock();
  const storage = new CountedStorage();
  const death = new AbortController();
  const node = await open(clock, storage, death.signal);
  return { clock, storage, death, node };
}

/** The only member of its group. */
function open(clock: HandClock, storage: CountedStorage, signal: AbortSignal): Promise<RaftNode> {
  return RaftNode.open({
    id: "a",
    members: ["a"],
    storage,
    transport: { send() {}, receive() {} },
    clock,
    random: seededRandom(1),
    signal,
    timing: { heartbeatMs: 10, electionMs: 50, diskStallMs: 1000 },
  });
}

/** Lets everything that waits for nothing outside come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await null;
}

Deno.test("a node that is killed while it reads its disk does not start", async () => {
  const death = new AbortController();
  const clock = new HandClock();
  const opening = open(clock, new CountedStorage(), death.signal);
  death.abort(new Error("killed"));
  await assertRejects(() => opening, Error, "killed");
  assertEquals(clock.timersSet, 0);
});

Deno.test("a node whose disk fails dies and lets go of its storage", async () => {
  const { clock, storage, node } = await bench();
  storage.broken = true;
  clock.advance(200);
  await settle();
  assert(node.stopped);
  assertEquals(storage.closed, 1);
  await node.committed.cancel().catch(() => {});
});

Deno.test("a node whose snapshot cannot be stored dies with what was wrong, and lets go of its storage", async () => {
  const { clock, storage, node } = await bench();
  const reader = node.committed.getReader();
  clock.advance(200);
  await settle();
  node.start(new Uint8Array(1));
  await settle();
  assertEquals((await reader.read()).value?.type, "entries");
  const why = new Error("the machine cannot be encoded");
  await node.storeSnapshot(1, {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(why) }),
  });
  assertEquals([node.stopped, node.stopReason, storage.closed], [true, why, 1]);
  await reader.closed.catch(() => {});
});

Deno.test("a node whose machine stops reading dies and lets go of its storage", async () => {
  const { storage, node } = await bench();
  await node.committed.cancel();
  await settle();
  assert(node.stopped);
  assertEquals(storage.closed, 1);
});

Deno.test("a node that is killed leaves its storage to the disk, which dies with it; one that is closed closes it", async () => {
  const killed = await bench();
  killed.death.abort(new Error("killed"));
  await settle();
  assertEquals([killed.node.stopped, killed.storage.closed], [true, 0]);
  const closed = await bench();
  await closed.node.close();
  assertEquals([closed.node.stopped, closed.storage.closed], [true, 1]);
});

Deno.test("a node that is closed leaves no timer, and listens for no death", async () => {
  const clock = new HandClock();
  const death = new CountedDeath();
  const node = await open(clock, new CountedStorage(), death.signal);
  assertEquals([clock.waiting, death.listeners], [1, 1]);
  await node.close();
  assertEquals([clock.waiting, death.listeners], [0, 0]);
  await node.committed.cancel().catch(() => {});
});

Deno.test("a leader is told of once, and nobody is told anything by a node that has died meanwhile", async () => {
  const told: string[] = [];
  let alive = true;
  const announcer = new Announcer({ onLeader: (leader) => told.push(leader) }, () => alive);
  for (const leader of ["b", "b", null, "b", "c", "b"]) announcer.leader(leader);
  assertEquals(told, []);
  await settle();
  assertEquals(told, ["b", "c", "b"]);
  announcer.leader("c");
  alive = false;
  await settle();
  assertEquals(told, ["b", "c", "b"]);
});
