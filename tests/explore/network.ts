/**
 * Which messages need not be delivered any more, because nothing would come of it.
 * @module
 */

import type { Flying, NodeState } from "./model.ts";

/**
 * True if delivering `flying`, now or ever, changes nothing but what others can still learn otherwise.
 *
 * Only what is on a disk counts as known: a crash takes the rest back.
 */
export function isDead(nodes: readonly NodeState[], flying: Flying): boolean {
  const { message, from, to } = flying;
  const { core, disk } = nodes[to];
  const known = disk.hardState.term;
  switch (message.type) {
    case "preVoteReply":
      // A no is heard for its term only; a yes only by who still asks about that term.
      return message.granted ? known >= message.term : known >= message.term;
    case "voteReply":
      if (message.term < known) return true;
      if (message.term > known) return false;
      // Of the present term only a yes counts, and only while its asker stands.
      return !message.granted || (core.term === known && core.role.type !== "candidate");
    case "appendAccepted":
    case "appendRejected":
    case "snapshotReply":
      return message.term < known;
    case "preVoteRequest":
    case "voteRequest":
    case "appendRequest":
    case "snapshotRequest":
      // An outdated request only brings its sender the later term, which this sender has by now.
      return message.term < known && nodes[from].disk.hardState.term >= known;
  }
}
