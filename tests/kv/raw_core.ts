/**
 * A bare Raft core that has just won an election, for scenarios told step by step.
 * @module
 */

import { type Core, createCore as fresh } from "../../raft/core/state.ts";
import { step } from "../../raft/core/step.ts";
import type { Effect } from "../../raft/effect.ts";
import { DEFAULT_LIMITS } from "../../raft/timing.ts";

export { step };

/** What the core has on its disk. */
export interface Before {
  readonly term: number;
  /** Entries of that term, of which nobody knows whether they are committed. */
  readonly entries: number;
}

/** A core that leads the term after `before`'s, and where its effects go from now on. */
export function createCore(
  id: string,
  members: readonly string[],
  before: Before,
): { readonly core: Core; readonly effects: Effect[] } {
  const core = fresh({ id, members, preVote: false, checkQuorum: true, limits: DEFAULT_LIMITS }, {
    hardState: { term: before.term, vote: null },
    snapshot: null,
    entries: Array.from(
      { length: before.entries },
      () => ({ term: before.term, command: new Uint8Array(1) }),
    ),
    incarnation: 1,
    standing: "voter",
  });
  const effects: Effect[] = [];
  step(core, { type: "electionTimeout" }, effects);
  step(core, { type: "flushed", sequence: core.nextSequence - 1 }, effects);
  const message = { type: "voteReply", term: core.term, granted: true } as const;
  step(core, { type: "message", from: members.find((one) => one !== id) as string, message }, effects);
  if (core.role.type !== "leader") throw new Error("it did not win");
  return { core, effects: [] };
}
