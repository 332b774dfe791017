import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { heartbeat, Played, PLAYED_TIMING, settle } from "../tests/raft/played.ts";
import { InvariantError } from "./core/invariants.ts";
import type { SnapshotRequest, VoteRequest } from "./message.ts";
import type { Snapshot } from "./types.ts";

const { heartbeatMs, electionMs, diskStallMs } = PLAYED_TIMING;
const COMMAND = new Uint8Array([7]);
const VOTE: VoteRequest = { type: "voteRequest", term: 5, lastIndex: 9, lastTerm: 4 };
const SNAPSHOT: Snapshot = { index: 3, term: 2, configuration: null, data: new Uint8Array([1, 2, 3, 4]) };

function chunk(term: number): SnapshotRequest {
  const { index, term: lastTerm, configuration, data } = SNAPSHOT;
  const sizeBytes = data.length;
  return {
    type: "snapshotRequest",
    term,
    lastIndex: index,
    lastTerm,
    configuration,
    offset: 0,
    sizeBytes,
    data,
    round: 0,
  };
}

Deno.test("the machine gets the snapshot that was on the disk first of all, and one that the leader sends in its turn", async () => {
  const played = await Played.open({ snapshot: SNAPSHOT });
  const reader = played.node.committed.getReader();
  assertEquals((await reader.read()).value, { type: "snapshot", snapshot: SNAPSHOT });
  const next = reader.read();
  const newer = { ...SNAPSHOT, index: 8 };
  await played.hears("b", { ...chunk(4), lastIndex: 8 });
  assertEquals((await next).value, { type: "snapshot", snapshot: newer });
  played.death.abort();
});

Deno.test("a call is answered once, when the disk has what the answer vouches for; nothing else goes back on it", async () => {
  const played = await Played.open();
  played.storage.hangs = true;
  const answers = played.calls("b", VOTE);
  await settle();
  assertEquals(answers, []);
  played.storage.recover();
  await settle();
  assertEquals(answers, [{ type: "voteReply", term: 5, granted: true }]);
  assertEquals(played.sent, []);
  assertEquals(played.calls("b", heartbeat(5)).length, 1, "what is on the disk already is answered at once");
  played.death.abort();
});

Deno.test("a node that dies withholds what waited for the disk, and writes no more of what waited for its turn", async () => {
  const played = await Played.open();
  played.storage.hangs = true;
  const first = played.calls("b", VOTE);
  const second = played.calls("c", { ...VOTE, term: 6 });
  await settle();
  assertEquals([first, second, played.storage.writes], [[], [], 1]);
  played.death.abort(new Error("killed"));
  assertEquals([first, second], [[null], [null]]);
  played.storage.recover();
  await settle();
  assertEquals([first, second, played.storage.writes], [[null], [null], 1]);
  assertEquals(played.calls("b", { ...VOTE, term: 7 }), [null], "nobody waits for the dead");
  assertEquals(played.sent, []);
});

Deno.test("what a leader was offered in the turn of its death leaves it no more, and its state stays as it was at its end", async () => {
  const played = await Played.open();
  await played.elect();
  await played.accepts("b", 0);
  const before = played.sent.length;
  assert(played.node.start(COMMAND).isLeader);
  played.death.abort();
  await settle();
  played.node.resign();
  assertEquals([played.sent.length, played.node.core.role.type], [before, "leader"]);
});

Deno.test("a node dies once: what comes later changes nothing of why, and closes no storage that the killer left to the disk", async () => {
  const played = await Played.open({ snapshot: SNAPSHOT });
  const reader = played.node.committed.getReader();
  await reader.read();
  await played.beat("b", 2, {
    prevIndex: 3,
    prevTerm: 2,
    entries: [{ term: 2, command: COMMAND }],
    commit: 4,
  });
  await reader.read();
  const piece = Promise.withResolvers<IteratorResult<Uint8Array>>();
  const storing = played.node.storeSnapshot(4, {
    [Symbol.asyncIterator]: () => ({ next: () => piece.promise }),
  });
  const why = new Error("killed");
  played.death.abort(why);
  piece.reject(new Error("the disk is gone"));
  await storing;
  assertEquals([played.node.stopReason, played.storage.closed], [why, 0]);
  await played.node.close();
  assertEquals([played.node.stopReason, played.storage.closed], [why, 1]);
  await reader.closed.catch(() => {});
});

Deno.test("a node that is told of a broken law says nothing more, and dies with the law", async () => {
  const played = await Played.open();
  const term = await played.elect();
  const before = played.sent.length;
  assertEquals(played.calls("c", heartbeat(term)), [null]);
  assertInstanceOf(played.node.stopReason, InvariantError);
  assertEquals([played.node.stopped, played.storage.closed], [true, 1]);
  await played.pass(10 * electionMs);
  assertEquals(played.sent.length, before);
});

Deno.test("a node whose disk hangs does not stand, and does when the disk is back; a leader whose disk hangs gives up", async () => {
  const played = await Played.open();
  await played.elect();
  played.storage.hangs = true;
  played.node.start(COMMAND);
  for (let beat = 0; beat * heartbeatMs < diskStallMs + 2 * electionMs; beat++) {
    await played.pass(heartbeatMs);
    if (played.node.state().isLeader) await played.accepts("b", 0);
  }
  assertEquals(played.node.state().isLeader, false);
  const asked = played.all("preVoteRequest").length;
  await played.pass(10 * electionMs);
  assertEquals(played.all("preVoteRequest").length, asked);
  played.storage.recover();
  assert(await played.passUntilItStands() <= 2 * electionMs);
  played.death.abort();
});

/** A leader whose log begins behind a snapshot that `b`, who has nothing, is being sent. */
async function sender(): Promise<Played> {
  const played = await Played.open({ snapshot: SNAPSHOT, hardState: { term: 2, vote: null } });
  const term = await played.elect();
  await played.hears("b", {
    type: "appendRejected",
    term,
    prevIndex: 3,
    hintIndex: 0,
    hintTerm: 0,
    round: 0,
    incarnation: 2,
    counts: true,
  });
  assertEquals([...played.storage.open], [3]);
  assertEquals(played.all("snapshotRequest").at(-1)?.data, SNAPSHOT.data);
  return played;
}

Deno.test("a snapshot that is being sent is held open until it has arrived", async () => {
  const played = await sender();
  await played.pass(heartbeatMs);
  assertEquals([...played.storage.open], [3], "nobody has said yet that it has come");
  const { term } = played.node.state();
  const reply = { nextOffset: 4, done: true, round: 0, incarnation: 2, counts: true };
  await played.hears("b", { type: "snapshotReply", term, lastIndex: 3, ...reply });
  await played.pass(heartbeatMs);
  assertEquals([...played.storage.open], []);
  played.death.abort();
});

Deno.test("a snapshot that is being sent is let go with the leadership, and with the node", async () => {
  const deposed = await sender();
  await deposed.beat("c", 9);
  assertEquals([...deposed.storage.open], []);
  deposed.death.abort();
  const dead = await sender();
  dead.death.abort();
  assertEquals([...dead.storage.open], []);
});

Deno.test("a node that dies in the middle of a step says nothing of the rest of it", async () => {
  const played = await Played.open();
  const reader = played.node.committed.getReader();
  await played.elect();
  played.node.start(COMMAND);
  await settle();
  await played.accepts("c", 1);
  await reader.read();
  played.node.snapshot(1, COMMAND);
  await settle();
  // With the next heartbeat `b`, which has never answered, is to get the snapshot, and `c` a sign of life.
  const why = new Error("the disk does not give it");
  played.storage.openSnapshot = () => {
    throw why;
  };
  const before = played.sent.length;
  await played.pass(heartbeatMs);
  assertEquals([played.node.stopReason, played.sent.length], [why, before]);
  await reader.closed.catch(() => {});
});
