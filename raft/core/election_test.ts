import { assertEquals } from "@std/assert";
import { accepts, answer, deeds, happens, hears, leaderOf, memberOf, sent } from "../../tests/raft/core.ts";
import type { Core } from "./state.ts";

function timesOut(core: Core) {
  return happens(core, { type: "electionTimeout" });
}

function voteRequest(term: number, lastIndex: number, lastTerm: number) {
  return { type: "voteRequest", term, lastIndex, lastTerm } as const;
}

function preVoteRequest(term: number, lastIndex: number, lastTerm: number) {
  return { type: "preVoteRequest", term, lastIndex, lastTerm } as const;
}

function heartbeat(term: number) {
  return {
    type: "appendRequest",
    term,
    prevIndex: 0,
    prevTerm: 0,
    entries: [],
    commit: 0,
    round: 0,
  } as const;
}

Deno.test("a node asks before it stands: the question changes neither its term nor its vote", () => {
  const core = memberOf({ term: 4, vote: "b", log: [1, 4] });
  const effects = timesOut(core);
  assertEquals(deeds(effects), ["armElection"]);
  assertEquals([core.role.type, core.term, core.vote], ["preCandidate", 4, "b"]);
  const request = preVoteRequest(5, 2, 4);
  assertEquals(sent(effects, "preVoteRequest").map(({ to, message }) => ({ to, message })), [
    { to: "b", message: request },
    { to: "c", message: request },
  ]);
});

Deno.test("a majority that says yes makes a candidate, which asks nobody before its own vote is on the disk", () => {
  const core = memberOf({ term: 4 });
  timesOut(core);
  const effects = hears(core, "b", { type: "preVoteReply", term: 5, granted: true });
  assertEquals([core.role.type, core.term, core.vote], ["candidate", 5, "a"]);
  assertEquals(deeds(effects), ["armElection", "persist"]);
  assertEquals(sent(effects, "voteRequest").map(({ to, after }) => [to, after]), [["b", 1], ["c", 1]]);
});

Deno.test("a node that timed out knows of no leader any more, and gives others a hearing", () => {
  const core = memberOf();
  hears(core, "b", heartbeat(1));
  assertEquals([core.leader, core.leaderFresh], ["b", true]);
  timesOut(core);
  assertEquals([core.leader, core.leaderFresh], [null, false]);
});

Deno.test("a majority of votes makes a leader, which says so at once", () => {
  const core = memberOf({ term: 4, preVote: false });
  timesOut(core);
  const effects = hears(core, "c", { type: "voteReply", term: 5, granted: true });
  assertEquals([core.role.type, core.leader, core.leaderFresh], ["leader", "a", false]);
  assertEquals(deeds(effects), ["lead"]);
  assertEquals(sent(effects, "appendRequest").map(({ to }) => to), ["b", "c"]);
});

Deno.test("a lone member needs nobody: it leads as soon as its own vote is on the disk, and stands in one term until then", () => {
  for (const preVote of [true, false]) {
    const core = memberOf({ members: ["a"], preVote });
    timesOut(core);
    const before = core.flushedSequence;
    assertEquals(
      [core.role.type, core.term],
      ["candidate", 2],
      "after a crash it could vote for another in term 2",
    );
    timesOut(core);
    happens(core, { type: "flushed", sequence: before });
    assertEquals([core.role.type, core.term], ["candidate", 2], "a slow disk puts nothing off");
    const effects = happens(core, { type: "flushed", sequence: core.hardStateSequence });
    assertEquals([core.role.type, core.term], ["leader", 2]);
    assertEquals(deeds(effects)[0], "lead");
  }
});

Deno.test("one of five that says yes twice has said yes once, to the question and to the vote", () => {
  const members = ["a", "b", "c", "d", "e"];
  const asking = memberOf({ members });
  const standing = memberOf({ members, preVote: false });
  timesOut(asking);
  timesOut(standing);
  for (let time = 0; time < 2; time++) {
    hears(asking, "b", { type: "preVoteReply", term: 2, granted: true });
    hears(standing, "b", { type: "voteReply", term: 2, granted: true });
  }
  assertEquals([asking.role.type, standing.role.type], ["preCandidate", "candidate"]);
});

Deno.test("a no, and a yes to a question of an earlier term, elect nobody", () => {
  const core = memberOf({ preVote: false });
  timesOut(core);
  timesOut(core);
  assertEquals(core.term, 3);
  hears(core, "b", { type: "voteReply", term: 3, granted: false });
  hears(core, "c", { type: "voteReply", term: 2, granted: true });
  assertEquals(core.role.type, "candidate");
});

Deno.test("a yes that comes late changes nothing: not to another question, and not when nothing is asked any more", () => {
  const asking = memberOf();
  timesOut(asking);
  hears(asking, "b", { type: "preVoteReply", term: 3, granted: true });
  assertEquals([asking.role.type, asking.term], ["preCandidate", 1]);
  hears(asking, "c", voteRequest(1, 0, 0));
  assertEquals(asking.role.type, "follower", "whoever gave its vote away stops asking");
  assertEquals(hears(asking, "b", { type: "preVoteReply", term: 2, granted: true }), []);
  assertEquals(hears(asking, "b", { type: "voteReply", term: 1, granted: true }), []);
  assertEquals([asking.role.type, asking.term], ["follower", 1]);
});

Deno.test("a vote is given once a term: again to the same candidate, to no other, and afresh in the next term", () => {
  const core = memberOf();
  const vote = (from: string, term: number) => {
    return answer(hears(core, from, voteRequest(term, 0, 0)), "voteReply").message.granted;
  };
  assertEquals([vote("b", 2), vote("b", 2), vote("c", 2), vote("c", 3), vote("b", 3)], [
    true,
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("a vote stays given after a restart, and it leaves only when it is on the disk", () => {
  const core = memberOf({ term: 2 });
  const effects = hears(core, "b", voteRequest(2, 0, 0));
  const write = effects.find((effect) => effect.type === "persist")?.write;
  assertEquals([write?.term, write?.vote, write?.sequence], [2, "b", 1]);
  assertEquals(answer(effects, "voteReply").after, 1);
  const restarted = memberOf({ term: 2, vote: "b" });
  assertEquals(answer(hears(restarted, "c", voteRequest(2, 0, 0)), "voteReply").message.granted, false);
});

for (
  const [lastIndex, lastTerm, granted, why] of [
    [3, 2, true, "as good as the voter's"],
    [4, 2, true, "longer in the same last term"],
    [2, 2, false, "shorter in the same last term"],
    [1, 3, true, "shorter, of a later last term"],
    [9, 1, false, "longer, of an older last term"],
  ] as const
) {
  Deno.test(`a log that is ${why} gets ${granted ? "a yes" : "a no"}, to the question and to the vote`, () => {
    const asked = memberOf({ term: 3, log: [1, 2, 2] });
    const question = hears(asked, "b", preVoteRequest(4, lastIndex, lastTerm));
    assertEquals(answer(question, "preVoteReply").message.granted, granted);
    const vote = hears(memberOf({ term: 3, log: [1, 2, 2] }), "b", voteRequest(4, lastIndex, lastTerm));
    assertEquals(answer(vote, "voteReply").message.granted, granted);
  });
}

Deno.test("only a vote that is given away restarts the voter's election timer", () => {
  const refusing = hears(memberOf({ log: [1] }), "b", voteRequest(2, 0, 0));
  const granting = hears(memberOf({ log: [1] }), "b", voteRequest(2, 1, 1));
  const asked = hears(memberOf({ log: [1] }), "b", preVoteRequest(2, 1, 1));
  assertEquals([deeds(refusing), deeds(granting), deeds(asked)], [
    ["persist"],
    ["armElection", "persist"],
    [],
  ]);
});

Deno.test("the preliminary question changes nothing at whom it is asked, however late its term", () => {
  const core = memberOf({ term: 2, vote: "c" });
  const reply = answer(hears(core, "b", preVoteRequest(9, 0, 0)), "preVoteReply");
  assertEquals(reply.message, { type: "preVoteReply", term: 9, granted: true });
  assertEquals([core.term, core.vote, core.role.type], [2, "c", "follower"]);
  const now = answer(hears(core, "b", preVoteRequest(2, 0, 0)), "preVoteReply");
  assertEquals(now.message.granted, false, "nobody stands in a term that is under way already");
});

Deno.test("no answer tells a term that is not on the disk yet", () => {
  const core = memberOf();
  hears(core, "b", voteRequest(5, 0, 0));
  assertEquals(answer(hears(core, "c", preVoteRequest(4, 0, 0)), "preVoteReply").after, 1);
  assertEquals(answer(hears(core, "c", voteRequest(4, 0, 0)), "voteReply").after, 1);
  assertEquals(answer(hears(core, "c", heartbeat(4)), "appendRejected").after, 1);
});

Deno.test("an outdated asker is told the present term, and takes it over", () => {
  const ahead = memberOf({ term: 7 });
  const { message } = answer(hears(ahead, "b", preVoteRequest(4, 0, 0)), "preVoteReply");
  assertEquals(message, { type: "preVoteReply", term: 7, granted: false });
  const outdated = memberOf({ id: "b", term: 3 });
  timesOut(outdated);
  hears(outdated, "a", message);
  assertEquals([outdated.term, outdated.role.type], [7, "follower"]);
});

Deno.test("whoever hears its leader gives nobody else a hearing, until the leader has been quiet", () => {
  const core = memberOf({ term: 2 });
  hears(core, "b", heartbeat(2));
  assertEquals(answer(hears(core, "c", preVoteRequest(3, 0, 0)), "preVoteReply").message.granted, false);
  assertEquals(answer(hears(core, "c", voteRequest(8, 0, 0)), "voteReply").message.granted, false);
  assertEquals(
    [core.term, core.leader],
    [2, "b"],
    "a node that was cut off does not unseat a healthy leader",
  );
  happens(core, { type: "leaderQuiet" });
  assertEquals(answer(hears(core, "c", preVoteRequest(3, 0, 0)), "preVoteReply").message.granted, true);
  assertEquals(answer(hears(core, "c", voteRequest(8, 0, 0)), "voteReply").message.granted, true);
});

Deno.test("a leader that checks its quorum refuses a later candidate; one that does not gives way to it", () => {
  const checking = leaderOf();
  assertEquals(answer(hears(checking, "c", voteRequest(9, 0, 0)), "voteReply").message.granted, false);
  assertEquals([checking.role.type, checking.term], ["leader", 2]);
  const other = leaderOf({ checkQuorum: false });
  assertEquals(answer(hears(other, "c", voteRequest(9, 0, 0)), "voteReply").message.granted, true);
  assertEquals([other.role.type, other.term], ["follower", 9]);
});

Deno.test("an amnesiac neither stands, nor says yes, nor votes, nor keeps a leader in office", () => {
  const core = memberOf({ standing: "amnesiac" });
  assertEquals(timesOut(core), [{ type: "armElection" }]);
  assertEquals(answer(hears(core, "b", preVoteRequest(2, 0, 0)), "preVoteReply").message.granted, false);
  assertEquals(answer(hears(core, "b", voteRequest(2, 0, 0)), "voteReply").message.granted, false);
  const leader = leaderOf();
  happens(leader, { type: "quorumTimeout" });
  accepts(leader, "b", 0, { counts: false });
  happens(leader, { type: "quorumTimeout" });
  assertEquals(leader.role.type, "follower");
});

Deno.test("a stranger's answers are dropped before their term is looked at, and its questions are answered by the rules", () => {
  const core = memberOf();
  assertEquals(hears(core, "z", { type: "voteReply", term: 9, granted: false }), []);
  assertEquals(core.term, 1);
  const leader = leaderOf();
  assertEquals(hears(leader, "z", { type: "preVoteReply", term: 9, granted: false }), []);
  assertEquals([leader.role.type, leader.term], ["leader", 2]);
  // It may be the candidate of a configuration that has not reached this node yet.
  assertEquals(answer(hears(core, "z", voteRequest(9, 9, 9)), "voteReply").message.granted, true);
});
