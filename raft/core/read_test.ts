import { assertEquals } from "@std/assert";
import {
  accepts,
  diskCatchesUp,
  happens,
  leaderOf,
  leadership,
  memberOf,
  proposes,
  sent,
} from "../../tests/raft/core.ts";
import type { Effect } from "../effect.ts";
import type { Core } from "./state.ts";

/** The reads that are answered by `effects`: token and index, or token and "failed". */
function answered(effects: readonly Effect[]): [token: number, index: number | "failed"][] {
  return effects.flatMap((effect): [number, number | "failed"][] => {
    if (effect.type === "readReady") return [[effect.token, effect.index]];
    return effect.type === "readFailed" ? [[effect.token, "failed"]] : [];
  });
}

/** A read arrives and its turn ends. */
function reads(core: Core, ...tokens: number[]): Effect[] {
  const effects = tokens.flatMap((token) => happens(core, { type: "read", token }));
  return [...effects, ...happens(core, { type: "replicate" })];
}

/** A leader that has committed one entry of its own. */
function settled(members = ["a", "b", "c"]): Core {
  const core = leaderOf({ members });
  proposes(core, 1);
  diskCatchesUp(core);
  for (const from of members) if (core.commit === 0) accepts(core, from, 1);
  return core;
}

Deno.test("whoever does not lead answers no read", () => {
  assertEquals(answered(reads(memberOf(), 1)), [[1, "failed"]]);
});

Deno.test("a leader answers a read at its commit index, once a majority answered what it sent after the read", () => {
  const core = settled();
  const effects = reads(core, 1);
  assertEquals(answered(effects), [], "it may have been replaced without knowing it");
  assertEquals(sent(effects, "appendRequest").map(({ to, message }) => [to, message.round]), [
    ["b", 1],
    ["c", 1],
  ]);
  assertEquals(answered(accepts(core, "c", 1, { round: 1 })), [[1, 1]]);
  assertEquals(leadership(core).reads, []);
});

Deno.test("in a cluster of five one answer is not enough, and the same one twice is one", () => {
  const core = settled(["a", "b", "c", "d", "e"]);
  reads(core, 1);
  assertEquals(answered(accepts(core, "b", 1, { round: 1 })), []);
  assertEquals(answered(accepts(core, "b", 1, { round: 1 })), []);
  assertEquals(answered(accepts(core, "e", 1, { round: 1 })), [[1, 1]]);
});

Deno.test("a new leader answers no read before it has committed an entry of its own term", () => {
  const core = leaderOf({ log: [1, 1] });
  reads(core, 1);
  assertEquals(answered(accepts(core, "b", 2)), [], "its predecessor may have committed more");
  proposes(core, 1);
  diskCatchesUp(core);
  const effects = accepts(core, "b", 3);
  assertEquals(core.commit, 3);
  assertEquals(sent(effects, "appendRequest").filter(({ message }) => message.round === 1).length, 2);
  assertEquals(answered(effects), [], "that it commits does not show that it still leads");
  assertEquals(answered(accepts(core, "c", 3, { round: 1 })), [[1, 3]]);
});

Deno.test("reads of one turn share one round, and one answer of a majority serves them all, in order", () => {
  const core = settled();
  const effects = reads(core, 1, 2, 3);
  assertEquals(sent(effects, "appendRequest").length, 2, "one for each follower");
  assertEquals(answered(accepts(core, "b", 1, { round: 1 })), [[1, 1], [2, 1], [3, 1]]);
});

Deno.test("an answer to an earlier round confirms no later read", () => {
  const core = settled();
  reads(core, 1);
  reads(core, 2);
  assertEquals(
    answered(accepts(core, "b", 1, { round: 1 })),
    [[1, 1]],
    "it left before the second read came",
  );
  assertEquals(answered(accepts(core, "c", 1, { round: 1 })), []);
  assertEquals(answered(accepts(core, "b", 1, { round: 2 })), [[2, 1]]);
});

Deno.test("an answer to a later round confirms the earlier reads, too", () => {
  const core = settled();
  reads(core, 1);
  reads(core, 2);
  assertEquals(answered(accepts(core, "c", 1, { round: 2 })), [[1, 1], [2, 1]]);
});

Deno.test("a read keeps the commit index of its arrival: what is committed later is not waited for", () => {
  const core = settled();
  reads(core, 1);
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(answered(accepts(core, "b", 2)), []);
  assertEquals(core.commit, 2);
  assertEquals(answered(accepts(core, "b", 2, { round: 1 })), [[1, 1]]);
});

Deno.test("a turn without reads starts no round", () => {
  const core = settled();
  happens(core, { type: "replicate" });
  assertEquals(leadership(core).round, 0);
});

Deno.test("an amnesiac confirms nobody's leadership", () => {
  const core = settled();
  reads(core, 1);
  assertEquals(answered(accepts(core, "c", 1, { round: 1, counts: false })), []);
  assertEquals(answered(accepts(core, "b", 1, { round: 1 })), [[1, 1]]);
});

Deno.test("a lone member confirms itself at the end of the turn", () => {
  const core = leaderOf({ members: ["a"] });
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(answered(reads(core, 1)), [[1, 1]]);
});

Deno.test("the end of a leadership fails every read that waits", () => {
  const core = settled();
  reads(core, 1, 2);
  assertEquals(answered(happens(core, { type: "resign" })), [[1, "failed"], [2, "failed"]]);
  assertEquals(answered(accepts(core, "b", 1, { round: 1 })), []);
});
