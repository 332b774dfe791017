import { assertEquals } from "@std/assert";
import {
  addInFlight,
  becomeProbe,
  becomeReplicate,
  becomeSnapshot,
  createProgress,
  freeInFlight,
  type Progress,
} from "./progress.ts";

/** A follower that holds up to 4 and has two appends under way. */
function busy(): Progress {
  const progress = createProgress(5);
  progress.match = 4;
  addInFlight(progress, 6, 10);
  addInFlight(progress, 8, 30);
  progress.next = 9;
  return progress;
}

Deno.test("a new leader takes nothing for stored and asks for the common entry first", () => {
  const progress = createProgress(5);
  assertEquals([progress.match, progress.next, progress.state], [0, 5, { type: "probe", waiting: false }]);
  assertEquals([progress.active, progress.counts, progress.incarnation], [true, true, -1]);
});

Deno.test("an acknowledgement frees the appends up to it, and no others", () => {
  const progress = busy();
  freeInFlight(progress, 5);
  assertEquals(
    [progress.inFlight.length, progress.inFlightBytes],
    [2, 40],
    "half of the first is not the first",
  );
  freeInFlight(progress, 6);
  assertEquals([progress.inFlight, progress.inFlightBytes], [[{ lastIndex: 8, sizeBytes: 30 }], 30]);
  freeInFlight(progress, 99);
  assertEquals([progress.inFlight, progress.inFlightBytes], [[], 0]);
});

const SNAPSHOT = { index: 7, term: 1, configuration: null, data: new Uint8Array(1) };

for (
  const [name, become, next] of [
    ["probe", (progress: Progress) => becomeProbe(progress, 3), 3],
    ["replicate", becomeReplicate, 5],
    ["snapshot", (progress: Progress) => becomeSnapshot(progress, SNAPSHOT), 9],
  ] as const
) {
  Deno.test(`whoever begins to ${name} has nothing under way, keeps what is stored, and goes on from ${next}`, () => {
    const progress = busy();
    become(progress);
    assertEquals([progress.state.type, progress.match, progress.next], [name, 4, next]);
    assertEquals([progress.inFlight, progress.inFlightBytes], [[], 0]);
  });
}

Deno.test("a transfer starts with the first byte, a probe with one question that was not sent yet", () => {
  const progress = busy();
  becomeSnapshot(progress, SNAPSHOT);
  const start = { offset: 0, reading: false, beats: 0 };
  assertEquals(progress.state, { type: "snapshot", snapshot: SNAPSHOT, ...start });
  becomeProbe(progress, 8);
  assertEquals(progress.state, { type: "probe", waiting: false });
});
