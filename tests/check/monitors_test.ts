import { assertEquals } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { DEFAULT_LIMITS, type Message, type Recovered } from "../../raft/mod.ts";
import { checkVisible } from "./durable_before_visible.ts";
import { checkCommit } from "./predictive_commit.ts";
import { StableState } from "./stable_state.ts";
import type { Violation } from "./violation.ts";

function stateOf(
  term: number,
  vote: string | null,
  terms: readonly number[],
  standing: Recovered["standing"],
) {
  const recovered: Recovered = {
    hardState: { term, vote },
    snapshot: null,
    entries: terms.map((one) => ({ term: one, command: new Uint8Array() })),
    incarnation: 1,
    standing,
  };
  const stable = new StableState();
  stable.become(recovered);
  return { stable, recovered };
}

const CONFIG = {
  id: "a",
  members: ["a", "b", "c"],
  preVote: true,
  checkQuorum: true,
  limits: DEFAULT_LIMITS,
};

/** What a node says whose disk is in term 3, has voted for b and holds entries of terms 1, 1, 2. */
function says(message: Message, standing: Recovered["standing"] = "voter"): number {
  const { stable, recovered } = stateOf(3, "b", [1, 1, 2], standing);
  const core = createCore(CONFIG, recovered);
  core.log.entries.push({ term: 3, command: new Uint8Array() });
  const broken: Violation[] = [];
  checkVisible({ name: "a", stable, core }, "b", message, (violation) => broken.push(violation));
  return broken.length;
}

const STANDING = { round: 0, incarnation: 1, counts: true };

Deno.test("a node may say what its disk vouches for, and nothing more", () => {
  const last = { lastIndex: 3, lastTerm: 2 };
  const accepted = { type: "appendAccepted", ...STANDING } as const;
  const cases: [Message, number][] = [
    [{ type: "preVoteRequest", term: 4, ...last }, 0],
    [{ type: "preVoteRequest", term: 5, ...last }, 1],
    [{ type: "preVoteReply", term: 4, granted: true }, 0],
    [{ type: "preVoteReply", term: 4, granted: false }, 1],
    [{ type: "voteRequest", term: 3, ...last }, 1],
    [{ type: "voteRequest", term: 4, ...last }, 1],
    [{ type: "voteReply", term: 3, granted: true }, 0],
    [{ type: "voteReply", term: 4, granted: true }, 1],
    [{ type: "voteReply", term: 4, granted: false }, 1],
    [{ ...accepted, term: 3, matchIndex: 3 }, 0],
    [{ ...accepted, term: 3, matchIndex: 4 }, 1],
    [{ ...accepted, term: 4, matchIndex: 0 }, 1],
    [{ type: "snapshotReply", term: 3, lastIndex: 3, nextOffset: 0, done: true, ...STANDING }, 0],
    [{ type: "snapshotReply", term: 3, lastIndex: 9, nextOffset: 0, done: true, ...STANDING }, 1],
    [{ type: "snapshotReply", term: 3, lastIndex: 9, nextOffset: 5, done: false, ...STANDING }, 0],
  ];
  for (const [message, expected] of cases) assertEquals(says(message), expected, JSON.stringify(message));
});

Deno.test("a node that lost its disk may not give its vote", () => {
  assertEquals(says({ type: "voteReply", term: 3, granted: true }, "amnesiac"), 1);
});

const FOUNDERS = ["n0", "n1", "n2", "n3", "n4"];

function commits(
  disks: readonly (readonly number[])[],
  index: number,
  term: number,
  amnesiacs: readonly number[] = [],
) {
  const members = disks.map((terms, at) => ({
    name: `n${at}`,
    stable: stateOf(9, null, terms, amnesiacs.includes(at) ? "amnesiac" : "voter").stable,
    founders: FOUNDERS.slice(0, disks.length),
  }));
  const broken: Violation[] = [];
  checkCommit("n0", members, index, term, (violation) => broken.push(violation));
  return broken.length;
}

/** A disk whose log ends with a change to these voters. */
function changedTo(voters: readonly string[]): StableState {
  const { stable } = stateOf(9, null, [1], "voter");
  const members = voters.map((id) => ({ id, role: "voter", address: "" } as const));
  stable.apply({
    sequence: 1,
    term: 9,
    vote: null,
    firstIndex: 2,
    entries: [{ term: 2, command: new Uint8Array(), configuration: { members, retired: [] } }],
    snapshot: null,
  });
  return stable;
}

Deno.test("a candidate is judged by the voters that its own disk names, and by who would vote for it", () => {
  const founders = FOUNDERS.slice(0, 3);
  const short = () => stateOf(9, null, [1], "voter").stable;
  const judge = (stables: readonly StableState[], started = stables.map(() => founders)): number => {
    const broken: Violation[] = [];
    const electors = stables.map((stable, at) => ({ name: `n${at}`, stable, founders: started[at] }));
    checkCommit("n0", electors, 3, 2, (violation) => broken.push(violation));
    return broken.length;
  };
  const long = () => {
    const stable = changedTo(["n0", "n1"]);
    stable.apply({
      sequence: 2,
      term: 9,
      vote: null,
      firstIndex: 3,
      entries: [{ term: 2, command: new Uint8Array() }],
      snapshot: null,
    });
    return stable;
  };
  assertEquals(
    judge([long(), long(), short()]),
    0,
    "n2 was removed: it asks for two votes of three and gets one",
  );
  assertEquals(
    judge([long(), short(), short()]),
    1,
    "n1 and n2 elect one of them by the founders' configuration",
  );
  assertEquals(
    judge([long(), long(), changedTo(["n2"])]),
    1,
    "n2 alone elects itself by its own configuration",
  );
  assertEquals(
    judge([long(), long(), changedTo(["n1", "n0"])]),
    0,
    "n2 may stand once more and is given no vote",
  );
  assertEquals(
    judge([long(), long(), short(), short()], [founders, founders, founders, []]),
    0,
    "n3 joins, and cannot stand",
  );
});

Deno.test("whoever came up empty and without founders elects nobody before it was a learner, and may do so after it", () => {
  const config = (role: "voter" | "learner" | "none") => {
    const members = ["n0", ...role === "none" ? [] : ["n1", "n2"]].map((id) => (
      { id, role: role === "learner" && id !== "n0" ? "learner" : "voter", address: "" } as const
    ));
    return { term: 1, command: new Uint8Array(), configuration: { members, retired: [] } };
  };
  const judge = (roles: readonly ("voter" | "learner" | "none")[], founders: readonly string[]): number => {
    const broken: Violation[] = [];
    const electors = ["n0", "n1", "n2"].map((name) => {
      const { stable } = stateOf(9, null, [], "voter");
      const entries = roles.map(config);
      stable.apply({ sequence: 1, term: 9, vote: null, firstIndex: 1, entries, snapshot: null });
      return { name, stable, founders: name === "n0" ? ["n0", "n1", "n2"] : founders };
    });
    checkCommit("n0", electors, 3, 2, (violation) => broken.push(violation));
    return broken.length;
  };
  assertEquals(judge(["voter"], ["n0", "n1", "n2"]), 1, "founders elect each other");
  assertEquals(judge(["voter"], []), 0, "two that were removed and lost their disks");
  assertEquals(judge(["none", "voter"], []), 0, "what does not name them says nothing");
  assertEquals(judge(["learner", "voter"], []), 1, "who was promoted votes");
});

Deno.test("a commit is right exactly when nobody without the entry could still be elected", () => {
  assertEquals(commits([[1, 1], [1, 1], [1]], 2, 1), 0, "two of three hold it");
  assertEquals(commits([[1, 1], [1], [1]], 2, 1), 1, "one of three holds it");
  assertEquals(
    commits([[1, 2], [1, 2], [1, 3]], 2, 2),
    1,
    "figure 8: the third would be elected with its later term",
  );
  assertEquals(
    commits([[1, 2, 4], [1, 2, 4], [1, 3]], 3, 4),
    0,
    "figure 8: an entry of the own term ends it",
  );
  assertEquals(commits([[1, 1], [1, 1], []], 2, 1, [1]), 0, "a holder that lost its vote elects nobody else");
});
