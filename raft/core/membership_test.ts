import { assertEquals } from "@std/assert";
import {
  accepts,
  answer,
  configurationEntry,
  configurationOf,
  diskCatchesUp,
  entriesOf,
  happens,
  hears,
  leaderOf,
  leadership,
  memberOf,
  membersOf,
  proposes,
  sent,
} from "../../tests/raft/core.ts";
import type { Entry } from "../types.ts";
import type { Core } from "./state.ts";

const FOUR = configurationOf("a", "b", "c", "d");

/** The leader b of `term` sends `entries` behind `prevIndex`. */
function append(
  core: Core,
  term: number,
  [prevIndex, prevTerm]: readonly [number, number],
  entries: readonly Entry[],
) {
  return hears(core, "b", {
    type: "appendRequest",
    term,
    prevIndex,
    prevTerm,
    entries,
    commit: 0,
    round: 0,
  });
}

function chunk(core: Core, lastIndex: number, names: readonly string[] | null) {
  return hears(core, "b", {
    type: "snapshotRequest",
    term: core.term,
    lastIndex,
    lastTerm: 1,
    configuration: names === null ? null : configurationOf(...names),
    offset: 0,
    sizeBytes: 1,
    data: new Uint8Array(1),
    round: 0,
  });
}

function timesOut(core: Core) {
  return happens(core, { type: "electionTimeout" });
}

function askedForVotes(core: Core): string[] {
  return sent(timesOut(core), "preVoteRequest").map(({ to }) => to);
}

Deno.test("the founding members hold until the log says otherwise, and what the log says holds from the moment it is there", () => {
  const core = memberOf();
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "c"], 0]);
  const effects = append(core, 1, [0, 0], [configurationEntry(1, "a", "b", "c", "d", "e")]);
  assertEquals([membersOf(core), core.membership.index, core.commit], [["a", "b", "c", "d", "e"], 1, 0]);
  const told = effects.filter((effect) => effect.type === "configuration");
  assertEquals(told.length, 1, "the driver hears of it once");
  assertEquals(append(core, 1, [1, 1], []).filter(({ type }) => type === "configuration"), []);
  // Not committed here, and yet it decides whom to ask and how many have to agree: 3 of 5.
  assertEquals(askedForVotes(core), ["b", "c", "d", "e"]);
  hears(core, "b", { type: "preVoteReply", term: 2, granted: true });
  assertEquals(core.role.type, "preCandidate");
  hears(core, "d", { type: "preVoteReply", term: 2, granted: true });
  assertEquals(core.role.type, "candidate");
});

Deno.test("of two configurations in one append the last is in effect, and a later append without one leaves it", () => {
  const core = memberOf();
  append(core, 1, [0, 0], [configurationEntry(1, "a", "b"), configurationEntry(1, "a", "b", "~d")]);
  append(core, 1, [2, 1], [{ term: 1, command: new Uint8Array(1) }]);
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "~d"], 2]);
});

Deno.test("a log that is cut goes back to the configuration before: of the log, of the snapshot, or the founding members", () => {
  const cut = {
    type: "appendRequest",
    term: 3,
    commit: 0,
    round: 0,
    entries: [{ term: 3, command: new Uint8Array(1) }],
  } as const;
  const configurations = new Map([[2, FOUR], [4, configurationOf("a", "b", "d")]]);
  const core = memberOf({ term: 2, log: [1, 1, 1, 2], configurations });
  assertEquals(membersOf(core), ["a", "b", "d"]);
  const back = hears(core, "b", { ...cut, prevIndex: 3, prevTerm: 1 });
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "c", "d"], 2]);
  assertEquals(
    back.filter(({ type }) => type === "configuration").length,
    1,
    "the transport hears of it, too",
  );
  hears(core, "c", { ...cut, term: 4, prevIndex: 1, prevTerm: 1 });
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "c"], 0]);

  const snapshot = { index: 3, term: 1, configuration: configurationOf("a", "b"), data: new Uint8Array(1) };
  const restarted = memberOf({ term: 2, log: [2], configurations: new Map([[4, FOUR]]), snapshot });
  assertEquals(membersOf(restarted), ["a", "b", "c", "d"]);
  hears(restarted, "b", { ...cut, prevIndex: 3, prevTerm: 1 });
  assertEquals([membersOf(restarted), restarted.membership.index], [["a", "b"], 3]);
});

Deno.test("a log that is cut behind the configuration keeps it", () => {
  const core = memberOf({ term: 2, log: [1, 1, 2], configurations: new Map([[2, FOUR]]) });
  append(core, 3, [2, 1], [{ term: 3, command: new Uint8Array(1) }]);
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "c", "d"], 2]);
});

Deno.test("a snapshot holds the configuration at its end, not the one in effect, and null for the founding members", () => {
  const configurations = new Map([[2, configurationOf("a", "b")], [4, configurationOf("a", "b", "~d")]]);
  for (
    const [index, names] of [[1, null], [2, ["a", "b"]], [3, ["a", "b"]], [4, ["a", "b", "~d"]]] as const
  ) {
    const core = memberOf({ term: 1, log: [1, 1, 1, 1], configurations });
    hears(core, "b", {
      type: "appendRequest",
      term: 1,
      prevIndex: 4,
      prevTerm: 1,
      entries: [],
      commit: 4,
      round: 0,
    });
    const effects = happens(core, { type: "compact", index, data: new Uint8Array(1) });
    const expected = names === null ? null : configurationOf(...names);
    assertEquals(core.snapshot?.configuration, expected, `up to ${index}`);
    assertEquals(
      effects.flatMap((one) => one.type === "persist" ? [one.write.snapshot?.configuration] : []),
      [expected],
    );
    assertEquals(membersOf(core), ["a", "b", "~d"], "what is in effect does not change by that");
    diskCatchesUp(core);
    assertEquals(core.snapshot?.configuration, expected, "nor is it lost with the bytes");
  }
});

Deno.test("a second snapshot of a log without configurations hands on what the first held", () => {
  const snapshot = { index: 3, term: 1, configuration: FOUR, data: new Uint8Array(1) };
  const core = leaderOf({ term: 1, log: [1], snapshot });
  proposes(core, 1);
  diskCatchesUp(core);
  accepts(core, "b", 5);
  accepts(core, "c", 5);
  happens(core, { type: "compact", index: 5, data: new Uint8Array(1) });
  assertEquals(core.snapshot?.configuration, FOUR);
});

Deno.test("a snapshot that arrives brings its configuration, unless a later one is in the tail that stays", () => {
  const core = memberOf();
  const effects = chunk(core, 5, ["a", "b", "d"]);
  assertEquals([membersOf(core), core.membership.index], [["a", "b", "d"], 5]);
  assertEquals(effects.filter(({ type }) => type === "configuration").length, 1);

  const ahead = memberOf({ log: [1, 1, 1], configurations: new Map([[3, FOUR]]) });
  chunk(ahead, 2, ["a", "b"]);
  assertEquals([membersOf(ahead), ahead.log.offset], [["a", "b", "c", "d"], 2]);

  const other = memberOf({ term: 2, log: [2, 2, 2], configurations: new Map([[3, FOUR]]) });
  chunk(other, 2, null);
  assertEquals(
    [membersOf(other), other.log.entries.length],
    [["a", "b", "c"], 0],
    "its tail was another leader's",
  );
});

Deno.test("a snapshot is sent with its configuration", () => {
  const snapshot = { index: 3, term: 1, configuration: FOUR, data: new Uint8Array(1) };
  const core = leaderOf({ term: 1, snapshot });
  const effects = hears(core, "d", {
    type: "appendRejected",
    term: core.term,
    prevIndex: 3,
    hintIndex: 0,
    hintTerm: 0,
    round: 0,
    incarnation: 7,
    counts: true,
  });
  assertEquals(effects.filter(({ type }) => type === "readSnapshot").length, 1);
  const read = { type: "snapshotRead", to: "d", index: 3, offset: 0, data: new Uint8Array(1) } as const;
  const [{ message }] = sent(happens(core, read), "snapshotRequest");
  assertEquals(message.configuration, FOUR);
});

Deno.test("a learner and a removed member never stand, and each gives its vote by the rules", () => {
  const settings = [
    memberOf({ id: "d", log: [1], configurations: new Map([[1, configurationOf("a", "b", "c", "~d")]]) }),
    memberOf({
      id: "c",
      snapshot: { index: 1, term: 1, configuration: configurationOf("a", "b"), data: new Uint8Array(1) },
    }),
  ];
  for (const core of settings) {
    assertEquals(timesOut(core), [{ type: "armElection" }]);
    assertEquals([core.role.type, core.term], ["follower", 1]);
    // The others may have made a voter of it, and it would be the last to hear of that.
    const question = { type: "preVoteRequest", term: 2, lastIndex: 9, lastTerm: 1 } as const;
    assertEquals(answer(hears(core, "a", question), "preVoteReply").message.granted, true);
    const request = { type: "voteRequest", term: 2, lastIndex: 9, lastTerm: 1 } as const;
    assertEquals(answer(hears(core, "a", request), "voteReply").message.granted, true);
  }
});

Deno.test("a learner and a removed member that no longer hear from a leader send nobody to it", () => {
  const learner = memberOf({
    id: "d",
    log: [1],
    configurations: new Map([[1, configurationOf("a", "b", "c", "~d")]]),
  });
  const removed = memberOf({
    id: "c",
    snapshot: { index: 1, term: 1, configuration: configurationOf("a", "b"), data: new Uint8Array(1) },
  });
  for (const core of [learner, removed]) {
    append(core, 1, [1, 1], []);
    assertEquals([core.leader, core.leaderFresh], ["b", true]);
    timesOut(core);
    assertEquals([core.leader, core.leaderFresh], [null, false]);
  }
});

Deno.test("a node that nobody took in yet stands for nothing, votes for nobody, and says that it does not count", () => {
  const core = memberOf({ id: "d", members: [] });
  const question = { type: "preVoteRequest", term: 2, lastIndex: 9, lastTerm: 1 } as const;
  const request = { type: "voteRequest", term: 2, lastIndex: 9, lastTerm: 1 } as const;
  const refuses = () => {
    assertEquals(timesOut(core), [{ type: "armElection" }]);
    assertEquals(answer(hears(core, "a", question), "preVoteReply").message.granted, false);
    assertEquals(answer(hears(core, "a", request), "voteReply").message.granted, false);
  };
  refuses();
  assertEquals(answer(append(core, 2, [0, 0], entriesOf(1)), "appendAccepted").message.counts, false);
  // A leader that does not know yet that this name was removed takes it for the voter that it was.
  const stale = append(core, 2, [1, 1], [configurationEntry(1, "a", "b", "c", "d")]);
  assertEquals(answer(stale, "appendAccepted").message.counts, false);
  refuses();
  const known = append(core, 3, [1, 1], [configurationEntry(3, "a", "b", "c", "~d")]);
  assertEquals(answer(known, "appendAccepted").message.counts, true);
  const later = { ...request, term: 4, lastTerm: 4 };
  happens(core, { type: "leaderQuiet" });
  assertEquals(answer(hears(core, "a", later), "voteReply").message.granted, true);
});

Deno.test("whether a node was taken in it finds on its disk: founder, learner first, or a snapshot that says who belongs", () => {
  const snapshot = { index: 1, term: 1, configuration: configurationOf("a", "d"), data: new Uint8Array(1) };
  for (
    const [joined, setting] of [
      [false, {}],
      [false, { log: [1] }],
      [false, { log: [1], configurations: new Map([[1, configurationOf("a", "d")]]) }],
      [false, { log: [1], configurations: new Map([[1, configurationOf("a", "~e")]]) }],
      [true, { log: [1], configurations: new Map([[1, configurationOf("a", "~d")]]) }],
      [true, {
        log: [1, 1],
        configurations: new Map([[1, configurationOf("a", "~d")], [2, configurationOf("a", "d")]]),
      }],
      [true, { snapshot }],
      [true, { id: "a", members: ["a"] }],
    ] as const
  ) {
    assertEquals(memberOf({ id: "d", members: [], ...setting }).joined, joined, JSON.stringify(setting));
  }
});

Deno.test("a snapshot that names a newcomer as a learner takes it in", () => {
  const core = memberOf({ id: "d", members: [] });
  assertEquals(answer(chunk(core, 5, ["a", "b", "~d"]), "snapshotReply").message.counts, true);
  const other = memberOf({ id: "d", members: [] });
  assertEquals(answer(chunk(other, 5, ["a", "b", "d"]), "snapshotReply").message.counts, false);
});

Deno.test("a node without founding members follows whoever leads, and stands once the log says that it is a voter", () => {
  const core = memberOf({ id: "d", members: [] });
  const entries = [configurationEntry(1, "a", "b", "c", "~d")];
  assertEquals(answer(append(core, 1, [0, 0], entries), "appendAccepted").message.matchIndex, 1);
  assertEquals(askedForVotes(core), []);
  append(core, 1, [1, 1], [configurationEntry(1, "a", "b", "c", "d")]);
  assertEquals(askedForVotes(core), ["a", "b", "c"]);
});

Deno.test("who is removed or demoted by an entry that may yet be lost stands all the same, without its own vote", () => {
  for (const names of [["b", "c"], ["~a", "b", "c"]]) {
    const core = memberOf({ log: [1], configurations: new Map([[1, configurationOf(...names)]]) });
    // Were it alone with the entry, nobody else could win (dissertation figure 4.6).
    assertEquals(askedForVotes(core), ["b", "c"]);
    hears(core, "b", { type: "preVoteReply", term: 2, granted: true });
    assertEquals(core.role.type, "preCandidate", "one of two is no majority");
    hears(core, "c", { type: "preVoteReply", term: 2, granted: true });
    diskCatchesUp(core);
    hears(core, "b", { type: "voteReply", term: 2, granted: true });
    assertEquals(core.role.type, "candidate");
    hears(core, "c", { type: "voteReply", term: 2, granted: true });
    assertEquals([core.role.type, leadership(core).progress.size], ["leader", 2]);
    // Once it is committed its work is done.
    proposes(core, 1);
    diskCatchesUp(core);
    accepts(core, "b", 2);
    assertEquals(core.role.type, "leader", "its own disk does not count");
    accepts(core, "c", 2);
    assertEquals(core.role.type, "follower");
    assertEquals(askedForVotes(core), []);
  }
});

Deno.test("a candidate counts the voters of its own configuration only: neither learners nor strangers", () => {
  const configurations = new Map([[1, configurationOf("a", "b", "c", "~d")]]);
  const core = memberOf({ log: [1], configurations, preVote: false });
  const asked = sent(timesOut(core), "voteRequest").map(({ to }) => to);
  assertEquals(asked, ["b", "c"]);
  diskCatchesUp(core);
  for (const from of ["d", "z"]) hears(core, from, { type: "voteReply", term: 2, granted: true });
  assertEquals(core.role.type, "candidate");
  const asking = memberOf({ log: [1], configurations });
  timesOut(asking);
  for (const from of ["d", "z"]) hears(asking, from, { type: "preVoteReply", term: 2, granted: true });
  assertEquals(asking.role.type, "preCandidate");
});
