import { assertEquals, assertThrows } from "@std/assert";
import {
  accepts,
  answer,
  deeds,
  diskAnswers,
  diskCatchesUp,
  happens,
  hears,
  leaderOf,
  memberOf,
  progressOf,
  rejects,
  sent,
  termsOf,
} from "../../tests/raft/core.ts";
import type { Effect } from "../effect.ts";
import { InvariantError } from "./invariants.ts";
import type { Core } from "./state.ts";

const STATE = new Uint8Array([1, 2, 3, 4, 5, 6, 7]);

/** A chunk of `STATE`, said to be the snapshot up to `lastIndex` in term 2. */
function chunk(
  core: Core,
  from: string,
  lastIndex: number,
  [start, end]: readonly [number, number],
  data = STATE,
): Effect[] {
  return hears(core, from, {
    type: "snapshotRequest",
    term: core.term,
    lastIndex,
    lastTerm: 2,
    configuration: null,
    offset: start,
    sizeBytes: data.length,
    data: data.subarray(start, end),
    round: 3,
  });
}

/** What the follower answers: the next byte that it wants, or that it has all. */
function wants(effects: readonly Effect[]): number | "done" {
  const { message } = answer(effects, "snapshotReply");
  return message.done ? "done" : message.nextOffset;
}

function restored(effects: readonly Effect[]): number[] | null {
  const effect = effects.find((one) => one.type === "restore");
  return effect?.type === "restore" ? [...effect.snapshot.data] : null;
}

/** A follower in term 3 that has committed up to `commit`. */
function follower(log: number[], commit = 0): Core {
  const core = memberOf({ term: 3, log });
  if (commit === 0) return core;
  const prev = { prevIndex: commit, prevTerm: log[commit - 1] };
  hears(core, "b", { type: "appendRequest", term: 3, ...prev, entries: [], commit, round: 0 });
  return core;
}

/** A leader in term 3 whose log was cut at 4; chunks hold 3 bytes; `b` is known to need the snapshot. */
function sendingLeader(): { core: Core; first: Effect[] } {
  const core = leaderOf({
    term: 2,
    snapshot: { index: 4, term: 2, configuration: null, data: STATE },
    limits: { snapshotChunkBytes: 3 },
  });
  return { core, first: fromDisk(core, rejects(core, "b", 4, { index: 3, term: 2 })) };
}

function fromDisk(core: Core, effects: readonly Effect[]): Effect[] {
  return diskAnswers(core, effects, STATE);
}

/** The reads that the member asks for: where they begin, and how long they are. */
function asked(effects: readonly Effect[]): [number, number][] {
  return effects.flatMap((effect) => effect.type === "readSnapshot" ? [[effect.offset, effect.length]] : []);
}

/** The chunk that was asked for comes from the disk. */
function read(core: Core, offset: number, index = 4, data = STATE): Effect[] {
  return happens(core, {
    type: "snapshotRead",
    to: "b",
    index,
    offset,
    data: data.subarray(offset, offset + 3),
  });
}

function replies(core: Core, nextOffset: number, done = false, lastIndex = 4): Effect[] {
  const rest = { round: 0, incarnation: 7, counts: true };
  return fromDisk(
    core,
    hears(core, "b", { type: "snapshotReply", term: core.term, lastIndex, nextOffset, done, ...rest }),
  );
}

/** The same, and what is asked from the disk does not come. */
function repliesSlowly(core: Core, nextOffset: number): Effect[] {
  const rest = { round: 0, incarnation: 7, counts: true };
  return hears(core, "b", {
    type: "snapshotReply",
    term: core.term,
    lastIndex: 4,
    nextOffset,
    done: false,
    ...rest,
  });
}

function offsets(effects: readonly Effect[]): number[] {
  return sent(effects, "snapshotRequest").map(({ message }) => message.offset);
}

Deno.test("the service's snapshot takes the place of the log before it, and is written down with its last term", () => {
  const core = follower([1, 2, 2, 3], 3);
  const effects = happens(core, { type: "compact", index: 2, data: STATE });
  assertEquals([core.log.offset, core.log.offsetTerm, termsOf(core)], [2, 2, [2, 3]]);
  const write = effects.find((effect) => effect.type === "persist")?.write;
  assertEquals(write?.snapshot, { index: 2, term: 2, configuration: null, data: STATE });
});

Deno.test("a snapshot of what is covered already changes nothing, one of what is not committed stops the node", () => {
  const core = follower([1, 2, 2, 3], 3);
  happens(core, { type: "compact", index: 3, data: STATE });
  assertEquals(happens(core, { type: "compact", index: 3, data: STATE }), []);
  assertEquals(happens(core, { type: "compact", index: 2, data: STATE }), []);
  assertEquals(core.log.offset, 3);
  const tooMuch = () => happens(core, { type: "compact", index: 4, data: STATE });
  assertThrows(tooMuch, InvariantError, "a snapshot may cover committed entries only");
});

Deno.test("a snapshot of 7 bytes in chunks of 3 is put together, installed and written down before it is confirmed", () => {
  const core = follower([1]);
  assertEquals(wants(chunk(core, "b", 4, [0, 3])), 3);
  assertEquals(wants(chunk(core, "b", 4, [3, 6])), 6);
  const last = chunk(core, "b", 4, [6, 7]);
  assertEquals([wants(last), restored(last), core.staging], ["done", [...STATE], null]);
  assertEquals([core.commit, core.log.offset, core.log.offsetTerm, termsOf(core)], [4, 4, 2, []]);
  assertEquals([deeds(last).includes("persist"), answer(last, "snapshotReply").after], [true, 1]);
  assertEquals(core.log.flushed, 0, "nothing of it is on the disk yet");
  diskCatchesUp(core);
  assertEquals(core.log.flushed, 4);
});

Deno.test("a chunk that is repeated or comes too early is not taken: the follower names the byte it wants", () => {
  const core = follower([]);
  chunk(core, "b", 4, [0, 3]);
  assertEquals(wants(chunk(core, "b", 4, [0, 3])), 3);
  assertEquals(wants(chunk(core, "b", 4, [6, 7])), 3);
  assertEquals(wants(chunk(core, "b", 4, [3, 6])), 6, "a transfer that was cut goes on where it stopped");
});

Deno.test("chunks of two leaders never mix: equal states may have unequal encodings", () => {
  const core = follower([]);
  chunk(core, "b", 4, [0, 3]);
  happens(core, { type: "leaderQuiet" });
  hears(core, "c", { type: "voteRequest", term: 4, lastIndex: 9, lastTerm: 3 });
  const other = STATE.toReversed();
  assertEquals(wants(chunk(core, "c", 4, [3, 6], other)), 0, "the new leader starts from the first byte");
  chunk(core, "c", 4, [0, 3], other);
  chunk(core, "c", 4, [3, 6], other);
  assertEquals(restored(chunk(core, "c", 4, [6, 7], other)), [...other]);
});

Deno.test("a newer snapshot of the same leader starts afresh, and a late chunk of the older one spoils nothing", () => {
  const core = follower([]);
  chunk(core, "b", 4, [0, 6]);
  const newer = STATE.toReversed();
  assertEquals(wants(chunk(core, "b", 5, [0, 3], newer)), 3);
  assertEquals(wants(chunk(core, "b", 4, [6, 7])), 0, "the older one is not finished");
  assertEquals(restored(chunk(core, "b", 5, [3, 7], newer)), [...newer]);
});

Deno.test("an amnesiac takes a snapshot and says that it does not count", () => {
  const effects = chunk(memberOf({ standing: "amnesiac" }), "b", 4, [0, 7]);
  assertEquals(answer(effects, "snapshotReply").message.counts, false);
  assertEquals(answer(chunk(follower([]), "b", 4, [0, 7]), "snapshotReply").message.counts, true);
});

Deno.test("a snapshot replaces a log that conflicts with it, and keeps the tail of one that agrees", () => {
  const conflicting = follower([1, 1, 1, 1, 1]);
  chunk(conflicting, "b", 4, [0, 7]);
  assertEquals([conflicting.log.offset, termsOf(conflicting)], [4, []]);
  const agreeing = follower([1, 1, 2, 2, 2]);
  chunk(agreeing, "b", 4, [0, 7]);
  assertEquals([agreeing.log.offset, termsOf(agreeing)], [4, [2]], "entry 5 may be acknowledged already");
});

Deno.test("a snapshot of what is committed here already is confirmed and not installed", () => {
  for (const commit of [4, 5]) {
    const core = follower([1, 2, 2, 2, 2], commit);
    const effects = chunk(core, "b", 4, [0, 3]);
    assertEquals([wants(effects), restored(effects)], ["done", null]);
    assertEquals([core.log.offset, core.commit], [0, commit]);
  }
});

Deno.test("the leader sends the chunk that the follower wants, and goes on with appends behind the snapshot", () => {
  const { core, first } = sendingLeader();
  assertEquals(offsets(first), [0]);
  assertEquals(offsets(replies(core, 3)), [3]);
  assertEquals(offsets(replies(core, 6)), [6]);
  const installed = replies(core, 7, true);
  assertEquals([offsets(installed), progressOf(core, "b").match, progressOf(core, "b").next], [[], 4, 5]);
  accepts(core, "b", 4);
  assertEquals(progressOf(core, "b").state.type, "replicate");
});

/** A heartbeat; the chunks that it sends, each as where it begins and how long it is. */
function beat(core: Core): [number, number][] {
  const effects = fromDisk(core, happens(core, { type: "heartbeatTimeout" }));
  return sent(effects, "snapshotRequest").map(({ message }) => [message.offset, message.data.length]);
}

Deno.test("a heartbeat speaks of the chunk under way without its bytes; they are sent again only to whoever asks for them after the second one", () => {
  const { core } = sendingLeader();
  replies(core, 3);
  assertEquals(beat(core), [[3, 0]]);
  assertEquals(offsets(replies(core, 3)), [], "they may still be on their way");
  assertEquals(beat(core), [[3, 0]]);
  for (let nth = 0; nth < 9; nth++) assertEquals(beat(core), [[3, 0]], "a dead follower costs no bandwidth");
  assertEquals(offsets(replies(core, 3)), [3]);
  assertEquals(offsets(replies(core, 3)), [], "the answer to the first of two heartbeats is enough");
  beat(core);
  beat(core);
  assertEquals(offsets(replies(core, 0)), [0], "a follower that lost the others starts over");
});

Deno.test("answers that were overtaken are sent no chunks, but for one in two heartbeats: a link that repeats and reorders is not flooded", () => {
  const { core } = sendingLeader();
  replies(core, 6);
  for (const late of [3, 0, 3, 6, 0]) assertEquals(offsets(replies(core, late)), []);
  beat(core);
  for (const late of [3, 0, 6]) assertEquals(offsets(replies(core, late)), []);
  beat(core);
  assertEquals(offsets(replies(core, 0)), [0], "the follower has lost what it had");
  assertEquals(offsets(replies(core, 3)), [3]);
  assertEquals(offsets(replies(core, 0)), []);
});

Deno.test("an acknowledgement or a refusal that arrives during a transfer is late: the transfer goes on", () => {
  const { core } = sendingLeader();
  replies(core, 3);
  assertEquals(rejects(core, "b", 4, { index: 1, term: 1 }), []);
  assertEquals(accepts(core, "b", 4), []);
  assertEquals([progressOf(core, "b").match, progressOf(core, "b").next], [4, 5]);
  assertEquals(offsets(replies(core, 6)), [6]);
});

Deno.test("a transfer goes on with the snapshot it began with, also when the leader has a newer one by now", () => {
  const { core } = sendingLeader();
  happens(core, { type: "propose", commands: [new Uint8Array(1)] });
  happens(core, { type: "replicate" });
  diskCatchesUp(core);
  accepts(core, "c", 5);
  happens(core, { type: "compact", index: 5, data: STATE.toReversed() });
  const [next] = sent(replies(core, 3), "snapshotRequest");
  assertEquals([next.message.lastIndex, [...next.message.data]], [4, [4, 5, 6]]);
  const [newer] = sent(replies(core, 7, true), "snapshotRequest");
  assertEquals([newer.message.lastIndex, newer.message.offset], [5, 0], "then the newer one, from its start");
  assertEquals([...newer.message.data], [7, 6, 5], "which is not on the disk yet");
  assertEquals(offsets(replies(core, 3)), [], "a late answer about the old one moves nothing");
});

Deno.test("a snapshot's bytes leave memory when the write that holds it is down, and not before", () => {
  const core = follower([1, 2, 2, 3], 3);
  happens(core, { type: "compact", index: 2, data: STATE });
  assertEquals(core.snapshot?.data, STATE);
  diskCatchesUp(core);
  assertEquals(core.snapshot, { index: 2, term: 2, configuration: null, data: null, sizeBytes: 7 });
  const entries = [{ term: 3, command: new Uint8Array(1) }];
  const prev = { prevIndex: 4, prevTerm: 3 };
  hears(core, "b", { type: "appendRequest", term: 3, ...prev, entries, commit: 3, round: 0 });
  const earlier = core.nextSequence - 1;
  happens(core, { type: "compact", index: 3, data: STATE });
  happens(core, { type: "flushed", sequence: earlier });
  assertEquals(core.snapshot?.data, STATE, "an earlier write says nothing of this one");
  diskCatchesUp(core);
  assertEquals(core.snapshot?.data, null);
});

Deno.test("a snapshot that was stored ahead is written down by its name, and is never in memory", () => {
  const core = follower([1, 2, 2, 3], 3);
  const effects = happens(core, { type: "compactStored", index: 2, sizeBytes: 7 });
  const write = effects.find((effect) => effect.type === "persist")?.write;
  assertEquals(write?.snapshot, { index: 2, term: 2, configuration: null, data: null, sizeBytes: 7 });
  assertEquals([core.log.offset, core.snapshot], [2, write?.snapshot]);
  assertEquals(happens(core, { type: "compactStored", index: 2, sizeBytes: 9 }), [], "covered already");
});

Deno.test("a chunk that is not in memory is asked for once, and sent when it has come; until then heartbeats go out without bytes", () => {
  const { core } = sendingLeader();
  const effects = repliesSlowly(core, 3);
  assertEquals([asked(effects), offsets(effects)], [[[3, 3]], []]);
  const beat = happens(core, { type: "heartbeatTimeout" });
  const [{ message }] = sent(beat, "snapshotRequest").filter(({ to }) => to === "b");
  assertEquals([asked(beat), message.offset, message.data.length, message.sizeBytes], [[], 3, 0, 7]);
  const [chunk] = sent(read(core, 3), "snapshotRequest");
  assertEquals([chunk.message.offset, [...chunk.message.data]], [3, [4, 5, 6]]);
  assertEquals(read(core, 3), [], "nobody waits for a second answer");
  assertEquals(asked(repliesSlowly(core, 6)), [[6, 1]], "the last one is as long as the rest");
});

Deno.test("a follower that starts over while a chunk is read gets the one that it wants, never the other", () => {
  const { core } = sendingLeader();
  replies(core, 3);
  repliesSlowly(core, 6);
  for (let nth = 0; nth < 2; nth++) happens(core, { type: "heartbeatTimeout" });
  assertEquals(asked(repliesSlowly(core, 0)), [], "one read at a time");
  const late = read(core, 6);
  assertEquals([offsets(late), asked(late)], [[], [[0, 3]]]);
  const [chunk] = sent(read(core, 0), "snapshotRequest");
  assertEquals([chunk.message.offset, [...chunk.message.data]], [0, [1, 2, 3]]);
});

Deno.test("what is read for a transfer that is over, of another snapshot, for a stranger or for a leader of the past goes nowhere", () => {
  const { core } = sendingLeader();
  repliesSlowly(core, 3);
  assertEquals(read(core, 3, 5), [], "another snapshot's bytes");
  assertEquals(happens(core, { type: "snapshotRead", to: "z", index: 4, offset: 3, data: STATE }), []);
  replies(core, 7, true);
  assertEquals(read(core, 3), [], "the follower has it all");
  hears(core, "c", {
    type: "appendRequest",
    term: 9,
    prevIndex: 4,
    prevTerm: 2,
    entries: [],
    commit: 4,
    round: 0,
  });
  assertEquals(read(core, 3), [], "this node leads no longer");
});

Deno.test("a transfer is not mixed with a newer snapshot: what it reads is the one it began with, and the next one is read anew", () => {
  const { core } = sendingLeader();
  happens(core, { type: "propose", commands: [new Uint8Array(1)] });
  happens(core, { type: "replicate" });
  diskCatchesUp(core);
  accepts(core, "c", 5);
  repliesSlowly(core, 3);
  happens(core, { type: "compactStored", index: 5, sizeBytes: 2 });
  diskCatchesUp(core);
  const [old] = sent(read(core, 3), "snapshotRequest");
  assertEquals([old.message.lastIndex, old.message.sizeBytes, [...old.message.data]], [4, 7, [4, 5, 6]]);
  const rest = { round: 0, incarnation: 7, counts: true, term: core.term, nextOffset: 7 } as const;
  const next = hears(core, "b", { type: "snapshotReply", lastIndex: 4, done: true, ...rest });
  assertEquals(asked(next), [[0, 2]]);
  assertEquals(read(core, 0, 4), [], "late bytes of the old one");
  assertEquals(offsets(read(core, 0, 5)), [0]);
});

Deno.test("a heartbeat's chunk without bytes moves a follower's transfer nowhere", () => {
  const core = follower([]);
  chunk(core, "b", 4, [0, 3]);
  assertEquals(wants(chunk(core, "b", 4, [3, 3])), 3);
  assertEquals(core.staging?.chunks.length, 1);
});
