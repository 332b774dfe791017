/**
 * Monitor: durable before visible. When a message leaves a node, what it vouches for is on that node's disk already.
 *
 * Seen at the seam, not in the code: a node that promises too early is caught by the promise itself, not by the crash in a
 * thousand runs that would make it matter.
 * @module
 */

import { termAt } from "../../raft/core/log.ts";
import type { Core } from "../../raft/core/state.ts";
import type { Message } from "../../raft/message.ts";
import type { Index } from "../../raft/types.ts";
import type { StableState } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** A node as the monitor sees it. */
export interface Speaker {
  readonly name: string;
  readonly stable: StableState;
  /** The running node's state. */
  readonly core: Readonly<Core>;
}

/** Judges one message that leaves `speaker` for `to`. */
export function checkVisible(speaker: Speaker, to: string, message: Message, report: Report): void {
  const reason = promiseNotKept(speaker, to, message);
  if (reason === null) return;
  report({
    law: "durable-before-visible",
    node: speaker.name,
    sentence: `Node ${speaker.name} sent ${message.type} of term ${message.term} to ${to}, but ${reason}.`,
  });
}

function promiseNotKept({ name, stable, core }: Speaker, to: string, message: Message): string | null {
  switch (message.type) {
    case "preVoteRequest":
      return stable.term >= message.term - 1 ? null : termMissing(stable);
    case "preVoteReply":
      // A yes speaks of a term that nobody may ever enter.
      return message.granted || stable.term >= message.term ? null : termMissing(stable);
    case "voteRequest":
      return voteMissing(stable, message.term, name);
    case "voteReply":
      if (!message.granted) return stable.term >= message.term ? null : termMissing(stable);
      if (stable.standing === "amnesiac") return "it lost its disk and may not vote";
      return voteMissing(stable, message.term, to);
    case "appendRequest":
    case "snapshotRequest":
    case "appendRejected":
      return stable.term >= message.term ? null : termMissing(stable);
    case "appendAccepted":
      if (stable.term < message.term) return termMissing(stable);
      return entriesMissing(stable, core, message.matchIndex);
    case "snapshotReply":
      if (stable.term < message.term) return termMissing(stable);
      return message.done ? entriesMissing(stable, core, message.lastIndex) : null;
    case "versionRequest":
    case "versionReply":
      // They vouch for nothing: what a node speaks is not on its disk.
      return null;
  }
}

function termMissing(stable: StableState): string {
  return `its disk knows no term beyond ${stable.term}`;
}

function voteMissing(stable: StableState, term: number, candidate: string): string | null {
  if (stable.term > term) return null;
  if (stable.term === term && stable.vote === candidate) return null;
  return `its disk has no vote for ${candidate} in that term (term ${stable.term}, vote ${
    stable.vote ?? "none"
  })`;
}

function entriesMissing(stable: StableState, core: Readonly<Core>, index: Index): string | null {
  if (stable.lastIndex < index) {
    return `it vouches for entries up to ${index}, and its disk ends at ${stable.lastIndex}`;
  }
  const term = termAt(core.log, index);
  // Compacted at either side: committed, hence equal.
  if (term === -1 || stable.holds(index, term) || index < core.log.offset) return null;
  return `its disk holds entry ${index} of term ${stable.termAt(index)}, not of term ${term}`;
}
