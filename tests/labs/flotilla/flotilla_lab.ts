/**
 * Labs 3A to 3D for Flotilla's own Raft.
 * @module
 */

import { type RaftLab, raftLab } from "../raft/raft_lab.ts";
import { makeFlotillaRaft } from "./flotilla_raft.ts";
import { watchFlotilla } from "./flotilla_watch.ts";

/** The suites, with our own laws watched after each event. */
export function flotillaLab(): RaftLab {
  return raftLab(makeFlotillaRaft, {
    makeWatch: watchFlotilla,
    replay: (test, seed) => `deno task lab ${partOf(test)} --test ${test} --seed ${seed}`,
  });
}

/** `TestBackup3B` belongs to part 3B. */
function partOf(test: string): string {
  return test.split("@")[0].slice(-2);
}
