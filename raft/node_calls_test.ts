import { assertEquals, assertRejects } from "@std/assert";
import { Played, settle } from "../tests/raft/played.ts";
import { NodeStoppedError } from "./errors.ts";
import type { MemberChange } from "./member_change.ts";

const COMMAND = new Uint8Array([7]);
const STATE = new Uint8Array([1, 2, 3]);

/** A leader of which the machine has got the first two of three entries. */
async function leader() {
  const played = await Played.open();
  const term = await played.elect();
  const reader = played.node.committed.getReader();
  for (let index = 1; index <= 3; index++) {
    assertEquals(played.node.start(COMMAND), { index, term, isLeader: true });
  }
  await settle();
  await played.accepts("b", 0);
  await played.accepts("b", 2);
  await reader.read();
  return { played, node: played.node, term, reader };
}

/** A state in one piece, and how often it was asked for. */
function pieces() {
  const asked = { times: 0 };
  async function* all(): AsyncGenerator<Uint8Array> {
    asked.times++;
    yield STATE;
  }
  return { asked, all: all() };
}

Deno.test("whoever led once, and leads no more, gives a command no index, and a change none either", async () => {
  const { played, node, term } = await leader();
  const change: MemberChange = { type: "addLearner", id: "d", address: "d:1" };
  await played.beat("c", term + 1, { prevIndex: 3, prevTerm: term, commit: 2 });
  assertEquals(node.start(COMMAND), { index: 0, term: term + 1, isLeader: false });
  assertEquals(node.changeMembers(change), { type: "refused", reason: "notLeader" });
  assertEquals(node.core.log.entries.length, 3);
  played.death.abort();
  assertEquals(node.start(COMMAND), { index: 0, term: term + 1, isLeader: false });
});

Deno.test("a snapshot takes the log up to where the machine has got, and not what it has not seen", async () => {
  const { played, node } = await leader();
  node.snapshot(3, STATE);
  await settle();
  assertEquals([node.core.log.offset, played.storage.image.snapshot], [0, null]);
  node.snapshot(2, STATE);
  await settle();
  assertEquals([node.core.log.offset, played.storage.image.snapshot?.data], [2, STATE]);
  played.death.abort();
});

Deno.test("the same in pieces; what is covered already, or not delivered yet, or comes to a dead node, is not asked for", async () => {
  const { played, node, reader } = await leader();
  const early = pieces();
  await node.storeSnapshot(3, early.all);
  assertEquals([early.asked.times, node.core.log.offset, node.stopped], [0, 0, false]);
  const due = pieces();
  await node.storeSnapshot(2, due.all);
  await settle();
  assertEquals([due.asked.times, node.core.log.offset, played.storage.image.snapshot?.data], [1, 2, STATE]);
  const covered = pieces();
  await node.storeSnapshot(2, covered.all);
  assertEquals([covered.asked.times, node.stopped], [0, false]);
  await played.accepts("b", 3);
  await reader.read();
  played.death.abort();
  const late = pieces();
  await node.storeSnapshot(3, late.all);
  assertEquals(late.asked.times, 0);
});

Deno.test("a dead node takes no snapshot, and answers no read", async () => {
  const { played, node } = await leader();
  played.death.abort();
  node.snapshot(2, STATE);
  await settle();
  assertEquals([node.core.log.offset, played.storage.image.snapshot], [0, null]);
  await assertRejects(() => node.readIndex(), NodeStoppedError);
});

Deno.test("the polite exit ends when the storage is closed, not before, and leaving a scope takes it", async () => {
  const { storage, node } = await Played.open();
  const shut = Promise.withResolvers<void>();
  storage.close = () => (storage.closed++, shut.promise);
  let closed = false;
  const closing = node.close().then(() => closed = true);
  await settle();
  assertEquals([closed, node.stopped, storage.closed], [false, true, 1]);
  shut.resolve();
  await closing;
  const scoped = await Played.open();
  {
    await using _node = scoped.node;
  }
  assertEquals([scoped.node.stopped, scoped.storage.closed], [true, 1]);
});
