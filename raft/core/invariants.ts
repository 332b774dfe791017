/**
 * The laws that one node's state obeys after every step, asserted in one place.
 * @module
 */

import { snapshotSizeBytes } from "../types.ts";
import { lastIndex } from "./log.ts";
import type { Core } from "./state.ts";

/** A law of the protocol does not hold: a bug here, or a peer that does not speak Raft. The node must stop. */
export class InvariantError extends Error {
  /** Always `InvariantError`. */
  override readonly name = "InvariantError";
  /** Always `invariant`. */
  readonly code = "invariant";
}

/** Throws {@linkcode InvariantError} naming the node's position unless `holds`. */
export function invariant(holds: boolean, law: string, core: Core): asserts holds {
  if (holds) return;
  const { log } = core;
  throw new InvariantError(
    `Cannot go on at node "${core.config.id}": ${law} (term ${core.term}, ${core.role.type}, log ${log.offset}..` +
      `${
        lastIndex(log)
      }, commit ${core.commit}, flushed ${log.flushed}); stop the node and report the recording`,
  );
}

/** Checks everything that can be seen from one node alone. Cheap enough for every step of a simulation. */
export function checkInvariants(core: Core): void {
  const { log } = core;
  const last = lastIndex(log);
  invariant(log.offset <= core.commit && core.commit <= last, "offset <= commit <= last", core);
  invariant(log.flushed <= last, "flushed <= last", core);
  invariant(core.flushedSequence < core.nextSequence, "only issued writes can be flushed", core);
  const { index: end, term: endTerm } = core.snapshot ?? { index: 0, term: 0 };
  invariant(end === log.offset && endTerm === log.offsetTerm, "the log starts where the snapshot ends", core);
  invariant(
    (core.snapshot?.data ?? null) === null || core.dirtySnapshot ||
      core.snapshotSequence > core.flushedSequence,
    "a snapshot that is on the disk is not kept in memory as well",
    core,
  );
  const count = log.entries.length;
  if (count > 0) {
    invariant(log.entries[count - 1].term <= core.term, "no entry is of a later term than the node", core);
    const before = count > 1 ? log.entries[count - 2].term : log.offsetTerm;
    invariant(log.entries[count - 1].term >= before, "terms never fall along the log", core);
  }
  checkMembership(core);
  if (core.standing === "amnesiac") {
    invariant(
      core.role.type === "follower" && core.vote === null,
      "an amnesiac neither votes nor stands",
      core,
    );
  }
  if (core.role.type !== "leader") return;
  invariant(core.role.uncommittedBytes >= 0, "the byte budget is never overdrawn", core);
  const others = core.membership.names.length - (core.membership.names.includes(core.config.id) ? 1 : 0);
  invariant(core.role.progress.size === others, "a leader follows the progress of all other members", core);
  for (const progress of core.role.progress.values()) {
    invariant(progress.match < progress.next, "match < next", core);
    invariant(progress.match <= last, "a follower holds no more of this log than there is", core);
    const { state } = progress;
    if (state.type !== "snapshot") continue;
    invariant(state.offset <= snapshotSizeBytes(state.snapshot), "chunks lie within their snapshot", core);
    invariant(
      !state.reading || state.snapshot.data === null,
      "what is in memory is not read from the disk",
      core,
    );
  }
}

/** Not that no later entry holds a configuration: to look through the log at every step would cost too much. */
function checkMembership(core: Core): void {
  const { log, membership, snapshot } = core;
  invariant(membership.index <= lastIndex(log), "the configuration in effect is in the log", core);
  const at = membership.index - log.offset - 1;
  if (at >= 0) {
    // Never with a negative index: that is the name of a property, and looked for in all prototypes.
    const entry = log.entries[at];
    const holds = "configuration" in entry && entry.configuration === membership.configuration;
    invariant(holds, "the configuration in effect is the one in the log", core);
  } else if (membership.index === 0) {
    invariant(
      (snapshot?.configuration ?? null) === null,
      "what the snapshot says of the members holds",
      core,
    );
  }
}
