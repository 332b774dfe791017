import { assertEquals } from "@std/assert";
import { becomeLeader } from "../../raft/core/roles.ts";
import type { Recovered } from "../../raft/storage.ts";
import type { Message } from "../../raft/message.ts";
import type { Entry } from "../../raft/types.ts";
import type { Deed, Outcome } from "./deeds.ts";
import { firstHistory, type History, type LawName, witness } from "./history.ts";
import { breachesOfDeed, breachesOfDisks, breachOfLeader, breachOfPair } from "./laws.ts";
import { bootNode, configsOf, EMPTY_DISK, type NodeState } from "./node.ts";
import { type Scope, scopeNamed } from "./scope.ts";

const SCOPE = scopeNamed("full") as Scope;
const CONFIGS = configsOf(SCOPE);

function log(...terms: number[]): Entry[] {
  return terms.map((term, at) => ({ term, command: new Uint8Array([10 * term + at]) }));
}

function disk(term: number, entries: Entry[], vote: string | null = null): Recovered {
  return { ...EMPTY_DISK, hardState: { term, vote }, entries };
}

function node(number: number, image: Recovered): NodeState {
  return bootNode(CONFIGS[number], image);
}

function leading(number: number, image: Recovered): NodeState {
  const made = node(number, image);
  becomeLeader(made.core, []);
  return made;
}

function committed(entries: Entry[], committedIn: number): History {
  return { ...firstHistory(SCOPE), committed: entries.map((entry) => ({ entry, committedIn })) };
}

function outcome(after: NodeState, ...messages: Message[]): Outcome {
  return {
    node: after,
    sent: messages.map((message) => ({ from: 0, to: 1, message })),
    ready: [],
    early: false,
  };
}

function lawsOf(before: NodeState, after: NodeState, deed: Deed, ...messages: Message[]): LawName[] {
  return breachesOfDeed(before, deed, outcome(after, ...messages)).map(({ law }) => law);
}

const HEARD: Deed = { kind: "timeout" };
const CRASH: Deed = { kind: "crash", kept: 0 };

Deno.test("monotone: a term, a vote or a commit index that goes back is caught, but not by a crash of memory", () => {
  const voted = node(0, disk(2, [], "B"));
  assertEquals(lawsOf(voted, node(0, disk(1, [])), HEARD), ["monotone"]);
  assertEquals(lawsOf(voted, node(0, disk(2, [], "C")), HEARD), ["monotone"]);
  assertEquals(lawsOf(voted, node(0, disk(3, [], "C")), HEARD), []);
  const behind = node(0, disk(1, log(1)));
  const ahead = node(0, disk(1, log(1)));
  ahead.core.commit = 1;
  assertEquals(lawsOf(ahead, behind, HEARD), ["monotone"]);
  assertEquals(lawsOf(ahead, behind, CRASH), []);
});

Deno.test("leader-append-only: a leader that loses or replaces an entry within its term is caught", () => {
  const before = leading(0, disk(2, log(1, 2), "A"));
  assertEquals(lawsOf(before, leading(0, disk(2, log(1), "A")), HEARD), ["leader-append-only"]);
  assertEquals(lawsOf(before, leading(0, disk(2, log(1, 1), "A")), HEARD), ["leader-append-only"]);
  assertEquals(lawsOf(before, leading(0, disk(2, log(1, 2, 2), "A")), HEARD), []);
});

Deno.test("durable-before-visible: a term, vote, acknowledgement or snapshot that is not on the disk is caught", () => {
  const here = node(0, disk(2, log(1), "B"));
  const reply = { round: 0, incarnation: 1, counts: true };
  const early = (message: Message) => lawsOf(here, here, HEARD, message).includes("durable-before-visible");
  assertEquals(early({ type: "voteReply", term: 2, granted: true }), false);
  assertEquals(early({ type: "voteReply", term: 3, granted: true }), true);
  assertEquals(early({ type: "voteReply", term: 3, granted: false }), true);
  assertEquals(early({ type: "voteRequest", term: 3, lastIndex: 1, lastTerm: 1 }), true);
  assertEquals(early({ type: "appendAccepted", term: 2, matchIndex: 1, ...reply }), false);
  assertEquals(early({ type: "appendAccepted", term: 2, matchIndex: 2, ...reply }), true);
  assertEquals(
    early({ type: "snapshotReply", term: 2, lastIndex: 2, nextOffset: 1, done: true, ...reply }),
    true,
  );
  assertEquals(early({ type: "preVoteRequest", term: 3, lastIndex: 1, lastTerm: 1 }), false);
  const others = node(0, disk(2, [], "C"));
  const given = outcome(others, { type: "voteReply", term: 2, granted: true });
  assertEquals(breachesOfDeed(others, HEARD, given).map(({ law }) => law), ["durable-before-visible"]);
});

Deno.test("election-safety: a second leader of a term is caught, a second term's is not", () => {
  const first = witness(firstHistory(SCOPE), leading(0, disk(1, [])), []);
  assertEquals(first.breaches, []);
  assertEquals(first.history.leaders, [-1, 0, -1, -1]);
  assertEquals(witness(first.history, leading(1, disk(2, [])), []).breaches, []);
  const second = witness(first.history, leading(1, disk(1, [])), []);
  assertEquals(second.breaches.map(({ law }) => law), ["election-safety"]);
});

Deno.test("state-machine-safety: another entry where one is committed is caught", () => {
  const one = node(0, disk(1, log(1)));
  one.core.commit = 1;
  const { history } = witness(firstHistory(SCOPE), one, []);
  assertEquals(history.committed, [{ entry: log(1)[0], committedIn: 1 }]);
  const other = node(1, disk(2, log(2)));
  other.core.commit = 1;
  assertEquals(witness(history, other, []).breaches.map(({ law }) => law), ["state-machine-safety"]);
});

Deno.test("linearizable-read: an answer as of before what was committed when it was asked is caught", () => {
  const history = { ...committed(log(1), 1), asked: 1, floors: [1] };
  const one = leading(0, disk(1, log(1)));
  assertEquals(witness(history, one, [{ token: 1, index: 1 }]).breaches, []);
  const stale = witness(history, one, [{ token: 1, index: 0 }]);
  assertEquals(stale.breaches.map(({ law }) => law), ["linearizable-read"]);
});

Deno.test("log-matching: logs that agree further up and differ below are caught", () => {
  const left = node(0, disk(2, log(1, 2)));
  assertEquals(breachOfPair(left, node(1, disk(2, log(1, 2)))), null);
  assertEquals(breachOfPair(left, node(1, disk(2, log(1, 1)))), null);
  const forged = [{ term: 1, command: new Uint8Array([99]) }, log(1, 2)[1]];
  assertEquals(breachOfPair(left, node(1, disk(2, forged)))?.law, "log-matching");
  assertEquals(breachOfPair(left, node(1, disk(2, log(2, 2))))?.law, "log-matching");
});

Deno.test("leader-completeness: a later leader without a committed entry is caught, an earlier one is not", () => {
  const { committed: entries } = committed(log(1), 2);
  assertEquals(breachOfLeader(leading(0, disk(3, log(2))), entries)?.law, "leader-completeness");
  assertEquals(breachOfLeader(leading(0, disk(3, log(1))), entries), null);
  assertEquals(breachOfLeader(leading(0, disk(2, log(2))), entries), null);
});

Deno.test("committed-on-quorum and predictive-commit: an entry on one disk of three is caught, on two it is not", () => {
  const laws = (...disks: Recovered[]) =>
    breachesOfDisks(disks.map((image, at) => node(at, image)), committed(log(1), 1)).map(({ law }) => law);
  assertEquals(laws(disk(1, log(1)), disk(1, log(1)), disk(1, [])), []);
  assertEquals(laws(disk(1, log(1)), disk(1, []), disk(1, [])), [
    "committed-on-quorum",
    "predictive-commit",
    "predictive-commit",
  ]);
});

Deno.test("predictive-commit: figure 8 is foreseen, an older term's entry on two disks and a later one on the third", () => {
  const nodes = [node(0, disk(3, log(1))), node(1, disk(3, log(1))), node(2, disk(3, log(2)))];
  const [breach] = breachesOfDisks(nodes, committed(log(1), 3));
  assertEquals([breach.law, breach.node], ["predictive-commit", 2]);
  // With an entry of the leader's own term behind it, it is safe.
  const own = [node(0, disk(3, log(1, 3))), node(1, disk(3, log(1, 3))), node(2, disk(3, log(2)))];
  assertEquals(breachesOfDisks(own, committed(log(1), 3)), []);
});
