/**
 * Changes of the members, as a service asks for them: what is refused for the moment is asked for again, and what was proposed is waited for.
 * @module
 */

import type { Committed } from "../raft/committed.ts";
import { termAt } from "../raft/core/log.ts";
import type { Core } from "../raft/core/state.ts";
import type { ChangeRefusal, ChangeResult, MemberChange } from "../raft/member_change.ts";
import type { RaftNode } from "../raft/node.ts";
import type { Configuration, Index, NodeId, Term } from "../raft/types.ts";
import type { Clock } from "../runtime/clock.ts";

/** What became of a change of the members. */
export type MemberOutcome =
  /** It holds, and nobody can take it back. */
  | { readonly kind: "committed"; readonly configuration: Configuration }
  /** Nothing has happened; `leader` is whom to ask if this is not the leader, or null. */
  | { readonly kind: "refused"; readonly reason: ChangeRefusal; readonly leader: NodeId | null }
  /** It was proposed, and the leadership that proposed it was lost before it was committed: it will not happen. */
  | { readonly kind: "lost" }
  /** It may happen yet, or not: look at the configuration before asking again. */
  | { readonly kind: "unknown" };

interface WaitingChange {
  readonly term: Term;
  readonly resolve: (outcome: MemberOutcome) => void;
}

/** So many heartbeats a change is tried before its refusal is handed on: a question and its answer may be lost once. */
const TRIES = 5;

/** The changes that are under way at one replica. */
export class MemberChanges {
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  readonly #waiting = new Map<Index, WaitingChange>();
  #ended = false;

  /** None is under way. */
  constructor({ clock, heartbeatMs }: { readonly clock: Clock; readonly heartbeatMs: number }) {
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
  }

  /** Makes `change` at `node`, which should lead. Never rejects unless the clock's owner dies. */
  async make(node: Pick<RaftNode, "changeMembers" | "state">, change: MemberChange): Promise<MemberOutcome> {
    let result = node.changeMembers(change);
    for (let tries = 1; isPassing(result) && tries < TRIES; tries++) {
      await this.#clock.sleep(this.#heartbeatMs);
      result = node.changeMembers(change);
    }
    if (result.type === "refused") {
      return { kind: "refused", reason: result.reason, leader: node.state().leader };
    }
    if (this.#ended) return { kind: "unknown" };
    const { index, term } = result;
    return await new Promise((resolve) => {
      // The entry that was here has been lost, and whether another holds it nobody here can tell.
      this.#waiting.get(index)?.resolve({ kind: "unknown" });
      this.#waiting.set(index, { term, resolve });
    });
  }

  /** The machine has taken `chunk`. */
  onApplied(chunk: Committed): void {
    if (this.#waiting.size === 0) return;
    for (const [index, { term }] of this.#waiting) {
      if (chunk.type === "snapshot" && index <= chunk.snapshot.index) this.#end(index, { kind: "unknown" });
      if (chunk.type === "entries" && index < chunk.firstIndex + chunk.entries.length) {
        this.#end(index, { kind: "lost" });
      }
      if (chunk.type !== "configuration" || index !== chunk.index) continue;
      const { configuration } = chunk;
      this.#end(index, term === chunk.term ? { kind: "committed", configuration } : { kind: "lost" });
    }
  }

  /** The node at `core` leads no longer: what is committed will be applied all the same, as its own removal is; of the rest nobody here will hear. */
  onLost(core: Readonly<Core>): void {
    for (const [index, { term }] of this.#waiting) {
      if (index <= core.commit && termAt(core.log, index) === term) continue;
      this.#end(index, { kind: "unknown" });
    }
  }

  /** Nothing is applied any more. */
  end(): void {
    this.#ended = true;
    for (const index of this.#waiting.keys()) this.#end(index, { kind: "unknown" });
  }

  #end(index: Index, outcome: MemberOutcome): void {
    this.#waiting.get(index)?.resolve(outcome);
    this.#waiting.delete(index);
  }
}

/** Whether it may well be different after a heartbeat. */
function isPassing(result: ChangeResult): boolean {
  return result.type === "refused" && (result.reason === "mixedVersions" || result.reason === "notReady");
}
