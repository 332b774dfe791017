import { assertEquals, assertThrows } from "@std/assert";
import {
  accepts,
  answer,
  deeds,
  diskCatchesUp,
  entriesOf,
  happens,
  hears,
  leaderOf,
  leadership,
  memberOf,
  progressOf,
  proposes,
  rejects,
  sent,
  termsOf,
} from "../../tests/raft/core.ts";
import { InvariantError } from "./invariants.ts";
import type { Core } from "./state.ts";

/** The leader `b` sends `entries` of these terms behind (`prevIndex`, `prevTerm`). */
function appends(
  core: Core,
  prevIndex: number,
  prevTerm: number,
  entries: number[],
  commit = 0,
  term = core.term,
) {
  return hears(core, "b", {
    type: "appendRequest",
    term,
    prevIndex,
    prevTerm,
    entries: entriesOf(...entries),
    commit,
    round: 5,
  });
}

Deno.test("a follower takes entries behind one that it shares, and says so once they are on its disk", () => {
  const core = memberOf({ term: 2, log: [1, 2] });
  const effects = appends(core, 2, 2, [2, 2]);
  assertEquals(termsOf(core), [1, 2, 2, 2]);
  const write = effects.find((effect) => effect.type === "persist")?.write;
  assertEquals([write?.firstIndex, write?.entries.length, write?.sequence], [3, 2, 1]);
  const { to, message, after } = answer(effects, "appendAccepted");
  assertEquals([to, message.matchIndex, message.round, after], ["b", 4, 5, 1]);
});

for (
  const [log, prevIndex, prevTerm, hintIndex, hintTerm, why] of [
    [[1, 1], 5, 2, 2, 1, "is too short names its last entry"],
    [[1, 1, 3, 3, 3], 5, 2, 2, 1, "holds a later term there skips all of that term"],
    [[1, 2, 2, 2], 4, 3, 4, 2, "holds an older term there leaves it to the leader to skip"],
    [[2, 2], 2, 1, 0, 0, "shares nothing names the start"],
  ] as const
) {
  Deno.test(`a follower whose log ${why}: log ${log.join(" ")}, asked for ${prevIndex} of term ${prevTerm}`, () => {
    const core = memberOf({ term: 4, log });
    const effects = appends(core, prevIndex, prevTerm, [4]);
    const { message } = answer(effects, "appendRejected");
    assertEquals([message.prevIndex, message.hintIndex, message.hintTerm], [prevIndex, hintIndex, hintTerm]);
    assertEquals([termsOf(core), deeds(effects)], [[...log], ["leaderContact"]], "a refusal changes no log");
  });
}

Deno.test("an append of an older term is refused with the present term and changes nothing", () => {
  const core = memberOf({ term: 4, log: [1] });
  const effects = appends(core, 1, 1, [3], 2, 3);
  assertEquals(answer(effects, "appendRejected").message.term, 4);
  assertEquals([termsOf(core), core.commit, deeds(effects)], [[1], 0, []]);
});

Deno.test("a late, shorter append takes nothing back of what followed it, and vouches for its own part only", () => {
  const core = memberOf({ log: [1, 1, 1] });
  const effects = appends(core, 0, 0, [1]);
  assertEquals(termsOf(core), [1, 1, 1]);
  assertEquals(answer(effects, "appendAccepted").message.matchIndex, 1);
  assertEquals(deeds(effects), ["leaderContact"], "there is nothing to write");
});

Deno.test("an entry that conflicts goes, and all behind it; what agrees before it stays", () => {
  const core = memberOf({ term: 3, log: [1, 1, 2, 2] });
  const effects = appends(core, 1, 1, [1, 3]);
  assertEquals(termsOf(core), [1, 1, 3]);
  const write = effects.find((effect) => effect.type === "persist")?.write;
  assertEquals([write?.firstIndex, write?.entries.length], [3, 1], "only what is new is written");
  assertEquals(core.log.flushed, 2, "what was cut off no longer counts as stored");
});

Deno.test("nobody may replace a committed entry: the node stops instead", () => {
  const core = memberOf({ term: 2, log: [1, 1] });
  appends(core, 2, 1, [], 2);
  const error = assertThrows(() => appends(core, 1, 1, [2]), InvariantError);
  assertEquals([error.code, termsOf(core)], ["invariant", [1, 1]]);
});

Deno.test("a follower commits what the leader has committed, but no further than what it was just sent", () => {
  const core = memberOf({ term: 2, log: [1, 1, 1, 1] });
  const commits = (effects: ReturnType<typeof appends>) =>
    effects.flatMap((effect) => effect.type === "commit" ? [effect.index] : []);
  assertEquals(commits(appends(core, 1, 1, [1], 9)), [2], "3 and 4 may be another leader's");
  assertEquals(commits(appends(core, 3, 1, [], 3)), [3], "a heartbeat moves it, too");
  assertEquals(commits(appends(core, 1, 1, [], 1)), [], "and an old one never takes it back");
  assertEquals(core.commit, 3);
});

Deno.test("a heartbeat is answered without waiting for the disk, and vouches only for what is down", () => {
  const core = memberOf({ log: [1] });
  appends(core, 1, 1, [1, 1]);
  const busy = answer(appends(core, 3, 1, []), "appendAccepted");
  assertEquals([busy.message.matchIndex, busy.after], [1, 0]);
  diskCatchesUp(core);
  assertEquals(answer(appends(core, 3, 1, []), "appendAccepted").message.matchIndex, 3);
});

Deno.test("a repeated append waits for the write of the first: what it vouches for is not down yet", () => {
  const core = memberOf({ log: [1] });
  appends(core, 1, 1, [1, 1]);
  const again = answer(appends(core, 1, 1, [1, 1]), "appendAccepted");
  assertEquals([again.message.matchIndex, again.after], [3, 1]);
});

Deno.test("where the log was cut, the term at the cut is compared", () => {
  const core = memberOf({
    term: 3,
    snapshot: { index: 3, term: 1, configuration: null, data: new Uint8Array(1) },
  });
  assertEquals(answer(appends(core, 3, 2, [2]), "appendRejected").message.hintIndex, 3);
  assertEquals(answer(appends(core, 3, 1, [2]), "appendAccepted").message.matchIndex, 4);
});

Deno.test("an amnesiac says in each of its answers that it does not count", () => {
  const core = memberOf({ standing: "amnesiac" });
  assertEquals(answer(appends(core, 0, 0, [1]), "appendAccepted").message.counts, false);
  assertEquals(answer(appends(core, 5, 1, [1]), "appendRejected").message.counts, false);
  assertEquals(answer(appends(memberOf(), 0, 0, [1]), "appendAccepted").message.counts, true);
  assertEquals(answer(appends(memberOf(), 5, 1, [1]), "appendRejected").message.counts, true);
});

Deno.test("an append that begins below the snapshot adds only what lies behind it", () => {
  const core = memberOf({
    term: 2,
    log: [2],
    snapshot: { index: 3, term: 1, configuration: null, data: new Uint8Array(1) },
  });
  assertEquals(answer(appends(core, 1, 1, [1, 1, 2, 2]), "appendAccepted").message.matchIndex, 5);
  assertEquals([core.log.offset, termsOf(core)], [3, [2, 2]]);
});

Deno.test("the leader skips all its entries of a term that the follower cannot have, one round trip a term", () => {
  const core = leaderOf({ term: 5, log: [1, 1, 1, 4, 4, 5] });
  const next = (effects: ReturnType<typeof rejects>) => sent(effects, "appendRequest")[0].message;
  const first = next(rejects(core, "b", 6, { index: 6, term: 2 }));
  assertEquals([first.prevIndex, first.prevTerm, first.entries.map(({ term }) => term)], [3, 1, [4, 4, 5]]);
  const second = next(rejects(core, "b", 3, { index: 0, term: 0 }));
  assertEquals([second.prevIndex, second.entries.length], [0, 6]);
});

Deno.test("a refusal that is older than an acknowledgement, or of an earlier probe, is old news", () => {
  const core = leaderOf({ term: 2, log: [1, 1, 2, 2] });
  assertEquals(rejects(core, "c", 3, { index: 0, term: 0 }), [], "the probe under way spoke of entry 4");
  accepts(core, "b", 4);
  assertEquals(rejects(core, "b", 4, { index: 0, term: 0 }), []);
  assertEquals([progressOf(core, "b").next, progressOf(core, "c").next], [5, 5]);
});

Deno.test("a late acknowledgement takes back nothing of what the follower is known to hold", () => {
  const core = leaderOf({ term: 2, log: [1, 1, 2, 2] });
  accepts(core, "b", 4);
  accepts(core, "b", 1);
  assertEquals([progressOf(core, "b").match, progressOf(core, "b").next], [4, 5]);
});

Deno.test("commands enter the leader's log one behind the other; anybody else names the leader it knows", () => {
  const core = leaderOf({ log: [1] });
  const effects = happens(core, { type: "propose", commands: [new Uint8Array(1), new Uint8Array(1)] });
  assertEquals(effects, [{ type: "proposed", firstIndex: 2, term: 2 }]);
  diskCatchesUp(core);
  assertEquals(deeds(proposes(core)), ["proposed"], "no commands are nothing to write");
  const follower = memberOf();
  appends(follower, 0, 0, []);
  const refused = happens(follower, { type: "propose", commands: [new Uint8Array(1)] });
  assertEquals(refused, [{ type: "refused", reason: "notLeader", leader: "b" }]);
});

Deno.test("without a majority proposals are refused before they fill the memory, and taken again after a commit", () => {
  const core = leaderOf({ limits: { maxUncommittedBytes: 10 } });
  assertEquals(deeds(proposes(core, 99))[0], "proposed", "a single oversized one passes alone");
  assertEquals(proposes(core, 1), [{ type: "refused", reason: "overloaded", leader: "a" }]);
  diskCatchesUp(core);
  accepts(core, "b", 1);
  assertEquals(leadership(core).uncommittedBytes, 0);
  assertEquals(deeds(proposes(core, 4))[0], "proposed");
  assertEquals(deeds(proposes(core, 6))[0], "proposed", "ten bytes may wait");
  assertEquals(deeds(proposes(core, 1))[0], "refused");
});
