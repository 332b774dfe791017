/**
 * Messages in a few words, for the event log.
 * @module
 */

import type { Message } from "../../raft/message.ts";
import type { Configuration, MemberRole } from "../../raft/types.ts";

/** Who belongs to the cluster, in words. */
export function membersInWords({ members }: Configuration): string {
  const named = (role: MemberRole) =>
    members.filter((one) => one.role === role).map(({ id }) => id).join(", ");
  const learners = named("learner");
  return `members are ${named("voter")}${learners === "" ? "" : `; ${learners} learns`}`;
}

/** A Raft message in a few words. */
export function describeMessage(message: Message): string {
  const { type, term } = message;
  switch (message.type) {
    case "preVoteRequest":
    case "voteRequest":
      return `${type} of term ${term}, log up to ${message.lastIndex} (term ${message.lastTerm})`;
    case "preVoteReply":
    case "voteReply":
      return `${type} of term ${term}: ${message.granted ? "yes" : "no"}`;
    case "appendRequest": {
      const count = message.entries.length;
      const told = message.entries.map((entry) => "configuration" in entry ? entry.configuration : null);
      const last = told.findLast((one) => one !== null) ?? null;
      const news = last === null ? "" : ` (${membersInWords(last)})`;
      const what = count === 0
        ? "nothing"
        : `entries ${message.prevIndex + 1}..${message.prevIndex + count}${news}`;
      return `${type} of term ${term}: ${what} behind ${message.prevIndex} (term ${message.prevTerm}), ` +
        `commit ${message.commit}`;
    }
    case "appendAccepted":
      return `${type} of term ${term}: holds up to ${message.matchIndex}`;
    case "appendRejected":
      return `${type} of term ${term}: not behind ${message.prevIndex}, try ${message.hintIndex} (term ${message.hintTerm})`;
    case "snapshotRequest":
      return `${type} of term ${term}: bytes ${message.offset}.. of ${message.sizeBytes}, up to entry ${message.lastIndex}`;
    case "snapshotReply":
      return `${type} of term ${term}: ${
        message.done ? "done" : `next byte ${message.nextOffset}`
      } up to entry ${message.lastIndex}`;
    case "versionRequest":
      return `${type} of term ${term}: do you speak version 2?`;
    case "versionReply":
      return `${type} of term ${term}: yes`;
  }
}
