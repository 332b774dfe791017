import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { configurationOf, leaderOf, leadership, memberOf, progressOf } from "../../tests/raft/core.ts";
import { checkInvariants, InvariantError } from "./invariants.ts";
import { createProgress } from "./progress.ts";
import type { Core } from "./state.ts";

const SNAPSHOT = { index: 2, term: 1, configuration: null, data: new Uint8Array(1) };

for (
  const [broken, law, breaks] of [
    ["a commit index below the snapshot", "offset <= commit <= last", (core: Core) => void (core.commit = 1)],
    ["a commit index beyond the end", "offset <= commit <= last", (core: Core) => void (core.commit = 6)],
    ["more on the disk than there is", "flushed <= last", (core: Core) => void (core.log.flushed = 6)],
    ["a write stored before it was asked for", "only issued writes can be flushed", (core: Core) => {
      core.flushedSequence = core.nextSequence;
    }],
    [
      "another term at the cut than the snapshot's",
      "the log starts where the snapshot ends",
      (core: Core) => {
        core.log.offsetTerm = 2;
      },
    ],
    ["a log that was cut without a snapshot", "the log starts where the snapshot ends", (core: Core) => {
      core.snapshot = null;
    }],
    [
      "an entry of the future",
      "no entry is of a later term than the node",
      (core: Core) => void (core.term = 2),
    ],
    ["a term that falls", "terms never fall along the log", (core: Core) => {
      core.log.entries[1] = { ...core.log.entries[1], term: 4 };
    }],
    ["a negative budget", "the byte budget is never overdrawn", (core: Core) => {
      leadership(core).uncommittedBytes = -1;
    }],
    ["a follower that is sent what it holds", "match < next", (core: Core) => {
      progressOf(core, "b").match = progressOf(core, "b").next;
    }],
    ["a follower ahead of its leader", "a follower holds no more of this log than there is", (core: Core) => {
      Object.assign(progressOf(core, "b"), { match: 6, next: 7 });
    }],
  ] as const
) {
  Deno.test(`${broken} breaks the law "${law}"`, () => {
    // In term 4, with entries 3 to 5 behind the snapshot.
    const core = leaderOf({ term: 3, log: [1, 3, 3], snapshot: SNAPSHOT });
    checkInvariants(core);
    breaks(core);
    assertThrows(() => checkInvariants(core), InvariantError, law);
  });
}

Deno.test("an amnesiac that has voted or stands is seen", () => {
  const voted = memberOf({ standing: "amnesiac" });
  checkInvariants(voted);
  voted.vote = "b";
  assertThrows(() => checkInvariants(voted), InvariantError, "an amnesiac neither votes nor stands");
  const stands = memberOf({ standing: "amnesiac" });
  stands.role = { type: "preCandidate", granted: new Set() };
  assertThrows(() => checkInvariants(stands), InvariantError, "an amnesiac neither votes nor stands");
});

Deno.test("a broken law says which node stood where, and what to do", () => {
  const core = memberOf({ term: 3, log: [1, 3], snapshot: SNAPSHOT });
  core.commit = 9;
  const { message, code } = assertThrows(() => checkInvariants(core), InvariantError);
  assertEquals(code, "invariant");
  assertStringIncludes(message, 'node "a"');
  assertStringIncludes(message, "(term 3, follower, log 2..4, commit 9, flushed 4); stop the node");
});

Deno.test("a configuration in effect that is not the one in the log, or is behind its end, is a broken law", () => {
  const configurations = new Map([[1, configurationOf("a", "b")]]);
  const core = memberOf({ log: [1], configurations });
  checkInvariants(core);
  const { membership } = core;
  for (const wrong of [{ index: 2 }, { configuration: configurationOf("a", "b") }]) {
    core.membership = { ...membership, ...wrong };
    assertThrows(() => checkInvariants(core), InvariantError);
  }
  const restored = memberOf({ snapshot: { ...SNAPSHOT, configuration: configurationOf("a", "b") } });
  restored.membership = memberOf().membership;
  assertThrows(
    () => checkInvariants(restored),
    InvariantError,
    "what the snapshot says of the members holds",
  );
});

Deno.test("a leader that follows one member too few, or one too many, is a broken law", () => {
  for (const change of ["less", "more"]) {
    const core = leaderOf();
    if (change === "less") leadership(core).progress.delete("b");
    else leadership(core).progress.set("z", createProgress(1));
    assertThrows(() => checkInvariants(core), InvariantError, "all other members");
  }
});
