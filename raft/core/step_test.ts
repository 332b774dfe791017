import { assertEquals } from "@std/assert";
import {
  accepts,
  answer,
  deeds,
  diskCatchesUp,
  happens,
  hears,
  leaderOf,
  memberOf,
  progressOf,
  proposes,
} from "../../tests/raft/core.ts";

const CHUNK = {
  lastIndex: 4,
  lastTerm: 1,
  offset: 0,
  sizeBytes: 2,
  configuration: null,
  data: new Uint8Array(1),
  round: 0,
};
const REST = { round: 0, incarnation: 7, counts: true };

Deno.test("nothing overtakes gathered proposals on the way to the disk: they are written before what comes next", () => {
  const core = leaderOf();
  happens(core, { type: "propose", commands: [new Uint8Array(1)] });
  happens(core, { type: "propose", commands: [new Uint8Array(1)] });
  const effects = hears(core, "b", { type: "voteReply", term: 9, granted: false });
  const writes = effects.flatMap((effect) => effect.type === "persist" ? [effect.write] : []);
  assertEquals(writes.map(({ sequence, term, entries }) => [sequence, term, entries.length]), [[2, 2, 2], [
    3,
    9,
    0,
  ]]);
  assertEquals(deeds(effects), ["persist", "follow", "armElection", "persist"]);
});

Deno.test("an input that changes nothing writes nothing, and one that changes several things writes them together", () => {
  const core = memberOf();
  assertEquals(happens(core, { type: "leaderQuiet" }), []);
  const entries = [{ term: 3, command: new Uint8Array(1) }];
  const append = { prevIndex: 0, prevTerm: 0, entries, commit: 0, round: 0 };
  const effects = hears(core, "b", { type: "appendRequest", term: 3, ...append });
  const writes = effects.flatMap((effect) => effect.type === "persist" ? [effect.write] : []);
  assertEquals(writes.map(({ term, firstIndex }) => [term, firstIndex]), [[3, 1]]);
});

Deno.test("the disk reports writes in any number at once; an older report takes nothing back", () => {
  const core = leaderOf({ members: ["a"] });
  proposes(core, 1);
  proposes(core, 1);
  assertEquals(deeds(happens(core, { type: "flushed", sequence: 3 })), ["commit"]);
  assertEquals([core.log.flushed, core.commit, core.flushedSequence], [2, 2, 3]);
  assertEquals(happens(core, { type: "flushed", sequence: 2 }), []);
  assertEquals(core.flushedSequence, 3);
});

Deno.test("a chunk of a snapshot is word from the leader: whoever stands against it gives up", () => {
  const core = memberOf({ preVote: false });
  happens(core, { type: "electionTimeout" });
  const effects = hears(core, "b", { type: "snapshotRequest", term: 2, ...CHUNK });
  assertEquals(deeds(effects), ["leaderContact"]);
  assertEquals([core.role.type, core.leader, core.leaderFresh], ["follower", "b", true]);
});

Deno.test("a chunk of an older term is answered with the present term and not taken", () => {
  const core = memberOf({ term: 5 });
  const effects = hears(core, "b", { type: "snapshotRequest", term: 4, ...CHUNK });
  const { message } = answer(effects, "snapshotReply");
  assertEquals([message.term, message.done, message.nextOffset, message.lastIndex], [5, false, 0, 4]);
  assertEquals([core.staging, core.leader], [null, null]);
});

for (const standing of ["voter", "amnesiac"] as const) {
  Deno.test(`requests of an older term are told that this node ${standing === "voter" ? "counts" : "does not count"}`, () => {
    const core = memberOf({ term: 5, standing });
    const append = { prevIndex: 0, prevTerm: 0, entries: [], commit: 0, round: 0 };
    const refusal = answer(hears(core, "b", { type: "appendRequest", term: 4, ...append }), "appendRejected");
    const reply = answer(hears(core, "b", { type: "snapshotRequest", term: 4, ...CHUNK }), "snapshotReply");
    assertEquals([refusal.message.counts, reply.message.counts], [
      standing === "voter",
      standing === "voter",
    ]);
  });
}

Deno.test("a late reply to a question of an earlier term says nothing any more", () => {
  const core = leaderOf({ term: 3, log: [1] });
  const effects = hears(core, "b", { type: "appendAccepted", term: 3, matchIndex: 1, ...REST });
  assertEquals([effects, progressOf(core, "b").match], [[], 0]);
  accepts(core, "b", 1);
  assertEquals(progressOf(core, "b").match, 1);
});

Deno.test("a later term makes everything void that was known of the older one's leader", () => {
  const core = memberOf();
  hears(core, "b", { type: "snapshotRequest", term: 1, ...CHUNK });
  assertEquals([core.leader, core.leaderFresh, core.staging?.receivedBytes], ["b", true, 1]);
  hears(core, "c", { type: "preVoteReply", term: 6, granted: false });
  assertEquals([core.term, core.leader, core.leaderFresh, core.staging], [6, null, false, null]);
  const candidate = memberOf({ preVote: false });
  hears(candidate, "b", { type: "snapshotRequest", term: 1, ...CHUNK });
  happens(candidate, { type: "electionTimeout" });
  assertEquals([candidate.leader, candidate.leaderFresh, candidate.staging], [null, false, null]);
  diskCatchesUp(candidate);
});
