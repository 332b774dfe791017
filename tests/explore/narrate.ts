/**
 * A story in words: one numbered sentence per step, then the law that is broken and how.
 * @module
 */

import { lastIndex, type Log, termAt } from "../../raft/core/log.ts";
import type { Message, PreVoteRequest, VoteRequest } from "../../raft/message.ts";
import type { Recovered } from "../../raft/storage.ts";
import type { Configuration, Entry, Index } from "../../raft/types.ts";
import type { Deed } from "./deeds.ts";
import type { LawName } from "./history.ts";
import { MARKS } from "./marks.ts";
import { type Flying, flyingText, nameOf, type NodeState } from "./node.ts";
import type { Step, Story } from "./retell.ts";

/** What each law says, after its name. */
export const LAWS: Readonly<Record<LawName, string>> = {
  "invariant": "no step breaks what the core asserts of itself",
  "monotone": "a node's term and commit index never fall, and it votes once a term",
  "leader-append-only": "a leader never removes or replaces its own entries",
  "durable-before-visible": "what a node says of itself is on its disk already",
  "election-safety": "a term has one leader at most",
  "log-matching": "logs that agree on an entry agree on everything before it",
  "leader-completeness": "a later leader holds every committed entry",
  "state-machine-safety": "nobody commits another entry at an index that is committed",
  "committed-on-quorum": "a committed entry is on the disks of a majority",
  "predictive-commit": "nobody who lacks a committed entry could be elected",
  "linearizable-read": "a read sees everything that was committed before it was asked",
  "configuration-in-effect": "a node goes by the last configuration in its log",
  "one-voter-at-a-time": "of two configurations that follow each other one has a voter more at most",
};

/** Tells `story`. */
export function narrate(story: Story): string[] {
  const lines = story.steps.map((step, at) => `${String(at + 1).padStart(3)}. ${sentence(step)}.`);
  const { point } = story;
  const lost = lostMessages(story.steps);
  if (lost !== null) lines.push(`     ${lost}`);
  if (point.kind === "mark") lines.push(`Shown: ${MARKS[point.mark]}.`);
  else {
    const { law, node, says } = point.breach;
    lines.push(`Broken: ${law} (${LAWS[law]}).`, `Node ${nameOf(node)} ${says}.`);
  }
  return lines;
}

function lostMessages(steps: readonly Step[]): string | null {
  const arrived = new Set(
    steps.map(({ deed }) => deed.kind === "die" ? deed.of : deed)
      .flatMap((deed) => deed.kind === "deliver" ? [flyingText(deed.flying)] : []),
  );
  const sent = new Set(steps.flatMap(({ outcome }) => outcome.sent.map(flyingText)));
  const lost = [...sent].filter((text) => !arrived.has(text)).length;
  if (lost === 0) return null;
  return `The other ${lost === 1 ? "message" : `${lost} messages`} sent above never arrive${
    lost === 1 ? "s" : ""
  }, or too late.`;
}

/** One step as a sentence without its full stop. */
export function sentence({ node, deed, before, outcome }: Step): string {
  const name = nameOf(node);
  const after = outcome.node;
  switch (deed.kind) {
    case "crash":
      return `${name} crashes${lossText(before, deed.kept)} and comes up again from its disk: ${
        diskText(after.disk)
      }`;
    case "wipe":
      return `${name} loses its disk and comes back as an amnesiac with an empty one`;
    case "die":
      return `${name} ${causeText(deed.of, before)}${
        sentText(outcome.sent)
      }; it crashes before anything of that ` +
        `reaches its disk and comes up again from it: ${diskText(after.disk)}`;
    default: {
      const changes = [...coreChanges(before, after), ...diskChanges(before, after)];
      const what = changes.length === 0 ? "" : `: it ${joined(changes)}`;
      return `${name} ${causeText(deed, before)}${what}${sentText(outcome.sent)}`;
    }
  }
}

function lossText({ pending }: NodeState, kept: number): string {
  const lost = pending.slice(kept).map(({ term, entries, firstIndex }) => {
    return entries.length > 0 ? entriesText(entries, firstIndex) : `term ${term}`;
  });
  return lost.length === 0 ? "" : ` and loses ${joined(lost)}, not yet on its disk,`;
}

function causeText(deed: Deed, { core }: NodeState): string {
  switch (deed.kind) {
    case "deliver":
      return `receives ${nameOf(deed.flying.from)}'s ${messageText(deed.flying.message)}`;
    case "timeout":
      return "hears from no leader for too long";
    case "heartbeat":
      return "finds that a heartbeat is due";
    case "propose":
      return `is offered command ${deed.command}`;
    case "read":
      return `is asked for read ${deed.token}`;
    case "change":
      return `is asked to change the members: ${deed.change.type} ${deed.change.id}`;
    case "resign":
      return "gives up leadership";
    case "compact":
      return `takes a snapshot of everything up to entry ${core.commit}`;
    case "flush":
      return "has its writes on the disk";
    default:
      return "";
  }
}

function coreChanges(before: NodeState, after: NodeState): string[] {
  const was = before.core;
  const is = after.core;
  const changes: string[] = [];
  if (is.term !== was.term) changes.push(`enters term ${is.term}`);
  if (is.vote !== null && (is.vote !== was.vote || is.term !== was.term)) {
    changes.push(is.vote === is.config.id ? "votes for itself" : `votes for ${is.vote}`);
  }
  if (is.role.type !== was.role.type) changes.push(roleText(is.role.type, is.term));
  else if ("granted" in is.role && "granted" in was.role && is.role.granted.size > was.role.granted.size) {
    changes.push("counts that vote");
  }
  changes.push(...logChanges(was.log, is.log));
  if (is.commit > was.commit) {
    const index = is.commit;
    const entry = is.log.entries[index - is.log.offset - 1];
    changes.push(entry === undefined ? `commits up to entry ${index}` : `commits ${entryText(entry, index)}`);
  }
  changes.push(...progressChanges(before, after));
  return changes;
}

function roleText(role: string, term: number): string {
  switch (role) {
    case "leader":
      return `leads term ${term}`;
    case "candidate":
      return "stands for election";
    case "preCandidate":
      return `asks whether it could win term ${term + 1}`;
    default:
      return "follows";
  }
}

function logChanges(was: Log, is: Log): string[] {
  const changes: string[] = [];
  if (is.offset > was.offset) {
    changes.push(`holds everything up to entry ${is.offset} as a snapshot`);
  }
  const floor = Math.max(was.offset, is.offset);
  let same = floor;
  while (same < Math.min(lastIndex(was), lastIndex(is)) && termAt(was, same + 1) === termAt(is, same + 1)) {
    same++;
  }
  if (lastIndex(was) > same) {
    changes.push(`cuts off ${entriesText(was.entries.slice(same - was.offset), same + 1)}`);
  }
  if (lastIndex(is) > same) {
    changes.push(`appends ${entriesText(is.entries.slice(same - is.offset), same + 1)}`);
  }
  return changes;
}

function progressChanges({ core: was }: NodeState, { core: is }: NodeState): string[] {
  if (was.role.type !== "leader" || is.role.type !== "leader") return [];
  const changes: string[] = [];
  for (const [member, progress] of is.role.progress) {
    const known = was.role.progress.get(member);
    if (known === undefined || progress.match <= known.match) continue;
    changes.push(`notes that ${member} holds everything up to entry ${progress.match}`);
  }
  return changes;
}

function diskChanges(before: NodeState, after: NodeState): string[] {
  const changes: string[] = [];
  const was = before.disk;
  const is = after.disk;
  if (was !== is) changes.push(`has on its disk ${diskText(is)}`);
  const fresh = after.pending.length > 0 && after.pending.length >= before.pending.length && was === is;
  if (fresh && after.pending.length > before.pending.length) changes.push("begins to write that to its disk");
  return changes;
}

/** What is on a disk, in words. */
export function diskText({ hardState, snapshot, entries }: Recovered): string {
  const vote = hardState.vote === null ? "no vote" : `a vote for ${hardState.vote}`;
  const parts = [`term ${hardState.term}`, vote];
  if (snapshot !== null) parts.push(`a snapshot of entry ${snapshot.index}`);
  parts.push(entries.length === 0 ? "no entries" : entriesText(entries, (snapshot?.index ?? 0) + 1));
  return parts.join(", ");
}

function entryText(entry: Entry, index: Index): string {
  if ("configuration" in entry) {
    return `entry ${index} (members ${membersText(entry.configuration)} of term ${entry.term})`;
  }
  return `entry ${index} (command ${entry.command[0]} of term ${entry.term})`;
}

function membersText({ members }: Configuration): string {
  return members.map(({ id, role }) => role === "voter" ? id : `${id} as learner`).join("+");
}

function entriesText(entries: readonly Entry[], firstIndex: Index): string {
  return joined(entries.map((entry, at) => entryText(entry, firstIndex + at)));
}

function sentText(sent: readonly Flying[]): string {
  const receivers = new Map<string, string[]>();
  for (const { to, message } of sent) {
    const text = messageText(message);
    receivers.set(text, [...receivers.get(text) ?? [], nameOf(to)]);
  }
  const parts = [...receivers].map(([text, names]) => `sends ${joined(names)} its ${text}`);
  return parts.length === 0 ? "" : `; it ${joined(parts)}`;
}

/** A message in words, without its article. */
export function messageText(message: Message): string {
  switch (message.type) {
    case "preVoteRequest":
      return `question whether it could win term ${message.term} (${logText(message)})`;
    case "preVoteReply":
      return message.granted
        ? `yes to the question about term ${message.term}`
        : `no to such a question, in term ${message.term}`;
    case "voteRequest":
      return `request for a vote in term ${message.term} (${logText(message)})`;
    case "voteReply":
      return message.granted ? `vote in term ${message.term}` : `refusal to vote, in term ${message.term}`;
    case "appendRequest": {
      const place = message.prevIndex === 0
        ? "at the start of the log"
        : `behind entry ${message.prevIndex} of term ${message.prevTerm}`;
      const what = message.entries.length === 0
        ? "heartbeat"
        : `append of ${entriesText(message.entries, message.prevIndex + 1)}`;
      return `${what} ${place}, in term ${message.term} with commit index ${message.commit}`;
    }
    case "appendAccepted":
      return `acknowledgement of everything up to entry ${message.matchIndex}, in term ${message.term}`;
    case "appendRejected":
      return `refusal of an append behind entry ${message.prevIndex}, in term ${message.term}`;
    case "snapshotRequest":
      return `bytes ${message.offset} to ${
        message.offset + message.data.length
      } of ${message.sizeBytes} of the ` +
        `snapshot of entry ${message.lastIndex}, in term ${message.term}`;
    case "snapshotReply":
      return message.done
        ? `word that it holds the snapshot of entry ${message.lastIndex}, in term ${message.term}`
        : `wish for byte ${message.nextOffset} of the snapshot of entry ${message.lastIndex}, in term ${message.term}`;
    case "versionRequest":
      return "question whether it speaks version 2";
    case "versionReply":
      return "word that it speaks version 2";
  }
}

function logText({ lastIndex: index, lastTerm: term }: VoteRequest | PreVoteRequest): string {
  return index === 0 ? "its log is empty" : `its log ends with entry ${index} of term ${term}`;
}

function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
