import { assert, assertEquals, assertRejects } from "@std/assert";
import { Played, PLAYED_TIMING, settle } from "../tests/raft/played.ts";
import { NotLeaderError } from "./errors.ts";

const { heartbeatMs, electionMs } = PLAYED_TIMING;
const COMMAND = new Uint8Array([7]);

Deno.test("a node that nobody answers asks for votes again and again; one that hears a leader asks nobody", async () => {
  const played = await Played.open();
  for (let time = 0; time < 3; time++) {
    const waited = await played.passUntilItStands();
    assert(waited >= electionMs && waited <= 2 * electionMs, `${waited} ms`);
  }
  const asked = played.sent.length;
  for (let beat = 0; beat < 20; beat++) {
    await played.beat("b", 1);
    await played.pass(heartbeatMs);
  }
  assertEquals(played.all("preVoteRequest").length, asked);
  played.death.abort();
});

Deno.test("whoever heard of its leader a moment ago would vote for nobody else, and for anybody after a silence", async () => {
  const played = await Played.open();
  await played.beat("b", 1);
  const ask = () => played.calls("c", { type: "preVoteRequest", term: 2, lastIndex: 0, lastTerm: 0 });
  await played.pass(electionMs - 1);
  assertEquals(ask(), [{ type: "preVoteReply", term: 1, granted: false }]);
  await played.pass(1);
  assertEquals(ask(), [{ type: "preVoteReply", term: 2, granted: true }]);
  played.death.abort();
});

Deno.test("a node whose leader is thought to be gone asks for votes at once, and soon again, but not for ever", async () => {
  const played = await Played.open();
  await played.beat("b", 1);
  played.node.suspect("c");
  assertEquals(await played.passUntilItStands() >= electionMs, true, "another than its leader");
  await played.beat("b", 1);
  played.node.suspect("b");
  assert(await played.passUntilItStands() < heartbeatMs);
  // Three votes that come to nothing are tried again soon; then it waits as long as everybody.
  for (let time = 0; time < 2; time++) {
    const waited = await played.passUntilItStands();
    assert(waited <= 1.5 * heartbeatMs, `${waited} ms`);
  }
  const waited = await played.passUntilItStands();
  assert(waited >= electionMs, `${waited} ms`);
  played.death.abort();
});

Deno.test("whoever has a majority's leave to stand, and loses, soon stands again after a hint; whoever gave its vote away waits", async () => {
  const played = await Played.open();
  await played.beat("b", 1);
  played.node.suspect("b");
  await played.passUntilItStands();
  await played.hears("c", { type: "preVoteReply", term: 2, granted: true });
  assertEquals(played.all("voteRequest").length, 2);
  assert(await played.passUntilItStands() <= 1.5 * heartbeatMs);
  const asks = played.calls("c", { type: "voteRequest", term: 9, lastIndex: 0, lastTerm: 0 });
  await settle();
  assertEquals(asks, [{ type: "voteReply", term: 9, granted: true }]);
  assert(await played.passUntilItStands() >= electionMs);
  played.death.abort();
});

Deno.test("a leader tells of itself, beats until it leads no more, and then keeps no beat and tells of that", async () => {
  const played = await Played.open();
  const term = await played.elect();
  assertEquals(played.told, ["hears a", `leads in ${term}`]);
  const beats = () =>
    played.sent.filter(({ to, message }) => to === "c" && message.type === "appendRequest").length;
  const before = beats();
  await played.pass(3 * heartbeatMs);
  assertEquals(beats(), before + 3);
  await played.beat("c", term + 1);
  assertEquals(played.told.slice(2), [`follows in ${term + 1}`, "hears c"]);
  const follower = await Played.open();
  const timers = async (node: Played) => {
    const before = node.clock.timersSet;
    for (let beat = 0; beat < 200; beat++) {
      await node.beat("c", term + 1);
      await node.pass(heartbeatMs);
    }
    return node.clock.timersSet - before;
  };
  const [led, never] = [await timers(played), await timers(follower)];
  assertEquals(beats(), before + 3);
  assert(Math.abs(led - never) < 10, `${led} timers; ${never} where nobody ever led`);
  played.death.abort();
  follower.death.abort();
});

Deno.test("a leader looks again and again whether a majority still answers, and gives up when none does", async () => {
  const played = await Played.open();
  await played.elect();
  for (let beat = 0; beat < 30; beat++) {
    await played.pass(heartbeatMs);
    await played.accepts("b", 0);
  }
  assert(played.node.state().isLeader);
  await played.pass(4 * electionMs);
  assertEquals(played.node.state().isLeader, false);
  played.death.abort();
});

Deno.test("what is proposed in one turn travels together at its end, and so does what is proposed in the next", async () => {
  const played = await Played.open();
  await played.elect();
  await played.accepts("b", 0);
  for (const last of [2, 4]) {
    const before = played.sent.length;
    played.node.start(COMMAND);
    assertEquals(played.node.start(COMMAND).index, last);
    assertEquals(played.sent.length, before, "not before the turn ends");
    await settle();
    const toB = played.sent.slice(before).filter(({ to }) => to === "b").map(({ message }) => message);
    assertEquals(toB.map((message) => message.type === "appendRequest" && message.entries.length), [2]);
  }
  played.death.abort();
});

Deno.test("a read is answered when a majority has confirmed the leader, and refused by whoever does not lead", async () => {
  const played = await Played.open();
  const refused = await assertRejects(() => played.node.readIndex(), NotLeaderError);
  assertEquals(refused.leader, null);
  await played.elect();
  played.node.start(COMMAND);
  await settle();
  await played.accepts("b", 1);
  let read: number | null = null;
  const reading = played.node.readIndex().then((index) => void (read = index));
  await settle();
  assertEquals(read, null);
  await played.accepts("b", 1, played.all("appendRequest").at(-1)?.round);
  await reading;
  assertEquals(read, 1);
  const lost = assertRejects(() => played.node.readIndex(), NotLeaderError);
  await played.beat("c", 9);
  assertEquals((await lost).leader, "c");
  played.death.abort();
});

Deno.test("what a member has shown to speak counts no longer once the leader that asked leads no more", async () => {
  const played = await Played.open();
  await played.elect();
  played.node.start(COMMAND);
  await settle();
  await played.accepts("b", 1);
  const add = () => played.node.changeMembers({ type: "addLearner", id: "d", address: "d:1" });
  assertEquals(add(), { type: "refused", reason: "mixedVersions" });
  const { term } = played.node.state();
  for (const from of ["b", "c"]) await played.hears(from, { type: "versionReply", term });
  // Somebody else leads for a while, and `c` may be started again with an older version meanwhile.
  await played.beat("c", term + 1, { prevIndex: 1, prevTerm: term, commit: 1 });
  await played.elect();
  played.node.start(COMMAND);
  await settle();
  await played.accepts("b", 2);
  assertEquals(add(), { type: "refused", reason: "mixedVersions" });
  played.death.abort();
});
