/**
 * Law: snapshot bytes. A chunk that a leader sends holds what its disk has stored of that very snapshot at that very place.
 *
 * Chunks are read back from a disk on which newer snapshots take the place of older ones; a follower that puts bytes of two together
 * restores a state that nobody ever had, and nothing else would notice.
 * @module
 */

import type { Message, SnapshotRequest } from "../../raft/message.ts";
import type { StableState } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** Judges one message that leaves `node`, whose disk holds `stable`. */
export function checkSnapshotBytes(
  { name, stable }: { readonly name: string; readonly stable: StableState },
  message: Message,
  report: Report,
): void {
  // Apart, since most messages are no chunks, and what the closure below holds on to is made where the function begins.
  if (message.type === "snapshotRequest") checkChunk({ name, stable }, message, report);
}

function checkChunk(
  { name, stable }: { readonly name: string; readonly stable: StableState },
  { lastIndex, offset, sizeBytes, data }: SnapshotRequest,
  report: Report,
): void {
  const stored = stable.snapshotBytes(lastIndex);
  // Not known to be on the disk yet, or so old that it was forgotten here.
  if (stored === null) return;
  const equal = stored.length === sizeBytes && data.every((byte, at) => stored[offset + at] === byte);
  if (equal) return;
  report({
    law: "snapshot-bytes",
    node: name,
    sentence:
      `Node ${name} sent ${data.length} bytes from byte ${offset} on as part of the snapshot up to ${lastIndex} ` +
      `of ${sizeBytes} bytes, but its disk holds others there (${stored.length} bytes in all).`,
  });
}
