import { assert, assertEquals } from "@std/assert";
import type { Recovered } from "../../raft/storage.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { replay, seedsFrom } from "./seeds.ts";
import { groupsKept, type Life, Story } from "./story.ts";
import { drawGroups, type Sizes } from "./writes.ts";

const SMALL: Sizes = { maxCommandBytes: 1500, maxSnapshotBytes: 2500 };
const MOMENTS = ["during", "after"] as const;

for (
  const [rewriteBytes, groupCount, aheadBytes] of [[65536, 8, 0], [600, 8, 0], [0, 4, 0], [3000, 4, 1000]]
) {
  Deno.test(`a crash at every disk operation keeps what was acknowledged, whole groups and nothing else, rewriting from ${rewriteBytes} bytes on, ${aheadBytes} bytes of room made in the background`, async () => {
    const sizes = { rewriteBytes, ...(aheadBytes === 0 ? {} : { aheadBytes, roomBytes: 700 }) };
    let crashes = 0;
    for (const seed of seedsFrom(Deno.args, aheadBytes === 0 ? 8 : 3)) {
      const groups = drawGroups(seededRandom(seed).split("groups"), groupCount, SMALL);
      const rehearsal = new Story(seed, sizes);
      const { operations } = await rehearsal.live(() => groups);
      rehearsal.end();
      for (let operation = 0; operation < operations.length; operation++) {
        for (const moment of MOMENTS) {
          const story = new Story(seed * 1000 + operation, sizes);
          const first = await story.live(() => groups, { operation, moment });
          const image = story.recover();
          const { found } = await story.live(() => []);
          story.end();
          crashes++;
          const crash = `crash ${moment} operation ${operation} (${operations[operation]})`;
          const where = replay("crash_test.ts", seed, crash);
          assert(found !== null, where);
          if (first.found !== null) assertEquals(found.incarnation, first.found.incarnation, where);
          assert(
            groupsKept(first, found) >= 0,
            `${where}${first.acknowledged} of ${first.attempted} groups acknowledged, another state found`,
          );
          // What a monitor reads from the bytes is what a start reads from the disk.
          if (image === null) assertEquals(first.found, null, where);
          else assertEquals(image, { ...found, incarnation: image.incarnation }, where);
        }
      }
    }
    assert(crashes > 60, `${crashes} crashes`);
  });
}

Deno.test("a write of the log, torn in a hundred ways each, is there as a whole or not at all", async () => {
  const met = { whole: 0, gone: 0 };
  const large: Sizes = { maxCommandBytes: 3000, maxSnapshotBytes: 10 };
  for (const seed of seedsFrom(Deno.args, 4)) {
    const random = seededRandom(seed).split("torn");
    const groups = drawGroups(random, 3, large);
    const rehearsal = new Story(seed);
    const { operations } = await rehearsal.live(() => groups);
    rehearsal.end();
    const last = operations.findLastIndex((operation) => operation.startsWith("sync x/wal/log"));
    for (let way = 0; way < 100; way++) {
      const story = new Story(seed + way * 3000, { loss: way % 2 === 0 ? "mixed" : "prefix" });
      const lived = await story.live(() => groups, { operation: last, moment: "during" });
      const { found } = await story.live(() => []);
      story.end();
      const where = replay("crash_test.ts", seed, `way ${way}`);
      assert(found !== null, where);
      const kept = groupsKept(lived, found);
      assert(kept >= 0, `${where}another state than any that is possible`);
      met[kept === groups.length ? "whole" : "gone"]++;
    }
  }
  assert(met.whole > 0 && met.gone > 0, JSON.stringify(met));
});

for (const loss of ["drawn", "prefix", "mixed", "lost", "kept"] as const) {
  Deno.test(`lives that all end in a crash, at any operation, recovery included, never lose an acknowledged group; unsynced writes are ${loss}`, async () => {
    const met = { lives: 0, diedInRecovery: 0, unacknowledgedKept: 0, unacknowledgedLost: 0 };
    for (const seed of seedsFrom(Deno.args, 15)) {
      const random = seededRandom(seed).split("lives");
      const story = new Story(seed, { rewriteBytes: random.chance(0.5) ? 0 : 3000, loss });
      let last: Life | null = null;
      for (let life = 1; life <= 12; life++) {
        const plan = (found: Recovered) => drawGroups(random.split(`groups ${life}`), 4, SMALL, found);
        const death = {
          operation: random.below(random.chance(0.4) ? 12 : 40),
          moment: MOMENTS[random.below(2)],
        };
        const lived: Life = await story.live(plan, death);
        const where = replay("crash_test.ts", seed, `life ${life}`);
        met.lives++;
        assertEquals(lived.error, null, where);
        if (lived.found === null) met.diedInRecovery++;
        if (lived.found === null) continue;
        if (last !== null) {
          const kept = groupsKept(last, lived.found);
          assert(kept >= 0, `${where}another state than any that is possible`);
          assertEquals(lived.found.incarnation, last.found?.incarnation, where);
          if (kept > last.acknowledged) met.unacknowledgedKept++;
          if (kept < last.attempted) met.unacknowledgedLost++;
        }
        last = lived;
      }
      story.end();
    }
    assert(met.lives > 10 && met.diedInRecovery > 0, JSON.stringify(met));
    if (loss !== "lost") assert(met.unacknowledgedKept > 0, JSON.stringify(met));
    if (loss !== "kept") assert(met.unacknowledgedLost > 0, JSON.stringify(met));
  });
}
