import { assertEquals } from "@std/assert";
import {
  accepts,
  diskAnswers,
  diskCatchesUp,
  happens,
  leaderOf,
  progressOf,
  proposes,
  rejects,
  sent,
  type Setting,
} from "../../tests/raft/core.ts";
import type { Effect } from "../effect.ts";
import type { Core } from "./state.ts";

/** The appends to `b`, each as the place where it begins and the number of its entries. */
function appends(effects: readonly Effect[]): [prevIndex: number, entries: number][] {
  return sent(effects, "appendRequest").filter(({ to }) => to === "b")
    .map(({ message }) => [message.prevIndex, message.entries.length]);
}

/** A leader of two whose follower `b` has answered: its log is known, so appends may be pipelined. */
function pipelining(limits: Setting["limits"]): Core {
  const core = leaderOf({ members: ["a", "b"], limits });
  accepts(core, "b", 0);
  return core;
}

function heartbeats(core: Core): [prevIndex: number, entries: number][] {
  return appends(happens(core, { type: "heartbeatTimeout" }));
}

Deno.test("what is proposed in one turn travels in one append, while the leader's own disk works", () => {
  const core = pipelining({});
  const effects = proposes(core, 1, 1, 1);
  assertEquals(appends(effects), [[0, 3]]);
  assertEquals(sent(effects, "appendRequest")[0].after, 1, "it waits for the term only, which is down");
});

Deno.test("appends are sent without waiting for answers until the window of 2 appends is full", () => {
  const core = pipelining({ maxInFlightAppends: 2 });
  assertEquals(appends(proposes(core, 1)), [[0, 1]]);
  assertEquals(appends(proposes(core, 1)), [[1, 1]]);
  assertEquals(appends(proposes(core, 1)), [], "the window is full");
  assertEquals(appends(proposes(core, 1)), []);
  assertEquals(appends(accepts(core, "b", 1)), [[2, 2]], "what gathered meanwhile travels together");
});

Deno.test("the window of 10 bytes fills, and an acknowledgement frees all appends up to it", () => {
  const core = pipelining({ maxInFlightBytes: 10 });
  proposes(core, 4);
  proposes(core, 4);
  assertEquals(appends(proposes(core, 2)), [[2, 1]], "8 bytes under way leave room");
  assertEquals(appends(proposes(core, 9)), [], "10 do not");
  assertEquals(progressOf(core, "b").inFlightBytes, 10);
  // The answer to the first append was lost: the second one's covers it.
  assertEquals(appends(accepts(core, "b", 2)), [[3, 1]]);
  assertEquals(progressOf(core, "b").inFlightBytes, 11);
});

Deno.test("an append holds at most 2 entries and 10 bytes; a larger entry travels alone", () => {
  const core = pipelining({ maxAppendEntries: 2, maxAppendBytes: 10 });
  assertEquals(appends(proposes(core, 1, 1, 1, 99, 6, 6)), [[0, 2], [2, 1], [3, 1], [4, 1], [5, 1]]);
});

Deno.test("while the common entry is looked for, one append at a time is under way", () => {
  const core = leaderOf({ members: ["a", "b"] });
  assertEquals(appends(proposes(core, 1)), [], "the first heartbeat is the probe that is under way");
  assertEquals(appends(accepts(core, "b", 0)), [[0, 1]]);
});

Deno.test("an unanswered probe is repeated without its entries: a dead peer costs no bandwidth", () => {
  const core = leaderOf({ members: ["a", "b"], log: [1, 1] });
  assertEquals(appends(rejects(core, "b", 2, { index: 0, term: 0 })), [[0, 2]]);
  assertEquals(heartbeats(core), [[0, 0]]);
  assertEquals(heartbeats(core), [[0, 0]]);
});

Deno.test("a heartbeat speaks of the last entry sent, so that a lost append is noticed and sent again", () => {
  const core = pipelining({});
  assertEquals(appends(proposes(core, 1, 1)), [[0, 2]]);
  assertEquals(heartbeats(core), [[2, 0]]);
  assertEquals(appends(rejects(core, "b", 2, { index: 0, term: 0 })), [[0, 2]]);
  assertEquals(progressOf(core, "b").inFlight, [], "what is lost no longer fills the window");
});

Deno.test("a heartbeat goes to everybody, carries the commit index, and a follower sends none", () => {
  const core = leaderOf();
  proposes(core, 1);
  diskCatchesUp(core);
  accepts(core, "b", 1);
  const sends = sent(happens(core, { type: "heartbeatTimeout" }), "appendRequest");
  assertEquals(sends.map(({ to, message }) => [to, message.commit]), [["b", 1], ["c", 1]]);
  happens(core, { type: "resign" });
  assertEquals(happens(core, { type: "heartbeatTimeout" }), []);
  assertEquals(happens(core, { type: "replicate" }), []);
});

Deno.test("a follower that needs entries which are gone is sent the snapshot instead", () => {
  const core = leaderOf({
    members: ["a", "b"],
    snapshot: { index: 3, term: 1, configuration: null, data: new Uint8Array(1) },
  });
  const effects = rejects(core, "b", 3, { index: 2, term: 1 });
  assertEquals(appends(effects), []);
  const [chunk] = sent(diskAnswers(core, effects, new Uint8Array(1)), "snapshotRequest");
  assertEquals([chunk.message.lastIndex, chunk.message.lastTerm, chunk.message.offset], [3, 1, 0]);
});

for (
  const [how, asks] of [
    ["a heartbeat is due", (core: Core) => happens(core, { type: "heartbeatTimeout" })],
    ["its window has room again", (core: Core) => accepts(core, "b", 1)],
  ] as const
) {
  Deno.test(`a follower whose next entry was compacted away is sent the snapshot when ${how}`, () => {
    const core = leaderOf({ limits: { maxInFlightAppends: 1 } });
    accepts(core, "b", 0);
    proposes(core, 1);
    proposes(core, 1);
    diskCatchesUp(core);
    accepts(core, "c", 2);
    happens(core, { type: "compact", index: 2, data: new Uint8Array(1) });
    assertEquals(progressOf(core, "b").next, 2);
    assertEquals(sent(asks(core), "snapshotRequest").map(({ to }) => to), ["b"]);
  });
}
