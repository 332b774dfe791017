/**
 * Versions of what travels between nodes.
 *
 * Version 1 is how Raft began here. Version 2 also carries configurations, and asks who speaks it. A message is written in the oldest version that can
 * carry it, so nodes of both work together as long as the members stay who they are.
 * @module
 */

import { holdConfiguration } from "./configuration_codec.ts";
import type { Message } from "./message.ts";

/** A version of the messages. */
export type WireVersion = 1 | 2;

/** What a node speaks unless it is told otherwise. */
export const NEWEST_VERSION: WireVersion = 2;

/** The oldest version that can carry `message`. */
export function versionOf(message: Message): WireVersion {
  switch (message.type) {
    case "appendRequest":
      return holdConfiguration(message.entries) ? 2 : 1;
    case "snapshotRequest":
      return message.configuration === null ? 1 : 2;
    case "versionRequest":
    case "versionReply":
      return 2;
    default:
      return 1;
  }
}
