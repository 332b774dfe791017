import { assertEquals, assertThrows } from "@std/assert";
import { accepts, deeds, happens, hears, leaderOf, memberOf, rejects } from "../../tests/raft/core.ts";
import { InvariantError } from "./invariants.ts";
import type { Core } from "./state.ts";

function timesOut(core: Core) {
  return happens(core, { type: "electionTimeout" });
}

Deno.test("a leader has no election timeout, and whoever does not lead has no quorum to check", () => {
  const leader = leaderOf();
  assertEquals([timesOut(leader), leader.role.type], [[], "leader"]);
  const candidate = memberOf({ preVote: false });
  timesOut(candidate);
  assertEquals([happens(candidate, { type: "quorumTimeout" }), candidate.role.type], [[], "candidate"]);
  const unchecked = leaderOf({ checkQuorum: false });
  happens(unchecked, { type: "quorumTimeout" });
  assertEquals([happens(unchecked, { type: "quorumTimeout" }), unchecked.role.type], [[], "leader"]);
});

Deno.test("a leader that no majority answered between two quorum checks steps down and may stand again", () => {
  const core = leaderOf({ members: ["a", "b", "c", "d", "e"] });
  const check = () => deeds(happens(core, { type: "quorumTimeout" }));
  assertEquals(check(), [], "nobody had time to answer yet");
  accepts(core, "b", 0);
  accepts(core, "c", 0);
  assertEquals(check(), [], "two of the other four answered: three of five");
  accepts(core, "b", 0);
  assertEquals(check(), ["follow", "armElection"]);
  assertEquals([core.role.type, core.leader], ["follower", null]);
});

Deno.test("an answer of a later term ends a leadership, and the term is written down", () => {
  const core = leaderOf();
  const effects = hears(core, "b", { type: "voteReply", term: 5, granted: false });
  assertEquals(deeds(effects), ["follow", "armElection", "persist"]);
  assertEquals([core.role.type, core.term, core.vote], ["follower", 5, null]);
});

Deno.test("a leader that resigns follows in its own term, and one that follows already resigns from nothing", () => {
  const core = leaderOf();
  assertEquals(deeds(happens(core, { type: "resign" })), ["follow", "armElection"]);
  assertEquals(
    [core.role.type, core.term, core.vote],
    ["follower", 2, "a"],
    "its vote of this term stays given",
  );
  assertEquals(happens(core, { type: "resign" }), []);
});

Deno.test("answers to a leader that leads no longer are dropped", () => {
  const core = memberOf({ log: [1] });
  assertEquals(accepts(core, "b", 1), []);
  assertEquals(rejects(core, "b", 1, { index: 0, term: 0 }), []);
  const rest = { round: 0, incarnation: 7, counts: true };
  const reply = { lastIndex: 1, nextOffset: 0, done: true, ...rest };
  assertEquals(hears(core, "b", { type: "snapshotReply", term: 1, ...reply }), []);
});

Deno.test("a term has one leader: a node that hears another one in its own term stops", () => {
  const core = leaderOf();
  const rest = { prevIndex: 0, prevTerm: 0, entries: [], commit: 0, round: 0 };
  assertThrows(() => hears(core, "b", { type: "appendRequest", term: 2, ...rest }), InvariantError);
});
