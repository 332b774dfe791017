/**
 * Which messages need not be kept any more, or not in full, because nothing else can come of them.
 *
 * Only what is on a disk counts as known: a crash takes the rest back. Each rule says why it changes nothing in any future.
 * The rules lean on the core ignoring what is over. The atlas sees whether it does before it forgets, and a test explores
 * small scopes without them.
 * @module
 */

import type { Message } from "../../raft/message.ts";
import type { Term } from "../../raft/types.ts";
import type { Flying, NodeState } from "./node.ts";

/** Whom a message lies between, and how far they can still get. */
export interface Surroundings {
  readonly to: NodeState;
  readonly from: NodeState;
  /** The last term that anybody enters. */
  readonly terms: number;
}

/** The last term that its receiver may have stored while the whole of a message certainly still matters. */
export function freshUntil({ message }: Flying): Term {
  return message.type === "appendRequest" || message.type === "snapshotRequest"
    ? message.term
    : message.term - 1;
}

/** The term whose leader certainly still listens to a message, or -2 for no such. */
export function answersTo({ message }: Flying): Term {
  switch (message.type) {
    case "appendAccepted":
    case "appendRejected":
    case "snapshotReply":
      return message.term;
    default:
      return -2;
  }
}

/** True if delivering `flying`, now or ever, changes nothing. */
export function isSpent({ message }: Flying, { to, from, terms }: Surroundings): boolean {
  const { core, disk } = to;
  const known = disk.hardState.term;
  switch (message.type) {
    case "preVoteReply":
      // A no brings its own term and nothing else; a yes is heard in the term before the one it speaks of.
      return known >= message.term;
    case "voteReply":
      if (known !== message.term) return known > message.term;
      // Of the present term only a yes counts, once from each voter, and only while its asker stands: who gave up, won or
      // crashed stands again in a later term only.
      return !message.granted || core.term !== message.term || core.role.type !== "candidate" ||
        core.role.granted.has(from.core.config.id);
    case "appendAccepted":
    case "appendRejected":
    case "snapshotReply":
      if (known !== message.term) return known > message.term;
      // Only the leader of the term listens; who led it and no longer does never will again.
      return core.term !== message.term || core.role.type === "follower" || core.role.type === "preCandidate";
    case "preVoteRequest":
    case "voteRequest":
      // The answer to a request of an older term carries the receiver's term, which may still rise, back to the sender.
      // Once the sender has durably reached the last term there is, it learns nothing from that.
      return message.term < known && from.disk.hardState.term >= terms;
    case "versionRequest":
    case "versionReply":
      // Between drivers, of which there are none here.
      return true;
    case "appendRequest":
    case "snapshotRequest":
      // The same; but a sender that leads again takes the answer for a refusal of what it sends now.
      return message.term < known && from.disk.hardState.term >= terms &&
        (from.core.role.type === "follower" || from.core.role.type === "preCandidate");
  }
}

/**
 * The message with everything taken out that its receiver will never read: a request that is over is answered with the
 * present term, and what it asked for is not looked at. The message itself if all of it still matters.
 */
export function essence(flying: Flying, around: Surroundings): Message {
  const { message } = flying;
  const known = around.to.disk.hardState.term;
  switch (message.type) {
    case "preVoteRequest":
      return message.term <= known ? { type: "preVoteRequest", term: 0, lastIndex: 0, lastTerm: 0 } : message;
    case "voteRequest": {
      const { vote } = around.to.disk.hardState;
      // Who has given its vote of this term to another, durably, refuses whatever it is asked.
      const refused = message.term === known && vote !== null && vote !== around.from.core.config.id;
      return message.term < known || refused
        ? { type: "voteRequest", term: 0, lastIndex: 0, lastTerm: 0 }
        : message;
    }
    case "appendRequest":
      if (message.term >= known) return message;
      return {
        type: "appendRequest",
        term: 0,
        prevIndex: message.prevIndex,
        prevTerm: 0,
        entries: [],
        commit: 0,
        round: 0,
      };
    case "snapshotRequest":
      if (message.term >= known) return message;
      return {
        ...message,
        term: 0,
        lastTerm: 0,
        configuration: null,
        offset: 0,
        sizeBytes: 0,
        data: NOTHING,
        round: 0,
      };
    default:
      return message;
  }
}

const NOTHING = new Uint8Array();
