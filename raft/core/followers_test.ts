import { assertEquals } from "@std/assert";
import { accepts, diskCatchesUp, leaderOf, progressOf, proposes, sent } from "../../tests/raft/core.ts";
import type { Effect } from "../effect.ts";

function commits(effects: readonly Effect[]): number[] {
  return effects.flatMap((effect) => effect.type === "commit" ? [effect.index] : []);
}

const FIVE = ["a", "b", "c", "d", "e"];

Deno.test("an entry is committed once a majority of five holds it, not before and not again", () => {
  const core = leaderOf({ members: FIVE });
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(commits(accepts(core, "b", 1)), []);
  assertEquals(commits(accepts(core, "b", 1)), [], "the same answer twice is one answer");
  assertEquals(commits(accepts(core, "c", 1)), [1]);
  assertEquals(commits(accepts(core, "d", 1)), []);
});

Deno.test("the leader counts itself only once the entry is on its own disk", () => {
  const core = leaderOf();
  proposes(core, 1);
  assertEquals(commits(accepts(core, "b", 1)), []);
  assertEquals(commits(diskCatchesUp(core)), [1]);
});

Deno.test("followers alone can be the majority while the leader's disk is still at work", () => {
  const core = leaderOf();
  proposes(core, 1);
  accepts(core, "b", 1);
  assertEquals(commits(accepts(core, "c", 1)), [1]);
});

Deno.test("figure 8: an entry of an older term is committed by none but an entry of the leader's own behind it", () => {
  const core = leaderOf({ term: 3, log: [1, 2] });
  assertEquals(
    commits(accepts(core, "b", 2)),
    [],
    "a majority holds entry 2 of term 2, and it can still be lost",
  );
  assertEquals(commits(accepts(core, "c", 2)), [], "even when everybody holds it");
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(commits(accepts(core, "b", 3)), [3], "entry 3 of term 4 takes the older ones with it");
});

Deno.test("what several answers and writes have brought is committed in one step", () => {
  const core = leaderOf();
  proposes(core, 1, 1);
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(commits(accepts(core, "b", 3)), [3]);
});

Deno.test("an amnesiac is kept up to date and never counted", () => {
  const core = leaderOf();
  proposes(core, 1);
  diskCatchesUp(core);
  assertEquals(commits(accepts(core, "b", 1, { counts: false })), []);
  assertEquals(progressOf(core, "b").match, 1);
  assertEquals(commits(accepts(core, "c", 1)), [1]);
});

Deno.test("a follower that comes back with another memory starts from nothing and is not counted any more", () => {
  const core = leaderOf();
  proposes(core, 1);
  accepts(core, "b", 1, { incarnation: 7 });
  const effects = accepts(core, "b", 0, { incarnation: 8 });
  const { match, counts } = progressOf(core, "b");
  assertEquals([match, counts], [0, false]);
  const probes = sent(effects, "appendRequest").map(({ to, message }) => [to, message.prevIndex]);
  assertEquals(probes, [["b", 1]], "it is asked what it still holds");
  assertEquals(commits(diskCatchesUp(core)), [], "what the old memory held is gone");
  accepts(core, "b", 1, { incarnation: 8 });
  assertEquals(core.commit, 0, "nobody knows what the old one promised elsewhere");
  assertEquals(commits(accepts(core, "c", 1)), [1]);
});
