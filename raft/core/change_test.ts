import { assertEquals } from "@std/assert";
import {
  accepts,
  answer,
  configurationOf,
  diskCatchesUp,
  happens,
  hears,
  leaderOf,
  memberOf,
  membersOf,
  progressOf,
  proposes,
  sent,
} from "../../tests/raft/core.ts";
import type { Effect } from "../effect.ts";
import type { MemberChange } from "../member_change.ts";
import type { Core, Limits } from "./state.ts";

const ADD_D: MemberChange = { type: "addLearner", id: "d", address: "d:1" };
const PROMOTE_D: MemberChange = { type: "promote", id: "d" };

function removes(id: string): MemberChange {
  return { type: "remove", id };
}

/** What became of `change`: the index that it got, or why not. */
function asks(core: Core, change: MemberChange): number | string {
  return came(happens(core, { type: "change", change }));
}

function came(effects: readonly Effect[]): number | string {
  for (const effect of effects) {
    if (effect.type === "proposed") return effect.firstIndex;
    if (effect.type === "changeRefused") return effect.reason;
  }
  return "nothing";
}

function commits(effects: readonly Effect[]): number[] {
  return effects.flatMap((effect) => effect.type === "commit" ? [effect.index] : []);
}

/** A leader of term 2 that has committed entry 1 of its own term; `names` as `configurationOf` takes them, in its snapshot. */
function settled(names: readonly string[], limits: Partial<Limits> = {}): Core {
  const snapshot = { index: 1, term: 1, configuration: configurationOf(...names), data: new Uint8Array(1) };
  const core = leaderOf({ snapshot, limits });
  proposes(core, 1);
  agrees(core, names, 2);
  assertEquals(core.commit, 2);
  return core;
}

/** Everybody, and this member's own disk, holds the log up to `index`. */
function agrees(core: Core, names: readonly string[], index: number): Effect[] {
  const effects = diskCatchesUp(core);
  for (const name of names) {
    const id = name.replace("~", "");
    if (id !== core.config.id) effects.push(...accepts(core, id, index));
  }
  return effects;
}

Deno.test("no change before the leader has committed an entry of its own term: the bug of 2015", () => {
  const core = leaderOf({ log: [1, 1] });
  diskCatchesUp(core);
  accepts(core, "b", 2);
  assertEquals(asks(core, ADD_D), "notReady");
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(asks(core, ADD_D), "notReady");
  accepts(core, "b", 3);
  assertEquals(asks(core, ADD_D), 4);
});

Deno.test("no second change while one is not committed, and the next as soon as it is", () => {
  const core = settled(["a", "b", "c"]);
  assertEquals(asks(core, removes("c")), 3);
  diskCatchesUp(core);
  assertEquals(asks(core, ADD_D), "underWay");
  accepts(core, "b", 3);
  assertEquals(asks(core, ADD_D), 4);
});

Deno.test("only a leader takes a change", () => {
  assertEquals(asks(memberOf(), ADD_D), "notLeader");
});

Deno.test("a change is in effect, stored and on its way in the step that takes it, the address with it", () => {
  const core = settled(["a", "b", "c"]);
  const effects = happens(core, { type: "change", change: ADD_D });
  const configuration = {
    members: [...configurationOf("a", "b", "c").members, { id: "d", role: "learner", address: "d:1" }],
    retired: [],
  } as const;
  assertEquals(core.membership.configuration, configuration);
  assertEquals(effects.flatMap((one) => one.type === "configuration" ? [one.configuration] : []), [
    configuration,
  ]);
  assertEquals(effects.flatMap((one) => one.type === "persist" ? one.write.entries : []), [
    { term: 2, command: new Uint8Array(0), configuration },
  ]);
  const appends = sent(effects, "appendRequest").map(({ to, message }) => [to, message.entries.length]);
  assertEquals(
    appends,
    [["b", 1], ["c", 1], ["d", 0]],
    "where the newcomer's log ends has to be found out first",
  );
});

Deno.test("members are kept in the order of their names, whatever order they came in", () => {
  const core = settled(["b", "a", "c"]);
  asks(core, { type: "addLearner", id: "Z", address: "" });
  assertEquals(membersOf(core), ["~Z", "a", "b", "c"]);
});

Deno.test("what cannot be is refused by name, and nothing happens", () => {
  const core = settled(["a", "b", "~d"]);
  const before = core.log.entries.length;
  for (
    const [change, reason] of [
      [ADD_D, "alreadySo"],
      [{ type: "addLearner", id: "a", address: "" }, "alreadySo"],
      [{ type: "addLearner", id: "", address: "" }, "invalid"],
      [{ type: "promote", id: "a" }, "alreadySo"],
      [{ type: "promote", id: "z" }, "unknownMember"],
      [{ type: "demote", id: "d" }, "alreadySo"],
      [{ type: "demote", id: "z" }, "unknownMember"],
      [removes("z"), "unknownMember"],
    ] as const
  ) {
    const effects = happens(core, { type: "change", change });
    assertEquals([came(effects), effects.length], [reason, 1], change.type);
  }
  assertEquals([core.log.entries.length, membersOf(core)], [before, ["a", "b", "~d"]]);
});

Deno.test("the last voter is neither removed nor demoted, however many learners there are", () => {
  for (const change of [removes("a"), { type: "demote", id: "a" }] as const) {
    const core = settled(["a", "~d"]);
    assertEquals(asks(core, change), "lastVoter");
    assertEquals(asks(core, removes("d")), 3, "a learner may go");
  }
});

Deno.test("with a voter more a majority is larger at once, with a voter less smaller at once", () => {
  const core = settled(["a", "b", "c", "~d"], { maxAppendEntries: 1 });
  assertEquals(asks(core, PROMOTE_D), 3);
  diskCatchesUp(core);
  assertEquals(commits(accepts(core, "b", 3)), [], "two of four are no majority");
  assertEquals(commits(accepts(core, "d", 3)), [3], "and the new voter counts for its own promotion");

  const other = settled(["a", "b", "c", "d"]);
  proposes(other, 1);
  diskCatchesUp(other);
  assertEquals(commits(accepts(other, "b", 3)), []);
  // Of three voters two hold entry 3.
  assertEquals(commits(happens(other, { type: "change", change: removes("d") })), [3]);
});

Deno.test("a learner counts for nothing: not for a commit, not for a read, not for a leader that wants to stay", () => {
  const core = settled(["a", "b", "c", "~d", "~e"]);
  proposes(core, 1);
  diskCatchesUp(core);
  for (const id of ["d", "e"]) assertEquals(commits(accepts(core, id, 3)), []);
  happens(core, { type: "read", token: 5 });
  happens(core, { type: "replicate" });
  for (const id of ["d", "e"]) {
    assertEquals(accepts(core, id, 3, { round: 1 }).filter(({ type }) => type === "readReady"), []);
  }
  assertEquals(accepts(core, "b", 3, { round: 1 }).filter(({ type }) => type === "readReady").length, 1);
  happens(core, { type: "quorumTimeout" });
  for (const id of ["d", "e"]) accepts(core, id, 3);
  happens(core, { type: "quorumTimeout" });
  assertEquals(core.role.type, "follower");
});

Deno.test("a learner is promoted when what it lacks fits into one append, and not before it has answered", () => {
  const core = settled(["a", "b", "c"], { maxAppendEntries: 2 });
  assertEquals(asks(core, ADD_D), 3);
  for (let index = 4; index <= 6; index++) proposes(core, 1);
  agrees(core, ["b", "c"], 6);
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp", "never heard of");
  accepts(core, "d", 1);
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp");
  accepts(core, "d", 3);
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp", "three are too many");
  accepts(core, "d", 4);
  assertEquals(asks(core, PROMOTE_D), 7);
  assertEquals([membersOf(core), progressOf(core, "d").votes], [["a", "b", "c", "d"], true]);
});

Deno.test("a learner that has fallen silent is not promoted, however much it holds", () => {
  const core = settled(["a", "b", "c", "~d"]);
  happens(core, { type: "quorumTimeout" });
  for (const id of ["b", "c"]) accepts(core, id, 2);
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp");
});

Deno.test("a learner that lost its disk under this name cannot be promoted", () => {
  const core = settled(["a", "b", "c", "~d"]);
  accepts(core, "d", 2, { counts: false, incarnation: 9 });
  accepts(core, "d", 2, { counts: false, incarnation: 9 });
  assertEquals(asks(core, PROMOTE_D), "cannotVote");
});

Deno.test("a leader that removes or demotes itself leads on without counting itself, and follows once that is committed", () => {
  for (const change of [removes("a"), { type: "demote", id: "a" }] as const) {
    const core = settled(["a", "b", "c"]);
    assertEquals(asks(core, change), 3);
    assertEquals(core.role.type, "leader");
    diskCatchesUp(core);
    assertEquals(commits(accepts(core, "b", 3)), [], "one of the two that are left");
    const last = accepts(core, "c", 3);
    assertEquals(commits(last), [3]);
    assertEquals([core.role.type, core.leader, core.term], ["follower", null, 2]);
    assertEquals(last.filter(({ type }) => type === "follow").length, 1);
    const told = sent(last, "appendRequest").map(({ to, message }) => [to, message.commit]);
    assertEquals(told.slice(0, 2), [["b", 3], ["c", 3]], "the others hear that it is committed");
  }
});

Deno.test("a leader that removes itself confirms reads and its leadership by the others alone", () => {
  const core = settled(["a", "b", "c"]);
  asks(core, removes("a"));
  happens(core, { type: "read", token: 5 });
  happens(core, { type: "replicate" });
  assertEquals(accepts(core, "b", 2, { round: 1 }).filter(({ type }) => type === "readReady"), []);
  assertEquals(accepts(core, "c", 2, { round: 1 }).filter(({ type }) => type === "readReady").length, 1);
  happens(core, { type: "quorumTimeout" });
  accepts(core, "b", 2);
  happens(core, { type: "quorumTimeout" });
  assertEquals(core.role.type, "follower", "one of two is no majority");
});

Deno.test("nothing goes to a member that was removed, and its answers depose nobody", () => {
  const core = settled(["a", "b", "c"]);
  asks(core, removes("c"));
  const beat = happens(core, { type: "heartbeatTimeout" });
  assertEquals(sent(beat, "appendRequest").map(({ to }) => to), ["b"]);
  const reply = { round: 0, incarnation: 7, counts: true } as const;
  hears(core, "c", { type: "appendRejected", term: 9, prevIndex: 2, hintIndex: 0, hintTerm: 0, ...reply });
  hears(core, "c", { type: "preVoteReply", term: 9, granted: false });
  hears(core, "c", { type: "voteReply", term: 9, granted: false });
  assertEquals([core.role.type, core.term], ["leader", 2]);
});

Deno.test("a removed member that stands for election is turned away by the leader and by whoever hears it", () => {
  const leader = settled(["a", "b", "c"]);
  asks(leader, removes("c"));
  const follower = memberOf({ id: "b", members: ["a", "b"] });
  hears(follower, "a", {
    type: "appendRequest",
    term: 1,
    prevIndex: 0,
    prevTerm: 0,
    entries: [],
    commit: 0,
    round: 0,
  });
  for (const core of [leader, follower]) {
    const { term } = core;
    const question = { type: "preVoteRequest", term: 9, lastIndex: 9, lastTerm: 9 } as const;
    assertEquals(answer(hears(core, "c", question), "preVoteReply").message, {
      type: "preVoteReply",
      term,
      granted: false,
    });
    const request = { type: "voteRequest", term: 9, lastIndex: 9, lastTerm: 9 } as const;
    assertEquals(answer(hears(core, "c", request), "voteReply").message, {
      type: "voteReply",
      term,
      granted: false,
    });
    assertEquals(core.term, term);
  }
});

Deno.test("a name is for one memory: who was removed, learner or voter, is never taken in again under it", () => {
  const core = settled(["a", "b", "c", "d", "~e"]);
  asks(core, removes("d"));
  agrees(core, ["b", "c"], 3);
  asks(core, removes("e"));
  agrees(core, ["b", "c"], 4);
  assertEquals(core.membership.configuration, configurationOf("a", "b", "c", "-d", "-e"));
  for (const id of ["d", "e"]) assertEquals(asks(core, { type: "addLearner", id, address: "" }), "retired");
  // It is not forgotten by what comes later.
  asks(core, removes("c"));
  assertEquals(core.membership.configuration.retired, ["c", "d", "e"]);
});

Deno.test("a learner counts from when it knows that it is one: before that its answers say that it does not", () => {
  const core = settled(["a", "b", "c"], { maxAppendEntries: 9 });
  assertEquals(asks(core, ADD_D), 3);
  agrees(core, ["b", "c"], 3);
  accepts(core, "d", 2, { counts: false });
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp", "it lacks one entry only, but that is the one");
  accepts(core, "d", 2, { counts: true });
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp");
  accepts(core, "d", 3, { counts: true });
  assertEquals(asks(core, PROMOTE_D), 4);
  diskCatchesUp(core);
  accepts(core, "b", 4);
  assertEquals(commits(accepts(core, "d", 4)), [4]);
});

Deno.test("a learner is promoted only if it holds the last configuration, however little it lacks", () => {
  const core = settled(["a", "b", "c", "~d"]);
  accepts(core, "d", 2);
  asks(core, { type: "addLearner", id: "e", address: "" });
  agrees(core, ["b", "c"], 3);
  assertEquals([progressOf(core, "d").state.type, core.commit], ["replicate", 3]);
  assertEquals(asks(core, PROMOTE_D), "notCaughtUp");
  accepts(core, "d", 3);
  assertEquals(asks(core, PROMOTE_D), 4);
});

Deno.test("a learner that lost its memory is what it says that it is: it may be promoted once it holds everything anew", () => {
  const core = settled(["a", "b", "c", "~d"]);
  accepts(core, "d", 2, { incarnation: 8 });
  assertEquals([progressOf(core, "d").match, progressOf(core, "d").counts], [2, true]);
  accepts(core, "d", 0, { incarnation: 9, counts: false });
  assertEquals([progressOf(core, "d").match, progressOf(core, "d").counts], [0, false]);
  accepts(core, "d", 2, { incarnation: 9 });
  assertEquals(asks(core, PROMOTE_D), 3);
});

Deno.test("a voter whose memory changes in office is not counted, nor after it was promoted with another", () => {
  const core = settled(["a", "b", "c", "~d"], { maxAppendEntries: 1 });
  assertEquals(asks(core, PROMOTE_D), 3);
  diskCatchesUp(core);
  accepts(core, "b", 3);
  assertEquals(
    commits(accepts(core, "d", 3, { incarnation: 8 })),
    [],
    "the memory that was promoted was another",
  );
  assertEquals(commits(accepts(core, "c", 3)), [3]);
});
