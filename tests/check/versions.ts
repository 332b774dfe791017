/**
 * Law: versions. A program of version 1 says nothing that version 1 has no words for, and keeps nothing of the kind.
 *
 * Between programs of one process messages travel as objects, which could carry anything: what is written here holds for them, too.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { Message } from "../../raft/message.ts";
import type { Report } from "./violation.ts";

/** Judges one message that leaves `node`, a program of version 1. */
export function checkVersion(node: string, message: Message, report: Report): void {
  const what = newerPart(message);
  if (what === null) return;
  report({
    law: "versions",
    node,
    sentence: `Node ${node} is of version 1 and sent ${message.type} of term ${message.term} with ${what}.`,
  });
}

/** Judges what a program of version 1 goes by. */
export function checkKept(node: string, { membership, log }: Readonly<Core>, report: Report): void {
  if (membership.index === 0) return;
  report({
    law: "versions",
    node,
    sentence: `Node ${node} is of version 1 and goes by the configuration of entry ${membership.index} ` +
      `(its log begins behind ${log.offset}).`,
  });
}

function newerPart(message: Message): string | null {
  switch (message.type) {
    case "appendRequest":
      return message.entries.some((entry) => "configuration" in entry)
        ? "a configuration in its entries"
        : null;
    case "snapshotRequest":
      return message.configuration === null ? null : "the configuration of a snapshot";
    case "versionRequest":
    case "versionReply":
      return "what only version 2 knows";
    default:
      return null;
  }
}
